"""XML: one encoding that every reader agrees on, no document type, nothing that a browser or Office would run.

Any document type is refused (so there are no entities), as are style sheet instructions, XHTML, SVG, XSLT, XInclude
and what asks to be opened as an Office document. The parts of Office files are read with this as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, XMLParser

from chalicelib.attachments.content.hidden import CONTROL
from chalicelib.attachments.content.unfit import Unfit, another_kind, damaged

MAX_ELEMENTS: Final = 400_000
"""Elements of an XML file: one of the largest size there can be, full of data, has some 300,000."""
MAX_DEPTH: Final = 200
"""Elements of an XML file inside each other."""
MAX_NAMESPACE: Final = 250
"""Characters of a namespace's name, which the parser repeats for every element."""
PIECE: Final = 65_536
"""Characters that the parser is given at once."""

_DECLARED: Final = re.compile(rb"<\?xml\s")
_ENCODING: Final = re.compile(rb"\sencoding\s*=\s*[\"']([A-Za-z0-9._:-]+)[\"']")
_LONGEST_DECLARATION: Final = 400
_ENCODINGS: Final = frozenset(
    {
        "ascii", "us-ascii", "utf-8", "big5", "euc-jp", "euc-kr", "gb18030", "gb2312", "gbk", "koi8-r", "shift_jis",
        *(f"iso-8859-{part}" for part in (*range(1, 12), *range(13, 17))),  # there is no part 12
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


def check(content: bytes) -> None:
    """Raise :class:`Unfit` where this is no sound XML, or XML that something would run."""
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


def check_prolog(text: str) -> None:
    """Refuse a document type, which can only stand before the root element, and what is no XML at all."""
    place = 0
    while found := _BEFORE_ROOT.match(text, place):
        place = found.end()
    if text.startswith("<!DOCTYPE", place):
        raise Unfit("it has a document type declaration (DOCTYPE). Remove that and attach it again.")
    if not text.startswith("<", place) or text.startswith(("<!", "<?"), place):
        raise another_kind()


class Elements:
    """Parses XML as the target of the parser, within limits that hold over all that one of these reads.

    ``visit`` is called with the local name and the attributes of every element.
    """

    def __init__(self, visit: Callable[[str, dict[str, str]], None] | None = None) -> None:
        """Take what is to see the elements, if anything."""
        self._visit = visit
        self._count = self._depth = 0

    def read(self, text: str) -> None:
        """Parse one document."""
        self._depth = 0
        parser = XMLParser(target=self, forbid_dtd=True, forbid_entities=True, forbid_external=True)
        try:
            # In pieces, because the parser reads a piece to its end even after it was told to stop.
            for start in range(0, len(text), PIECE):
                parser.feed(text[start : start + PIECE])
            parser.close()
        except (ParseError, DefusedXmlException) as error:
            raise damaged() from error

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take the start of an element."""
        self._count += 1
        self._depth += 1
        if self._count > MAX_ELEMENTS or self._depth > MAX_DEPTH:
            raise Unfit("it has too many elements, or they are nested too deeply.")
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
            raise Unfit("it has a namespace that is too long.")
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
