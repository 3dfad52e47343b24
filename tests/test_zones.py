"""Time zones come from the locked database, whatever that of the machine says."""

from __future__ import annotations

import zoneinfo
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import tzdata

from chalicelib import zones
from chalicelib.wiring import House
from chalicelib.zones import zone
from tests.browser import Browser
from tests.people import Clock, People

CHRISTMAS = datetime(2026, 12, 24, 18, tzinfo=UTC)
"""After clocks went back, or would have done."""

KNOWN = [
    # It lost its change of clocks in the releases up to 2026f:
    ("America/Vancouver", "11:00"),
    ("America/Edmonton", "12:00"),
    ("Africa/Casablanca", "18:00"),
    # siblings: kept as links or beside those, and zones that lost theirs before
    ("Canada/Pacific", "11:00"),
    ("America/Yellowknife", "12:00"),
    ("Africa/El_Aaiun", "18:00"),
    ("America/Whitehorse", "11:00"),
    ("America/Mexico_City", "12:00"),
    ("Asia/Almaty", "23:00"),
    ("Asia/Amman", "21:00"),
    # and some that have kept it
    ("Europe/Berlin", "19:00"),
    ("America/Los_Angeles", "10:00"),
    ("Australia/Lord_Howe", "05:00"),
]


@pytest.fixture
def lying(tmp_path: Path) -> Iterator[None]:
    """A machine whose database has the rules of Chatham, 12:45 or 13:45 ahead, for each of these."""
    wrong = Path(tzdata.__file__).parent.joinpath("zoneinfo", "Pacific", "Chatham").read_bytes()
    for name, _ in KNOWN:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(wrong)
    zoneinfo.reset_tzpath([tmp_path])
    zoneinfo.ZoneInfo.clear_cache()
    zones._read.cache_clear()
    yield
    zoneinfo.reset_tzpath()
    zoneinfo.ZoneInfo.clear_cache()


@pytest.mark.parametrize(("name", "shown"), KNOWN)
@pytest.mark.usefixtures("lying")
def test_the_locked_database_decides(name: str, shown: str) -> None:
    assert f"{CHRISTMAS.astimezone(zone(name)):%H:%M}" == shown
    assert f"{CHRISTMAS.astimezone(zoneinfo.ZoneInfo(name)):%H:%M}" == "07:45"  # else the machine would not lie here


@pytest.mark.usefixtures("lying")
def test_pages_and_snoozes_take_it(house: House, people: People, browse: Callable[..., Browser], clock: Clock) -> None:
    """An agent in Edmonton reads the time there, and nine in the morning is nine there."""
    house.portal.settings.change(time_zone="America/Vancouver")
    clock.set(CHRISTMAS)
    head = people.starts(people.plant_customer())
    agent = browse(people.agent)
    agent.get("/staff/account")
    agent.submit("Save", time_zone="America/Edmonton")
    agent.get(f"/desk/conversations/{head.id}")
    assert agent.page.one("#m1 time").text == "12:00"
    agent.submit("Snooze", until="tomorrow")
    snoozed = house.conversations.store.get(head.id, consistent=True)
    assert snoozed
    assert snoozed.snoozed_until == datetime(2026, 12, 25, 15, tzinfo=UTC)


def test_every_name_has_rules() -> None:
    """All that the lists of time zones offer can be read, and none leads out of the database."""
    assert len(zones.names()) > 590
    for name in zones.names():
        assert CHRISTMAS.astimezone(zone(name)) == CHRISTMAS


@pytest.mark.parametrize(
    "name", ["", "Mars/Olympus", "localtime", "../zones", "/etc/localtime", "europe/berlin", "UTC\n"]
)
def test_a_name_that_it_lacks_gives_the_next_or_utc(name: str) -> None:
    """A stored name may be one that only another machine's database had."""
    assert str(zone(name, "Asia/Tokyo")) == "Asia/Tokyo"
    assert str(zone(name)) == "UTC"


def test_the_page_says_which_release_it_is(people: People, browse: Callable[..., Browser]) -> None:
    page = browse(people.content_manager).get("/settings/general")
    assert f"Rules of time zones: {tzdata.IANA_VERSION}" in page.one("#general-time_zone-hint").text
