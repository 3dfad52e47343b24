"""Identities: each belongs to one customer, in one comparable form, and nothing is ever joined on an empty value."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.customers.model import IDENTITY_KINDS, normal_identity
from chalicelib.refusals import AddressRefused, IdentityTaken, Invalid
from chalicelib.text import normal_email
from chalicelib.wiring import House

EMPTY = ["", " ", "\t\r\n", "\u00a0", "\u2003", "\x00"]


@pytest.mark.parametrize("kind", IDENTITY_KINDS)
def test_nothing_empty_is_an_identity(kind: str) -> None:
    for value in EMPTY:
        with pytest.raises(Invalid):
            normal_identity(kind, value)


@pytest.mark.parametrize("kind", ["phone", "whatsapp"])
def test_a_number_of_signs_alone_is_empty(kind: str) -> None:
    for value in ("-", "( )", " . ", "(-.)"):
        with pytest.raises(Invalid):
            normal_identity(kind, value)


@pytest.mark.parametrize(
    ("kind", "value", "normal"),
    [
        ("email", "  Ada.Lindqvist@Example.COM\r\n", "ada.lindqvist@example.com"),
        ("phone", "+46 (70) 555-01.41", "+46705550141"),
        ("whatsapp", "+46 70 555 01 41", "+46705550141"),
        ("twitter", "@Ada_L", "ada_l"),
        ("instagram", "Ada_L", "ada_l"),
        ("facebook", "Ada.L.1978", "ada.l.1978"),
        ("external_id", " AF-10041 ", "AF-10041"),
        ("external_id", "af-10041", "af-10041"),
    ],
)
def test_identities_have_one_comparable_form(kind: str, value: str, normal: str) -> None:
    """An external id keeps its case: it is the organization's own."""
    assert normal_identity(kind, value) == normal
    assert normal_identity(kind, normal) == normal


@pytest.mark.parametrize(
    "address",
    [
        "аda@example.com",  # a Cyrillic letter
        "ada@example.com\x00",
        "ada\n@example.com",
        "ada@example.com,eve@example.com",
        "ada@example.com eve@example.com",
        '"ada"@example.com',
        "ada@[127.0.0.1]",
        "ada@localhost",
        "ada@-example.com",
        "a..da@example.com",
        "ada@example..com",
        f"{'a' * 65}@example.com",
        f"ada@{'a' * 64}.com",
        f"ada@{'a.' * 125}com",
        "ada@@example.com",
        "ada@example.c",
        "ａda@example.com",
    ],
)
def test_what_looks_like_an_address_and_is_none_is_refused(address: str) -> None:
    """Look-alikes, lists, comments and literals: none of them can ever equal somebody's address."""
    with pytest.raises(AddressRefused):
        normal_email(address)


@given(st.text(st.characters(exclude_categories=()), max_size=60))
def test_an_address_is_plain_lower_case_ascii_or_refused(text: str) -> None:
    try:
        address = normal_email(text)
    except AddressRefused:
        return
    assert address.isascii()
    assert address == address.lower()
    assert normal_email(address) == address
    assert address.count("@") == 1


def test_an_identity_belongs_to_one_customer(any_house: House) -> None:
    """In any spelling; somebody refused leaves nothing behind."""
    house = any_house
    ada = house.customers.profiles.register("Ada", {"email": "ada@example.com", "whatsapp": "+46 70 555"})
    for taken in (
        {"email": " ADA@example.com "},
        {"whatsapp": "+4670555"},
        {"email": "x@example.com", "whatsapp": "+4670-555"},
    ):
        with pytest.raises(IdentityTaken):
            house.customers.profiles.register("Eve", taken)
    assert house.customers.store.owner("email", "x@example.com") is None
    assert house.customers.store.owner("email", "Ada@Example.com") == ada.id
    assert house.customers.store.owner("phone", "+4670555") is None
    assert house.customers.store.get(ada.id) == ada


def test_customers_without_an_address_are_different_people(any_house: House) -> None:
    """Two who have no e-mail share nothing, least of all an empty one."""
    house = any_house
    one = house.customers.profiles.register("Tomás", {"whatsapp": "+351 912"})
    other = house.customers.profiles.register("Maria", {"whatsapp": "+351 913"})
    assert one.id != other.id
    assert (one.email, other.email) == (None, None)
    for empty in EMPTY:
        with pytest.raises(Invalid):
            house.customers.profiles.register("Nobody", {"email": empty})
        with pytest.raises(Invalid):
            house.customers.store.owner("external_id", empty)


def test_an_identity_is_claimed_once_and_again_by_its_owner(any_house: House) -> None:
    house = any_house
    ada = house.customers.profiles.register("Ada", {"whatsapp": "+4670555"})
    eve = house.customers.profiles.register("Eve", {"email": "eve@example.com"})
    house.customers.store.claim(ada, "email", "ADA@example.com")
    house.customers.store.claim(ada, "email", "ada@example.com")
    found = house.customers.store.get(ada.id, consistent=True)
    assert found is not None
    assert found.email == "ada@example.com"
    with pytest.raises(IdentityTaken):
        house.customers.store.claim(eve, "email", "ada@example.com")
    assert house.customers.store.owner("email", "ada@example.com") == ada.id
    still = house.customers.store.get(eve.id, consistent=True)
    assert still is not None
    assert still.email == "eve@example.com"


def test_kinds_nobody_knows_are_refused(any_house: House) -> None:
    for kind in ("", "fax", "EMAIL", "staff", "email#x"):
        with pytest.raises(Invalid):
            any_house.customers.profiles.register("Ada", {kind: "x@example.com"})
