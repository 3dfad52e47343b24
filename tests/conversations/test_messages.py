"""Messages: in order, page by page backwards, with what was said kept as it was said."""

from __future__ import annotations

import pytest

from chalicelib.attachments.model import Attachment
from chalicelib.conversations.model import MAX_BODY, Direction, Draft, Status
from chalicelib.conversations.portal import THREAD
from chalicelib.refusals import KeyReused, NotFound, PartNotFound
from chalicelib.wiring import House
from tests.people import People
from tests.wire import recorded

FILE = Attachment("0" * 26, "plan – اتجاه.pdf", "application/pdf", 2_000_000)


def test_a_long_conversation_is_read_from_its_end_backwards(house: House, people: People) -> None:
    """The newest page first, each page oldest first, and together every message once."""
    (head,) = people.plant(people.owner, tuple(f"Message {number}" for number in range(1, 124)))
    seen: list[int] = []
    before = 0
    sizes = []
    while True:
        thread = house.conversations.portal.thread(head, before=before)
        seqs = [message.seq for message in thread.messages]
        assert seqs == sorted(seqs)
        seen = seqs + seen
        sizes.append(len(seqs))
        if not thread.earlier:
            break
        assert thread.earlier == seqs[0]
        before = thread.earlier
    assert seen == list(range(1, 124))
    assert sizes == [THREAD, THREAD, 23]


@pytest.mark.parametrize("count", [1, THREAD - 1, THREAD])
def test_a_conversation_of_one_page_has_no_earlier_messages(house: House, people: People, count: int) -> None:
    (head,) = people.plant(people.owner, ("Hello?",) * count)
    thread = house.conversations.portal.thread(head)
    assert (len(thread.messages), thread.earlier) == (count, 0)


def test_one_page_of_short_messages_is_one_query(house: House, people: People) -> None:
    (head,) = people.plant(people.owner, ("Hello?",) * 200)
    with recorded(house.clients.dynamodb) as calls:
        house.conversations.portal.thread(head)
    (call,) = calls
    assert call.answer["ScannedCount"] == THREAD + 1


def test_long_messages_are_read_in_smaller_pages_and_none_is_lost(house: House, people: People) -> None:
    """What Lambda and DynamoDB give at once is bounded; fewer messages come, and the earlier ones are still there."""
    (head,) = people.plant(people.owner, tuple(chr(0x4E00 + number) * MAX_BODY for number in range(60)))
    seen: list[str] = []
    before = 0
    while True:
        thread = house.conversations.portal.thread(head, before=before)
        assert thread.messages
        seen = [message.body[0] for message in thread.messages] + seen
        before = thread.earlier
        if not before:
            break
    assert seen == [chr(0x4E00 + number) for number in range(60)]


def test_what_was_said_comes_back_to_the_letter(house: House, people: People) -> None:
    """Several scripts, emoji, direction controls, tabs and empty lines: the table changes nothing."""
    body = "Grüße,\n\n\tالمصباح يومض\u200f 🙂\u202e!\n\n日本語 — नमस्ते"
    head = people.starts(people.owner, "Σχετικά με τη λάμπα", body)
    (message,) = people.messages(head)
    assert message.body == body
    assert message.author == people.owner.name
    assert (message.direction, message.channel, message.seq) == (Direction.IN, "portal", 1)
    assert people.head(head.id).subject == "Σχετικά με τη λάμπα"


def test_attachments_are_kept_with_their_message(house: House, people: People) -> None:
    (head,) = people.plant(people.owner, ("", "See here"), attachments=(FILE,))
    first, second = house.conversations.portal.thread(head).messages
    assert (first.attachments, second.attachments) == ((), (FILE,))


def test_times_of_messages_never_go_backwards(house: House, people: People) -> None:
    """Lambdas' clocks differ; the order of a conversation is that of its numbers, and its times follow."""
    head = people.starts(people.owner)
    people.answers(head, "One")
    people.clock.set(head.created_at.replace(year=head.created_at.year - 1))
    people.says(people.owner, head, "Two")
    people.answers(head, "Three")
    times = [message.at for message in people.messages(head)]
    assert times == sorted(times)
    assert people.head(head.id).active_at == times[-1]


def test_a_reply_of_the_portal_changes_the_channel_and_an_answer_goes_where_the_customer_is(
    house: House, people: People
) -> None:
    """Before the customer writes in the portal an answer goes to the channel the conversation began on."""
    (head,) = people.plant(people.owner, channel="whatsapp")
    people.answers(head, "One")
    people.says(people.owner, head, "Two")
    people.answers(head, "Three")
    assert [message.channel for message in people.messages(head)] == ["whatsapp", "whatsapp", "portal", "portal"]
    now = people.head(head.id)
    assert (now.channel, now.reply_channel) == ("whatsapp", "portal")


