"""Cold starts of the built package, and its weight: a fresh process each time, with a bare handler taking turns.

What counts is the CPU of all threads of the process, from its start until AWS's runtime client asks for the first
event: Python, the runtime client, everything the package imports and makes.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any

from bench.figures import Measured
from infra.build import build, sizes
from local.lambda_runtime import Function, interpreter, unpack

STARTS = 11
BARE = "def app(event, context):\n    return {'statusCode': 200, 'body': ''}\n"


def measure(environment: Mapping[str, str], event: dict[str, Any]) -> dict[str, Measured]:
    """Return the figures. ``event`` is a page that the package, on the stage of ``environment``, answers first."""
    package = build()
    with tempfile.TemporaryDirectory(prefix="foyer-bench-") as temporary:
        folder = Path(temporary)
        python = interpreter(folder / "runtime")
        bare = folder / "bare"
        bare.mkdir()
        (bare / "app.py").write_text(BARE, encoding="utf-8")
        task = unpack(package.zip, folder / "task")
        starts: dict[Path, list[float]] = {bare: [], task: []}
        first: list[float] = []
        for _ in range(STARTS):
            for path, spent in starts.items():
                with Function(python, path, "app.app", environment) as function:
                    spent.append(function.cpu_at_start * 1000)
                    if path == task:
                        first.append(_first(function, event))
    ratio = statistics.median(one / base for one, base in zip(starts[task], starts[bare], strict=True))
    ours, base, more = (statistics.median(spent) for spent in (starts[task], starts[bare], first))
    heaviest = ", ".join(
        f"{name} {packed / 1024 / 1024:.1f}" for name, (_, packed) in list(sizes(package.zip).items())[:4]
    )
    return {
        "cold.cpu_ratio": Measured(
            round(ratio, 2), f"{ours:.0f} ms over {base:.0f} ms; the first request takes {more:.0f} ms more"
        ),
        "zip.mb": Measured(round(package.zip.stat().st_size / 1024 / 1024, 2), heaviest),
    }


def _first(function: Function, event: dict[str, Any]) -> float:
    answer = function.invoke(event)
    if answer["statusCode"] != HTTPStatus.OK:
        message = f"the first request was answered with {answer['statusCode']}: {answer['body'][:500]}"
        raise RuntimeError(message)
    return (function.cpu() - function.cpu_at_start) * 1000
