"""What Office files must look like inside: DOC as a compound file, DOCX and XLSX as packages, none with macros."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from chalicelib.attachments.structure import (
    CONTROL,
    XML_PIECE,
    Elements,
    Unfit,
    check_prolog,
    damaged,
    not_a,
    xml_text,
)

MAX_ENTRIES: Final = 2_000
"""Parts of a package."""
MAX_UNPACKED: Final = 100 * 1024 * 1024
"""Bytes of all parts of a package together, unpacked."""
MAX_READ: Final = 8 * 1024 * 1024
"""Bytes of the parts of a package that are parsed: relationships and content types."""
_PIECE: Final = 1_048_576


def check(kind: str, content: bytes) -> None:
    """Raise :class:`Unfit` where ``content`` is not a sound file of ``kind``: doc, docx or xlsx."""
    if kind == "doc":
        _doc(content)
    else:
        _package(content, *_PACKAGES[kind])


def _macros() -> Unfit:
    return Unfit("it contains macros or controls. Save it without them, or as PDF, and attach that.")


# DOC


_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_OLE_ENTRY: Final = 128
_OLE_STREAM: Final = 2
_MACRO_STORAGES: Final = frozenset({"macros", "vba", "_vba_project", "_vba_project_cur"})
_VBA: Final = "_VBA_PROJECT".encode("utf-16-le")
_WORD_97: Final = b"\xec\xa5"


def _doc(content: bytes) -> None:
    if not content.startswith(_OLE):
        raise not_a("DOC")
    if _VBA in content:
        raise _macros()
    word = b""
    for entry in _ole_entries(content):
        name = entry[: max(0, int.from_bytes(entry[64:66], "little") - 2)].decode("utf-16-le", "replace")
        if name.lower() in _MACRO_STORAGES:
            raise _macros()
        if name == "WordDocument" and entry[66] == _OLE_STREAM:
            word = entry
    if not word:
        raise not_a("DOC")
    start, size = struct.unpack("<II", word[116:124])
    if size < 4096 or not content.startswith(_WORD_97, (start + 1) << content[30]):  # noqa: PLR2004 - always that long
        raise damaged("DOC")


def _ole_entries(content: bytes) -> Iterator[bytes]:
    """Yield the used directory entries of a compound file; 3 MB never need more than the header's own table."""
    if len(content) < 1536:  # noqa: PLR2004 - header, table and directory
        raise damaged("DOC")
    version, order, shift = struct.unpack("<HHH", content[26:32])
    tables, place = struct.unpack("<I", content[44:48])[0], struct.unpack("<I", content[48:52])[0]
    if (version, shift) not in {(3, 9), (4, 12)} or order != 0xFFFE or not 0 < tables <= 109:  # noqa: PLR2004 - format
        raise damaged("DOC")
    size = 1 << shift
    following: list[int] = []
    for table in struct.unpack(f"<{tables}I", content[76 : 76 + 4 * tables]):
        sector = content[(table + 1) * size : (table + 2) * size]
        following.extend(struct.unpack(f"<{len(sector) // 4}I", sector[: len(sector) // 4 * 4]))
    for _ in range(len(content) // size):
        sector = content[(place + 1) * size : (place + 2) * size]
        if len(sector) < size or place >= len(following):
            raise damaged("DOC")
        for start in range(0, size, _OLE_ENTRY):
            if sector[start + 66]:
                yield sector[start : start + _OLE_ENTRY]
        place = following[place]
        if place == 0xFFFFFFFE:  # noqa: PLR2004 - the end of a chain
            return
    raise damaged("DOC")


# DOCX and XLSX


_PACKAGES: Final = {
    "docx": ("DOCX", "word/document.xml", "wordprocessingml.document.main+xml"),
    "xlsx": ("XLSX", "xl/workbook.xml", "spreadsheetml.sheet.main+xml"),
}
_CONTENT_TYPES: Final = "[content_types].xml"
_MACRO_TYPES: Final = ("macroenabled", "vbaproject", "vbadata", "macrosheet", "activex")
_MACRO_PARTS: Final = re.compile(r"(?:^|/)(?:vbaproject[^/]*|vbadata\.xml|activex/.*|macrosheets/.*)$")
_FETCHED: Final = frozenset({"attachedtemplate", "oleobject", "frame", "subdocument"})
_HERE: Final = re.compile(r"file:///[^/\\]|[a-z]:[/\\]|(?![/\\]{2})(?![a-z][a-z0-9+.-]+:)", re.IGNORECASE)
_ZIP_FAULTS: Final = (
    zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, OSError, EOFError, IndexError, OverflowError,
    struct.error,
)  # fmt: skip


def _package(content: bytes, kind: str, main: str, main_type: str) -> None:
    if content.startswith(_OLE):
        raise Unfit(
            "it is protected by a password, or not a %(kind)s file. Save it without a password, or as PDF.", kind=kind
        )
    if not content.startswith(b"PK\x03\x04"):
        raise not_a(kind)
    parts = _parts(content, kind)
    if _CONTENT_TYPES not in parts:
        raise not_a(kind)
    parsed = [part for name, part in parts.items() if name == _CONTENT_TYPES or name.endswith(".rels")]
    if sum(part.file_size for part in parsed) > MAX_READ:
        raise _too_large()
    for name, part in parts.items():
        _check_part(name, _unpack(content, part, kind), kind)
    mains = {main} | _mains([b"".join(_unpack(content, part, kind)) for part in parsed], kind, main_type)
    folder = main.partition("/")[0] + "/"
    if not any(name in parts and name.startswith(folder) for name in mains):
        raise not_a(kind)


def _mains(texts: list[bytes], kind: str, main_type: str) -> set[str]:
    """Return which parts the content types call the document itself; refuse macros, and relationships that fetch."""
    mains = set()

    def visit(element: str, attributes: dict[str, str]) -> None:
        if element == "Relationship":
            _check_relationship(attributes)
        elif element in {"Override", "Default"}:
            declared = attributes.get("ContentType", "").lower()
            if any(macro in declared for macro in _MACRO_TYPES):
                raise _macros()
            if declared.endswith(main_type):
                mains.add(attributes.get("PartName", "").lstrip("/").lower())

    elements = Elements(visit)
    for text in texts:
        elements.read(xml_text(text), kind)
    return mains


def _check_part(name: str, pieces: Iterator[bytes], kind: str) -> None:
    """Refuse a part with a document type or macros, and one that cannot be unpacked."""
    before = b""
    for piece in pieces:
        if not before and piece and name.endswith((".xml", ".rels", ".vml")):
            check_prolog(_start_of_part(piece), kind)
        if name.endswith(".bin") and _VBA in before[-len(_VBA) :] + piece:
            raise _macros()
        before = piece


def _too_large() -> Unfit:
    return Unfit("it is far larger unpacked than it looks. Save it as PDF, or send a part of it.")


def _parts(content: bytes, kind: str) -> dict[str, zipfile.ZipInfo]:
    """Return the parts of the package by their lower-case names, or refuse a package that no office program writes."""
    # The directory must be the last thing in the file, and its size is looked at before zipfile makes objects of it.
    if content[-22:-18] != b"PK\x05\x06":
        raise damaged(kind)
    if content.count(b"PK\x01\x02") > 2 * MAX_ENTRIES:
        raise _too_large()
    try:
        entries = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except _ZIP_FAULTS as error:
        raise damaged(kind) from error
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise _too_large()
    parts: dict[str, zipfile.ZipInfo] = {}
    free = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        name = entry.orig_filename.lower()
        steps = name.replace("\\", "/").split("/")
        if entry.flag_bits & 0x2041:
            raise Unfit("it is encrypted. Save it as %(kind)s again without a password.", kind=kind)
        if name in parts or not steps[0] or ".." in steps or ":" in steps[0] or CONTROL.search(name):
            raise damaged(kind)
        if entry.header_offset < free or (not parts and entry.header_offset):
            raise damaged(kind)
        if _MACRO_PARTS.search(name):
            raise _macros()
        free = entry.header_offset + 30 + entry.compress_size
        parts[name] = entry
    return parts


def _unpack(content: bytes, part: zipfile.ZipInfo, kind: str) -> Iterator[bytes]:
    """Yield a part's bytes in pieces; refuse where it does not unpack to exactly the size its directory declares.

    zipfile itself stops at the declared size, so that one which goes on would pass here and burst elsewhere.
    """
    start = part.header_offset + 30
    header = content[part.header_offset : start]
    if len(header) < 30 or not header.startswith(b"PK\x03\x04"):  # noqa: PLR2004 - the header's length
        raise damaged(kind)
    name_length, extra_length = struct.unpack("<HH", header[26:])
    name = content[start : start + name_length].decode("utf-8" if part.flag_bits & 0x800 else "cp437", "replace")
    start += name_length + extra_length
    pending = content[start : start + part.compress_size]
    if name != part.orig_filename or len(pending) != part.compress_size:
        raise damaged(kind)
    if part.compress_type == zipfile.ZIP_STORED:
        if part.file_size != part.compress_size:
            raise damaged(kind)
        yield pending
        return
    if part.compress_type != zipfile.ZIP_DEFLATED:
        raise damaged(kind)
    inflater, size = zlib.decompressobj(-zlib.MAX_WBITS), 0
    try:
        while not inflater.eof:
            piece = inflater.decompress(pending, _PIECE)
            pending = inflater.unconsumed_tail
            size += len(piece)
            if size > part.file_size or not (piece or pending or inflater.eof):
                raise damaged(kind)
            yield piece
    except zlib.error as error:
        raise damaged(kind) from error
    if size != part.file_size:
        raise damaged(kind)


def _start_of_part(piece: bytes) -> str:
    """Return the beginning of an XML part, well past any prolog of a real one, as text."""
    marked = piece.startswith((b"\xff\xfe", b"\xfe\xff"))
    return piece[:XML_PIECE].decode("utf-16" if marked else "latin-1", "ignore").removeprefix("\xef\xbb\xbf")


def _check_relationship(attributes: dict[str, str]) -> None:
    """Refuse a template or object that Office would fetch from another computer."""
    if attributes.get("TargetMode", "").lower() != "external":
        return
    if attributes.get("Type", "").rpartition("/")[2].lower() not in _FETCHED:
        return
    if not _HERE.match(unquote(attributes.get("Target", "")).strip()):
        raise Unfit("it loads parts of itself from another computer. Save it as PDF and attach that.")
