"""What a million page views and a million messages cost at list prices, from calls, units and CPU measured here.

A view is the mean of the list and a conversation. A message is the mean of a customer's reply and an agent's answer,
and of the answer also what carries it to the mail service, but not what that service takes for a mail.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from chalicelib.aws import keys

from bench.calls import Call, chain, listening
from bench.capacity import item_size

PRICES_OF = "us-east-1, November 2024"
"""Where and when the prices are from; AWS changes them, and says so on its pricing pages."""
PRICES: Mapping[str, float] = {
    "api gateway request": 3.50e-6,
    "lambda request": 0.20e-6,
    "lambda GB second": 16.6667e-6,
    "dynamodb read unit": 0.125e-6,
    "dynamodb write unit": 0.625e-6,
    "sqs request": 0.40e-6,
    "byte to the internet": 0.09e-9,
    "byte of logs": 0.50e-9,
}
"""In US dollars."""

MEMORY_GB = 0.5
PROCESSORS = 512 / 1769
"""What 512 MB have of one processor."""
WAIT = 0.006
"""Seconds a call is waited for: an assumption, for no emulator is as far away as AWS."""
_PLACES = [keys.index_attributes(index) for index in keys.INDEXES]
LOGS = 500
"""Bytes that Lambda itself writes of an invocation."""
SQS_REQUESTS = 3
"""A message of a queue is sent, received and deleted."""


@dataclass(frozen=True, slots=True)
class Handled:
    """One invocation: its calls, its CPU in seconds, and the bytes of its answer."""

    calls: Sequence[Call]
    cpu: float
    answer: int = 0


def handled(times: int, work: Callable[[], int]) -> Handled:
    """Do ``work``, which returns the bytes of its answer, several times; return the last with the median CPU."""
    spent = []
    heard: Sequence[Call] = ()
    answer = 0
    for _ in range(times):
        with listening() as said:
            began = time.thread_time()
            answer = work()
            spent.append(time.thread_time() - began)
        heard = said
    return Handled(heard, statistics.median(spent), answer)


def handled_in_turn(times: int, *works: Callable[[], int]) -> list[Handled]:
    """Do some works one after the other, several times, and return each as :func:`handled` does."""
    rounds = [[handled(1, work) for work in works] for _ in range(times)]
    return [
        Handled(ones[-1].calls, statistics.median(one.cpu for one in ones), ones[-1].answer)
        for ones in zip(*rounds, strict=True)
    ]


def of_queue(one: Handled, written: float) -> dict[str, float]:
    """Return what an invocation by a message of a queue costs in dollars, a part each."""
    return {**invocation(one, written), "SQS": SQS_REQUESTS * PRICES["sqs request"]}


def together(parts: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Return the sum of what several things cost, a part each."""
    return {name: sum(one.get(name, 0.0) for one in parts) for part in parts for name in part}


def request(one: Handled, written: float) -> dict[str, float]:
    """Return what a request over HTTP costs in dollars, a part each; ``written`` in write units."""
    return {
        "API Gateway": PRICES["api gateway request"] + one.answer * PRICES["byte to the internet"],
        **invocation(one, written),
    }


def invocation(one: Handled, written: float) -> dict[str, float]:
    """Return what an invocation costs in dollars, a part each."""
    seconds = one.cpu / PROCESSORS + chain(one.calls) * WAIT
    return {
        "Lambda": PRICES["lambda request"]
        + seconds * MEMORY_GB * PRICES["lambda GB second"]
        + LOGS * PRICES["byte of logs"],
        "reading": sum(call.read_units for call in one.calls) * PRICES["dynamodb read unit"],
        "writing": written * PRICES["dynamodb write unit"],
    }


def write_units(calls: Sequence[Call], read: Callable[[Mapping[str, Any]], Mapping[str, Any]]) -> float:
    """Return what calls write, in units, by DynamoDB's rules: 1 KB each, twice that in a transaction.

    ``read`` gives an item, by its key, as it is now. An index costs a unit where the item appears in it or changes, and
    two where it moves within it.
    """
    units = 0.0
    for call in calls:
        if call.operation == "TransactWriteItems":
            for write in call.request["TransactItems"]:
                ((kind, one),) = write.items()
                units += 2 if kind == "ConditionCheck" else _written(kind, one, read, 2)
        elif call.operation in {"PutItem", "UpdateItem"}:
            units += _written(call.operation.removesuffix("Item"), call.request, read, 1)
    return units


def _written(
    kind: str, one: Mapping[str, Any], read: Callable[[Mapping[str, Any]], Mapping[str, Any]], rate: int
) -> float:
    if kind == "Put":
        item = one["Item"]
        return rate * _blocks(item) + sum(place in item for place, _ in _PLACES)
    item = read(one["Key"])
    named = set(one.get("ExpressionAttributeNames", {}).values())
    places = 0
    for place, order in _PLACES:
        moved = bool(named & {place, order})
        held = place in item
        places += (2 if held else 1) if moved else int(held)
    return rate * _blocks(item) + places


def _blocks(item: Mapping[str, Any]) -> int:
    return max(1, ceil(item_size(item) / 1024))


def dollars(parts: Sequence[Mapping[str, float]]) -> tuple[float, str]:
    """Return the mean of some requests for a million of them, and what it is made of."""
    names = dict.fromkeys(name for part in parts for name in part)
    each = {name: sum(part.get(name, 0.0) for part in parts) / len(parts) * 1e6 for name in names}
    shown = ", ".join(f"{name} {value:.2f}" for name, value in sorted(each.items(), key=lambda one: -one[1]))
    return round(sum(each.values()), 2), f"{shown}; prices of {PRICES_OF}"
