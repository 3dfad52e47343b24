"""Customers and staff sign in with an e-mailed code or link: once, soon, and in the browser that asked."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from chalicelib.signin.model import CODE_DIGITS, CODE_LIFETIME, MAX_TRIES, Kind
from chalicelib.wiring import House
from local import cast
from tests.browser import Browser, Page, cookies_of, normal
from tests.conftest import MailRoom
from tests.people import Clock, People
from tests.wire import recorded

ADA = "ada.lindqvist@example.com"


@dataclass(frozen=True, slots=True)
class Door:
    """One of the two ways in."""

    base: str
    inside: str
    address: str
    member: bool


DOORS = [
    pytest.param(Door("/login", "/conversations", ADA, member=False), id="customers"),
    pytest.param(Door("/staff/login", "/desk", cast.AGENT.email, member=True), id="staff"),
]


@pytest.fixture(params=DOORS)
def door(request: pytest.FixtureRequest, people: People) -> Door:
    """Each of the two ways in, with somebody known behind it."""
    door: Door = request.param
    assert (people.agent if door.member else people.owner).email == door.address
    return door


def ask(browser: Browser, door: Door, address: str = "") -> Page:
    browser.get(door.base)
    return browser.submit("Send me a code", email=address or door.address)


def wrong(code: str) -> str:
    """Return a code that is not ``code``."""
    return f"{(int(code) + 1) % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


def test_signing_in_with_the_code(browse: Callable[..., Browser], door: Door, mail_room: MailRoom) -> None:
    browser = browse()
    page = ask(browser, door)
    assert page.path == f"{door.base}/code"
    assert door.address in page.text
    page = browser.submit("Sign in", code=mail_room.code())
    assert (page.status, page.path) == (200, door.inside)
    assert browser.get(door.inside).status == 200


def test_a_code_may_be_typed_with_spaces(browse: Callable[..., Browser], door: Door, mail_room: MailRoom) -> None:
    browser = browse()
    ask(browser, door)
    code = mail_room.code()
    assert browser.submit("Sign in", code=f" {code[:4]} {code[4:]} ").path == door.inside


def test_signing_in_with_the_link(browse: Callable[..., Browser], door: Door, mail_room: MailRoom) -> None:
    """The link opens a page with a button; looking at it, with GET or HEAD, uses nothing up."""
    browser = browse()
    ask(browser, door)
    link = mail_room.link()
    assert link.startswith(f"{door.base}/link/")
    for _ in range(3):
        assert browser.head(link).status == 200
        page = browser.get(link)
        assert page.has_form("Sign in")
    page = browser.submit("Sign in")
    assert (page.status, page.path) == (200, door.inside)


def test_an_address_is_the_same_in_any_case_and_with_spaces_around_it(
    browse: Callable[..., Browser], door: Door, mail_room: MailRoom
) -> None:
    browser = browse()
    ask(browser, door, f" {door.address.upper()} ")
    assert browser.submit("Sign in", code=mail_room.code()).path == door.inside


def test_known_and_unknown_addresses_are_answered_alike(
    house: House, browse: Callable[..., Browser], door: Door, mail_room: MailRoom
) -> None:
    """Status, headers, page and the calls behind them are the same; only one of the two gets mail."""
    ask(browse(), door, "the.first.to.ask@example.com")  # what a process looks up once is looked up now
    answers, calls = [], []
    for address in (door.address, "nobody.at.all@example.com"):
        browser = browse()
        browser.get(door.base)
        with recorded(house.clients.dynamodb) as table, recorded(house.clients.sqs) as queue:
            asked = browser.submit("Send me a code", follow=False, email=address)
        calls.append([one.operation for one in (*table, *queue)])
        shown = browser.get(f"{door.base}/code")
        texts = [normal(page.body).replace(address, "…") for page in (asked, shown)]
        names = [sorted(name for name, _ in page.response.headers) for page in (asked, shown)]
        answers.append((asked.status, asked.header("Location"), shown.status, texts, names))
    assert answers[0] == answers[1]
    assert calls[0] == calls[1]
    assert [mail["To"] for mail in mail_room.deliver()] == [door.address]


def test_a_code_works_once(browse: Callable[..., Browser], door: Door, mail_room: MailRoom) -> None:
    """Neither the code nor the link signs in a second time, in the same browser or in a copy of it."""
    browser, copy = browse(), browse()
    ask(browser, door)
    (mail,) = mail_room.deliver()
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    code, link = re.findall(rf"\d{{{CODE_DIGITS}}}", text)[0], re.findall(r"http://localhost:8000(\S+)", text)[0]
    copy.cookies = dict(browser.cookies)
    assert browser.submit("Sign in", code=code).path == door.inside
    copy.get(f"{door.base}/code")
    page = copy.submit("Sign in", code=code)
    assert (page.status, len(page.faults)) == (422, 1)
    copy.get(link)
    assert copy.submit("Sign in").status == 422
    assert copy.get(door.inside).path.startswith(door.base)


def test_code_and_link_live_as_long_as_the_rule_says(
    browse: Callable[..., Browser], door: Door, mail_room: MailRoom, clock: Clock
) -> None:
    early, late = browse(), browse()
    ask(early, door)
    code = mail_room.code()
    clock.set(clock.now + CODE_LIFETIME - timedelta(seconds=10))
    assert early.submit("Sign in", code=code).path == door.inside
    ask(late, door)
    code = mail_room.code()
    clock.set(clock.now + CODE_LIFETIME)
    assert late.submit("Sign in", code=code).status == 422


def test_after_too_many_wrong_codes_the_right_one_is_dead_too(
    browse: Callable[..., Browser], door: Door, mail_room: MailRoom
) -> None:
    browser = browse()
    ask(browser, door)
    code = mail_room.code()
    for _ in range(MAX_TRIES):
        page = browser.submit("Sign in", code=wrong(code))
        assert page.status == 422
        assert page.all("[role=alert]")
    browser.get(f"{door.base}/code")
    page = browser.submit("Sign in", code=code)
    assert (page.status, page.path) == (422, f"{door.base}/code")


def test_after_one_wrong_code_less_the_right_one_works(
    browse: Callable[..., Browser], door: Door, mail_room: MailRoom
) -> None:
    browser = browse()
    ask(browser, door)
    code = mail_room.code()
    for _ in range(MAX_TRIES - 1):
        browser.submit("Sign in", code=wrong(code))
    assert browser.submit("Sign in", code=code).path == door.inside


def test_asking_again_kills_the_older_code_and_link(
    browse: Callable[..., Browser], door: Door, mail_room: MailRoom
) -> None:
    """Also in another browser: the address has one sign-in under way."""
    first, second = browse(), browse()
    ask(first, door)
    old = mail_room.code()
    ask(second, door)
    new = mail_room.code()
    assert first.submit("Sign in", code=old).status == 422
    assert first.submit("Sign in", code=new).status == 422
    assert second.submit("Sign in", code=new).path == door.inside


def test_code_and_link_work_only_in_the_browser_that_asked(
    browse: Callable[..., Browser], door: Door, mail_room: MailRoom
) -> None:
    """Whoever reads the mail elsewhere is told where to go; nothing is used up by that."""
    asked, other = browse(), browse()
    ask(asked, door)
    (mail,) = mail_room.deliver()
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    code, link = re.findall(rf"\d{{{CODE_DIGITS}}}", text)[0], re.findall(r"http://localhost:8000(\S+)", text)[0]
    page = other.get(link)
    assert page.status == 200
    assert not page.has_form("Sign in")
    assert other.post(link, {"csrf": other.csrf}).status == 422
    assert other.get(f"{door.base}/code").path == door.base
    assert other.post(f"{door.base}/code", {"csrf": other.csrf, "code": code}).status == 422
    assert asked.submit("Sign in", code=code).path == door.inside


def test_a_code_of_one_door_opens_not_the_other(
    browse: Callable[..., Browser], people: People, house: House, mail_room: MailRoom
) -> None:
    """Somebody may be staff and customer under one address; each sign-in is of its own kind."""
    house.customers.profiles.register("Mina Park", {"email": people.agent.email})
    browser = browse()
    browser.get("/login")
    browser.submit("Send me a code", email=people.agent.email)
    code = mail_room.code()
    browser.get("/staff/login")
    browser.submit("Send me a code", email=people.agent.email)
    mail_room.deliver()
    assert browser.submit("Sign in", code=code).status == 422
    browser.get("/login/code")
    assert browser.submit("Sign in", code=code).path == "/conversations"
    assert browser.get("/desk").path.startswith("/staff/login")


def test_what_is_no_address_is_refused_and_shown_again(browse: Callable[..., Browser]) -> None:
    browser = browse()
    browser.get("/login")
    for address in ("", "ada", "ada@", "@example.com", "a b@example.com", "ada@example", "а@example.com", "a" * 300):
        page = browser.submit("Send me a code", email=address)
        assert page.status == 422
        assert page.one("#login-email")["value"] == address[:254]
        (fault,) = page.faults
        assert fault.endswith("like name@example.com.")


def test_what_is_no_code_is_refused(browse: Callable[..., Browser], door: Door) -> None:
    browser = browse()
    ask(browser, door)
    for code in ("", "1", "12345678901", "abcdefgh", "١٢٣٤٥٦٧", "0000000\u00b2", "1234567\u0000"):
        page = browser.submit("Sign in", code=code)
        assert page.status == 422
        assert page.one("#login-code").get("aria-invalid") == "true"
        assert page.one("#login-code")["value"] == code


def test_an_address_can_ask_five_times_in_a_quarter_of_an_hour(
    browse: Callable[..., Browser], door: Door, mail_room: MailRoom, clock: Clock
) -> None:
    """From however many browsers; then the page says when to try again, and other addresses still can."""
    for _ in range(5):
        assert ask(browse(), door).status == 200
    page = ask(browse(), door)
    assert page.status == 429
    assert 0 < int(page.header("Retry-After") or 0) <= 900
    assert ask(browse(), door, "somebody.else@example.com").status == 200
    assert len(mail_room.deliver()) == 5
    clock.ahead(minutes=15)
    assert ask(browse(), door).status == 200


def test_one_place_can_ask_for_many_addresses_but_not_for_all(browse: Callable[..., Browser]) -> None:
    """The limit is by the address the gateway saw, whatever a forged header says."""
    statuses = []
    for number in range(42):
        browser = browse(ip="203.0.113.9")
        browser.get("/login")
        page = browser.post(
            "/login",
            {"csrf": browser.csrf, "email": f"n{number}@example.com"},
            headers={"X-Forwarded-For": f"10.0.0.{number}"},
        )
        statuses.append(page.status)
    assert statuses == [200] * 40 + [429] * 2


@pytest.mark.parametrize("path", ["/conversations?status=done", "/account", "/conversations/new"])
def test_who_was_sent_to_sign_in_comes_back_to_where_they_wanted_to_go(
    people: People, browse: Callable[..., Browser], mail_room: MailRoom, path: str
) -> None:
    browser = browse()
    page = browser.get(path)
    assert page.path.startswith("/login?return_to=")
    assert people.owner.email
    browser.submit("Send me a code", email=people.owner.email)
    assert browser.submit("Sign in", code=mail_room.code()).path == path


def test_each_sign_in_is_a_session_of_its_own(
    people: People, browse: Callable[..., Browser], house: House, mail_room: MailRoom
) -> None:
    """A session that somebody slipped into the browser before is not the one that is signed in afterwards."""
    name = cookies_of(house).session(Kind.CUSTOMER)
    assert people.owner.email
    tokens = {f"{people.owner.id}.{'A' * 43}"}
    for _ in range(2):
        browser = browse()
        browser.cookies[name] = next(iter(tokens))
        browser.sign_in_by_mail(people.owner.email, mail_room.code)
        assert browser.cookies[name] not in tokens
        tokens.add(browser.cookies[name])
    assert len(tokens) == 3
