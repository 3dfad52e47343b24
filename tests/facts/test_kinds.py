"""Facts are small: ids, kinds, times and numbers, stored and read back as they were, and no text of anybody."""

from __future__ import annotations

import json
import typing
from dataclasses import fields
from datetime import UTC, datetime

import pytest

from chalicelib.facts.items import facts_of, items_of
from chalicelib.facts.model import (
    KINDS,
    Assigned,
    Delivered,
    Fact,
    Labelled,
    Merged,
    Noted,
    Redacted,
    Renamed,
    Said,
    Started,
    StatusChanged,
    wait,
)

NOW = datetime(2035, 3, 14, 9, 30, tzinfo=UTC)
EXAMPLES: list[Fact] = [
    Started("sms", "customer"),
    Started("sms", "customer", past=True),
    Said(3, "direct", "out", "email", "staff", NOW, 120, 2, notify=True),
    Said(3, "public", "in", "twitter", "customer", NOW, 0, 1, past=True),
    StatusChanged("open", "snoozed", "staff", NOW),
    StatusChanged("open", "done", "staff"),
    Renamed("staff"),
    Labelled("staff", tags=True, attributes=("order", "price")),
    Assigned("staff", "other", "returns", 20),
    Noted("note", "staff", NOW),
    Redacted("staff", "part", 4, "direct"),
    Redacted("staff", "whole", note_id="note"),
    Merged("one", "other"),
    Delivered(3, "failed"),
]


@pytest.mark.parametrize("fact", EXAMPLES, ids=lambda fact: fact.kind)
def test_a_fact_is_read_back_as_it_was(fact: Fact) -> None:
    stored = json.loads(json.dumps(items_of([fact])))
    assert facts_of(stored) == (fact,)


def test_every_kind_has_an_example() -> None:
    assert {type(fact) for fact in EXAMPLES} == set(KINDS.values())


def test_what_a_newer_version_recorded_is_passed_over() -> None:
    """After going back a version its facts are still there, and a field that came later is too."""
    known = {**items_of([Renamed("staff")])[0], "came_later": 1}
    assert facts_of([{"kind": "telepathy", "strength": 3}, known]) == (Renamed("staff"),)


SMALL = {"str", "int", "bool", "datetime", "datetime | None", "tuple[str, ...]"}


@pytest.mark.parametrize("kind", KINDS.values(), ids=lambda kind: kind.kind)
def test_a_fact_has_no_place_for_a_text(kind: type[Fact]) -> None:
    """Fields are ids, kinds, times and numbers; nothing is called like what people write."""
    for field in fields(kind):
        assert str(field.type) in SMALL
        assert field.name not in {"text", "body", "subject", "name", "author", "value", "email", "detail", "preview"}
    assert typing.get_type_hints(kind)


def test_waits_grow_and_end() -> None:
    assert [wait(tries) for tries in range(1, 7)] == [5, 20, 80, 320, 900, 900]
