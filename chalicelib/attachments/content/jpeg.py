"""JPG: segment after segment up to the end of the picture, with a frame and a scan and no markup in comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from chalicelib.attachments.content.hidden import MARKUP, check_trailer
from chalicelib.attachments.content.unfit import another_kind, damaged, hides_something

_FILL: Final = re.compile(rb"\xff+")
_AFTER_SCAN: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""The marker that ends the data of a scan: neither a byte of it nor one of its restarts."""
_FIRST, _START, _END, _SCAN = 0xC0, 0xD8, 0xD9, 0xDA
_FRAMES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers without a length and data: restarts, and one for private use."""
_TEXTS: Final = 0xE0
"""From this marker on segments hold what programs and people say: EXIF, XMP, comments."""
_LENGTH: Final = 2
"""Bytes of a segment's length, which counts them."""


def check(content: bytes) -> None:
    """Raise :class:`Unfit` where this is no sound JPG."""
    if not content.startswith(b"\xff\xd8\xff"):
        raise another_kind()
    framed = scanned = False
    end = 0
    for marker, start, end in _segments(content):
        if marker == _SCAN:
            scanned = framed
        elif marker in _FRAMES:
            framed = True
        elif marker >= _TEXTS and MARKUP.search(content, start, end):
            raise hides_something()
    if not scanned:
        raise damaged()
    check_trailer(content, end)


def size(content: bytes) -> tuple[int, int]:
    """Return width and height of a sound JPG; zero where its frame is too short to tell."""
    for marker, start, _ in _segments(content):
        if marker in _FRAMES:
            height, width = content[start + 3 : start + 5], content[start + 5 : start + 7]
            return int.from_bytes(width, "big"), int.from_bytes(height, "big")
    return 0, 0


def _segments(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield each segment's marker, start and end; the last is the end of the picture. A scan has its data with it."""
    place = 2
    while True:
        fill = _FILL.match(content, place)
        if not fill or fill.end() >= len(content):
            raise damaged()
        marker, start = content[fill.end()], fill.end() + 1
        if marker == _END:
            yield marker, start, start
            return
        if marker in _ALONE:
            place = start
            continue
        length = int.from_bytes(content[start : start + _LENGTH], "big")
        place = start + length
        if marker < _FIRST or marker == _START or length < _LENGTH or place > len(content):
            raise damaged()
        if marker == _SCAN:
            found = _AFTER_SCAN.search(content, place)
            place = found.start() if found else len(content)
        yield marker, start, place
