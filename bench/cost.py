"""What a million page views and a million messages cost at list prices, from calls, units and CPU measured here.

A view is the mean of the list and a conversation. A message is the mean of a customer's reply and an agent's answer,
and of the answer also what carries it to the mail service, but not what that service takes for a mail.
"""

from __future__ import annotations

import functools
import re
import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from bench.calls import Call, chain, key_text, listening
from bench.capacity import item_size
from chalicelib.aws import keys
from local.template import Template

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


def units_in_turn(*works: Callable[[], int]) -> list[float]:
    """Do some works once more, one after the other, and return the write units of each."""
    units = []
    for work in works:
        with listening(looking=True) as said:
            work()
        units.append(write_units(said))
    return units


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


def write_units(calls: Sequence[Call]) -> float:
    """Return what calls write, in units, by DynamoDB's rules: 1 KB each, twice that in a transaction.

    An index costs a unit where an item comes into it, leaves it, or changes in what the index has of it, and two where
    it moves within it. The calls were listened to with a look at each item before it was written.
    """
    units = 0.0
    for call in calls:
        if call.operation == "TransactWriteItems":
            for write in call.request["TransactItems"]:
                ((kind, one),) = write.items()
                units += 2 if kind == "ConditionCheck" else _written(call, one, 2)
        elif call.operation in {"PutItem", "UpdateItem"}:
            units += _written(call, call.request, 1)
    return units


@functools.cache
def _projected() -> dict[str, tuple[str, ...]]:
    """Return what each index has of an item, besides its keys, as the template says."""
    template = Template({"Stage": "bench", "PublicOrigin": "https://example.com"}, account="0" * 12, region="us-east-1")
    (table,) = (one for kind, one in template.resources().values() if kind == "AWS::DynamoDB::Table")
    return {one["IndexName"]: tuple(one["Projection"]["NonKeyAttributes"]) for one in table["GlobalSecondaryIndexes"]}


def _written(call: Call, one: Mapping[str, Any], rate: int) -> float:
    """Return what one write of a call costs, its indexes included."""
    before = call.before.get(key_text(one), {})
    after = one["Item"] if "Item" in one else _updated(before, one)
    places = 0
    for name, attributes in _projected().items():
        was, now = (tuple(item.get(part) for part in keys.index_attributes(name)) for item in (before, after))
        if was != now:
            places += (was[0] is not None) + (now[0] is not None)
        elif was[0] is not None:
            places += any(before.get(attribute) != after.get(attribute) for attribute in attributes)
    return rate * max(_blocks(before), _blocks(after)) + places


def _updated(before: Mapping[str, Any], one: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an item after an update: what it sets and removes; what it adds to is in no index."""
    names, values = one["ExpressionAttributeNames"], one.get("ExpressionAttributeValues", {})
    expression = one["UpdateExpression"]
    after = dict(before) | {names[name]: values[value] for name, value in _SET.findall(expression)}
    removed = expression.partition("REMOVE ")[2].split(" SET ")[0].split(" ADD ")[0]
    return {name: value for name, value in after.items() if f"#{name}" not in removed.split(", ")}


_SET = re.compile(r"(#\w+) = (:\d+)")


def _blocks(item: Mapping[str, Any]) -> int:
    return max(1, ceil(item_size(item) / 1024))


def dollars(parts: Sequence[Mapping[str, float]]) -> tuple[float, str]:
    """Return the mean of some requests for a million of them, and what it is made of."""
    names = dict.fromkeys(name for part in parts for name in part)
    each = {name: sum(part.get(name, 0.0) for part in parts) / len(parts) * 1e6 for name in names}
    shown = ", ".join(f"{name} {value:.2f}" for name, value in sorted(each.items(), key=lambda one: -one[1]))
    return round(sum(each.values()), 2), f"{shown}; prices of {PRICES_OF}"
