"""The desk's lists: merged over their shards, in one order, whole over their pages; and who wakes when."""

from __future__ import annotations

from datetime import timedelta

import pytest

from chalicelib.aws import keys
from chalicelib.conversations.model import Status
from chalicelib.conversations.portal import PAGE
from chalicelib.refusals import Invalid, NotPermitted
from chalicelib.wiring import House
from tests.people import People, staff_items


def listed(house: House, people: People, status: Status, *, size: int = PAGE) -> list[str]:
    """Return the subjects of a whole desk list, over all its pages."""
    subjects: list[str] = []
    position: str | None = ""
    while position is not None:
        page = house.conversations.desk.page(people.agent, status, position=position)
        assert len(page.rows) <= size
        assert page.rows or not position
        subjects += [row.subject for row in page.rows]
        position = page.position
    return subjects


def test_pages_of_the_desk_are_one_list_over_all_shards(house: House, people: People) -> None:
    """Newest activity first, of all customers, each once, though they lie in several partitions."""
    people.plant(people.owner, count=40, subject="Owner {}")
    people.plant(people.stranger, count=40, subject="Stranger {}")
    heads = house.conversations.store.rows(people.owner.id, closed=None, newest_first=True, position="", limit=50)[0]
    assert {keys.shard(head.id) for head in heads} == set(range(keys.SHARDS))
    expected = [f"{name} {number}" for name in ("Stranger", "Owner") for number in range(40, 0, -1)]
    assert listed(house, people, Status.OPEN) == expected
    assert listed(house, people, Status.DONE) == []


def test_each_conversation_is_in_the_list_of_its_status(house: House, people: People) -> None:
    for status in Status:
        people.plant(people.owner, count=3, subject=f"{status} {{}}", status=status)
    for status in Status:
        assert sorted(listed(house, people, status)) == [f"{status} {number}" for number in (1, 2, 3)]


def test_a_list_of_exactly_a_page_has_no_next(house: House, people: People) -> None:
    people.plant(people.owner, count=PAGE)
    assert house.conversations.desk.page(people.agent, Status.OPEN).position is None
    people.plant(people.owner)
    first = house.conversations.desk.page(people.agent, Status.OPEN)
    assert first.position is not None
    assert len(house.conversations.desk.page(people.agent, Status.OPEN, position=first.position).rows) == 1


def test_snoozed_conversations_stand_in_the_order_in_which_they_wake(house: House, people: People) -> None:
    """The next to wake first, over several pages too."""
    heads = people.plant(people.owner, count=30)
    for number, head in enumerate(heads):
        people.snoozes(head, hours=1 + (number * 7) % 30)
    expected = sorted(range(30), key=lambda number: (number * 7) % 30)
    assert listed(house, people, Status.SNOOZED) == [f"Conversation {number + 1}" for number in expected]


def test_what_was_snoozed_wakes_when_its_time_has_come_and_not_before(house: House, people: People) -> None:
    """It is open again at the place its last activity gives it; waking is no activity of the customer's."""
    soon, late = people.plant(people.owner, count=2)
    soon = people.snoozes(soon, hours=1)
    late = people.snoozes(late, hours=5)
    assert house.conversations.desk.wake(people.clock()) == 0
    now = people.clock.ahead(hours=2)
    assert house.conversations.desk.wake(now) == 1
    assert house.conversations.desk.wake(now) == 0
    woken = people.head(soon.id)
    assert (woken.status, woken.snoozed_until, woken.active_at) == (Status.OPEN, None, soon.active_at)
    assert people.head(late.id) == late
    assert listed(house, people, Status.OPEN) == [soon.subject]
    assert listed(house, people, Status.SNOOZED) == [late.subject]


def test_many_wake_in_one_run(house: House, people: People) -> None:
    heads = people.plant(people.owner, count=40, status=Status.SNOOZED)
    assert house.conversations.desk.wake(people.clock.ahead(days=2)) == len(heads)
    assert listed(house, people, Status.SNOOZED) == []


def test_a_customers_reply_wakes_what_was_snoozed(house: House, people: People) -> None:
    head = people.starts(people.owner)
    people.snoozes(head, days=3)
    people.says(people.owner, head, "Still there?")
    woken = people.head(head.id)
    assert (woken.status, woken.snoozed_until) == (Status.OPEN, None)
    assert house.conversations.desk.wake(people.clock.ahead(days=4)) == 0
    _, events = staff_items(house, head.id)
    assert [event.kind for event in events] == ["snoozed", "woken"]


@pytest.mark.parametrize("by", [timedelta(), timedelta(hours=-1), timedelta(days=367)])
def test_a_conversation_is_snoozed_until_a_moment_ahead_of_at_most_a_year(
    house: House, people: People, by: timedelta
) -> None:
    head = people.starts(people.owner)
    with pytest.raises(Invalid) as refused:
        house.conversations.desk.snooze(people.agent, head, people.clock.now + by)
    assert refused.value.field == "until"
    assert people.head(head.id).status is Status.OPEN


def test_who_may_not_read_conversations_sees_no_list(house: House, people: People) -> None:
    with pytest.raises(NotPermitted):
        house.conversations.desk.page(people.content_manager, Status.OPEN)
    assert house.conversations.desk.page(people.collaborator, Status.OPEN).rows == []