def test_reopening_is_a_message_of_the_portal_whatever_channel_it_was(house: House, people: People) -> None:
    (head,) = people.plant(people.owner, ("Hello?", "Yes?"), channel="sms", status=Status.DONE)
    house.conversations.portal.reopen(people.owner, head, Draft("Again."), allowed=True)
    people.answers(head, "Hm.")
    assert [message.channel for message in people.messages(head)] == ["sms", "sms", "portal", "portal"]
    now = people.head(head.id)
    assert (now.status, now.channel, now.closed_at) == (Status.OPEN, "sms", None)


def test_a_foreign_and_an_absent_conversation_are_the_same_refusal(house: House, people: People) -> None:
    head = people.starts(people.owner)
    said = []
    for conversation in (head, None):
        for act in (
            lambda one: house.conversations.portal.own(people.stranger, one),
            lambda one: house.conversations.portal.reply(people.stranger, one, Draft("Hello?")),
            lambda one: house.conversations.portal.reopen(people.stranger, one, Draft("Hello?"), allowed=True),
            lambda one: house.conversations.portal.mark_seen(people.stranger, one),
        ):
            with pytest.raises(NotFound) as refused:
                act(conversation)
            said.append(refused.value.sentence)
    assert len(set(said)) == 1
    with pytest.raises(NotFound):
        house.conversations.portal.start(people.stranger, Draft("Hello?", subject="Mine"), continues=head)
    assert len(people.messages(head)) == 1


def test_a_key_belongs_to_who_used_it_and_to_what_was_said(house: House, people: People) -> None:
    """The same key of somebody else is another key; the same key with other words is refused."""
    mine, theirs = people.starts(people.owner), people.starts(people.stranger)
    key = "k" * 20
    people.says(people.owner, mine, "Hello?", key=key)
    people.says(people.stranger, theirs, "Hello?", key=key)
    for changed in (Draft("Other words", key=key), Draft("Hello?", key=key, subject="x")):
        with pytest.raises(KeyReused):
            house.conversations.portal.reply(people.owner, people.head(mine.id), changed)
    with pytest.raises(KeyReused):
        house.conversations.portal.start(people.owner, Draft("Hello?", key=key, subject="Lamp"))
    assert [len(people.messages(one)) for one in (mine, theirs)] == [2, 2]


def test_a_form_sent_twice_is_answered_as_the_first_time_even_after_the_conversation_was_closed(
    house: House, people: People
) -> None:
    head = people.starts(people.owner)
    draft = Draft("Hello?", key="k" * 20)
    first = house.conversations.portal.reply(people.owner, head, draft)
    assert house.conversations.portal.reply(people.owner, people.head(head.id), draft) == first
    closed = people.closes(head)
    assert house.conversations.portal.reply(people.owner, closed, draft) == first
    again = Draft("Again.", key="r" * 20)
    reopened = house.conversations.portal.reopen(people.owner, closed, again, allowed=True)
    assert house.conversations.portal.reopen(people.owner, people.head(head.id), again, allowed=True) == reopened
    assert [message.body for message in people.messages(head)] == ["It flickers at night.", "Hello?", "Again."]


def test_a_redacted_part_is_gone_from_the_message_and_the_preview(house: House, people: People) -> None:
    head = people.starts(people.owner, body="My card is 4111 1111.")
    house.conversations.desk.redact(people.agent, head, 1, part="4111 1111")
    (message,) = people.messages(head)
    assert (message.body, message.redacted) == ("My card is [redacted].", True)
    now = people.head(head.id)
    assert now.preview == "My card is [redacted]."
    assert now.version == head.version + 1
    with pytest.raises(PartNotFound):
        house.conversations.desk.redact(people.agent, now, 1, part="4111")
    with pytest.raises(NotFound):
        house.conversations.desk.redact(people.agent, now, 2)


def test_redacting_an_earlier_message_leaves_the_preview(house: House, people: People) -> None:
    head = people.starts(people.owner, body="My card is 4111 1111.")
    head = people.answers(head, "Thank you.")
    house.conversations.desk.redact(people.agent, head, 1)
    assert people.head(head.id).preview == "Thank you."
    assert [message.body for message in people.messages(head)] == ["", "Thank you."]


def test_redacting_the_last_visible_message_changes_the_preview_though_a_public_comment_came_after_it(
    house: House, people: People
) -> None:
    """The preview is that of the last message the customer may see, whatever number it has."""
    (head,) = people.plant(people.owner, ("My card is 4111 1111.",), channel="twitter", public="What a nice lamp!")
    assert (head.last_seq, head.preview) == (2, "My card is 4111 1111.")
    house.conversations.desk.redact(people.agent, head, 1, part="4111 1111")
    assert people.head(head.id).preview == "My card is [redacted]."
