"""How anything is written to a conversation: in one transaction with all that follows from it, and once."""

from __future__ import annotations

import hashlib
import json
import random
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

from chalicelib import telemetry
from chalicelib.attachments.model import Attachment
from chalicelib.aws.table import Refused
from chalicelib.conversations.items import (
    Answer,
    Posted,
    answered_put,
    entry_put,
    event_put,
    head_put,
    head_update,
    message_put,
    note_put,
    side_update,
)
from chalicelib.conversations.model import Draft, StaffSide, State
from chalicelib.conversations.thread import DIRECT, NOBODY, Change, Writing
from chalicelib.customers.store import counted
from chalicelib.facts.model import Said
from chalicelib.ids import new_secret
from chalicelib.records import dataclass
from chalicelib.refusals import Busy, ChangedMeanwhile, FileMissing, FilesRefused, Invalid, KeyReused, NotFound, Refusal
from chalicelib.speech import mark

if TYPE_CHECKING:
    from chalicelib.attachments.service import Attachments
    from chalicelib.attachments.store import Upload
    from chalicelib.audit import model as audit_log
    from chalicelib.audit.store import Audit
    from chalicelib.aws.limits import Limit, Limits
    from chalicelib.aws.table import Write
    from chalicelib.clock import Clock
    from chalicelib.conversations.model import Conversation
    from chalicelib.conversations.store import Conversations
    from chalicelib.conversations.thread import Who
    from chalicelib.facts.log import FactLog
    from chalicelib.facts.model import Fact

_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
_ANSWER_KEPT = timedelta(days=2)
_PATIENCE = 8.0
"""Seconds for which a write is tried again while others write to the same conversation."""
_LONGEST_PAUSE = 0.8


class Overtaken(Exception):  # an outcome: whoever knows what was meant looks again
    """One of the further writes of an act met something else than the act was made for."""


class Act(Protocol):
    """Something done to a conversation. It decides from what it is given alone: it may be asked several times."""

    @property
    def who(self) -> Who:
        """Who does it."""
        ...

    def on(self, writing: Writing, attachments: tuple[Attachment, ...]) -> None:
        """Do it to a conversation as it is at that moment, or refuse."""
        ...


@dataclass(frozen=True, slots=True)
class Form:
    """How a form is sent: what it says and about what, whose files it brings, and how often somebody may send one."""

    draft: Draft
    about: str
    owner: str
    limit: Limit | None = None


