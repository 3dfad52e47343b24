"""A customer's profile: what they set themselves, many at once, and counts that only grow and shrink together."""

from __future__ import annotations

import pytest

from chalicelib.aws.table import Refused
from chalicelib.customers.store import counted
from chalicelib.refusals import Invalid
from chalicelib.wiring import House


def test_preferences_are_kept_and_touch_nothing_else(any_house: House) -> None:
    house = any_house
    ada = house.customers.profiles.register("Ada", {"email": "ada@example.com", "external_id": "AF-1"})
    house.table.write(counted(ada.id, opened=3, done=2))
    house.customers.profiles.set_preferences(
        ada, name=" Ada  L. ", time_zone="Asia/Tokyo", language="fr", mail_replies=False
    )
    found = house.customers.store.get(ada.id, consistent=True)
    assert found is not None
    assert (found.name, found.time_zone, found.mail_replies, found.language) == ("Ada L.", "Asia/Tokyo", False, "fr")
    assert (found.email, found.external_id, found.open_count, found.done_count) == ("ada@example.com", "AF-1", 3, 2)
    assert found.created_at == ada.created_at


def test_counts_change_by_what_changed(any_house: House) -> None:
    house = any_house
    ada = house.customers.profiles.register("Ada", {"email": "ada@example.com"})
    for opened, done in ((1, 0), (1, 0), (-1, 1), (1, -1)):
        house.table.write(counted(ada.id, opened=opened, done=done))
    found = house.customers.store.get(ada.id, consistent=True)
    assert found is not None
    assert (found.open_count, found.done_count) == (2, 0)


def test_nobody_gets_preferences_who_does_not_exist(any_house: House) -> None:
    with pytest.raises(Refused):
        any_house.customers.store.save_preferences("0" * 26, name="Nobody", time_zone="", mail_replies=True)
    assert any_house.customers.store.get("0" * 26) is None


@pytest.mark.parametrize("name", ["", "  ", "\u202e", "x" * 81, "\x00\r\n"])
def test_a_name_is_there_and_fits_a_line(any_house: House, name: str) -> None:
    with pytest.raises(Invalid) as refused:
        any_house.customers.profiles.register(name, {"email": "ada@example.com"})
    assert refused.value.field == "name"
    assert any_house.customers.store.owner("email", "ada@example.com") is None


def test_many_are_read_at_once(any_house: House) -> None:
    """As the desk needs them; those who do not exist are left out."""
    house = any_house
    people = [house.customers.profiles.register(f"N{number}", {"phone": f"+{number}00"}) for number in range(1, 6)]
    ids = [one.id for one in people]
    found = house.customers.store.get_many([*ids, *ids, "0" * 26])
    assert found == {one.id: one for one in people}
    assert house.customers.store.get_many([]) == {}
