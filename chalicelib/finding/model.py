"""What is asked for in conversations, and whether texts have it: words by their beginnings, signs as they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.records import dataclass
from chalicelib.words import is_pair, signs, words

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
        for word in words(piece):
            again = word.instead or len(word.parts)
            if again:  # "e-mail" is there where "email" is, which is then taken for both parts
                found[-again:] = [
                    Term((*one.beginnings, word.folded), one.sign)
                    for one in found[-again:]
                    if word.parts or again == 1 or not one.beginnings or len(one.beginnings[0]) > 1
                ] or [Term((word.folded,))]  # of "l'été" and "don't" one letter tells nothing
            else:
                found.append(_term(word.folded, piece[word.start : word.end]))
        sign = Term(sign=signs(piece).text)
        terms += found or ([sign] if sign.sign else [])
    return tuple(dict.fromkeys(terms))


def _term(word: str, written: str) -> Term:
    if len(word) == 1 and is_pair(word):
        return Term(sign=signs(written).text)  # of a script without spaces, it may be the second of a pair
    if any(article.startswith(word) for article in _ARTICLES):
        return Term(sign=signs(written).text)
    shorter = [word.removeprefix(article) for article in _ARTICLES if word.startswith(article)]
    return Term((word, *shorter))


def words_of(texts: Iterable[str]) -> set[str]:
    """Return the words of some texts, as they are compared."""
    return {word.folded for text in texts for word in words(text)}


def missing(terms: Sequence[Term], texts: Sequence[str]) -> list[Term]:
    """Return what occurs in none of some texts."""
    text = "\n".join(texts)
    spoken = " " + " ".join(words_of([text])) if any(term.beginnings for term in terms) else ""
    plain = signs(text).text if any(term.sign for term in terms) else ""
    return [term for term in terms if not _occurs(term, spoken, plain)]


def _occurs(term: Term, spoken: str, plain: str) -> bool:
    if term.sign and term.sign in plain:
        return True
    return any(f" {beginning}" in spoken for beginning in term.beginnings)


def spots(terms: Sequence[Term], text: str) -> list[tuple[int, int, int]]:
    """Return where in a text something that was asked for stands: begin, end, and which of the terms it is."""
    found = [
        (word.start, word.end, number)
        for word in words(text)
        for number, term in enumerate(terms)
        if term.beginnings and word.folded.startswith(term.beginnings)
    ]
    plain = signs(text)
    for number, term in enumerate(terms):
        at = plain.text.find(term.sign) if term.sign else -1
        while at >= 0:
            found.append((*plain.original(at, at + len(term.sign)), number))
            at = plain.text.find(term.sign, at + len(term.sign))
    return sorted(found)
