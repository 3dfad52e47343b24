"""A form that names a file which is not there is never sent, nor shown again, without it in silence."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.conversations.model import Conversation
from tests.attachments.corpus import png
from tests.browser import Browser
from tests.people import Clock, People

GONE = "One of the files is no longer here. Choose it again, or send your message without it."
LONG = "x" * 10_241


@pytest.fixture
def head(people: People) -> Conversation:
    """The owner's open conversation."""
    return people.starts(people.owner)


@pytest.fixture
def browser(people: People, browse: Callable[..., Browser], head: Conversation) -> Browser:
    """The owner's browser, with the conversation open."""
    browser = browse(people.owner)
    browser.get(f"/conversations/{head.id}")
    return browser


def foreign(people: People, browse: Callable[..., Browser]) -> str:
    """Return a finished upload of somebody else."""
    other = browse(people.stranger)
    other.get("/conversations/new")
    return other.upload("theirs.png", "image/png", png())


@pytest.mark.parametrize("which", ["nonsense", "absent", "foreign", "used", "expired", "several"])
def test_what_is_not_there_is_told_whatever_else_is_wrong(
    people: People, browse: Callable[..., Browser], browser: Browser, head: Conversation, clock: Clock, which: str
) -> None:
    """A form that is refused for its text comes back without such a file, and says so; only then it is sent without."""
    own = browser.upload("a.png", "image/png", png())
    if which == "used":
        browser.submit("Send", body="First", attachment=[own])
    elif which == "expired":
        clock.ahead(days=1)
        browser.sign_in(people.owner)
        browser.get(f"/conversations/{head.id}")
    ids = {
        "nonsense": ["x"],
        "absent": [own[::-1]],
        "foreign": [foreign(people, browse)],
        "used": [own],
        "expired": [own],
        "several": ["x", "y", own[::-1]],
    }[which]
    before = len(people.messages(head))
    page = browser.submit("Send", body=LONG, attachment=ids)
    assert page.status == 422
    assert page.faults[-1] == GONE
    assert len(page.faults) == 2
    assert page.all(".uploads input") == []
    page = browser.submit("Send", body="Shorter", attachment=ids)
    assert (page.status, page.faults) == (422, [GONE])
    assert len(people.messages(head)) == before
    assert browser.submit("Send", body="Shorter").status == 200
    assert len(people.messages(head)) == before + 1


def test_a_closed_conversation_gives_back_the_files_or_says_that_one_is_gone(
    people: People, browser: Browser, head: Conversation
) -> None:
    """The reply that came too late: its box for reopening, or for a new conversation, has what is left of the files."""
    upload = browser.upload("a.png", "image/png", png())
    people.house.conversations.desk.close(people.agent, head)
    page = browser.submit("Send", body="Too late", attachment=[upload, upload[::-1]])
    assert page.status == 409
    assert page.faults[-1] == GONE
    assert [one["value"] for one in page.all(".uploads input")] == [upload]


def test_the_desk_tells_it_too(people: People, browse: Callable[..., Browser], head: Conversation) -> None:
    """Of an answer, of a note, and of what was typed before a conversation was closed and is reopened."""
    agent = browse(people.agent)
    for action in ("messages", "notes"):
        agent.get(f"/desk/conversations/{head.id}")
        fields = {"csrf": agent.csrf, "body": LONG, "attachment": "x"}
        page = agent.post(f"/desk/conversations/{head.id}/{action}", fields)
        assert page.status == 422
        assert page.faults[-1] == GONE
    fields = {"csrf": agent.csrf, "body": "Typed before", "attachment": "x"}
    page = agent.post(f"/desk/conversations/{head.id}/reopen", fields)
    assert GONE in page.faults


def test_nothing_is_said_of_files_that_are_there(browser: Browser) -> None:
    """What is refused for its text alone comes back with its files ticked and one reason."""
    ids = [browser.upload(f"{number}.png", "image/png", png()) for number in range(2)]
    page = browser.submit("Send", body=LONG, attachment=[*ids, ids[0]])
    assert len(page.faults) == 1
    assert [one["value"] for one in page.all(".uploads input")] == ids
