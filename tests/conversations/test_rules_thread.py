"""What a message makes of its conversation is one rule, whoever says it: customer, desk, program or import."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from chalicelib.conversations.model import Conversation, Direction, StaffSide, State, Status
from chalicelib.conversations.thread import Change, NewMessage, Nobody, Writing
from chalicelib.facts.model import Assigned, Labelled, Merged, Renamed, Said, StatusChanged

NOW = datetime(2035, 3, 14, 9, 30, tzinfo=UTC)
EARLIER = NOW - timedelta(days=2)
OPEN = Conversation(
    "conversation", "customer", "Lamp", Status.OPEN, "sms", "sms", EARLIER, EARLIER, 3, 2, 1, 2, "Old.", Direction.IN
)
SNOOZED = replace(OPEN, status=Status.SNOOZED, snoozed_until=NOW + timedelta(days=1))
CLOSED = replace(OPEN, status=Status.DONE, closed_at=EARLIER)
MINA = Nobody("mina", "Mina Park")
BY = {
    "the customer, in the portal": NewMessage(Direction.IN, "Ada", "customer", "Hello?", "portal"),
    "the customer, by SMS": NewMessage(Direction.IN, "Ada", "customer", "Hello?", "sms"),
    "an agent": NewMessage(Direction.OUT, "Mina Park", "mina", "Hello.", notify=True),
    "a program": NewMessage(Direction.OUT, "Bot", "token", "Hello.", "email"),
}
each_voice = pytest.mark.parametrize("new", BY.values(), ids=BY)


def said(head: Conversation, new: NewMessage, side: StaffSide | None = None) -> Change:
    """Say something to a conversation."""
    writing = Writing(State(head, side or StaffSide(7)), MINA, NOW)
    writing.say(new)
    return writing.change()


@each_voice
@pytest.mark.parametrize(
    ("head", "entries", "counts"),
    [(OPEN, [], (0, 0)), (SNOOZED, ["woken"], (0, 0)), (CLOSED, ["reopened"], (1, -1))],
    ids=["open", "snoozed", "closed"],
)
def test_whatever_is_said_opens_the_conversation_and_the_history_tells(
    new: NewMessage, head: Conversation, entries: list[str], counts: tuple[int, int]
) -> None:
    """An agent's answer to a snoozed conversation wakes it as a customer's does, and leaves the same entry."""
    change = said(head, new)
    after = change.head
    assert (after.status, after.snoozed_until, after.closed_at) == (Status.OPEN, None, None)
    assert [(event.kind, event.actor) for event in change.events] == [(kind, "Mina Park") for kind in entries]
    assert change.counts == counts
    assert (after.last_seq, after.active_at, after.version) == (3, NOW, 4)
    assert (after.preview, after.preview_direction) == (new.body, new.direction)
    kinds = [fact.kind for fact in change.facts]
    assert kinds == (["said"] if head is OPEN else ["status", "said"])


@each_voice
def test_who_spoke_decides_what_is_unread_and_where_the_next_answer_goes(new: NewMessage) -> None:
    after = said(OPEN, new).head
    if new.direction is Direction.IN:
        assert (after.last_out, after.seen, after.unread, after.reply_channel) == (1, 3, False, new.channel)
    else:
        assert (after.last_out, after.seen, after.unread, after.reply_channel) == (3, 2, True, "sms")


@each_voice
@pytest.mark.parametrize("head", [OPEN, SNOOZED, CLOSED], ids=["open", "snoozed", "closed"])
def test_what_is_of_the_past_changes_no_status_and_is_not_news(new: NewMessage, head: Conversation) -> None:
    """Only counters read such a fact."""
    change = said(head, replace(new, at=EARLIER - timedelta(days=300)))
    after = change.head
    assert (after.status, after.snoozed_until, after.closed_at) == (head.status, head.snoozed_until, head.closed_at)
    assert (after.active_at, after.unread, change.events) == (head.active_at, False, ())
    assert change.side.waiting_since is None
    assert [(type(fact), getattr(fact, "past", None)) for fact in change.facts] == [(Said, True)]


def test_a_customer_waits_since_the_first_message_that_nobody_answered() -> None:
    first = said(OPEN, BY["the customer, by SMS"]).side
    assert first.waiting_since == NOW
    writing = Writing(State(OPEN, first), MINA, NOW + timedelta(hours=1))
    writing.say(BY["the customer, in the portal"])
    assert writing.side.waiting_since == NOW
    writing.say(BY["an agent"])
    assert writing.side.waiting_since is None


def test_what_the_portal_does_not_show_leaves_the_customers_side_alone() -> None:
    """A public comment is counted among those not shown; it wakes nothing and nobody waits for its answer."""
    change = said(SNOOZED, replace(BY["the customer, by SMS"], channel="twitter", scope="public", shown=False))
    assert change.head == SNOOZED
    assert (change.side.unshown, change.side.waiting_since, change.messages[0].place) == (1, None, "public")
    assert [fact.kind for fact in change.facts] == ["said"]


def test_nothing_happens_before_the_last_activity() -> None:
    """The clocks of two functions differ; messages keep their order all the same."""
    ahead = replace(OPEN, active_at=NOW + timedelta(seconds=2))
    assert said(ahead, BY["an agent"]).messages[0].at == ahead.active_at


def test_a_change_of_what_staff_see_leaves_the_customers_version_alone() -> None:
    writing = Writing(State(OPEN, StaffSide(7)), MINA, NOW)
    writing.label(("glass",), {"order": "17"}, "Order, Tags")
    writing.side = replace(writing.side, assignee="mina", queue="returns", priority=20)
    change = writing.change()
    assert change.head is OPEN
    assert change.side.version == 8
    assert set(change.facts) == {Labelled("mina", True, ("order",)), Assigned("mina", "mina", "returns", 20)}
    assert [(event.kind, event.detail) for event in change.events] == [("labelled", "Order, Tags")]


def test_what_changes_nothing_is_not_written() -> None:
    writing = Writing(State(OPEN, StaffSide(7)), MINA, NOW)
    writing.rename("Lamp")
    writing.label((), {})
    assert writing.change().nothing


def test_every_change_of_the_customers_side_is_a_fact() -> None:
    writing = Writing(State(SNOOZED, StaffSide(7)), MINA, NOW)
    writing.rename("Shade")
    writing.close()
    writing.hand_to("other")
    change = writing.change()
    assert change.facts == (StatusChanged("snoozed", "done", "mina"), Renamed("mina"), Merged("customer", "other"))
    assert change.head.version == 4
    assert change.side.waiting_since is None
