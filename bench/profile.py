"""Where the CPU of a request goes: ``python -m bench.profile list conversation reply``, by the names of figures.

The built package runs as in ``make bench``. A clock of its CPU looks at each tick of the system (4 ms on Linux) at what
is running, and the tick counts for the module that runs, or that called the standard library. That costs next to
nothing, so unlike with a profiler that hears of every call, what is small but often called does not look larger than it
is. A reply is sent once each, so there are only as many as were made: its shares are rough.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench import subjects
from bench.subjects import Asked, Subject, invoke
from local.lambda_runtime import Function, interpreter

TIMES = 2_000
WARM_UP = 20
_SAMPLER = """\
import collections
import signal
import sys

from app import app

seen = collections.Counter()


def look(_, frame):
    while frame is not None:
        name = frame.f_globals.get("__name__", "")
        first = name.partition(".")[0]
        if first and first not in sys.stdlib_module_names and first != __name__:
            break
        frame = frame.f_back
    else:
        name = "python"
    seen[name] += 1


def handler(event, context):
    if event == "begin":
        seen.clear()
        return None
    if event == "end":
        return dict(seen)
    return app(event, context)


signal.signal(signal.SIGPROF, look)
signal.setitimer(signal.ITIMER_PROF, 0.001, 0.001)
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Print a table for each request that was named; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", nargs="+")
    parser.add_argument("--modules", action="store_true", help="name every module instead of its package")
    chosen = parser.parse_args(arguments)
    here = subjects.here()
    with tempfile.TemporaryDirectory(prefix="foyer-bench-") as folder, contextlib.ExitStack() as stack:
        python = interpreter(Path(folder, "runtime"))
        _, task = subjects.unpacked(here, Path(folder, "task"))
        (task / "sampled.py").write_text(_SAMPLER, encoding="utf-8")
        subject = stack.enter_context(Subject("new", task, python, stack.enter_context(here.seeding())))
        subject.ask_to_go_on()
        subject.go_on()
        with Function(python, task, "sampled.handler", subject.environment) as function:
            for name in chosen.name:
                print(_table(function, subject.timed[f"{name}.real_cpu_ratio"], modules=chosen.modules))
    return 0


def _table(function: Function, asked: Asked, *, modules: bool) -> str:
    for _ in range(WARM_UP):
        invoke(function, asked)
    times = min(TIMES, len(asked.events) - WARM_UP) if asked.once else TIMES
    function.invoke("begin")
    began = function.cpu()
    for _ in range(times):
        invoke(function, asked)
    spent = function.cpu() - began
    seen: Mapping[str, int] = function.invoke("end")
    parts: dict[str, int] = {}
    for name, count in seen.items():
        part = name if modules else _part(name)
        parts[part] = parts.get(part, 0) + count
    whole = sum(parts.values())
    lines = [f"\n{asked.name}: {spent / times * 1e6:.0f} µs"]
    for part, count in sorted(parts.items(), key=lambda one: -one[1]):
        share = count / whole
        if share >= 0.005:  # noqa: PLR2004 - less is chance
            lines.append(f"{part:<40}{share * spent / times * 1e6:>8.0f} µs{share * 100:>7.1f} %")
    return "\n".join(lines)


def _part(name: str) -> str:
    """Return the package of a module, of ours the room."""
    first, _, rest = name.partition(".")
    if first.startswith("_jinja2_module_"):
        return "templates"
    return f"{first}.{rest.partition('.')[0]}" if first == "chalicelib" else first


if __name__ == "__main__":
    sys.exit(main())
