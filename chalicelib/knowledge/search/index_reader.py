"""Finds articles in one search index: what has every word first, then with slips forgiven, then what has most of them.

A word counts in all its forms; words that every question has only help to put hits in order. Nothing that was typed
reaches FTS5 as it is: a question is taken apart into words, and of those a query is made.
"""

from __future__ import annotations

import math
import time
import zlib
from functools import cache
from typing import TYPE_CHECKING

from chalicelib.knowledge import MAX_QUESTION
from chalicelib.knowledge.search.index_format import sqlite
from chalicelib.knowledge.search.passage import passage, snippet, unpacked
from chalicelib.knowledge.search.query_expansion import Term, Vocabulary
from chalicelib.knowledge.search.stemmer import says_nothing
from chalicelib.records import dataclass, replace
from chalicelib.rendering.marking import pieces
from chalicelib.words import is_pair, words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from markupsafe import Markup

_MAX_TERMS = 40
_TELLING = 16
"""Words of a question that say something and are looked for; nobody's question needs more, and each costs a little."""
_COMMON = 0.4
"""A word in more than this share of a language's articles says nothing, as long as there are others."""
_ENOUGH = 3
"""With fewer hits than these, those with slips forgiven come behind them, and then those with most of the words."""
_MOST = 600
"""Versions of articles that are looked at for one page of hits, the best ones."""
_PARTLY = 0.35
"""How much of a question a hit has that has not all of it: its rare words weigh more than its common ones."""
_BEST = 0.75
"""Where nothing has so much, as of a long story, how much of what the best one has."""
_SECONDS = 2.0
"""After so long a query is given up; the longest measured takes a twentieth."""
_MATCHING = """
    SELECT versions.id, versions.article, versions.language, bm25(said, 10.0, 4.0, 3.0, 1.0) AS score,
        versions.language = :own OR instr(versions.languages, :spaced) = 0 AS fits
    FROM said JOIN versions ON versions.id = said.rowid
    WHERE said MATCH :query ORDER BY fits DESC, score LIMIT :most
"""
"""The numbers are what a word counts in title, headings, summary and body, beside how often it is there."""
_TITLE = "SELECT title, titled FROM articles WHERE id = ?"
_SHOWING = "SELECT slug, title, category, text, found FROM articles WHERE id = ?"
_TITLE_OLDER = "SELECT title, NULL FROM articles WHERE id = ?"
_SHOWING_OLDER = "SELECT slug, title, category, text, NULL FROM articles WHERE id = ?"
"""The same of a file that an earlier version built, which is searched until the next build."""
_LEAST_SHARE = 0.001
"""A word in a smaller share of the articles weighs no more than in this one."""
_TITLED = 20
"""Hits that are put in order by their titles once more: FTS5 lets five words of a text weigh as much as a title."""
_IN_TITLE = 2.0
"""How much a word in a title weighs against the same in a text; as much again where the title is nothing else."""


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
    """What a page shows of a hit; ``snippet`` is safe HTML with the words in ``<mark>``.

    ``titled`` is the title in pieces, every second one of which was asked for.
    """

    slug: str
    title: str
    titled: tuple[str, ...]
    category: str
    snippet: Markup


def terms(question: str) -> tuple[Term, ...]:
    """Return the words of a question, each once; of the last one the beginning is enough."""
    found: list[Term] = []
    for word in words(question[:MAX_QUESTION]):
        if word.instead:
            found[-word.instead :] = [
                Term(one.word, parts=one.parts, spelled=(*one.spelled, word.folded))
                for one in found[-word.instead :]
                if word.instead == 1 or len(one.word) > 1  # of "l'été" and "don't" one letter tells nothing
            ] or [Term(word.folded)]
            continue
        if word.parts:  # the one word stands for its parts, which were just found
            del found[-len(word.parts) :]
        found.append(Term(word.folded, parts=word.parts))
    each = list(dict.fromkeys(found))[:_MAX_TERMS]
    last = [one.word for one in each[-1:] if not is_pair(one.word)]
    return tuple(replace(one, starts=(one.word,)) if one.word in last or _half(one.word) else one for one in each)


def errors() -> type[Exception]:
    """Return what is raised where an index cannot be read."""
    error: type[Exception] = sqlite().Error
    return error


def gave_up(error: Exception) -> bool:
    """Tell whether an error is only that a question took too long; the index is as good as before."""
    return str(error) == "interrupted"


