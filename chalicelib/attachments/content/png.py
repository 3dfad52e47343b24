"""PNG: chunk after chunk up to the last, with a picture among them and no markup in any other."""

from __future__ import annotations

from typing import Final

from chalicelib.attachments.content.hidden import MARKUP, check_trailer
from chalicelib.attachments.content.unfit import another_kind, damaged, hides_something, too_many_parts

MAX_CHUNKS: Final = 16_384
"""Chunks of a picture: one of 3 MB in pieces of 4 KB, with much about it, has a thousand."""

_SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
_FIRST_CHUNK: Final = b"\0\0\0\rIHDR"
_HEADER: Final = 8
"""Bytes before a chunk's data: its length and name."""
_CHECKSUM: Final = 4
"""Bytes behind a chunk's data."""


def check(content: bytes) -> None:
    """Raise :class:`Unfit` where this is no sound PNG."""
    if not content.startswith(_SIGNATURE + _FIRST_CHUNK):
        raise another_kind()
    place, seen = len(_SIGNATURE), False
    for _ in range(MAX_CHUNKS):
        header = content[place : place + _HEADER]
        if len(header) < _HEADER:
            raise damaged()
        length, name = int.from_bytes(header[:4], "big"), header[4:]
        end = place + _HEADER + length
        following = end + _CHECKSUM
        if following > len(content) or not name.isalpha():
            raise damaged()
        if name == b"IEND":
            break
        if name == b"IDAT":
            seen = True
        elif MARKUP.search(content, place + _HEADER, end):
            raise hides_something()
        place = following
    else:
        raise too_many_parts()
    if not seen or length:
        raise damaged()
    check_trailer(content, following)


def size(content: bytes) -> tuple[int, int]:
    """Return width and height of a sound PNG."""
    return int.from_bytes(content[16:20], "big"), int.from_bytes(content[20:24], "big")
