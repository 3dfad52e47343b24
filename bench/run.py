"""``make bench``: measures every figure, prints the table and writes ``build/bench.json``.

``make bench BASE=<commit>`` measures the package of that commit beside this one's, in turns, and has its figures and
the ratios in both. A missed budget is printed as missed and is no failure: what fails is what cannot be measured.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from bench import cold, cost, counted, figures, rounds, subjects
from bench.counted import Counted
from bench.figures import Measured
from bench.rounds import Spent
from bench.subjects import Subject
from local.lambda_runtime import Function, interpreter

_BEGAN = time.monotonic()


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure, print and write; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--base", default="", metavar="COMMIT")
    base = parser.parse_args(arguments).base
    with tempfile.TemporaryDirectory(prefix="foyer-bench-") as folder:
        measured = measure(base, Path(folder))
    print(figures.table(measured, compared=bool(base)))
    figures.write(measured, compared=bool(base))
    print(f"\nWritten to {figures.FILE.relative_to(figures.FILE.parent.parent)}.")
    return 0


def measure(base: str, folder: Path) -> dict[str, Measured]:
    """Return every figure, of a base commit too unless it is empty."""
    checkouts = {"new": subjects.here()}
    if base:
        _say(f"unpacking {base}")
        checkouts["base"] = subjects.of_commit(base, folder / "base")
    with contextlib.ExitStack() as stack:
        _say("building")
        python = interpreter(folder / "runtime")
        packages = {name: subjects.unpacked(one, folder / f"{name}-task") for name, one in checkouts.items()}
        seeding = {name: stack.enter_context(one.seeding()) for name, one in checkouts.items()}
        made = {
            name: stack.enter_context(Subject(name, packages[name][1], python, process))
            for name, process in seeding.items()
        }
        task = rounds.bare_chalice(packages["new"][1], folder / "bare-chalice")
        bare = stack.enter_context(Function(python, task, "app.app", made["new"].environment, name="foyer-bare"))
        alone, paired = _figures(made, bare, python, folder)
    for name, (package, _) in packages.items():
        alone[name]["zip.mb"] = cold.weight(package)
    return figures.beside(alone["new"], alone.get("base", {})) | paired


def _figures(
    made: Mapping[str, Subject], bare: Function, python: Path, folder: Path
) -> tuple[dict[str, dict[str, Measured]], dict[str, Measured]]:
    """Return the figures that each subject has by itself, and those for which they took turns."""
    heard: dict[str, list[Counted]] = {name: [] for name in made}
    _count(made, heard)
    spent = rounds.cpu(made, bare)
    _go_on(made, "conversations, desk and help centre")
    _count(made, heard)
    _say("cold starts")
    paired = cold.measure(made, python, folder / "bare")
    _say("CPU of requests")
    spent |= rounds.cpu(made, bare)
    _say("costs")
    alone = {}
    for name, one in made.items():
        seconds = {page: spent[f"{page}.real_cpu_ratio"].seconds(name) for page in ("list", "conversation")}
        views = cost.views(heard[name], seconds)
        written = cost.writing(one)
        alone[name] = {
            "cost.views_usd": views,
            "cost.messages_usd": cost.messages(one),
            "cost.writing_usd": written,
        }
    _go_on(made, "a crowd at the desk")
    _count(made, heard)
    spent |= rounds.cpu(made, bare)
    alone["new"] |= _in_a_theme({"new": made["new"]}, bare, python, folder, spent, paired)
    for name, one in made.items():
        alone[name] |= counted.figures(heard[name]) | one.figures
    return alone, paired | {name: one.measured() for name, one in spent.items()}


def _in_a_theme(
    made: Mapping[str, Subject],
    bare: Function,
    python: Path,
    folder: Path,
    spent: Mapping[str, Spent],
    paired: Mapping[str, Measured],
) -> dict[str, Measured]:
    """Return what pages cost in a theme that changed their files, over what they cost in Midtown."""
    _go_on(made, "a theme")
    _say("pages and cold starts in a theme")
    pages = {name: one.measured().value for name, one in rounds.cpu(made, bare).items()}
    over = {name.partition(".")[0]: value / spent[name].measured().value for name, value in pages.items()}
    cold_first = cold.measure(made, python, folder / "bare")["cold_first.cpu_ratio"]
    before = paired["cold_first.cpu_ratio"].value
    return {
        "theme.cpu_ratio": Measured(
            round(max(over.values()), 2), ", ".join(f"{name} {value:.2f}" for name, value in over.items())
        ),
        "theme.cold_ratio": Measured(round(cold_first.value / before, 2), cold_first.note),
    }


def _count(made: Mapping[str, Subject], heard: dict[str, list[Counted]]) -> None:
    _say("calls and read units")
    for name, one in made.items():
        heard[name] += counted.count(one)


def _go_on(made: Mapping[str, Subject], what: str) -> None:
    _say(f"seeding {what}")
    for one in made.values():
        one.ask_to_go_on()
    for one in made.values():
        one.go_on()


def _say(what: str) -> None:
    print(f"{time.monotonic() - _BEGAN:5.0f} s  {what} …", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
