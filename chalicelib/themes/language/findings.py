"""Collects what is wrong with a theme: each problem once, however many pages have it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from chalicelib.themes.model import ERROR, Problem

_SUGGESTIONS = 30
"""Nearest names looked for in one check: finding one takes up to a millisecond."""
_SHOWN = 40
"""Characters of a foreign word that a sentence repeats."""
_PAGES_NAMED = 3


class Findings:
    """The problems found so far. ``file`` is where the checker is, ``page`` the page it goes through."""

    def __init__(self, most: int) -> None:
        """Take how many problems are kept."""
        self.file = self.page = ""
        self._most, self._suggestions = most, _SUGGESTIONS
        self._found: dict[tuple[str, int, int, str, str, str], set[str]] = {}
        self._used: dict[str, set[str]] = {}

    @property
    def full(self) -> bool:
        """Whether there are so many that nobody needs more."""
        return len(self._found) >= self._most

    @property
    def empty(self) -> bool:
        """Whether nothing has been found."""
        return not self._found

    def enter(self, file: str) -> None:
        """Go on in a file."""
        self.file = file
        if self.page:
            self._used.setdefault(file, set()).add(self.page)

    def used(self, file: str) -> bool:
        """Whether some page is made of a file."""
        return file in self._used

    def say(self, at: int, kind: str, sentence: str, level: str = ERROR) -> None:
        """Add a problem at a line of the file; a line of the checker's own knows its column."""
        if not self.full:
            key = (self.file, int(at), getattr(at, "column", 0), kind, sentence, level)
            self._found.setdefault(key, set()).add(self.page)

    def nearest(self, word: str, known: Iterable[str]) -> str:
        """Return the question whether a known name was meant, with a space before it, or nothing."""
        if self._suggestions <= 0 or self.full:
            return ""
        self._suggestions -= 1
        close = difflib.get_close_matches(word[:_SHOWN], list(known), 1)
        return f" Did you mean {close[0]}?" if close else ""

    def problems(self) -> list[Problem]:
        """Return them by file and place. Those that only some pages have say which."""
        return sorted(
            (
                Problem(file, line, column, kind, sentence + self._where(file, pages), level)
                for (file, line, column, kind, sentence, level), pages in self._found.items()
            ),
            key=lambda one: (one.file, one.line, one.column, one.kind),
        )

    def _where(self, file: str, pages: set[str]) -> str:
        if pages == self._used.get(file, pages) or file in pages or not all(pages):
            return ""
        named = sorted(pages)[:_PAGES_NAMED]
        more = ", …" if len(pages) > len(named) else ""
        return f" This is so on {', '.join(named)}{more}."


def shown(word: str) -> str:
    """Return a word of the theme for a sentence, cut off where it is long."""
    return word if len(word) <= _SHOWN else f"{word[: _SHOWN - 1]}…"
