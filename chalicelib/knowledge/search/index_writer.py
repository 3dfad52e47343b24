"""Makes a search index: one SQLite file with every published article of one scope, in all its languages."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from chalicelib.knowledge.search.index_format import SCHEMA, sqlite
from chalicelib.knowledge.search.passage import LOOKED, passage
from chalicelib.records import dataclass
from chalicelib.words import is_pair, words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

MAX_TEXT = 60_000
"""Characters of an article that are found and shown; what stands behind them is not searched."""
_FORGIVEN = range(4, 31)
"""Characters of a word in which a slip is forgiven: shorter ones are too like others."""


@dataclass(frozen=True, slots=True)
class Document:
    """One version of an article, as search sees it. ``category`` is its name in the same language."""

    article: str
    slug: str
    language: str
    languages: tuple[str, ...]
    title: str
    headings: tuple[str, ...]
    summary: str
    text: str
    category: str


def build(path: Path, documents: Iterable[Document]) -> int:
    """Write an index of ``documents`` to a file that does not exist yet, and return how many they were."""
    base = sqlite().connect(str(path), isolation_level=None)
    try:
        base.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA cache_size = -16000;")
        base.executescript(SCHEMA)
        base.execute("BEGIN")
        known: Counter[tuple[str, str]] = Counter()
        number = 0
        for number, one in enumerate(documents, start=1):
            text = one.text[:MAX_TEXT]
            said = "\n".join(filter(None, (one.summary, text)))
            shown = passage(said)
            columns = [_folded(part) for part in (one.title, "\n".join(one.headings), one.summary)]
            columns.append(_folded(text) if len(said) > LOOKED else shown.each_word()[len(columns[-1]) :])
            known.update({(word, one.language) for column in columns for word in column})
            base.execute(
                "INSERT INTO said (rowid, title, headings, summary, body) VALUES (?, ?, ?, ?, ?)",
                (number, *map(" ".join, columns)),
            )
            languages = f" {' '.join(one.languages)} "
            base.execute("INSERT INTO versions VALUES (?, ?, ?, ?)", (number, one.article, one.language, languages))
            row = (number, one.slug, one.title, "\n".join(columns[0]), one.category, *shown.packed())
            base.execute("INSERT INTO articles VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        rows = ((word, language, count, _back(word)) for (word, language), count in sorted(known.items()))
        base.executemany("INSERT INTO words VALUES (?, ?, ?, ?)", rows)
        base.execute("CREATE INDEX words_backwards ON words (back) WHERE back IS NOT NULL")
        base.execute("INSERT INTO said (said) VALUES ('optimize')")
        base.execute("COMMIT")
        base.execute("ANALYZE")
    finally:
        base.close()
    return number


def _folded(text: str) -> list[str]:
    return [word.folded for word in words(text)]


def _back(word: str) -> str | None:
    return word[::-1] if len(word) in _FORGIVEN and not is_pair(word) and not word.isdigit() else None
