"""What staff do among themselves changes no byte of anything a customer can ask for."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from chalicelib.conversations.model import Conversation
from chalicelib.mail.model import ReplyMail
from chalicelib.wiring import House
from tests.attachments.corpus import png
from tests.browser import Browser, normal
from tests.people import Clock, People


@pytest.fixture
def head(people: People) -> Conversation:
    """A conversation that both sides have said something in, between two others."""
    people.plant(people.owner, subject="Older")
    head = people.answers(people.starts(people.owner, "The lamp", "It flickers."), "Which one?")
    people.plant(people.owner, subject="Newer")
    return head


def everything(browser: Browser, head: Conversation, clock: Clock, now: datetime) -> dict[str, tuple[str, ...]]:
    """Return status, headers and body of every page that could tell, all of them asked for at the same moment."""
    found = {}
    for path in (
        f"/conversations/{head.id}",
        f"/conversations/{head.id}?before=2",
        f"/conversations/{head.id}/updates?after=0",
        f"/conversations/{head.id}/updates?after={head.version}",
        "/conversations",
        "/conversations?status=open",
        "/conversations?status=done",
        "/conversations?sort=oldest",
        "/conversations?q=lamp",
        "/conversations?q=zebra",
        "/account",
        "/account/export.json",
        f"/conversations/new?continues={head.id}",
        "/",
    ):
        clock.set(now)
        page = browser.get(path)
        headers = [f"{name}: {value}" for name, value in page.response.headers if name.lower() != "x-amzn-requestid"]
        found[path] = (str(page.status), *sorted(headers), normal(page.body))
    return found


def test_notes_change_no_byte_of_any_page(
    people: People, browse: Callable[..., Browser], head: Conversation, clock: Clock
) -> None:
    """With text and with files, by different people, redacted again, and refused; ETag, if any, included."""
    owner, agent = browse(people.owner), browse(people.agent)
    moment = clock.ahead(hours=1)
    before = everything(owner, head, clock, moment)
    assert {found[0] for found in before.values()} == {"200", "204"}

    agent.get(f"/desk/conversations/{head.id}")
    upload = agent.upload("zebra.png", "image/png", png(), path="/desk/uploads")
    page = agent.submit("Add note", body="A zebra, between ourselves", attachment=[upload])
    assert page.status == 200
    people.notes(head, "Another zebra", by=people.collaborator)
    assert everything(owner, head, clock, moment) == before

    page = agent.get(f"/desk/conversations/{head.id}")
    note = page.all("li.note")[0]
    assert agent.submit(note.one("details form")).notice == "It was removed for good."
    agent.submit("Add note", body=" ")
    assert everything(owner, head, clock, moment) == before


def test_mail_on_its_way_changes_no_byte_of_any_page(
    house: House, people: People, browse: Callable[..., Browser], head: Conversation, clock: Clock
) -> None:
    """Whether it left, failed or was sent again is for staff."""
    owner = browse(people.owner)
    moment = clock.ahead(hours=1)
    before = everything(owner, head, clock, moment)
    mail = ReplyMail(head.id, 2)
    leased = house.outbox.store.begin(mail.id, mail, clock())
    assert leased
    assert everything(owner, head, clock, moment) == before
    house.outbox.store.failed(leased, "The zebra did not answer.")
    assert everything(owner, head, clock, moment) == before
    house.outbox.resend(mail.id)
    assert everything(owner, head, clock, moment) == before


def test_looking_at_the_desk_changes_no_byte_of_any_page(
    people: People, browse: Callable[..., Browser], head: Conversation, clock: Clock
) -> None:
    owner, agent = browse(people.owner), browse(people.agent)
    moment = clock.ahead(hours=1)
    before = everything(owner, head, clock, moment)
    for path in ("/desk", f"/desk/conversations/{head.id}", f"/desk/conversations/{head.id}/updates?after=0.0"):
        agent.get(path)
        agent.head(path)
    assert everything(owner, head, clock, moment) == before


def test_what_others_do_changes_no_byte_of_any_page(
    people: People, browse: Callable[..., Browser], head: Conversation, clock: Clock
) -> None:
    """Conversations of other customers are nowhere in these pages."""
    owner = browse(people.owner)
    moment = clock.ahead(hours=1)
    before = everything(owner, head, clock, moment)
    other = people.answers(people.starts(people.stranger, "A zebra", "A lamp, too"))
    people.notes(other, "zebra")
    people.closes(other)
    assert everything(owner, head, clock, moment) == before


def test_the_comparison_notices_what_a_customer_may_see(
    people: People, browse: Callable[..., Browser], head: Conversation, clock: Clock
) -> None:
    """An answer changes the pages it must change, so the tests above compare something."""
    owner = browse(people.owner)
    moment = clock.ahead(hours=1)
    before = everything(owner, head, clock, moment)
    people.answers(head, "A visible zebra")
    after = everything(owner, head, clock, moment)
    assert {path for path, found in before.items() if after[path] != found} == {
        f"/conversations/{head.id}",
        f"/conversations/{head.id}?before=2",
        f"/conversations/{head.id}/updates?after=0",
        f"/conversations/{head.id}/updates?after={head.version}",
        "/conversations",
        "/conversations?status=open",
        "/conversations?sort=oldest",
        "/conversations?q=lamp",
        "/conversations?q=zebra",
        "/account/export.json",
    }
