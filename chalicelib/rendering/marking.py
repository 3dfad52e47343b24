"""Shows what a search found in a text: its words in ``<mark>``, and of a long text the part around them.

Whole words are marked, so screen readers do not read one in pieces, and a mark never begins within a letter.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from chalicelib.rendering.escaping import markup, safe_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from markupsafe import Markup

Spot = tuple[int, int, int]
"""Where something that was asked for begins and ends, and which of the things asked for it is."""

SHOWN = 200
"""Characters of a part that is shown."""
_BEFORE = 0.3
"""How much of it stands before the first word found, at most."""
_LOOKED = 500
"""Words found that are looked at to choose the part."""
_MARKS = 8
"""Marks of a letter that stay with it."""
_JOINER = "\u200d"
_TONES = frozenset(map(chr, range(0x1F3FB, 0x1F400)))
"""Colours of skin, which belong to the picture before them."""


def pieces(text: str, spots: Iterable[Spot]) -> list[str]:
    """Return a text in pieces, every second one of which was found."""
    return _pieces(text, spots, 0, len(text))


def marked(pieces: Iterable[str]) -> Markup:
    """Return pieces as safe HTML, every second one in ``<mark>``."""
    return markup(
        "".join(f"<mark>{safe_text(one)}</mark>" if nth % 2 else safe_text(one) for nth, one in enumerate(pieces))
    )


def excerpt(text: str, spots: Sequence[Spot], shown: int = SHOWN) -> Markup:
    """Return the part of a text of one line that has most of what was found, marked, with ``…`` where more is."""
    before = int(shown * _BEFORE)
    begin = _best(spots, shown - before)
    start = _at_a_word(text, begin - before, before) if begin > before else 0
    end = len(text) if start + shown >= len(text) else max(text.rfind(" ", start + shown // 2, start + shown), 0)
    end = end or _edge(text, start + shown, len(text))
    inside = ((first, last, which) for first, last, which in spots if first >= start and last <= end)
    return markup(
        ("… " if start else "") + marked(_pieces(text, inside, start, end)) + (" …" if end < len(text) else "")
    )


def _pieces(text: str, spots: Iterable[Spot], start: int, end: int) -> list[str]:
    found, place = [], start
    for first, last in _joined(spots):
        begin, stop = max(place, _edge(text, first, start, back=True)), _edge(text, last, end)
        if begin < stop:
            found += [text[place:begin], text[begin:stop]]
            place = stop
    return [*found, text[place:end]]


def _joined(spots: Iterable[Spot]) -> list[tuple[int, int]]:
    """Return the places to mark; those that overlap, as pairs of characters do, are one."""
    made: list[tuple[int, int]] = []
    for start, end, _ in sorted(spots):
        if made and start < made[-1][1]:
            made[-1] = made[-1][0], max(end, made[-1][1])
        else:
            made.append((start, end))
    return made


def _best(spots: Sequence[Spot], reach: int) -> int:
    """Return where the stretch begins that has most different things, the first of several."""
    best, begin = 0, 0
    for place, (start, _, _) in enumerate(spots[:_LOOKED]):
        within = {number for at, _, number in spots[place : place + 60] if at < start + reach}
        if len(within) > best:
            best, begin = len(within), start
    return begin


def _at_a_word(text: str, place: int, reach: int) -> int:
    space = text.find(" ", place, place + reach)
    return space + 1 if space >= 0 else _edge(text, place, 0, back=True)


def _edge(text: str, place: int, bound: int, *, back: bool = False) -> int:
    """Return where the letter ends, or with ``back`` begins, in which a place lies; not beyond a bound."""
    for _ in range(_MARKS):
        if place == bound or not 0 < place < len(text) or not _within(text[place - 1], text[place]):
            break
        place += -1 if back else 1
    return place


def _within(before: str, behind: str) -> bool:
    """Tell whether two characters are of one letter or picture."""
    return _JOINER in {before, behind} or behind in _TONES or unicodedata.category(behind)[0] == "M"
