"""The page of one conversation at the desk: as it is, or as it comes back with what was tried and refused."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from chalicelib.channels.model import CHANNELS
from chalicelib.conversations.model import MAILED_CHANNELS, SNOOZED_UNTIL, Direction
from chalicelib.facts.model import Said
from chalicelib.mail.follower import MailFollower
from chalicelib.outbox.model import State
from chalicelib.records import dataclass
from chalicelib.web.composing import Box, composer
from chalicelib.web.contexts import MessageView
from chalicelib.web.customer.conversations import STATUS_LABELS
from chalicelib.web.desk.contexts import DeskConversation, Entry, Permissions
from chalicelib.web.errors import fault

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.conversations.desk import StaffThread
    from chalicelib.conversations.model import Conversation, Draft, Event, Message, Note, StaffSide
    from chalicelib.refusals import Refusal
    from chalicelib.staff.model import Member
    from chalicelib.web.contexts import Composer
    from chalicelib.web.http import Response
    from chalicelib.web.visit import Visit

_HISTORY = {
    "closed": "closed the conversation",
    "reopened": "reopened the conversation",
    "snoozed": "snoozed the conversation",
    "woken": "woke the conversation",
    "renamed": "changed the subject",
    "redacted": "removed something for good",
    "labelled": "changed the details",
}
SNOOZES = {
    "3h": "For 3 hours",
    "tomorrow": "Until tomorrow, 9:00",
    "monday": "Until Monday, 9:00",
    "week": "For a week",
    "month": "For 30 days",
}


@dataclass(frozen=True, slots=True)
class Attempt:
    """What a member tried with a form of the page, and what is wrong with it.

    ``kind`` is the box that was sent (answer or note) with what was ``typed`` in it; empty for any other form.
    ``labels`` are the fields of tags and attributes as they were sent.
    """

    refusals: tuple[Refusal, ...] = ()
    kind: str = ""
    typed: Draft | None = None
    labels: Mapping[str, str] | None = None


_NONE = Attempt()


def again(visit: Visit, member: Member, head: Conversation, attempt: Attempt) -> Response:
    """Show the conversation as it is by now, with what was tried."""
    later, _ = visit.house.conversations.desk.later(visit.house.table.together(consistent=True), head.id)
    return show(visit, member, later() or head, attempt=attempt)


def show(visit: Visit, member: Member, head: Conversation, *, before: int = 0, attempt: Attempt = _NONE) -> Response:
    """Show a conversation, of a long one the messages before a number."""
    from chalicelib.web.desk.label_card import labels

    urls, house = visit.urls, visit.house
    # Before what it is the version of: a note written in between is then news, and not taken for shown.
    reads = house.table.together(consistent=visit.reads.consistent)
    side, declared = house.conversations.store.side_later(reads, head.id), house.conversations.labelling.later(reads)
    staff_version = side().version
    staff_thread = house.conversations.desk.read(member, head, before=before)
    customer = house.customers.store.get(head.customer_id)
    page = DeskConversation(
        conversation=head,
        channel=CHANNELS[head.channel],
        reply_channel=CHANNELS[head.reply_channel],
        mails=head.reply_channel in MAILED_CHANNELS
        and bool(customer and (customer.email or customer.contact) and customer.mail_replies),
        status_label=STATUS_LABELS[head.status],
        customer_name=customer.name if customer else "",
        customer_email=(customer.email or customer.contact) if customer else "",
        customer_unproven=bool(customer and customer.contact),
        customer_open=customer.open_count if customer else 0,
        customer_done=customer.done_count if customer else 0,
        entries=entries_of(visit, head, staff_thread, side()),
        earlier_url=earlier_url(visit, head, staff_thread),
        newest=not before,
        answer=_box(visit, member, "answer", urls.desk_action(head.id, "messages"), attempt),
        note=_box(visit, member, "note", urls.desk_action(head.id, "notes"), attempt),
        may=permissions_of(member),
        continues_url=urls.desk_conversation(head.continues) if head.continues else None,
        updates_url=urls.desk_updates(head.id, f"{head.version}.{staff_version}"),
        faults=() if attempt.kind else tuple(fault(one) for one in attempt.refusals),
        labels=labels(declared(), side(), attempt.labels),
        snooze_choices=tuple(SNOOZES.items()),
    )
    return visit.page(page, area="desk", here="desk", status=attempt.refusals[0].status if attempt.refusals else 200)


def _box(visit: Visit, member: Member, kind: str, action: str, attempt: Attempt) -> Composer:
    box = Box(kind, action, f"staff:{member.id}", visit.urls.desk_uploads())
    if attempt.kind != kind:
        return composer(visit, box)
    return composer(visit, box, attempt.typed, attempt.refusals[0] if attempt.refusals else None)


def entries_of(visit: Visit, head: Conversation, staff_thread: StaffThread, side: StaffSide) -> tuple[Entry, ...]:
    """Return messages, notes and history in one order of time."""
    messages = staff_thread.thread.messages
    mailed = [message.seq for message in messages if message.direction is Direction.OUT]
    states: dict[int, tuple[str, str]] = dict.fromkeys(_waiting(visit, head, side), (State.QUEUED.value, ""))
    if mailed:
        states |= {
            seq: (one.state.value, one.detail) for seq, one in visit.house.outbox.states(head.id, mailed).items()
        }
    entries = [
        *(_event(event) for event in staff_thread.events),
        *(Entry("message", message.at, message=_message(visit, head, message, states)) for message in messages),
        *(Entry("message", public.at, message=_message(visit, head, public, {})) for public in staff_thread.public),
        *(Entry("note", note.at, message=_note(visit, note), note_id=note.id) for note in staff_thread.notes),
    ]
    return tuple(sorted(entries, key=lambda entry: entry.at))


def _event(event: Event) -> Entry:
    text, until = _HISTORY.get(event.kind, event.kind), None
    if event.kind == "snoozed":
        with suppress(ValueError):  # imported history says it in words of its own, or not at all
            until = datetime.strptime(event.detail, SNOOZED_UNTIL).replace(tzinfo=UTC)
    detail = event.detail if event.kind == "labelled" else ""
    return Entry("event", event.at, text=text, actor=event.actor, detail=detail, until=until)


def _waiting(visit: Visit, head: Conversation, side: StaffSide) -> list[int]:
    """Return the numbers of messages that are to leave as mail, and whose mail nobody was told to write yet."""
    if side.told is None:
        return []
    facts = visit.house.facts.telling.untold(head.id, side.told)
    return [fact.seq for fact in facts if isinstance(fact, Said) and MailFollower.wants(fact)]


def _message(visit: Visit, head: Conversation, message: Message, states: Mapping[int, tuple[str, str]]) -> MessageView:
    delivery, detail = states.get(message.seq, ("", ""))
    return MessageView(
        seq=message.seq,
        direction=message.direction,
        author=message.author,
        own=message.direction is Direction.OUT,
        channel=CHANNELS[message.channel] if message.channel != head.channel else None,
        body=message.body,
        at=message.at,
        redacted=message.redacted,
        attachments=tuple((one, visit.urls.desk_attachment(one.id)) for one in message.attachments),
        delivery=delivery,
        delivery_detail=detail,
        scope=message.place,
    )


def _note(visit: Visit, note: Note) -> MessageView:
    return MessageView(
        seq=0,
        direction=Direction.OUT,
        author=note.author,
        own=True,
        channel=None,
        body=note.body,
        at=note.at,
        redacted=note.redacted,
        attachments=tuple((one, visit.urls.desk_attachment(one.id)) for one in note.attachments),
    )


def permissions_of(member: Member) -> Permissions:
    """Return what a member may do with a conversation."""
    return Permissions(
        reply=member.may("conversation:reply"),
        note=member.may("note:write"),
        status=member.may("conversation:status"),
        rename=member.may("conversation:rename"),
        redact=member.may("message:redact"),
        label=member.may("conversation:label"),
    )


def earlier_url(visit: Visit, head: Conversation, staff_thread: StaffThread) -> str | None:
    """Return the page of the messages before those shown, None where these are all."""
    earlier = staff_thread.thread.earlier
    return visit.urls.desk_conversation(head.id, before=str(earlier)) if earlier else None
