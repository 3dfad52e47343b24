"""What staff do with conversations: read, answer, note, close, snooze, wake, reopen, rename, redact."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.audit.model import Author, Change
from chalicelib.aws import keys
from chalicelib.conversations.items import Posted, message_update, note_update
from chalicelib.conversations.model import (
    Actor,
    Conversation,
    Direction,
    Row,
    Status,
    check_subject,
    may_reply,
    redact_part,
    redacted_preview,
)
from chalicelib.conversations.portal import PAGE
from chalicelib.conversations.posting import Form, Overtaken
from chalicelib.conversations.store import EVENTS, NOTES, SHOWN, UNSHOWN
from chalicelib.conversations.thread import DIRECT, NOBODY, NewMessage, Nobody
from chalicelib.conversations.timeline import ASIDES, ASIDES_ALONE, MESSAGES, asides_of, page_of
from chalicelib.facts.model import Redacted
from chalicelib.records import dataclass
from chalicelib.refusals import (
    ChangedMeanwhile,
    Conflict,
    ConversationClosed,
    Invalid,
    NotClosed,
    NotFound,
    PartNotFound,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chalicelib.attachments.model import Attachment
    from chalicelib.aws.table import Later, Reads, Write
    from chalicelib.conversations.model import Draft, StaffSide, State
    from chalicelib.conversations.posting import Act, Posting
    from chalicelib.conversations.store import Place as Listed
    from chalicelib.conversations.thread import Who, Writing
    from chalicelib.conversations.timeline import Place, Timeline
    from chalicelib.customers.model import Customer
    from chalicelib.customers.store import Customers

Places = tuple[list["Listed"], bool]
"""Places in a list of the desk, and whether there are more."""
MAX_SNOOZE = timedelta(days=366)
WAKE_AT_ONCE = 200
_TRIES = 6


@dataclass(frozen=True, slots=True)
class DeskPage:
    """A page of a desk list, with the customers of its rows by id. ``position`` continues it, None at the end."""

    rows: list[Row]
    customers: dict[str, Customer]
    position: str | None


class DeskConversations:
    """Conversations for staff; every use case names the permission it needs.

    What is given with a conversation as ``side`` is what was read together with it of what only staff see.
    """

    def __init__(self, posting: Posting, customers: Customers) -> None:
        """Take what posts, and the customers."""
        self._posting, self._customers, self._store = posting, customers, posting.store

    def later(self, reads: Reads, conversation_id: str) -> tuple[Later[Conversation | None], Later[StaffSide]]:
        """Read a head, and what only staff see of it, together with the session."""
        return self._store.later(reads, conversation_id), self._store.side_later(reads, conversation_id)

    def places_later(self, reads: Reads, status: Status, position: str = "") -> Callable[[], Places]:
        """Read what a page of the desk lists together with the session; :meth:`page` then decides who may see it."""
        return self._places(reads, status, position, keys.BY_WORK)

    def page(
        self,
        member: Actor,
        status: Status,
        *,
        position: str = "",
        index: str = keys.BY_WORK,
        early: Callable[[], Places] | None = None,
    ) -> DeskPage:
        """Return a page of the desk: newest activity first, snoozed ones by when they wake.

        ``index`` is the one that has the desk's lists, as the table's form says; ``early`` is what was read of the
        usual one.
        """
        member.must("conversation:read")
        if early is None or index != keys.BY_WORK:
            early = self._places(self._store.table.together(), status, position, index)
        places, more = early()
        reads = self._store.table.together()
        heads = [self._store.later(reads, place.conversation_id) for place in places]
        customers = {place.customer_id: self._customers.later(reads, place.customer_id) for place in places}
        rows = [head.row for later in heads if (head := later()) and head.status is status]
        known = {customer_id: customer for customer_id, later in customers.items() if (customer := later())}
        return DeskPage(rows, known, places[-1].order if more else None)

    def _places(self, reads: Reads, status: Status, position: str, index: str) -> Callable[[], Places]:
        newest_first = status is not Status.SNOOZED
        return self._store.work_later(
            reads, status, position=position, limit=PAGE, newest_first=newest_first, index=index
        )

    def timeline_later(self, reads: Reads, member: Actor, state: State, place: Place) -> Callable[[], Timeline]:
        """Read a page of a conversation with everything staff may see, together with other items."""
        member.must("conversation:read")
        head, newest, side = _found(state.head), self._store.newest_later, state.side
        room = ASIDES_ALONE if place.alone else ASIDES
        notes = newest(reads, head.id, NOTES, room + 1, keys.note(head.id, place.aside) if place.aside else None)
        events = newest(reads, head.id, EVENTS, room + 1, keys.event(head.id, place.aside) if place.aside else None)
        if place.alone:
            return lambda: asides_of((notes(), events()))
        said = newest(reads, head.id, SHOWN, MESSAGES, keys.message(head.id, place.seq) if place.seq else None)
        before = keys.unshown_message(head.id, place.public) if place.public else None
        public = newest(reads, head.id, UNSHOWN, MESSAGES, before) if side.unshown else None
        return lambda: page_of(place, (said(), public() if public else ((), False)), (notes(), events()))

    def answer(
        self, member: Actor, conversation: Conversation | None, draft: Draft, side: StaffSide | None = None
    ) -> Posted:
        """Say something to the customer, who is also sent it where the channel has a way for that."""
        member.must("conversation:reply")
        head = _found(conversation)
        form = Form(draft, f"answer:{head.id}", f"staff:{member.id}")
        return self._posting.send(Answering(member, draft.body), form, self._posting.state(head, side))

    def note(
        self, member: Actor, conversation: Conversation | None, draft: Draft, side: StaffSide | None = None
    ) -> None:
        """Write something only staff see. It changes nothing a customer can notice."""
        member.must("note:write")
        head = _found(conversation)
        form = Form(draft, f"note:{head.id}", f"staff:{member.id}")
        self._posting.send(Noting(member, draft.body), form, self._posting.state(head, side))

    def close(self, member: Actor, conversation: Conversation | None) -> None:
        """Close a conversation. Closing a closed one is refused."""
        member.must("conversation:status")
        self._do(Closing(member), conversation)

    def snooze(self, member: Actor, conversation: Conversation | None, until: datetime) -> None:
        """Put an open conversation aside until a moment in the future (at most a year); a reply wakes it sooner."""
        member.must("conversation:status")
        self._do(Snoozing(member, until), conversation)

    def reopen(self, member: Actor, conversation: Conversation | None) -> None:
        """Open a closed or snoozed conversation again."""
        member.must("conversation:status")
        self._do(Opening(member), conversation)

    def rename(self, member: Actor, conversation: Conversation | None, subject: str) -> None:
        """Give a conversation another subject, which the customer sees from then on."""
        member.must("conversation:rename")
        self._do(Renaming(member, check_subject(subject)), conversation)

    def wake(self, now: datetime, index: str = keys.BY_WORK) -> int:
        """Open the snoozed conversations whose time has come; return how many."""
        woken = 0
        for conversation_id in self._store.due_to_wake(now, WAKE_AT_ONCE, index):
            state = self._store.state(conversation_id)
            if state.head is None or not state.head.snoozed_until or state.head.snoozed_until > now:
                continue
            try:
                self._posting.write(Waking(now), state)
            except Conflict:
                continue
            woken += 1
        return woken

    def redact(
        self,
        member: Actor,
        conversation: Conversation | None,
        seq: int,
        *,
        part: str = "",
        attachment: str = "",
        scope: str = DIRECT,
        ip: str = "",
    ) -> None:
        """Remove a message's whole text and files, a part of its text, or one file, for good and everywhere.

        The audit log tells that it was done, and from which address (``ip``), and nothing of what was removed.
        """
        member.must("message:redact")
        head = _found(conversation)
        for _ in range(_TRIES):
            state = self._store.state(head.id)
            message = self._store.message(head.id, seq, scope)
            if message is None:
                raise NotFound
            gone, body, kept = _without(message.body, message.attachments, part, attachment)
            what = "part" if part else "file" if attachment else "whole"
            told = {"removed": what, "message": seq, "scope": scope, "files": len(gone)}
            after = replace(message, body=body, attachments=kept, redacted=True)
            writes = [message_update(message, after), *self._remove(gone)]
            newest, _ = self._store.messages(head.id, 1, consistent=True)
            last = bool(newest) and message.place == DIRECT and newest[-1].seq == seq
            fact = Redacted(member.id, what, seq, message.place)
            preview = redacted_preview(after) if last else None
            act = Redacting(member, fact, tuple(writes), preview, _found(state.head).last_seq)
            if self._redacted(act, state, _redaction(member, head, "message:redact", told, ip)):
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
        after = replace(note, body="", attachments=(), redacted=True)
        told = {"removed": "whole", "note": note_id, "files": len(gone)}
        fact = Redacted(member.id, "whole", note_id=note_id)
        act = Redacting(member, fact, (note_update(note, after), *self._remove(gone)))
        if not self._redacted(act, self._posting.state(head), _redaction(member, head, "note:redact", told, ip)):
            raise ChangedMeanwhile

    def _remove(self, upload_ids: Sequence[str]) -> list[Write]:
        """Remove files, and return the writes that say so."""
        self._posting.attachments.remove(upload_ids)
        return [self._posting.attachments.uploads.redact(one) for one in upload_ids]

    def _redacted(self, act: Act, state: State, audited: Change) -> bool:
        """Write a redaction; False where what was to be redacted changed since it was read."""
        try:
            self._posting.write(act, state, audited=audited)
        except Overtaken:
            return False
        return True

    def _do(self, act: Act, conversation: Conversation | None) -> None:
        self._posting.write(act, self._posting.state(_found(conversation)))


@dataclass(frozen=True, slots=True)
class Answering:
    """The organization's message to an open conversation; a snoozed one wakes."""

    who: Actor
    body: str

    def on(self, writing: Writing, attachments: tuple[Attachment, ...]) -> None:
        """Say it on the channel the customer last wrote on."""
        may_reply(writing.head)
        writing.say(
            NewMessage(Direction.OUT, self.who.name, self.who.id, self.body, attachments=attachments, notify=True)
        )


