"""Two texts line by line, as people read a change."""

from __future__ import annotations

from difflib import Match, SequenceMatcher
from itertools import accumulate

from chalicelib.records import dataclass

CONTEXT = 3
"""Unchanged lines shown around a change."""
_WORK = 3_000_000
"""Pairs of equal lines that are looked at, about half a second; what is left then counts as changed."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a comparison. ``kind`` is ``same``, ``gone``, ``new`` or ``skipped``, whose text is how many lines."""

    kind: str
    text: str


def compare(before: str, after: str) -> tuple[Line, ...]:
    """Return what changed from one text to the other; empty where they are the same."""
    if before == after:
        return ()
    old, new = before.split("\n"), after.split("\n")
    lines: list[Line] = []
    opcodes = _Matcher(old, new).get_opcodes()
    for place, (kind, old_from, old_to, new_from, new_to) in enumerate(opcodes):
        if kind == "equal":
            lines += _around(old[old_from:old_to], first=place == 0, last=place == len(opcodes) - 1)
            continue
        lines += [Line("gone", text) for text in old[old_from:old_to]]
        lines += [Line("new", text) for text in new[new_from:new_to]]
    return tuple(lines)


class _Matcher(SequenceMatcher[str]):
    """Ends where the standard one would take minutes: thousands of lines that repeat each other in another order."""

    a: list[str]
    b2j: dict[str, list[int]]

    def __init__(self, old: list[str], new: list[str]) -> None:
        super().__init__(None, old, new)
        pairs = (1 + len(self.b2j.get(line, ())) for line in old)
        self._cost = list(accumulate(pairs, initial=0))
        self._left = _WORK

    def find_longest_match(self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None) -> Match:
        self._left -= self._cost[len(self.a) if ahi is None else ahi] - self._cost[alo]
        if self._left < 0:
            return Match(alo, blo, 0)
        return super().find_longest_match(alo, ahi, blo, bhi)


def _around(same: list[str], *, first: bool, last: bool) -> list[Line]:
    head, tail = (0 if first else CONTEXT), (0 if last else CONTEXT)
    if len(same) <= head + tail + 1:
        return [Line("same", text) for text in same]
    return [
        *(Line("same", text) for text in same[:head]),
        Line("skipped", str(len(same) - head - tail)),
        *(Line("same", text) for text in same[len(same) - tail :]),
    ]
