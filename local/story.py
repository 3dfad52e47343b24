"""What a conversation of the demo is written down as: who says what, after how many minutes, and what staff do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from local import files
from local.cast import Customer, StaffMember

File = tuple[str, Callable[[], bytes]]
"""A file's name, and what makes it."""


@dataclass(frozen=True, slots=True)
class Line:
    """Something said or done, ``after`` minutes after the line before.

    ``kind`` is a message, a public comment (which the portal does not show), a note, or something staff did: closed,
    snoozed, reopened, renamed, redacted. ``by`` is None for the customer. Of a message ``secret`` was redacted;
    ``undelivered`` says why its mail did not arrive.
    """

    kind: Literal["message", "comment", "note", "closed", "snoozed", "reopened", "renamed", "redacted"]
    by: StaffMember | None
    text: str
    after: int
    files: tuple[File, ...] = ()
    secret: str = ""
    channel: str = ""
    undelivered: str = ""


@dataclass(frozen=True, slots=True)
class Story:
    """One conversation. ``ended`` is how many minutes ago its last line was written."""

    customer: Customer
    channel: str
    subject: str
    ended: int
    lines: tuple[Line, ...]
    unread: bool = False
    """Whether the customer has yet to see what was last answered."""
    snoozed_days: int = 0


HOUR = 60
DAY = 24 * HOUR


def customer(text: str, after: int, *attached: File, secret: str = "", channel: str = "") -> Line:
    """Return something the customer says."""
    return Line("message", None, text, after, attached, secret=secret, channel=channel)


def comment(text: str, after: int) -> Line:
    """Return something the customer says for all to read, below a picture."""
    return Line("comment", None, text, after)


def answer(by: StaffMember, text: str, after: int, *attached: File, undelivered: str = "") -> Line:
    """Return something a member of staff says to the customer."""
    return Line("message", by, text, after, attached, undelivered=undelivered)


def note(by: StaffMember, text: str, after: int) -> Line:
    """Return something staff say among themselves."""
    return Line("note", by, text, after)


def closed(by: StaffMember, after: int) -> Line:
    """Return the closing of a conversation."""
    return Line("closed", by, "", after)


def invoice(number: str, *lines: str) -> File:
    """Return an invoice as PDF."""
    return f"Invoice {number}.pdf", lambda: files.pdf([f"Alder & Finch - Invoice {number}", *lines])


def photo(name: str, colour: tuple[int, int, int]) -> File:
    """Return a photograph of a lamp."""
    return name, lambda: files.png(colour)
