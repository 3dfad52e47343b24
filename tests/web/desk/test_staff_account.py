"""A member of staff's own page: name, time zone, where they are signed in, and signing out there or everywhere."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.signin.model import Kind
from chalicelib.wiring import House
from tests.browser import Browser
from tests.people import People

HERE = "/staff/account"


@pytest.fixture
def mina(browse: Callable[..., Browser], people: People) -> Browser:
    browser = browse(people.agent)
    browser.get(HERE)
    return browser


def test_every_page_of_staff_leads_there(mina: Browser) -> None:
    assert HERE in mina.get("/desk").links


def test_name_and_time_zone_are_saved(mina: Browser, people: People, house: House) -> None:
    """The name counts at once where staff are listed; the audit log has it, and not the time zone."""
    page = mina.submit("Save", name="  Mina   Park-Lee ", time_zone="Asia/Seoul")
    assert page.notice == "Your changes were saved."
    member = house.staff.store.get(people.agent.id, consistent=True)
    assert member
    assert (member.name, member.time_zone, member.role) == ("Mina Park-Lee", "Asia/Seoul", "agent")
    assert "Mina Park-Lee" in [one.name for one in house.staff.store.all()]
    entries = list(house.table.walk("AUDIT", prefix="e#", consistent=True))
    assert (entries[-1]["action"], entries[-1]["author_id"]) == ("staff:change", people.agent.id)
    assert "Seoul" not in repr(entries)
    assert page.one("html")["data-zone"] == "Asia/Seoul"


@pytest.mark.parametrize(
    ("field", "value"), [("name", ""), ("name", "x" * 81), ("name", "a\u202eb"), ("time_zone", "Mars/Olympus")]
)
def test_what_cannot_be_is_refused_beside_its_field(
    mina: Browser, people: People, house: House, field: str, value: str
) -> None:
    page = mina.post(HERE, {"csrf": mina.csrf, "action": "save", "name": "Mina", "time_zone": "", field: value})
    assert page.status == 422
    assert page.all(f"#account-{field}-fault")
    member = house.staff.store.get(people.agent.id, consistent=True)
    assert member
    assert member.name == people.agent.name


def test_nobody_gives_themselves_a_role(mina: Browser, people: People, house: House) -> None:
    """Fields that the form does not have do nothing."""
    mina.post(HERE, {"csrf": mina.csrf, "action": "save", "name": "Mina", "role": "admin", "active": "1", "id": "x"})
    member = house.staff.store.get(people.agent.id, consistent=True)
    assert member
    assert member.role == "agent"


def test_one_sign_in_is_ended_and_only_ones_own(
    mina: Browser, people: People, house: House, browse: Callable[..., Browser]
) -> None:
    other, ruth = browse(people.agent), browse(people.lead)
    page = mina.get(HERE)
    assert len(page.all("ul.sessions li")) == 2
    assert "by e-mailed code" in page.text
    hers = house.signin.sign_in.sessions(Kind.STAFF, people.lead.id, 12)[0].token_hash
    mina.post(HERE, {"csrf": mina.csrf, "action": "end", "session": hers})
    assert ruth.get("/desk").path == "/desk"
    session = next(one for one in page.all("ul.sessions input[name=session]"))["value"]
    page = mina.post(HERE, {"csrf": mina.csrf, "action": "end", "session": session})
    assert page.notice == "That device is signed out."
    assert other.get("/desk").path == "/staff/login?return_to=%2Fdesk"
    assert mina.get("/desk").path == "/desk"


def test_signing_out_everywhere(mina: Browser, people: People, browse: Callable[..., Browser]) -> None:
    other = browse(people.agent)
    page = mina.post(HERE, {"csrf": mina.csrf, "action": "everywhere"})
    assert (page.path, page.notice) == ("/staff/login", "You are signed out everywhere.")
    assert other.get("/desk", follow=False).status == 303


def test_an_unknown_action_is_refused(mina: Browser) -> None:
    assert mina.post(HERE, {"csrf": mina.csrf, "action": "else"}).status == 422


def test_every_role_has_the_page_and_customers_have_not(browse: Callable[..., Browser], people: People) -> None:
    for member in (people.agent, people.lead, people.content_manager, people.collaborator):
        assert browse(member).get(HERE).status == 200
    assert browse(people.owner).get(HERE, follow=False).status == 303
