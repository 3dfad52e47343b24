"""A call of AWS as it was heard on its way, and how long the longest chain of some of them is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from bench.capacity import read_units

Item = Mapping[str, Mapping[str, Any]]
"""An item in DynamoDB's own form."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call. ``began`` and ``ended`` in nanoseconds of one clock."""

    operation: str
    request: dict[str, Any]
    answer: dict[str, Any]
    began: int
    ended: int
    before: Mapping[str, Item] = field(default_factory=dict)
    """Where items were looked at: those that the call wrote, by :func:`key_text`, as they were."""
    after: Mapping[str, Item] = field(default_factory=dict)
    """The same items as they became."""

    @property
    def read_units(self) -> float:
        """What DynamoDB would bill for reading, in units."""
        return read_units(self.operation, self.request, self.answer)


def written(operation: str, request: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the writes that a call asks for, each with its kind (``Put``, ``Update``, ``Delete``, ``ConditionCheck``).

    ValueError for a call that writes in a way that nobody counts here.
    """
    if operation == "TransactWriteItems":
        return [(kind, one) for write in request["TransactItems"] for kind, one in write.items()]
    if operation in {"PutItem", "UpdateItem", "DeleteItem"}:
        return [(operation.removesuffix("Item"), request)]
    if operation == "BatchWriteItem":
        message = "what a batch writes is not counted"
        raise ValueError(message)
    return []


def key_text(one: Mapping[str, Any]) -> str:
    """Return what tells the item of a write from others."""
    key = key_of(one)
    return f"{key['pk']['S']} {key['sk']['S']}"


def key_of(one: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    """Return the key of a write's item."""
    return {name: (one.get("Key") or one["Item"])[name] for name in ("pk", "sk")}


def chain(calls: Sequence[Call]) -> int:
    """Return how many calls the longest chain has in which each began only after the one before it had ended."""
    lengths: list[int] = []
    ordered = sorted(calls, key=lambda call: call.began)
    for place, call in enumerate(ordered):
        before = [lengths[earlier] for earlier in range(place) if ordered[earlier].ended <= call.began]
        lengths.append(1 + max(before, default=0))
    return max(lengths, default=0)
