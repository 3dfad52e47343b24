"""What is asked for in conversations, and whether texts have it: words by their beginnings, signs as they are."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

from chalicelib.records import dataclass
from chalicelib.words import is_pair, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_ARTICLES = ("ال", "لل", "وال", "فال", "بال", "كال")
"""Arabic "the" as :mod:`chalicelib.words` takes it off a word; half a word may be too short to tell."""


@dataclass(frozen=True, slots=True)
class Term:
    """One thing asked for: a word that begins in one of some ways, or a ``sign`` that occurs anywhere, or either."""

    beginnings: tuple[str, ...] = ()
    sign: str = ""


def asked(question: str) -> tuple[Term, ...]:
    """Return what a question asks for; all of it must occur. Nothing is asked for by nothing but space."""
    terms: list[Term] = []
    for piece in question.split():
        found: list[Term] = []
        text = unicodedata.normalize("NFKC", piece)
        for word in words(text):
            if word.parts:  # "e-mail" is there where "email" is, which is then taken for both parts
                parts = found[-len(word.parts) :]
                found[-len(word.parts) :] = [Term((*one.beginnings, word.folded), one.sign) for one in parts]
            else:
                found.append(_term(word.folded, text[word.start : word.end]))
        terms += found or [Term(sign=plain(piece))]
    return tuple(dict.fromkeys(terms))


def _term(word: str, written: str) -> Term:
    if len(word) == 1 and is_pair(word):
        return Term(sign=plain(written))  # of a script without spaces, it may be the second of a pair
    if any(article.startswith(word) for article in _ARTICLES):
        return Term(sign=plain(written))
    shorter = [word.removeprefix(article) for article in _ARTICLES if word.startswith(article)]
    return Term((word, *shorter))


def words_of(texts: Iterable[str]) -> set[str]:
    """Return the words of some texts, as they are compared."""
    return {word.folded for text in texts for word in words(unicodedata.normalize("NFKC", text))}


def missing(terms: Sequence[Term], texts: Sequence[str]) -> list[Term]:
    """Return what occurs in none of some texts."""
    text = "\n".join(texts)
    spoken = " " + " ".join(words_of([text])) if any(term.beginnings for term in terms) else ""
    signs = plain(text) if any(term.sign for term in terms) else ""
    return [term for term in terms if not _occurs(term, spoken, signs)]


def _occurs(term: Term, spoken: str, signs: str) -> bool:
    if term.sign and term.sign in signs:
        return True
    return any(f" {beginning}" in spoken for beginning in term.beginnings)


_KATAKANA = re.compile("[\u30a1-\u30f6]")


def plain(text: str) -> str:
    """Return a text in which signs are looked for: without case and width, and with one kind of kana."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return _KATAKANA.sub(lambda one: chr(ord(one[0]) - 0x60), folded)
