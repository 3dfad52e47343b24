"""Typing the sign-in code: what can be no code costs no try, and after the last try there is a way on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from chalicelib.aws import keys
from chalicelib.ids import hashed
from chalicelib.signin.model import CODE_DIGITS, MAX_TRIES
from chalicelib.signin.service import TRIES_PER_IP
from local import cast
from tests.browser import Browser, Page
from tests.conftest import MailRoom
from tests.people import People

UNREADABLE = f"A code has {CODE_DIGITS} digits. Enter the one from your newest e-mail. This did not count as a try."
DEAD = "That code no longer works"
SPENT = "A wrong code was entered too often, so this one no longer works. Ask for a new code."


@dataclass(frozen=True, slots=True)
class Door:
    """One of the two ways in."""

    base: str
    inside: str
    address: str

    @property
    def kind(self) -> str:
        """Whose way it is."""
        return "staff" if self.base.startswith("/staff") else "customer"


@pytest.fixture(params=["customer", "staff"])
def door(request: pytest.FixtureRequest, people: People) -> Door:
    """Each of the two ways in, with somebody known behind it."""
    if request.param == "staff":
        return Door("/staff/login", "/desk/conversations/1", people.agent.email)
    assert people.owner.email
    return Door("/login", "/account", people.owner.email)


def asked(browser: Browser, door: Door, return_to: str = "") -> Page:
    """Ask for a code."""
    browser.get(f"{door.base}?return_to={return_to}")
    return browser.submit("Send me a code", email=door.address)


def tries(people: People, door: Door) -> int:
    """Return how many wrong codes were counted against the sign-in under way."""
    item = people.house.table.get(keys.challenge(door.kind, hashed(door.address)), consistent=True)
    assert item is not None
    return int(item["tries"])


def wrong(code: str) -> str:
    """Return a code that is not ``code``."""
    return f"{(int(code) + 1) % 10**CODE_DIGITS:0{CODE_DIGITS}d}"


@pytest.mark.parametrize("zero", "٠۰０०০๐០", ids=ascii)
def test_the_code_signs_in_in_the_digits_of_the_keyboard(
    browse: Callable[..., Browser], people: People, mail_room: MailRoom, zero: str
) -> None:
    """With a dash in the middle and marks around that come along from right-to-left text."""
    assert people.owner.email
    browser = browse()
    browser.get("/login")
    browser.submit("Send me a code", email=people.owner.email)
    digits = [chr(ord(zero) + int(digit)) for digit in mail_room.code()]
    typed = f"\u202b{''.join(digits[:4])}-{''.join(digits[4:])}\u202c"
    assert browser.submit("Sign in", code=typed).heading == "My Conversations"


def test_what_can_be_no_code_costs_no_try(
    browse: Callable[..., Browser], people: People, door: Door, mail_room: MailRoom
) -> None:
    """Neither of this code nor of the network; what was typed stands there to be mended, and the code still works."""
    browser = browse()
    asked(browser, door)
    code = mail_room.code()
    for typed in [code[1:], f"{code}0", "", f"{code[:4]}x{code[4:]}", door.address] * (TRIES_PER_IP.most // 5 + 1):
        page = browser.submit("Sign in", code=typed)
        assert (page.status, page.faults) == (422, [UNREADABLE])
        assert page.one("#login-code")["value"] == typed
    assert tries(people, door) == 0
    assert browser.submit("Sign in", code=wrong(code)).one("#login-code")["value"] == ""
    assert tries(people, door) == 1
    assert browser.submit("Sign in", code=code).status == 200


def test_what_can_be_no_code_is_told_alike_for_known_and_unknown_addresses(
    browse: Callable[..., Browser], people: People, door: Door
) -> None:
    """And whether or not the code still lives: it is compared with nothing."""
    assert people.owner.email
    told = set()
    for address in (door.address, "nobody@example.com"):
        browser = browse()
        browser.get(door.base)
        browser.submit("Send me a code", email=address)
        page = browser.submit("Sign in", code="1234")
        told.add((page.status, page.one("main").text.replace(address, "")))
    people.clock.ahead(hours=1)
    page = browser.submit("Sign in", code="1234")
    told.add((page.status, page.one("main").text.replace(address, "")))
    assert len(told) == 1


def test_after_the_last_try_the_page_says_so_and_sends_a_new_code(
    browse: Callable[..., Browser], people: People, door: Door, mail_room: MailRoom
) -> None:
    """With one button, for the same address, on the way to the same page."""
    browser = browse()
    asked(browser, door, door.inside)
    code = mail_room.code()
    for _ in range(MAX_TRIES - 1):
        page = browser.submit("Sign in", code=wrong(code))
        assert SPENT not in page.text
        assert page.has_form("Sign in")
    page = browser.submit("Sign in", code=wrong(code))
    assert (page.status, page.heading, page.one("[role=alert]").text) == (422, DEAD, SPENT)
    assert not page.has_form("Sign in")
    assert door.address in page.text
    page = browser.submit("Send me a new code")
    assert (page.status, page.path) == (200, f"{door.base}/code")
    browser.submit("Sign in", code=mail_room.code(), follow=False)
    assert browser.page.header("Location") == door.inside
    assert tries(people, door) == 0


def test_after_the_last_try_another_code_and_the_link_say_the_same(
    browse: Callable[..., Browser], door: Door, mail_room: MailRoom
) -> None:
    """Nobody learns from it whether a guess was right; the link's page offers a new code as well."""
    browser = browse()
    asked(browser, door)
    link = mail_room.link()
    for _ in range(MAX_TRIES):
        browser.get(f"{door.base}/code")
        browser.submit("Sign in", code="00000000")
    browser.get(f"{door.base}/code")
    assert browser.submit("Sign in", code="00000001").heading == DEAD
    browser.get(link)
    page = browser.submit("Sign in")
    assert (page.status, page.faults) == (422, [SPENT])
    assert page.link("Ask for a new code") == door.base


