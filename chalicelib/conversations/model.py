"""The rules of a conversation: what may be said, by whom, when. No AWS, no clock of its own."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, Protocol

from chalicelib.attachments.model import Attachment
from chalicelib.channels.model import CHANNELS
from chalicelib.records import dataclass, field
from chalicelib.refusals import (
    ConversationClosed,
    EmptyMessage,
    MessageTooLong,
    NotClosed,
    PartNotFound,
    ReopeningNotAllowed,
    SubjectMissing,
    SubjectTooLong,
)
from chalicelib.text import clean_body, clean_line

if TYPE_CHECKING:
    from chalicelib.conversations.attributes import Attributes

MAX_BODY = 10_240
"""Code points of a message after line ends became ``\\n``."""
MAX_SUBJECT = 200
MAX_PREVIEW = 140
REDACTED = "[redacted]"
"""What stands where a part of a message was."""

MAILED_CHANNELS = frozenset(key for key, channel in CHANNELS.items() if channel.mailed)
"""Where an agent's reply also leaves as e-mail."""


USUAL_PRIORITY = 50
"""Of a conversation that nobody gave another one; 1 is the highest, 100 the lowest."""


class Status(StrEnum):
    """Where a conversation stands."""

    OPEN = "open"
    SNOOZED = "snoozed"
    DONE = "done"


class Actor(Protocol):
    """Who does something at the desk: a staff member, or a program with an API token."""

    @property
    def id(self) -> str:
        """Who it is."""
        ...

    @property
    def name(self) -> str:
        """What the history calls them."""
        ...

    def must(self, permission: str) -> None:
        """Refuse where they lack ``permission``."""
        ...


class Direction(StrEnum):
    """Who spoke: the customer (in) or the organization (out)."""

    IN = "in"
    OUT = "out"


