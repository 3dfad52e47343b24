"""Whoever runs the deployment lets staff in by code again when their provider fails, and the audit log says so."""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.wiring import House
from infra import admin
from tests.browser import Browser
from tests.conftest import MailRoom
from tests.openid.world import Way
from tests.people import People


def test_codes_come_back_by_command(
    way: Way, house: House, people: People, browse: Callable[..., Browser], mail_room: MailRoom
) -> None:
    house.portal.settings.change(staff_codes=False)
    assert not browse().get("/staff/login").all("input[name=email]")
    said: list[str] = []
    admin.codes(house, said.append)
    assert "/staff/login" in said[0]
    page = browse().sign_in_by_mail(people.agent.email, mail_room.code, staff=True)
    assert page.path == "/desk"
    assert way.sign_in().path == "/desk"
    newest = [one for one in house.table.walk("AUDIT", prefix="e#", consistent=True) if "staff_codes" in one["after"]]
    assert newest[-1]["author"] == "Operator"


def test_a_setting_that_leaves_no_way_in_leaves_codes(house: House, browse: Callable[..., Browser]) -> None:
    """Codes that are off count only while the provider is on."""
    house.portal.settings.change(staff_codes=False, openid=False)
    assert browse().get("/staff/login").all("input[name=email]")
