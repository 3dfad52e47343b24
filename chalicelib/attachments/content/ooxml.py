"""What DOCX and XLSX have in common: a package is a zip of parts that unpack to what they say, without macros.

Macros, macro sheets and ActiveX controls are refused, by the names, types and relationships that Office finds them by,
as is what fetches a template or object from another computer when it is opened. Embedded documents, hyperlinks and
linked pictures are not: Office asks first. A type counts for parts that exist: some programs declare what they never
write.
"""

from __future__ import annotations

import posixpath
import re
import zipfile
from collections.abc import Iterator
from typing import Final
from urllib.parse import unquote

from chalicelib.attachments.content.hidden import (
    COMPOUND_FILE,
    CONTROL,
    ENCRYPTED_PACKAGE,
    VBA_PROJECT,
    ZIP_END,
    ZIP_ENTRY,
    ZIP_PART,
)
from chalicelib.attachments.content.unfit import (
    Unfit,
    another_kind,
    damaged,
    encrypted,
    has_macros,
    too_many_parts,
)
from chalicelib.attachments.content.xml import Elements, check_prolog, xml_text
from chalicelib.attachments.content.zipped import ENCRYPTED, HEADER, listed, unpacked

MAX_ENTRIES: Final = 2_000
"""Parts of a package."""
MAX_UNPACKED: Final = 100 * 1024 * 1024
"""Bytes of all parts of a package together, unpacked."""
MAX_READ: Final = 8 * 1024 * 1024
"""Bytes of the parts of a package that are parsed: relationships and content types."""
MAX_DECLARED: Final = 50_000
"""Elements of these parts together. A table with a link in every row has one for each."""

_CONTENT_TYPES: Final = "[content_types].xml"
_MACRO_TYPES: Final = ("macroenabled", "vbaproject", "vbadata", "macrosheet", "activex")
_MACRO_PARTS: Final = re.compile(r"(?:^|/)(?:vbaproject[^/]*|vbadata\.xml|activex/.*|macrosheets/.*)$")
_MACRO_RELATIONSHIPS: Final = frozenset(
    {"vbaproject", "wordvbadata", "xlmacrosheet", "xlintlmacrosheet", "control", "activexcontrolbinary"}
)
_FETCHED: Final = frozenset({"attachedtemplate", "oleobject", "package", "frame", "subdocument"})
_CHUNK: Final = "afchunk"
"""A document that is read in where another has a place for it. What Word writes is always in the package."""
_PROLOG: Final = 8_192
"""Bytes of an XML part in which its root element begins. One with more before it is refused."""
_PIECE: Final = ".piece"
"""How a part in pieces is named, which would hide what is in it; Office writes none."""

_END: Final = 22
"""Bytes of the end of a zip, without the comment whose length they end with. MuPDF writes the name of its maker."""
_LONGEST_COMMENT: Final = 1_024
_NO_COMMENT: Final = re.compile(rb"[\x00-\x08\x0e-\x1f<]|PK")

_LONGEST_PATH: Final = 4_096
_UNSEEN: Final = re.compile(r"[\x00-\x1f]")
"""What readers of addresses skip."""
_ON_A_DRIVE: Final = re.compile(r"/*[a-z][:|](?:/|$)")
_FILE: Final = re.compile(
    r"(?://localhost)?/(?![/?])|///(?![/?])"
    r"|/{4,}(?:applications|home|library|media|mnt|opt|private|root|srv|tmp|users|usr|var|volumes)/(?!(?:.*/)?\.\./)"
)
"""What follows ``file:`` where a file is here. Office for Mac writes four slashes. Windows sees a computer behind them,
but no name without a dot is one on the internet, and these are folders at the top of a Mac or of Linux."""
_MAC_VOLUME: Final = re.compile(r"[^/:]+:(?:applications|library|users):[^/]+$")
_ELSEWHERE: Final = re.compile(r"[a-z][a-z0-9+.-]+:|//|/\?")


def check_package(content: bytes, *, main: str, main_type: str) -> None:
    """Raise :class:`Unfit` where this is no sound package, or has macros.

    ``main`` is where the document itself is by custom; content types may call another part that, as of ``main_type``.
    """
    if content.startswith(COMPOUND_FILE):
        raise encrypted() if ENCRYPTED_PACKAGE in content else another_kind()
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
    declared = _declared([b"".join(unpacked(content, part)) for part in parsed])
    _check_types(declared, {_name(name) for name in parts})
    mains = {main} | {name for by, name, declares in declared if by == "Override" and declares.endswith(main_type)}
    folder = main.partition("/")[0] + "/"
    if not any(name in parts and name.startswith(folder) for name in mains):
        raise another_kind()


