"""DOC: a compound file with Word's own stream in it, and no macros."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final

from chalicelib.attachments.content.unfit import another_kind, damaged, has_macros

COMPOUND_FILE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The signature of Office files of old, and of later ones with a password."""
VBA_PROJECT: Final = "_VBA_PROJECT".encode("utf-16-le")
"""The name of the stream that macros are in, as a directory has it."""

_MACRO_STORAGES: Final = frozenset({"macros", "vba", "_vba_project", "_vba_project_cur"})
_WORD_97: Final = b"\xec\xa5"
"""What Word's stream begins with."""
_SHORTEST_STREAM: Final = 4_096
"""Bytes. Shorter streams are kept elsewhere, and Word's is never shorter."""

_SHORTEST: Final = 3 * 512
"""Bytes of a header, a table and a directory."""
_LITTLE_ENDIAN: Final = 0xFFFE
_SECTORS: Final = frozenset({(3, 9), (4, 12)})
"""The versions there are, each with the size of its sectors as a power of two."""
_MOST_TABLES: Final = 109
"""Tables that the header itself lists. They cover 7 MB, so that no file of a message needs more."""
_CHAIN_END: Final = 0xFFFFFFFE
_ENTRY: Final = 128
"""Bytes of a directory's entry."""
_STREAM: Final = 2


def check(content: bytes) -> None:
    """Raise :class:`Unfit` where this is no sound DOC, or has macros."""
    if not content.startswith(COMPOUND_FILE):
        raise another_kind()
    if VBA_PROJECT in content:
        raise has_macros()
    word = b""
    for entry in _entries(content):
        name = entry[: max(0, int.from_bytes(entry[64:66], "little") - 2)].decode("utf-16-le", "replace")
        if name.lower() in _MACRO_STORAGES:
            raise has_macros()
        if name == "WordDocument" and entry[66] == _STREAM:
            word = entry
    if not word:
        raise another_kind()
    start, size = struct.unpack("<II", word[116:124])
    if size < _SHORTEST_STREAM or not content.startswith(_WORD_97, (start + 1) << content[30]):
        raise damaged()


def _entries(content: bytes) -> Iterator[bytes]:
    """Yield the used entries of the directory."""
    if len(content) < _SHORTEST:
        raise damaged()
    version, order, shift = struct.unpack("<HHH", content[26:32])
    tables, place = struct.unpack("<I", content[44:48])[0], struct.unpack("<I", content[48:52])[0]
    if (version, shift) not in _SECTORS or order != _LITTLE_ENDIAN or not 0 < tables <= _MOST_TABLES:
        raise damaged()
    size = 1 << shift
    following: list[int] = []
    for table in struct.unpack(f"<{tables}I", content[76 : 76 + 4 * tables]):
        sector = content[(table + 1) * size : (table + 2) * size]
        following.extend(struct.unpack(f"<{len(sector) // 4}I", sector[: len(sector) // 4 * 4]))
    for _ in range(len(content) // size):
        sector = content[(place + 1) * size : (place + 2) * size]
        if len(sector) < size or place >= len(following):
            raise damaged()
        for start in range(0, size, _ENTRY):
            if sector[start + 66]:
                yield sector[start : start + _ENTRY]
        place = following[place]
        if place == _CHAIN_END:
            return
    raise damaged()
