"""A file of history (JSON Lines): each line checked, and an index of it on disk, so that its size does not matter.

The index knows which lines belong to which conversation, in order of time, wherever they stand in the file.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from chalicelib.channels.portal import PORTAL
from chalicelib.clock import stamp
from chalicelib.conversations.incoming import (
    ConversationToRecord,
    MessageToRecord,
    NoteToRecord,
    checked_conversation,
    checked_message,
    checked_note,
)
from chalicelib.conversations.model import Direction, Status
from chalicelib.customers.model import IDENTITY_KINDS, normal_identity
from chalicelib.customers.service import check_name, normal_identities
from chalicelib.refusals import Refusal
from chalicelib.web.api import models as api

MAX_LINE = 1_000_000
"""Bytes of a line."""
_COMMIT = 20_000


class BadLine(Exception):
    """Why a line cannot be taken."""


class _Line(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


@api.with_handles
class _Identities(_Line):
    external_id: api.Identity | None = None

    def given(self) -> dict[str, str]:
        """Return the identities that are there, in their comparable form."""
        named = {kind: value for kind in IDENTITY_KINDS if (value := getattr(self, kind)) is not None}
        return normal_identities(named)


class CustomerLine(_Identities):
    """A customer."""

    kind: Literal["customer"]
    name: str


class ConversationLine(_Line):
    """A conversation. ``customer`` is one identity of whoever it belongs to."""

    kind: Literal["conversation"]
    external_id: api.ExternalId
    customer: _Identities
    subject: str
    channel: api.Channel
    status: api.Status = "open"
    created_at: AwareDatetime | None = None
    closed_at: AwareDatetime | None = None
    snoozed_until: AwareDatetime | None = None
    tags: list[str] = Field(default_factory=list)
    attributes: api.Attributes = Field(default_factory=dict)

    def beginning(self, last: datetime | None, now: datetime) -> ConversationToRecord:
        """Return it as it begins; ``last`` is when its last message was said, as far as the file knows."""
        closed_at = self.closed_at or (last if self.status == "done" else None)
        beginning = ConversationToRecord(
            subject=self.subject,
            channel=self.channel,
            external_id=self.external_id,
            status=Status(self.status),
            created_at=self.created_at,
            closed_at=closed_at,
            snoozed_until=self.snoozed_until,
            tags=self.tags,
            attributes=dict(self.attributes),
        )
        return checked_conversation(beginning, now)


class MessageLine(_Line):
    """A message of a conversation, which its external id names."""

    kind: Literal["message"]
    conversation: api.ExternalId
    external_id: api.ExternalId
    direction: api.Direction
    at: AwareDatetime
    body: str
    author: str | None = None
    channel: api.Channel | None = None
    scope: api.Scope = "direct"

    def saying(self, authors: Mapping[Direction, str], channel: str, now: datetime) -> MessageToRecord:
        """Return the message; ``authors`` and ``channel`` are what the line may leave out."""
        direction = Direction(self.direction)
        saying = MessageToRecord(
            direction=direction,
            author=self.author if self.author is not None else authors[direction],
            body=self.body,
            channel=self.channel or channel,
            scope=self.scope,
            external_id=self.external_id,
            at=self.at,
        )
        return checked_message(saying, now)


class NoteLine(_Line):
    """A note of a conversation."""

    kind: Literal["note"]
    conversation: api.ExternalId
    external_id: api.ExternalId
    at: AwareDatetime
    body: str
    author: str

    def remark(self, now: datetime) -> NoteToRecord:
        """Return the note."""
        return checked_note(NoteToRecord(self.author, self.body, self.external_id, self.at), now)


Line = CustomerLine | ConversationLine | MessageLine | NoteLine
_LINES: TypeAdapter[Line] = TypeAdapter(Annotated[Line, Field(discriminator="kind")])
_ANYBODY = {Direction.IN: "A customer", Direction.OUT: "The organization"}


@dataclass(frozen=True, slots=True)
class Place:
    """Where a line stands: its number, and its bytes in the file."""

    line: int
    offset: int
    length: int


@dataclass(frozen=True, slots=True)
class Story:
    """A conversation of the file: its own line, if it has one, and when its last message was said."""

    external_id: str
    place: Place | None
    last: datetime | None
    lines: int


class Index:
    """Where everything stands in a file. Each thread that reads needs one of its own, from :meth:`another`."""

    def __init__(self, file: Path, database: Path) -> None:
        """Open the index ``database`` of ``file``; :meth:`build` fills a new one."""
        self._file, self._database = file, database
        self._rows = sqlite3.connect(database, isolation_level=None, check_same_thread=False)  # closed by another
        self._rows.execute("PRAGMA synchronous = OFF")  # it lives as long as the program
        self._bytes = file.open("rb")

    def another(self) -> Index:
        """Return the same index for another thread."""
        return Index(self._file, self._database)

    def close(self) -> None:
        """Close it."""
        self._rows.close()
        self._bytes.close()

    def build(self, now: datetime, bad: Callable[[int, str], None], seen: Callable[[int], None]) -> int:
        """Read the whole file and return its number of lines; ``bad`` is told of lines that cannot be taken.

        ``seen`` is told of the bytes read so far.
        """
        rows = self._rows
        rows.executescript(_TABLES)
        rows.execute("BEGIN")
        number = offset = 0
        while raw := self._bytes.readline(MAX_LINE):
            number += 1
            length = len(raw)
            start, offset = offset, offset + length
            if not raw.endswith(b"\n") and length == MAX_LINE:
                while raw and not raw.endswith(b"\n"):
                    raw = self._bytes.readline(MAX_LINE)
                    offset += len(raw)
                bad(number, f"A line has at most {MAX_LINE:,} bytes.")
                continue
            try:
                if raw.strip():
                    self._add(checked(raw, now), Place(number, start, length))
            except BadLine as reason:
                bad(number, str(reason))
            if number % _COMMIT == 0:
                rows.execute("COMMIT")
                rows.execute("BEGIN")
                seen(offset)
        rows.execute("COMMIT")
        seen(offset)
        rows.executescript(_ORDER)
        return number

    def _add(self, line: Line, place: Place) -> None:
        where = (place.line, place.offset, place.length)
        if isinstance(line, CustomerLine):
            self._rows.execute("INSERT INTO customer VALUES (?, ?, ?)", where)
            return
        try:
            if isinstance(line, ConversationLine):
                customer = str(line.customer.given())
                self._rows.execute("INSERT INTO story VALUES (?, ?, ?, ?, ?)", (line.external_id, customer, *where))
            else:
                said = (line.conversation, line.kind, line.external_id, stamp(line.at), *where)
                self._rows.execute("INSERT INTO said VALUES (?, ?, ?, ?, ?, ?, ?)", said)
        except sqlite3.IntegrityError as error:
            raise BadLine(f"The external id “{line.external_id}” stands in an earlier line.") from error

    def customers(self) -> Iterator[Place]:
        """Yield the places of customers, in the order of the file."""
        for row in self._rows.execute("SELECT line, offset, length FROM customer ORDER BY line"):
            yield Place(*row)

    def stories(self) -> Iterator[Story]:
        """Yield the conversations; those of one customer follow each other."""
        for external_id, line, offset, length, last, count, _ in self._rows.execute(_STORIES):
            place = None if line is None else Place(line, offset, length)
            yield Story(external_id, place, datetime.fromisoformat(last).astimezone(UTC) if last else None, count)

    def said(self, external_id: str) -> Iterator[Place]:
        """Yield the places of a conversation's messages and notes, in order of time, then of the file."""
        order = "SELECT line, offset, length FROM said WHERE conversation = ? ORDER BY at, line"
        for row in self._rows.execute(order, (external_id,)):
            yield Place(*row)

    def named(self, external_id: str) -> Iterator[tuple[str, str]]:
        """Yield kind and external id of everything said in a conversation."""
        yield from self._rows.execute("SELECT kind, external_id FROM said WHERE conversation = ?", (external_id,))

    def line(self, place: Place) -> Line:
        """Return a line that was checked before."""
        self._bytes.seek(place.offset)
        return _LINES.validate_json(self._bytes.read(place.length))


