"""Attack 8: identities that are empty, or only look like somebody's."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from chalicelib.aws import keys
from chalicelib.customers.model import IDENTITY_KINDS
from chalicelib.ids import hashed
from chalicelib.refusals import IdentityTaken, Invalid
from chalicelib.signin.model import Kind, code
from tests.browser import Browser, cookies_of
from tests.emulators import Stage
from tests.people import People
from tests.security.watching import stored

if TYPE_CHECKING:
    from tests.conftest import MailRoom

EMPTY = (
    "",
    " ",
    "\t",
    "\r\n",
    "\x00",
    "\u00a0",
    "\u200b",
    "\u2060",
    "\u3164",
    "null",
    "None",
    "undefined",
    "''",
    "<>",
    "@",
)

LOOK_ALIKE = (
    "ada.lindqvist\u200d@example.com",
    "ada\u200b.lindqvist@example.com",
    "\u0430da.lindqvist@example.com",
    "\uff41da.lindqvist@example.com",  # a full-width a, which NFKC makes a plain one
    "ada.l\u0131ndqvist@example.com",  # a dotless i, whose capital is I
    "ada.lindqvi\u017ft@example.com",  # a long s, which folds to s
    "ADA.LINDQV\u0130ST@EXAMPLE.COM",
    "ada.lindqvist@\uff45xample.com",  # UTS 46 makes these plain letters, too
    "ada.lindqvist@e\u02e3ample.com",
    "ada.lindqvist@example.co\u2098",
    "ada.lindqvist@ex\u24d0mple.com",
    "ada.lindqvist@example.com\x00",
    "ada.lindqvist@example.com\x00.attacker.example",
    "ada.lindqvist@example.com,evil@attacker.example",
    "ada.lindqvist@example.com;evil@attacker.example",
    "ada.lindqvist@example.com evil@attacker.example",
    "ada.lindqvist@example.com\r\nBcc: evil@attacker.example",
    "ada.lindqvist@example.com%0d%0aBcc:evil@attacker.example",
    "mailto:ada.lindqvist@example.com%0d%0aBcc:evil@attacker.example",
    "mailto:evil@attacker.example,ada.lindqvist@example.com",
    '"ada.lindqvist@example.com"@attacker.example',
    "ada.lindqvist@example.com <evil@attacker.example>",
    "<evil@attacker.example> <ada.lindqvist@example.com>",
    "ada.lindqvist@<example.com>",
    "ada.lindqvist(comment)@example.com",
    "ada.lindqvist@[127.0.0.1]",
    "ada.lindqvist@example",
    "ada..lindqvist@example.com",
    "evil\uff20ada.lindqvist@example.com",
)
"""Addresses that some normalisation, somewhere, makes the owner's."""

OTHERS = (
    "ada.lindqvist+x@example.com",
    "adalindqvist@example.com",
    "'ada.lindqvist@example.com",
    "ada.lindqvist%00@example.com",
    "ada.lindqvist@example.com.attacker.example",
    "ada.lindqvist@example.co",
    "ada.lindqvist@xn--exmple-cua.com",
    "ada.lindqvist@ex\u0430mple.com",  # a Cyrillic a, which DNS knows apart
    "ada.lindqvist@\u0435\u0445\u0430mple.com",
    "ada.lindqvist@ex\u00e1mple.com",
)
"""Addresses in good order that are somebody else's."""


def asked(browser: Browser, email: str) -> int:
    """Ask for a code and return the status; 422 is an address that cannot be."""
    browser.get("/login")
    return browser.submit("Send me a code", follow=False, email=email).status


def test_two_customers_without_an_address_are_two(people: People) -> None:
    """No claim is ever made on nothing: both exist, and neither is found by nothing."""
    one, other = (people.house.customers.profiles.register(name, {}) for name in ("One", "Other"))
    assert one.id != other.id
    assert one.email is other.email is None
    for kind in IDENTITY_KINDS:
        for value in ("", " ", "\t\n"):
            with pytest.raises(Invalid):
                people.house.customers.store.owner(kind, value)
            with pytest.raises(Invalid):
                people.house.customers.profiles.register("Third", {kind: value})
            with pytest.raises(Invalid):
                people.house.customers.store.claim(one, kind, value)
    with pytest.raises(ValueError, match="empty"):
        keys.claim("email", "")


