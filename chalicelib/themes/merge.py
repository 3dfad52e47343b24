"""Joins two changes of one text, line by line: a three-way merge that keeps every change, or reports a conflict.

``yours`` is what an organization made of a file, ``theirs`` is what the product made of it, and both began with
``base``. Changes that touch each other are one, and where both sides changed the same lines, each in its own way, there
is a conflict. Where both are clean, ``git merge-file`` gives the same text.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from enum import StrEnum
from typing import TypeAlias

from chalicelib.records import dataclass
from chalicelib.themes.lines import Change, changes, split

MARK_YOURS, MARK_BETWEEN, MARK_THEIRS = "<<<<<<< yours", "=======", ">>>>>>>"
"""Lines around the two texts of a conflict, as git writes them; the last one goes on with what the second is called."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Lines of one text, one after the other; ``first`` is the number of the first, from 1."""

    first: int
    text: str

    @property
    def last(self) -> int:
        """The number of the last line; one less than ``first`` where there is none."""
        return self.first + len(split(self.text)) - 1


class By(StrEnum):
    """Who changed some lines."""

    NOBODY = "nobody"
    YOU = "you"
    THEM = "them"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Kept:
    """Lines that there is one answer for: only one side changed them, or both in the same way, or none."""

    base: Lines
    yours: Lines
    theirs: Lines

    @property
    def by(self) -> By:
        """Who changed them."""
        if self.yours.text == self.theirs.text:
            return By.NOBODY if self.yours.text == self.base.text else By.BOTH
        return By.THEM if self.yours.text == self.base.text else By.YOU

    @property
    def text(self) -> str:
        """The answer."""
        return self.theirs.text if self.by is By.THEM else self.yours.text


@dataclass(frozen=True, slots=True)
class Conflict:
    """Lines that both sides changed, each in its own way, without those at either end that both changed alike."""

    base: Lines
    yours: Lines
    theirs: Lines


Piece: TypeAlias = Kept | Conflict


class Take(StrEnum):
    """What to put in place of a conflict."""

    YOURS = "yours"
    THEIRS = "theirs"
    BOTH = "both"
    TEXT = "text"


@dataclass(frozen=True, slots=True)
class Choice:
    """How a conflict is settled: with one side's lines, with yours and theirs after them, or with ``text``."""

    take: Take
    text: str = ""


@dataclass(frozen=True, slots=True)
class Merged:
    """A merged text. The pieces are in order, and those of each side together are the text of that side."""

    pieces: tuple[Piece, ...]

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """What has to be settled, in order."""
        return tuple(piece for piece in self.pieces if isinstance(piece, Conflict))

    @property
    def clean(self) -> bool:
        """Whether nothing has to be settled."""
        return not self.conflicts

    @property
    def text(self) -> str:
        """The merged text; raises ``ValueError`` while there are conflicts."""
        return settled(self, ())

    @property
    def joined(self) -> tuple[Lines, ...]:
        """The lines that only they changed, by their numbers in the merged text; a removal has no lines.

        Numbers are those of the text in which every conflict has your lines.
        """
        found, line = [], 1
        for piece in self.pieces:
            text = piece.text if isinstance(piece, Kept) else piece.yours.text
            if isinstance(piece, Kept) and piece.by is By.THEM:
                found.append(Lines(line, text))
            line += len(split(text))
        return tuple(found)


def merge(base: str, yours: str, theirs: str) -> Merged:
    """Return what your changes and theirs to ``base`` are together."""
    texts = _Texts(split(base), split(yours), split(theirs))
    return Merged(tuple(texts.pieces()))


def settled(merged: Merged, choices: Sequence[Choice]) -> str:
    """Return the text with one choice for each conflict, in order; ``ValueError`` where there are more or fewer."""
    if len(choices) != len(merged.conflicts):
        raise ValueError(f"{len(merged.conflicts)} conflicts and {len(choices)} choices")
    waiting = iter(choices)
    texts: list[str] = []
    for piece in merged.pieces:
        texts += [piece.text] if isinstance(piece, Kept) else _chosen(piece, next(waiting))
    whole = [text for text in texts if text]
    # What one text ended with, another may go on after: without a line end two lines would become one.
    return "".join([*(text if text.endswith("\n") else f"{text}\n" for text in whole[:-1]), *whole[-1:]])