class Posting:
    """Writes to conversations: whatever is written goes through :meth:`write`, with its facts."""

    def __init__(
        self,
        store: Conversations,
        attachments: Attachments,
        facts: FactLog,
        audit: Audit,
        limits: Limits,
        clock: Clock,
    ) -> None:
        """Take the stores, the log of facts, the audit log, the limits and the clock."""
        self.store, self.attachments, self.clock = store, attachments, clock
        self._facts, self._audit, self._limits = facts, audit, limits

    def state(self, head: Conversation | None, side: StaffSide | None = None) -> State:
        """Return a conversation that was read, with what only staff see of it, read now where it was not."""
        if side is None:
            side = self.store.side(head.id) if head else StaffSide()
        return State(head, side)

    def send(self, act: Act, form: Form, state: State) -> Posted:
        """Do what a form says, once: a key seen before gives the first answer, with other content it is refused."""
        key = check_key(form.draft.key)
        fingerprint = _fingerprint(form.about, form.draft)
        try:
            return self._send(act, form, state, key, fingerprint)
        except Refusal:
            first = self.store.answered(act.who.id, key) if form.draft.key else None
            if first is None:
                raise
            if first[0] != fingerprint:
                raise KeyReused from None
            return first[1]

    def _send(self, act: Act, form: Form, state: State, key: str, fingerprint: str) -> Posted:
        # What the act refuses is refused before a file is looked at, so that none is left behind.
        act.on(Writing(state, act.who, self.clock()), _announced(form.draft))
        if form.limit:
            self._limits.use(form.limit, act.who.id)
        uploads = self.attachments.take(form.owner, form.draft.uploads)
        expires = int((self.clock() + _ANSWER_KEPT).timestamp())
        change = self.write(act, state, uploads=uploads, answer=Answer(key, fingerprint, expires))
        return _posted(change)

    def write(
        self,
        act: Act,
        state: State,
        *,
        uploads: Sequence[Upload] = (),
        answer: Answer | None = None,
        audited: audit_log.Change | None = None,
    ) -> Change:
        """Do something to a conversation in one transaction, again from what it is by then where others were faster.

        ``answer`` is remembered with it: ``KeyReused`` where that was done before. With ``audited`` the audit log has
        it in the same transaction. Raises :class:`Busy` where others write all the time, and :class:`Overtaken` where
        one of the act's own further writes met something else than it was made for.
        """
        attachments = attachments_of(uploads)
        for pause in _pauses():
            writing = Writing(state, act.who, self.clock())
            act.on(writing, attachments)
            change = self._with_pending(writing.change())
            if change.nothing:
                return change
            first = [] if answer is None else [answered_put(act.who.id, answer, _posted(change))]
            writes = [*first, *change.also, *self._writes(change, uploads)]
            try:
                self._commit(writes, audited)
            except Refused as refused:
                _explain(refused.failed, len(first), len(change.also), len(writes) - len(uploads))
            except ChangedMeanwhile:
                pass  # another transaction holds one of the items
            else:
                self._settled(change, uploads)
                return change
            time.sleep(pause)
            state = self._fresh(state)
        raise Busy

    def recorded(self, conversation_id: str, fact: Fact) -> list[Write]:
        """Return the writes that record what changes neither side, for a transaction of another room.

        They are refused where something was written to the conversation in between; ask again then. Consumers that want
        such a fact are told of it with the next nudge, or by the sweep.
        """
        state = self.store.state(conversation_id)
        if state.head is None:
            return []
        writing = Writing(state, NOBODY, self.clock())
        writing.tell(fact)
        return self._writes(self._with_pending(writing.change()), ())

    def _with_pending(self, change: Change) -> Change:
        """Return a change with the mark that consumers are to be told, where one wants any of its facts."""
        if change.side.told is not None or not self._facts.wanted(change.facts):
            return change
        return replace(change, side=replace(change.side, told=change.before.side.version))

    def _writes(self, change: Change, uploads: Sequence[Upload]) -> list[Write]:
        """Return the writes of a change, its own further ones aside."""
        before, head = change.before.head, change.head
        writes: list[Write] = []
        if before is None:
            writes.append(head_put(head))
        elif head != before:
            writes.append(head_update(before, head))
        if change.facts:
            writes.append(side_update(change.before.side, head, change.side, change.at))
            writes.append(entry_put(head.id, change.side.version, change.at, change.facts))
        writes += [message_put(one) for one in change.messages]
        writes += [note_put(one) for one in change.notes]
        writes += [event_put(one) for one in change.events]
        opened, done = change.counts
        if opened or done:
            writes.append(counted(head.customer_id, opened=opened, done=done))
        return writes + self._attach(change, uploads)

    def _attach(self, change: Change, uploads: Sequence[Upload]) -> list[Write]:
        """Return the writes that make uploads the attachments of the one message or note of a change."""
        if not uploads:
            return []
        head, attach = change.head, self.attachments.uploads.attach
        place: dict[str, Any] = {"conversation_id": head.id, "customer_id": head.customer_id}
        if change.messages:
            (message,) = change.messages
            place |= {"seq": message.seq, "internal": message.place != DIRECT}
        else:
            (note,) = change.notes
            place |= {"note_id": note.id, "internal": True}
        return [attach(upload, **place) for upload in uploads]

    def _commit(self, writes: Sequence[Write], audited: audit_log.Change | None) -> None:
        if audited:
            self._audit.commit(writes, audited)
        else:
            self.store.table.transact(writes)

    def _settled(self, change: Change, uploads: Sequence[Upload]) -> None:
        """Do what may fail once everything is written."""
        self.attachments.settled(uploads)
        if change.side.told is not None and change.before.side.told is None:
            self._facts.nudge(change.head.id)
        if any(isinstance(fact, Said) and not fact.past for fact in change.facts):
            telemetry.count(telemetry.MESSAGE_POSTED)

    def _fresh(self, state: State) -> State:
        """Return a conversation as it is by now; one that is still to begin has nothing to be read."""
        if state.head is None:
            return state
        fresh = self.store.state(state.head.id)
        if fresh.head is None:
            raise NotFound
        return fresh


def _explain(failed: Sequence[int], first: int, also: int, files: int) -> None:
    """Raise where writes were refused for another reason than that somebody else was faster."""
    if any(place < first for place in failed):
        raise KeyReused
    if any(first <= place < first + also for place in failed):
        raise Overtaken
    if any(place >= files for place in failed):
        raise FilesRefused([FileMissing()])  # another message has it by now


def _pauses() -> Iterator[float]:
    """Yield seconds to wait between tries, at random and ever longer, until it is enough."""
    ends, longest = time.monotonic() + _PATIENCE, 0.02
    while time.monotonic() < ends:
        yield random.uniform(0, longest)  # noqa: S311 - spreads tries, guards nothing
        longest = min(longest * 2, _LONGEST_PAUSE)


def _posted(change: Change) -> Posted:
    return Posted(change.head.id, change.messages[0].seq if change.messages else 0)


def _announced(draft: Draft) -> tuple[Attachment, ...]:
    """Return files as they are announced, before any was looked at."""
    return tuple(Attachment(one, "", "", 0) for one in draft.uploads)


def check_key(key: str) -> str:
    """Return an idempotency key as it may be one, a fresh one for none; refuse anything else."""
    if not key:
        return new_secret()
    if not _KEY.fullmatch(key):
        raise Invalid(mark("This form is damaged. Reload the page and send it again."), field="idempotency_key")
    return key


def new_key() -> str:
    """Return the idempotency key of a fresh form."""
    return new_secret()


def attachments_of(uploads: Sequence[Upload]) -> tuple[Attachment, ...]:
    """Return uploads as the attachments they become."""
    return tuple(Attachment(one.id, one.name, one.type, one.size) for one in uploads)


def _fingerprint(about: str, draft: Draft) -> str:
    said = json.dumps([about, draft.subject, draft.body, sorted(set(draft.uploads))])
    return hashlib.sha256(said.encode("utf-8", "surrogatepass")).hexdigest()
