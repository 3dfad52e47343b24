"""The SQLite that search stands on: one with FTS5, wherever the code runs.

Lambda's Python 3.11 stands on a SQLite of 2013, which has none; for it the package brings one along. The runtimes from
3.12 on have their own, and so has a developer's machine.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from types import ModuleType


def sqlite() -> ModuleType:
    """Return the module to use, with what ``sqlite3`` of the standard library has."""
    try:
        # Only where it is needed, and there only for a search.
        from pysqlite3 import dbapi2  # type: ignore[import-not-found,import-untyped,unused-ignore]
    except ModuleNotFoundError:
        return sqlite3
    module: ModuleType = dbapi2
    return module


SCHEMA = """
PRAGMA user_version = 4;
CREATE VIRTUAL TABLE said USING fts5(
    title, headings, summary, body, content = '', tokenize = 'ascii'
);
CREATE TABLE versions (
    id INTEGER PRIMARY KEY,
    article TEXT NOT NULL,
    language TEXT NOT NULL,
    languages TEXT NOT NULL
);
CREATE TABLE articles (
    id INTEGER PRIMARY KEY,
    slug TEXT NOT NULL,
    title TEXT NOT NULL,
    titled TEXT NOT NULL,
    category TEXT NOT NULL,
    text BLOB NOT NULL,
    found BLOB NOT NULL
);
CREATE TABLE words (
    word TEXT NOT NULL,
    language TEXT NOT NULL,
    versions INTEGER NOT NULL,
    back TEXT,
    PRIMARY KEY (word, language)
) WITHOUT ROWID;
"""
"""An index. ``said`` has the words of each version of an article, already folded, and no text; ``versions`` what
ranking needs of each; ``articles`` what a page of hits shows, with the words of the title (``titled``) and the places
of those in the text (``found``); ``words`` every word of each language with the number of versions it is in, and
written backwards where a slip in it can be forgiven."""
