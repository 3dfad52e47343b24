"""Attack 5: ids of things that belong to somebody or something else, in the fields of an honest form."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.signin.model import Kind
from tests.attachments import corpus
from tests.browser import Browser
from tests.emulators import Stage
from tests.people import Clock, People, staff_items
from tests.security.watching import changed, form_token, stored

GONE = "One of the files is no longer here. Choose it again, or send your message without it."


def uploaded(browser: Browser, name: str = "lamp.png", *, path: str = "/uploads") -> str:
    """Return a finished upload of whoever is signed in."""
    browser.get("/desk" if path.startswith("/desk") else "/conversations/new")
    return browser.upload(name, "image/png", corpus.png(), path=path)


@pytest.fixture
def owner(browse: Callable[..., Browser], people: People) -> Browser:
    return browse(people.owner)


def send(browser: Browser, path: str, *uploads: str, kind: Kind = Kind.CUSTOMER) -> tuple[int, str]:
    """Send a message with files; return the status and what is said to be wrong."""
    fields = {"csrf": form_token(browser, kind), "body": "Look", "subject": "Look", "attachment": uploads}
    page = browser.post(path, fields, follow=False)
    return page.status, " ".join(page.faults)


def test_somebody_elses_finished_upload_is_as_absent(
    browse: Callable[..., Browser], owner: Browser, people: People, clock: Clock, ministack_stage: Stage
) -> None:
    """Another customer's, a staff member's, one that does not exist, and no id at all: the same words for all."""
    conversation = people.starts(people.owner)
    stranger, agent = browse(people.stranger), browse(people.agent)
    foreign = uploaded(stranger)
    staffs = uploaded(agent, path="/desk/uploads")
    absent = people.house.attachments.begin("customer:x", "a.png", "image/png", 5).upload.id[::-1]
    before = stored(ministack_stage)
    for path in (f"/conversations/{conversation.id}/messages", "/conversations"):
        for upload in (foreign, staffs, absent, "x", "../" + foreign, f"{conversation.id}/{foreign}"):
            assert send(owner, path, upload) == (422, GONE), upload
    assert not changed(before, stored(ministack_stage))
    own = f"/conversations/{people.starts(people.stranger).id}/messages"
    assert send(stranger, own, foreign)[0] == 303


def test_one_foreign_file_among_ones_own_stops_all_of_them(
    browse: Callable[..., Browser], owner: Browser, people: People, ministack_stage: Stage
) -> None:
    conversation = people.starts(people.owner)
    mine, foreign = uploaded(owner), uploaded(browse(people.stranger))
    before = stored(ministack_stage)
    status, said = send(owner, f"/conversations/{conversation.id}/messages", mine, foreign)
    assert (status, said) == (422, GONE)
    assert not changed(before, stored(ministack_stage))
    assert owner.page.all("input[name=attachment]")[0]["value"] == mine
    assert foreign not in owner.page.body


def test_a_staff_members_upload_is_that_members(browse: Callable[..., Browser], people: People) -> None:
    """Not a colleague's, and no customer's slips into an answer or a note."""
    conversation = people.starts(people.owner)
    agent, lead, owner = browse(people.agent), browse(people.lead), browse(people.owner)
    for upload in (uploaded(lead, path="/desk/uploads"), uploaded(owner)):
        for action in ("messages", "notes"):
            path = f"/desk/conversations/{conversation.id}/{action}"
            assert send(agent, path, upload, kind=Kind.STAFF) == (422, GONE)


def test_a_file_of_one_message_is_not_a_file_of_another(owner: Browser, people: People) -> None:
    """What is attached stays where it is: it can be sent into no second message or conversation."""
    first, second = people.starts(people.owner), people.starts(people.owner)
    upload = uploaded(owner)
    assert send(owner, f"/conversations/{first.id}/messages", upload)[0] == 303
    for path in (f"/conversations/{first.id}/messages", f"/conversations/{second.id}/messages", "/conversations"):
        assert send(owner, path, upload) == (422, GONE)
    assert not people.messages(second)[-1].attachments


def test_the_id_of_an_attachment_is_no_upload(browse: Callable[..., Browser], owner: Browser, people: People) -> None:
    """An id read from another's page, of a message or a note, brings its file nowhere."""
    conversation = people.starts(people.owner)
    agent = browse(people.agent)
    for action in ("messages", "notes"):
        upload = uploaded(agent, path="/desk/uploads")
        path = f"/desk/conversations/{conversation.id}/{action}"
        assert send(agent, path, upload, kind=Kind.STAFF)[0] == 303
        assert send(owner, f"/conversations/{conversation.id}/messages", upload) == (422, GONE)


def test_an_upload_of_yesterday_is_gone(owner: Browser, people: People, clock: Clock) -> None:
    conversation = people.starts(people.owner)
    upload = uploaded(owner)
    clock.ahead(days=1)
    owner.sign_in(people.owner)
    assert send(owner, f"/conversations/{conversation.id}/messages", upload) == (422, GONE)


def test_a_file_that_is_only_announced_is_no_file(owner: Browser, people: People) -> None:
    owner.get("/conversations/new")
    begun = owner.fetch("POST", "/uploads", {"name": "lamp.png", "type": "image/png", "size": 10}).json()
    status, said = send(owner, "/conversations", begun["id"])
    assert status == 422
    assert said == "“lamp.png” was not attached: it was not uploaded completely. Choose it again."


def test_ids_of_another_conversation_redact_and_resend_nothing(
    browse: Callable[..., Browser], people: People, ministack_stage: Stage
) -> None:
    """A note, a message number or a file of another conversation is not found in this one."""
    one, other = people.starts(people.owner), people.answers(people.starts(people.stranger))
    people.notes(other, "Between us")
    (note,), _ = staff_items(people.house, other.id)
    agent = browse(people.agent)
    upload = uploaded(agent, path="/desk/uploads")
    assert send(agent, f"/desk/conversations/{other.id}/messages", upload, kind=Kind.STAFF)[0] == 303
    token = form_token(agent, Kind.STAFF)
    before = stored(ministack_stage)
    for action, fields in (
        ("redact", {"note": note.id}),
        ("redact", {"seq": "2", "what": "whole"}),
        ("redact", {"seq": "1", "what": "attachment", "attachment": upload}),
        ("redact", {"seq": "1", "what": "attachment", "attachment": ""}),
        ("redact", {"seq": "1", "attachment": upload}),
        ("redact", {"note": f"{note.id}#x"}),
        ("redact", {"note": "#" * 2_000}),
        ("resend", {"seq": "2"}),
        ("resend", {"seq": f"2:{other.id}"}),
    ):
        page = agent.post(f"/desk/conversations/{one.id}/{action}", {"csrf": token, **fields}, follow=False)
        assert page.status in {404, 422}, fields
    assert not changed(before, stored(ministack_stage))
