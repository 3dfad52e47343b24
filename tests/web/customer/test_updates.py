"""The poll for news: nothing and one read where nothing is new, the rendered thread where something is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from chalicelib.conversations.model import Conversation, Draft
from chalicelib.wiring import House
from tests.browser import Browser
from tests.people import People
from tests.wire import lagging, recorded


@pytest.fixture
def head(people: People) -> Conversation:
    """The owner's open conversation."""
    assert people.agent
    return people.starts(people.owner)


@pytest.fixture
def browser(people: People, browse: Callable[..., Browser], head: Conversation) -> Browser:
    """The owner's browser, with the conversation open."""
    browser = browse(people.owner)
    browser.get(f"/conversations/{head.id}")
    return browser


def updates(browser: Browser) -> str:
    """Return where the page shown asks for news."""
    return browser.page.one("[data-updates]")["data-updates"]


def test_nothing_new_is_a_204_and_one_read(house: House, browser: Browser) -> None:
    with recorded(house.clients.dynamodb) as calls:
        answer = browser.fetch("GET", updates(browser))
    assert (answer.status, answer.body) == (204, b"")
    assert [call.operation for call in calls] == ["BatchGetItem"]
    assert answer.header("Cache-Control") == "no-store"


def test_news_come_as_the_same_html_as_on_the_page(people: People, browser: Browser, head: Conversation) -> None:
    after = updates(browser)
    people.answers(head, "Which <lamp> is it?")
    answer = browser.fetch("GET", after)
    assert answer.status == 200
    news: dict[str, Any] = answer.json()
    assert set(news) == {"version", "html", "status", "closed"}
    assert (news["version"], news["status"], news["closed"]) == (2, "Open", False)
    assert "Which &lt;lamp&gt; is it?" in news["html"]
    browser.get(f"/conversations/{head.id}")
    assert news["html"].strip() in browser.page.body
    assert updates(browser) == after.replace("after=1", "after=2")
    assert browser.fetch("GET", updates(browser)).status == 204


def test_every_visible_change_is_news_and_nothing_else_is(
    house: House, people: People, browser: Browser, head: Conversation
) -> None:
    """Closing, reopening, renaming, snoozing and redacting are; a note, a mail that left and reading are not."""

    def news() -> tuple[str, bool] | None:
        answer = browser.fetch("GET", updates(browser))
        if answer.status == 204:
            return None
        browser.get(f"/conversations/{head.id}")
        content = answer.json()
        return content["status"], content["closed"]

    people.answers(head)
    assert news() == ("Open", False)
    people.notes(head, "A note")
    house.conversations.portal.mark_seen(people.owner, people.head(head.id))
    assert news() is None
    people.snoozes(head)
    assert news() == ("Snoozed", False)
    people.closes(head)
    assert news() == ("Closed", True)
    house.conversations.portal.reopen(people.owner, people.head(head.id), Draft("Again."), allowed=True)
    assert news() == ("Open", False)
    house.conversations.desk.rename(people.agent, people.head(head.id), "Another subject")
    assert news() == ("Open", False)
    house.conversations.desk.redact(people.agent, people.head(head.id), 1, part="night")
    assert news() == ("Open", False)
    assert news() is None


def test_a_redaction_takes_the_text_from_pages_that_are_open(
    house: House, people: People, browser: Browser, head: Conversation
) -> None:
    after = updates(browser)
    assert "flickers at night" in browser.page.body
    house.conversations.desk.redact(people.agent, people.head(head.id), 1)
    html = browser.fetch("GET", after).json()["html"]
    assert "flickers" not in html
    assert "This message was removed" in html


def test_news_read_while_a_replica_lags_hold_what_their_version_counts(
    house: House, people: People, browser: Browser, head: Conversation
) -> None:
    """Or the script would believe to be up to date without the message it asked for."""
    after = updates(browser)
    people.answers(head, "The answer")
    with lagging(house.clients.dynamodb) as missed:
        news = browser.fetch("GET", after).json()
    assert missed == ["c#m#00000002"]
    assert "The answer" in news["html"]


def test_an_odd_version_is_answered_with_what_there_is(browser: Browser, head: Conversation) -> None:
    for after in ("", "0", "-1", "abc", "99999999999999", "1.0", "٢"):
        answer = browser.fetch("GET", f"/conversations/{head.id}/updates?after={after}")
        assert answer.status == 200
        assert answer.json()["version"] == 1


def test_a_poll_is_refused_as_the_page_is(
    people: People, browser: Browser, browse: Callable[..., Browser], head: Conversation
) -> None:
    path = f"/conversations/{head.id}/updates?after=1"
    foreign = browse(people.stranger).fetch("GET", path)
    absent = browse(people.stranger).fetch("GET", path.replace(head.id, "0" * 26))
    assert (foreign.status, foreign.body) == (absent.status, absent.body)
    assert foreign.status == 404
    assert foreign.json()["error"]["code"] == "not_found"
    assert browse().fetch("GET", path).json()["error"]["code"] == "not_signed_in"


def test_marking_as_read_by_script_is_a_204(people: People, browser: Browser, head: Conversation) -> None:
    people.answers(head)
    answer = browser.fetch("POST", f"/conversations/{head.id}/seen")
    assert (answer.status, answer.body) == (204, b"")
    assert not people.head(head.id).unread
    assert browser.fetch("POST", f"/conversations/{'0' * 26}/seen").status == 404


def test_an_earlier_page_does_not_ask_for_news(people: People, browse: Callable[..., Browser]) -> None:
    """It would put the newest messages where the earlier ones stand."""
    (head,) = people.plant(people.owner, ("Hello?",) * 60)
    browser = browse(people.owner)
    assert browser.get(f"/conversations/{head.id}").all("[data-updates]")
    assert not browser.get(f"/conversations/{head.id}?before=11").all("[data-updates]")
