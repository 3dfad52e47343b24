"""What search takes for a word: the same for what is written and for what is asked, whatever the language.

Case, accents, width, Arabic and Hebrew vowel marks and the kind of kana do not count. The marks of Indian and
South-East Asian scripts are parts of letters and do. Chinese, Japanese, Thai, Lao, Khmer and Burmese put no spaces
between words, so there each two characters that follow each other are taken for one.

What hyphens or apostrophes join is its parts, and also one word: "E-27" is found as "E27", "Wi-Fi" as "wifi", "don't"
as "dont". What is often written with two letters where there is no key for one is both: "Größe" is found as "Grosse"
and as "Groesse".

Each character is looked at by itself, so no text, however long, and no number of accents makes it cost more.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate
from typing import NamedTuple

FOLDING = 2
"""How words are folded here; indexes of what was folded otherwise are made anew (``schema/``, ``index_state``)."""
_UNSPACED = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\ua9e0-\ua9ff\uaa60-\uaa7f"
    "\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
)
"""Thai, Lao, Burmese and Khmer; kana, what makes another sound of one (in this range too), and ideographs."""
_VOICED = "\u3099\u309a"
_PART = re.compile(f"[^ '{_UNSPACED}-]+")
_RUN = re.compile(f"([{_UNSPACED}]+)|{_PART.pattern}(?:[-']{_PART.pattern})*")
_VOICES = frozenset(_VOICED)
_KANA = re.compile(f"[^{_VOICED}][{_VOICED}]?|[{_VOICED}]")
_STACKED = re.compile("[\u0e38-\u0e3a\u0e48-\u0e4b\u0eb8-\u0eba\u0ec8-\u0ecb\u1037\u1039\u103a]{2,}")
"""Marks of one letter that are typed in either order, and look the same."""
_OPTIONAL = ("COMBINING ", "ARABIC ", "HEBREW ", "SYRIAC ", "VARIATION ", "CYRILLIC ")
"""How the names of marks begin that a word is commonly written without."""
_OTHERWISE = {
    "æ": "ae",
    "œ": "oe",
    "ø": "o",
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "ħ": "h",
    "ŧ": "t",
    "ı": "i",
    "ى": "ي",  # written alike at the end of a word
    "ی": "ي",
    "ک": "ك",
    "ہ": "ه",
    "ة": "ه",
    "ٱ": "ا",
    "ـ": "",  # stretches a word, and is no letter
    "ך": "כ",  # at the end of a word
    "ם": "מ",
    "ן": "נ",
    "ף": "פ",
    "ץ": "צ",
    "\u0901": "\u0902",  # a nasal vowel of Hindi, written either way
    "\u093c": "",  # the dot of Hindi and of Panjabi letters, often left out
    "\u0a3c": "",
    "\u09ce": "\u09a4\u09cd",  # Bengali and Malayalam letters that are also written as two
    "\u0d7a": "\u0d23\u0d4d",
    "\u0d7b": "\u0d28\u0d4d",
    "\u0d7c": "\u0d30\u0d4d",
    "\u0d7d": "\u0d32\u0d4d",
    "\u0d7e": "\u0d33\u0d4d",
    "\u0d7f": "\u0d15\u0d4d",
    **dict.fromkeys("™℠", " "),
    **dict.fromkeys("-\u2010\u2011\u05be", "-"),
    **dict.fromkeys("'`´\u2018\u2019\u02bb\u02bc\u05f3\u05f4\u055a", "'"),
    **{chr(code): chr(code - 0x60) for code in range(0x30A1, 0x30F7)},  # which kana a word is in is a matter of taste
}
"""What is commonly written otherwise and does not come apart into a letter and a mark; and what joins words."""
_TWO = {"ä": "ae", "ö": "oe", "ü": "ue", "ø": "oe", "å": "aa"}
"""Letters that are written as two where a keyboard lacks them."""
_TWO |= {unicodedata.normalize("NFD", letter): two for letter, two in _TWO.items()}
_SPELLED = re.compile("|".join(_TWO), re.IGNORECASE)
_SIGNS_OF_TWO = "äöüøåÄÖÜØÅ\u0308\u030a"
_ARTICLE = re.compile("^(?:[وفبك]?ال|لل)(?=...)")
"""Arabic "the", with what is written together with it: "and", "so", "with", "like", "for"."""
_LONGEST = 40
"""Characters of a word; what is longer is no word, and is cut."""
_PARTS = 4
"""Parts of a word with hyphens; a longer chain is a sentence, an address or a line of dashes."""
_REMEMBERED = 20_000
"""Characters of which is remembered what they fold to; few languages have as many."""


class Word(NamedTuple):
    """A word as search compares it, and where it stands in the text.

    ``parts`` are those that hyphens join in it, as they stand before it: the last spelling of each. ``instead`` is of
    how many words before it it is only another spelling, of those that are none themselves.
    """

    folded: str
    start: int
    end: int
    parts: tuple[str, ...] = ()
    instead: int = 0


class Plain(NamedTuple):
    """A text as it is compared. ``at`` says where in the original each character of it was, and where that ends."""

    text: str
    at: Sequence[int]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return where in the original a part of it stands, with the marks that were left out."""
        return self.at[start], max(self.at[end], self.at[end - 1] + 1)


