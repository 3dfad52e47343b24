"""The words of one search index: how common a word is, its other forms, what a misspelt or joined one was meant as.

A word of a question is a :class:`Term`, and what it may also have been written as is put beside it: so the index holds
words as they are written, and a question finds them in every form.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from chalicelib.knowledge.search.stemmer import begins, stem
from chalicelib.records import dataclass
from chalicelib.words import is_pair

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from sqlite3 import Connection

_FEW = 20
"""With fewer articles than these in a language nothing can be said about what is common in it."""
_FORMS = 12
"""Words that one word is taken for, at most: its other forms, and as many that a slip makes of it."""
_LOOKED = 3_000
"""Words that are looked through for the forms of one."""
_STEM = 3
"""Characters of the shortest stem that has forms."""
_SHORTEST = 4
"""Characters of a word in which a slip is forgiven."""
_FOREIGN = 6
"""Characters of a word in which a slip is forgiven that only another language than the reader's has."""
_JOINED = 7
"""Characters of a word that may be two."""
_HALF = 4
"""Characters of each of the two, and of a word that others may end with one more."""
_LINKS = ("", "s", "es", "n", "en", "e")
"""What German puts between two words when it joins them."""
_REMEMBERED = 1_000
"""Words whose shares are remembered while an index is open: one question asks several times for each."""
_LAST = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Term:
    """A word of a question: ``also`` are words it may have been meant as, ``starts`` beginnings of words.

    ``parts`` are those that hyphens join in it; ``halves`` are the words it was taken apart into, all of them wanted.
    ``spelled`` are other spellings, which are words of ``also`` once the index is known to have them.
    """

    word: str
    also: tuple[str, ...] = ()
    starts: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()
    halves: tuple[Term, ...] = ()
    spelled: tuple[str, ...] = ()

    def hits(self, word: str) -> bool:
        """Tell whether a word of an article is one that was asked for."""
        if word == self.word or word in self.also or word.startswith(self.starts):
            return True
        return bool(self.halves) and any(half.hits(word) for half in self.halves)

    def query(self) -> str:
        """Return the term as FTS5 takes it."""
        if self.halves:
            return f"({' AND '.join(half.query() for half in self.halves)})"
        joined = " ".join(self.parts)
        exact = [_quoted(one) for one in dict.fromkeys((self.word, *self.also, joined)) if one]
        begun = [f"{_quoted(one)}*" for one in dict.fromkeys((*self.starts, joined if self.starts else "")) if one]
        return f"({' OR '.join([*exact, *begun])})"

    def and_also(self, words: Iterable[str]) -> Term:
        """Return the term with more words it may have been meant as."""
        also = tuple(dict.fromkeys((*self.also, *(one for one in words if one != self.word))))
        return Term(self.word, also, self.starts, self.parts, self.halves, self.spelled)


