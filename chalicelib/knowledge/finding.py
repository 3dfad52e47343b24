"""Finds articles in one search index: what has every word first, then with slips forgiven, then what has most of them.

Nothing that was typed reaches FTS5 as it is: a question is taken apart into words, and of those a query is made.
"""

from __future__ import annotations

import re
import time
import zlib
from typing import TYPE_CHECKING, Any

from markupsafe import Markup, escape

from chalicelib.knowledge.database import sqlite
from chalicelib.knowledge.words import is_pair, words
from chalicelib.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

MAX_QUESTION = 200
"""Characters of a question that count."""
_MAX_TERMS = 40
_COMMON = 0.4
"""A word in more than this share of a language's articles says nothing, as long as there are others."""
_FEW = 20
"""With fewer articles than these in a language nothing can be said about what is common in it."""
_ENOUGH = 3
"""With fewer hits than these, those with slips forgiven come behind them."""
_MOST = 600
"""Versions of articles that are looked at for one page of hits, the best ones."""
_CORRECTIONS = 12
"""Words that one misspelt word is taken for."""
_SHORTEST = 4
"""Characters of a word in which a slip is forgiven."""
_SECONDS = 2.0
"""After so long a query is given up; the longest measured takes a twentieth."""
_LAST = "\U0010ffff"
_SHOWN = 200
"""Characters of a snippet."""
_BEFORE = 60
"""Characters of it that stand before the first word found, at most."""
_LOOKED = 20_000
"""Characters of an article that are looked through for its snippet."""
_WEIGHTS = "10.0, 4.0, 3.0, 1.0"
"""What a word counts in title, headings, summary and body."""


@dataclass(frozen=True, slots=True)
class Term:
    """A word of a question: ``also`` are words it may have been meant as, ``starts`` beginnings of words."""

    word: str
    also: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()

    def hits(self, word: str) -> bool:
        """Tell whether a word of an article is one that was asked for."""
        return word == self.word or word in self.also or word.startswith(self.starts)

    def query(self) -> str:
        """Return the term as FTS5 takes it."""
        exact = [_quoted(one) for one in dict.fromkeys((self.word, *self.also))]
        return f"({' OR '.join([*exact, *(f'{_quoted(one)}*' for one in self.starts)])})"


@dataclass(frozen=True, slots=True)
class Match:
    """One article that was found, in the version to show; ``terms`` is what to mark.

    ``tier`` is 0 where it has every word, 1 where slips were forgiven for that, 2 where it has some of the words;
    ``score`` is lower the better.
    """

    row: int
    article: str
    language: str
    score: float
    terms: tuple[Term, ...]
    tier: int


@dataclass(frozen=True, slots=True)
class Shown:
    """What a page shows of a hit; ``snippet`` is safe HTML with the words in ``<mark>``."""

    slug: str
    title: str
    category: str
    snippet: Markup


def terms(question: str) -> tuple[Term, ...]:
    """Return the words of a question, each once; of the last one the beginning is enough."""
    found = list(dict.fromkeys(word.folded for word in words(question[:MAX_QUESTION])))[:_MAX_TERMS]
    return tuple(
        Term(one, starts=(one,) if (place == len(found) - 1 and not is_pair(one)) or _half(one) else ())
        for place, one in enumerate(found)
    )


def errors() -> type[Exception]:
    """Return what is raised where an index cannot be read."""
    error: type[Exception] = sqlite().Error
    return error


