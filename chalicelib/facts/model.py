"""Facts: what one write did to a conversation, in ids, kinds, times and numbers.

No fact holds a text that somebody wrote, so counters and reports can be made again from them and nothing has to be
redacted here. A write has one :class:`Entry` in its conversation's log, with every fact of it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar, Protocol

from chalicelib.records import dataclass


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that happened; ``kind`` names it in the log and never changes its meaning."""

    kind: ClassVar[str]


@dataclass(frozen=True, slots=True)
class Started(Fact):
    """A conversation began. ``past`` tells that it was imported."""

    kind: ClassVar[str] = "started"
    channel: str
    customer_id: str
    past: bool = False


@dataclass(frozen=True, slots=True)
class Said(Fact):
    """A message came in or went out.

    ``seq`` and ``place`` (``direct`` or ``public``) are its key; ``at`` is when it was said, which is long ago for one
    of the ``past``. ``notify`` tells that the customer is to be sent it, by the way its channel has. ``length`` is in
    code points.
    """

    kind: ClassVar[str] = "said"
    seq: int
    place: str
    direction: str
    channel: str
    author_id: str
    at: datetime
    length: int
    files: int
    notify: bool = False
    past: bool = False


@dataclass(frozen=True, slots=True)
class StatusChanged(Fact):
    """The status changed; ``until`` is when a snoozed conversation wakes."""

    kind: ClassVar[str] = "status"
    was: str
    now: str
    actor_id: str
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Renamed(Fact):
    """The subject changed."""

    kind: ClassVar[str] = "renamed"
    actor_id: str


@dataclass(frozen=True, slots=True)
class Labelled(Fact):
    """Tags or attributes changed; ``attributes`` are the keys of those that did."""

    kind: ClassVar[str] = "labelled"
    actor_id: str
    tags: bool
    attributes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Assigned(Fact):
    """Assignee, queue or priority changed; ``assignee`` and ``queue`` are ids, empty for none."""

    kind: ClassVar[str] = "assigned"
    actor_id: str
    assignee: str
    queue: str
    priority: int


@dataclass(frozen=True, slots=True)
class Noted(Fact):
    """A note was written."""

    kind: ClassVar[str] = "noted"
    note_id: str
    author_id: str
    at: datetime
    past: bool = False


@dataclass(frozen=True, slots=True)
class Redacted(Fact):
    """Something was removed for good: ``what`` is ``whole``, ``part`` or ``file``, of a message or of a note."""

    kind: ClassVar[str] = "redacted"
    actor_id: str
    what: str
    seq: int = 0
    place: str = ""
    note_id: str = ""


@dataclass(frozen=True, slots=True)
class Merged(Fact):
    """The conversation went over to another customer, who was found to be the same."""

    kind: ClassVar[str] = "merged"
    was: str
    now: str


@dataclass(frozen=True, slots=True)
class Delivered(Fact):
    """What became of a message on its way out: ``state`` is sent, failed or skipped."""

    kind: ClassVar[str] = "delivered"
    seq: int
    state: str


KINDS: dict[str, type[Fact]] = {
    one.kind: one
    for one in (Started, Said, StatusChanged, Renamed, Labelled, Assigned, Noted, Redacted, Merged, Delivered)
}


@dataclass(frozen=True, slots=True)
class Entry:
    """What one write did: ``seq`` counts from 1 within the conversation and may leave numbers out."""

    conversation_id: str
    seq: int
    at: datetime
    facts: tuple[Fact, ...]


class Consumer(Protocol):
    """Something that follows from facts."""

    @property
    def name(self) -> str:
        """What it is called where it is kept which facts it failed on; never changes."""
        ...

    def wants(self, fact: Fact) -> bool:
        """Tell whether a fact is its business, from the fact alone."""
        ...

    def take(self, entry: Entry) -> None:
        """Do what follows from an entry with a fact it wants.

        It is called in the order of a conversation's entries, at least once for each: the newest one may come twice,
        so whatever is done goes by conversation and number. What it raises makes it be called again later, and after
        ``MAX_TRIES`` it must bear that it missed one.
        """
        ...


LEASE = timedelta(seconds=60)
"""How long one worker has a conversation to itself: twice what a function may run."""
SWEEP_AFTER = timedelta(minutes=2)
"""What is due for so long was lost on its way to the queue."""
SWEEP_AGAIN = timedelta(minutes=10)
"""A queue that took a nudge has it; only after so long is it asked again, so that a backlog does not feed itself."""
MAX_TRIES = 6
"""How often a consumer is given an entry before the entry is set aside for an operator."""
LONGEST_WAIT = 900
"""Seconds: what a queue can hold a message back at most."""


def wait(tries: int) -> int:
    """Return the seconds until a consumer is given an entry again: 5, 20, 80, 320, 900."""
    return min(5 * int(4 ** (tries - 1)), LONGEST_WAIT)