@dataclass(frozen=True, slots=True)
class Draft:
    """What a form says: text, ids of finished uploads, and the key that makes sending it twice harmless."""

    body: str
    uploads: Sequence[str] = ()
    key: str = ""
    subject: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One visible thing somebody said. ``seq`` counts from 1 within the conversation.

    ``disclosed`` ones are public and were written while the portal showed those of their channel.
    """

    conversation_id: str
    seq: int
    direction: Direction
    channel: str
    author: str
    author_id: str
    body: str
    at: datetime
    attachments: tuple[Attachment, ...] = ()
    redacted: bool = False
    scope: str = "direct"
    external_id: str = ""
    disclosed: bool = False

    @property
    def place(self) -> str:
        """Where it lies: ``direct``, in the range its customer sees, or ``public``, outside of it."""
        return "direct" if self.disclosed else self.scope


@dataclass(frozen=True, slots=True)
class Note:
    """Something staff say among themselves; no customer ever sees a trace of it."""

    conversation_id: str
    id: str
    author: str
    author_id: str
    body: str
    at: datetime
    attachments: tuple[Attachment, ...] = ()
    redacted: bool = False


@dataclass(frozen=True, slots=True)
class Event:
    """An entry of the history staff see: ``kind`` is closed, reopened, snoozed, woken, renamed or redacted."""

    conversation_id: str
    id: str
    kind: str
    actor: str
    at: datetime
    detail: str = ""


SNOOZED_UNTIL = "%Y-%m-%d %H:%M UTC"
"""How the detail of an event ``snoozed`` says until when."""


@dataclass(frozen=True, slots=True)
class Conversation:
    """The head of a conversation: all of it is for the customer's eyes.

    ``active_at`` is the last activity a customer can see. ``version`` grows with every change a customer can see
    and with nothing else. ``last_out`` and ``seen`` are sequence numbers: the newest message of the organization,
    and the newest the customer has seen. ``reply_channel`` is where the next answer goes.
    """

    id: str
    customer_id: str
    subject: str
    status: Status
    channel: str
    reply_channel: str
    created_at: datetime
    active_at: datetime
    version: int = 1
    last_seq: int = 0
    last_out: int = 0
    seen: int = 0
    preview: str = ""
    preview_direction: Direction = Direction.IN
    closed_at: datetime | None = None
    snoozed_until: datetime | None = None
    continues: str | None = None

    @property
    def closed(self) -> bool:
        """Whether it is closed; a snoozed one is not."""
        return self.status is Status.DONE

    @property
    def begun(self) -> bool:
        """Whether anything was said in it that its customer may see. Until then it does not exist for them."""
        return self.last_seq > 0

    @property
    def unread(self) -> bool:
        """Whether the organization said something the customer has not seen."""
        return self.last_out > self.seen

    @property
    def row(self) -> Row:
        """The conversation as lists show it."""
        return Row(
            self.id,
            self.customer_id,
            self.subject,
            self.status,
            self.channel,
            self.active_at,
            self.created_at,
            self.preview,
            self.preview_direction,
            self.last_seq,
            self.unread,
            self.snoozed_until,
        )


@dataclass(frozen=True, slots=True)
class StaffSide:
    """What only staff see of a conversation itself, beside its notes and history.

    ``version`` grows with every write to the conversation and numbers its facts; ``told`` is the number up to which
    consumers were told of them, None for all. ``unshown`` counts messages of scopes the portal hides, ``notes`` notes.
    ``assignee`` and ``queue`` are ids, empty for none; ``priority`` is 1 to 100, 1 the highest. ``waiting_since`` is
    when the customer said what nobody answered yet.
    """

    version: int = 0
    told: int | None = None
    unshown: int = 0
    notes: int = 0
    external_id: str = ""
    tags: tuple[str, ...] = ()
    attributes: Attributes = field(default_factory=dict)
    assignee: str = ""
    queue: str = ""
    priority: int = USUAL_PRIORITY
    waiting_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class State:
    """A conversation at some moment: what its customer sees of it, None before it began, and what only staff see."""

    head: Conversation | None
    side: StaffSide


class ListPlace(NamedTuple):
    """Which of a customer's lists (``closed`` None: all), in which order, and behind which place in it."""

    closed: bool | None
    newest_first: bool
    position: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A conversation as lists show it (what the list indexes project)."""

    id: str
    customer_id: str
    subject: str
    status: Status
    channel: str
    active_at: datetime
    created_at: datetime
    preview: str
    preview_direction: Direction
    last_seq: int
    unread: bool
    snoozed_until: datetime | None = None


def check_body(text: str, files: int) -> str:
    """Return the cleaned text of a message, or refuse an empty or too long one. A message of files only is fine."""
    length = len(text.replace("\r\n", "\n").replace("\r", "\n"))
    if length > MAX_BODY:
        raise MessageTooLong(length, MAX_BODY)
    body = clean_body(text)
    if not body and not files:
        raise EmptyMessage
    return body


def check_subject(text: str) -> str:
    """Return the cleaned subject, or refuse a missing or too long one."""
    subject = clean_line(text)
    if not subject:
        raise SubjectMissing
    if len(subject) > MAX_SUBJECT:
        raise SubjectTooLong(MAX_SUBJECT)
    return subject


def preview(body: str, files: int) -> str:
    """Return what a list shows of a message: its first characters on one line, or how many files it is."""
    line = clean_line(body[: MAX_PREVIEW * 4])
    if len(line) > MAX_PREVIEW:
        line = line[: MAX_PREVIEW - 1].rstrip() + "…"
    if line or not files:
        return line
    return "📎 1 file" if files == 1 else f"📎 {files} files"


def may_reply(conversation: Conversation) -> None:
    """Refuse a reply to a closed conversation; a snoozed one wakes."""
    if conversation.closed:
        raise ConversationClosed


def may_reopen(conversation: Conversation, *, allowed: bool) -> None:
    """Refuse reopening what is open, and where the organization does not allow it."""
    if not conversation.closed:
        raise NotClosed
    if not allowed:
        raise ReopeningNotAllowed


def redact_part(body: str, part: str) -> str:
    """Return ``body`` with every occurrence of ``part`` replaced, or refuse a part that does not occur."""
    part = clean_body(part)
    if not part or part not in body:
        raise PartNotFound
    return body.replace(part, REDACTED)


def redacted_preview(last: Message) -> str:
    """Return the preview of a last message as it stands after a redaction."""
    if last.redacted and not last.body and not last.attachments:
        return REDACTED
    return preview(last.body, len(last.attachments))