class Vocabulary:
    """The words of an index that is open."""

    def __init__(self, base: Connection) -> None:
        """Take the index, open in the SQLite that ``index_format`` gives."""
        self._base = base
        rows = base.execute("SELECT language, count(*) FROM versions GROUP BY language").fetchall()
        self.sizes: dict[str, int] = dict(rows)
        self._shares: dict[tuple[str, bool], float] = {}

    def share(self, term: Term) -> float:
        """Return the share of the articles of a language a term is in, of the language in which it is in most; 0 to 1.

        A beginning of words may come out as more: an article can have several of them.
        """
        asked = term.word, bool(term.starts)
        if asked not in self._shares:
            if len(self._shares) >= _REMEMBERED:
                self._shares.clear()
            self._shares[asked] = self._counted(term.word, begins_so=bool(term.starts))
        if term.parts and not self._shares[asked]:
            return min(self.share(Term(part)) for part in term.parts)
        return self._shares[asked]

    def _counted(self, word: str, *, begins_so: bool) -> float:
        if begins_so:
            rows = self._base.execute(
                "SELECT language, sum(versions) FROM words WHERE word >= ? AND word < ? GROUP BY language",
                (word, word + _LAST),
            )
        else:
            rows = self._base.execute("SELECT language, versions FROM words WHERE word = ?", (word,))
        return max((count / max(self.sizes[language], _FEW) for language, count in rows), default=0.0)

    def known(self, term: Term) -> bool:
        """Tell whether the index has a term in any form."""
        return bool(term.also or term.halves or len(term.starts) > 1 or self.share(term))

    def widened(self, term: Term, language: str) -> Term:
        """Return a term with the other forms of its word (plural, tense) in the reader's language, or else in any."""
        forms = self._forms(term.word, language)
        if not forms and not self.share(term):
            forms = [one for other in self.sizes if other != language for one in self._forms(term.word, other)]
        spelled = [one for one in term.spelled if self.share(Term(one))]
        return term.and_also([*spelled, *forms[:_FORMS]])

    def mended(self, term: Term, language: str) -> Term:
        """Return a term with the words that one slip makes of it, or taken apart, where the index does not know it.

        A slip is a letter wrong, missing, too many, or two swapped. German words that end with it come with it too.
        """
        slips = self._slips(term.word, language)
        if slips or self.known(term):
            return term.and_also([*slips, *self._longer(term.word, language)])
        begun = self._begun(term, language) if term.starts else ()
        if begun:
            return Term(term.word, starts=(*term.starts, *begun))
        return self._apart(term, language)

    def _forms(self, word: str, language: str) -> list[str]:
        if not _spelled(word):
            return []
        found = self._of_stem(stem(word, language), language)
        for other in _written_otherwise(word) if language == "de" else ():
            found += self._of_stem(stem(other, language), language)
        return [one for one in found if one != word]

    def _of_stem(self, stemmed: str, language: str) -> list[str]:
        if len(stemmed) < _STEM:
            return []
        rows = self._beginning(begins(stemmed), language)
        return [word for word in rows if stem(word, language) == stemmed]

    def _beginning(self, head: str, language: str) -> list[str]:
        """Return words of a language that begin so, the commonest first."""
        rows = self._base.execute(
            "SELECT word FROM words WHERE word >= ? AND word < ? AND language = ? ORDER BY versions DESC LIMIT ?",
            (head, head + _LAST, language, _LOOKED),
        )
        return [word for (word,) in rows]

    def _slips(self, word: str, language: str) -> list[str]:
        if len(word) < _SHORTEST or not _spelled(word):
            return []
        half = len(word) // 2
        swapped = word[: half - 1] + word[half] + word[half - 1] + word[half + 1 :]
        near = self._base.execute(
            """
            SELECT word, language FROM words
                WHERE word >= :head AND word < :head_end AND length(word) BETWEEN :least AND :most
            UNION SELECT word, language FROM words WHERE back >= :tail AND back < :tail_end
                AND length(word) BETWEEN :least AND :most
            UNION SELECT word, language FROM words WHERE word = :swapped
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
        return self._readers(((one, spoken) for one, spoken in near if one_slip(word, one)), word, language)

    def _begun(self, term: Term, language: str) -> tuple[str, ...]:
        """Return beginnings of words that one slip makes of a word that is not finished."""
        word = term.word
        if len(word) < _SHORTEST or not _spelled(word):
            return ()
        half = word[: len(word) // 2]
        longer = self._base.execute(
            "SELECT DISTINCT substr(word, 1, :length), language FROM words WHERE word >= :head AND word < :end",
            {"length": len(word) + 1, "head": half, "end": half + _LAST},
        )
        begun = (
            (one[:length], spoken)
            for one, spoken in longer
            for length in range(len(word) - 1, len(one) + 1)
            if one_slip(word, one[:length])
        )
        return tuple(self._readers(begun, word, language))

    def _readers(self, found: Iterator[tuple[str, str]], word: str, language: str) -> list[str]:
        """Return what the reader's language has of what was found; else, where a word is long, what others have."""
        every = {pair for pair in found if pair[0] != word}
        own = sorted({one for one, spoken in every if spoken == language})
        if not own and (len(word) >= _FOREIGN or language not in self.sizes):
            own = sorted({one for one, _ in every})
        return own[:_FORMS]

    def _longer(self, word: str, language: str) -> list[str]:
        """Return German words that end with a word: a "Schirm" may be a "Lampenschirm"."""
        if language != "de" or len(word) <= _HALF or not _spelled(word):
            return []
        back = word[::-1]
        rows = self._base.execute(
            "SELECT word FROM words WHERE back > ? AND back < ? AND language = 'de' ORDER BY versions DESC LIMIT ?",
            (back, back + _LAST, _FORMS),
        )
        return [one for (one,) in rows]

    def _apart(self, term: Term, language: str) -> Term:
        """Return a term as the two words that it joins, in German as the first alone where the other is unknown."""
        word, spoken = term.word, language if language in self.sizes else next(iter(self.sizes), language)
        if len(word) < _JOINED or not _spelled(word):
            return term
        firsts: dict[str, list[str]] = {}
        for one in self._beginning(word[:_HALF], spoken):
            kept = _in_common(one, word)
            if len(kept) >= max(_HALF, len(stem(one, spoken))):
                firsts.setdefault(kept, []).append(one)
        longest = sorted(firsts, key=len, reverse=True)
        for kept in longest:
            first = Term(kept, tuple(firsts[kept][:_FORMS]))
            for link in _LINKS if language == "de" else ("",):
                rest = word[len(kept) :]
                if not rest.startswith(link) or len(rest) - len(link) < _HALF:
                    continue
                last = rest[len(link) :]
                second = self.widened(Term(last, starts=(last,) if term.starts else ()), spoken)
                if self.known(second):
                    return Term(word, halves=(first, second))
        if language == "de" and longest and len(longest[0]) > _HALF:
            return Term(word, halves=(Term(longest[0], tuple(firsts[longest[0]][:_FORMS])),))
        return term


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


def _in_common(one: str, other: str) -> str:
    """Return how both words begin."""
    differ = (at for at, (letter, theirs) in enumerate(zip(one, other, strict=False)) if letter != theirs)
    return one[: next(differ, min(len(one), len(other)))]


def _written_otherwise(word: str) -> Iterator[str]:
    """Yield a German word as others write it: a "Rücksendung" is to "zurücksenden", and may be a "Ruecksendung"."""
    plain = re.sub("([aou])e", r"\1", word)
    if plain != word:
        yield plain
    if plain.startswith("zuruck"):
        yield plain.removeprefix("zu")
    elif plain.startswith("ruck"):
        yield f"zu{plain}"


def _spelled(word: str) -> bool:
    """Tell whether a word is spelled with letters, so that it has forms and slips."""
    return not is_pair(word) and not word.isdigit()


def _quoted(words: str) -> str:
    return '"' + words.replace('"', '""') + '"'