class Index:
    """One index, open for reading. Raises the database's own error where the file is none."""

    def __init__(self, path: Path) -> None:
        """Open a file that nobody changes any more; it may be removed as soon as this returns."""
        self._base = sqlite().connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False)
        self._base.execute("PRAGMA cache_size = -8000")
        (form,) = self._base.execute("PRAGMA user_version").fetchone()
        self._words = Vocabulary(self._base)
        self._title, self._showing = (_TITLE, _SHOWING) if form else (_TITLE_OLDER, _SHOWING_OLDER)
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
        known = self._words.known
        telling = ([term for term in asked if not says_nothing(term.word, language)] or list(asked))[:_TELLING]
        shares = {term: self._words.share(term) for term in telling}
        wide = [self._words.widened(term, language) if shares[term] <= _COMMON else term for term in telling]
        rare = [term for term, typed in zip(wide, telling, strict=True) if shares[typed] <= _COMMON]
        wanted = rare if any(known(term) for term in rare) else wide
        aside = [term for term in asked if says_nothing(term.word, language) and term not in telling]
        mended = [term if known(term) else self._words.mended(term, language) for term in wanted]
        found: dict[str, Match] = {}
        more = False
        for attempt in range(2):
            made = [self._words.mended(term, language) for term in wanted] if attempt else mended
            if all(known(term) for term in made):
                matches, cut = self._matching(made, " AND ", language, int(made != wanted), aside)
                more = more or cut
                for match in matches:
                    found.setdefault(match.article, match)
            if len(found) >= _ENOUGH:
                return list(found.values()), more
        hopeful = [term for term in mended if known(term)]
        if hopeful and (len(hopeful) > 1 or len(hopeful) < len(wanted)):
            matches, cut = self._most_of(hopeful, language, strictly=bool(found))
            for match in matches:
                found.setdefault(match.article, match)
            more = more or cut
        return list(found.values()), more

    def show(self, match: Match, asked: Sequence[Term] = ()) -> Shown:
        """Return what a page shows of a match, with what was ``asked`` marked too where it did not have to be there."""
        self._ends = time.monotonic() + _SECONDS
        row = self._base.execute(self._showing, (match.row,))
        slug, title, category, text, found = row.fetchone()
        of = unpacked(text, found) if found else passage(zlib.decompress(text).decode())
        known = {term.word for term in match.terms}
        more = (one for one in asked if one.word not in known and not says_nothing(one.word, match.language))
        marking = (*match.terms, *more)
        places = [(one.start, one.end, 0) for one in words(title) if any(term.hits(one.folded) for term in marking)]
        return Shown(slug, title, tuple(pieces(title, places)), category, snippet(of, marking))

    def _matching(
        self, asked: Sequence[Term], between: str, language: str, tier: int, aside: Sequence[Term] = ()
    ) -> tuple[list[Match], bool]:
        """Return what has the terms; those ``aside`` need not be there, but count where they are."""
        query = between.join(term.query() for term in asked)
        if aside:
            query = f"({query}) AND ({' OR '.join([f'({query})', *(term.query() for term in aside)])})"
        values = {"query": query, "own": language, "spaced": f" {language} ", "most": _MOST}
        rows = self._base.execute(_MATCHING, values).fetchall()
        fitting = [row for row in rows if row[-1]] or rows
        better = self._titled([number for number, *_ in fitting[:_TITLED]], asked)
        matches = [
            Match(number, article, spoken, score - better.get(number, 0.0), tuple(asked), tier)
            for number, article, spoken, score, _ in fitting
        ]
        return sorted(matches, key=lambda match: match.score), len(rows) == _MOST

    def _titled(self, rows: Sequence[int], asked: Sequence[Term]) -> dict[int, float]:
        """Return what the titles of rows are worth beside what their texts are."""
        weights = [math.log(1 + 1 / max(self._words.share(term), _LEAST_SHARE)) for term in asked]

        @cache  # articles that are found together have words in common
        def hit_by(word: str) -> tuple[int, ...]:
            return tuple(number for number, term in enumerate(asked) if term.hits(word))

        worth: dict[int, float] = {}
        for row in rows:
            title, titled = self._base.execute(self._title, (row,)).fetchone()
            said = titled.split("\n") if titled else [word.folded for word in words(title)]
            part = len({word for word in said if hit_by(word)}) / max(1, len(said))
            hit = {number for word in said for number in hit_by(word)}
            worth[row] = sum(weights[number] for number in sorted(hit)) * (1 + part) * _IN_TITLE
        return worth

    def _most_of(self, asked: Sequence[Term], language: str, *, strictly: bool) -> tuple[list[Match], bool]:
        """Return what has a good part of the terms, by what each tells; else what has most, unless ``strictly``."""
        every = sum(self._words.sizes.values())
        weights: dict[int, float] = {}
        whole = 0.0
        for term in asked:
            rows, titled = (
                self._base.execute("SELECT rowid FROM said WHERE said MATCH ?", (query,)).fetchall()
                for query in (term.query(), f"title : {term.query()}")
            )
            weight = math.log(1 + every / max(1, len(rows)))
            whole += weight
            for (row,) in rows + titled:  # what a title says is twice as telling
                weights[row] = weights.get(row, 0.0) + weight
        matches, more = self._matching(asked, " OR ", language, 2)
        best = max((weights.get(match.row, 0.0) for match in matches), default=0.0)
        least = whole * _PARTLY if strictly else min(whole * _PARTLY, best * _BEST)
        return [match for match in matches if weights.get(match.row, 0.0) >= least], more


def _half(word: str) -> bool:
    """Tell whether a word is a single character of those that are searched by twos."""
    return len(word) == 1 and is_pair(word)
