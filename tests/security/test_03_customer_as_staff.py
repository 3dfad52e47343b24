"""Attack 3: a customer comes to the desk. Every route by every role is in test_every_route.py; here are the detours."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from chalicelib.aws import keys
from chalicelib.aws.table import Update
from chalicelib.signin.model import Kind
from chalicelib.staff.model import ROLES
from tests.browser import Browser, cookies_of
from tests.people import People
from tests.security.watching import form_token

if TYPE_CHECKING:
    from tests.conftest import MailRoom


def is_staffs_door(browser: Browser) -> bool:
    return browser.get("/desk").path.startswith("/staff/login")


def test_a_customers_code_opens_no_desk(browse: Callable[..., Browser], people: People, mail_room: MailRoom) -> None:
    """What a customer's sign-in gave them works at the customers' door alone, cookie, code and link."""
    assert people.owner.email
    browser = browse()
    browser.get("/login")
    browser.submit("Send me a code", email=people.owner.email)
    text = mail_room.text()
    code = next(word for word in text.split() if word.isdigit() and len(word) == 8)
    link = next(word for word in text.split() if "/login/link/" in word)
    cookies = cookies_of(browser.house)
    browser.cookies[cookies.pending(Kind.STAFF)] = browser.cookies[cookies.pending(Kind.CUSTOMER)]
    token = browser.csrf
    assert browser.post("/staff/login/code", {"csrf": token, "code": code}).status == 422
    path = f"/staff/login/link/{link.rpartition('/')[2]}"
    assert not browser.get(path).has_form("Sign in")
    assert browser.post(path, {"csrf": token}).status == 422
    assert is_staffs_door(browser)
    browser.get("/login/code")
    assert browser.submit("Sign in", code=code).heading == "My Conversations"
    assert is_staffs_door(browser)


def test_a_customer_with_a_staff_members_address_stays_a_customer(
    browse: Callable[..., Browser], people: People, mail_room: MailRoom
) -> None:
    """The two kinds share no address book: each door finds its own."""
    house = people.house
    double = house.customers.profiles.register("Not Ruth", {"email": people.lead.email})
    browser = browse()
    assert browser.sign_in_by_mail(people.lead.email, mail_room.code).one("header .who").text == double.name
    assert is_staffs_door(browser)
    other = browse()
    assert (
        other.sign_in_by_mail(people.lead.email, mail_room.code, staff=True).one("header .who").text == people.lead.name
    )
    assert other.get("/conversations").path.startswith("/login")


def test_nobody_signs_in_at_the_desk_as_a_customer_only(
    browse: Callable[..., Browser], people: People, mail_room: MailRoom
) -> None:
    """A customer's address at the staff's door looks as any unknown one, and no mail leaves."""
    assert people.owner.email
    browser = browse()
    browser.get("/staff/login")
    page = browser.submit("Send me a code", email=people.owner.email)
    assert page.path == "/staff/login/code"
    assert mail_room.deliver() == []


@pytest.mark.parametrize("role", [*sorted(ROLES), "owner", "", "AGENT", "agent ", "agent,admin"])
def test_a_role_counts_from_the_next_request_on(browse: Callable[..., Browser], people: People, role: str) -> None:
    """Whoever loses a right loses it at once; a role that does not exist has none."""
    conversation = people.starts(people.owner)
    browser = browse(people.agent)
    assert browser.get("/desk").status == 200
    people.house.table.write(Update(keys.staff(people.agent.id), put={"role": role}))
    may = ROLES.get(role, frozenset())
    assert browser.get("/desk").status == (200 if "conversation:read" in may else 403)
    token = form_token(browser, Kind.STAFF)
    answer = browser.post(f"/desk/conversations/{conversation.id}/messages", {"csrf": token, "body": "x"}, follow=False)
    assert answer.status == (303 if "conversation:reply" in may else 403)


def test_the_desk_shows_no_button_that_would_be_refused(browse: Callable[..., Browser], people: People) -> None:
    """What a role may not do is not offered: a collaborator reads and notes."""
    conversation = people.answers(people.starts(people.owner))
    page = browse(people.collaborator).get(f"/desk/conversations/{conversation.id}")
    actions = {form["action"].rpartition("/")[2] for form in page.all("form")}
    assert actions == {"logout", "notes"}
    page = browse(people.agent).get(f"/desk/conversations/{conversation.id}")
    actions = {form["action"].rpartition("/")[2] for form in page.all("form")}
    assert actions == {"logout", "notes", "messages", "snooze", "subject", "labels", "redact"}
    assert [one["formaction"].rpartition("/")[2] for one in page.all("button[formaction]")] == ["close"]


def test_a_customers_page_names_no_address_of_the_desk(browse: Callable[..., Browser], people: People) -> None:
    conversation = people.answers(people.starts(people.owner))
    people.notes(conversation, "Between us")
    owner = browse(people.owner)
    for path in ("/", "/conversations", f"/conversations/{conversation.id}", "/account", "/account/export.json"):
        body = owner.get(path).body
        assert "/desk" not in body, path
        assert "/staff" not in body, path
        assert people.agent.email not in body, path
        assert people.agent.id not in body, path