class Index:
    """One index, open for reading. Raises the database's own error where the file is none."""

    def __init__(self, path: Path) -> None:
        """Open a file that nobody changes any more; it may be removed as soon as this returns."""
        self._base = sqlite().connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        self._base.execute("PRAGMA cache_size = -8000")
        self._sizes: dict[str, int] = dict(
            self._base.execute("SELECT language, count(*) FROM versions GROUP BY language").fetchall()
        )
        self._ends = 0.0
        self._base.set_progress_handler(lambda: time.monotonic() > self._ends, 50_000)

    def close(self) -> None:
        """Let go of the file."""
        self._base.close()

    def find(self, asked: Sequence[Term], language: str) -> tuple[list[Match], bool]:
        """Return what a question finds, the best first, and whether there may be more than was looked at.

        Every article stands there once, in the reader's language where it has it.
        """
        if not asked:
            return [], False
        self._ends = time.monotonic() + _SECONDS
        shares = {term: self._share(term) for term in asked}
        wanted = [term for term in asked if shares[term] <= _COMMON]
        if not any(shares[term] for term in wanted):
            wanted = list(asked)
        mended = [term if shares[term] else self._corrected(term) for term in wanted]
        found: dict[str, Match] = {}
        more = False
        for attempt in range(2):
            made = [self._corrected(term) for term in wanted] if attempt else mended
            if all(shares[term] or better != term for term, better in zip(wanted, made, strict=True)):
                matches, cut = self._matching(made, " AND ", language, int(made != wanted))
                more = more or cut
                for match in matches:
                    found.setdefault(match.article, match)
            if len(found) >= _ENOUGH:
                break
        if not found:
            hopeful = [better for term, better in zip(wanted, mended, strict=True) if shares[term] or better != term]
            if hopeful and len(hopeful) < len(wanted):
                matches, more = self._matching(hopeful, " AND ", language, 2)
                found = {match.article: match for match in matches}
            if not found and len(hopeful) > 1:
                matches, more = self._most_of([self._corrected(term) for term in hopeful], language)
                found = {match.article: match for match in matches}
        return list(found.values()), more

    def show(self, match: Match) -> Shown:
        """Return what a page shows of a match."""
        self._ends = time.monotonic() + _SECONDS
        slug, title, category, packed = self._one(
            "SELECT slug, title, category, text FROM articles WHERE id = ?", match.row
        )
        return Shown(slug, title, category, snippet(zlib.decompress(packed).decode(), match.terms))

    def _share(self, term: Term) -> float:
        """Return the share of the articles of a language a term is in, of the language in which it is in most; 0 to 1.

        A beginning of words may come out as more: an article can have several of them.
        """
        if term.starts:
            rows = self._base.execute(
                "SELECT language, sum(versions) FROM words WHERE word >= ? AND word < ? GROUP BY language",
                (term.word, term.word + _LAST),
            )
        else:
            rows = self._base.execute("SELECT language, versions FROM words WHERE word = ?", (term.word,))
        return max((count / max(self._sizes[language], _FEW) for language, count in rows), default=0.0)

    def _one(self, query: str, *values: object) -> Any:  # noqa: ANN401 - a row
        return self._base.execute(query, values).fetchone()

    def _matching(self, asked: Sequence[Term], between: str, language: str, tier: int) -> tuple[list[Match], bool]:
        rows = self._base.execute(
            f"""
            SELECT versions.id, versions.article, versions.language, bm25(said, {_WEIGHTS}) AS score,
                versions.language = :own OR instr(versions.languages, :spaced) = 0 AS fits
            FROM said JOIN versions ON versions.id = said.rowid
            WHERE said MATCH :query ORDER BY fits DESC, score LIMIT :most
            """,  # noqa: S608 - the weights are ours
            {
                "query": between.join(term.query() for term in asked),
                "own": language,
                "spaced": f" {language} ",
                "most": _MOST,
            },
        ).fetchall()
        fitting = [row for row in rows if row[-1]] or rows
        matches = [
            Match(number, article, spoken, score, tuple(asked), tier) for number, article, spoken, score, _ in fitting
        ]
        return matches, len(rows) == _MOST

    def _most_of(self, asked: Sequence[Term], language: str) -> tuple[list[Match], bool]:
        """Return what has a third of the words, or half of them where they are pairs of characters."""
        counts: dict[int, int] = {}
        for term in asked:
            for (row,) in self._base.execute("SELECT rowid FROM said WHERE said MATCH ?", (term.query(),)):
                counts[row] = counts.get(row, 0) + 1
        least = max(-(-len(asked) // 3), sum(is_pair(term.word) for term in asked) // 2)
        matches, more = self._matching(asked, " OR ", language, 2)
        return [match for match in matches if counts.get(match.row, 0) >= least], more

    def _corrected(self, term: Term) -> Term:
        """Return a term with the words that one slip makes of it: a letter wrong, missing, too many, or two swapped."""
        word = term.word
        if len(word) < _SHORTEST or is_pair(word) or word.isdigit():
            return term
        half = len(word) // 2
        swapped = word[: half - 1] + word[half] + word[half - 1] + word[half + 1 :]
        near = self._base.execute(
            """
            SELECT word FROM words WHERE word >= :head AND word < :head_end AND length(word) BETWEEN :least AND :most
            UNION SELECT word FROM words WHERE back >= :tail AND back < :tail_end
                AND length(word) BETWEEN :least AND :most
            UNION SELECT word FROM words WHERE word = :swapped
            """,
            {
                "head": word[:half],
                "head_end": word[:half] + _LAST,
                "tail": word[half:][::-1],
                "tail_end": word[half:][::-1] + _LAST,
                "least": len(word) - 1,
                "most": len(word) + 1,
                "swapped": swapped,
            },
        )
        also = [one for (one,) in near if one != word and one_slip(word, one)][:_CORRECTIONS]
        starts = term.starts
        if term.starts and not also:
            longer = self._base.execute(
                "SELECT DISTINCT substr(word, 1, :length) FROM words WHERE word >= :head AND word < :end",
                {"length": len(word) + 1, "head": word[:half], "end": word[:half] + _LAST},
            )
            begun = {
                one[:length]
                for (one,) in longer
                for length in range(len(word) - 1, len(one) + 1)
                if one_slip(word, one[:length])
            }
            starts = (*starts, *sorted(begun - {word})[:_CORRECTIONS])
        return Term(word, tuple(also), starts)


def one_slip(one: str, other: str) -> bool:
    """Tell whether one letter wrong, missing or too many, or two neighbours swapped, makes one word the other."""
    if abs(len(one) - len(other)) > 1:
        return False
    shorter, longer = sorted((one, other), key=len)
    place = next((at for at, letter in enumerate(shorter) if letter != longer[at]), len(shorter))
    if len(shorter) < len(longer):
        return shorter[place:] == longer[place + 1 :]
    rest, theirs = shorter[place:], longer[place:]
    return rest[1:] == theirs[1:] or (rest[1:2] + rest[:1] == theirs[:2] and rest[2:] == theirs[2:])


def snippet(text: str, asked: Sequence[Term]) -> Markup:
    """Return the part of a text that has most of the words, on one line, with each in ``<mark>``; the rest escaped."""
    text = re.sub(r"\s+", " ", text[:_LOOKED]).strip()
    spots = [
        (word.start, word.end, number)
        for word in words(text)
        for number, term in enumerate(asked)
        if term.hits(word.folded)
    ]
    begin = _best(spots)
    start = _at_a_word(text, begin - _BEFORE) if begin > _BEFORE else 0
    end = len(text) if start + _SHOWN >= len(text) else max(text.rfind(" ", start + _SHOWN // 2, start + _SHOWN), 0)
    end = end or start + _SHOWN
    parts: list[Markup | str] = ["… " if start else ""]
    place = start
    for first, last in _joined(spots):
        if first < place or last > end:
            continue
        parts += [escape(text[place:first]), Markup("<mark>"), escape(text[first:last]), Markup("</mark>")]
        place = last
    parts += [escape(text[place:end]), " …" if end < len(text) else ""]
    return Markup("").join(parts)


def _best(spots: Sequence[tuple[int, int, int]]) -> int:
    """Return where the stretch begins that has most different words, the first of several."""
    best, begin = 0, 0
    for place, (start, _, _) in enumerate(spots[:500]):
        within = {number for at, _, number in spots[place : place + 60] if at < start + _SHOWN - _BEFORE}
        if len(within) > best:
            best, begin = len(within), start
    return begin


def _joined(spots: Iterable[tuple[int, int, int]]) -> list[tuple[int, int]]:
    """Return the places to mark; those that overlap, as pairs of characters do, are one."""
    made: list[tuple[int, int]] = []
    for start, end, _ in sorted(spots):
        if made and start < made[-1][1]:
            made[-1] = made[-1][0], max(end, made[-1][1])
        else:
            made.append((start, end))
    return made


def _at_a_word(text: str, place: int) -> int:
    space = text.find(" ", place, place + _BEFORE)
    return space + 1 if space >= 0 else place


def _half(word: str) -> bool:
    """Tell whether a word is a single character of those that are searched by twos."""
    return len(word) == 1 and is_pair(word)


def _quoted(word: str) -> str:
    return '"' + word.replace('"', '""') + '"'
