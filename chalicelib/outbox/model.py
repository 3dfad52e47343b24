"""The rules of what leaves: its states, how often and when it is tried again, and what staff read when it fails.

    queued ──► sent          the provider has it: its answer said so, or its event did
       │  └──► skipped       there was nothing to send after all; the carrier says why
       ▼  ▲
    failed                   given up or refused; staff see the reason and can send it again

All but ``queued`` are settled: they are no longer in the list of what is still to go out.

    Unsent                   why a carrier sent nothing, as a sentence for staff
    ├── NotNow               trying again later may help
    ├── NeverSent            trying again would change nothing
    └── Skip                 there is nothing to send
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum
from typing import ClassVar

from chalicelib.records import dataclass

MAX_ATTEMPTS = 5
LEASE = timedelta(seconds=60)
"""How long one worker has a dispatch to itself: twice as long as a function may run."""
SWEEP_AFTER = timedelta(minutes=2)
"""What has been due for so long was lost on its way to the queue."""
SWEEP_AGAIN = timedelta(minutes=10)
"""A queue that took a dispatch has it; it is asked again only after so long, so that a backlog does not feed itself."""
MAX_SWEPT = 300
"""Dispatches that one run of the sweep puts into the queue: a third of the time a run has."""
LONGEST_WAIT = 640
"""Seconds before the last of the tries."""


class State(StrEnum):
    """How a dispatch fares; only ``failed`` needs somebody's attention."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Payload:
    """What is to leave, in ids and plain values: text, whole numbers, booleans. Each kind is a subclass in some room.

    A payload says what to send, not how it reads: that is made when it is sent, from what the table says then. Its
    fields are attributes of the stored item, so a field that is added later needs a default. This class itself stands
    for a kind that a newer version wrote and this one does not know.
    """

    kind: ClassVar[str] = ""
    """What the table calls it; never changes."""
    keep: ClassVar[timedelta | None] = None
    """How long the table remembers it; None for as long as what it belongs to."""
    forgets: ClassVar[tuple[str, ...]] = ()
    """Fields that the table forgets once it is settled; each has a default."""
    repeatable: ClassVar[bool] = True
    """Whether it may be sent again after it failed."""
    longest_wait: ClassVar[int] = LONGEST_WAIT
    """Seconds between two tries at most."""


@dataclass(frozen=True, slots=True)
class Dispatch:
    """A payload on its way.

    ``attempts`` counts leases, so a killed worker counts too; it also tells whose lease a write speaks for.
    ``provider_id`` is the id the provider gave, ``copies`` are those of further copies that slipped out, ``past_ids``
    those from before somebody sent it again; ``duplicates`` counts all copies ever. ``given_up`` marks a failure that
    sending again may cure. ``detail`` is a sentence for staff.
    """

    id: str
    payload: Payload
    state: State
    created_at: datetime
    attempts: int
    leased_until: datetime | None
    detail: str = ""
    given_up: bool = False
    provider_id: str = ""
    copies: tuple[str, ...] = ()
    past_ids: tuple[str, ...] = ()
    duplicates: int = 0


class Unsent(Exception):
    """Nothing was sent; ``reason`` is a sentence for staff."""

    def __init__(self, reason: str) -> None:
        """Take the reason, a whole sentence."""
        super().__init__(reason)
        self.reason = reason


class NotNow(Unsent):
    """Trying again later may help. After a time-out nobody knows whether the provider has it all the same."""


class NeverSent(Unsent):
    """Trying again would change nothing."""


class Skip(Unsent):
    """There is nothing to send."""


def beside(owner_id: str, number: int) -> str:
    """Return the id of the dispatch of a numbered thing, such as a message of a conversation, whose state lies there.

    Every other dispatch has an id of its own (``ids.new_id``).
    """
    return f"{owner_id}:{number}"


def wait(attempts: int, longest: int, chance: float) -> int:
    """Return the seconds until the next try after ``attempts`` of them: 10, 40, 160, 640, a fifth more or less.

    ``longest`` bounds them before that fifth. ``chance`` is a random number from 0 to 1.
    """
    seconds = int(10 * 4 ** (attempts - 1))
    return round(min(seconds, longest) * (0.8 + 0.4 * chance))


def given_up(reason: str) -> str:
    """Return what staff read of a dispatch that was tried often enough."""
    return f"{reason} {MAX_ATTEMPTS} tries were made. Send it again in a while."