def _declared(texts: list[bytes]) -> list[tuple[str, str, str]]:
    """Return the content types there are, each with how it is said, of which name or ending, and what it is.

    Refuse relationships that fetch or bring programs.
    """
    declared: list[tuple[str, str, str]] = []
    count = 0

    def visit(element: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if count > MAX_DECLARED:
            raise too_many_parts()
        if element == "Relationship":
            _check_relationship(attributes)
        elif element in {"Override", "Default"}:
            name = attributes.get("PartName" if element == "Override" else "Extension", "")
            declared.append((element, _name(name), attributes.get("ContentType", "").lower()))

    elements = Elements(visit)
    for text in texts:
        elements.read(xml_text(text))
    return declared


def _check_types(declared: list[tuple[str, str, str]], names: set[str]) -> None:
    """Refuse the type of a macro that is declared of a part that exists, or of the ending of one."""
    endings = {name.rpartition(".")[2] for name in names}
    for by, name, declares in declared:
        exists = name in names if by == "Override" else name.lstrip(".") in endings
        if exists and any(macro in declares for macro in _MACRO_TYPES):
            raise has_macros()


def _name(text: str) -> str:
    """Return the name of a part as all compare it, however it is written."""
    return posixpath.normpath(unquote(text).replace("\\", "/").strip("/ ")).lower()


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
    end = content.rfind(ZIP_END, max(0, len(content) - _END - _LONGEST_COMMENT))
    comment = content[end + _END :]
    length = int.from_bytes(content[end + _END - 2 : end + _END], "little")
    if end < 0 or length != len(comment) or _NO_COMMENT.search(comment):
        raise damaged()
    if content.count(ZIP_ENTRY) > 2 * MAX_ENTRIES:
        raise _too_large()
    entries = listed(content)
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise _too_large()
    parts: dict[str, zipfile.ZipInfo] = {}
    free = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        name = entry.orig_filename.lower().replace("\\", "/")  # .NET once wrote them so, and Excel reads them
        steps = name.split("/")
        if entry.flag_bits & ENCRYPTED:
            raise encrypted()
        if name in parts or not steps[0] or ".." in steps or ":" in steps[0] or CONTROL.search(name):
            raise damaged()
        if name.endswith(_PIECE):
            raise damaged()
        if entry.header_offset < free or (not parts and entry.header_offset):
            raise damaged()
        if _MACRO_PARTS.search(name):
            raise has_macros()
        free = entry.header_offset + HEADER + entry.compress_size
        parts[name] = entry
    return parts


def _start_of_part(piece: bytes) -> str:
    """Return the beginning of an XML part as text."""
    start = piece[:_PROLOG]
    marked = start.startswith((b"\xff\xfe", b"\xfe\xff"))
    if not marked and b"\0" in start[:4]:  # UTF-16 that does not say so
        raise damaged()
    return start.decode("utf-16" if marked else "latin-1", "ignore").removeprefix("\xef\xbb\xbf")


def _check_relationship(attributes: dict[str, str]) -> None:
    """Refuse programs, and a template or object that Office would fetch from elsewhere."""
    kind = attributes.get("Type", "").rpartition("/")[2].strip().lower()
    if kind in _MACRO_RELATIONSHIPS:
        raise has_macros()
    if attributes.get("TargetMode", "").strip().lower() != "external":
        return
    if kind == _CHUNK:
        raise Unfit("it loads another file when it is opened. Save it as PDF and attach that.")
    if kind in _FETCHED and not _is_here(attributes.get("Target", "")):
        raise Unfit("it loads content from another computer. Save it as PDF and attach that.")


def _is_here(target: str) -> bool:
    """Whether a target is a file of the computer that the document is on, by any system's way to write a path."""
    if len(target) > _LONGEST_PATH:
        return False
    path = _UNSEEN.sub("", unquote(target)).strip().replace("\\", "/").lower()
    if _ON_A_DRIVE.match(path) or _MAC_VOLUME.match(path):
        return True
    if path.startswith("file:"):
        path = path.removeprefix("file:")
        return bool(_ON_A_DRIVE.match(path.removeprefix("//localhost")) or _FILE.match(path))
    return not _ELSEWHERE.match(path)
