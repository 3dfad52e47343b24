"""What a page shows of the text of a hit: the part that has most of the words asked for, with each marked.

Finding where the words of a text stand takes long, and is the same for every question. So a build does it, once for
each text, and an index keeps what it found: the words as search compares them, and where each begins and ends.
"""

from __future__ import annotations

import re
import zlib
from array import array
from typing import TYPE_CHECKING, NamedTuple

from chalicelib.rendering.marking import Spot, excerpt
from chalicelib.words import words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markupsafe import Markup

    from chalicelib.knowledge.search.query_expansion import Term

LOOKED = 20_000
"""Characters of an article that are looked through for its snippet."""
_OPEN_END = re.compile(r"(?<=[\w)])[ \t]{0,9}\n(?=.*\w)")
"""The end of a line that has no stop."""
_BETWEEN = "\n"
"""What stands before, between and behind the words of a passage; no folded word has it."""
_SHORT = "h"
"""Two bytes with a sign, as places are kept: what is looked through is not longer than they can say."""


class Passage(NamedTuple):
    """The beginning of a text on one line, and the words in it.

    ``steps`` tells of the beginning and of the end of each word how much farther it is from the end or beginning before
    it in ``text`` than in ``words``: mostly nothing, which takes no room.
    """

    text: str
    words: str
    steps: Sequence[int]

    def each_word(self) -> list[str]:
        """Return the words in order."""
        return self.words.split(_BETWEEN)[1:-1]

    def packed(self) -> tuple[bytes, bytes]:
        """Return the text and the words as an index keeps them."""
        text = self.text.encode()
        packer = zlib.compressobj(6, zdict=_like_words(text))
        found = self.words.encode() + b"\0" + array(_SHORT, self.steps).tobytes()
        return zlib.compress(text, 6), packer.compress(found) + packer.flush()


def passage(text: str) -> Passage:
    """Take a text apart. Headings and cells, which end without a stop, are set apart from what follows them."""
    text = re.sub(r"\s+", " ", _OPEN_END.sub(" · ", text[:LOOKED])).strip()
    found, steps, last = [], array(_SHORT), 0
    for folded, start, end, *_ in words(text):
        found.append(folded)
        steps.append(start - last - 1)
        steps.append(end - start - len(folded))
        last = end
    return Passage(text, _BETWEEN.join(["", *found, ""]), steps)


def unpacked(packed_text: bytes, packed_words: bytes) -> Passage:
    """Return a passage as it was packed."""
    text = zlib.decompress(packed_text)
    found, _, steps = zlib.decompressobj(zdict=_like_words(text)).decompress(packed_words).partition(b"\0")
    return Passage(text.decode(), found.decode(), array(_SHORT, steps))


def _like_words(text: bytes) -> bytes:
    """Return a text as much like its words as is quickly done, so that these take little room beside it."""
    return text.lower().replace(b" ", _BETWEEN.encode())


def snippet(passage: Passage, asked: Sequence[Term]) -> Markup:
    """Return the part of a passage that has most of the words, with each in ``<mark>``; the rest escaped."""
    return excerpt(passage.text, spots(passage, asked))


def spots(passage: Passage, asked: Sequence[Term]) -> list[Spot]:
    """Return the places of words that were asked for, in the order of the words."""
    found = sorted({(at, number) for number, term in enumerate(asked) for at in _hits(passage.words, term)})
    places: list[Spot] = []
    nth = counted = ahead = summed = 0
    for at, number in found:
        nth += passage.words.count(_BETWEEN, counted, at)
        counted, begins = at, 2 * nth + 1
        if begins > summed:
            ahead += sum(passage.steps[summed:begins])
            summed = begins
        end = passage.words.find(_BETWEEN, at + 1) + ahead + passage.steps[begins]
        places.append((at + 1 + ahead, end, number))
    return places


def _hits(words: str, term: Term) -> Iterator[int]:
    """Yield where in the words of a passage one begins that a term hits, as :meth:`Term.hits` tells it of each."""
    exact = (f"{_BETWEEN}{one}{_BETWEEN}" for one in (term.word, *term.also))
    begun = (f"{_BETWEEN}{one}" for one in term.starts)
    for wanted in (*exact, *begun):
        at = words.find(wanted)
        while at >= 0:
            yield at
            at = words.find(wanted, at + 1)
    for half in term.halves:
        yield from _hits(words, half)