@dataclass(frozen=True, slots=True)
class Noting:
    """A note of a member of staff."""

    who: Actor
    body: str

    def on(self, writing: Writing, attachments: tuple[Attachment, ...]) -> None:
        """Write it."""
        writing.note(self.body, None, attachments)


@dataclass(frozen=True, slots=True)
class Closing:
    """Closing a conversation."""

    who: Actor

    def on(self, writing: Writing, _: tuple[Attachment, ...]) -> None:
        """Close it, or refuse where it is closed."""
        if writing.head.closed:
            raise ConversationClosed("This conversation is closed already.")
        writing.close()


@dataclass(frozen=True, slots=True)
class Snoozing:
    """Putting an open conversation aside."""

    who: Actor
    until: datetime

    def on(self, writing: Writing, _: tuple[Attachment, ...]) -> None:
        """Snooze it, or refuse where it is closed or the moment makes no sense."""
        may_reply(writing.head)
        if not writing.now < self.until <= writing.now + MAX_SNOOZE:
            raise Invalid("Choose a moment in the future, at most a year away.", field="until")
        writing.snooze(self.until)


@dataclass(frozen=True, slots=True)
class Opening:
    """Opening a closed or snoozed conversation."""

    who: Actor

    def on(self, writing: Writing, _: tuple[Attachment, ...]) -> None:
        """Open it, or refuse where it is open."""
        if writing.head.status is Status.OPEN:
            raise NotClosed
        writing.open()


