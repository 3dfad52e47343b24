"""What DOCX and XLSX have in common: a package is a zip of parts that unpack to what they say, without macros.

Macros, macro sheets and ActiveX controls are refused, as is what fetches a template or object from another computer
when it is opened. Embedded documents, hyperlinks and linked pictures are not: Office asks first.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from chalicelib.attachments.content.doc import COMPOUND_FILE, VBA_PROJECT
from chalicelib.attachments.content.hidden import CONTROL, ZIP_END, ZIP_ENTRY, ZIP_PART
from chalicelib.attachments.content.unfit import Unfit, another_kind, damaged, has_macros
from chalicelib.attachments.content.xml import PIECE, Elements, check_prolog, xml_text
from chalicelib.attachments.content.zipped import ENCRYPTED, HEADER, listed, unpacked

MAX_ENTRIES: Final = 2_000
"""Parts of a package."""
MAX_UNPACKED: Final = 100 * 1024 * 1024
"""Bytes of all parts of a package together, unpacked."""
MAX_READ: Final = 8 * 1024 * 1024
"""Bytes of the parts of a package that are parsed: relationships and content types."""

_CONTENT_TYPES: Final = "[content_types].xml"
_MACRO_TYPES: Final = ("macroenabled", "vbaproject", "vbadata", "macrosheet", "activex")
_MACRO_PARTS: Final = re.compile(r"(?:^|/)(?:vbaproject[^/]*|vbadata\.xml|activex/.*|macrosheets/.*)$")
_FETCHED: Final = frozenset({"attachedtemplate", "oleobject", "frame", "subdocument"})
_HERE: Final = re.compile(r"file:///[^/\\]|[a-z]:[/\\]|(?![/\\]{2})(?![a-z][a-z0-9+.-]+:)", re.IGNORECASE)


def check_package(content: bytes, *, main: str, main_type: str) -> None:
    """Raise :class:`Unfit` where this is no sound package, or has macros.

    ``main`` is where the document itself is by custom; content types may call another part that, as of ``main_type``.
    """
    if content.startswith(COMPOUND_FILE):
        raise Unfit("it is protected by a password, or not a %(kind)s file. Save it without a password, or as PDF.")
    if not content.startswith(ZIP_PART):
        raise another_kind()
    parts = _parts(content)
    if _CONTENT_TYPES not in parts:
        raise another_kind()
    parsed = [part for name, part in parts.items() if name == _CONTENT_TYPES or name.endswith(".rels")]
    if sum(part.file_size for part in parsed) > MAX_READ:
        raise _too_large()
    for name, part in parts.items():
        _check_part(name, unpacked(content, part))
    mains = {main} | _mains([b"".join(unpacked(content, part)) for part in parsed], main_type)
    folder = main.partition("/")[0] + "/"
    if not any(name in parts and name.startswith(folder) for name in mains):
        raise another_kind()


def _mains(texts: list[bytes], main_type: str) -> set[str]:
    """Return which parts the content types call the document itself; refuse macros, and relationships that fetch."""
    mains = set()

    def visit(element: str, attributes: dict[str, str]) -> None:
        if element == "Relationship":
            _check_relationship(attributes)
        elif element in {"Override", "Default"}:
            declared = attributes.get("ContentType", "").lower()
            if any(macro in declared for macro in _MACRO_TYPES):
                raise has_macros()
            if declared.endswith(main_type):
                mains.add(attributes.get("PartName", "").lstrip("/").lower())

    elements = Elements(visit)
    for text in texts:
        elements.read(xml_text(text))
    return mains


def _check_part(name: str, pieces: Iterator[bytes]) -> None:
    """Refuse a part with a document type or macros, and one that cannot be unpacked."""
    before = b""
    for piece in pieces:
        if not before and piece and name.endswith((".xml", ".rels", ".vml")):
            check_prolog(_start_of_part(piece))
        if name.endswith(".bin") and VBA_PROJECT in before[-len(VBA_PROJECT) :] + piece:
            raise has_macros()
        before = piece


def _too_large() -> Unfit:
    return Unfit("it is far larger once it is unpacked. Save it as PDF, or send part of it.")


def _parts(content: bytes) -> dict[str, zipfile.ZipInfo]:
    """Return the parts of the package by their lower-case names, or refuse a package that no office program writes."""
    # The directory must be the last thing in the file, and its size is looked at before zipfile makes objects of it.
    if content[-22:-18] != ZIP_END:
        raise damaged()
    if content.count(ZIP_ENTRY) > 2 * MAX_ENTRIES:
        raise _too_large()
    entries = listed(content)
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise _too_large()
    parts: dict[str, zipfile.ZipInfo] = {}
    free = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        name = entry.orig_filename.lower()
        steps = name.replace("\\", "/").split("/")
        if entry.flag_bits & ENCRYPTED:
            raise Unfit("it is encrypted. Save it as %(kind)s again without a password.")
        if name in parts or not steps[0] or ".." in steps or ":" in steps[0] or CONTROL.search(name):
            raise damaged()
        if entry.header_offset < free or (not parts and entry.header_offset):
            raise damaged()
        if _MACRO_PARTS.search(name):
            raise has_macros()
        free = entry.header_offset + HEADER + entry.compress_size
        parts[name] = entry
    return parts


def _start_of_part(piece: bytes) -> str:
    """Return the beginning of an XML part, well past any prolog of a real one, as text."""
    marked = piece.startswith((b"\xff\xfe", b"\xfe\xff"))
    return piece[:PIECE].decode("utf-16" if marked else "latin-1", "ignore").removeprefix("\xef\xbb\xbf")


def _check_relationship(attributes: dict[str, str]) -> None:
    """Refuse a template or object that Office would fetch from another computer."""
    if attributes.get("TargetMode", "").lower() != "external":
        return
    if attributes.get("Type", "").rpartition("/")[2].lower() not in _FETCHED:
        return
    if not _HERE.match(unquote(attributes.get("Target", "")).strip()):
        raise Unfit("it loads content from another computer. Save it as PDF and attach that.")
