"""Times are shown in the reader's zone: the one they chose, else the organization's, and machine-readable besides."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from chalicelib import zones
from chalicelib.conversations.model import Conversation
from chalicelib.wiring import House
from tests.browser import Browser
from tests.conftest import MailRoom
from tests.people import Clock, People

HALF_PAST_NINE = datetime(2035, 3, 14, 9, 30, tzinfo=UTC)


def times(browser: Browser, head: Conversation) -> tuple[str, str, str]:
    """Return the time of the first message: as shown, in full, and for machines."""
    one = browser.get(f"/conversations/{head.id}").one("#m1 time")
    return one.text, one["title"], one["datetime"][:16]


ZONES = [
    ("UTC", "09:30", "Wednesday, 14 Mar 2035, 09:30 UTC"),
    ("Europe/Berlin", "10:30", "Wednesday, 14 Mar 2035, 10:30 CET"),
    ("Asia/Kolkata", "15:00", "Wednesday, 14 Mar 2035, 15:00 IST"),
    ("Asia/Kathmandu", "15:15", "Wednesday, 14 Mar 2035, 15:15 +0545"),
    ("America/New_York", "05:30", "Wednesday, 14 Mar 2035, 05:30 EDT"),
    ("Pacific/Auckland", "22:30", "Wednesday, 14 Mar 2035, 22:30 NZDT"),
    ("Pacific/Kiritimati", "23:30", "Wednesday, 14 Mar 2035, 23:30 +14"),
    ("Pacific/Pago_Pago", "22:30", "Tuesday, 13 Mar 2035, 22:30 SST"),
]


def test_a_zone_set_on_the_account_page_is_that_of_every_page(people: People, browse: Callable[..., Browser]) -> None:
    """Chosen there, stored, and read back; the page tells the script to leave the times alone."""
    head = people.starts(people.owner)
    browser = browse(people.owner)
    for zone, shown, title in ZONES:
        browser.get("/account")
        page = browser.submit("Save", time_zone=zone)
        assert [one.text for one in page.all("select option") if "selected" in one.attrs] == [zone]
        assert times(browser, head) == (shown, title, "2035-03-14T09:30")
        assert browser.page.one("html")["data-zone"] == zone
        assert browser.get("/conversations").one("ol.rows time")["title"] == title


def test_without_a_choice_it_is_the_organizations_and_the_browsers_by_script(
    house: House, people: People, browse: Callable[..., Browser]
) -> None:
    house.portal.settings.change(time_zone="Asia/Tokyo")
    customer = people.plant_customer()
    head = people.starts(customer)
    browser = browse(customer)
    assert times(browser, head)[0] == "18:30"
    assert browser.page.one("html")["data-zone"] == "auto"


@pytest.mark.parametrize(
    ("later", "shown", "listed"),
    [
        ({"hours": 13}, "10:30", "10:30"),
        ({"hours": 14}, "Yesterday, 10:30", "Yesterday"),
        ({"days": 1, "hours": 13}, "Yesterday, 10:30", "Yesterday"),
        ({"days": 1, "hours": 14}, "14 Mar 2035, 10:30", "14 Mar 2035"),
        ({"days": 365}, "14 Mar 2035, 10:30", "14 Mar 2035"),
    ],
)
def test_near_days_are_called_by_name(  # the reader's days, which begin at their midnight
    people: People, browse: Callable[..., Browser], clock: Clock, later: dict[str, int], shown: str, listed: str
) -> None:
    """The owner is in Stockholm, an hour ahead of UTC in March."""
    head = people.starts(people.owner)
    clock.ahead(**later)
    browser = browse(people.owner)
    assert times(browser, head)[0] == shown
    assert browser.get("/conversations").one("ol.rows time").text == listed


def test_summer_time_changes_the_hour_and_not_the_moment(
    people: People, browse: Callable[..., Browser], clock: Clock
) -> None:
    """25 March 2035, 01:00 UTC: clocks in Stockholm go from 2 to 3."""
    head = people.starts(people.owner)
    for minute, moment in enumerate(("2035-03-25T00:59:59", "2035-03-25T01:00:00"), 1):
        clock.set(datetime.fromisoformat(moment).replace(tzinfo=UTC))
        people.says(people.owner, head, str(minute))
    page = browse(people.owner).get(f"/conversations/{head.id}")
    shown = [one.one("time") for one in page.all("ol.messages li.message")[1:]]
    assert [one.text for one in shown] == ["01:59", "03:00"]
    assert [one["title"][-4:].strip() for one in shown] == ["CET", "CEST"]
    assert [one["datetime"][:19] for one in shown] == ["2035-03-25T00:59:59", "2035-03-25T01:00:00"]


def test_staff_and_customer_each_read_their_own_time(
    house: House, people: People, browse: Callable[..., Browser]
) -> None:
    house.portal.settings.change(time_zone="America/New_York")
    head = people.starts(people.stranger)
    assert times(browse(people.stranger), head)[0] == "15:00"
    page = browse(people.agent).get(f"/desk/conversations/{head.id}")
    assert page.one("#m1 time").text == "05:30"


def test_a_mail_quotes_times_in_the_zone_of_its_reader(people: People, mail_room: MailRoom) -> None:
    people.answers(people.starts(people.stranger))
    assert "wrote on 14 Mar 2035, 15:00 IST" in mail_room.text()


def test_moments_are_stored_in_utc_to_the_millisecond(people: People, clock: Clock) -> None:
    """Whatever zone the reader has, and whatever zone a moment was given in."""
    clock.set(HALF_PAST_NINE.astimezone(zones.zone("Asia/Tokyo")))
    head = people.starts(people.owner)
    assert head.created_at.tzinfo is UTC
    assert head.created_at.isoformat()[:16] == "2035-03-14T09:30"
    assert head.created_at.microsecond % 1000 == 0
    assert people.messages(head)[0].at == head.created_at
