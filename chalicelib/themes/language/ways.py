"""Counts the slots and hooks that a page must show, on every way through its statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

Counts = dict[str, tuple[int, int]]
"""Of each path, how often the way that shows it least shows it, and how often the one that shows it most."""
Place = tuple[str, int]
"""A file and a line."""

_NEVER: Final = (0, 0)


class Ways:
    """What has been shown so far. A way that a slot is empty on need not show it, and counts as if it did."""

    def __init__(self, required: Sequence[str]) -> None:
        """Begin a page that must show these paths."""
        self.required = frozenset(required)
        self.counts: Counts = dict.fromkeys(required, _NEVER)
        self.left_out: dict[str, Place] = {}
        """Where some ways show a path and others do not."""

    def show(self, path: str) -> bool:
        """Show a path once more; return whether some way has shown it before."""
        least, most = self.counts[path]
        self.counts[path] = (least + 1, most + 1)
        return most > 0

    def fork(self, counts: Counts, empty: frozenset[str]) -> None:
        """Go on from what was shown before a statement, on a way that the paths of ``empty`` are empty on."""
        self.counts = dict(counts)
        for path in empty:
            least, most = self.counts[path]
            self.counts[path] = (least + 1, most)

    def meet(self, ways: Sequence[Mapping[str, tuple[int, int]]], at: Place) -> None:
        """Go on where several ways meet."""
        for path in self.counts:
            least = [one[path][0] for one in ways]
            if min(least) == 0 and max(least) > 0:
                self.left_out.setdefault(path, at)
            self.counts[path] = (min(least), max(one[path][1] for one in ways))

    def missing(self) -> list[tuple[str, Place | None]]:
        """Return the paths that some way does not show, and where it parts from the others, if any shows it."""
        return [
            (path, self.left_out.get(path) if most else None)
            for path, (least, most) in self.counts.items()
            if least == 0
        ]
