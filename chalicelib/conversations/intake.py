"""Records what was said outside the portal and the desk: messages of every channel, old and new, and notes.

Another system's ids make recording twice harmless: a conversation, a message or a note with an external id seen before
is the one recorded first. Whatever one call records goes into one transaction with the head, as everything said does.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from chalicelib import telemetry
from chalicelib.aws.table import Refused
from chalicelib.conversations.attributes import Attributes
from chalicelib.conversations.incoming import (
    Beginning,
    Remark,
    Saying,
    checked_beginning,
    checked_remark,
    checked_saying,
)
from chalicelib.conversations.items import (
    Aside,
    Recorded,
    aside_update,
    claim_put,
    head_put,
    head_update,
    message_put,
    note_put,
    recorded_put,
    staff_update,
)
from chalicelib.conversations.labels import check_attributes, check_tags
from chalicelib.conversations.model import (
    MAILED_CHANNELS,
    Actor,
    Conversation,
    Direction,
    Message,
    Note,
    ReplyMail,
    Status,
    check_body,
    may_reply,
    preview,
)
from chalicelib.conversations.posting import attachments_of
from chalicelib.customers.store import counted
from chalicelib.ids import new_id
from chalicelib.records import dataclass
from chalicelib.refusals import ChangedMeanwhile, Invalid, NotFound

if TYPE_CHECKING:
    from chalicelib.attachments.store import Upload
    from chalicelib.aws.table import Write
    from chalicelib.conversations.posting import Posting
    from chalicelib.outbox.service import Outbox

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


@dataclass(slots=True)
class _Draft:
    """What one try would write: the conversation as it is and as it becomes, and all that goes with it."""

    before: Conversation | None
    after: Conversation
    aside_before: Aside
    aside: Aside
    messages: list[Message] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)
    also: list[Write] = field(default_factory=list)
    mails: list[str] = field(default_factory=list)


class ConversationIntake:
    """What programs record in conversations; every use case names the permission it needs."""

    def __init__(self, posting: Posting, outbox: Outbox, shows: Callable[[str], bool]) -> None:
        """Take what posts, what mails, and what tells whether customers see public messages of a channel."""
        self._posting, self._outbox, self._shows = posting, outbox, shows
        self._store = posting.store

    def begin(self, actor: Actor, customer_id: str, beginning: Beginning) -> tuple[Conversation, bool]:
        """Return a new conversation, or the one with this external id, and whether it is new.

        Its customer sees it from the first message on that the portal shows.
        """
        actor.must("conversation:write")
        beginning = checked_beginning(beginning, self._posting.clock())
        written = self._write(actor, customer_id, None, beginning, (), ())
        if written.conversation.customer_id != customer_id:
            raise Invalid("A conversation with this external id belongs to another customer.", field="external_id")
        return written.conversation, written.began

    def record(self, actor: Actor, conversation: Conversation | None, saying: Saying) -> tuple[Message, bool]:
        """Record a message and return it, or the one with this external id, and whether it is new.

        What is said now opens a snoozed conversation, and is refused where the conversation is closed. What carries
        its time belongs to the past: it changes no status and is not announced as unread.
        """
        actor.must("message:write")
        head = _found(conversation)
        channel = saying.channel or head.reply_channel
        saying = checked_saying(replace(saying, channel=channel), self._posting.clock())
        first = self._first_message(head.id, saying.external_id)
        if first:
            return first, False
        if saying.at is None:
            may_reply(head)
        uploads = self._take(actor, saying.uploads)
        written = self._write(actor, head.customer_id, head, None, [saying], (), uploads)
        self._posting.attachments.settled(uploads)
        if written.messages:
            telemetry.count(telemetry.MESSAGE_POSTED)
            return written.messages[0], True
        first = self._first_message(head.id, saying.external_id)
        if first is None:
            raise ChangedMeanwhile
        return first, False

    def remark(self, actor: Actor, conversation: Conversation | None, remark: Remark) -> tuple[Note, bool]:
        """Write a note and return it, or the one with this external id, and whether it is new.

        It changes nothing a customer can notice.
        """
        actor.must("note:write")
        head = _found(conversation)
        remark = checked_remark(remark, self._posting.clock())
        first = self._first_note(head.id, remark.external_id)
        if first:
            return first, False
        uploads = self._take(actor, remark.uploads)
        written = self._write(actor, head.customer_id, head, None, (), [remark], uploads)
        self._posting.attachments.settled(uploads)
        if written.notes:
            return written.notes[0], True
        first = self._first_note(head.id, remark.external_id)
        if first is None:
            raise ChangedMeanwhile
        return first, False

    def load(  # noqa: PLR0913 - the parts of what is recorded
        self,
        actor: Actor,
        customer_id: str,
        conversation: Conversation | None,
        beginning: Beginning | None,
        sayings: Sequence[Saying],
        remarks: Sequence[Remark],
    ) -> Written:
        """Record a piece of a conversation's past at once: at most AT_ONCE checked messages and notes, in order.

        Either ``conversation`` or ``beginning`` is there. What was recorded before is left as it is.
        """
        for permission in ("conversation:write", "message:write", "note:write"):
            actor.must(permission)
        return self._write(actor, customer_id, conversation, beginning, sayings, remarks, looked=True)

    # one transaction

    def _write(  # noqa: PLR0913 - the parts of what is recorded
        self,
        actor: Actor,
        customer_id: str,
        head: Conversation | None,
        beginning: Beginning | None,
        sayings: Sequence[Saying],
        remarks: Sequence[Remark],
        uploads: Sequence[Upload] = (),
        *,
        looked: bool = False,
    ) -> Written:
        for attempt in range(_TRIES):
            if attempt and head:
                head = _found(self._store.get(head.id, consistent=True))
            elif beginning and not head and (attempt or not looked):
                head = self._begun(beginning)
            draft = self._draft(actor, customer_id, head, beginning, sayings, remarks, uploads)
            writes = self._writes(draft, beginning)
            if not writes:
                return Written(draft.after, [], [])
            try:
                self._store.table.transact(writes)
            except Refused:
                continue
            for mail_id in draft.mails:
                self._outbox.nudge(mail_id)
            return Written(draft.after, draft.messages, draft.notes, draft.before is None)
        raise ChangedMeanwhile

    def _begun(self, beginning: Beginning) -> Conversation | None:
        """Return the conversation that has this external id already."""
        found = self._store.owner(beginning.external_id) if beginning.external_id else None
        return self._store.get(found, consistent=True) if found else None

    def _draft(  # noqa: PLR0913 - the parts of what is recorded
        self,
        actor: Actor,
        customer_id: str,
        head: Conversation | None,
        beginning: Beginning | None,
        sayings: Sequence[Saying],
        remarks: Sequence[Remark],
        uploads: Sequence[Upload],
    ) -> _Draft:
        now = self._posting.clock()
        draft = self._opened(customer_id, head, beginning, sayings, now)
        conversation_id = draft.after.id
        said = noted = frozenset[str]()
        if head:
            said = frozenset(self._store.recorded(head.id, "message", (one.external_id for one in sayings)))
            noted = frozenset(self._store.recorded(head.id, "note", (one.external_id for one in remarks)))
        for saying in sayings:
            if saying.external_id not in said:
                self._say(actor, draft, saying, uploads, now)
        for remark in remarks:
            if remark.external_id in noted:
                continue
            at = remark.at or now
            body = check_body(remark.body, len(uploads))
            note = Note(conversation_id, new_id(at), remark.author, actor.id, body, at, attachments_of(uploads))
            draft.notes.append(note)
            draft.also += [note_put(note), *_remembered(conversation_id, remark.external_id, note)]
            draft.also += [
                self._posting.attachments.uploads.attach(
                    upload, conversation_id=conversation_id, customer_id=customer_id, note_id=note.id, internal=True
                )
                for upload in uploads
            ]
        return draft

    def _opened(
        self,
        customer_id: str,
        head: Conversation | None,
        beginning: Beginning | None,
        sayings: Sequence[Saying],
        now: datetime,
    ) -> _Draft:
        if head:
            public = any(saying.scope != "direct" for saying in sayings)
            aside = self._store.aside(head.id) if public else Aside()
            return _Draft(head, head, aside, aside)
        if beginning is None:
            raise NotFound
        created_at = beginning.created_at or (sayings[0].at if sayings else None) or now
        after = Conversation(
            id=new_id(created_at),
            customer_id=customer_id,
            subject=beginning.subject,
            status=beginning.status,
            channel=beginning.channel,
            reply_channel=beginning.channel,
            created_at=created_at,
            active_at=created_at,
            snoozed_until=beginning.snoozed_until,
        )
        attributes: Attributes = check_attributes({}, beginning.attributes)
        aside = Aside(external_id=beginning.external_id, tags=check_tags(beginning.tags), attributes=attributes)
        return _Draft(None, after, Aside(), aside)

    def _say(self, actor: Actor, draft: _Draft, saying: Saying, uploads: Sequence[Upload], now: datetime) -> None:
        head, live = draft.after, saying.at is None
        if live:
            may_reply(head)
        shown = saying.scope == "direct" or self._shows(saying.channel or head.reply_channel)
        seq = head.last_seq + 1 if shown else draft.aside.unshown + 1
        incoming = saying.direction is Direction.IN
        message = Message(
            conversation_id=head.id,
            seq=seq,
            direction=saying.direction,
            channel=saying.channel or head.reply_channel,
            author=saying.author,
            author_id=head.customer_id if incoming else actor.id,
            body=check_body(saying.body, len(uploads)),
            at=saying.at or max(now, head.active_at),
            attachments=attachments_of(uploads),
            scope=saying.scope,
            external_id=saying.external_id,
            disclosed=shown and saying.scope != "direct",
        )
        draft.messages.append(message)
        draft.also += [message_put(message), *_remembered(head.id, saying.external_id, message)]
        draft.also += [
            self._posting.attachments.uploads.attach(
                upload,
                conversation_id=head.id,
                customer_id=head.customer_id,
                seq=seq,
                internal=not shown,
            )
            for upload in uploads
        ]
        if not shown:
            draft.aside = replace(draft.aside, unshown=seq)
            return
        if live and head.snoozed_until:
            draft.also += self._posting.event(head.id, "woken", actor.name, now)
        draft.after = _extended(head, message, live=live)
        if saying.notify and not incoming and message.channel in MAILED_CHANNELS:
            mail = ReplyMail(head.id, seq)
            draft.also.append(self._outbox.put(mail.id, mail, now))
            draft.mails.append(mail.id)

    def _writes(self, draft: _Draft, beginning: Beginning | None) -> list[Write]:
        """Return all the writes of a draft; none where there is nothing new in it."""
        before, after = draft.before, draft.after
        if before and not draft.messages and not draft.notes:
            return []
        if before is None and beginning and after.closed:
            after = draft.after = replace(after, closed_at=beginning.closed_at or after.active_at)
        writes: list[Write] = []
        if before is None:
            writes.append(head_put(after))
            if draft.aside.external_id:
                writes.append(claim_put(after.id, draft.aside.external_id))
        elif after != before:
            after = draft.after = replace(after, version=before.version + 1)
            writes.append(head_update(before, after))
        if after.begun and not (before and before.begun):
            writes.append(counted(after.customer_id, opened=int(not after.closed), done=int(after.closed)))
        if draft.aside != draft.aside_before or draft.notes:
            writes.append(self._aside_write(draft))
        return writes + draft.also

    @staticmethod
    def _aside_write(draft: _Draft) -> Write:
        if draft.aside == draft.aside_before:
            return staff_update(draft.after.id, notes=len(draft.notes))
        return aside_update(draft.after.id, draft.aside_before, draft.aside, notes=len(draft.notes))

    # what was recorded before

    def _first_message(self, conversation_id: str, external_id: str) -> Message | None:
        found = self._store.recorded(conversation_id, "message", [external_id]).get(external_id)
        return self._store.message(conversation_id, found.seq, found.scope) if found else None

    def _first_note(self, conversation_id: str, external_id: str) -> Note | None:
        found = self._store.recorded(conversation_id, "note", [external_id]).get(external_id)
        return self._store.note(conversation_id, found.note_id) if found else None

    def _take(self, actor: Actor, uploads: Sequence[str]) -> list[Upload]:
        return self._posting.attachments.take(f"token:{actor.id}", uploads)


def _extended(head: Conversation, message: Message, *, live: bool) -> Conversation:
    """Return the head with a message behind all others. What belongs to the past changes no status and is not new."""
    incoming = message.direction is Direction.IN
    seq = message.seq
    after = replace(
        head,
        active_at=max(head.active_at, message.at),
        last_seq=seq,
        last_out=head.last_out if incoming else seq,
        seen=seq if incoming or not live else head.seen,
        preview=preview(message.body, len(message.attachments)),
        preview_direction=message.direction,
        reply_channel=message.channel if incoming else head.reply_channel,
    )
    return replace(after, status=Status.OPEN, snoozed_until=None) if live else after


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
