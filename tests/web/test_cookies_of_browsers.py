"""Cookies as browsers and what lies between send them: on several lines, one twice, an old one beside a new one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import timedelta

import pytest

from chalicelib.ids import new_secret
from chalicelib.signin.model import STAFF_SESSION_HOURS, Kind
from chalicelib.wiring import House
from local.gateway import Gateway, Response
from tests.browser import FORM, Browser, Page, cookies_of
from tests.conftest import MailRoom
from tests.people import Clock, People


@pytest.fixture
def ask(gateway: Gateway) -> Callable[..., Page]:
    """Return what opens an address with these lines of cookies."""

    def asked(path: str, lines: Sequence[str], name: str = "cookie", **headers: str) -> Page:
        pairs = [*headers.items(), *((name, line) for line in lines)]
        return Page(gateway.call("GET", path, pairs), path)

    return asked


@pytest.fixture
def cookie(house: House, people: People) -> str:
    """The owner's session, as a browser sends it."""
    return f"{cookies_of(house).session(Kind.CUSTOMER)}={people.token(people.owner)}"


def signed_in(page: Page) -> str:
    """Return who is signed in on a page, empty where nobody is."""
    return page.one("header .who").text if page.status == 200 else ""


@pytest.mark.parametrize("name", ["cookie", "Cookie", "COOKIE"])
@pytest.mark.parametrize(
    "lines",
    [
        ("{}", "a=1"),
        ("a=1", "{}"),
        ("a=1", "{}", "b=2; c=3"),
        ("a=1; {}", "b=2"),
        ("{}", ""),
        ("a", "{};", "=b"),
    ],
    ids=str,
)
def test_cookies_on_several_lines_are_all_read(
    ask: Callable[..., Page], people: People, cookie: str, lines: tuple[str, ...], name: str
) -> None:
    """HTTP/2 lets a browser send each cookie on a line of its own; whichever comes last, nobody is signed out."""
    page = ask("/account", [line.format(cookie) for line in lines], name)
    assert signed_in(page) == people.owner.name


def test_lines_in_two_spellings_are_all_read(gateway: Gateway, people: People, cookie: str) -> None:
    pairs = [("Cookie", "a=1"), ("cookie", cookie), ("COOKIE", "b=2")]
    assert signed_in(Page(gateway.call("GET", "/account", pairs), "/account")) == people.owner.name


@pytest.mark.parametrize(
    "lines",
    [
        ("{}; {}",),
        ("{}", "{}"),
        ("{name}=; {}",),
        ("{}; {name}=",),
        ("{name}=deleted; {}",),
        ("{}; {name}={spoiled}",),
        ("{name}={spoiled}", "{}"),
        ("{name}={gone}; {}; {name}=x",),
    ],
    ids=str,
)
def test_of_one_cookie_twice_the_one_that_verifies_counts(
    ask: Callable[..., Page], people: People, house: House, cookie: str, lines: tuple[str, ...]
) -> None:
    """The same again, an empty one, one that was cut off or changed, one whose session was ended."""
    name, _, token = cookie.partition("=")
    gone = f"{token.partition('.')[0]}.{new_secret()}"
    sent = [line.format(cookie, cookie, name=name, spoiled=token[:-1] + "!", gone=gone) for line in lines]
    assert signed_in(ask("/account", sent)) == people.owner.name
    house.signin.sign_in.end_all(Kind.CUSTOMER, people.owner.id)
    assert ask("/account", sent).status == 303


def test_beside_a_session_that_has_ended_the_living_one_counts(
    ask: Callable[..., Page], people: People, house: House, clock: Clock
) -> None:
    """Of whomever it was: one that is over signs nobody in. Of two that live, the newer one counts."""
    name = cookies_of(house).session(Kind.CUSTOMER)
    old = people.token(people.stranger)
    house.portal.settings.change(session_hours=2)
    clock.ahead(hours=3)
    first = people.token(people.owner, "192.0.2.41")
    clock.ahead(minutes=1)
    second = people.token(people.owner, "192.0.2.42")
    for order in ((old, first, second), (second, old, first)):
        page = ask("/account", ["; ".join(f"{name}={one}" for one in order)])
        assert signed_in(page) == people.owner.name
        (here,) = [one for one in page.all(".sessions li") if "This device" in one.text]
        assert "192.0.2.42" in here.text


def test_staff_are_told_apart_in_the_same_way(
    ask: Callable[..., Page], people: People, house: House, clock: Clock
) -> None:
    name = cookies_of(house).session(Kind.STAFF)
    old = people.token(people.lead)
    clock.set(clock.now + timedelta(hours=STAFF_SESSION_HOURS))
    mine = people.token(people.agent)
    for order in ((old, mine), (mine, old)):
        page = ask("/staff/account", [f"{name}={one}" for one in order])
        assert signed_in(page) == people.agent.name


