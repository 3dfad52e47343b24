"""What a million page views and a million messages cost at list prices, from calls, units and CPU measured here.

A view is the mean of the list and a conversation. A message is the mean of a customer's reply and an agent's answer,
and of the answer also what carries it to the mail service, but not what that service takes for a mail.
"""

from __future__ import annotations

import base64
import functools
import gzip
import statistics
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil
from typing import Any

from bench.calls import Call, chain, key_text, written
from bench.capacity import item_size
from bench.counted import Counted
from bench.figures import Measured
from bench.subjects import Index, Subject
from local import infra
from local.lambda_events import ACCOUNT, REGION, queue_event
from local.lambda_runtime import Function

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

TIMES = 7
REPLIES = 48
"""Replies of which the mean is taken where only some are told on."""
_VIEWED = (("list", "1,000 all"), ("conversation", "1,000 all"))
_WRITTEN = {"reply": "spread", "answer": "with its mail"}
"""Which cases of which requests are priced."""


@dataclass(frozen=True, slots=True)
class Handled:
    """One invocation: its calls, its CPU in seconds, and the bytes of its answer on their way to the browser."""

    calls: Sequence[Call]
    cpu: float
    answer: int = 0


def views(counted: Sequence[Counted], seconds: Mapping[str, float]) -> Measured:
    """Return what a million views cost, from what pages were heard to do and their seconds of CPU by name."""
    pages = [one for one in counted if (one.name, one.case) in _VIEWED]
    parts = [request(Handled(one.calls, seconds[one.name], _compressed(one.answer)), 0) for one in pages]
    return Measured(*dollars(parts))


def messages(subject: Subject) -> Measured:
    """Return what a million messages cost: replies and agents' answers, with all that follows these."""
    asked = {(one.name, one.case): one for one in subject.requests}
    sqs = infra.clients(subject.environment["AWS_ENDPOINT_URL"])("sqs")
    over_the_wire = {**subject.environment, "AWS_ENDPOINT_URL": subject.wire.endpoint}
    costs = []
    for name, behind in (("reply", []), ("answer", subject.behind)):
        steps = [_Step(subject.function, subject.heard, asked[name, _WRITTEN[name]].take)]
        for function, queue in behind:
            take = functools.partial(_taken, sqs, queue)
            warm, heard = (subject.started(function, one) for one in (subject.environment, over_the_wire))
            while event := take(wait=0):  # what came of answers before
                warm.invoke(event)
            steps.append(_Step(warm, heard, take))
        posted, *followed = _measured(subject, steps)
        costs.append(together([request(*posted), *(of_queue(*one) for one in followed)]))
    return Measured(*dollars(costs))


def writing(subject: Subject) -> Measured:
    """Return what the write units of a million replies of customers cost, with those of all that is told of them.

    Only some are told on by themselves, and then for others too, so it is the mean of many, each in its turn.
    """
    (reply,) = (one for one in subject.requests if (one.name, one.case) == ("reply", _WRITTEN["reply"]))
    sqs = infra.clients(subject.environment["AWS_ENDPOINT_URL"])("sqs")
    over_the_wire = {**subject.environment, "AWS_ENDPOINT_URL": subject.wire.endpoint}
    behind = [(subject.started(function, over_the_wire), queue) for function, queue in subject.behind]
    for heard, queue in behind:
        while event := _taken(sqs, queue, wait=0):  # what came of replies before
            heard.invoke(event)
    at_once = later = 0.0
    for _ in range(REPLIES):
        with subject.wire.listening(looking=True) as calls:
            subject.heard.invoke(reply.take())
        at_once += write_units(calls, subject.indexes())
        for heard, queue in behind:
            while event := _taken(sqs, queue, wait=0):
                with subject.wire.listening(looking=True) as calls:
                    heard.invoke(event)
                later += write_units(calls, subject.indexes())
    units = [round(one / REPLIES, 2) for one in (at_once, later)]
    dollars = sum(units) * PRICES["dynamodb write unit"] * 1e6
    return Measured(
        round(dollars, 2), f"{units[0]:g} units with the message, {units[1]:g} behind it, mean of {REPLIES}"
    )


@dataclass(frozen=True, slots=True)
class _Step:
    """One of the invocations that a message makes: by whom, the same over the wire, and with which event."""

    warm: Function
    heard: Function
    event: Callable[[], dict[str, Any] | None]


def _measured(subject: Subject, steps: Sequence[_Step]) -> list[tuple[Handled, float]]:
    """Do the steps one after the other, several times, and return what each took and how many units it wrote."""
    spent: list[list[float]] = [[] for _ in steps]
    for _ in range(TIMES):
        for step, each in zip(steps, spent, strict=True):
            event = step.event()
            began = step.warm.cpu()
            step.warm.invoke(event)
            each.append(step.warm.cpu() - began)
    measured = []
    for step, each in zip(steps, spent, strict=True):
        event = step.event()
        with subject.wire.listening(looking=True) as calls:
            step.heard.invoke(event)
        measured.append((Handled(calls, statistics.median(each)), write_units(calls, subject.indexes())))
    return measured


def _taken(sqs: Any, queue: str, wait: int = 2) -> dict[str, Any] | None:
    """Take one message from a queue, as Lambda does; None where there is none."""
    url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
    received = sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=1, WaitTimeSeconds=wait, AttributeNames=["All"]
    ).get("Messages", [])
    for message in received:
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return queue_event(received, f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}") if received else None


def _compressed(answer: Mapping[str, Any]) -> int:
    """Return the bytes of a page as the browser gets it."""
    if answer.get("isBase64Encoded"):
        return len(base64.b64decode(answer["body"]))
    return len(gzip.compress(answer["body"].encode()))


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


def write_units(calls: Sequence[Call], indexes: Sequence[Index]) -> float:
    """Return what calls write, in units, by DynamoDB's rules: 1 KB each, twice that in a transaction.

    An index costs a unit where an item comes into it, leaves it, or changes in what the index has of it, and two where
    it moves within it. The calls were listened to with a look at each item before and after it was written.
    """
    units = 0.0
    for call in calls:
        rate = 2 if call.operation == "TransactWriteItems" else 1
        for kind, one in written(call.operation, call.request):
            units += rate if kind == "ConditionCheck" else _written(call, key_text(one), rate, indexes)
    return units


def _written(call: Call, key: str, rate: int, indexes: Sequence[Index]) -> float:
    """Return what one write of a call costs, its indexes included."""
    before, after = call.before[key], call.after[key]
    places = 0
    for index in indexes:
        was, now = (tuple(item.get(part) for part in index.key) for item in (before, after))
        in_it = [None not in place for place in (was, now)]
        if was != now:
            places += sum(in_it)
        elif all(in_it):
            places += any(before.get(attribute) != after.get(attribute) for attribute in index.projected)
    return rate * max(_blocks(before), _blocks(after)) + places


def _blocks(item: Mapping[str, Any]) -> int:
    return max(1, ceil(item_size(item) / 1024))


def dollars(parts: Sequence[Mapping[str, float]]) -> tuple[float, str]:
    """Return the mean of some requests for a million of them, and what it is made of."""
    names = dict.fromkeys(name for part in parts for name in part)
    each = {name: sum(part.get(name, 0.0) for part in parts) / len(parts) * 1e6 for name in names}
    shown = ", ".join(f"{name} {value:.2f}" for name, value in sorted(each.items(), key=lambda one: -one[1]))
    return round(sum(each.values()), 2), f"{shown}; prices of {PRICES_OF}"
