"""The one rule of what happens to a conversation, whoever makes it happen: customer, desk, program, import or clock.

A use case says what it does to a :class:`Writing`; what else follows is worked out here and nowhere else: status,
waking, counts, preview, unread, the order of messages, entries of the history, versions and facts.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

from chalicelib.conversations.model import (
    SNOOZED_UNTIL,
    Conversation,
    Direction,
    Event,
    Message,
    Note,
    StaffSide,
    State,
    Status,
    check_body,
    preview,
)
from chalicelib.facts.model import (
    Assigned,
    Fact,
    Labelled,
    Merged,
    Noted,
    Renamed,
    Said,
    Started,
    StatusChanged,
)
from chalicelib.ids import new_id
from chalicelib.records import dataclass
from chalicelib.refusals import NotFound

if TYPE_CHECKING:
    from chalicelib.attachments.model import Attachment
    from chalicelib.aws.table import Write
    from chalicelib.conversations.attributes import Attributes

DIRECT = "direct"


class Who(Protocol):
    """Who does something: a customer, a member of staff, a program, or nobody (the clock), with an empty name."""

    @property
    def id(self) -> str:
        """The id facts have of them."""
        ...

    @property
    def name(self) -> str:
        """What messages and the history call them."""
        ...


@dataclass(frozen=True, slots=True)
class Nobody:
    """Who does what time does, or what follows from something else."""

    id: str = ""
    name: str = ""


NOBODY = Nobody()


@dataclass(frozen=True, slots=True)
class NewMessage:
    """A message to write. ``at`` is given for one of the past, which changes no status and is not news.

    ``channel`` empty is where the next reply would go. ``shown`` tells whether the customer is to see it; ``notify``
    that they are to be sent it.
    """

    direction: Direction
    author: str
    author_id: str
    body: str
    channel: str = ""
    scope: str = DIRECT
    external_id: str = ""
    at: datetime | None = None
    attachments: tuple[Attachment, ...] = ()
    shown: bool = True
    notify: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """What one write does to a conversation: as it was, as it becomes, and all that is new."""

    before: State
    head: Conversation
    side: StaffSide
    at: datetime
    messages: tuple[Message, ...]
    notes: tuple[Note, ...]
    events: tuple[Event, ...]
    facts: tuple[Fact, ...]
    also: tuple[Write, ...]

    @property
    def nothing(self) -> bool:
        """Whether there is nothing to write."""
        return not (self.facts or self.also or self.head != self.before.head)

    @property
    def counts(self) -> tuple[int, int]:
        """By how much the customer's numbers of open and of closed conversations grow; a merge keeps them itself."""
        was, now = _counted(self.before.head), _counted(self.head)
        if self.before.head and self.before.head.customer_id != self.head.customer_id:
            return 0, 0
        return now[0] - was[0], now[1] - was[1]


class Writing:
    """One write in the making, from what a conversation is at this moment. Nothing is written until it is posted."""

    def __init__(self, state: State, who: Who, now: datetime) -> None:
        """Take the conversation as it is, who acts, and the moment."""
        self._before, self._who, self.now = state, who, now
        self._head, self.side = state.head, state.side
        self._messages: list[Message] = []
        self._notes: list[Note] = []
        self._facts: list[Fact] = []
        self._entries: list[tuple[str, str]] = []
        self.also: list[Write] = []
        """Further writes, which must hold as well."""

    @property
    def head(self) -> Conversation:
        """The conversation as it becomes."""
        if self._head is None:
            raise NotFound
        return self._head

    def begin(self, head: Conversation, side: StaffSide | None = None, *, past: bool = False) -> None:
        """Begin a conversation, one of the past with what was recorded of it."""
        self._head, self.side = head, side or self.side
        self._facts.append(Started(head.channel, head.customer_id, past))

    def say(self, new: NewMessage) -> Message:
        """Write a message behind all others."""
        head, past = self.head, new.at is not None
        seq = head.last_seq + 1 if new.shown else self.side.unshown + 1
        message = Message(
            conversation_id=head.id,
            seq=seq,
            direction=new.direction,
            channel=new.channel or head.reply_channel,
            author=new.author,
            author_id=new.author_id,
            body=check_body(new.body, len(new.attachments)),
            at=new.at or max(self.now, head.active_at),
            attachments=new.attachments,
            scope=new.scope,
            external_id=new.external_id,
            disclosed=new.shown and new.scope != DIRECT,
        )
        self._messages.append(message)
        self._facts.append(_said(message, notify=new.notify, past=past))
        if new.shown:
            self._head = spoken(head, message, past=past)
            self.side = replace(self.side, waiting_since=_waiting(self.side.waiting_since, message, past=past))
        else:
            self.side = replace(self.side, unshown=seq)
        return message

    def note(self, body: str, at: datetime | None, attachments: tuple[Attachment, ...], author: str = "") -> Note:
        """Write a note, which changes nothing that the customer sees."""
        when = at or self.now
        text = check_body(body, len(attachments))
        note = Note(self.head.id, new_id(when), author or self._who.name, self._who.id, text, when, attachments)
        self._notes.append(note)
        self._facts.append(Noted(note.id, self._who.id, when, at is not None))
        self.side = replace(self.side, notes=self.side.notes + 1)
        return note

    def close(self) -> None:
        """Close the conversation."""
        self._head = replace(self.head, status=Status.DONE, closed_at=self.now, snoozed_until=None)
        self.side = replace(self.side, waiting_since=None)

    def snooze(self, until: datetime) -> None:
        """Put the conversation aside until a moment."""
        self._head = replace(self.head, status=Status.SNOOZED, snoozed_until=until)

    def open(self) -> None:
        """Open a closed or snoozed conversation."""
        self._head = replace(self.head, status=Status.OPEN, closed_at=None, snoozed_until=None)

    def rename(self, subject: str) -> None:
        """Give the conversation another subject."""
        self._head = replace(self.head, subject=subject)

    def hand_to(self, customer_id: str) -> None:
        """Give the conversation to another customer."""
        self._head = replace(self.head, customer_id=customer_id)

    def closed_at(self, at: datetime) -> None:
        """Record when a conversation of the past was closed."""
        self._head = replace(self.head, closed_at=at)

    def label(self, tags: tuple[str, ...], attributes: Attributes, told: str = "") -> None:
        """Give the conversation tags and attributes; ``told`` is how the history names what changed, empty for not."""
        self.side = replace(self.side, tags=tags, attributes=attributes)
        if told:
            self._entries.append(("labelled", told))

    def redacted(self, fact: Fact, *, shown: bool, last_preview: str | None = None) -> None:
        """Record that something was removed; what was shown makes a new version, and perhaps another preview."""
        self._facts.append(fact)
        self._entries.append(("redacted", ""))
        if shown:
            changed = self.head if last_preview is None else replace(self.head, preview=last_preview)
            self._head = replace(changed, version=changed.version + 1)

    def tell(self, fact: Fact) -> None:
        """Record what changes neither of the two sides."""
        self._facts.append(fact)

    def change(self) -> Change:
        """Return everything that is to be written."""
        before, head = self._before.head, self.head
        derived = [*_facts(self._before, State(head, self.side), self._who.id), *self._facts]
        if before is not None and head != before and head.version == before.version:
            head = replace(head, version=before.version + 1)
        side = replace(self.side, version=self._before.side.version + 1)
        history = [*_history(before, head), *self._entries]
        entries = tuple(
            Event(head.id, new_id(self.now), kind, self._who.name, self.now, detail) for kind, detail in history
        )
        return Change(
            self._before,
            head,
            side if derived else self._before.side,
            self.now,
            tuple(self._messages),
            tuple(self._notes),
            entries,
            tuple(derived),
            tuple(self.also),
        )


