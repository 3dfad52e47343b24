"""The rule of paging at the desk: each page is bounded, and nothing is lost or doubled over all of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.conversations.model import Direction, Event, Message, Note
from chalicelib.conversations.timeline import (
    ASIDES,
    ASIDES_ALONE,
    MESSAGES,
    NEWEST,
    Place,
    Timeline,
    asides_of,
    page_of,
    place_of,
)
from chalicelib.ids import new_id, of_time

T = TypeVar("T")
AT = datetime(2035, 3, 14, 9, 30, tzinfo=UTC)
MINUTES = st.lists(st.integers(0, 60), max_size=120)
"""When things were written; several may be in the same minute, which is one moment here."""


def moment(minute: int) -> datetime:
    return AT + timedelta(minutes=minute)


def said(minutes: Sequence[int], scope: str = "direct") -> list[Message]:
    """Return messages in the order of their numbers, whatever their moments."""
    return [
        Message("c", seq, Direction.IN, "chat", "Ada", "", "Hello", moment(one), scope=scope)
        for seq, one in enumerate(minutes, 1)
    ]


def read(items: Sequence[T], limit: int) -> tuple[Sequence[T], bool]:
    """Return what a read of the newest gives, oldest first, and whether more precedes."""
    return items[-limit:], len(items) > limit


class Written:
    """All of a conversation, and its pages as they are read from it."""

    def __init__(self, messages: list[Message], public: list[Message], notes: list[Note], events: list[Event]) -> None:
        self.messages, self.public = messages, public
        self.notes, self.events = sorted(notes, key=lambda one: one.id), sorted(events, key=lambda one: one.id)

    def page(self, place: Place) -> Timeline:
        notes = [one for one in self.notes if not place.aside or one.id < place.aside]
        events = [one for one in self.events if not place.aside or one.id < place.aside]
        if place.alone:
            return asides_of((read(notes, ASIDES_ALONE + 1), read(events, ASIDES_ALONE + 1)))
        messages = [one for one in self.messages if not place.seq or one.seq < place.seq]
        public = [one for one in self.public if not place.public or one.seq < place.public]
        asides = read(notes, ASIDES + 1), read(events, ASIDES + 1)
        return page_of(place, (read(messages, MESSAGES), read(public, MESSAGES)), asides)


def written(messages: list[int], public: list[int], notes: list[int], events: list[int]) -> Written:
    return Written(
        said(messages),
        said(public, "public"),
        [Note("c", new_id(moment(one)), "Mina", "", "Look", moment(one)) for one in notes],
        [Event("c", new_id(moment(one)), "closed", "Mina", moment(one), "") for one in events],
    )


@given(MINUTES.map(sorted), MINUTES.map(sorted), MINUTES, MINUTES)
def test_each_thing_is_on_one_page_or_among_what_that_page_leaves_out(
    messages: list[int], public: list[int], notes: list[int], events: list[int]
) -> None:
    """Pages are bounded, and within its time a page has everything behind what it says it leaves out."""
    conversation, place, pages = written(messages, public, notes, events), NEWEST, 0
    seen: list[object] = []
    while True:
        page = conversation.page(place)
        pages += 1
        assert pages <= len(messages) + len(public) + 1
        assert len(page.messages) + len(page.public) <= MESSAGES
        assert len(page.notes) + len(page.events) <= ASIDES
        seen += [*page.messages, *page.public]
        inside = [
            one
            for one in (*conversation.notes, *conversation.events)
            if (not place.aside or one.id < place.aside) and (not page.earlier or one.id >= page.earlier.aside)
        ]
        shown = [*page.notes, *page.events]
        missing = [one for one in inside if one not in shown]
        seen += inside
        assert not [one for one in shown if one not in inside]
        if page.left_out:
            assert len(shown) == ASIDES
            assert all(one.id < page.left_out.aside for one in missing)
        assert bool(page.left_out) == bool(missing)
        if page.earlier is None:
            break
        place = place_of(str(page.earlier))
        assert place == page.earlier
    assert len(seen) == len(messages) + len(public) + len(notes) + len(events)
    assert len({id(one) for one in seen}) == len(seen)


@given(MINUTES, MINUTES)
def test_messages_of_the_past_in_any_order_are_on_one_page_each(messages: list[int], notes: list[int]) -> None:
    """An import may bring them as it likes."""
    conversation, place = written(messages, [], notes, []), NEWEST
    seen: list[object] = []
    while True:
        page = conversation.page(place)
        seen += page.messages
        if page.earlier is None:
            break
        place = page.earlier
    assert sorted(one.seq for one in seen) == list(range(1, len(messages) + 1))  # type: ignore[attr-defined]


@given(MINUTES, MINUTES)
def test_notes_and_history_alone_are_on_one_page_each(notes: list[int], events: list[int]) -> None:
    conversation, place = written([], [], notes * 2, events * 2), Place(aside=of_time(moment(61)), alone=True)
    seen: list[str] = []
    while True:
        page = conversation.page(place)
        assert len(page.notes) + len(page.events) <= ASIDES_ALONE
        seen += [one.id for one in (*page.notes, *page.events)]
        if page.earlier is None:
            break
        place = place_of(str(page.earlier))
        assert place == page.earlier
    assert sorted(seen) == [one.id for one in sorted((*conversation.notes, *conversation.events), key=lambda e: e.id)]


def test_an_address_that_names_no_place_is_the_newest_page() -> None:
    """Whatever somebody types; and nothing of it becomes part of a key."""
    floor = of_time(AT)
    assert place_of(f"60.0.{floor}") == Place(60, 0, floor)
    assert place_of(f"0.7.{floor}") == Place(0, 7, floor)
    for text in (
        "",
        "60",
        "60.0",
        "60.0.",
        f"-1.0.{floor}",
        f"60.0.{floor}#",
        f"60.0.{floor}0",
        f"x.0.{floor}",
        "s#e#",
    ):
        assert place_of(text) == NEWEST, text
    assert place_of(f"999999999.0.{floor}") == NEWEST
