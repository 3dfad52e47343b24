"""A browser without a screen: cookies, forms, redirects and pages, over the gateway and with nothing in between."""

from __future__ import annotations

import http.client
import itertools
import json
import re
import secrets
from collections.abc import Callable, Iterator, Mapping, Sequence
from html.parser import HTMLParser
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

from chalicelib.customers.model import Customer
from chalicelib.signin.model import Kind
from chalicelib.staff.model import Member
from chalicelib.web.cookies import Cookies
from chalicelib.wiring import House
from local.gateway import Gateway, Response

FORM = "application/x-www-form-urlencoded"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
VOID = frozenset({"br", "hr", "img", "input", "link", "meta", "use"})
INLINE = frozenset({"a", "b", "bdi", "em", "i", "span", "strong", "time"})

Fields = Mapping[str, str | Sequence[str]]
"""Names to a value, or to several."""

_PART = re.compile(r"^[a-z][a-z0-9]*|#[\w-]+|\.[\w-]+|\[[\w-]+(?:=[^\]]*)?\]")
_SECRETS = re.compile(r'(name="(?:csrf|idempotency_key)" value="|name="csrf-token" content=")[^"]*"')
_ADDRESSES = itertools.count(1)


class Element:
    """One element of a page. ``children`` are elements and texts in order."""

    def __init__(self, tag: str, attrs: Mapping[str, str], parent: Element | None = None) -> None:
        self.tag, self.attrs, self.parent = tag, attrs, parent
        self.children: list[Element | str] = []

    def __getitem__(self, name: str) -> str:
        """Return an attribute; KeyError where there is none."""
        return self.attrs[name]

    def get(self, name: str, default: str = "") -> str:
        """Return an attribute."""
        return self.attrs.get(name, default)

    def walk(self) -> Iterator[Element]:
        """Yield every element below, in the order of the page."""
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.walk()

    @property
    def content(self) -> str:
        """Everything written in it, white space as it stands."""
        return "".join(child if isinstance(child, str) else child.content for child in self.children)

    @property
    def text(self) -> str:
        """Everything written in it, on one line."""
        return " ".join(self._apart().split())

    def _apart(self) -> str:
        inner = "".join(child if isinstance(child, str) else child._apart() for child in self.children)
        return inner if self.tag in INLINE else f" {inner} "

    def all(self, selector: str) -> list[Element]:
        """Return the elements below that match, such as ``ol.messages li[id=m3] .said``."""
        found: dict[int, Element] = {id(self): self}
        for step in selector.split():
            below = (child for element in found.values() for child in element.walk())
            found = {id(child): child for child in below if child.matches(step)}
        return list(found.values())

    def one(self, selector: str) -> Element:
        """Return the one element below that matches."""
        found = self.all(selector)
        assert len(found) == 1, f"{len(found)} elements match {selector!r}"
        return found[0]

    def matches(self, step: str) -> bool:
        """Tell whether one step of a selector (``tag#id.class[name=value]``) describes this element."""
        parts = _PART.findall(step)
        assert "".join(parts) == step, f"{step!r} is no selector"
        return all(self._has(part) for part in parts)

    def _has(self, part: str) -> bool:
        if part[0] == "#":
            return self.get("id") == part[1:]
        if part[0] == ".":
            return part[1:] in self.get("class").split()
        if part[0] == "[":
            name, equals, value = part[1:-1].partition("=")
            return self.get(name) == value if equals else name in self.attrs
        return self.tag == part


class _Tree(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self._here = Element("", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs}, self._here)
        self._here.children.append(element)
        if tag not in VOID:
            self._here = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._here.children.append(Element(tag, {name: value or "" for name, value in attrs}, self._here))

    def handle_endtag(self, tag: str) -> None:
        assert tag == self._here.tag, f"</{tag}> closes <{self._here.tag}>"
        assert self._here.parent is not None
        self._here = self._here.parent

    def handle_data(self, data: str) -> None:
        self._here.children.append(data)


