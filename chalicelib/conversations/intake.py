"""Records what was said outside the portal and the desk: messages of every channel, old and new, and notes.

Another system's ids make recording twice harmless: a conversation, a message or a note with an external id seen before
is the one recorded first. Whatever one call records goes into one transaction with the head, as everything said does.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.channels.model import CHANNELS
from chalicelib.conversations.incoming import (
    ConversationToRecord,
    MessageToRecord,
    NoteToRecord,
    checked_conversation,
    checked_message,
    checked_note,
)
from chalicelib.conversations.items import Recorded, claim_put, recorded_put
from chalicelib.conversations.labels import check_attributes, check_tags
from chalicelib.conversations.model import Actor, Conversation, Direction, Message, Note, StaffSide, may_reply
from chalicelib.conversations.posting import Overtaken
from chalicelib.conversations.thread import DIRECT, NewMessage
from chalicelib.ids import new_id
from chalicelib.records import dataclass
from chalicelib.refusals import ChangedMeanwhile, Invalid, NotFound

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from chalicelib.attachments.model import Attachment
    from chalicelib.attachments.store import Upload
    from chalicelib.aws.table import Write
    from chalicelib.conversations.posting import Posting
    from chalicelib.conversations.thread import Writing

AT_ONCE = 45
"""Messages and notes of one transaction: each is two of its hundred writes, and some belong to the conversation."""

_TRIES = 6


@dataclass(frozen=True, slots=True)
class Written:
    """A conversation after something was recorded, and what was: nothing where all of it had been before."""

    conversation: Conversation
    messages: list[Message]
    notes: list[Note]
    began: bool = False


class ConversationIntake:
    """What programs record in conversations; every use case names the permission it needs."""

    def __init__(self, posting: Posting, shows: Callable[[str], bool]) -> None:
        """Take what posts, and what tells whether customers see public messages of a channel."""
        self._posting, self._shows, self._store = posting, shows, posting.store

    def begin(self, actor: Actor, customer_id: str, beginning: ConversationToRecord) -> tuple[Conversation, bool]:
        """Return a new conversation, or the one with this external id, and whether it is new.

        Its customer sees it from the first message on that the portal shows.
        """
        actor.must("conversation:write")
        beginning = checked_conversation(beginning, self._posting.clock())
        written = self._write(Batch(actor, customer_id, beginning), None)
        if written.conversation.customer_id != customer_id:
            raise Invalid("A conversation with this external id belongs to another customer.", field="external_id")
        return written.conversation, written.began

    def record(self, actor: Actor, conversation: Conversation | None, message: MessageToRecord) -> tuple[Message, bool]:
        """Record a message and return it, or the one with this external id, and whether it is new.

        What is said now opens a snoozed conversation, and is refused where the conversation is closed. What carries
        its time belongs to the past: it changes no status and is not announced as unread.
        """
        actor.must("message:write")
        head = _found(conversation)
        channel = message.channel or head.reply_channel
        message = checked_message(replace(message, channel=channel), self._posting.clock())
        first = self._first_message(head.id, message.external_id)
        if first:
            return first, False
        if message.at is None:
            may_reply(head)
        uploads = self._take(actor, message.uploads)
        written = self._write(Batch(actor, head.customer_id, messages=(message,)), head, uploads)
        if written.messages:
            return written.messages[0], True
        first = self._first_message(head.id, message.external_id)
        if first is None:
            raise ChangedMeanwhile
        return first, False

    def remark(self, actor: Actor, conversation: Conversation | None, note: NoteToRecord) -> tuple[Note, bool]:
        """Write a note and return it, or the one with this external id, and whether it is new.

        It changes nothing a customer can notice.
        """
        actor.must("note:write")
        head = _found(conversation)
        note = checked_note(note, self._posting.clock())
        first = self._first_note(head.id, note.external_id)
        if first:
            return first, False
        uploads = self._take(actor, note.uploads)
        written = self._write(Batch(actor, head.customer_id, notes=(note,)), head, uploads)
        if written.notes:
            return written.notes[0], True
        first = self._first_note(head.id, note.external_id)
        if first is None:
            raise ChangedMeanwhile
        return first, False

    def load(
        self,
        actor: Actor,
        customer_id: str,
        conversation: Conversation | None,
        beginning: ConversationToRecord | None,
        messages: Sequence[MessageToRecord],
        notes: Sequence[NoteToRecord],
    ) -> Written:
        """Record a piece of a conversation's past at once: at most AT_ONCE checked messages and notes, in order.

        Either ``conversation`` or ``beginning`` is there. What was recorded before is left as it is.
        """
        for permission in ("conversation:write", "message:write", "note:write"):
            actor.must(permission)
        batch = Batch(actor, customer_id, beginning, tuple(messages), tuple(notes))
        return self._write(batch, conversation, looked=True)

    # one transaction

    def _write(
        self, batch: Batch, head: Conversation | None, uploads: Sequence[Upload] = (), *, looked: bool = False
    ) -> Written:
        """Write what of a batch was not recorded before; ``looked`` tells that a new conversation is known as new."""
        for attempt in range(_TRIES):
            if attempt and head:
                head = _found(self._store.get(head.id, consistent=True))
            elif batch.beginning and not head and (attempt or not looked):
                head = self._begun(batch.beginning)
            act = self._recording(batch, head)
            if head and not act.messages and not act.notes:
                return Written(head, [], [])
            try:
                change = self._posting.write(act, self._posting.state(head), uploads=uploads)
            except Overtaken:
                continue
            return Written(change.head, list(change.messages), list(change.notes), change.before.head is None)
        raise ChangedMeanwhile

    def _begun(self, beginning: ConversationToRecord) -> Conversation | None:
        """Return the conversation that has this external id already."""
        found = self._store.owner(beginning.external_id) if beginning.external_id else None
        return self._store.get(found, consistent=True) if found else None

    def _recording(self, batch: Batch, head: Conversation | None) -> Recording:
        """Return what of a batch is to be written: all but what the conversation has already."""
        said = noted = frozenset[str]()
        if head:
            said = frozenset(self._store.recorded(head.id, "message", (one.external_id for one in batch.messages)))
            noted = frozenset(self._store.recorded(head.id, "note", (one.external_id for one in batch.notes)))
        return Recording(
            batch.who,
            None if head else _head(batch, self._posting.clock()),
            batch.beginning,
            tuple(one for one in batch.messages if one.external_id not in said),
            tuple(one for one in batch.notes if one.external_id not in noted),
            frozenset(key for key in CHANNELS if self._shows(key)),
        )

    # what was recorded before

    def _first_message(self, conversation_id: str, external_id: str) -> Message | None:
        found = self._store.recorded(conversation_id, "message", [external_id]).get(external_id)
        return self._store.message(conversation_id, found.seq, found.scope) if found else None

    def _first_note(self, conversation_id: str, external_id: str) -> Note | None:
        found = self._store.recorded(conversation_id, "note", [external_id]).get(external_id)
        return self._store.note(conversation_id, found.note_id) if found else None

    def _take(self, actor: Actor, uploads: Sequence[str]) -> list[Upload]:
        return self._posting.attachments.take(f"token:{actor.id}", uploads)


@dataclass(frozen=True, slots=True)
class Batch:
    """What one call records, and for which customer; with ``beginning``, in a conversation of its own."""

    who: Actor
    customer_id: str
    beginning: ConversationToRecord | None = None
    messages: tuple[MessageToRecord, ...] = ()
    notes: tuple[NoteToRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class Recording:
    """The recording of messages and notes in a conversation, in a new one with ``head``.

    ``public`` are the channels whose public messages customers see.
    """

    who: Actor
    head: Conversation | None
    beginning: ConversationToRecord | None
    messages: tuple[MessageToRecord, ...]
    notes: tuple[NoteToRecord, ...]
    public: frozenset[str]

    def on(self, writing: Writing, attachments: tuple[Attachment, ...]) -> None:
        """Record all of it, or refuse where the conversation is closed and something is said now."""
        if self.head and self.beginning:
            self._begin(writing, self.head, self.beginning)
        for message in self.messages:
            self._say(writing, message, attachments)
        for note in self.notes:
            made = writing.note(note.body, note.at, attachments, note.author)
            writing.also += _remembered(made.conversation_id, note.external_id, made)
        if self.head and self.beginning and writing.head.closed:
            writing.closed_at(self.beginning.closed_at or writing.head.active_at)

    def _begin(self, writing: Writing, head: Conversation, beginning: ConversationToRecord) -> None:
        side = StaffSide(
            external_id=beginning.external_id,
            tags=check_tags(beginning.tags),
            attributes=check_attributes({}, beginning.attributes),
        )
        writing.begin(head, side, past=beginning.created_at is not None)
        if beginning.external_id:
            writing.also.append(claim_put(head.id, beginning.external_id))

    def _say(self, writing: Writing, message: MessageToRecord, attachments: tuple[Attachment, ...]) -> None:
        head = writing.head
        if message.at is None:
            may_reply(head)
        channel = message.channel or head.reply_channel
        incoming = message.direction is Direction.IN
        made = writing.say(
            NewMessage(
                message.direction,
                message.author,
                head.customer_id if incoming else self.who.id,
                message.body,
                channel,
                message.scope,
                message.external_id,
                message.at,
                attachments,
                shown=message.scope == DIRECT or channel in self.public,
                notify=message.notify and not incoming,
            )
        )
        writing.also += _remembered(head.id, message.external_id, made)


def _head(batch: Batch, now: datetime) -> Conversation:
    """Return the conversation a batch begins, before anything was said in it."""
    beginning = batch.beginning
    if beginning is None:
        raise NotFound
    created_at = beginning.created_at or (batch.messages[0].at if batch.messages else None) or now
    return Conversation(
        id=new_id(created_at),
        customer_id=batch.customer_id,
        subject=beginning.subject,
        status=beginning.status,
        channel=beginning.channel,
        reply_channel=beginning.channel,
        created_at=created_at,
        active_at=created_at,
        snoozed_until=beginning.snoozed_until,
    )


def _remembered(conversation_id: str, external_id: str, what: Message | Note) -> list[Write]:
    if not external_id:
        return []
    if isinstance(what, Message):
        return [recorded_put(conversation_id, "message", external_id, Recorded(what.seq, what.place, ""))]
    return [recorded_put(conversation_id, "note", external_id, Recorded(0, "", what.id))]


def _found(conversation: Conversation | None) -> Conversation:
    if conversation is None:
        raise NotFound
    return conversation
