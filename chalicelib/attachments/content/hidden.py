"""What can hide in or behind a file of another kind: markup that browsers run, archives, control characters."""

from __future__ import annotations

import re
import struct
from typing import Final

from chalicelib.attachments.content.unfit import hides_something

OPENING: Final = 1_024
"""How far into a file content sniffers look for markup (they read less), in bytes."""
MARKUP: Final = re.compile(
    rb"<(?:svg[\s>]|(?i:!doctype(?!\s{1,9}plist\b)|(?:html|head|body|object|embed)[\s>]|script|iframe|\?php))"
)
"""The beginning of a web page or a part of one. A property list, in which Macs keep how to print a picture, is none."""
CONTROL: Final = re.compile("[\x00-\x08\x0e-\x1f]")
"""Control characters, which no text has."""

ZIP_PART: Final = b"PK\x03\x04"
ZIP_ENTRY: Final = b"PK\x01\x02"
ZIP_END: Final = b"PK\x05\x06"
_ARCHIVES: Final = (ZIP_PART, ZIP_END, b"Rar!", b"7z\xbc\xaf")
_FOUND_ANYWHERE: Final = re.compile(rb"Rar!\x1a\x07|7z\xbc\xaf\x27\x1c")
"""How archives begin whose readers skip what is before."""
_ZIP64_PLACE: Final = b"PK\x06\x07"
_ZIP64_PLACE_SIZE: Final = 20
"""What stands right before the end of a large zip, whose own numbers then mean nothing, and its bytes."""
_LONGEST_ZIP_END: Final = 65_557
"""Bytes of the end of a zip, with the longest comment there can be."""

COMPOUND_FILE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The signature of Office files of old, and of later ones with a password."""
VBA_PROJECT: Final = "_VBA_PROJECT".encode("utf-16-le")
"""The name of the stream that macros are in, as a directory has it."""
ENCRYPTED_PACKAGE: Final = "EncryptedPackage".encode("utf-16-le")
"""The name of the stream that a later Office file with a password is in, as a directory has it."""


def check_trailer(content: bytes, end: int) -> None:
    """Refuse what follows a file's own end where it is markup or an archive, or where an archive ends there."""
    trailer = content[end:]
    if MARKUP.search(trailer) or _FOUND_ANYWHERE.search(trailer) or trailer.lstrip(b"\0\t\n\r ").startswith(_ARCHIVES):
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
        if content.startswith(_ZIP64_PLACE, max(0, place - _ZIP64_PLACE_SIZE)):
            return True
        place = content.find(ZIP_END, place + 4)
    return False
