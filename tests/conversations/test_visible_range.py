"""A customer's key range cannot return what only staff see, whatever lies in the conversation."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from chalicelib.aws import keys
from chalicelib.conversations.model import Conversation, Draft, Status
from chalicelib.conversations.portal import THREAD
from chalicelib.wiring import House
from tests.people import People, staff_items

INTERNAL = "between ourselves"
"""Said in everything that customers must not see."""
PUBLIC = "a public comment"


@pytest.fixture
def full(house: House, people: People) -> Conversation:
    """A conversation with everything in it: messages, a public comment, notes, history, mail, what staff see."""
    (planted,) = people.plant(people.owner, ("Hello?", "Yes?"), channel="twitter", public=PUBLIC)
    people.says(people.owner, planted, "My lamp flickers.")
    people.notes(planted, INTERNAL)
    people.answers(planted, "Which one?")
    head = people.closes(planted)
    house.conversations.portal.reopen(people.owner, head, Draft("The green one."), allowed=True)
    people.snoozes(planted)
    house.conversations.desk.rename(people.agent, people.head(planted.id), "A green lamp flickers")
    house.conversations.desk.redact(people.agent, people.head(planted.id), 4, part="flickers")
    people.notes(planted, f"{INTERNAL} again", by=people.collaborator)
    return people.head(planted.id)


def raw(house: House, conversation: Conversation, **more: Any) -> list[dict[str, Any]]:
    """Return what DynamoDB itself answers to a query of the conversation's partition."""
    answer = house.clients.dynamodb.call("Query", {"TableName": house.settings.table, **more})
    items: list[dict[str, Any]] = answer["Items"]
    assert {item["pk"]["S"] for item in items} == {f"CONV#{conversation.id}"}
    return items


def test_the_raw_query_of_a_customers_range_gives_messages_and_head_alone(house: House, full: Conversation) -> None:
    """No note, event, mail or public comment, and no trace of one, is in what begins with the visible prefix."""
    everything = raw(
        house,
        full,
        KeyConditionExpression="pk = :p",
        ExpressionAttributeValues={":p": {"S": f"CONV#{full.id}"}},
        ConsistentRead=True,
    )
    kinds = {item["sk"]["S"][:4] for item in everything}
    assert {"c#z", "c#m#", "s#n#", "s#e#", "s#f#", "s#he", "p#m#"} <= kinds
    assert json.dumps(everything).count(INTERNAL) == 2
    assert PUBLIC in json.dumps(everything)

    visible = raw(
        house,
        full,
        KeyConditionExpression="pk = :p AND begins_with(sk, :c)",
        ExpressionAttributeValues={":p": {"S": f"CONV#{full.id}"}, ":c": {"S": keys.VISIBLE}},
        ConsistentRead=True,
    )
    assert [item["sk"]["S"] for item in visible] == [
        *(f"c#m#{seq:08d}" for seq in (1, 2, 4, 5, 6)),
        "c#z",
    ]
    said = json.dumps(visible)
    for word in (INTERNAL, PUBLIC, "note", "Sven Carlsen", "assignee", "queue", "delivery"):
        assert word not in said


def test_what_lies_outside_the_range_sorts_after_it(house: House, full: Conversation) -> None:
    """So no query that starts in the visible range can reach it by reading too far in the order it is read in."""
    answer = raw(
        house,
        full,
        KeyConditionExpression="pk = :p",
        ExpressionAttributeValues={":p": {"S": f"CONV#{full.id}"}},
    )
    order = [item["sk"]["S"].startswith(keys.VISIBLE) for item in answer]
    assert order == sorted(order, reverse=True)


def test_a_customers_page_asks_for_nothing_outside_the_range(house: House, people: People, full: Conversation) -> None:
    """What the service reads for a customer is what the visible range holds, on every page and in every export."""
    said = [*house.conversations.store.all_messages(full.id), *house.conversations.portal.thread(full).messages]
    (row, exported), *_ = house.conversations.portal.everything(people.owner, "", 10)[0]
    assert [one.seq for one in exported] == [1, 2, 4, 5, 6]
    assert {one.seq for one in said} == {1, 2, 4, 5, 6}
    assert INTERNAL not in repr([said, exported, row])
    assert PUBLIC not in repr([said, exported, row])
    assert house.conversations.store.message(full.id, 3) is None


