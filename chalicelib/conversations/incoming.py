"""What programs may record: conversations to begin, messages and notes, and what of them is refused, by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.channels.model import CHANNELS
from chalicelib.conversations.labels import check_attributes, check_tags
from chalicelib.conversations.model import Direction, Status, check_body, check_subject
from chalicelib.records import dataclass
from chalicelib.refusals import Invalid, UnknownChoice
from chalicelib.text import clean_line

if TYPE_CHECKING:
    from chalicelib.conversations.attributes import Value

MAX_AUTHOR = 80
MAX_EXTERNAL_ID = 200

_EARLIEST = datetime(1970, 1, 1, tzinfo=UTC)
_AHEAD = timedelta(minutes=5)
"""How far the clock of another system may be ahead of ours."""
_MAX_SNOOZE = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class ConversationToRecord:
    """A conversation to begin. Without ``created_at`` it begins now."""

    subject: str
    channel: str
    external_id: str = ""
    status: Status = Status.OPEN
    created_at: datetime | None = None
    closed_at: datetime | None = None
    snoozed_until: datetime | None = None
    tags: Sequence[str] = ()
    attributes: Mapping[str, Value | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class MessageToRecord:
    """A message to record. With ``at`` it is a piece of the past; without, it is said now.

    ``channel`` empty is where the next answer would go; ``uploads`` are ids; ``notify`` sends it out as e-mail.
    """

    direction: Direction
    author: str
    body: str
    channel: str = ""
    scope: str = "direct"
    external_id: str = ""
    at: datetime | None = None
    uploads: Sequence[str] = ()
    notify: bool = False


@dataclass(frozen=True, slots=True)
class NoteToRecord:
    """A note to record."""

    author: str
    body: str
    external_id: str = ""
    at: datetime | None = None
    uploads: Sequence[str] = ()


def checked_conversation(beginning: ConversationToRecord, now: datetime) -> ConversationToRecord:
    """Return a conversation as it may begin, or refuse it by field."""
    if beginning.channel not in CHANNELS:
        raise UnknownChoice(field="channel")
    if beginning.closed_at and beginning.status is not Status.DONE:
        raise Invalid("Only a conversation that is done has a moment at which it was closed.", field="closed_at")
    snoozed = beginning.status is Status.SNOOZED
    if snoozed != bool(beginning.snoozed_until):
        raise Invalid("A snoozed conversation, and no other, has a moment at which it wakes.", field="snoozed_until")
    if beginning.snoozed_until and not now < beginning.snoozed_until <= now + _MAX_SNOOZE:
        raise Invalid("Choose a moment in the future, at most a year away.", field="snoozed_until")
    check_attributes({}, beginning.attributes)
    return replace(
        beginning,
        subject=check_subject(beginning.subject),
        external_id=check_external_id(beginning.external_id),
        created_at=_past(beginning.created_at, now, "created_at"),
        closed_at=_past(beginning.closed_at, now, "closed_at"),
        snoozed_until=beginning.snoozed_until.astimezone(UTC) if beginning.snoozed_until else None,
        tags=check_tags(beginning.tags),
    )


def checked_message(saying: MessageToRecord, now: datetime) -> MessageToRecord:
    """Return a message as it may be recorded, or refuse it by field. Its files are looked at later."""
    if saying.channel and saying.channel not in CHANNELS:
        raise UnknownChoice(field="channel")
    if saying.scope != "direct" and saying.scope not in (CHANNELS[saying.channel].scopes if saying.channel else ()):
        raise UnknownChoice("This channel has no messages of that scope. Name the one it was said on.", field="scope")
    if saying.notify and saying.direction is Direction.IN:
        raise Invalid("Only what the organization says can be sent to the customer.", field="notify")
    return replace(
        saying,
        author=check_author(saying.author),
        body=check_body(saying.body, len(saying.uploads)),
        external_id=check_external_id(saying.external_id),
        at=_past(saying.at, now, "at"),
    )


def checked_note(remark: NoteToRecord, now: datetime) -> NoteToRecord:
    """Return a note as it may be recorded, or refuse it by field."""
    return replace(
        remark,
        author=check_author(remark.author),
        body=check_body(remark.body, len(remark.uploads)),
        external_id=check_external_id(remark.external_id),
        at=_past(remark.at, now, "at"),
    )


def check_external_id(text: str) -> str:
    """Return another system's id; empty stands for none. Refuse a long one, and what cannot be seen in it."""
    if text and (len(text) > MAX_EXTERNAL_ID or not text.isprintable() or text != text.strip()):
        raise Invalid(
            f"An external id has at most {MAX_EXTERNAL_ID} printable characters and no space around it.",
            field="external_id",
        )
    return text


def check_author(text: str) -> str:
    """Return the name of whoever said something, on one line, or refuse a missing or long one."""
    author = clean_line(text)
    if not author or len(author) > MAX_AUTHOR:
        raise Invalid(f"The author has a name of at most {MAX_AUTHOR} characters.", field="author")
    return author


def _past(at: datetime | None, now: datetime, field_name: str) -> datetime | None:
    """Return a moment of the past in UTC; the clock of another system may be a little ahead."""
    if at is None:
        return None
    if at.tzinfo is None or not _EARLIEST <= at <= now + _AHEAD:
        raise Invalid("Give a moment of the past with its offset, such as 2024-05-06T07:08:09Z.", field=field_name)
    return min(at, now).astimezone(UTC)
