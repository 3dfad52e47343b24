"""What can hide in or behind a file of another kind: markup that browsers run, archives, control characters."""

from __future__ import annotations

import re
import struct
from typing import Final

from chalicelib.attachments.content.unfit import hides_something

OPENING: Final = 1_024
"""How far into a file content sniffers look for markup (they read less), in bytes."""
MARKUP: Final = re.compile(
    rb"<svg[\s>]|(?i:<!doctype|<html[\s>]|<head[\s>]|<body[\s>]|<script|<iframe|<object[\s>]|<embed[\s>]|<\?php)"
)
CONTROL: Final = re.compile("[\x00-\x08\x0e-\x1f]")
"""Control characters, which no text has."""

ZIP_PART: Final = b"PK\x03\x04"
ZIP_ENTRY: Final = b"PK\x01\x02"
ZIP_END: Final = b"PK\x05\x06"
_ARCHIVES: Final = (ZIP_PART, ZIP_END, b"Rar!", b"7z\xbc\xaf")
_LONGEST_ZIP_END: Final = 65_557
"""Bytes of the end of a zip, with the longest comment there can be."""


def check_trailer(content: bytes, end: int) -> None:
    """Refuse what follows a file's own end where it is markup or an archive, or where an archive ends there."""
    trailer = content[end:]
    if MARKUP.search(trailer) or trailer.lstrip(b"\0\t\n\r ").startswith(_ARCHIVES):
        raise hides_something()
    _check_no_archive(content)


def _check_no_archive(content: bytes) -> None:
    """Refuse where an archive reader would find an archive."""
    if archive_at_end(content):
        raise hides_something()


def archive_at_end(content: bytes) -> bool:
    """Whether an archive reader, which starts at the end and skips what is before, would find an archive."""
    place = content.find(ZIP_END, max(0, len(content) - _LONGEST_ZIP_END))
    while place != -1:
        (size,) = struct.unpack("<I", content[place + 12 : place + 16].ljust(4, b"\0"))
        if size <= place and content.startswith((ZIP_ENTRY, ZIP_END), place - size):
            return True
        place = content.find(ZIP_END, place + 4)
    return False
