"""Indexes lag behind the table: pages work while they miss what is new, or still hold what has changed."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest

from chalicelib.conversations.model import Conversation
from chalicelib.wiring import House
from tests.browser import Browser
from tests.people import People
from tests.wire import answering, recorded


@pytest.fixture
def old(house: House, people: People) -> tuple[Conversation, list[dict[str, Any]]]:
    """A conversation that has moved on since its index rows, also given, were read."""
    head = people.starts(people.owner, "An old subject")
    with recorded(house.clients.dynamodb) as calls:
        house.conversations.store.rows(people.owner.id, closed=None, newest_first=True, position="", limit=25)
    rows = deepcopy(calls[0].answer["Items"])
    house.conversations.desk.rename(people.agent, head, "A new subject")
    people.answers(head, "The answer")
    return people.closes(head), rows


def test_a_list_that_still_shows_an_old_row_leads_to_the_conversation_as_it_is(
    house: House, people: People, browse: Callable[..., Browser], old: tuple[Conversation, list[dict[str, Any]]]
) -> None:
    head, rows = old
    browser = browse(people.owner)

    def stale(answer: dict[str, Any]) -> None:
        answer["Items"] = deepcopy(rows)

    with answering(house.clients.dynamodb, "Query", stale):
        page = browser.get("/conversations")
    assert page.status == 200
    assert page.one("ol.rows h2 a").text == "An old subject"
    assert page.one("nav.tabs").text == "All 1 Open 0 Closed 1"
    page = browser.get(page.one("ol.rows h2 a")["href"])
    assert page.heading == "A new subject"
    assert page.one("[data-status]").text == "Closed"
    assert head.closed


def test_an_old_row_twice_in_the_list_is_a_page(
    house: House, people: People, browse: Callable[..., Browser], old: tuple[Conversation, list[dict[str, Any]]]
) -> None:
    """One row at the old place and one at the new, as a lagging index may give them over two pages."""
    _, rows = old
    browser = browse(people.owner)

    def both(answer: dict[str, Any]) -> None:
        answer["Items"] = [*answer["Items"], *deepcopy(rows)]

    with answering(house.clients.dynamodb, "Query", both):
        for path in ("/conversations", "/conversations?status=done", "/conversations?q=subject"):
            assert browser.get(path).status == 200


def test_a_list_that_misses_what_is_new_is_a_page_and_its_counts_are_true(
    house: House, people: People, browse: Callable[..., Browser]
) -> None:
    people.starts(people.owner)
    browser = browse(people.owner)

    def empty(answer: dict[str, Any]) -> None:
        answer["Items"] = []

    with answering(house.clients.dynamodb, "Query", empty):
        for path, heading in (
            ("/conversations", "Nothing here"),
            ("/conversations?q=lamp", "Nothing found for “lamp”"),
        ):
            page = browser.get(path)
            assert page.status == 200
            assert page.one(".empty h2").text == heading
            assert page.one("nav.tabs").text == "All 1 Open 1 Closed 0"
        assert browser.get("/account/export.json").json()["conversations"] == []


def test_a_page_after_a_form_needs_no_index(house: House, people: People, browse: Callable[..., Browser]) -> None:
    """It shows what was posted, read consistently from the table."""
    head = people.starts(people.owner)
    browser = browse(people.owner)
    browser.get(f"/conversations/{head.id}")
    with recorded(house.clients.dynamodb) as calls:
        page = browser.submit("Send", body="Hello?")
    assert page.all("ol.messages .said")[-1].text == "Hello?"
    reads = [call for call in calls if call.operation in {"BatchGetItem", "Query", "GetItem"}]
    for call in reads[-2:]:
        tables = call.request.get("RequestItems", {}).values()
        asked = [call.request] if call.operation != "BatchGetItem" else list(tables)
        assert all(one.get("ConsistentRead") for one in asked), call
        assert "IndexName" not in call.request


def test_the_desk_works_with_rows_of_conversations_that_moved_on(
    house: House, people: People, browse: Callable[..., Browser], old: tuple[Conversation, list[dict[str, Any]]]
) -> None:
    """The index still has it among the open ones; the list asks the conversation itself and leaves it out."""
    head, rows = old
    agent = browse(people.agent)
    given = [False]

    def stale(answer: dict[str, Any]) -> None:
        answer["Items"] = (
            [] if given[0] else [{**row, "g4pk": {"S": "WORK#open#0"}, "g4sk": row["g1sk"]} for row in deepcopy(rows)]
        )
        given[0] = True

    with answering(house.clients.dynamodb, "Query", stale):
        page = agent.get("/desk")
    assert given == [True]
    assert not page.all("ol.rows h2 a")
    page = agent.get(f"/desk/conversations/{head.id}")
    assert page.one("[data-status]").text == "Closed"
    assert page.has_form("Reopen")
    assert head.closed


def test_a_row_that_should_have_woken_already_is_woken_once(house: House, people: People) -> None:
    """The index of snoozed ones still holds what a reply has woken since; the schedule leaves it alone."""
    head = people.starts(people.owner)
    people.snoozes(head, hours=1)
    with recorded(house.clients.dynamodb) as calls:
        house.conversations.store.due_to_wake(people.clock.ahead(hours=2), 10)
    rows = [item for call in calls for item in call.answer["Items"]]
    assert rows
    people.says(people.owner, head, "Hello?")
    now = people.head(head.id)

    def stale(answer: dict[str, Any]) -> None:
        answer["Items"] = deepcopy(rows)

    with answering(house.clients.dynamodb, "Query", stale):
        assert house.conversations.desk.wake(people.clock()) == 0
    assert people.head(head.id) == now
