"""How people act around a provider: an admin sets it up, and somebody goes to it and comes back."""

from __future__ import annotations

import http.client
import re
from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlencode, urlsplit

from chalicelib.audit.model import OPERATOR
from chalicelib.openid.model import Provider
from chalicelib.openid.service import CALLBACK
from chalicelib.wiring import House
from tests.browser import Browser, Page
from tests.openid.lying import CLIENT, SECRET, Lying

__all__ = ["CLIENT", "DOMAIN", "SECRET", "Elsewhere", "Way", "configure", "query_of"]

DOMAIN = "alder-finch.example"


def configure(house: House, issuer: str, *, on: bool = True, **changes: object) -> Provider:
    """Set a provider up and turn it on: everybody of the domain is an agent, unless ``changes`` say otherwise."""
    before = house.openid.accounts.get(consistent=True)
    wanted = Provider(
        name="Alder ID",
        issuer=issuer,
        client_id=CLIENT,
        domains=(DOMAIN,),
        default_role="agent",
        version=before.version,
    )
    saved = house.openid.save(replace(wanted, **changes), SECRET, OPERATOR)  # type: ignore[arg-type]
    if on:
        house.openid.switch(OPERATOR, on=True)
    return saved


@dataclass
class Way:
    """The way of one browser through the provider of our own."""

    house: House
    lying: Lying
    browser: Browser

    def start(self, return_to: str = "") -> str:
        """Press the button; return the address that the browser is sent to."""
        self.browser.get("/staff/login" + (f"?{urlencode({'return_to': return_to})}" if return_to else ""))
        answer = self.browser.request("GET", self.browser.page.link("Sign in with Alder ID"))
        assert answer.status == 303, answer.text
        return answer.header("Location") or ""

    def back(self, url: str, **changed: str) -> str:
        """Sign in at the provider; return the path it sends the browser back to, some of its query changed."""
        query = {**self.lying.authorize(url), **changed}
        return f"{CALLBACK}?{urlencode({name: value for name, value in query.items() if value})}"

    def sign_in(self, **changed: str) -> Page:
        """Go all the way and return the page it ends on."""
        return self.browser.get(self.back(self.start(), **changed))


class Elsewhere:
    """A browser at another site: it follows redirects with cookies until it is sent to an address of ours."""

    def __init__(self, home: str) -> None:
        """Take the address that is ours."""
        self._home = home
        self._cookies: dict[str, str] = {}

    def sign_in(self, url: str, account: str) -> str:
        """Sign in at oidc-provider's own pages as ``account`` and agree; return the path it sends back to."""
        url, page = self._open("GET", url)
        for fields in ({"prompt": "login", "login": account, "password": "any"}, {"prompt": "consent"}):
            if url.startswith(self._home):
                break
            action = re.search(r'action="([^"]+)"', page)
            assert action, page
            url, page = self._open("POST", action[1], urlencode(fields))
        assert url.startswith(self._home), page
        return url.removeprefix(self._home)

    def _open(self, method: str, url: str, body: str = "") -> tuple[str, str]:
        for _ in range(8):
            if url.startswith(self._home):
                return url, ""
            parts = urlsplit(url)
            connection = http.client.HTTPConnection(parts.netloc, timeout=20)
            headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
            if body:
                headers["Content-Type"] = "application/x-www-form-urlencoded"
            connection.request(method, parts.path + (f"?{parts.query}" if parts.query else ""), body or None, headers)
            response = connection.getresponse()
            page = response.read().decode()
            for cookie in response.headers.get_all("Set-Cookie") or ():
                name, _, value = cookie.partition(";")[0].partition("=")
                self._cookies[name] = value
            connection.close()
            if response.status not in {302, 303}:
                return url, page
            target = response.headers["Location"]
            url = target if "://" in target else f"{parts.scheme}://{parts.netloc}{target}"
            method, body = "GET", ""
        raise AssertionError(url)


def query_of(url: str) -> dict[str, str]:
    """Return the query of an address, a value a name."""
    return {name: values[-1] for name, values in parse_qs(urlsplit(url).query).items()}
