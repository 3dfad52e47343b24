"""Attack 23: a link to us that ends somewhere else."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

import app
from chalicelib.signin.model import Kind
from local.gateway import Gateway
from tests.browser import Browser, cookies_of
from tests.people import People
from tests.security.watching import form_token

if TYPE_CHECKING:
    from tests.conftest import MailRoom

ELSEWHERE = (
    "//evil.example", "///evil.example", "////evil.example/%2f..", "/\\evil.example", "\\\\evil.example",
    "\\/evil.example", "/\t/evil.example", "/\n/evil.example", "/\r/evil.example", "\t//evil.example",
    " //evil.example", "/ /evil.example", "https:evil.example", "https://evil.example", "HTTPS://evil.example",
    "http:/evil.example", "https:///evil.example", "//evil.example:80", "//user@evil.example", "/@evil.example:x",
    "https://localhost:8000@evil.example", "javascript:alert(1)", "JavaScript:alert(1)", "java\tscript:alert(1)",
    "data:text/html,<script>", "vbscript:x", "/javascript:alert(1)", "evil.example", "./evil.example",
    "../evil.example", "?x", "#x",
    "", "/x\x00", "/x\u2028//evil.example", "/\u2044evil.example", "/\uff0fevil.example", "/\u3002evil.example",
    "/x\r\nLocation: https://evil.example", "/x\u0085", "/" + "x" * 600, "/conversations//evil.example",
    "%2f%2fevil.example", "https%3a%2f%2fevil.example",
)  # fmt: skip
"""What must not be gone to."""

OURS = (
    "/",
    "/account",
    "/conversations?status=open",
    "/conversations/new",
    "/%2f%2fevil.example",
    "/.evil.example",
    "/@evil",
)
"""Paths of ours; what is encoded in one stays in it, for browsers do not decode before they go."""


def home(place: str) -> bool:
    """Tell whether a browser at our address stays there: a path, and nothing that browsers read as another host."""
    return place.startswith("/") and not place.startswith(("//", "/\\")) and place.isascii() and place.isprintable()


@pytest.mark.parametrize("base", ["/login", "/staff/login"])
def test_a_place_elsewhere_is_not_even_kept(browse: Callable[..., Browser], people: People, base: str) -> None:
    """The sign-in form carries on only what is a path of ours."""
    browser = browse()
    for place in ELSEWHERE:
        page = browser.get(f"{base}?return_to={quote(place, safe='', errors='surrogatepass')}")
        assert not page.all("input[name=return_to]"), place
        assert "evil.example" not in page.body
    for place in OURS:
        page = browser.get(f"{base}?return_to={quote(place, safe='')}")
        assert page.one("input[name=return_to]")["value"] == place


@pytest.mark.parametrize("way", ["code", "link"])
def test_signing_in_leads_nowhere_else(
    browse: Callable[..., Browser], people: People, mail_room: MailRoom, way: str
) -> None:
    """Posted to the form past its page, too; by code and by link."""
    assert people.owner.email
    for place in ("//evil.example", "/\\evil.example", "https:evil.example", "/x\r\nX: 1", "/account"):
        browser = browse()
        browser.get("/login")
        fields = {"csrf": browser.csrf, "email": people.owner.email, "return_to": place}
        browser.post("/login", fields)
        words = mail_room.text().split()
        if way == "code":
            code = next(word for word in words if word.isdigit() and len(word) == 8)
            answer = browser.post("/login/code", {"csrf": browser.csrf, "code": code}, follow=False)
        else:
            link = next(word for word in words if "/login/link/" in word)
            path = link.removeprefix(people.house.settings.public_url)
            answer = browser.post(path, {"csrf": browser.csrf}, follow=False)
        assert answer.status == 303
        assert answer.header("Location") == (place if place == "/account" else "/conversations"), place
        people.clock.ahead(minutes=16)


def test_the_kept_place_is_signed(browse: Callable[..., Browser], people: People, mail_room: MailRoom) -> None:
    """A cookie with another place, unsigned or signed for something else, leads home; so does a signed bad one."""
    assert people.owner.email
    house = people.house
    name = cookies_of(house).pending(Kind.CUSTOMER)
    for kept in (
        "~/account",
        "~https://evil.example",
        f"~{house.signer.seal('cursor:x', '/account')}",
        f"~{house.signer.seal('return', '//evil.example')}",
        f"~{house.signer.seal('return', 'https://evil.example')}",
        "",
    ):
        browser = browse()
        browser.get("/login")
        browser.submit("Send me a code", email=people.owner.email)
        code = mail_room.code()
        browser.cookies[name] = browser.cookies[name].partition("~")[0] + kept
        answer = browser.post("/login/code", {"csrf": browser.csrf, "code": code}, follow=False)
        assert answer.header("Location") == "/conversations", kept
        people.clock.ahead(minutes=16)


def test_no_address_of_ours_redirects_by_its_path(browse: Callable[..., Browser], people: People) -> None:
    """Doubled slashes and encoded ones before a path lead to no other host."""
    stranger, owner = browse(), browse(people.owner)
    for path in (
        "//evil.example", "//evil.example/conversations", "/%2fevil.example", "/%5cevil.example", "/\\evil.example",
        "//conversations", "/conversations//evil.example", "/conversations/%2f%2fevil.example", "/./conversations",
        "/conversations/..//evil.example",
        "/conversations?return_to=//evil.example&next=//evil.example&url=//evil.example", "/conversations/",
        "/account/", "/staff", "/desk?redirect=https://evil.example",
    ):  # fmt: skip
        for browser in (stranger, owner):
            place = browser.request("GET", path).header("Location")
            assert place is None or home(place), path
            assert place is None or "evil.example" not in place.partition("?")[0]


def test_every_redirect_after_a_form_is_a_path(browse: Callable[..., Browser], people: People) -> None:
    """Whatever referrer, origin or field asks for another."""
    owner = browse(people.owner)
    conversation = people.starts(people.owner)
    evil = "https://evil.example/"
    fields = {
        "csrf": form_token(owner),
        "body": "x",
        "subject": "x",
        "name": "x",
        "return_to": evil,
        "next": evil,
        "url": evil,
    }
    headers = {"Referer": evil, "Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Original-URL": evil}
    for path in (
        "/conversations",
        f"/conversations/{conversation.id}/messages",
        f"/conversations/{conversation.id}/seen",
        "/account",
        "/account/sign-out",
        "/logout",
    ):
        answer = owner.post(path, fields, follow=False, headers=headers)
        assert answer.status == 303, path
        assert home(answer.header("Location") or "")
        assert "evil.example" not in (answer.header("Location") or "")


def test_the_stages_prefix_does_not_open_it(people: People) -> None:
    """On an execute-api host all paths begin with the stage; so does where sign-in leads, once."""
    browser = Browser(Gateway(app.app, prefix=True), people.house)
    for place in ("/account", "//evil.example"):
        page = browser.get(f"/api/login?return_to={quote(place, safe='')}")
        assert bool(page.all("input[name=return_to]")) == (place == "/account")
    answer = browser.request("GET", "/api/account")
    assert answer.header("Location") == "/api/login?return_to=%2Faccount"
