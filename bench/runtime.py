"""CPU of whole invocations: the recorded requests again, in a process that AWS's own runtime client drives.

What counts is all the process uses from one event to the next: taking the event, the product, handing the answer over.
That is what Lambda bills, less the waiting.
"""

from __future__ import annotations

import functools
import os
import pickle
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench import cpu
from local.lambda_runtime import Function

ROUNDS = 41
TIMES = 10
"""Invocations of each kind in a round."""
WARM_UP = 150
FILE = "FOYER_BENCH_RECORDING"
ROOT = Path(__file__).resolve().parent.parent


def handler(event: dict[str, Any], context: object) -> Any:
    """Be the Lambda: answer a recorded event."""
    return _answers()[event["resource"]](event, context)


@functools.cache
def _answers() -> dict[str, cpu.Handler]:
    recording: cpu.Recording = pickle.loads(Path(os.environ[FILE]).read_bytes())
    return {recording.requests[name].event["resource"]: one for name, one in cpu.handlers(recording).items()}


def measure(file: Path) -> dict[str, cpu.Spent]:
    """Return what each request of a recording costs in a Lambda, as medians over the rounds."""
    recording: cpu.Recording = pickle.loads(file.read_bytes())
    environment = {**recording.environment, FILE: str(file), "PYTHONPATH": str(ROOT)}
    with tempfile.TemporaryDirectory(prefix="foyer-bench-") as folder:
        task = Path(folder, "task")  # empty: what the handler is made of is on the path
        task.mkdir()
        with Function(Path(sys.executable), task, f"{__name__}.handler", environment, name="foyer-bench") as function:
            return _rounds(recording, function)


def _rounds(recording: cpu.Recording, function: Function) -> dict[str, cpu.Spent]:
    for name, one in recording.requests.items():
        status = [function.invoke(one.event)["statusCode"] for _ in range(WARM_UP)][-1]
        if status != one.status:
            message = f"{name} was answered with {status}, not {one.status}"
            raise RuntimeError(message)
    spent: dict[str, list[float]] = {name: [] for name in recording.requests}
    for _ in range(ROUNDS):
        for name, one in recording.requests.items():
            began = function.cpu()
            for _ in range(TIMES):
                function.invoke(one.event)
            spent[name].append((function.cpu() - began) / TIMES * 1e6)
    return cpu.medians(spent)
