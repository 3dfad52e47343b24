"""What may be done with a conversation as it stands. Rules alone, no AWS."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from chalicelib.conversations.model import Conversation, Status, may_reopen, may_reply
from chalicelib.refusals import ConversationClosed, NotClosed, ReopeningNotAllowed

AT = datetime(2026, 3, 1, tzinfo=UTC)
OPEN = Conversation("0" * 26, "1" * 26, "The lamp", Status.OPEN, "email", "portal", AT, AT)
SNOOZED = replace(OPEN, status=Status.SNOOZED, snoozed_until=AT)
CLOSED = replace(OPEN, status=Status.DONE, closed_at=AT)


def test_open_and_snoozed_conversations_take_a_reply_and_closed_ones_do_not() -> None:
    may_reply(OPEN)
    may_reply(SNOOZED)
    with pytest.raises(ConversationClosed):
        may_reply(CLOSED)


def test_a_closed_conversation_may_be_reopened_where_the_organization_allows_it() -> None:
    may_reopen(CLOSED, allowed=True)
    with pytest.raises(ReopeningNotAllowed):
        may_reopen(CLOSED, allowed=False)


@pytest.mark.parametrize("allowed", [True, False])
@pytest.mark.parametrize("conversation", [OPEN, SNOOZED])
def test_what_is_not_closed_cannot_be_reopened(conversation: Conversation, allowed: bool) -> None:
    with pytest.raises(NotClosed):
        may_reopen(conversation, allowed=allowed)


def test_a_conversation_is_unread_while_the_newest_answer_has_not_been_seen() -> None:
    """What the customer says does not make it unread."""
    assert not OPEN.unread
    assert not replace(OPEN, last_seq=3, last_out=0, seen=0).unread
    assert replace(OPEN, last_seq=2, last_out=2, seen=1).unread
    assert not replace(OPEN, last_seq=2, last_out=2, seen=2).unread
    assert not replace(OPEN, last_seq=3, last_out=2, seen=3).unread
