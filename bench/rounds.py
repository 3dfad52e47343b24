"""CPU of requests in the built package, with real calls, in rounds in which everything that is compared takes turns.

What counts is all that the function's process uses from one event to the next: AWS's runtime client takes the event,
the product answers and calls AWS (an emulator, which is another process), and the answer is handed over. That is what
Lambda runs and bills, less the waiting. The constant is a bare Chalice app with one route, in a process of the same
kind: it has nothing of the product, so no commit can move it. Each is measured right after the constant; what is told
is the median of the rounds' ratios, which a busy machine disturbs little.
"""

from __future__ import annotations

import shutil
import statistics
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.figures import Measured
from bench.subjects import Asked, Subject, invoke
from local.lambda_runtime import Function

ROUNDS = 31
WARM_UP = 12
CONSTANT = "/bench/constant"
CONSTANTS = 12
"""Constants in a round: it is short, so more of them for a steady mean."""
_BARE = """\
from chalice.app import Chalice

app = Chalice(app_name="bare", configure_logs=False)


@app.route("/bench/constant")
def constant():
    return "Everything is fine."
"""


@dataclass(slots=True)
class Spent:
    """Microseconds of a request in each round, by the subject's name, and of the constant before it."""

    constant: list[float] = field(default_factory=list)
    of: dict[str, list[float]] = field(default_factory=dict)

    def seconds(self, name: str) -> float:
        """Return the median of a subject in seconds."""
        return statistics.median(self.of[name]) / 1e6

    def measured(self) -> Measured:
        """Return the new one's CPU over the constant, and over the base's where there is one."""
        ratios = {
            name: statistics.median(one / bare for one, bare in zip(each, self.constant, strict=True))
            for name, each in self.of.items()
        }
        parts = [f"{statistics.median(each) / 1000:.2f} ms" for each in self.of.values()]
        note = f"{' instead of '.join(parts)}; the constant {statistics.median(self.constant) / 1000:.2f} ms"
        if "base" not in self.of:
            return Measured(round(ratios["new"], 1), note)
        both = statistics.median(one / base for one, base in zip(self.of["new"], self.of["base"], strict=True))
        return Measured(round(ratios["new"], 1), note, round(ratios["base"], 1), round(both, 3))


def bare_chalice(package: Path, folder: Path) -> Path:
    """Make the package of the constant, with the Chalice of an unpacked package, and return its folder."""
    shutil.copytree(package / "chalice", folder / "chalice")
    (folder / "app.py").write_text(_BARE, encoding="utf-8")
    return folder


def constant_event(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return the same request for the constant."""
    context = {**event["requestContext"], "resourcePath": CONSTANT, "path": CONSTANT}
    return {**event, "resource": CONSTANT, "path": CONSTANT, "pathParameters": None, "requestContext": context}


def cpu(subjects: Mapping[str, Subject], bare: Function) -> dict[str, Spent]:
    """Return what the chapter's requests cost, by figure, of every subject that has them."""
    timed = subjects["new"].timed
    constant = constant_event(next(iter(timed.values())).events[0])
    asked = {name: {label: one.timed[name] for label, one in subjects.items() if name in one.timed} for name in timed}
    spent = {name: Spent(of={label: [] for label in ones}) for name, ones in asked.items()}
    for ones in asked.values():
        for label, one in ones.items():
            for _ in range(WARM_UP if one.every == 1 else 2):
                invoke(subjects[label].function, one)
    for number in range(ROUNDS):
        for name, ones in asked.items():
            if number % ones["new"].every:
                continue
            spent[name].constant.append(_constant(bare, constant))
            turns = list(ones.items())
            for label, one in turns if number % 2 else reversed(turns):
                spent[name].of[label].append(_one(subjects[label].function, one))
    return spent


def _constant(bare: Function, event: dict[str, Any]) -> float:
    began = bare.cpu()
    for _ in range(CONSTANTS):
        bare.invoke(event)
    return (bare.cpu() - began) / CONSTANTS * 1e6


def _one(function: Function, asked: Asked) -> float:
    began = function.cpu()
    for _ in range(asked.times):
        invoke(function, asked)
    return (function.cpu() - began) / asked.times * 1e6