def test_the_code_has_one_field_that_phones_fill_in(browse: Callable[..., Browser], door: Door) -> None:
    """Numbers on the keyboard, the code from the message, no limit that cuts what is pasted."""
    browser = browse()
    page = asked(browser, door)
    (field,) = [one for one in page.form("Sign in").all("input") if one.get("type") != "hidden"]
    assert (field["name"], field["inputmode"], field["autocomplete"]) == ("code", "numeric", "one-time-code")
    assert {"maxlength", "pattern", "type"}.isdisjoint(field.attrs)


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", "Write to us"),
        ("ar", "اكتب إلينا"),
        ("de", "Schreiben Sie uns"),
        ("es", "Escríbanos"),
        ("fr", "Écrivez-nous"),
        ("ja", "お問い合わせください"),
    ],
)
def test_who_is_no_customer_yet_is_shown_the_contact_form(
    browse: Callable[..., Browser], people: People, language: str, said: str
) -> None:
    """Known or not, in the language of the page; also once the code is dead."""
    assert people.owner.email
    people.house.portal.settings.change(languages=(language,))
    told = set()
    for address in (people.owner.email, "nobody@example.com", cast.COLLEAGUE.email or ""):
        browser = browse()
        browser.get("/login")
        page = browser.post("/login", {"csrf": browser.csrf, "email": address})
        assert page.path == "/login/code"
        assert page.link(said) == "/contact"
        told.add(page.one("main").text.replace(address, ""))
        for _ in range(MAX_TRIES):
            page = browser.post("/login/code", {"csrf": browser.csrf, "code": "00000000"})
        assert page.link(said) == "/contact"
    assert len(told) == 1
    assert browser.get("/contact").has_form("/contact")


def test_staff_are_not_sent_to_the_contact_form(browse: Callable[..., Browser], people: People) -> None:
    """Nobody becomes staff by writing to us."""
    browser = browse()
    browser.get("/staff/login")
    page = browser.submit("Send me a code", email=people.agent.email)
    assert "/contact" not in page.links
