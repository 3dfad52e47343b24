"""A language that puts brackets around whatever it says, and what stands outside of them on a page."""

from __future__ import annotations

import gettext
import re
from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass, replace
from html import unescape
from html.parser import HTMLParser

from chalicelib.formats import FORMATS
from chalicelib.speech import Speech

OPEN, CLOSE = "⟦", "⟧"
_SPOKEN = frozenset({"aria-label", "placeholder", "title", "alt", "data-deflect-words", "data-deflect-count"})
"""Attributes that people read or hear."""
_TAG = re.compile(r"<[^<>]*>|^> ?", re.MULTILINE)
_WORD = re.compile(r"[^\W\d_]{2,}")
_SILENT = frozenset({"script", "style"})


class Bracketed(gettext.NullTranslations):
    """Says everything in English and in brackets."""

    def gettext(self, message: str) -> str:
        return f"{OPEN}{message}{CLOSE}"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"{OPEN}{msgid1 if n == 1 else msgid2}{CLOSE}"


def bracketed() -> Speech:
    """Return how the language of brackets says things; it calls itself German."""
    english = FORMATS["en"]
    formats = replace(
        english, date=f"{OPEN}{english.date}{CLOSE}", full=f"{OPEN}{english.full}{CLOSE}", group=f"{OPEN},{CLOSE}"
    )
    return Speech("de", Bracketed(), formats)


class _Reader(HTMLParser):
    """Gathers what a page says, in order: texts, and attributes that people read."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []
        self.attributes: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        self.attributes += [value for name, value in attrs if name in _SPOKEN and value]

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.said.append(data)


def outside(html: str) -> Iterator[str]:
    """Yield each piece of a page, or of a text, that has words and stands outside of all brackets."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    depth = 0
    for text in reader.said:
        for part in re.split(f"([{OPEN}{CLOSE}])", text):
            if part in {OPEN, CLOSE}:
                depth += 1 if part == OPEN else -1
            elif depth == 0 and _WORD.search(part):
                yield " ".join(_TAG.sub("", part).split())
    assert depth == 0, "a bracket is not closed"
    for value in reader.attributes:
        rest = value
        while (inner := re.sub(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}", "", rest)) != rest:
            rest = inner
        if _WORD.search(rest):
            yield " ".join(rest.split())


def written(value: object, names: frozenset[str], name: str = "") -> Iterator[str]:
    """Yield every text in the fields called ``names`` of a page and whatever it holds."""
    if isinstance(value, str):
        if name in names:
            yield " ".join(value.split())
    elif isinstance(value, (tuple, list)):
        for one in value:
            yield from written(one, names, name)
    elif isinstance(value, dict):
        for one in (*value.keys(), *value.values()):
            yield from written(one, names, name)
    elif is_dataclass(value):
        for field in fields(value):
            yield from written(getattr(value, field.name), names, field.name)


def strange(html: str, known: Iterable[str]) -> list[str]:
    """Return what a page says outside of brackets that is no part of what is ``known``."""
    texts = [" ".join(unescape(_TAG.sub("", text)).split()) for text in known if text]
    found = []
    for piece in outside(html):
        rest = piece
        for text in sorted(filter(None, texts), key=len, reverse=True):
            rest = rest.replace(text, " ")
        if _WORD.search(rest) and not any(piece in text for text in texts):
            found.append(piece)
    return found
