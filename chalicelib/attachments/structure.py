"""What the inside of each kind of file must look like. No sniffing: every kind is walked from signature to end.

Everything here runs in time linear in the file and the limits below, whatever the bytes are.

What is refused and what is not:

- Images and PDF may be followed by a trailer (phones append videos and depth maps to photographs), but not by markup
  or an archive, and no archive reader may find an archive anywhere at their end. Text inside images is free of markup.
- PDF scripts and launch actions are not looked for: they hide in compressed objects where a search finds nothing, and
  viewers ask or ignore them. A file that only looks like a PDF to some readers is refused.
- Office files with macros, macro sheets or ActiveX controls are refused, as are those that fetch a template or object
  from another computer when opened. Embedded documents, hyperlinks and linked pictures are not: Office asks first.
- XML is refused with any document type (so there are no entities), style sheet instruction, XHTML, SVG, XSLT or
  XInclude, and where it asks to be opened as an Office document.
- CSV is text in any encoding that has no control characters. Formulas stay: a minus sign is one, too.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator
from typing import Final

from chalicelib.speech import Phrase

MAX_ELEMENTS: Final = 400_000
"""Elements of an XML file: one that fills 3 MB with data has some 300,000."""
MAX_DEPTH: Final = 200
"""Elements of an XML file inside each other."""
MAX_NAMESPACE: Final = 250
"""Characters of a namespace's name, which the parser repeats for every element."""

XML_PIECE: Final = 65_536
_OPENING: Final = 1_024
"""How far into a file content sniffers look for markup (they read less)."""


class Unfit(Exception):
    """The content is not what its name says, or carries something active; ``reason`` completes a sentence.

    Catalogues have every reason that is given to it.
    """

    def __init__(self, reason: str, **values: str) -> None:
        """Take the reason, with its values."""
        self.why = Phrase(reason, **values)
        super().__init__(str(self.why))

    @property
    def reason(self) -> str:
        """The reason in English."""
        return str(self.why)


def check(kind: str, content: bytes) -> None:
    """Raise :class:`Unfit` where ``content`` is not a sound file of the extension ``kind``."""
    if kind in {"doc", "docx", "xlsx"}:
        from chalicelib.attachments import office

        office.check(kind, content)
    else:
        _CHECKS[kind](content)


_MARKUP: Final = re.compile(
    rb"<svg[\s>]|(?i:<!doctype|<html[\s>]|<head[\s>]|<body[\s>]|<script|<iframe|<object[\s>]|<embed[\s>]|<\?php)"
)


def not_a(kind: str) -> Unfit:
    """Return the verdict on another kind of file under this kind's name."""
    return Unfit("its content is not %(kind)s. Save it as %(kind)s again, or attach another file.", kind=kind)


def _hidden() -> Unfit:
    return Unfit("something else is hidden in it. Save it again with another program, or attach another file.")


def damaged(kind: str) -> Unfit:
    """Return the verdict on a file that begins as it should and then does not hold together."""
    return Unfit(
        "this %(kind)s file is damaged or cut off. Open it, save it again, and attach the new file.", kind=kind
    )


_ARCHIVES: Final = (b"PK\x03\x04", b"PK\x05\x06", b"Rar!", b"7z\xbc\xaf")


def _check_trailer(content: bytes, end: int) -> None:
    """Refuse what follows a file's own end where it is markup or an archive, or where an archive ends there."""
    trailer = content[end:]
    if _MARKUP.search(trailer) or trailer.lstrip(b"\0\t\n\r ").startswith(_ARCHIVES):
        raise _hidden()
    _check_no_archive(content)


def _check_no_archive(content: bytes) -> None:
    """Refuse where an archive reader, which starts at the end and skips what is before, would find an archive."""
    place = content.find(b"PK\x05\x06", max(0, len(content) - 65_557))
    while place != -1:
        (size,) = struct.unpack("<I", content[place + 12 : place + 16].ljust(4, b"\0"))
        if size <= place and content.startswith((b"PK\x01\x02", b"PK\x05\x06"), place - size):
            raise _hidden()
        place = content.find(b"PK\x05\x06", place + 4)


# PDF


def _pdf(content: bytes) -> None:
    if not re.match(rb"%PDF-[12]\.[0-9]", content):
        raise not_a("PDF")
    if _MARKUP.search(content[:_OPENING]):
        raise _hidden()
    end = content.rfind(b"%%EOF")
    if end < max(0, len(content) - _OPENING):
        raise damaged("PDF")
    _check_trailer(content, end + 5)


# Pictures


