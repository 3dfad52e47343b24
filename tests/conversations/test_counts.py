"""The counts of a customer's list are kept with every change of status, so they are always true."""

from __future__ import annotations

import pytest

from chalicelib.conversations.model import Draft
from chalicelib.customers.model import Customer
from chalicelib.refusals import ConversationClosed, NotClosed, Refusal, ReopeningNotAllowed
from chalicelib.wiring import House
from tests.people import People


def counts(people: People, customer: Customer) -> tuple[int, int]:
    """Return the kept counts, after comparing them with the lists themselves."""
    fresh = people.fresh(customer)
    for closed, kept in ((False, fresh.open_count), (True, fresh.done_count), (None, None)):
        rows, more = people.house.conversations.store.rows(
            customer.id, closed=closed, newest_first=True, position="", limit=100
        )
        assert not more
        assert len(rows) == (fresh.open_count + fresh.done_count if kept is None else kept)
    return fresh.open_count, fresh.done_count


def test_counts_through_the_life_of_a_conversation(house: House, people: People) -> None:
    """Start, snooze, wake, close, reopen by the customer, close again, reopen by an agent."""
    owner = people.owner
    assert counts(people, owner) == (0, 0)
    head = people.starts(owner)
    people.starts(owner, "Another")
    assert counts(people, owner) == (2, 0)
    people.snoozes(head)
    assert counts(people, owner) == (2, 0)
    people.says(owner, head, "Still there?")
    assert counts(people, owner) == (2, 0)
    people.closes(head)
    assert counts(people, owner) == (1, 1)
    house.conversations.portal.reopen(owner, people.head(head.id), Draft("Again."), allowed=True)
    assert counts(people, owner) == (2, 0)
    people.snoozes(head)
    people.closes(head)
    assert counts(people, owner) == (1, 1)
    house.conversations.desk.reopen(people.agent, people.head(head.id))
    assert counts(people, owner) == (2, 0)
    assert counts(people, people.stranger) == (0, 0)


def test_what_is_refused_counts_nothing(house: House, people: People) -> None:
    owner = people.owner
    head = people.starts(owner)
    closed = people.closes(head)
    refused: list[tuple[type[Refusal], object]] = [
        (ConversationClosed, lambda: house.conversations.desk.close(people.agent, closed)),
        (ConversationClosed, lambda: house.conversations.portal.reply(owner, closed, Draft("Hello?"))),
        (ReopeningNotAllowed, lambda: house.conversations.portal.reopen(owner, closed, Draft("Hello?"), allowed=False)),
    ]
    for kind, act in refused:
        with pytest.raises(kind):
            act()  # type: ignore[operator]
        assert counts(people, owner) == (0, 1)
    house.conversations.desk.reopen(people.agent, closed)
    with pytest.raises(NotClosed):
        house.conversations.desk.reopen(people.agent, people.head(head.id))
    with pytest.raises(NotClosed):
        house.conversations.portal.reopen(owner, people.head(head.id), Draft("Hello?"), allowed=True)
    assert counts(people, owner) == (1, 0)


def test_a_start_that_is_sent_twice_counts_once(house: House, people: People) -> None:
    draft = Draft("It flickers.", key="k" * 20, subject="The lamp")
    first = house.conversations.portal.start(people.owner, draft)
    assert house.conversations.portal.start(people.owner, draft) == first
    assert counts(people, people.owner) == (1, 0)


def test_a_close_from_an_old_page_counts_once(house: House, people: People) -> None:
    """Two agents have the same page open; the second is told that it is closed already."""
    head = people.starts(people.owner)
    house.conversations.desk.close(people.agent, head)
    with pytest.raises(ConversationClosed):
        house.conversations.desk.close(people.lead, head)
    assert counts(people, people.owner) == (0, 1)
    house.conversations.portal.reopen(people.owner, people.head(head.id), Draft("Again."), allowed=True)
    with pytest.raises(NotClosed):
        house.conversations.desk.reopen(people.lead, head)
    assert counts(people, people.owner) == (1, 0)
