"""Staff: invited with a role under an address of their own, and out at once when they are deactivated."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.aws import keys
from chalicelib.aws.table import Put
from chalicelib.refusals import AddressRefused, IdentityTaken, NotPermitted, UnknownChoice
from chalicelib.staff.model import ROLES, Member
from chalicelib.wiring import House
from tests.people import START

TABLE = {
    "collaborator": {"conversation:read", "note:write", "article:read"},
    "agent": {
        *("conversation:read", "conversation:reply", "conversation:status", "conversation:rename"),
        *("conversation:label", "message:redact", "note:write", "article:read"),
    },
    "content_manager": {"article:read", "article:write", "portal:write"},
    "admin": {
        *("conversation:read", "conversation:reply", "conversation:status", "conversation:rename"),
        *("conversation:label", "message:redact", "note:write", "article:read", "article:write", "portal:write"),
        *("staff:write", "audit:read", "customer:merge"),
    },
}
"""Who may do what, written down a second time: a permission that moves must move here too."""


def test_roles_are_what_was_agreed() -> None:
    assert {role: set(permissions) for role, permissions in ROLES.items()} == TABLE


@pytest.mark.parametrize("role", [*ROLES, "root", ""])
def test_what_is_not_listed_is_denied(role: str) -> None:
    member = Member("0" * 26, "Mina", "mina@example.com", role, active=True, created_at=START)
    for permission in {*ROLES["admin"], "everything:everything", "*", ""}:
        may = permission in TABLE.get(role, set())
        assert member.may(permission) == may
        if not may:
            with pytest.raises(NotPermitted):
                member.must(permission)


@pytest.mark.parametrize("role", list(ROLES))
def test_who_is_not_active_may_nothing(role: str) -> None:
    member = Member("0" * 26, "Mina", "mina@example.com", role, active=False, created_at=START)
    assert not [permission for permission in TABLE[role] if member.may(permission)]


def test_a_member_is_found_by_address_and_listed(any_house: House) -> None:
    house = any_house
    mina = house.staff.store.invite("Mina", " Mina@Example.com ", "agent", START)
    assert mina.email == "mina@example.com"
    assert house.staff.store.get(mina.id) == mina
    assert house.staff.store.owner("MINA@example.com") == mina.id
    assert house.staff.store.owner("nobody@example.com") is None
    listed = list(house.table.walk("STAFF"))
    assert [(one["sk"], one["name"], one["role"]) for one in listed] == [(mina.id, "Mina", "agent")]


def test_an_address_is_one_members_and_not_a_customers(any_house: House) -> None:
    """The same person may be a customer as well; the two know nothing of each other."""
    house = any_house
    mina = house.staff.store.invite("Mina", "mina@example.com", "agent", START)
    with pytest.raises(IdentityTaken):
        house.staff.store.invite("Eve", "MINA@example.com", "admin", START)
    assert [one["name"] for one in house.table.walk("STAFF")] == ["Mina"]
    customer = house.customers.profiles.register("Mina", {"email": "mina@example.com"})
    assert customer.id != mina.id
    assert house.staff.store.get(customer.id) is None
    assert house.customers.store.get(mina.id) is None


def test_an_unknown_role_and_a_bad_address_are_refused(any_house: House) -> None:
    with pytest.raises(UnknownChoice):
        any_house.staff.store.invite("Mina", "mina@example.com", "superuser", START)
    with pytest.raises(AddressRefused):
        any_house.staff.store.invite("Mina", "mina", "agent", START)
    assert list(any_house.table.walk("STAFF")) == []


def test_who_is_deactivated_stays_known_and_may_nothing(any_house: House) -> None:
    house = any_house
    mina = house.staff.store.invite("Mina", "mina@example.com", "agent", START)
    house.staff.store.deactivate(mina.id)
    found = house.staff.store.get(mina.id)
    assert found is not None
    assert not found.active
    assert house.table.get(keys.staff(mina.id)) is not None


def test_who_was_invited_before_there_was_a_staff_page_is_listed(any_house: House) -> None:
    """Entries of the first version have no date; whoever stands there is changed and deactivated as everybody."""
    lena = any_house.staff.store.invite("Lena", "lena@example.com", "admin", any_house.clock())
    entry = {"name": "Lena", "email": "lena@example.com", "role": "admin"}
    any_house.table.write(Put(keys.staff_listed(lena.id), entry))
    (listed,) = any_house.staff.store.all()
    assert (listed.id, listed.name, listed.role, listed.active) == (lena.id, "Lena", "admin", True)
    assert abs(listed.created_at - lena.created_at) < timedelta(milliseconds=2)
    any_house.staff.store.invite("Tom", "tom@example.com", "admin", any_house.clock())
    any_house.staff.store.deactivate(lena.id)
    assert [(one.name, one.active) for one in any_house.staff.store.all()] == [("Lena", False), ("Tom", True)]