def test_a_heads_item_holds_nothing_of_staff(house: House, full: Conversation) -> None:
    """The head is the customer's; what only staff see of a conversation has an item of its own."""
    (head,) = raw(
        house,
        full,
        KeyConditionExpression="pk = :p AND sk = :s",
        ExpressionAttributeValues={":p": {"S": f"CONV#{full.id}"}, ":s": {"S": "c#z"}},
    )
    assert set(head) == {
        *("pk", "sk", "g1pk", "g1sk", "g2pk", "g2sk", "g3pk", "g3sk"),
        *("id", "customer_id", "subject", "status", "channel", "reply_channel", "created_at", "active_at", "version"),
        *("last_seq", "last_out", "seen", "preview", "preview_out", "snoozed_until"),
    }
    (staff,) = raw(
        house,
        full,
        KeyConditionExpression="pk = :p AND sk = :s",
        ExpressionAttributeValues={":p": {"S": f"CONV#{full.id}"}, ":s": {"S": "s#head"}},
    )
    assert staff["notes"] == {"N": "2"}


def test_a_messages_item_holds_nothing_but_what_was_said(house: House, full: Conversation) -> None:
    items = raw(
        house,
        full,
        KeyConditionExpression="pk = :p AND begins_with(sk, :c)",
        ExpressionAttributeValues={":p": {"S": f"CONV#{full.id}"}, ":c": {"S": keys.MESSAGES}},
    )
    usual = {"pk", "sk", "direction", "channel", "author", "author_id", "body", "at", "attachments"}
    assert [set(item) - usual for item in items] == [set(), set(), {"redacted"}, set(), set()]


def test_a_note_leaves_the_head_and_all_three_indexes_as_they_were(
    house: House, people: People, full: Conversation
) -> None:
    """A note, a note with an event and a note taken back change no item a customer's request reads."""

    def seen_by_customers() -> list[Any]:
        customer = people.owner.id
        lists = [
            house.conversations.store.rows(customer, closed=closed, newest_first=True, position="", limit=50)
            for closed in (None, False, True)
        ]
        return [
            house.conversations.store.get(full.id),
            people.fresh(people.owner),
            house.conversations.store.all_messages(full.id),
            *lists,
        ]

    before = seen_by_customers()
    people.clock.ahead(hours=1)
    people.notes(full, INTERNAL)
    (note, *_), _ = staff_items(house, full.id)
    house.conversations.desk.redact_note(people.agent, full, note.id)
    assert seen_by_customers() == before


def test_a_page_of_messages_stops_at_the_head_and_the_first_message(house: House, people: People) -> None:
    """Neither end of the range gives anything that is no message, with any page size."""
    (planted,) = people.plant(people.owner, tuple(f"Message {n}" for n in range(1, 8)))
    people.notes(planted, INTERNAL)
    for limit in range(1, 9):
        seen: list[int] = []
        before, more = 0, True
        while more:
            page, more = house.conversations.store.messages(planted.id, limit, before=before)
            assert len(page) <= limit
            seen = [one.seq for one in page] + seen
            before = page[0].seq
        assert seen == list(range(1, 8))
    assert THREAD > 8


def test_a_snoozed_conversations_time_is_the_customers_to_see(house: House, people: People) -> None:
    """They read until when it is paused; a closed one tells when it was closed."""
    (planted,) = people.plant(people.owner, status=Status.OPEN)
    snoozed = people.snoozes(planted, hours=5)
    assert snoozed.snoozed_until
    assert timedelta(hours=4) < snoozed.snoozed_until - people.clock.now <= timedelta(hours=5)
    closed = people.closes(planted)
    assert (closed.snoozed_until, bool(closed.closed_at)) == (None, True)
