"""What staff do with conversations: read, answer, note, close, snooze, wake, reopen, rename, redact."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.audit.model import Author, Change
from chalicelib.aws.table import Refused
from chalicelib.conversations.items import (
    Posted,
    answered_put,
    head_update,
    message_update,
    note_put,
    note_update,
    position,
    staff_update,
)
from chalicelib.conversations.model import (
    MAILED_CHANNELS,
    REDACTED,
    SNOOZED_UNTIL,
    Actor,
    Conversation,
    Direction,
    Event,
    Message,
    Note,
    ReplyMail,
    Row,
    Status,
    check_body,
    check_subject,
    may_reply,
    preview,
    redact_part,
    redacted_preview,
)
from chalicelib.conversations.portal import PAGE, THREAD, ListPage, Thread
from chalicelib.conversations.posting import Draft, Said, attachments_of
from chalicelib.customers.store import counted
from chalicelib.ids import new_id
from chalicelib.records import dataclass
from chalicelib.refusals import (
    ChangedMeanwhile,
    Conflict,
    ConversationClosed,
    Invalid,
    KeyReused,
    NotClosed,
    NotFound,
    PartNotFound,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chalicelib.attachments.store import Upload
    from chalicelib.audit.store import Audit
    from chalicelib.aws.table import Later, Reads, Write
    from chalicelib.conversations.posting import Posting
    from chalicelib.outbox.service import Outbox

MAX_SNOOZE = timedelta(days=366)
WAKE_AT_ONCE = 200
_TRIES = 6


@dataclass(frozen=True, slots=True)
class StaffThread:
    """A conversation as staff read it: messages as the customer's, and besides them public ones, notes and history."""

    thread: Thread
    public: list[Message]
    notes: list[Note]
    events: list[Event]