@dataclass(frozen=True, slots=True)
class Renaming:
    """Giving a conversation another subject."""

    who: Actor
    subject: str

    def on(self, writing: Writing, _: tuple[Attachment, ...]) -> None:
        """Rename it."""
        writing.rename(self.subject)


@dataclass(frozen=True, slots=True)
class Waking:
    """Opening a snoozed conversation whose time has come."""

    until: datetime
    who: Nobody = NOBODY

    def on(self, writing: Writing, _: tuple[Attachment, ...]) -> None:
        """Open it, or refuse where somebody else did, or snoozed it for longer."""
        if not writing.head.snoozed_until or writing.head.snoozed_until > self.until:
            raise Conflict
        writing.open()


@dataclass(frozen=True, slots=True)
class Redacting:
    """Removing something for good, by ``writes``.

    ``preview`` is the new one where the last message is concerned, as long as the last number is ``last_seq``.
    """

    who: Who
    fact: Redacted
    writes: tuple[Write, ...]
    preview: str | None = None
    last_seq: int = 0

    def on(self, writing: Writing, _: tuple[Attachment, ...]) -> None:
        """Remove it. What a customer saw makes a new version."""
        preview = self.preview if writing.head.last_seq == self.last_seq else None
        writing.also += self.writes
        writing.redacted(self.fact, shown=self.fact.place == DIRECT, last_preview=preview)


def _redaction(member: Actor, head: Conversation, action: str, told: dict[str, object], ip: str) -> Change:
    """Return a redaction as the audit log tells of it; a subject can have in it what was removed, so it is left out."""
    return Change(Author(member.id, member.name, ip), action, f"Conversation {head.id}", {}, told, head.id)


def _found(conversation: Conversation | None) -> Conversation:
    if conversation is None:
        raise NotFound
    return conversation


def _without(
    body: str, attachments: tuple[Attachment, ...], part: str, attachment: str
) -> tuple[list[str], str, tuple[Attachment, ...]]:
    """Return ids of the files that go, the text that stays, and the files that stay."""
    if attachment:
        if attachment not in [one.id for one in attachments]:
            raise PartNotFound("That file is not part of this message.", field="attachment")
        return [attachment], body, tuple(one for one in attachments if one.id != attachment)
    if part:
        return [], redact_part(body, part), attachments
    return [one.id for one in attachments], "", ()