def _png(content: bytes) -> None:
    if not content.startswith(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"):
        raise not_a("PNG")
    place, seen = 8, False
    while True:
        header = content[place : place + 8]
        if len(header) < 8:  # noqa: PLR2004 - length and name of a chunk
            raise damaged("PNG")
        length, name = int.from_bytes(header[:4], "big"), header[4:]
        following = place + 12 + length
        if following > len(content) or not name.isalpha():
            raise damaged("PNG")
        if name == b"IEND":
            break
        if name == b"IDAT":
            seen = True
        elif _MARKUP.search(content, place + 8, following - 4):
            raise _hidden()
        place = following
    if not seen or length:
        raise damaged("PNG")
    _check_trailer(content, following)


def _gif(content: bytes) -> None:
    if not content.startswith((b"GIF87a", b"GIF89a")) or len(content) < 14:  # noqa: PLR2004 - header and end
        raise not_a("GIF")
    size, seen = len(content), False
    place = 13 + _colours(content[10])
    while True:
        block = content[place] if place < size else 0
        if block == 0x3B:  # noqa: PLR2004 - the trailer
            break
        if block == 0x2C and place + 10 < size:  # noqa: PLR2004 - a picture
            seen = True
            place = _blocks_end(content, place + 11 + _colours(content[place + 9]))
        elif block == 0x21:  # noqa: PLR2004 - an extension: comments, names of programs
            start, place = place, _blocks_end(content, place + 2)
            if _MARKUP.search(content, start, place):
                raise _hidden()
        else:
            raise damaged("GIF")
    if not seen:
        raise damaged("GIF")
    _check_trailer(content, place + 1)


def _colours(flags: int) -> int:
    """Return the bytes of a GIF's colour table."""
    return 3 << ((flags & 7) + 1) if flags & 0x80 else 0


def _blocks_end(content: bytes, place: int) -> int:
    """Return where a GIF's chain of blocks, each with its length before it, has ended."""
    size = len(content)
    while place < size:
        length = content[place]
        place += length + 1
        if not length:
            return place
    raise damaged("GIF")


_JPEG_FILL: Final = re.compile(rb"\xff+")
_JPEG_MARKER: Final = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_JPEG_FRAMES: Final = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_SCAN, _END = 0xDA, 0xD9


def _jpeg(content: bytes) -> None:
    if not content.startswith(b"\xff\xd8\xff"):
        raise not_a("JPG")
    framed = scanned = False
    end = 0
    for marker, start, end in _jpeg_segments(content):
        if marker == _SCAN:
            scanned = framed
        elif marker in _JPEG_FRAMES:
            framed = True
        elif (marker == 0xFE or marker >= 0xE0) and _MARKUP.search(content, start, end):  # noqa: PLR2004 - comments
            raise _hidden()
    if not scanned:
        raise damaged("JPG")
    _check_trailer(content, end)


def _jpeg_segments(content: bytes) -> Iterator[tuple[int, int, int]]:
    """Yield each segment's marker, start and end; the last is the end of the picture. A scan has its data with it."""
    place = 2
    while True:
        fill = _JPEG_FILL.match(content, place)
        if not fill or fill.end() >= len(content):
            raise damaged("JPG")
        marker, start = content[fill.end()], fill.end() + 1
        if marker == _END:
            yield marker, start, start
            return
        if marker == 0x01 or 0xD0 <= marker <= 0xD7:  # noqa: PLR2004 - markers that stand alone
            place = start
            continue
        length = int.from_bytes(content[start : start + 2], "big")
        place = start + length
        if marker < 0xC0 or marker == 0xD8 or length < 2 or place > len(content):  # noqa: PLR2004 - no such segment
            raise damaged("JPG")
        if marker == _SCAN:
            found = _JPEG_MARKER.search(content, place)
            place = found.start() if found else len(content)
        yield marker, start, place


# Text


CONTROL: Final = re.compile("[\x00-\x08\x0e-\x1f]")
_MARKUP_FIRST: Final = re.compile(
    r"<(?:\?|%|!--|(?:a|b|br|div|font|h1|head|img|link|meta|p|pre|style|table|template|title|xml)[\s/>])", re.IGNORECASE
)
_TEXT_FILES: Final = ("%PDF-", "%!PS", "{\\rtf", "GIF87a", "GIF89a", "PK\x03\x04")


def _csv(content: bytes) -> None:
    text = _text(content).rstrip("\x1a")  # programs of old end text so
    if CONTROL.search(text):
        raise Unfit("it is not plain text. Save it as CSV again, with the encoding UTF-8.")
    text = text.lstrip("\ufeff\t\n\x0b\x0c\r \"'")
    if _MARKUP_FIRST.match(text) or _MARKUP.search(text[:_OPENING].encode()):
        raise Unfit("it holds a web page instead of a table. Save it as CSV again.")
    if text.startswith(_TEXT_FILES):
        raise not_a("CSV")


def _text(content: bytes) -> str:
    """Return a CSV as text. Without a mark at its start it is UTF-8, or one of the encodings that begin with ASCII."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise damaged("CSV") from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")  # stands for Windows-1252, Shift-JIS, GB 18030 …: no control bytes in any


# XML


_DECLARED: Final = re.compile(rb"<\?xml\s")
_ENCODING: Final = re.compile(rb"\sencoding\s*=\s*[\"']([A-Za-z0-9._:-]+)[\"']")
_LONGEST_DECLARATION: Final = 400
_ENCODINGS: Final = frozenset(
    {
        "ascii", "us-ascii", "utf-8", "big5", "euc-jp", "euc-kr", "gb18030", "gb2312", "gbk", "koi8-r", "shift_jis",
        *(f"iso-8859-{part}" for part in range(1, 17) if part != 12),  # noqa: PLR2004 - there is no part 12
        *(f"windows-125{page}" for page in range(9)),
    }
)  # fmt: skip
_BEFORE_ROOT: Final = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
_ACTIVE_NAMESPACES: Final = frozenset(
    {
        "http://www.w3.org/1999/xhtml",
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xsl/transform",
        "http://www.w3.org/2001/xinclude",
        "http://www.mozilla.org/keymaster/gatekeeper/there.is.only.xul",
    }
)
_ACTIVE_ROOTS: Final = frozenset({"html", "svg", "script", "xhtml", "body", "iframe"})


def _xml(content: bytes) -> None:
    text = xml_text(content)
    check_prolog(text)
    Elements().read(text)


def xml_text(content: bytes) -> str:
    """Return XML as text, by its mark or the encoding it declares; only encodings every reader agrees on."""
    marked = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else ""
    if content.startswith(b"\xef\xbb\xbf"):
        marked, content = "utf-8", content[3:]
    opening = content[:_LONGEST_DECLARATION]
    if marked:
        opening = opening.decode(marked, "ignore").encode("ascii", "ignore")
    declaration, ended, _ = opening.partition(b"?>") if _DECLARED.match(opening) else (b"", b"?>", b"")
    found = _ENCODING.search(declaration)
    declared = found[1].decode().lower() if found else marked or "utf-8"
    unclear = not ended or (b"encoding" in declaration and not found)
    if unclear or declared not in ({marked} if marked else _ENCODINGS):
        raise _encoding()
    try:
        text = content.decode(declared)
    except UnicodeDecodeError as error:
        raise _encoding() from error
    if CONTROL.search(text):  # with a NUL in second place the parser would guess UTF-16, whatever it was told
        raise _encoding()
    return text


def _encoding() -> Unfit:
    return Unfit("its text does not have the encoding it declares. Save it as XML again, with the encoding UTF-8.")


def check_prolog(text: str, kind: str = "XML") -> None:
    """Refuse a document type, which can only stand before the root element, and what is no XML at all."""
    place = 0
    while found := _BEFORE_ROOT.match(text, place):
        place = found.end()
    if text.startswith("<!DOCTYPE", place):
        raise Unfit("it has a document type declaration (DOCTYPE). Remove that and attach it again.")
    if not text.startswith("<", place) or text.startswith(("<!", "<?"), place):
        raise not_a(kind)


class Elements:
    """Parses XML as the target of the parser, within limits that hold over all that one of these reads.

    ``visit`` is called with the local name and the attributes of every element.
    """

    def __init__(self, visit: Callable[[str, dict[str, str]], None] | None = None) -> None:
        """Take what is to see the elements, if anything."""
        self._visit = visit
        self._count = self._depth = 0

    def read(self, text: str, kind: str = "XML") -> None:
        """Parse one document; ``kind`` is the file it belongs to."""
        from defusedxml import DefusedXmlException
        from defusedxml.ElementTree import ParseError, XMLParser

        self._depth = 0
        parser = XMLParser(target=self, forbid_dtd=True, forbid_entities=True, forbid_external=True)
        try:
            # In pieces, because the parser reads a piece to its end even after it was told to stop.
            for start in range(0, len(text), XML_PIECE):
                parser.feed(text[start : start + XML_PIECE])
            parser.close()
        except (ParseError, DefusedXmlException) as error:
            raise damaged(kind) from error

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take the start of an element."""
        self._count += 1
        self._depth += 1
        if self._count > MAX_ELEMENTS or self._depth > MAX_DEPTH:
            raise Unfit("it has too many elements, or too many inside each other.")
        if self._depth == 1 and tag.rpartition("}")[2].lower() in _ACTIVE_ROOTS:
            raise _active()
        if self._visit:
            self._visit(tag.rpartition("}")[2], attributes)

    def end(self, _tag: str) -> None:
        """Take the end of an element."""
        self._depth -= 1

    def start_ns(self, _prefix: str, uri: str) -> None:
        """Take the declaration of a namespace."""
        if len(uri) > MAX_NAMESPACE:
            raise Unfit("it names a namespace that is too long.")
        if uri.strip().lower() in _ACTIVE_NAMESPACES:
            raise _active()

    def pi(self, target: str, _data: str) -> None:
        """Take an instruction to the program that opens the file."""
        if target.lower() == "xml-stylesheet":
            raise Unfit("it refers to a style sheet. Remove that line and attach it again.")
        if target.lower() == "mso-application":
            raise Unfit("it opens as an Office document. Save it as DOCX or XLSX and attach that.")


def _active() -> Unfit:
    return Unfit("it contains a web page, a style sheet or a picture that can run scripts.")


_CHECKS: Final[dict[str, Callable[[bytes], None]]] = {
    "csv": _csv,
    "gif": _gif,
    "jpeg": _jpeg,
    "jpg": _jpeg,
    "pdf": _pdf,
    "png": _png,
    "xml": _xml,
}
