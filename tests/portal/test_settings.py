"""The portal's settings: sound defaults, faults named by field, and no change lost to another."""

from __future__ import annotations

from functools import partial

import pytest

from chalicelib.portal.model import PortalSettings, check
from chalicelib.refusals import ChangedMeanwhile, SettingRefused
from chalicelib.wiring import House
from tests.wire import meanwhile


def test_defaults_are_off_a_day_and_reopening() -> None:
    """What the product promises of an organization that has set nothing."""
    settings = PortalSettings()
    assert (settings.enabled, settings.session_hours, settings.reopen_allowed) == (False, 24, True)
    assert check(settings) == settings
    assert settings.time_zone == "UTC"


def test_what_nobody_has_set_is_the_default(any_house: House) -> None:
    key = {"pk": {"S": "PORTAL"}, "sk": {"S": "settings"}}
    any_house.clients.dynamodb.call("DeleteItem", {"TableName": any_house.settings.table, "Key": key})
    assert any_house.portal.settings.get() == PortalSettings()


def test_a_change_is_kept_and_leaves_the_others(any_house: House) -> None:
    before = any_house.portal.settings.get()
    after = any_house.portal.settings.change(colour="#aa3300", time_zone="Asia/Tokyo")
    assert any_house.portal.settings.get(consistent=True) == after
    assert (after.organization, after.enabled) == (before.organization, True)
    assert (after.colour, after.time_zone, after.version) == ("#aa3300", "Asia/Tokyo", before.version + 1)


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("organization", ["", "  ", "x" * 81]),
        ("session_hours", [0, -1, 8761]),
        ("colour", ["", "red", "#FFF", "#GGGGGG", "#AA3300", "#aa3300;", "url(x)", "#aa3300\n"]),
        ("time_zone", ["", "Mars/Olympus", "europe/berlin", "../UTC", "/etc/localtime"]),
    ],
)
def test_what_cannot_be_is_refused_by_field(any_house: House, field: str, values: list[str | int]) -> None:
    before = any_house.portal.settings.get(consistent=True)
    for value in values:
        with pytest.raises(SettingRefused) as refused:
            any_house.portal.settings.change(**{field: value})
        assert refused.value.field == field
    assert any_house.portal.settings.get(consistent=True) == before


def test_bounds_are_taken(any_house: House) -> None:
    for changes in ({"session_hours": 1}, {"session_hours": 8760}, {"organization": "x" * 80}, {"colour": "#000000"}):
        any_house.portal.settings.change(**changes)


def test_two_changes_at_once_do_not_undo_each_other(any_house: House) -> None:
    """The second is told, and nothing of the first is lost."""
    with (
        meanwhile(
            any_house.clients.dynamodb,
            "TransactWriteItems",
            partial(any_house.portal.settings.change, colour="#aa3300"),
        ) as done,
        pytest.raises(ChangedMeanwhile),
    ):
        any_house.portal.settings.change(time_zone="Asia/Tokyo")
    assert done
    settings = any_house.portal.settings.get(consistent=True)
    assert (settings.colour, settings.time_zone) == ("#aa3300", "UTC")
