"""How much a theme may be, and how much one of its pages may do. Everything is counted; nothing is timed."""

from __future__ import annotations

from chalicelib.records import dataclass
from chalicelib.themes.model import MAX_FILE, MAX_FILES


@dataclass(frozen=True, slots=True)
class Limits:
    """How much a theme may be: a theme that keeps to them cannot hold up its checker or its compiler.

    A token is a word or sign inside ``{{ }}``, ``{% %}`` or ``{# #}``, and each of those brackets.
    """

    file: int = MAX_FILE
    """Bytes of one file."""
    files: int = MAX_FILES
    tokens: int = 3_000
    """Tokens of one file. Reading takes the same time for each of them."""
    theme_tokens: int = 15_000
    tag: int = 100
    """Tokens of one tag."""
    nesting: int = 24
    """Blocks and brackets of a file that are open at once, counted before it is parsed, as the parser recurses."""
    depth: int = 24
    """How deep an expression may be."""
    page_nesting: int = 40
    """Blocks of a page that are open at once, includes counted; Python knows no more than 100 indentations."""
    ways: int = 20
    """``if`` and ``elif`` of one choice."""
    loops: int = 3
    """Loops within each other."""
    includes: int = 5
    """Files that include or extend each other, one after the other."""
    names: int = 100
    """Names that a file sets."""
    parts: int = 5_000
    """Statements and values of a page, each as often as it is included."""
    theme_parts: int = 30_000
    """Those of all pages."""
    captures: int = 20
    """Values and texts of one ``set`` block."""
    text: int = 1_000
    """Characters of a text in quotes."""
    problems: int = 200
    """Problems told at once."""


LIMITS = Limits()