def test_two_people_in_one_browser_are_nobody(ask: Callable[..., Page], people: People, house: House) -> None:
    """A page of a neighbour can add a cookie, and must not choose who reads and writes here. No cache keeps a name."""
    name = cookies_of(house).session(Kind.CUSTOMER)
    tokens = [people.token(people.owner), people.token(people.stranger)]
    for order in (tokens, tokens[::-1]):
        lines = [f"{name}={one}" for one in order]
        assert ask("/account", lines).status == 303
        page = ask("/", lines)
        assert people.owner.name not in page.body
        assert people.stranger.name not in page.body


def test_pages_for_everybody_stay_out_of_caches_for_who_is_signed_in(
    ask: Callable[..., Page], people: People, cookie: str
) -> None:
    """Also where the session's cookie came twice: the page has a name in its head."""
    page = ask("/", [cookie, f"{cookie}x"])
    assert signed_in(page) == people.owner.name
    assert page.header("Cache-Control") == "no-store"


def test_more_of_a_name_than_browsers_have_is_none(ask: Callable[..., Page], people: People, cookie: str) -> None:
    """Each is a read of the table: nobody makes us do a hundred of them."""
    name, owner = cookie.partition("=")[0], people.owner.id
    others = [f"{name}={owner}.{new_secret()}" for _ in range(60)]
    assert ask("/account", ["; ".join([*others, cookie])]).status == 303
    assert signed_in(ask("/account", ["; ".join([*others[:3], cookie])])) == people.owner.name


def test_a_form_cookie_twice_does_not_lock_people_out(
    gateway: Gateway, browse: Callable[..., Browser], people: People, mail_room: MailRoom
) -> None:
    """Before signing in: the cookies of the form and of the sign-in under way, each beside one of somebody else."""
    assert people.owner.email
    browser, other = browse(), browse()
    for one, address in ((other, "nobody@example.com"), (browser, people.owner.email)):
        one.get("/login")
        one.submit("Send me a code", email=address)
    code, names = mail_room.code(), cookies_of(people.house)
    pending = names.pending(Kind.CUSTOMER)
    lines = [
        f"{names.form}={other.cookies[names.form]}; {pending}={other.cookies[pending][3:]}",
        f"{names.form}={browser.cookies[names.form]}; {pending}={browser.cookies[pending]}",
        f"{pending}=; {names.form}=",
    ]
    csrf = browser.get("/login/code").one("input[name=csrf]")["value"]
    sent = _posted(gateway, lines, f"csrf={csrf}&code={code}")
    assert (sent.status, sent.header("Location")) == (303, "/conversations")
    foreign = other.get("/login/code").one("input[name=csrf]")["value"]
    assert _posted(gateway, lines[1:], f"csrf={foreign}&code={code}").status == 403


def _posted(gateway: Gateway, lines: Sequence[str], body: str) -> Response:
    pairs = [("Content-Type", FORM), ("Sec-Fetch-Site", "same-origin"), *(("Cookie", line) for line in lines)]
    return gateway.call("POST", "/login/code", pairs, body)


@pytest.mark.parametrize("values", [("xx", "de"), ("de", "xx"), ("", "de")], ids=str)
def test_a_language_twice_is_the_one_that_is_offered(
    ask: Callable[..., Page], house: House, values: tuple[str, str]
) -> None:
    house.portal.settings.change(languages=("en", "de"))
    name = cookies_of(house).language
    page = ask("/login", [f"{name}={one}" for one in values])
    assert page.one("html")["lang"] == "de"


def test_other_headers_that_may_come_on_lines_are_all_read(gateway: Gateway, house: House) -> None:
    """What a browser takes, in which language, and what its cache has already; a foreign site stays foreign."""
    house.portal.settings.change(languages=("en", "de"))
    lines = [("Accept-Language", "de"), ("Accept-Language", "nl;q=0.5")]
    page = Page(gateway.call("GET", "/", lines), "/")
    assert page.one("html")["lang"] == "de"
    tags = [("If-None-Match", page.header("ETag") or ""), ("If-None-Match", 'W/"other"')]
    assert gateway.call("GET", "/", [*lines, *tags]).status == 304
    for sites in (("same-origin", "cross-site"), ("cross-site", "cross-site")):
        pairs = [("Content-Type", FORM), *(("Sec-Fetch-Site", one) for one in sites)]
        assert gateway.call("POST", "/login", pairs, "email=nobody@example.com").status == 403
