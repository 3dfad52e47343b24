"""Calls, chains and read units of warm requests, heard between the built package and its AWS."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from bench.calls import Call, chain
from bench.figures import Measured
from bench.subjects import Asked, Subject, invoke


@dataclass(frozen=True, slots=True)
class Counted:
    """One request as it was heard, with the bytes that the function handed over."""

    name: str
    case: str
    calls: Sequence[Call]
    answer: Mapping[str, Any]

    @property
    def read_units(self) -> float:
        """What all its calls read."""
        return sum(call.read_units for call in self.calls)

    @property
    def kilobytes(self) -> float:
        """The answer as Lambda gets it, of which it takes 6 MB."""
        return len(json.dumps(self.answer, ensure_ascii=False).encode()) / 1024


def count(subject: Subject) -> list[Counted]:
    """Return what each request of the chapter was heard to do, when it is not the first of its kind."""
    return [_counted(subject, asked) for asked in subject.requests]


def _counted(subject: Subject, asked: Asked) -> Counted:
    invoke(subject.heard, asked)  # what is read once in a process is read now
    with subject.wire.listening() as calls:
        answer = invoke(subject.heard, asked)
    return Counted(asked.name, asked.case, calls, answer)


def figures(counted: Sequence[Counted]) -> dict[str, Measured]:
    """Return the worst case of each name, with what differs."""
    kinds: dict[str, Callable[[Counted], float]] = {
        "aws_calls": lambda one: len(one.calls),
        "aws_chain": lambda one: chain(one.calls),
        "read_units": lambda one: one.read_units,
        "kb": lambda one: round(one.kilobytes, 1),
    }
    measured = {}
    for name in dict.fromkeys(one.name for one in counted):
        cases = [one for one in counted if one.name == name]
        for kind, value in kinds.items():
            measured[f"{name}.{kind}"] = _worst([(one, value(one)) for one in cases], detailed=kind != "kb")
    return measured


def _worst(cases: Sequence[tuple[Counted, float]], *, detailed: bool) -> Measured:
    worst, value = max(cases, key=lambda case: case[1])
    values = {one for _, one in cases}
    if len(cases) == 1:
        note = _each(worst) if detailed else ""
    elif len(values) == 1:
        note = f"the same in all {len(cases)} cases: {_each(worst)}"
    else:
        note = "varies: " + ", ".join(f"{one.case}: {number:g}" for one, number in cases)
    return Measured(value, note)


def _each(one: Counted) -> str:
    """Return the calls in their order, each with the units it reads."""
    ordered = sorted(one.calls, key=lambda call: call.began)
    return " + ".join(f"{call.operation} {call.read_units:g}" for call in ordered) or "none"
