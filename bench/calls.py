"""Listens at the botocore client: every AWS call with its beginning, end, request and answer."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from botocore.client import BaseClient

from bench.capacity import read_units

EVERY_CALL = "_make_api_call"
"""The method that all calls of all clients pass; botocore has none that is public."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call. ``began`` and ``ended`` in nanoseconds of one clock."""

    operation: str
    request: dict[str, Any]
    answer: dict[str, Any]
    began: int
    ended: int
    before: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Where somebody looked: the items that the call wrote, as they were."""

    @property
    def reported_units(self) -> float:
        """What the emulator says was consumed, in units; 0 where it says nothing."""
        said = self.answer.get("ConsumedCapacity") or []
        return float(sum(one["CapacityUnits"] for one in (said if isinstance(said, list) else [said])))

    @property
    def read_units(self) -> float:
        """What DynamoDB would bill for reading, in units."""
        return read_units(self.operation, self.request, self.answer)


def key_text(one: Mapping[str, Any]) -> str:
    """Return what tells the item of a write from others."""
    key = one.get("Key") or one["Item"]
    return f"{key['pk']['S']} {key['sk']['S']}"


@contextmanager
def listening(*, looking: bool = False) -> Iterator[list[Call]]:
    """Give the calls of every client of this process, in order of their ends, while the context lasts.

    ``looking`` reads each item before it is written, which takes its time.
    """
    calls: list[Call] = []
    original = getattr(BaseClient, EVERY_CALL)

    def look(client: BaseClient, operation: str, request: dict[str, Any]) -> dict[str, Any]:
        writes = [request] if operation in {"PutItem", "UpdateItem"} else []
        writes += [one for write in request.get("TransactItems", ()) for one in write.values()]
        found = {}
        for one in writes:
            key = {name: (one.get("Key") or one["Item"])[name] for name in ("pk", "sk")}
            answer = original(client, "GetItem", {"TableName": one["TableName"], "Key": key, "ConsistentRead": True})
            found[key_text(one)] = answer.get("Item", {})
        return found

    def listen(client: BaseClient, operation: str, request: dict[str, Any]) -> Any:
        before = look(client, operation, request) if looking else {}
        began = time.perf_counter_ns()
        answer: dict[str, Any] = {}
        try:
            answer = original(client, operation, request)
        finally:
            calls.append(Call(operation, request, answer, began, time.perf_counter_ns(), before))
        return answer

    setattr(BaseClient, EVERY_CALL, listen)
    try:
        yield calls
    finally:
        setattr(BaseClient, EVERY_CALL, original)


def ask_for_capacity(dynamodb: BaseClient) -> None:
    """Make the emulator report what each call of this client consumes."""

    def add(params: dict[str, Any], **_: Any) -> None:
        params["ReturnConsumedCapacity"] = "TOTAL"

    dynamodb.meta.events.register("provide-client-params.dynamodb", add)


def chain(calls: Sequence[Call]) -> int:
    """Return how many calls the longest chain has in which each began only after the one before it had ended."""
    lengths: list[int] = []
    ordered = sorted(calls, key=lambda call: call.began)
    for place, call in enumerate(ordered):
        before = [lengths[earlier] for earlier in range(place) if ordered[earlier].ended <= call.began]
        lengths.append(1 + max(before, default=0))
    return max(lengths, default=0)
