"""Facts as they are stored: their kind, and what differs from the usual."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

from chalicelib.clock import moment, stamp
from chalicelib.facts.model import KINDS, Fact


def items_of(facts: Sequence[Fact]) -> list[dict[str, Any]]:
    """Return facts as they are stored: their kind, and what differs from the usual."""
    return [{"kind": one.kind, **_stored(one)} for one in facts]


def facts_of(items: Sequence[Mapping[str, Any]]) -> tuple[Fact, ...]:
    """Return facts as they were stored; one of a kind that a newer version wrote is passed over."""
    return tuple(_fact(KINDS[item["kind"]], item) for item in items if item["kind"] in KINDS)


def _stored(fact: Fact) -> dict[str, Any]:
    item: dict[str, Any] = {}
    for one in fields(fact):
        value = getattr(fact, one.name)
        if value != one.default:
            item[one.name] = stamp(value) if isinstance(value, datetime) else value
    return item


_MOMENTS = frozenset({"at", "until"})


def _fact(kind: type[Fact], item: Mapping[str, Any]) -> Fact:
    known = {one.name for one in fields(kind)}
    values = {name: moment(value) if name in _MOMENTS else value for name, value in item.items() if name in known}
    return kind(**{name: tuple(value) if isinstance(value, list) else value for name, value in values.items()})
