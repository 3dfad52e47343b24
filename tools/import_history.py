"""``make import FILE=history.jsonl``: loads an organization's history into a stage, or into the running local portal.

Bad lines are told by number and skipped. Running it again adds what is missing and changes nothing else.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib import settings
from chalicelib.refusals import ChangedMeanwhile, Unavailable
from chalicelib.wiring import House
from infra.aws import CannotDeploy
from local import run
from tools.history_file import Index
from tools.history_loader import Loader, Report
from tools.stage import house_of

WIDTH = 30
_LINE_EVERY = 5.0
"""Seconds between lines of progress where nobody watches a terminal."""
_BAR_EVERY = 0.2


class Progress:
    """How far it is: a bar on a terminal, a line now and then elsewhere; bad lines stand above it."""

    def __init__(self, out: TextIO, clock: Callable[[], float] = time.monotonic) -> None:
        """Take where to write; a terminal gets the bar."""
        self._out, self._clock = out, clock
        self._tty = out.isatty()
        self._what, self._unit, self._total, self._done = "", "", 0, 0
        self._began = self._shown = clock()
        self.bad_lines = 0

    def begin(self, what: str, unit: str, total: int) -> None:
        """Begin with something that has ``total`` units."""
        self._what, self._unit, self._total, self._done = what, unit, max(total, 1), 0
        self._began = self._shown = self._clock()

    def add(self, number: int) -> None:
        """Say that so many more are done."""
        self.reach(self._done + number)

    def reach(self, done: int) -> None:
        """Say how many are done by now."""
        self._done = done
        now = self._clock()
        if now - self._shown >= (_BAR_EVERY if self._tty else _LINE_EVERY):
            self._shown = now
            self._show(now)

    def end(self) -> None:
        """Show it once more, as it ended."""
        self._show(self._clock())
        if self._tty:
            self._out.write("\n")
        self._out.flush()

    def bad(self, line: int, reason: str) -> None:
        """Tell of a line that was skipped."""
        self.bad_lines += 1
        self._out.write(f"\r\033[Kline {line}: {reason}\n" if self._tty else f"line {line}: {reason}\n")
        self._out.flush()

    def _show(self, now: float) -> None:
        share = min(self._done / self._total, 1.0)
        speed = self._done / max(now - self._began, 0.001)
        left = (self._total - self._done) / speed if speed else 0
        said = f"{self._what}: {self._done:,} of {self._total:,} {self._unit}, {speed:,.0f} a second"
        if share < 1 and self._done:
            said += f", {_duration(left)} left"
        if self._tty:
            full = round(share * WIDTH)
            self._out.write(f"\r\033[K[{'#' * full}{'.' * (WIDTH - full)}] {share:4.0%} {said}")
        else:
            self._out.write(f"{said}\n")
        self._out.flush()


def load(house: House, file: Path, out: TextIO) -> tuple[Counter[str], int]:
    """Load a file; return what was new and what there before, and how many lines were bad."""
    progress = Progress(out)
    count: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="foyer-import-") as folder:
        index = Index(file, Path(folder) / "index")
        try:
            progress.begin("Reading", "bytes", file.stat().st_size)
            lines = index.build(house.clock(), progress.bad, progress.reach)
            progress.end()
            progress.begin("Loading", "lines", lines - progress.bad_lines)
            Loader(house, index, Report(progress.bad, progress.add, count)).load()
            progress.end()
        finally:
            index.close()
    return count, progress.bad_lines


def summary(count: Counter[str], bad_lines: int) -> str:
    """Return what was done, a line a kind."""
    said = [
        f"{kind.capitalize()}: {count[f'{kind} new']:,} new, {count[f'{kind} there']:,} there already."
        for kind in ("customers", "conversations", "messages", "notes")
    ]
    if bad_lines:
        said.append(f"Bad lines, skipped: {bad_lines:,}. Correct them and load the file again.")
    return "\n".join(said)


def main() -> int:
    """Load the file named first into the stage named second; return the exit status."""
    name, stage = (*sys.argv[1:], "", "")[:2]
    if not name:
        print("Name the file: make import FILE=history.jsonl", file=sys.stderr)
        return 1
    file = Path(name)
    if not file.is_file():
        print(f"There is no file {file}.", file=sys.stderr)
        return 1
    try:
        count, bad_lines = load(house_of(stage or run.STAGE), file, sys.stderr)
    except (CannotDeploy, settings.SettingsError) as reason:
        print(reason, file=sys.stderr)
        return 1
    except (Unavailable, ChangedMeanwhile, BotoCoreError, ClientError) as error:
        print(f"\nAWS did not take more: {error}\nRun the same command again; it goes on from here.", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. Run the same command again; it goes on from here.", file=sys.stderr)
        return 130
    print(summary(count, bad_lines))
    return 0


def _duration(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes} min {rest:02} s" if minutes else f"{rest} s"


if __name__ == "__main__":
    sys.exit(main())
