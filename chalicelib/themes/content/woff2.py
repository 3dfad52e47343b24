"""WOFF2: one font whose header, list of tables and declared sizes agree with each other and with the file's length.

Browsers unpack fonts with a sanitizer of their own. What is looked at here is that it is a font, that nothing is behind
or beside it, and that it does not declare to be far more than it is. Source: https://www.w3.org/TR/WOFF2/
"""

from __future__ import annotations

import struct
from typing import Final

from chalicelib.attachments.content.unfit import another_kind, damaged, hides_something

_HEADER: Final = struct.Struct(">4s4sIHHIIHHIIIII")
_SIGNATURE: Final = b"wOF2"
_FLAVOURS: Final = frozenset({b"\0\1\0\0", b"OTTO", b"true"})
"""TrueType and CFF outlines. Collections of several fonts are not needed in a stylesheet."""
_MOST_TABLES: Final = 64
_LARGEST: Final = 30 * 1024 * 1024
"""Bytes that a font may declare to have when it is unpacked; large Chinese ones have about 20 MB."""
_NAMED: Final = 0x3F
"""The index of a table whose name is written out; others are in a list of known ones."""
_GLYPHS: Final = frozenset({10, 11})
"""glyf and loca, which are changed before they are packed unless their version is 3."""
_AS_IT_IS: Final = 3
_LONGEST_NUMBER: Final = 5
"""Bytes of a length in the list of tables, seven bits in each."""


def check(content: bytes) -> None:
    """Raise :class:`Unfit` where this is no sound WOFF2."""
    if not content.startswith(_SIGNATURE) or len(content) < _HEADER.size:
        raise another_kind()
    (
        _,
        flavour,
        length,
        tables,
        reserved,
        unpacked,
        packed,
        _,
        _,
        meta,
        meta_length,
        meta_whole,
        private,
        private_length,
    ) = _HEADER.unpack_from(content)
    if flavour not in _FLAVOURS or reserved or not 0 < tables <= _MOST_TABLES or unpacked > _LARGEST:
        raise damaged()
    if private or private_length:
        raise hides_something()
    if length != len(content):
        raise damaged()
    place, total = _HEADER.size, 0
    for _ in range(tables):
        place, size = _table(content, place)
        total += size
    end = place + packed
    if total > _LARGEST or not packed:
        raise damaged()
    if meta or meta_length:
        if meta != _rounded(end) or meta_whole > _LARGEST:
            raise damaged()
        end = meta + meta_length
    if not end <= length <= _rounded(end):
        raise damaged()


def _table(content: bytes, place: int) -> tuple[int, int]:
    """Return where the next table of the list begins, and how large this one is before it is packed."""
    flags = content[place] if place < len(content) else 0
    place += 1
    index, version = flags & _NAMED, flags >> 6
    if index == _NAMED:
        place += 4
    place, size = _number(content, place)
    if (version != _AS_IT_IS) if index in _GLYPHS else version:
        place, size = _number(content, place)
    return place, size


def _number(content: bytes, place: int) -> tuple[int, int]:
    """Return what is behind a length of one to five bytes, and the length."""
    value = 0
    for at in range(place, min(place + _LONGEST_NUMBER, len(content))):
        value = value << 7 | content[at] & 0x7F
        if not content[at] & 0x80:
            return at + 1, value
    raise damaged()


def _rounded(place: int) -> int:
    """Return the next place that is a multiple of four."""
    return place + -place % 4