class _Folding(dict[int, str]):
    """What each character folds to, as ``str.translate`` takes it; looked up once for each."""

    def __init__(self, fold: Callable[[str], str]) -> None:
        self._fold = fold

    def __missing__(self, code: int) -> str:
        if len(self) >= _REMEMBERED:
            self.clear()
        folded = self[code] = self._fold(chr(code))
        return folded

    def plain(self, text: str) -> Plain:
        """Fold a text; the marks of one letter are in one order."""
        folded = text.translate(self)
        if text.isascii():
            return Plain(folded, range(len(text) + 1))
        folded = _STACKED.sub(_in_order, folded)
        if not any(len(self[ord(one)]) != 1 for one in set(text)):
            return Plain(folded, range(len(text) + 1))
        at = [place for place, one in enumerate(text) for _ in self[ord(one)]]
        return Plain(folded, [*at, len(text)])


def _in_order(stacked: re.Match[str]) -> str:
    return "".join(sorted(stacked[0], key=unicodedata.combining))


def _letters(character: str) -> str:
    """Return the letters and digits that a character is for search; a space where it is none, nothing for a mark."""
    if character in _OTHERWISE:
        return _OTHERWISE[character]
    apart = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", character).casefold())
    if apart.startswith(" "):  # an accent by itself
        return " "
    if len(apart) > 1 and not _VOICES.isdisjoint(apart):
        apart = unicodedata.normalize("NFC", apart)
    return "".join(map(_letter, apart))


def _letter(one: str) -> str:
    """Return the same of a character that does not come apart."""
    if one in _OTHERWISE:
        return _OTHERWISE[one]
    if one.isdigit():
        return str(unicodedata.digit(one))
    kind = unicodedata.category(one)
    if kind == "Cf" or (kind[0] == "M" and one not in _VOICES and unicodedata.name(one).startswith(_OPTIONAL)):
        return ""
    return one if kind[0] in "LMN" else " "


def _signs(character: str) -> str:
    """Return what a character is where signs are looked for: letters as for words, anything else as it is."""
    letters = _letters(character)
    return letters if letters.strip() or not letters else unicodedata.normalize("NFKC", character).casefold()


_LETTERS = _Folding(_letters)
_SIGNS = _Folding(_signs)


def words(text: str) -> Iterator[Word]:
    """Yield the words of a text in order; what hyphens or apostrophes join follows its parts."""
    plain = _LETTERS.plain(text)
    same = isinstance(plain.at, range)
    written = text if not text.isascii() and any(sign in text for sign in _SIGNS_OF_TWO) else ""
    for run in _RUN.finditer(plain.text):
        whole, (start, end) = run[0], run.span()
        if run[1]:
            yield from _pairs(plain, start, end)
        elif "-" in whole or "'" in whole:
            yield from _chain(plain, start, end, written)
        elif same and text[start:end].isascii():
            yield Word(whole[:_LONGEST], start, end)
        else:
            yield from _spellings(whole, *plain.original(start, end), written)


def _chain(plain: Plain, start: int, end: int, written: str) -> Iterator[Word]:
    """Yield the words of a chain, and the one that they make together."""
    parts = [
        list(_spellings(part[0], *plain.original(*part.span()), written))
        for part in _PART.finditer(plain.text, start, end)
    ]
    for part in parts:
        yield from part
    if len(parts) > _PARTS:
        return
    whole, spelled = ("".join(part[which].folded for part in parts)[:_LONGEST] for which in (0, -1))
    first, last = parts[0][0].start, parts[-1][0].end
    # Of "l'été" each part is a word of its own, and "lété" is none.
    loosely = len(parts) if "'" in plain.text[start:end] else 0
    yield Word(whole, first, last, () if loosely else tuple(part[-1].folded for part in parts), loosely)
    if spelled != whole:
        yield Word(spelled, first, last, instead=1)


def _spellings(folded: str, start: int, end: int, written: str) -> Iterator[Word]:
    """Yield a word, and again as it is spelled with two letters for one of its letters in the text."""
    yield Word(_without_article(folded[:_LONGEST]), start, end)
    if written:
        begun = written[start : min(end, start + 2 * _LONGEST)]
        other = _SPELLED.sub(lambda one: _TWO[one[0].lower()], begun)
        if other != begun:
            yield Word(_LETTERS.plain(other).text[:_LONGEST], start, end, instead=1)


def _pairs(plain: Plain, start: int, end: int) -> Iterator[Word]:
    run = plain.text[start:end]
    if isinstance(plain.at, range) and _VOICES.isdisjoint(run):
        for place in range(max(1, end - start - 1)):
            yield Word(run[place : place + 2], start + place, min(start + place + 2, end))
        return
    units = _KANA.findall(run)
    places = list(accumulate(map(len, units), initial=start))
    for place in range(max(1, len(units) - 1)):
        folded = unicodedata.normalize("NFC", "".join(units[place : place + 2]))
        yield Word(folded, *plain.original(places[place], places[min(place + 2, len(units))]))


def fold(word: str) -> str:
    """Return a word without case, accents, width and marks; empty where nothing is left of it."""
    return _without_article(_LETTERS.plain(word).text)


def _without_article(folded: str) -> str:
    return folded if folded.isascii() else _ARTICLE.sub("", folded)


def signs(text: str) -> Plain:
    """Return a text in which signs are looked for: letters as in words, and whatever else there is."""
    return _SIGNS.plain(text)


def is_pair(folded: str) -> bool:
    """Tell whether a word is one of those that are made of text without spaces."""
    return bool(re.match(f"[{_UNSPACED}]", folded))
