"""WebP: chunk after chunk up to the size that the file declares, with a picture among them and no markup in any other.

Source: RFC 9649.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from chalicelib.attachments.content.hidden import MARKUP, check_trailer
from chalicelib.attachments.content.unfit import another_kind, damaged, hides_something

_HEADER: Final = 8
"""Bytes before a chunk's data: its name and length."""
_FILE_HEADER: Final = 12
_LOSSY, _LOSSLESS, _EXTENDED, _FRAME = b"VP8 ", b"VP8L", b"VP8X", b"ANMF"
_LENGTHS: Final = {_LOSSY: 10, _LOSSLESS: 5, _EXTENDED: 10, _FRAME: 24}
"""Bytes that the data of these begin with, of a fixed form."""
_TEXTS: Final = frozenset({b"EXIF", b"XMP ", b"ICCP"})
_LOSSY_START: Final = b"\x9d\x01\x2a"
_LOSSLESS_START: Final = 0x2F


def check(content: bytes) -> None:
    """Raise :class:`Unfit` where this is no sound WebP."""
    if len(content) < _FILE_HEADER or not content.startswith(b"RIFF") or content[8:_FILE_HEADER] != b"WEBP":
        raise another_kind()
    end = _FILE_HEADER - 4 + int.from_bytes(content[4:8], "little")
    if end > len(content):
        raise damaged()
    seen = False
    for at, (name, start, stop) in enumerate(_chunks(content, end)):
        if stop - start < _LENGTHS.get(name, 0) or (at == 0 and name not in {_LOSSY, _LOSSLESS, _EXTENDED}):
            raise damaged()
        if name in {_LOSSY, _LOSSLESS, _FRAME}:
            seen = True
        elif MARKUP.search(content, start, stop):
            raise hides_something()
    if not seen or 0 in size(content):
        raise damaged()
    check_trailer(content, end)


def size(content: bytes) -> tuple[int, int]:
    """Return width and height of a WebP; zero where its first chunk does not begin as it should."""
    name, data = content[12:16], content[20:30]
    if name == _EXTENDED:
        return 1 + int.from_bytes(data[4:7], "little"), 1 + int.from_bytes(data[7:10], "little")
    if name == _LOSSLESS and data[0] == _LOSSLESS_START:
        packed = int.from_bytes(data[1:5], "little")
        return 1 + (packed & 0x3FFF), 1 + (packed >> 14 & 0x3FFF)
    if name == _LOSSY and data[3:6] == _LOSSY_START:
        return int.from_bytes(data[6:8], "little") & 0x3FFF, int.from_bytes(data[8:10], "little") & 0x3FFF
    return 0, 0


def _chunks(content: bytes, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield each chunk's name, and where its data start and stop; odd ones have a byte of nothing behind them."""
    place = _FILE_HEADER
    while place < end:
        start = place + _HEADER
        stop = start + int.from_bytes(content[place + 4 : start], "little")
        if start > end or stop > end:
            raise damaged()
        yield content[place : place + 4], start, stop
        place = stop + stop % 2