class DeskConversations:
    """Conversations for staff; every use case names the permission it needs."""

    def __init__(self, posting: Posting, outbox: Outbox, audit: Audit) -> None:
        """Take what posts, what mails, and the audit log."""
        self._posting, self._outbox, self._audit = posting, outbox, audit
        self._store = posting.store

    def later(self, reads: Reads, conversation_id: str) -> tuple[Later[Conversation | None], Later[int]]:
        """Read a head, and the version of what only staff see, together with the session."""
        return self._store.later(reads, conversation_id), self._store.staff_version(reads, conversation_id)

    def page(self, member: Actor, status: Status, *, position: str = "") -> ListPage:
        """Return a page of the desk: newest activity first, snoozed ones by when they wake."""
        member.must("conversation:read")
        snoozed = status is Status.SNOOZED
        rows, more = self._store.desk(status, position=position, limit=PAGE, newest_first=not snoozed)
        return ListPage(rows, _position(rows, snoozed=snoozed) if more else None, len(rows))

    def read(self, member: Actor, conversation: Conversation | None, *, before: int = 0) -> StaffThread:
        """Return a conversation with everything staff may see; history as far back as the messages shown."""
        member.must("conversation:read")
        if conversation is None:
            raise NotFound
        messages, more = self._store.messages(conversation.id, THREAD, before=before, consistent=True)
        notes, events = self._store.staff_items(conversation.id)
        earliest = messages[0].at if more and messages else None
        latest = messages[-1].at if before and messages else None

        def shown(at: datetime) -> bool:
            return (earliest is None or at >= earliest) and (latest is None or at <= latest)

        return StaffThread(
            Thread(messages, messages[0].seq if more and messages else 0),
            [message for message in self._store.public_messages(conversation.id) if shown(message.at)],
            [note for note in notes if shown(note.at)],
            [event for event in events if shown(event.at)],
        )

    def answer(self, member: Actor, conversation: Conversation | None, draft: Draft) -> Posted:
        """Say something to the customer; it leaves as e-mail where the channel is mailed."""
        member.must("conversation:reply")
        head = _found(conversation)
        check_body(draft.body, len(draft.uploads))
        mail_ids: list[str] = []

        def plan(now_head: Conversation | None, uploads: Sequence[Upload], now: datetime) -> Said:
            before = _found(now_head)
            may_reply(before)
            now = max(now, before.active_at)
            body = check_body(draft.body, len(uploads))
            message = Message(
                conversation_id=before.id,
                seq=before.last_seq + 1,
                direction=Direction.OUT,
                channel=before.reply_channel,
                author=member.name,
                author_id=member.id,
                body=body,
                at=now,
                attachments=attachments_of(uploads),
            )
            after = replace(
                before,
                status=Status.OPEN,
                active_at=now,
                version=before.version + 1,
                last_seq=message.seq,
                last_out=message.seq,
                preview=preview(body, len(uploads)),
                preview_direction=Direction.OUT,
                snoozed_until=None,
            )
            also: list[Write] = self._posting.attach(uploads, message, before.customer_id)
            mail_ids.clear()
            if before.reply_channel in MAILED_CHANNELS:
                mail = ReplyMail(before.id, message.seq)
                also.append(self._outbox.put(mail.id, mail, now))
                mail_ids.append(mail.id)
            return Said(before, after, message, also)

        posted = self._posting.say(
            member.id,
            draft,
            f"answer:{head.id}",
            head,
            plan,
            may=lambda: may_reply(head),
            owner=f"staff:{member.id}",
        )
        for mail_id in mail_ids:
            self._outbox.nudge(mail_id)
        return posted

    def note(self, member: Actor, conversation: Conversation | None, draft: Draft) -> None:
        """Write something only staff see. It changes nothing a customer can notice."""
        member.must("note:write")
        head = _found(conversation)

        def post(key: str, fingerprint: str) -> Posted:
            return self._note(member, head, draft, key, fingerprint)

        self._posting.once(member.id, draft, f"note:{head.id}", post)

    def _note(self, member: Actor, head: Conversation, draft: Draft, key: str, fingerprint: str) -> Posted:
        uploads = self._posting.attachments.take(f"staff:{member.id}", draft.uploads)
        body = check_body(draft.body, len(uploads))
        now = self._posting.clock()
        note = Note(head.id, new_id(now), member.name, member.id, body, now, attachments_of(uploads))
        posted = Posted(head.id, 0)
        expires = int((now + timedelta(days=2)).timestamp())
        writes: list[Write] = [
            answered_put(member.id, key, fingerprint, posted, expires),
            note_put(note),
            staff_update(head.id, notes=1),
            *(
                self._posting.attachments.uploads.attach(
                    upload,
                    conversation_id=head.id,
                    customer_id=head.customer_id,
                    note_id=note.id,
                    internal=True,
                )
                for upload in uploads
            ),
        ]
        try:
            self._store.table.transact(writes)
        except Refused as refused:
            raise (KeyReused if 0 in refused.failed else ChangedMeanwhile) from refused
        self._posting.attachments.settled(uploads)
        return posted

    def close(self, member: Actor, conversation: Conversation | None) -> None:
        """Close a conversation. Closing a closed one is refused."""
        member.must("conversation:status")

        def change(before: Conversation, now: datetime) -> tuple[Conversation, list[Write]]:
            if before.closed:
                raise ConversationClosed("This conversation is closed already.")
            after = replace(before, status=Status.DONE, closed_at=now, snoozed_until=None)
            return after, [
                *_counts(before, opened=-1, done=1),
                *self._posting.event(before.id, "closed", member.name, now),
            ]

        self._change(_found(conversation), change)

    def snooze(self, member: Actor, conversation: Conversation | None, until: datetime) -> None:
        """Put an open conversation aside until a moment in the future (at most a year); a reply wakes it sooner."""
        member.must("conversation:status")

        def change(before: Conversation, now: datetime) -> tuple[Conversation, list[Write]]:
            may_reply(before)
            if not now < until <= now + MAX_SNOOZE:
                raise Invalid("Choose a moment in the future, at most a year away.", field="until")
            after = replace(before, status=Status.SNOOZED, snoozed_until=until)
            detail = until.astimezone(UTC).strftime(SNOOZED_UNTIL)
            return after, self._posting.event(before.id, "snoozed", member.name, now, detail)

        self._change(_found(conversation), change)

    def reopen(self, member: Actor, conversation: Conversation | None) -> None:
        """Open a closed or snoozed conversation again."""
        member.must("conversation:status")

        def change(before: Conversation, now: datetime) -> tuple[Conversation, list[Write]]:
            if before.status is Status.OPEN:
                raise NotClosed
            after = replace(before, status=Status.OPEN, closed_at=None, snoozed_until=None)
            counts = _counts(before, opened=1, done=-1) if before.closed else []
            kind = "reopened" if before.closed else "woken"
            return after, [*counts, *self._posting.event(before.id, kind, member.name, now)]

        self._change(_found(conversation), change)

    def rename(self, member: Actor, conversation: Conversation | None, subject: str) -> None:
        """Give a conversation another subject, which the customer sees from then on."""
        member.must("conversation:rename")
        wanted = check_subject(subject)

        def change(before: Conversation, now: datetime) -> tuple[Conversation, list[Write]]:
            return replace(before, subject=wanted), self._posting.event(before.id, "renamed", member.name, now)

        self._change(_found(conversation), change)

    def wake(self, now: datetime) -> int:
        """Open the snoozed conversations whose time has come; return how many."""
        woken = 0
        for conversation_id in self._store.due_to_wake(now, WAKE_AT_ONCE):
            head = self._store.get(conversation_id, consistent=True)
            if head is None or not head.snoozed_until or head.snoozed_until > now:
                continue

            def change(before: Conversation, at: datetime) -> tuple[Conversation, list[Write]]:
                if not before.snoozed_until or before.snoozed_until > now:
                    raise Conflict
                after = replace(before, status=Status.OPEN, snoozed_until=None)
                return after, self._posting.event(before.id, "woken", "", at)

            try:
                self._change(head, change)
            except Conflict:
                continue
            woken += 1
        return woken

    def redact(  # noqa: PLR0913 - what is to be removed
        self,
        member: Actor,
        conversation: Conversation | None,
        seq: int,
        *,
        part: str = "",
        attachment: str = "",
        scope: str = "direct",
        ip: str = "",
    ) -> None:
        """Remove a message's whole text and files, a part of its text, or one file, for good and everywhere.

        The audit log tells that it was done, and from which address (``ip``), and nothing of what was removed.
        """
        member.must("message:redact")
        head = _found(conversation)
        for _ in range(_TRIES):
            message = self._store.message(head.id, seq, scope)
            if message is None:
                raise NotFound
            gone, body, kept = _without(message.body, message.attachments, part, attachment)
            self._posting.attachments.remove(gone)
            after_message = replace(message, body=body, attachments=kept, redacted=True)
            now = self._posting.clock()
            shown: list[Write] = []
            if scope == "direct":
                after = replace(head, version=head.version + 1)
                newest, _ = self._store.messages(head.id, 1, consistent=True)
                if seq == newest[-1].seq:
                    after = replace(after, preview=redacted_preview(after_message))
                shown.append(head_update(head, after))
            writes: list[Write] = [
                *shown,
                message_update(message, after_message),
                *self._posting.event(head.id, "redacted", member.name, now),
                *(self._posting.attachments.uploads.redact(one) for one in gone),
            ]
            what = "part" if part else "file" if attachment else "whole"
            told = {"removed": what, "message": seq, "scope": scope, "files": len(gone)}
            try:
                self._audit.commit(writes, _redaction(member, head, "message:redact", told, ip))
            except Refused:
                head = _found(self._store.get(head.id, consistent=True))
                continue
            return
        raise ChangedMeanwhile

    def redact_note(self, member: Actor, conversation: Conversation | None, note_id: str, *, ip: str = "") -> None:
        """Remove a note's text and files for good."""
        member.must("message:redact")
        head = _found(conversation)
        note = self._store.note(head.id, note_id)
        if note is None:
            raise NotFound
        gone = [one.id for one in note.attachments]
        self._posting.attachments.remove(gone)
        after = replace(note, body="", attachments=(), redacted=True)
        writes: list[Write] = [
            note_update(note, after),
            *self._posting.event(head.id, "redacted", member.name, self._posting.clock()),
            *(self._posting.attachments.uploads.redact(one) for one in gone),
        ]
        told = {"removed": "whole", "note": note_id, "files": len(gone)}
        try:
            self._audit.commit(writes, _redaction(member, head, "note:redact", told, ip))
        except Refused as refused:
            raise ChangedMeanwhile from refused

    def _change(
        self,
        head: Conversation,
        change: Callable[[Conversation, datetime], tuple[Conversation, list[Write]]],
    ) -> None:
        """Write a change of the head, trying again from the newest where somebody else was faster."""
        for _ in range(_TRIES):
            after, also = change(head, self._posting.clock())
            after = replace(after, version=head.version + 1)
            try:
                self._store.table.transact([head_update(head, after), *also])
            except Refused:
                head = _found(self._store.get(head.id, consistent=True))
                continue
            return
        raise ChangedMeanwhile


