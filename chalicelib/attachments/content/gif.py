"""GIF: block after block up to the trailer, with a picture among them and no markup in comments.

Some end behind the last picture, without a trailer; what is no block there is looked at as what is behind one.
"""

from __future__ import annotations

from typing import Final

from chalicelib.attachments.content.hidden import MARKUP, check_trailer
from chalicelib.attachments.content.unfit import another_kind, damaged, hides_something, too_many_parts

MAX_BLOCKS: Final = 131_072
"""Blocks of a picture, with those inside of others: one of 3 MB has some 13,000, or three times that of tiny ones."""

_HEADER: Final = 13
"""Bytes before the first block, or before the table of colours where there is one."""
_PICTURE, _EXTENSION, _TRAILER = 0x2C, 0x21, 0x3B
"""With what blocks begin. Extensions are comments, names of programs and times of pictures."""


def check(content: bytes) -> None:
    """Raise :class:`Unfit` where this is no sound GIF."""
    if not content.startswith((b"GIF87a", b"GIF89a")) or len(content) <= _HEADER:
        raise another_kind()
    size, seen, left = len(content), False, MAX_BLOCKS
    place = _HEADER + _colours(content[10])
    while True:
        block = content[place] if place < size else 0
        if block == _TRAILER:
            place += 1
            break
        if block == _PICTURE and place + 10 < size:
            seen = True
            place, left = _chain_end(content, place + 11 + _colours(content[place + 9]), left)
        elif block == _EXTENSION:
            start = place
            place, left = _chain_end(content, place + 2, left)
            if MARKUP.search(content, start, place):
                raise hides_something()
        else:
            break
    if not seen:
        raise damaged()
    check_trailer(content, place)


def size(content: bytes) -> tuple[int, int]:
    """Return width and height of a sound GIF."""
    return int.from_bytes(content[6:8], "little"), int.from_bytes(content[8:10], "little")


def _colours(flags: int) -> int:
    """Return the bytes of a table of colours."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _chain_end(content: bytes, place: int, left: int) -> tuple[int, int]:
    """Return where a chain of blocks, each with its length before it, has ended, and how many more there may be."""
    size = len(content)
    for taken in range(1, left + 1):
        if place >= size:
            raise damaged()
        length = content[place]
        place += length + 1
        if not length:
            return place, left - taken
    raise too_many_parts()
