"""What search takes for a word: the same for what is written and for what is asked, whatever the language.

Case, accents, width, vowel marks and the kind of kana do not count. Chinese, Japanese and Thai put no spaces between
words, so there each two characters that follow each other are taken for one. What hyphens join is its parts, and also
one word: "E-27" is found as "E27", and "e-mail" as "email".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from typing import NamedTuple

_UNSPACED = "\u0e00-\u0e7f\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f"
"""Thai, kana (of half width too) and ideographs."""
_MARKS = "\u00ad\u0300-\u036f\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u0900-\u0903\u093a-\u094f\u200b-\u200d\u2060"
"""What may stand within a word and is no letter: accents by themselves, vowel marks, soft hyphens, joiners."""
_RUN = re.compile(f"([{_UNSPACED}]+)|((?:[^\\W_{_UNSPACED}]|[{_MARKS}])+)")
_OTHERWISE = str.maketrans(
    {
        "æ": "ae",
        "œ": "oe",
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ı": "i",
        "ى": "ي",  # written alike at the end of a word
        "ی": "ي",
        "ک": "ك",
        "ة": "ه",
        "ٱ": "ا",
        "ـ": "",  # stretches a word, and is no letter
    }
)
"""Letters that are commonly written otherwise and do not come apart into a letter and a mark."""
_HIRAGANA = str.maketrans({chr(code): chr(code - 0x60) for code in range(0x30A1, 0x30F7)})
"""Katakana as hiragana: which of the two a word is written in is a matter of taste."""
_ARTICLE = re.compile("^(?:[وفبك]?ال|لل)(?=...)")
"""Arabic "the", with what is written together with it: "and", "so", "with", "like", "for"."""
_LONGEST = 40
"""Characters of a word; what is longer is no word, and is cut."""
_HYPHENS = frozenset("-\u2010\u2011")
_PARTS = 4
"""Parts of a word with hyphens; a longer chain is a sentence, an address or a line of dashes."""


class Word(NamedTuple):
    """A word as search compares it, and where it stands in the text; ``parts`` are those that hyphens join in it."""

    folded: str
    start: int
    end: int
    parts: tuple[str, ...] = ()


def words(text: str) -> Iterator[Word]:
    """Yield the words of a text in order; what hyphens join follows its parts."""
    chain: list[Word] = []
    for run in _RUN.finditer(text):
        start, end = run.span()
        if chain and not (run[2] and start == chain[-1].end + 1 and text[start - 1] in _HYPHENS):
            if len(chain) > 1:
                yield from _joined(chain)
            chain = []
        if run[1]:
            yield from _pairs(run[1], start)
            continue
        folded = fold(run[2])
        if folded:
            word = Word(folded[:_LONGEST], start, end)
            yield word
            chain.append(word)
    yield from _joined(chain)


def _joined(chain: list[Word]) -> Iterator[Word]:
    if 1 < len(chain) <= _PARTS:
        parts = tuple(word.folded for word in chain)
        yield Word("".join(parts)[:_LONGEST], chain[0].start, chain[-1].end, parts)


def fold(word: str) -> str:
    """Return a word without case, accents, width and marks; empty where nothing is left of it."""
    if word.isascii():
        return word.lower()
    plain = "".join(
        letter if not letter.isdigit() else str(unicodedata.digit(letter))
        for letter in unicodedata.normalize("NFKD", word.casefold())
        if unicodedata.category(letter) not in {"Mn", "Cf"}
    ).translate(_OTHERWISE)
    return _ARTICLE.sub("", plain)


def is_pair(folded: str) -> bool:
    """Tell whether a word is one of those that are made of text without spaces."""
    return bool(re.match(f"[{_UNSPACED}]", folded))


def _pairs(run: str, start: int) -> Iterator[Word]:
    plain = unicodedata.normalize("NFKC", run).casefold().translate(_HIRAGANA)
    if len(plain) != len(run):  # of half width: which character became which does not show
        for place in range(max(1, len(plain) - 1)):
            yield Word(plain[place : place + 2], start, start + len(run))
        return
    for place in range(max(1, len(plain) - 1)):
        yield Word(plain[place : place + 2], start + place, start + min(place + 2, len(plain)))
