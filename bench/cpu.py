"""CPU of warm requests, in a process that holds what the Lambda holds and nothing else.

``python -m bench.cpu FILE`` replays what was recorded into FILE: the events of real requests and the answers AWS gave
them. Nothing below the client runs, everything above it does. ``--profile NAME`` prints instead where one of them
spends its time.
"""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import os
import pickle
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.client import BaseClient

ROUNDS = 151
WARM_UP = 300
TIMES = {"constant": 60}
TIMES_ELSE = 12
"""Requests of each kind in a round: the constant is short, so more of them for a steady mean."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """One request: its event, and what each operation it called was answered."""

    event: dict[str, Any]
    answers: dict[str, Any]
    status: int


@dataclass(frozen=True, slots=True)
class Recording:
    """What the process that replays needs: the environment, the constant's path, what is read once, and requests."""

    environment: dict[str, str]
    constant: str
    once: dict[str, Any]
    requests: dict[str, Recorded]
    """By name; one is called ``constant``."""


def measure(recording: Recording, file: Path) -> dict[str, dict[str, float]]:
    """Return for each request ``ratio`` to the constant and ``microseconds``, as medians over the rounds."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(pickle.dumps(recording))
    child = subprocess.run(
        [sys.executable, "-m", "bench.cpu", str(file)], check=True, stdout=subprocess.PIPE, env=dict(os.environ)
    )
    measured: dict[str, dict[str, float]] = json.loads(child.stdout)
    return measured


def replay(recording: Recording) -> dict[str, Callable[[], None]]:
    """Load the product with its calls stubbed at the client; return what makes each request once."""
    os.environ.update(recording.environment)
    answers: Mapping[str, Any] = recording.once

    def stub(_: BaseClient, operation: str, __: dict[str, Any]) -> Any:
        return answers[operation]

    BaseClient._make_api_call = stub  # noqa: SLF001 - where all calls of all clients pass
    app = importlib.import_module("app")
    handler = app.app
    handler.route(recording.constant, methods=["GET"], name="constant")(lambda: "Everything is fine.")
    _ = app.house().signer  # reads the signing keys, which a warm process has

    def request(one: Recorded) -> Callable[[], None]:
        event, context = one.event, object()

        def run() -> None:
            nonlocal answers
            answers = one.answers
            handler(event, context)

        return run

    for name, one in recording.requests.items():
        answers = one.answers
        status = handler(one.event, object())["statusCode"]
        if status != one.status:
            message = f"the replayed request {name} was answered with {status}, not {one.status}"
            raise RuntimeError(message)
    return {name: request(one) for name, one in recording.requests.items()}


def rounds(requests: Mapping[str, Callable[[], None]]) -> dict[str, dict[str, float]]:
    """Return ``ratio`` and ``microseconds`` of each request: medians over rounds in which all kinds take turns."""
    for run in requests.values():
        for _ in range(WARM_UP):
            run()
    gc.collect()
    spent: dict[str, list[float]] = {name: [] for name in requests}
    for _ in range(ROUNDS):
        for name, run in requests.items():
            times = TIMES.get(name, TIMES_ELSE)
            began = time.thread_time_ns()
            for _ in range(times):
                run()
            spent[name].append((time.thread_time_ns() - began) / times / 1000)
    return {
        name: {
            "ratio": statistics.median(one / base for one, base in zip(each, spent["constant"], strict=True)),
            "microseconds": statistics.median(each),
        }
        for name, each in spent.items()
    }


def profile(run: Callable[[], None], count: int = 2000) -> None:
    """Print where a request spends its time."""
    import cProfile  # noqa: PLC0415 - only here, so that the measured process does not hold it
    import pstats  # noqa: PLC0415

    profiler = cProfile.Profile()
    profiler.enable()
    for _ in range(count):
        run()
    profiler.disable()
    pstats.Stats(profiler).sort_stats("tottime").print_stats(40)


def main(arguments: Sequence[str] | None = None) -> None:
    """Replay a recording and print what was measured as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--profile", metavar="NAME")
    chosen = parser.parse_args(arguments)
    requests = replay(pickle.loads(chosen.file.read_bytes()))
    if chosen.profile:
        profile(requests[chosen.profile])
    else:
        print(json.dumps(rounds(requests)))


if __name__ == "__main__":
    # As a module of its name, so that what was pickled elsewhere is found again.
    importlib.import_module("bench.cpu").main()