def checked(raw: bytes, now: datetime) -> Line:
    """Return a line that can be taken as far as it can tell by itself, or raise :class:`BadLine`."""
    try:
        line = _LINES.validate_json(raw)
        if isinstance(line, CustomerLine):
            check_name(line.name)
            _needed(line.given())
        elif isinstance(line, ConversationLine):
            if len(_needed(line.customer.given())) > 1:
                raise BadLine("customer: Name one identity of the customer, not several.")
            line.beginning(None, now)
        elif isinstance(line, MessageLine):
            known = line if line.channel else line.model_copy(update={"scope": "direct"})
            known.saying(_ANYBODY, line.channel or PORTAL, now)
        else:
            line.remark(now)
    except ValidationError as error:
        raise BadLine(_reason(error)) from error
    except Refusal as refusal:
        raise BadLine(f"{refusal.field}: {refusal.sentence}" if refusal.field else refusal.sentence) from refusal
    return line


def identity(line: ConversationLine) -> tuple[str, str]:
    """Return the one identity of a conversation's customer, kind and comparable value."""
    ((kind, value),) = line.customer.given().items()
    return kind, normal_identity(kind, value)


def _needed(identities: dict[str, str]) -> dict[str, str]:
    if not identities:
        raise BadLine("A customer needs an external id, an e-mail address or a handle.")
    return identities


def _reason(error: ValidationError) -> str:
    first: Any = error.errors(include_url=False, include_input=False)[0]
    kinds = ("customer", "conversation", "message", "note")
    path = [str(part) for part in first["loc"]]
    if path and path[0] in kinds:
        path = path[1:]
    return f"{'.'.join(path)}: {first['msg']}." if path else f"{first['msg']}."


_TABLES = """
CREATE TABLE customer (line INTEGER PRIMARY KEY, offset INTEGER, length INTEGER);
CREATE TABLE story (external_id TEXT PRIMARY KEY, customer TEXT, line INTEGER, offset INTEGER, length INTEGER)
    WITHOUT ROWID;
CREATE TABLE said (conversation TEXT, kind TEXT, external_id TEXT, at TEXT, line INTEGER, offset INTEGER,
    length INTEGER, PRIMARY KEY (conversation, kind, external_id)) WITHOUT ROWID;
"""
_ORDER = """
CREATE TABLE spoken AS
    SELECT conversation, max(CASE kind WHEN 'message' THEN at END) AS last, count(*) AS lines FROM said
    GROUP BY conversation;
CREATE UNIQUE INDEX spoken_by ON spoken (conversation);
"""
_STORIES = """
SELECT story.external_id, story.line, offset, length, last, coalesce(spoken.lines, 0), customer
    FROM story LEFT JOIN spoken ON conversation = external_id
UNION ALL
SELECT conversation, NULL, NULL, NULL, last, spoken.lines, '' FROM spoken
    WHERE conversation NOT IN (SELECT external_id FROM story)
ORDER BY customer, external_id
"""