def spoken(head: Conversation, message: Message, *, past: bool = False) -> Conversation:
    """Return a conversation with a message behind all others that its customer sees.

    A message opens what was snoozed or closed. One of the past changes no status and is not announced as unread.
    """
    incoming = message.direction is Direction.IN
    after = replace(
        head,
        active_at=max(head.active_at, message.at),
        last_seq=message.seq,
        last_out=head.last_out if incoming else message.seq,
        seen=message.seq if incoming or past else head.seen,
        preview=preview(message.body, len(message.attachments)),
        preview_direction=message.direction,
        reply_channel=message.channel if incoming else head.reply_channel,
    )
    return after if past else replace(after, status=Status.OPEN, closed_at=None, snoozed_until=None)


def _waiting(since: datetime | None, message: Message, *, past: bool) -> datetime | None:
    """Return since when the customer waits for a reply, after a message."""
    if past:
        return since
    return (since or message.at) if message.direction is Direction.IN else None


def _said(message: Message, *, notify: bool, past: bool) -> Said:
    return Said(
        message.seq,
        message.place,
        message.direction.value,
        message.channel,
        message.author_id,
        message.at,
        len(message.body),
        len(message.attachments),
        notify,
        past,
    )


def _facts(before: State, after: State, actor_id: str) -> list[Fact]:
    """Return what differs between two states, as facts."""
    was, now = before.head, after.head
    facts: list[Fact] = []
    if was is not None and now is not None:
        if was.status is not now.status or was.snoozed_until != now.snoozed_until:
            facts.append(StatusChanged(was.status.value, now.status.value, actor_id, now.snoozed_until))
        if was.subject != now.subject:
            facts.append(Renamed(actor_id))
        if was.customer_id != now.customer_id:
            facts.append(Merged(was.customer_id, now.customer_id))
    old, new = before.side, after.side
    if (old.assignee, old.queue, old.priority) != (new.assignee, new.queue, new.priority):
        facts.append(Assigned(actor_id, new.assignee, new.queue, new.priority))
    values = old.attributes, new.attributes
    keys = sorted(one for one in {*values[0], *values[1]} if values[0].get(one) != values[1].get(one))
    if keys or old.tags != new.tags:
        facts.append(Labelled(actor_id, old.tags != new.tags, tuple(keys)))
    return facts


def _history(before: Conversation | None, after: Conversation) -> list[tuple[str, str]]:
    """Return the entries that the history has of a change: kind and detail each."""
    if before is None:
        return []
    entries: list[tuple[str, str]] = []
    if after.status is Status.SNOOZED and after.snoozed_until and after.snoozed_until != before.snoozed_until:
        entries.append(("snoozed", after.snoozed_until.astimezone(UTC).strftime(SNOOZED_UNTIL)))
    elif before.status is not after.status:
        entries.append((_ENTRIES[before.status, after.status], ""))
    if before.subject != after.subject:
        entries.append(("renamed", ""))
    return entries


_ENTRIES = {
    (Status.OPEN, Status.DONE): "closed",
    (Status.SNOOZED, Status.DONE): "closed",
    (Status.DONE, Status.OPEN): "reopened",
    (Status.SNOOZED, Status.OPEN): "woken",
}


def _counted(head: Conversation | None) -> tuple[int, int]:
    """Return what a conversation adds to its customer's counts: nothing before there is something to see."""
    if head is None or not head.begun:
        return 0, 0
    return (0, 1) if head.closed else (1, 0)
