"""JPG: segment after segment up to the end of the picture, with a frame and a scan and no markup in comments.

What every decoder passes over is passed over: bytes between segments, and an end marker that is missing. Then what
follows the last segment is a trailer, as is what follows the end. Only the data of scans are not searched for markup.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from chalicelib.attachments.content.hidden import MARKUP, check_trailer
from chalicelib.attachments.content.unfit import another_kind, damaged, hides_something, too_many_parts

MAX_SEGMENTS: Final = 4_096
"""Markers of a picture: one with the longest colour profile, extended XMP and a scan for every bit has some 500."""

_MARKER: Final = re.compile(rb"\xff([^\x00\xff])")
_AFTER_SCAN: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
"""The marker that ends the data of a scan: neither a byte of it nor one of its restarts."""
_FIRST, _START, _END, _SCAN = 0xC0, 0xD8, 0xD9, 0xDA
_FRAMES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_ALONE: Final = frozenset({0x01, *range(0xD0, 0xD8)})
"""Markers without a length and data: restarts, and one for private use."""
_LENGTH: Final = 2
"""Bytes of a segment's length, which counts them."""


def check(content: bytes) -> None:
    """Raise :class:`Unfit` where this is no sound JPG."""
    if not content.startswith(b"\xff\xd8\xff"):
        raise another_kind()
    framed = False
    picture = searched = last = 0
    for marker, _, end, following in _segments(content):
        if MARKUP.search(content, searched, end):
            raise hides_something()
        if marker in _FRAMES:
            framed = True
        elif marker == _SCAN and framed and following > end:
            picture = end
        last, searched = marker, following
    if not picture:
        raise damaged()
    check_trailer(content, searched if last == _END else picture)


def size(content: bytes) -> tuple[int, int]:
    """Return width and height of a sound JPG; zero where its frame is too short to tell."""
    for marker, start, *_ in _segments(content):
        if marker in _FRAMES:
            height, width = content[start + 3 : start + 5], content[start + 5 : start + 7]
            return int.from_bytes(width, "big"), int.from_bytes(height, "big")
    return 0, 0


def _segments(content: bytes) -> Iterator[tuple[int, int, int, int]]:
    """Yield each segment's marker, start and end, and where the data of a scan behind it end.

    The last is the end of the picture. Without one it is the last segment that is sound; a scan must come before.
    """
    place, scanned = 2, False
    for _ in range(MAX_SEGMENTS):
        found = _MARKER.search(content, place)
        marker, start = (found[1][0], found.end()) if found else (0, 0)
        if marker == _END:
            yield marker, start, start, start
            return
        if marker in _ALONE:
            place = start
            continue
        length = int.from_bytes(content[start : start + _LENGTH], "big")
        end = start + length
        if marker < _FIRST or marker == _START or length < _LENGTH or end > len(content):
            if scanned:
                return
            raise damaged()
        place = end
        if marker == _SCAN:
            scanned = True
            after = _AFTER_SCAN.search(content, end)
            place = after.start() if after else len(content)
        yield marker, start, end, place
    raise too_many_parts()
