"""The page of one conversation at the desk: as it is, or as it comes back with what was tried and refused."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.channels.model import CHANNELS
from chalicelib.conversations.model import MAILED_CHANNELS, SNOOZED_UNTIL, Direction, State
from chalicelib.conversations.timeline import MESSAGES, NEWEST
from chalicelib.facts.model import Said
from chalicelib.mail.follower import MailFollower
from chalicelib.outbox.model import State as MailState
from chalicelib.records import dataclass
from chalicelib.refusals import NotFound
from chalicelib.web.composing import Box, composer
from chalicelib.web.contexts import MessageView
from chalicelib.web.customer.conversations import STATUS_LABELS
from chalicelib.web.desk.contexts import DeskConversation, Entry, Permissions
from chalicelib.web.errors import fault

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from chalicelib.aws.table import Reads
    from chalicelib.conversations.attributes import Declared
    from chalicelib.conversations.model import Conversation, Draft, Event, Message, Note, StaffSide
    from chalicelib.conversations.timeline import Place, Timeline
    from chalicelib.refusals import Refusal
    from chalicelib.staff.model import Member
    from chalicelib.web.contexts import Composer
    from chalicelib.web.http import Response
    from chalicelib.web.visit import Visit

    Deliveries = Mapping[int, tuple[str, str]]

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


class Heads(NamedTuple):
    """What a page needs of a conversation itself; all of it is read in one call."""

    conversation: Conversation | None
    side: StaffSide
    declared: Declared


class Shown(NamedTuple):
    """The part of the page that changes: its lines, and where those before them are."""

    entries: tuple[Entry, ...]
    earlier_url: str | None


def heads_later(visit: Visit, reads: Reads, conversation_id: str) -> Callable[[], Heads]:
    """Read what is known of a conversation together with the session."""
    rooms = visit.house.conversations
    (head, side), declared = rooms.desk.later(reads, conversation_id), rooms.labelling.later(reads)
    return lambda: Heads(head(), side(), declared())


def again(visit: Visit, member: Member, head: Conversation, attempt: Attempt) -> Response:
    """Show the conversation as it is by now, with what was tried."""
    heads = heads_later(visit, visit.house.table.together(consistent=True), head.id)()
    return show(visit, member, heads._replace(conversation=heads.conversation or head), attempt=attempt)


def show(visit: Visit, member: Member, heads: Heads, *, place: Place = NEWEST, attempt: Attempt = _NONE) -> Response:
    """Show a conversation, of a long one the page at a place."""
    from chalicelib.web.desk.label_card import labels

    head, side, declared = heads
    if head is None:
        raise NotFound
    urls, house = visit.urls, visit.house
    # After what the page is the version of: a note written in between is then news, and not taken for shown.
    reads = house.table.together(consistent=visit.reads.consistent)
    shown_now = shown_later(visit, reads, member, head, side, place)
    customer_now = house.customers.store.later(reads, head.customer_id)
    shown, customer = shown_now(), customer_now()
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
        entries=shown.entries,
        earlier_url=shown.earlier_url,
        newest=place.newest,
        alone=place.alone,
        notes_count=side.notes,
        answer=_box(visit, member, "answer", urls.desk_action(head.id, "messages"), attempt),
        note=_box(visit, member, "note", urls.desk_action(head.id, "notes"), attempt),
        may=permissions_of(member),
        continues_url=urls.desk_conversation(head.continues) if head.continues else None,
        updates_url=urls.desk_updates(head.id, f"{head.version}.{side.version}"),
        faults=() if attempt.kind else tuple(fault(one) for one in attempt.refusals),
        labels=labels(declared, side, attempt.labels),
        snooze_choices=tuple(SNOOZES.items()),
    )
    return visit.page(page, area="desk", here="desk", status=attempt.refusals[0].status if attempt.refusals else 200)


def _box(visit: Visit, member: Member, kind: str, action: str, attempt: Attempt) -> Composer:
    box = Box(kind, action, f"staff:{member.id}", visit.urls.desk_uploads())
    if attempt.kind != kind:
        return composer(visit, box)
    return composer(visit, box, attempt.typed, attempt.refusals[0] if attempt.refusals else None)


def shown_later(
    visit: Visit, reads: Reads, member: Member, head: Conversation, side: StaffSide, place: Place
) -> Callable[[], Shown]:
    """Read messages, notes and history of a page together; what is returned gives them in one order of time."""
    timeline_now = visit.house.conversations.desk.timeline_later(reads, member, State(head, side), place)
    deliveries_now = _deliveries_later(visit, reads, head, side, place)

    def shown() -> Shown:
        timeline = timeline_now()
        entries = _entries(visit, head, timeline, deliveries_now())
        return Shown(entries, _url(visit, head, timeline.earlier))

    return shown


def _entries(visit: Visit, head: Conversation, timeline: Timeline, states: Deliveries) -> tuple[Entry, ...]:
    entries = [
        *(_event(event) for event in timeline.events),
        *(Entry("message", one.at, message=_message(visit, head, one, states)) for one in timeline.messages),
        *(Entry("message", one.at, message=_message(visit, head, one, {})) for one in timeline.public),
        *(Entry("note", note.at, message=_note(visit, note), note_id=note.id) for note in timeline.notes),
    ]
    gap = _url(visit, head, timeline.left_out)
    if gap:
        entries.insert(0, Entry("gap", min(one.at for one in entries if one.kind in {"note", "event"}), url=gap))
    return tuple(sorted(entries, key=lambda entry: entry.at))


def _event(event: Event) -> Entry:
    text, until = _HISTORY.get(event.kind, event.kind), None
    if event.kind == "snoozed":
        with suppress(ValueError):  # imported history says it in words of its own, or not at all
            until = datetime.strptime(event.detail, SNOOZED_UNTIL).replace(tzinfo=UTC)
    detail = event.detail if event.kind == "labelled" else ""
    return Entry("event", event.at, text=text, actor=event.actor, detail=detail, until=until)


def _deliveries_later(
    visit: Visit, reads: Reads, head: Conversation, side: StaffSide, place: Place
) -> Callable[[], Deliveries]:
    """Read how the mails of a page's messages fare, those included that nobody was told to write yet."""
    house = visit.house
    end = place.seq or head.last_seq + 1
    numbers = range(max(1, end - MESSAGES), end)
    if place.alone or numbers.start > head.last_out:
        return dict
    mails_now = house.outbox.states_later(reads, head.id, numbers)
    facts_now = None if side.told is None else house.facts.telling.untold_later(reads, head.id, side.told)

    def deliveries() -> Deliveries:
        facts = [fact for entry in facts_now() for fact in entry.facts] if facts_now else []
        waiting = [fact.seq for fact in facts if isinstance(fact, Said) and MailFollower.wants(fact)]
        known = {seq: (one.state.value, one.detail) for seq, one in mails_now().items()}
        return {**dict.fromkeys(waiting, (MailState.QUEUED.value, "")), **known}

    return deliveries


def _message(visit: Visit, head: Conversation, message: Message, states: Deliveries) -> MessageView:
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


def _url(visit: Visit, head: Conversation, place: Place | None) -> str | None:
    return visit.urls.desk_conversation(head.id, before=str(place)) if place else None
