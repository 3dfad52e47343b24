"""How something is said: in one transaction with all that belongs to it, once, however often a form is sent."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib import telemetry
from chalicelib.attachments.model import Attachment
from chalicelib.aws.table import Refused
from chalicelib.conversations.items import (
    Posted,
    answered_put,
    event_put,
    head_put,
    head_update,
    message_put,
    staff_update,
)
from chalicelib.conversations.model import Conversation, Event, Message
from chalicelib.ids import new_id, new_secret
from chalicelib.records import dataclass
from chalicelib.refusals import ChangedMeanwhile, Invalid, KeyReused, NotFound, Refusal
from chalicelib.speech import mark

if TYPE_CHECKING:
    from chalicelib.attachments.service import Attachments
    from chalicelib.attachments.store import Upload
    from chalicelib.aws.table import Write
    from chalicelib.clock import Clock
    from chalicelib.conversations.store import Conversations

_KEY = re.compile(r"[A-Za-z0-9_-]{8,64}")
_ANSWER_KEPT = timedelta(days=2)
_TRIES = 6


@dataclass(frozen=True, slots=True)
class Draft:
    """What a form says: text, ids of finished uploads, and the key that makes sending it twice harmless."""

    body: str
    uploads: Sequence[str] = ()
    key: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """What one try to say something would write: the head before and after, the message, and whatever goes with it."""

    before: Conversation | None
    after: Conversation
    message: Message
    also: Sequence[Write]


class Posting:
    """Says something once: in one transaction, however often it is tried and whoever else writes at that moment."""

    def __init__(self, store: Conversations, attachments: Attachments, clock: Clock) -> None:
        """Take the stores."""
        self.store, self.attachments, self.clock = store, attachments, clock

    def say(  # noqa: PLR0913 - the parts of one message, and who says it
        self,
        actor_id: str,
        draft: Draft,
        about: str,
        known: Conversation | None,
        plan: Callable[[Conversation | None, Sequence[Upload], datetime], Said],
        *,
        may: Callable[[], None],
        owner: str,
    ) -> Posted:
        """Do what ``plan`` says, given the head as it is at that moment; a key seen before gives the first answer.

        ``may`` refuses before any file is stored, so that none is left behind; what was said before is not refused.
        """

        def post(key: str, fingerprint: str) -> Posted:
            may()
            uploads = self.attachments.take(owner, draft.uploads)
            return self._try(actor_id, key, fingerprint, known, plan, uploads)

        return self.once(actor_id, draft, about, post)

    def once(self, actor_id: str, draft: Draft, about: str, post: Callable[[str, str], Posted]) -> Posted:
        """Do ``post`` with the form's key and what it says; where that is refused, a key seen before answers."""
        key = check_key(draft.key)
        fingerprint = _fingerprint(about, draft)
        try:
            return post(key, fingerprint)
        except Refusal:
            first = self.store.answered(actor_id, key) if draft.key else None
            if first is None:
                raise
            if first[0] != fingerprint:
                raise KeyReused from None
            return first[1]

    def _try(  # noqa: PLR0913 - the parts of one try
        self,
        actor_id: str,
        key: str,
        fingerprint: str,
        known: Conversation | None,
        plan: Callable[[Conversation | None, Sequence[Upload], datetime], Said],
        uploads: Sequence[Upload],
    ) -> Posted:
        head = known
        for _ in range(_TRIES):
            now = self.clock()
            said = plan(head, uploads, now)
            posted = Posted(said.after.id, said.message.seq)
            expires = int((now + _ANSWER_KEPT).timestamp())
            writes: list[Write] = [
                answered_put(actor_id, key, fingerprint, posted, expires),
                head_update(said.before, said.after) if said.before else head_put(said.after),
                message_put(said.message),
                *said.also,
            ]
            try:
                self.store.table.transact(writes)
            except Refused as refused:
                if 0 in refused.failed:
                    raise KeyReused from refused
                if head is not None:
                    head = self.store.get(head.id, consistent=True)
                    if head is None:
                        raise NotFound from refused
                continue
            self.attachments.settled(uploads)
            telemetry.count(telemetry.MESSAGE_POSTED)
            return posted
        raise ChangedMeanwhile

    def event(self, conversation_id: str, kind: str, actor: str, now: datetime, detail: str = "") -> list[Write]:
        """Return the writes of an entry of the history."""
        event = Event(conversation_id, new_id(now), kind, actor, now, detail)
        return [event_put(event), staff_update(conversation_id)]

    def attach(self, uploads: Sequence[Upload], message: Message, customer_id: str) -> list[Write]:
        """Return the writes that make uploads the attachments of a message."""
        return [
            self.attachments.uploads.attach(
                upload, conversation_id=message.conversation_id, customer_id=customer_id, seq=message.seq
            )
            for upload in uploads
        ]


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
