"""Cuts from a shared library what is not loaded when it runs: what debuggers read, and tables of sections.

One library came with 11 of its 13 MB of that. A loader reads program headers only, so the library works as before.
"""

from __future__ import annotations

import struct

_MAGIC = b"\x7fELF\x02\x01"
"""Of 64 bits, the least significant byte first: what Lambda runs."""
_SECTIONS_AT, _SECTIONS = 40, 58
"""Where the header says where the table of sections is, and how it looks."""


def loaded(library: bytes) -> bytes:
    """Return a library up to the end of what is loaded; anything but a 64-bit ELF file as it is."""
    if not library.startswith(_MAGIC):
        return library
    (table,) = struct.unpack_from("<Q", library, 32)
    size, count = struct.unpack_from("<HH", library, 54)
    ends = []
    for number in range(count):
        (offset,) = struct.unpack_from("<Q", library, table + number * size + 8)
        (length,) = struct.unpack_from("<Q", library, table + number * size + 32)
        ends.append(offset + length)
    made = bytearray(library[: max([*ends, table + size * count])])
    struct.pack_into("<Q", made, _SECTIONS_AT, 0)
    struct.pack_into("<HHH", made, _SECTIONS, 0, 0, 0)
    return bytes(made)
