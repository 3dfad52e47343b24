"""What each role sees at the desk and may do there: forms it may not use are not shown, and refused when sent."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.mail.model import ReplyMail
from chalicelib.staff.model import ROLES, Member
from chalicelib.wiring import House
from tests.browser import Browser, Page
from tests.people import People

ACTIONS = {
    "messages": ("conversation:reply", {"body": "Hello."}),
    "notes": ("note:write", {"body": "Hm."}),
    "close": ("conversation:status", {}),
    "snooze": ("conversation:status", {"until": "week"}),
    "reopen": ("conversation:status", {}),
    "subject": ("conversation:rename", {"subject": "Another"}),
    "redact": ("message:redact", {"seq": "1", "what": "whole"}),
    "resend": ("conversation:reply", {"seq": "2"}),
}


def member(people: People, role: str) -> Member:
    found: Member = {"admin": people.lead}.get(role) or getattr(people, role)
    return found


def shown(page: Page) -> set[str]:
    """Return the actions whose forms a page has."""
    addresses = [one["action"] for one in page.all("form")] + [
        one["formaction"] for one in page.all("button[formaction]")
    ]
    forms = [one.rpartition("/")[2] for one in addresses]
    return {action for action in ACTIONS if action in forms}


@pytest.mark.parametrize("role", sorted(ROLES))
def test_a_role_sees_the_forms_it_may_use_and_no_others(
    house: House, people: People, browse: Callable[..., Browser], role: str
) -> None:
    head = people.answers(people.starts(people.owner))
    browser = browse(member(people, role))
    page = browser.get(f"/desk/conversations/{head.id}")
    if "conversation:read" not in ROLES[role]:
        assert page.status == 403
        assert "It flickers" not in page.body
        return
    may = {action for action, (permission, _) in ACTIONS.items() if permission in ROLES[role]}
    closed = shown(browser.get(f"/desk/conversations/{people.closes(people.starts(people.owner)).id}"))
    mail = ReplyMail(head.id, 2)
    leased = house.outbox.store.begin(mail.id, mail, house.clock())
    assert leased is not None
    house.outbox.store.failed(leased, "No.")
    assert shown(browser.get(f"/desk/conversations/{head.id}")) | closed == may


@pytest.mark.parametrize("role", sorted(ROLES))
def test_what_a_role_may_not_do_is_refused_and_changes_nothing(
    people: People, browse: Callable[..., Browser], role: str
) -> None:
    head = people.answers(people.starts(people.owner))
    browser = browse(member(people, role))
    browser.get("/desk")
    before = people.messages(head)
    for action, (permission, fields) in ACTIONS.items():
        if permission in ROLES[role]:
            continue
        page = browser.post(f"/desk/conversations/{head.id}/{action}", {"csrf": browser.csrf, **fields})
        assert page.status == 403, action
        assert page.one("h1").text == "Not permitted"
        assert people.head(head.id) == head
        assert people.messages(head) == before


@pytest.mark.parametrize("role", sorted(ROLES))
def test_what_a_role_may_do_is_done(house: House, people: People, browse: Callable[..., Browser], role: str) -> None:
    browser = browse(member(people, role))
    for action, (permission, fields) in ACTIONS.items():
        if permission not in ROLES[role]:
            continue
        head = people.answers(people.starts(people.owner))
        house.facts.telling.tell(head.id)
        if action == "reopen":
            people.closes(head)
        browser.get(f"/desk/conversations/{head.id}")
        page = browser.post(f"/desk/conversations/{head.id}/{action}", {"csrf": browser.csrf, **fields})
        assert (page.status, bool(page.notice)) == (200, True), action


def test_a_refusal_of_a_role_keeps_what_was_typed(people: People, browse: Callable[..., Browser]) -> None:
    head = people.starts(people.owner)
    browser = browse(people.collaborator)
    browser.get(f"/desk/conversations/{head.id}")
    fields = {"csrf": browser.csrf, "body": "A long answer"}
    page = browser.post(f"/desk/conversations/{head.id}/messages", fields)
    assert page.status == 403
    assert page.one("#kept").content.strip() == "A long answer"


def test_a_role_that_was_taken_away_is_gone_with_the_next_request(
    house: House, people: People, browse: Callable[..., Browser]
) -> None:
    head = people.starts(people.owner)
    browser = browse(people.agent)
    browser.get(f"/desk/conversations/{head.id}")
    house.staff.store.deactivate(people.agent.id)
    page = browser.submit("Send reply", body="Hello.")
    assert page.status == 401
    assert "Hello." in page.body
    assert len(people.messages(head)) == 1


@pytest.mark.parametrize("role", sorted(ROLES))
@pytest.mark.parametrize(
    "path", ["/desk", "/desk/conversations/nothing", "/settings/articles/nothing", "/settings/staff"]
)
def test_a_page_that_refuses_leads_to_one_that_does_not(
    people: People, browse: Callable[..., Browser], role: str, path: str
) -> None:
    """Whoever may not see the desk goes on in the settings; nobody is sent to the customers' home page."""
    browser = browse(member(people, role))
    page = browser.get(path)
    if page.status == 200:
        return
    assert page.status in {403, 404}
    words = {"Back to the desk", "Back to the settings" if "conversation:read" not in ROLES[role] else ""}
    (back,) = [one for one in page.all("main a") if one.text in words]
    there = browser.get(back["href"])
    assert (there.status, there.path) == (200, "/desk" if "conversation:read" in ROLES[role] else "/settings/general")
