"""Two texts line by line, as people read a change."""

from __future__ import annotations

from difflib import SequenceMatcher

from chalicelib.records import dataclass

CONTEXT = 3
"""Unchanged lines shown around a change."""


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
    opcodes = SequenceMatcher(None, old, new).get_opcodes()
    for place, (kind, old_from, old_to, new_from, new_to) in enumerate(opcodes):
        if kind == "equal":
            lines += _around(old[old_from:old_to], first=place == 0, last=place == len(opcodes) - 1)
            continue
        lines += [Line("gone", text) for text in old[old_from:old_to]]
        lines += [Line("new", text) for text in new[new_from:new_to]]
    return tuple(lines)


def _around(same: list[str], *, first: bool, last: bool) -> list[Line]:
    head, tail = (0 if first else CONTEXT), (0 if last else CONTEXT)
    if len(same) <= head + tail + 1:
        return [Line("same", text) for text in same]
    return [
        *(Line("same", text) for text in same[:head]),
        Line("skipped", str(len(same) - head - tail)),
        *(Line("same", text) for text in same[len(same) - tail :]),
    ]