def marked(merged: Merged, theirs: str) -> list[Choice]:
    """Return a choice for each conflict that leaves both texts in the file, between the conflict markers of git.

    ``theirs`` is what the second text is called, such as ``Midtown 1.0.20``.
    """
    return [
        Choice(
            Take.TEXT,
            f"{MARK_YOURS}\n{_ended(one.yours.text)}{MARK_BETWEEN}\n{_ended(one.theirs.text)}{MARK_THEIRS} {theirs}\n",
        )
        for one in merged.conflicts
    ]


def _ended(text: str) -> str:
    return text if not text or text.endswith("\n") else f"{text}\n"


def _chosen(conflict: Conflict, choice: Choice) -> list[str]:
    if choice.take is Take.TEXT:
        return [choice.text.replace("\r\n", "\n")]
    return {
        Take.YOURS: [conflict.yours.text],
        Take.THEIRS: [conflict.theirs.text],
        Take.BOTH: [conflict.yours.text, conflict.theirs.text],
    }[choice.take]


@dataclass(frozen=True, slots=True)
class _Texts:
    """The three texts as lines."""

    base: list[str]
    yours: list[str]
    theirs: list[str]

    def pieces(self) -> Iterator[Piece]:
        """Yield what is the same, what changed, and what is in conflict, in order."""
        at = mine = other = 0  # how far each text is told
        for group in _groups(changes(self.base, self.yours), changes(self.base, self.theirs)):
            same = group.begin - at
            yield from self._piece((at, group.begin), (mine, mine + same), (other, other + same))
            at, mine, other = group.begin, mine + same, other + same
            length = group.end - group.begin
            my_end, other_end = mine + length + group.yours, other + length + group.theirs
            yield from self._piece((at, group.end), (mine, my_end), (other, other_end))
            at, mine, other = group.end, my_end, other_end
        yield from self._piece((at, len(self.base)), (mine, len(self.yours)), (other, len(self.theirs)))

    def _piece(self, base: tuple[int, int], yours: tuple[int, int], theirs: tuple[int, int]) -> Iterator[Piece]:
        """Yield some lines of each text as one piece; a conflict as up to three, with what both changed alike."""
        old, mine, other = self.base[slice(*base)], self.yours[slice(*yours)], self.theirs[slice(*theirs)]
        if not (old or mine or other):
            return
        if mine == other or old in (mine, other):
            yield Kept(_lines(base[0], old), _lines(yours[0], mine), _lines(theirs[0], other))
            return
        head = _alike(mine, other)
        tail = _alike(mine[head:][::-1], other[head:][::-1])
        stop, end = len(mine) - tail, len(other) - tail
        if head:
            yield _both(base[0], yours[0], theirs[0], mine[:head])
        yield Conflict(
            _lines(base[0], old),
            _lines(yours[0] + head, mine[head:stop]),
            _lines(theirs[0] + head, other[head:end]),
        )
        if tail:
            yield _both(base[1], yours[0] + stop, theirs[0] + end, mine[stop:])


def _lines(begin: int, lines: Sequence[str]) -> Lines:
    return Lines(begin + 1, "".join(lines))


def _both(base: int, yours: int, theirs: int, lines: Sequence[str]) -> Kept:
    """Return lines that both sides put at the same place."""
    return Kept(_lines(base, ()), _lines(yours, lines), _lines(theirs, lines))


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """Return how many lines two texts have in common at their beginning."""
    length = 0
    while length < min(len(one), len(other)) and one[length] == other[length]:
        length += 1
    return length


@dataclass(frozen=True, slots=True)
class _Group:
    """Changes that touch each other: lines of the base, from 0, and by how many lines each side is longer there."""

    begin: int
    end: int
    yours: int
    theirs: int


def _groups(yours: Sequence[Change], theirs: Sequence[Change]) -> Iterator[_Group]:
    """Yield the changes of both sides in order, those together that overlap or touch."""
    waiting = deque(
        sorted(
            [(one.old, one.old_end, _longer(one), 0) for one in yours]
            + [(one.old, one.old_end, 0, _longer(one)) for one in theirs]
        )
    )
    while waiting:
        begin, end, mine, other = waiting.popleft()
        while waiting and waiting[0][0] <= end:
            _, next_end, more, other_more = waiting.popleft()
            end, mine, other = max(end, next_end), mine + more, other + other_more
        yield _Group(begin, end, mine, other)


def _longer(change: Change) -> int:
    return (change.new_end - change.new) - (change.old_end - change.old)
