"""What is unread: the organization's newest message, until the customer has seen it; reading changes nothing else."""

from __future__ import annotations

from chalicelib.wiring import House
from tests.people import People


def test_an_answer_is_unread_until_it_was_seen(house: House, people: People) -> None:
    head = people.starts(people.owner)
    assert not head.unread
    head = people.answers(head)
    assert head.unread
    house.conversations.portal.mark_seen(people.owner, head)
    assert not people.head(head.id).unread
    assert people.answers(head, "And?").unread


def test_reading_changes_no_version_and_no_place_in_a_list(house: House, people: People) -> None:
    """A poll for news finds nothing new, and nobody else's write is disturbed."""
    head = people.answers(people.starts(people.owner))
    house.conversations.portal.mark_seen(people.owner, head)
    now = people.head(head.id)
    assert (now.version, now.active_at, now.preview, now.status) == (
        head.version,
        head.active_at,
        head.preview,
        head.status,
    )
    people.house.conversations.desk.close(people.agent, head)
    assert people.head(head.id).closed


def test_seeing_an_old_page_does_not_mark_what_came_after_it(house: House, people: People) -> None:
    """Somebody who opened the page before the second answer has not seen it."""
    old = people.answers(people.starts(people.owner), "One")
    new = people.answers(old, "Two")
    house.conversations.portal.mark_seen(people.owner, old)
    now = people.head(old.id)
    assert now.unread
    assert now.seen == old.last_out
    house.conversations.portal.mark_seen(people.owner, new)
    house.conversations.portal.mark_seen(people.owner, old)
    assert people.head(old.id).seen == new.last_out


def test_who_replies_has_seen_everything(house: House, people: People) -> None:
    head = people.answers(people.starts(people.owner))
    assert not people.says(people.owner, head, "The green one.").unread


def test_marking_what_is_read_writes_nothing(house: House, people: People) -> None:
    head = people.starts(people.owner)
    house.conversations.portal.mark_seen(people.owner, head)
    assert people.head(head.id) == head
