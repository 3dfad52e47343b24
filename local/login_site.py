"""The website of Alder & Finch, as far as custom sign-on needs it: its customers log in there, and it signs tokens.

It lies under /_local/login of the same server, and is opened as 127.0.0.1 while the portal is opened as localhost, so
that to a browser the two are different sites.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import html
import json
import secrets
import time
from dataclasses import replace
from http.cookies import CookieError, SimpleCookie
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlencode, urlsplit

from chalicelib.audit.model import OPERATOR
from chalicelib.signin.setup import SignOnSettings
from local import cast
from local.gateway import Response

if TYPE_CHECKING:
    from chalicelib.wiring import House

ISSUER = "https://www.alder-finch.example"
SECRET = "a-secret-of-the-demo-that-protects-nothing"
PATH = "/_local/login"
_COOKIE = "alder-finch-customer"
_STYLE = """
:root { color-scheme: light dark }
body { font: 17px/1.55 Georgia, serif; max-width: 34rem; margin: 4rem auto; padding: 0 1.2rem }
h1 { font-size: 1.7rem; font-weight: 500; color: #3f8a66 } li { margin: .5rem 0 } ul { list-style: none; padding: 0 }
a, button { display: block; width: 100%; box-sizing: border-box; padding: .7rem 1rem; border: 1px solid #8886 }
a, button { font: inherit; border-radius: 8px; color: inherit; background: none; text-decoration: none }
a, button { text-align: start; cursor: pointer } a:hover, button:hover { border-color: #3f8a66 }
p.small { font-size: .85rem; opacity: .8 }
"""


def prepare(house: House, port: int) -> None:
    """Set custom sign-on up for this site, where nobody has set up another one; it stays off until turned on."""
    base = f"http://127.0.0.1:{port}{PATH}"
    before = house.signin.sign_on.store.settings()
    if before.version and before.issuer != ISSUER:
        return
    wanted = SignOnSettings(login_url=base, logout_url=f"{base}/out", issuer=ISSUER)
    if before.version:  # perhaps it ran on another port last time
        wanted = replace(before, login_url=base, logout_url=before.logout_url and f"{base}/out")
    house.signin.sign_on.save(OPERATOR, wanted)
    if not before.version:
        house.signin.sign_on.add_secret(OPERATOR, SECRET)


def customers() -> list[cast.Customer]:
    """Return who has an account there."""
    return [one for one in cast.CUSTOMERS if "external_id" in dict(one.identities) and one is not cast.MOVED]


def token(portal_url: str, customer: cast.Customer) -> str:
    """Return a token that names a customer."""
    now = int(time.time())
    claims = {
        "iss": ISSUER,
        "aud": portal_url,
        "iat": now,
        "exp": now + 120,
        "jti": secrets.token_urlsafe(16),
        "external_id": dict(customer.identities)["external_id"],
        "email": customer.email,
        "email_verified": True,
        "name": customer.name,
    }
    signed = f"{_part(json.dumps({'alg': 'HS256', 'typ': 'JWT'}))}.{_part(json.dumps(claims))}"
    return f"{signed}.{_encoded(hmac.digest(SECRET.encode(), signed.encode(), hashlib.sha256))}"


class LoginSite:
    """Answers under /_local/login for the portal at an address."""

    def __init__(self, portal_url: str) -> None:
        """Take where the portal is; tokens are sent nowhere else."""
        self._portal = portal_url

    def answer(self, target: str, cookies: str) -> Response:
        """Return a page: who wants to log in, the form that sends a token, or that one is logged out."""
        parts = urlsplit(target)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        if parts.path == f"{PATH}/out":
            return _page("You are logged out", f'<p><a href="{self._portal}/">To the support portal</a></p>', cookie="")
        wanted = query.get("as") or _kept(cookies)
        customer = next((one for one in customers() if dict(one.identities)["external_id"] == wanted), None)
        if customer is None:
            return _page("Log in at Alder &amp; Finch", self._choice(query.get("state", "")))
        return _page(
            f"Hello, {html.escape(customer.name)}", self._form(customer, query.get("state", "")), cookie=wanted or ""
        )

    def _choice(self, state: str) -> str:
        links = "".join(
            f'<li><a href="?{html.escape(urlencode({"as": dict(one.identities)["external_id"], "state": state}))}">'
            f"{html.escape(one.name)}</a></li>"
            for one in customers()
        )
        return f"<p>Who are you? There are no passwords in this demo.</p><ul>{links}</ul>"

    def _form(self, customer: cast.Customer, state: str) -> str:
        fields = {"token": token(self._portal, customer), "state": state}
        inputs = "".join(
            f'<input type="hidden" name="{name}" value="{html.escape(value)}">'
            for name, value in fields.items()
            if value
        )
        return (
            f'<p>You are logged in at our shop.</p><form method="post" action="{self._portal}/login/sso">{inputs}'
            f'<button>To the support portal</button></form><p class="small">This happens by itself.</p>'
            "<script>document.forms[0].submit()</script>"
        )


def _page(title: str, content: str, *, cookie: str | None = None) -> Response:
    body = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><style>{_STYLE}</style><h1>{title}</h1>{content}"
        '<p class="small">Alder &amp; Finch’s own website, played by the demo.</p></html>'
    ).encode()
    headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Cache-Control", "no-store"),
        ("Referrer-Policy", "no-referrer"),
        ("Content-Length", str(len(body))),
    ]
    if cookie is not None:
        ends = "" if cookie else "; Max-Age=0"
        headers.append(("Set-Cookie", f"{_COOKIE}={cookie}; Path={PATH}; HttpOnly; SameSite=Lax{ends}"))
    return Response(200, headers, body)


def _kept(cookies: str) -> str:
    try:
        found = SimpleCookie(cookies).get(_COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def _part(text: str) -> str:
    return _encoded(text.encode())


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