def _redaction(member: Actor, head: Conversation, action: str, told: dict[str, object], ip: str) -> Change:
    """Return a redaction as the audit log tells of it; a subject can have in it what was removed, so it is left out."""
    return Change(Author(member.id, member.name, ip), action, f"Conversation {head.id}", {}, told, head.id)


def _found(conversation: Conversation | None) -> Conversation:
    if conversation is None:
        raise NotFound
    return conversation


def _counts(before: Conversation, *, opened: int, done: int) -> list[Write]:
    """Return the writes that keep the customer's counts: what they cannot see yet is not counted either."""
    return [counted(before.customer_id, opened=opened, done=done)] if before.begun else []


def _without(body: str, attachments: tuple, part: str, attachment: str) -> tuple[list[str], str, tuple]:  # type: ignore[type-arg]
    """Return ids of the files that go, the text that stays, and the files that stay."""
    if attachment:
        if attachment not in [one.id for one in attachments]:
            raise PartNotFound("That file is not part of this message.", field="attachment")
        return [attachment], body, tuple(one for one in attachments if one.id != attachment)
    if part:
        return [], redact_part(body, part), attachments
    return [one.id for one in attachments], "", ()


def _position(rows: list[Row], *, snoozed: bool) -> str:
    return position(rows[-1], snoozed=snoozed) if rows else ""


__all__ = ["REDACTED", "DeskConversations", "StaffThread"]
