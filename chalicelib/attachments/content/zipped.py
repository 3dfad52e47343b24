"""Reads zips without believing them: what is in one, and each file in it to the size that it declares, not further."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final

from chalicelib.attachments.content.hidden import ZIP_PART
from chalicelib.attachments.content.unfit import damaged

HEADER: Final = 30
"""Bytes before a file in a zip, its name and its extra fields."""
ENCRYPTED: Final = 0x2041
_UTF_8: Final = 0x800
"""Flags of a file in a zip: encrypted in one of three ways, and how its name is written."""
_PIECE: Final = 1_048_576
"""Bytes that are unpacked at once."""
_FAULTS: Final = (
    zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError, EOFError, IndexError, OverflowError,
    struct.error,
)  # fmt: skip


def listed(content: bytes) -> list[zipfile.ZipInfo]:
    """Return what the directory of a zip lists; raise :class:`Unfit` where it cannot be read.

    An object is made of every entry: count them first, as ``ZIP_ENTRY`` in the content.
    """
    try:
        return zipfile.ZipFile(io.BytesIO(content)).infolist()
    except _FAULTS as error:
        raise damaged() from error


def unpacked(content: bytes, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Yield the bytes of one file in a zip, in pieces.

    Raise :class:`Unfit` where it does not unpack to exactly the size that the directory declares: zipfile itself
    stops at the declared size, so that one which goes on would pass here and burst elsewhere.
    """
    start = entry.header_offset + HEADER
    header = content[entry.header_offset : start]
    if len(header) < HEADER or not header.startswith(ZIP_PART):
        raise damaged()
    name_length, extra_length = struct.unpack("<HH", header[26:])
    name = content[start : start + name_length].decode("utf-8" if entry.flag_bits & _UTF_8 else "cp437", "replace")
    start += name_length + extra_length
    pending = content[start : start + entry.compress_size]
    if name != entry.orig_filename or len(pending) != entry.compress_size:
        raise damaged()
    if entry.compress_type == zipfile.ZIP_STORED:
        if entry.file_size != entry.compress_size:
            raise damaged()
        yield pending
        return
    if entry.compress_type != zipfile.ZIP_DEFLATED:
        raise damaged()
    inflater, size = zlib.decompressobj(-zlib.MAX_WBITS), 0
    try:
        while not inflater.eof:
            piece = inflater.decompress(pending, _PIECE)
            pending = inflater.unconsumed_tail
            size += len(piece)
            if size > entry.file_size or not (piece or pending or inflater.eof):
                raise damaged()
            yield piece
    except zlib.error as error:
        raise damaged() from error
    if size != entry.file_size:
        raise damaged()
