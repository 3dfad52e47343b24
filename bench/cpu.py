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
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from botocore.client import BaseClient

from bench.calls import EVERY_CALL

ROUNDS = 151
WARM_UP = 300
TIMES = {"constant": 60}
TIMES_ELSE = 12
"""Requests of each kind in a round: the constant is short, so more of them for a steady mean."""

Handler = Callable[[Any, Any], Any]


@dataclass(frozen=True, slots=True)
class Stored:
    """The body of a stored file, which lies at ``path``."""

    path: str

    def iter_chunks(self, size: int) -> Iterator[bytes]:
        """Yield it piece by piece."""
        content = Path(self.path).read_bytes()
        yield from (content[start : start + size] for start in range(0, len(content), size))


@dataclass(frozen=True, slots=True)
class Recorded:
    """One request: its event, what each operation it called was answered, and the status of its answer."""

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


@dataclass(frozen=True, slots=True)
class Spent:
    """What a request costs: CPU over that of the constant in the same round, and by itself."""

    ratio: float
    microseconds: float


def measure(file: Path) -> dict[str, Spent]:
    """Return what each request of a recording costs in a process of its own."""
    child = subprocess.run([sys.executable, "-m", "bench.cpu", str(file)], check=True, stdout=subprocess.PIPE)
    last = child.stdout.splitlines()[-1]  # whatever the product logged stands before it
    return {name: Spent(**one) for name, one in json.loads(last).items()}


def handlers(recording: Recording) -> dict[str, Handler]:
    """Load the product with its calls stubbed at the client; return by name what answers each request's event."""
    os.environ.update(recording.environment)
    answers: Mapping[str, Any] = recording.once

    def stub(_: BaseClient, operation: str, __: dict[str, Any]) -> Any:
        return answers[operation]

    setattr(BaseClient, EVERY_CALL, stub)
    module = importlib.import_module("app")
    app = module.app
    app.route(recording.constant, methods=["GET"], name="constant")(lambda: "Everything is fine.")
    _ = module.house().signer  # reads the signing keys, which a warm process has

    def prepared(one: Recorded) -> Handler:
        def answer(event: Any, context: Any) -> Any:
            nonlocal answers
            answers = one.answers
            return app(event, context)

        return answer

    made = {name: prepared(one) for name, one in recording.requests.items()}
    for name, one in recording.requests.items():
        status = made[name](one.event, object())["statusCode"]
        if status != one.status:
            message = f"the replayed request {name} was answered with {status}, not {one.status}"
            raise RuntimeError(message)
    return made


def rounds(recording: Recording) -> dict[str, Spent]:
    """Return what each request costs: medians over rounds in which all kinds take turns."""
    made = handlers(recording)
    requests = {name: (answer, recording.requests[name].event) for name, answer in made.items()}
    context = object()
    for answer, event in requests.values():
        for _ in range(WARM_UP):
            answer(event, context)
    gc.collect()
    spent: dict[str, list[float]] = {name: [] for name in requests}
    for _ in range(ROUNDS):
        for name, (answer, event) in requests.items():
            times = TIMES.get(name, TIMES_ELSE)
            began = time.thread_time_ns()
            for _ in range(times):
                answer(event, context)
            spent[name].append((time.thread_time_ns() - began) / times / 1000)
    return medians(spent)


def medians(spent: Mapping[str, Sequence[float]]) -> dict[str, Spent]:
    """Return the medians of microseconds a round, and of their ratios to the constant's in the same round."""
    return {
        name: Spent(
            statistics.median(one / base for one, base in zip(each, spent["constant"], strict=True)),
            statistics.median(each),
        )
        for name, each in spent.items()
    }


def profile(recording: Recording, name: str, count: int = 2000) -> None:
    """Print where a request spends its time."""
    import cProfile
    import pstats

    answer, event = handlers(recording)[name], recording.requests[name].event
    profiler = cProfile.Profile()
    profiler.enable()
    for _ in range(count):
        answer(event, None)
    profiler.disable()
    pstats.Stats(profiler).sort_stats("tottime").print_stats(40)


def main(arguments: Sequence[str] | None = None) -> None:
    """Replay a recording and print what was measured as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--profile", metavar="NAME")
    chosen = parser.parse_args(arguments)
    recording = pickle.loads(chosen.file.read_bytes())
    if chosen.profile:
        profile(recording, chosen.profile)
    else:
        print(json.dumps({name: asdict(one) for name, one in rounds(recording).items()}))


if __name__ == "__main__":
    # As a module of its name, so that what was pickled elsewhere is found again.
    importlib.import_module("bench.cpu").main()