class Page(Element):
    """An answer as a person sees it: its status, headers and body, and the elements of its HTML."""

    def __init__(self, response: Response, path: str) -> None:
        tree = _Tree()
        self.response, self.path, self.status = response, path, response.status
        self.body = response.text
        if (response.header("Content-Type") or "").startswith("text/html"):
            tree.feed(self.body)
            tree.close()
        super().__init__("", {})
        self.children = tree.root.children

    def header(self, name: str) -> str | None:
        """Return a header, or None."""
        return self.response.header(name)

    def json(self) -> Any:
        """Return the body read as JSON."""
        return self.response.json()

    @property
    def title(self) -> str:
        """What the window is called."""
        return self.one("title").text

    @property
    def heading(self) -> str:
        """The one heading of the first level."""
        return self.one("h1").text

    @property
    def faults(self) -> list[str]:
        """The sentences of what is wrong, as the box at the top of a form lists them."""
        return [one.text for one in self.all(".faults li")]

    @property
    def notice(self) -> str:
        """What the page says once after a form, or an empty text."""
        return " ".join(one.text for one in self.all("p.notice"))

    @property
    def links(self) -> list[str]:
        """Where its links lead, in order."""
        return [one["href"] for one in self.all("a[href]")]

    def link(self, text: str) -> str:
        """Return where the link of this text leads."""
        found = {one["href"] for one in self.all("a[href]") if one.text == text}
        assert len(found) == 1, f"{len(found)} links say {text!r}"
        return found.pop()

    def form(self, which: str) -> Element:
        """Return the form with this action (``/conversations``), or whose button says this."""
        found = [
            form
            for form in self.all("form")
            if form.get("action") == which
            or any(which in (button.text, button.get("aria-label")) for button in self.buttons(form))
        ]
        assert len(found) == 1, f"{len(found)} forms are {which!r}"
        return found[0]

    def has_form(self, which: str) -> bool:
        """Tell whether there is a form with this action or button."""
        return any(
            form.get("action") == which or any(button.text == which for button in self.buttons(form))
            for form in self.all("form")
        )

    def buttons(self, form: Element) -> list[Element]:
        """Return the buttons of a form, those elsewhere on the page included."""
        inside = [button for button in form.all("button") if not button.get("form")]
        return inside + [button for button in self.all("button[form]") if button["form"] == form.get("id")]

    def sent_to(self, which: str | Element) -> str:
        """Return where a form goes; a button that it was named by may have an address of its own."""
        form = self.form(which) if isinstance(which, str) else which
        named = [one for one in self.buttons(form) if which in (one.text, one.get("aria-label"))]
        return (named[0].get("formaction") if named else "").partition("#")[0] or form["action"]


def cookies_of(house: House) -> Cookies:
    """Return the names of a stage's cookies."""
    return Cookies(house.settings.secure)


class Browser:
    """One browser of one person, with cookies of its own. ``page`` is what it shows."""

    def __init__(self, gateway: Gateway, house: House, *, agent: str = FIREFOX, ip: str = "") -> None:
        """Take the gateway to talk to. ``ip`` is where the browser is; each has its own by default."""
        number = next(_ADDRESSES)
        self.gateway, self.house, self.agent = gateway, house, agent
        self.ip = ip or f"198.51.{number // 250 % 250}.{number % 250 + 1}"
        self.cookies: dict[str, str] = {}
        self._page: Page | None = None

    @property
    def page(self) -> Page:
        """The page it shows."""
        assert self._page is not None, "nothing was opened yet"
        return self._page

    # signing in

    def sign_in(self, who: Customer | Member) -> Browser:
        """Begin a session as if the code had just been typed."""
        kind = Kind.STAFF if isinstance(who, Member) else Kind.CUSTOMER
        token = self.house.signin.sign_in.begin(kind, who.id, self.ip, self.agent)
        self.cookies[cookies_of(self.house).session(kind)] = token
        return self

    def sign_in_by_mail(self, address: str, code: Callable[[], str], *, staff: bool = False) -> Page:
        """Sign in as a person does; ``code`` looks into the mailbox after the mail was asked for."""
        self.get("/staff/login" if staff else "/login")
        self.submit("Send me a code", email=address)
        return self.submit("Sign in", code=code())

    # looking and sending

    def get(self, path: str, *, follow: bool = True, headers: Mapping[str, str] | None = None) -> Page:
        """Open an address and show it, following redirects."""
        return self._show("GET", path, b"", dict(headers or {}), follow=follow)

    def head(self, path: str) -> Response:
        """Ask for the headers alone; what is shown stays."""
        return self.request("HEAD", path)

    def post(
        self,
        path: str,
        fields: Fields | Sequence[tuple[str, str]] | bytes = b"",
        *,
        follow: bool = True,
        headers: Mapping[str, str] | None = None,
    ) -> Page:
        """Send a form's fields to an address, as they are, and show the answer, following redirects."""
        sent = {"Content-Type": FORM, "Sec-Fetch-Site": "same-origin", **(headers or {})}
        return self._show("POST", path, _encoded(fields), sent, follow=follow)

    def submit(self, which: str | Element, *, follow: bool = True, **values: str | Sequence[str] | None) -> Page:
        """Send a form of the page shown, all it holds included, such as ``submit("Send", body="Hello")``.

        ``values`` must be fields of the form, except for ``attachment``, which scripts add; None unticks a box.
        """
        form = self.page.form(which) if isinstance(which, str) else which
        fields, address = fields_of(form), self.page.sent_to(which)
        known = {one.get("name") for tag in ("input", "select", "textarea") for one in form.all(tag)}
        for name, value in values.items():
            assert name in known or name == "attachment", f"the form has no field {name!r}, but {sorted(known)}"
            if value is None:
                fields.pop(name, None)
            else:
                fields[name] = value
        if form.get("method") == "post":
            return self.post(address, fields, follow=follow)
        return self.get(f"{address}?{urlencode(fields, doseq=True)}", follow=follow)

    def fetch(
        self, method: str, path: str, content: object = None, *, headers: Mapping[str, str] | None = None
    ) -> Response:
        """Ask as the script of the page shown does: JSON, and the page's token in a header. What is shown stays."""
        sent = {"Accept": "application/json", "Sec-Fetch-Site": "same-origin"}
        if self._page and method != "GET":
            sent["X-CSRF-Token"] = self.csrf
        body = b""
        if content is not None:
            sent["Content-Type"] = "application/json"
            body = json.dumps(content).encode()
        return self.request(method, path, body, {**sent, **(headers or {})})

    @property
    def csrf(self) -> str:
        """The form token of the page shown."""
        return self.page.one("meta[name=csrf-token]")["content"]

    @property
    def key(self) -> str:
        """The idempotency key of the one reply box shown, or of the first of several."""
        return self.page.all("input[name=idempotency_key]")[0]["value"]

    # files

    def upload(self, name: str, content_type: str, content: bytes, *, path: str = "/uploads") -> str:
        """Upload a file as the script does, through a presigned POST, and return the id to send with a message."""
        begun = self.fetch("POST", path, {"name": name, "type": content_type, "size": len(content)})
        assert begun.status == 201, begun.text
        status = put_upload(begun.json(), content)
        assert status == 201, f"S3 answered {status}"
        upload_id: str = begun.json()["id"]
        return upload_id

    def download(self, path: str) -> Fetched:
        """Follow one of our attachment links to S3 and return S3's answer."""
        response = self.request("GET", path)
        assert response.status == 302, response.status
        return fetch_url(response.header("Location") or "")

    # underneath

    def request(self, method: str, path: str, body: bytes = b"", headers: Mapping[str, str] | None = None) -> Response:
        """Send one request with this browser's cookies and keep those that come back; no redirect is followed."""
        sent = {"User-Agent": self.agent, "Accept": "text/html", **(headers or {})}
        if self.cookies:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        response = self.gateway.call(method, path, sent, body, self.ip)
        for cookie in response.all("Set-Cookie"):
            pair, *rest = cookie.split("; ")
            name, _, value = pair.partition("=")
            if "Max-Age=0" in rest:
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = value
        return response

    def _show(self, method: str, path: str, body: bytes, headers: Mapping[str, str], *, follow: bool) -> Page:
        response = self.request(method, path, body, headers)
        for _ in range(5):
            target = response.header("Location") or ""
            if not follow or response.status not in {302, 303} or not target.startswith("/"):
                break
            path = target
            response = self.request("GET", path)
        self._page = Page(response, path)
        return self._page


