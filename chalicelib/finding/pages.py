"""Words, and in which conversations each occurs, as bytes: a page of an index, or what was added to it lately.

A conversation stands there by three bytes of a hash. Two of one customer may share them, which only makes somebody look
at a conversation in vain.
"""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate

Postings = dict[str, bytes]
"""Words, each with the marks of its conversations, in order, one behind the other."""

MARK = 3
"""Bytes that stand for a conversation."""
NAME = 8
"""Bytes that stand for a conversation where two must not be taken for each other."""
PAGE = 3_600
"""Bytes of a page, about, as it is packed: with its key and name it is read for half a unit."""
_COUNT = 4


def mark_of(conversation_id: str) -> bytes:
    """Return what stands for a conversation in an index."""
    return hashlib.blake2b(conversation_id.encode(), digest_size=MARK).digest()


def name_of(conversation_id: str) -> bytes:
    """Return what stands for a conversation of which something came lately."""
    return hashlib.blake2b(conversation_id.encode(), digest_size=NAME).digest()


def marks(joined: bytes) -> set[bytes]:
    """Return the marks that stand one behind the other."""
    return {joined[place : place + MARK] for place in range(0, len(joined), MARK)}


def join(every: Iterable[bytes]) -> bytes:
    """Return marks in order, one behind the other."""
    return b"".join(sorted(every))


def merged(every: Iterable[Mapping[str, bytes]]) -> Postings:
    """Return several postings as one."""
    result: Postings = {}
    for postings in every:
        for word, some in postings.items():
            known = result.get(word)
            result[word] = some if known is None or known == some else join(marks(known) | marks(some))
    return result


def size(postings: Mapping[str, bytes]) -> int:
    """Return about how many bytes postings take."""
    return sum(len(word) + len(some) + 1 for word, some in postings.items())


def pages(postings: Mapping[str, bytes]) -> Iterator[Postings]:
    """Yield postings in pages, in the order of their words."""
    page: Postings = {}
    room = PAGE
    for word in sorted(postings):
        taken = len(word.encode()) // 2 + len(postings[word]) + 1  # marks are as random as can be, words are not
        if taken > room and page:
            yield page
            page, room = {}, PAGE
        page[word] = postings[word]
        room -= taken
    if page:
        yield page


def packed(postings: Mapping[str, bytes]) -> bytes:
    """Return postings as bytes."""
    names = sorted(postings)
    said = "\n".join(names).encode()
    counts = b"".join((len(postings[name]) // MARK).to_bytes(_COUNT, "big") for name in names)
    body = b"".join(postings[name] for name in names)
    return zlib.compress(len(said).to_bytes(_COUNT, "big") + said + counts + body, 9)


def unpacked(content: bytes) -> Postings:
    """Return the postings that :func:`packed` made bytes of."""
    whole = zlib.decompress(content)
    end = _COUNT + int.from_bytes(whole[:_COUNT], "big")
    names = whole[_COUNT:end].decode().split("\n") if end > _COUNT else []
    counts = [int.from_bytes(whole[end + _COUNT * n : end + _COUNT * (n + 1)], "big") for n in range(len(names))]
    first = end + _COUNT * len(names)
    ends = list(accumulate((count * MARK for count in counts), initial=first))
    return {name: whole[start:stop] for name, start, stop in zip(names, ends[:-1], ends[1:], strict=True)}


def beginning_with(postings: Mapping[str, bytes], beginning: str) -> set[bytes]:
    """Return the marks of every word that begins in one way."""
    return {mark for word, some in postings.items() if word.startswith(beginning) for mark in marks(some)}
