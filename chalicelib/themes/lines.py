"""Compares two texts line by line: what changed, as runs of lines that were replaced, added or removed.

Lines that occur once on both sides are matched first and divide the text; what is between them is left to ``difflib``.
A plain ``difflib`` takes the longest run it finds, and where the same line occurs often, such as ``</div>``, it takes
one from another place. ``difflib`` is quadratic in lines that repeat, so its work is counted and bounded.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Final

from chalicelib.records import dataclass

MAX_PAIRS: Final = 100_000
"""Pairs of equal lines in a part without a unique line; a part with more counts as changed from end to end."""
MAX_DEPTH: Final = 40
"""How often a part is divided at unique lines before ``difflib`` has the rest."""


@dataclass(frozen=True, slots=True)
class Change:
    """Lines ``old`` up to ``old_end`` of one text became ``new`` up to ``new_end`` of the other; all count from 0."""

    old: int
    old_end: int
    new: int
    new_end: int


def split(text: str) -> list[str]:
    r"""Return the lines of a text, each with its ``\n``; joined they are the text again."""
    *whole, rest = text.split("\n")
    return [f"{line}\n" for line in whole] + ([rest] if rest else [])


def changes(old: Sequence[str], new: Sequence[str]) -> list[Change]:
    """Return what changed, in order; between two changes there is at least one line that both texts have.

    An addition or removal that could be told of several places, since the same lines follow it, is told of the last
    of them, so that two texts compared with the same one agree about it.
    """
    partners = _slid(_partners(old, new), old, new)
    found = []
    at = mine = 0
    for place, partner in [*((place, one) for place, one in enumerate(partners) if one >= 0), (len(old), len(new))]:
        if at < place or mine < partner:
            found.append(Change(at, place, mine, partner))
        at, mine = place + 1, partner + 1
    return found


def _partners(old: Sequence[str], new: Sequence[str]) -> list[int]:
    """Return for each line of ``old`` the number of the same line in ``new``, or -1; numbers only grow."""
    partners = [-1] * len(old)
    waiting = [(0, len(old), 0, len(new), 0)]
    while waiting:
        begin, end, first, last, depth = waiting.pop()
        while begin < end and first < last and old[begin] == new[first]:
            partners[begin] = first
            begin, first = begin + 1, first + 1
        while begin < end and first < last and old[end - 1] == new[last - 1]:
            end, last = end - 1, last - 1
            partners[end] = last
        if begin == end or first == last:
            continue
        anchors = _anchors(old[begin:end], new[first:last]) if depth < MAX_DEPTH else []
        if not anchors:
            anchors = list(_pairs(old[begin:end], new[first:last]))
            depth = MAX_DEPTH + 1
        for place, partner in anchors:
            partners[begin + place] = first + partner
        if depth <= MAX_DEPTH:
            edges = [(-1, -1), *anchors, (end - begin, last - first)]
            waiting += (
                (begin + left + 1, begin + right, first + mine + 1, first + other, depth + 1)
                for (left, mine), (right, other) in pairwise(edges)
            )
    return partners


def _anchors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Return places of lines that occur once in both, as many as are in the same order on both sides."""
    places = {line: place for place, line in enumerate(new)}
    often, often_new = Counter(old), Counter(new)
    unique = [(at, places[line]) for at, line in enumerate(old) if often[line] == 1 and often_new[line] == 1]
    ends: list[int] = []  # by length less one: the smallest partner that a chain of that length ends with
    chains: list[tuple[int, int]] = []  # of each of ``unique``: its length less one, and what it goes on from
    tops: list[int] = []
    for number, (_, partner) in enumerate(unique):
        length = bisect_left(ends, partner)
        chains.append((length, tops[length - 1] if length else -1))
        ends[length : length + 1] = [partner]
        tops[length : length + 1] = [number]
    found = []
    number = tops[-1] if tops else -1
    while number >= 0:
        found.append(unique[number])
        number = chains[number][1]
    return found[::-1]


def _pairs(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Yield the places of lines that ``difflib`` matches; none where that would take too much work."""
    often = Counter(new)
    if sum(often[line] for line in old) > MAX_PAIRS:
        return
    for begin, first, length in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        yield from ((begin + step, first + step) for step in range(length))


def _slid(partners: list[int], old: Sequence[str], new: Sequence[str]) -> list[int]:
    """Return the same matches with every plain addition and removal as far down as the lines after it allow."""
    slid = list(partners)
    at, mine = len(old), len(new)  # where the matched lines below begin
    for place in range(len(old) - 1, -1, -1):
        if slid[place] < 0:
            continue
        begin, first = place + 1, slid[place] + 1
        if (begin == at) != (first == mine):
            _slide(slid, (begin, at, first, mine), old, new)
        at, mine = place, slid[place]
    return slid


def _slide(slid: list[int], change: tuple[int, int, int, int], old: Sequence[str], new: Sequence[str]) -> None:
    """Move one addition or removal down while the line after it is the first of its own."""
    begin, end, first, last = change
    while end < len(old) and slid[end] == last:
        if begin == end and new[first] == new[last]:
            slid[end] = first
        elif first == last and old[begin] == old[end]:
            slid[begin], slid[end] = last, -1
        else:
            return
        begin, end, first, last = begin + 1, end + 1, first + 1, last + 1
