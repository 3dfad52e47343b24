"""A customer's list: in order of activity, whole over its pages, and as cheap for thousands as for ten."""

from __future__ import annotations

import pytest

from chalicelib.conversations.model import Status
from chalicelib.conversations.portal import PAGE, ListPage
from chalicelib.customers.model import Customer
from chalicelib.wiring import House
from tests.people import People
from tests.wire import recorded

FILTERS = [None, False, True]


def pages(house: House, customer: Customer, *, closed: bool | None = None, newest_first: bool = True) -> list[ListPage]:
    """Return every page of a list, from the first to the one that has no next."""
    found = [house.conversations.portal.page(customer, closed=closed, newest_first=newest_first)]
    while found[-1].position is not None:
        assert len(found) < 100
        found.append(
            house.conversations.portal.page(
                customer, closed=closed, newest_first=newest_first, position=found[-1].position or ""
            )
        )
    return found


def subjects(found: list[ListPage]) -> list[str]:
    return [row.subject for page in found for row in page.rows]


def test_a_list_reads_one_page_whatever_its_length(house: House, people: People) -> None:
    """One query of one page, with and without a filter, at 10, 100 and 400 conversations, the open ones the oldest."""
    customer = people.owner
    people.plant(customer, count=3, subject="Open {}")
    planted = 3
    for size in (10, 100, 400):
        people.plant(customer, count=size - planted, status=Status.DONE)
        planted = size
        for closed, expected in zip(FILTERS, (min(size, PAGE), 3, min(size - 3, PAGE)), strict=True):
            with recorded(house.clients.dynamodb) as calls:
                page = house.conversations.portal.page(customer, closed=closed, newest_first=True)
            assert len(page.rows) == expected
            (call,) = calls
            assert call.operation == "Query"
            assert call.answer["ScannedCount"] == call.answer["Count"] <= PAGE + 1


@pytest.mark.parametrize("newest_first", [True, False])
def test_pages_together_are_the_list_without_gap_or_repeat(house: House, people: People, newest_first: bool) -> None:
    customer = people.owner
    for number in range(1, 61):
        status = (Status.OPEN, Status.DONE, Status.SNOOZED)[number % 3]
        people.plant(customer, subject=f"Number {number}", status=status)
    every = list(range(1, 61))
    wanted = {None: every, False: [n for n in every if n % 3 != 1], True: [n for n in every if n % 3 == 1]}
    for closed, numbers in wanted.items():
        found = pages(house, customer, closed=closed, newest_first=newest_first)
        assert [len(page.rows) for page in found[:-1]] == [PAGE] * (len(found) - 1)
        assert found[-1].rows
        ordered = sorted(numbers, reverse=newest_first)
        assert subjects(found) == [f"Number {number}" for number in ordered]


def test_a_list_of_exactly_a_page_has_no_next(house: House, people: People) -> None:
    """No link may lead to an empty page."""
    people.plant(people.owner, count=PAGE)
    assert pages(house, people.owner)[0].position is None
    people.plant(people.owner)
    assert [len(page.rows) for page in pages(house, people.owner)] == [PAGE, 1]


def test_what_a_customer_can_see_moves_a_conversation_up_and_nothing_else_does(house: House, people: People) -> None:
    """A reply and an answer are activity. Closing, renaming, snoozing, a note, a redaction and reading are none."""
    first, second, third = people.plant(people.owner, ("Hello?", "Yes?"), count=3)
    order = [third.subject, second.subject, first.subject]

    def now() -> list[str]:
        return subjects(pages(house, people.owner))

    assert now() == order
    people.clock.ahead(hours=1)
    people.notes(first, "A note")
    house.conversations.desk.redact(people.agent, people.head(first.id), 2)
    people.snoozes(first)
    people.closes(first)
    house.conversations.desk.reopen(people.agent, people.head(first.id))
    house.conversations.portal.mark_seen(people.owner, people.head(second.id))
    assert now() == order

    people.says(people.owner, first, "Still there?")
    assert now() == [first.subject, third.subject, second.subject]
    people.answers(second, "Yes.")
    assert now() == [second.subject, first.subject, third.subject]


def test_a_changed_status_moves_a_conversation_from_one_list_to_the_other(house: House, people: People) -> None:
    """Open and snoozed are in the open list, closed ones in the closed list, and all of them in the whole list."""
    (one,) = people.plant(people.owner, subject="The lamp")

    def lists() -> list[int]:
        return [len(pages(house, people.owner, closed=closed)[0].rows) for closed in FILTERS]

    assert lists() == [1, 1, 0]
    people.snoozes(one)
    assert lists() == [1, 1, 0]
    people.closes(one)
    assert lists() == [1, 0, 1]
    house.conversations.desk.reopen(people.agent, people.head(one.id))
    assert lists() == [1, 1, 0]


def test_rows_say_what_the_list_shows(house: House, people: People) -> None:
    head = people.starts(people.owner, subject="The lamp", body="It flickers\nat night.")
    people.answers(head, "Which one is it?")
    (row,) = pages(house, people.owner)[0].rows
    now = people.head(head.id)
    assert (row.id, row.customer_id, row.subject, row.status, row.channel) == (
        now.id,
        people.owner.id,
        "The lamp",
        Status.OPEN,
        "portal",
    )
    assert (row.preview, row.preview_direction, row.unread, row.last_seq) == ("Which one is it?", "out", True, 2)
    assert (row.active_at, row.created_at) == (now.active_at, now.created_at)


def test_a_list_holds_nobody_elses_conversations(house: House, people: People) -> None:
    people.plant(people.owner, count=2)
    people.plant(people.stranger, count=30)
    for closed in FILTERS:
        rows = pages(house, people.owner, closed=closed)[0].rows
        assert {row.customer_id for row in rows} <= {people.owner.id}
    assert pages(house, people.colleague)[0] == ListPage([], None, 0)


def test_a_conversation_that_moves_while_somebody_pages_appears_at_most_twice_and_others_once(
    house: House, people: People
) -> None:
    """A cursor is a place in time, so what moves up behind the reader's back disturbs nothing else."""
    heads = people.plant(people.owner, count=60)
    first = house.conversations.portal.page(people.owner, closed=None, newest_first=True)
    people.says(people.owner, heads[0], "Up to the top")
    seen = [row.id for row in first.rows]
    position = first.position
    while position:
        page = house.conversations.portal.page(people.owner, closed=None, newest_first=True, position=position)
        seen += [row.id for row in page.rows]
        position = page.position
    assert sorted(seen) == sorted(head.id for head in heads[1:])