def fields_of(form: Element) -> dict[str, str | Sequence[str]]:
    """Return what a form sends when nobody types anything."""
    fields: dict[str, str | Sequence[str]] = {}
    for element in form.walk():
        name = element.get("name")
        if not name or element.tag not in {"input", "select", "textarea"}:
            continue
        if element.tag == "select":
            options = element.all("option")
            chosen = [one for one in options if "selected" in one.attrs] or options[:1]
            value = chosen[0].get("value", chosen[0].text)
        elif element.tag == "textarea":
            value = element.content.removeprefix("\n")  # HTML drops the first line end
        elif element.get("type") in {"checkbox", "radio"} and "checked" not in element.attrs:
            continue
        else:
            value = element.get("value")
        if name in fields:
            before = fields[name]
            fields[name] = [*([before] if isinstance(before, str) else before), value]
        else:
            fields[name] = value
    return fields


def normal(body: str) -> str:
    """Return a page without what differs each time it is made: form tokens and idempotency keys."""
    return _SECRETS.sub(r'\1"', body)


def put_upload(begun: Mapping[str, Any], content: bytes, **changed: str) -> int:
    """Post a file to S3 under what ``POST /uploads`` answered, with fields changed or added; return S3's status."""
    fields = {**begun["fields"], **changed}
    boundary = secrets.token_hex(12)
    parts = [
        f'--{boundary}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    kind = fields["Content-Type"]
    head = f'Content-Disposition: form-data; name="file"; filename="file"\r\nContent-Type: {kind}'
    parts += [f"--{boundary}\r\n{head}\r\n\r\n".encode(), content, f"\r\n--{boundary}--\r\n".encode()]
    body = b"".join(parts)
    return fetch_url(begun["url"], "POST", body, {"Content-Type": f"multipart/form-data; boundary={boundary}"}).status


class Fetched(NamedTuple):
    """What a server outside the gateway answered; header names are lower case."""

    status: int
    headers: dict[str, str]
    content: bytes


def fetch_url(url: str, method: str = "GET", body: bytes = b"", headers: Mapping[str, str] | None = None) -> Fetched:
    """Ask a server outside the gateway: the emulator's S3."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=10)
    target = parts.path + (f"?{parts.query}" if parts.query else "")
    connection.request(method, target, body or None, dict(headers or {}))
    try:
        response = connection.getresponse()
        fetched = Fetched(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
    finally:
        connection.close()
    return fetched


def _encoded(fields: Fields | Sequence[tuple[str, str]] | bytes) -> bytes:
    if isinstance(fields, bytes):
        return fields
    return urlencode(fields, doseq=True, encoding="utf-8", errors="surrogatepass", quote_via=quote).encode()
