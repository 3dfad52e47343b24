"""How staff page through a conversation: messages first, with the notes and the history of the time they span.

A page is bounded whatever the conversation holds. It has the newest messages, and of the notes and the history of the
same time at most so many; where there are more, the page says so, and they have pages of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from chalicelib.conversations.model import Event, Message, Note
from chalicelib.ids import is_id, is_id_of_time, of_time
from chalicelib.records import dataclass
from chalicelib.text import whole_number

MESSAGES = 30
"""Messages on a page."""
ASIDES = 25
"""Notes and entries of the history on a page of messages."""
ASIDES_ALONE = 50
"""The same on a page of their own."""

T = TypeVar("T")
U = TypeVar("U")
A = TypeVar("A", Note, Event)
Part = tuple[Sequence[T], bool]
"""What was read of a list from the newest back, oldest first, and whether more precedes it."""


@dataclass(frozen=True, slots=True)
class Place:
    """What a page of a conversation ends before; nothing for the newest.

    ``seq`` and ``public`` are numbers of messages of either scope. ``aside`` bounds the ids of notes and of entries of
    the history: an id, or as much of one as its time makes. With ``alone`` the page has these and no messages.
    """

    seq: int = 0
    public: int = 0
    aside: str = ""
    alone: bool = False

    @property
    def newest(self) -> bool:
        """Whether it is the page that changes."""
        return self == NEWEST

    def __str__(self) -> str:
        """Return it as an address has it: empty for the newest page."""
        if self.alone:
            return self.aside
        return f"{self.seq}.{self.public}.{self.aside}" if self.aside else ""


NEWEST = Place()


def place_of(text: str) -> Place:
    """Return the place that an address names; the newest where it names none."""
    if is_id(text):
        return Place(aside=text, alone=True)
    seq, _, rest = text.partition(".")
    public, _, aside = rest.partition(".")
    numbers = whole_number(seq), whole_number(public)
    if numbers[0] is None or numbers[1] is None or not is_id_of_time(aside):
        return NEWEST
    return Place(numbers[0], numbers[1], aside)


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page of a conversation as staff read it, each list oldest first; ``public`` are messages not in the portal.

    ``earlier`` is where the page before begins, None at the start. ``left_out`` is where those notes and entries of the
    history begin that belong to the time of the page and found no room on it.
    """

    messages: Sequence[Message]
    public: Sequence[Message]
    notes: Sequence[Note]
    events: Sequence[Event]
    earlier: Place | None
    left_out: Place | None = None


def page_of(
    place: Place, said: tuple[Part[Message], Part[Message]], asides: tuple[Part[Note], Part[Event]]
) -> Timeline:
    """Return the page at a place, from what was read up to there: messages in the portal and public ones; asides."""
    messages, public, more = newest(*said, MESSAGES, lambda one: one.at)
    floor = _floor(place, [one.at for one in (*messages, *public)]) if more else ""
    notes, events, left = newest(_within(asides[0], floor), _within(asides[1], floor), ASIDES, lambda one: one.id)
    earlier = None
    if more:
        seq = messages[0].seq if messages else place.seq
        earlier = Place(seq, public[0].seq if public else place.public, floor)
    return Timeline(messages, public, notes, events, earlier, _behind(notes, events) if left else None)


def asides_of(asides: tuple[Part[Note], Part[Event]]) -> Timeline:
    """Return a page of notes and history alone."""
    notes, events, more = newest(*asides, ASIDES_ALONE, lambda one: one.id)
    return Timeline((), (), notes, events, _behind(notes, events) if more else None)


def newest(
    one: Part[T], other: Part[U], most: int, order: Callable[[Any], Any]
) -> tuple[Sequence[T], Sequence[U], bool]:
    """Return the newest ``most`` of two lists together, and whether anything precedes them.

    It ends as well where it would have to know what was not read.
    """
    (first, more_first), (second, more_second) = one, other
    at, there = len(first), len(second)
    while len(first) - at + len(second) - there < most:
        if not (at or there) or (not at and more_first) or (not there and more_second):
            break
        if not there or (at and order(first[at - 1]) >= order(second[there - 1])):
            at -= 1
        else:
            there -= 1
    return first[at:], second[there:], bool(at or there) or more_first or more_second


def _floor(place: Place, moments: Sequence[datetime]) -> str:
    """Return what the ids of a page's notes and history are at least; messages of the past may stand in any order."""
    floor = of_time(min(moments))
    return min(floor, place.aside) if place.aside else floor


def _within(part: Part[A], floor: str) -> Part[A]:
    """Return what of a list has ids from ``floor`` on."""
    found, more = part
    within = [one for one in found if one.id >= floor]
    return within, more and len(within) == len(found)


def _behind(notes: Sequence[Note], events: Sequence[Event]) -> Place:
    ids = [*(one.id for one in notes), *(one.id for one in events)]
    return Place(aside=min(ids), alone=True)
