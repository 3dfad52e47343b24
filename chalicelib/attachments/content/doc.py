"""DOC: a compound file with Word's own stream at its root, and no macros.

Macros are storages of a name, which a password leaves as they are: a DOC with a password is taken, unless the whole
document was encrypted into a stream. Word before 1997 kept macros among the text, where they cannot be told from it.
"""

from __future__ import annotations

import io
import struct
from typing import Final

from olefile import DEFECT_INCORRECT, STGTY_STREAM, OleFileIO

from chalicelib.attachments.content.hidden import COMPOUND_FILE, VBA_PROJECT
from chalicelib.attachments.content.unfit import (
    Unfit,
    another_kind,
    damaged,
    encrypted,
    has_macros,
    too_many_parts,
)

MAX_DIRECTORY: Final = 640 * 1024
"""Bytes that are read of a compound file to know its directory: 4,096 streams and storages, and its tables."""

_MACRO_STORAGES: Final = frozenset({"macros", "vba", "_vba_project", "_vba_project_cur"})
_ENCRYPTED: Final = ("EncryptedPackage", "\tDRMContent")
"""Streams with a whole document that only who has the password, or the rights, can read."""
_WORD: Final = "WordDocument"
_WORD_97: Final = b"\xec\xa5"
_WORD_95: Final = (b"\xdc\xa5", b"\xdb\xa5", b"\x9b\xa5", b"\x97\xa6", b"\x98\xa6", b"\x99\xa6")
"""What Word's stream begins with, and before Word 6 the file itself."""
_RTF: Final = b"{\\rtf"
"""What programs write that call RTF a DOC, as AbiWord does. It holds any object."""
_MOST_TABLES: Final = 109
"""Tables that the header itself lists. They cover 7 MB, so that no file of a message needs more."""
_LEAST: Final = 64
"""Bytes that a read counts as, if it finds fewer."""
_FAULTS: Final = (OSError, ValueError, TypeError, IndexError, OverflowError, RecursionError, struct.error)
"""What olefile raises where a file is not as it should be; its own errors are an OSError."""


class _Read(io.BytesIO):
    """A file, of which olefile reads no more than ``left`` bytes, wherever its tables lead in circles."""

    left = MAX_DIRECTORY

    def read(self, size: int | None = -1, /) -> bytes:
        piece = super().read(size)
        self.left -= max(len(piece), _LEAST)
        if self.left < 0:
            raise too_many_parts()
        return piece


def check(content: bytes) -> None:
    """Raise :class:`Unfit` where this is no sound DOC, or has macros."""
    if content.startswith(_WORD_95):
        raise _too_old()
    if content.startswith(_RTF):
        raise Unfit("it is an RTF file with the name of a DOC. Open it, save it as DOCX or PDF, and attach that.")
    if not content.startswith(COMPOUND_FILE):
        raise another_kind()
    if VBA_PROJECT in content:
        raise has_macros()
    try:
        start = _start_of_document(content)
    except _FAULTS as error:
        raise damaged() from error
    if start.startswith(_WORD_95):
        raise _too_old()
    if not start.startswith(_WORD_97):
        raise damaged()


def _start_of_document(content: bytes) -> bytes:
    """Return the first bytes of Word's stream, from where short streams are or long ones."""
    file = _Read(content)
    directory = OleFileIO(file, raise_defects=DEFECT_INCORRECT)
    if not 0 < directory.num_fat_sectors <= _MOST_TABLES:
        raise damaged()
    for *_, name in directory.listdir(streams=True, storages=True):
        if name.lower() in _MACRO_STORAGES:
            raise has_macros()
    if any(directory.exists(name) for name in _ENCRYPTED):
        raise encrypted()
    if not directory.exists(_WORD) or directory.get_type(_WORD) != STGTY_STREAM:
        raise another_kind()
    file.left = len(content)
    with directory.openstream(_WORD) as stream:
        return bytes(stream.read(2))


def _too_old() -> Unfit:
    return Unfit("it was saved by Word 95 or earlier, where we cannot look for macros. Save it as DOCX or PDF.")
