"""Cold starts of the built packages, and their weight: a fresh process each time, with a bare handler taking turns.

What counts is the CPU of all threads of the process, from its start until AWS's runtime client asks for the first
event: Python, the runtime client, everything the package imports and makes. ``cold_first`` also counts the first
request, so that putting something off from the start to the request is no gain.
"""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from pathlib import Path

from bench.figures import Measured
from bench.subjects import Subject, invoke
from infra.build import sizes
from local.lambda_runtime import Function

STARTS = 11
_BARE = "def app(event, context):\n    return {'statusCode': 200, 'body': ''}\n"
Starts = dict[str, list[tuple[float, float]]]
"""Milliseconds of each start, without and with the first request, by whose it is."""


def measure(subjects: Mapping[str, Subject], python: Path, folder: Path) -> dict[str, Measured]:
    """Return the figures; the first request of a package is its list of 1,000 conversations."""
    folder.mkdir(exist_ok=True)
    (folder / "app.py").write_text(_BARE, encoding="utf-8")
    starts: Starts = {name: [] for name in ("bare", *subjects)}
    environment = subjects["new"].environment
    event = subjects["new"].timed["list.real_cpu_ratio"].events[0]
    for _ in range(STARTS):
        with Function(python, folder, "app.app", environment) as function:
            at_start = function.cpu_at_start
            function.invoke(event)
            starts["bare"].append((at_start * 1000, function.cpu() * 1000))
        for name, subject in subjects.items():
            with Function(python, subject.task, "app.app", subject.environment) as function:
                invoke(function, subject.timed["list.real_cpu_ratio"])
                starts[name].append((function.cpu_at_start * 1000, function.cpu() * 1000))
    return {"cold.cpu_ratio": _figure(starts, 0), "cold_first.cpu_ratio": _figure(starts, 1)}


def _figure(starts: Starts, part: int) -> Measured:
    spent = {name: [one[part] for one in each] for name, each in starts.items()}
    over = {name: _ratio(each, spent["bare"]) for name, each in spent.items()}
    parts = " instead of ".join(f"{statistics.median(each):.0f} ms" for name, each in spent.items() if name != "bare")
    note = f"{parts}; a bare handler {statistics.median(spent['bare']):.0f} ms"
    if "base" not in spent:
        return Measured(round(over["new"], 2), note)
    both = _ratio(spent["new"], spent["base"])
    return Measured(round(over["new"], 2), note, round(over["base"], 2), round(both, 3))


def _ratio(ones: list[float], others: list[float]) -> float:
    return statistics.median(one / other for one, other in zip(ones, others, strict=True))


def weight(package: Path) -> Measured:
    """Return the megabytes of a zip."""
    heaviest = ", ".join(f"{name} {packed / 1024 / 1024:.1f}" for name, (_, packed) in list(sizes(package).items())[:4])
    return Measured(round(package.stat().st_size / 1024 / 1024, 2), heaviest)