def test_handles_that_consist_of_nothing_are_refused(people: People) -> None:
    """A phone number of brackets, a handle of an at sign: what is left after normalising must not be empty."""
    for kind, value in (
        ("phone", "()"),
        ("phone", " - . "),
        ("whatsapp", "(-)"),
        ("twitter", "@"),
        ("instagram", " @ "),
    ):
        with pytest.raises(Invalid):
            people.house.customers.profiles.register("Nobody", {kind: value})


def test_nobody_signs_in_with_nothing(browse: Callable[..., Browser], people: People, ministack_stage: Stage) -> None:
    """With customers who have no address, or an item that says so: it is refused before anything is looked up."""
    for name in ("One", "Other"):
        people.house.customers.profiles.register(name, {"external_id": f"AF-{name}"})
    before = stored(ministack_stage)
    assert {email: asked(browse(), email) for email in EMPTY} == dict.fromkeys(EMPTY, 422)
    assert stored(ministack_stage) == before


def test_what_looks_like_an_address_is_not_that_address(
    browse: Callable[..., Browser], people: People, mail_room: MailRoom, ministack_stage: Stage
) -> None:
    """Unicode, comments, lists and line ends: each is refused, none is folded into the owner's address."""
    assert people.owner.email == "ada.lindqvist@example.com"
    before = stored(ministack_stage)
    assert {email: asked(browse(), email) for email in LOOK_ALIKE} == dict.fromkeys(LOOK_ALIKE, 422)
    assert stored(ministack_stage) == before
    assert {email: asked(browse(), email) for email in OTHERS} == dict.fromkeys(OTHERS, 303)
    assert mail_room.deliver() == []


def test_case_and_space_around_are_the_same_address(
    browse: Callable[..., Browser], people: People, mail_room: MailRoom
) -> None:
    """The one thing folded is what mail folds: the code goes to the address that is stored, and signs in its owner."""
    owner, browser = people.owner, browse()
    page = browser.sign_in_by_mail("  ADA.Lindqvist@Example.COM\t", mail_room.code)
    assert page.one("header .who").text == owner.name
    assert mail_room.postbox.mail["To"] == owner.email


def test_an_address_in_another_case_is_taken(people: People) -> None:
    assert people.owner.email
    with pytest.raises(IdentityTaken):
        people.house.customers.profiles.register("Another Ada", {"email": people.owner.email.upper()})
    with pytest.raises(IdentityTaken):
        people.house.staff.store.invite("Another Mina", people.agent.email.title(), "agent", people.clock())


def test_a_challenge_nobody_owns_lets_nobody_in(
    browse: Callable[..., Browser], people: People, ministack_stage: Stage
) -> None:
    """Who asks with an unknown address has a challenge without an owner; even its right code opens nothing."""
    browser = browse()
    address = "nobody@example.com"
    assert asked(browser, address) == 303
    pending = browser.cookies[cookies_of(browser.house).pending(Kind.CUSTOMER)].partition("~")[0]
    text = people.house.signer.unseal("sign-in:customer", pending)
    assert text is not None
    right = code(people.house.signer, Kind.CUSTOMER, text.split(":")[1])
    browser.get("/login/code")
    assert browser.submit("Sign in", code=right).status == 422
    assert browser.get("/conversations").path.startswith("/login")
    assert not [one for one in stored(ministack_stage) if "session#" in one]
    item = people.house.table.get(keys.challenge("customer", hashed(address)), consistent=True)
    assert item is not None
    assert item["owner"] is None


def test_claims_of_different_kinds_never_meet(people: People) -> None:
    """An external id that reads as an address, or as a key of the table, is an external id."""
    house = people.house
    assert people.owner.email
    other = house.customers.profiles.register("Other", {"external_id": people.owner.email})
    assert house.customers.store.owner("email", people.owner.email) == people.owner.id
    assert house.customers.store.owner("external_id", people.owner.email) == other.id
    third = house.customers.profiles.register("Third", {"external_id": f"email#{people.owner.email}"})
    assert house.customers.store.owner("external_id", f"email#{people.owner.email}") == third.id
    assert house.customers.store.owner("email", people.owner.email) == people.owner.id
