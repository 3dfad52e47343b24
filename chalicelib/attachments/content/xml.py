"""XML: one encoding that every reader agrees on, no document type, nothing that a browser or Office would run.

A document type is refused unless it is a mere name (so there are no entities, and nothing is fetched), as are XHTML,
SVG, XSLT, XInclude, style sheets, and what asks to be opened as an Office document. Only what is signed, and Italy's
invoices, may name a style sheet beside the file, where readers find none: the line cannot be removed from them. The
parts of Office files are read with this as well.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Final

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, XMLParser

from chalicelib.attachments.content.encodings import codec_of, decode
from chalicelib.attachments.content.unfit import Unfit, another_kind, damaged

MAX_ELEMENTS: Final = 400_000
"""Elements of an XML file: one of the largest size there can be, full of data, has some 300,000."""
MAX_NAMES: Final = 20_000
"""Different names of elements; each costs the parser much more than one it knows."""
MAX_DEPTH: Final = 200
"""Elements of an XML file inside each other."""
MAX_NAMESPACE: Final = 250
"""Characters of a namespace's name, which the parser repeats for every element."""
PIECE: Final = 65_536
"""Characters that the parser is given at once."""

_DECLARED: Final = re.compile(rb"<\?xml\s")
_ENCODING: Final = re.compile(rb"\sencoding\s*=\s*[\"']([A-Za-z][A-Za-z0-9._-]*)[\"']")
_LONGEST_DECLARATION: Final = 400
_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_UNMARKED: Final = ((b"<\0?\0x\0", "utf-16-le"), (b"\0<\0?\0x", "utf-16-be"))
"""UTF-16 without its mark, as XML 1.0 tells it (appendix F.1); it must declare itself."""
_UTF_16: Final = {
    "utf-16": "", "ucs-2": "", "iso-10646-ucs-2": "", "unicode": "", "csunicode": "",
    "utf-16le": "utf-16-le", "utf-16be": "utf-16-be", "unicodefeff": "utf-16-le", "unicodefffe": "utf-16-be",
}  # fmt: skip
"""Names of UTF-16 to the order of bytes that they tell, if any."""
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""Control characters, which XML 1.0 has not even as references (section 2.2)."""
_BEFORE_ROOT: Final = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
_MERE_NAME: Final = re.compile(r"<!DOCTYPE\s+([\w.:-]{1,100})\s*>")
_SHOWN: Final = 80
"""Characters of a file that a sentence shows."""
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
_SIGNATURE: Final = "{http://www.w3.org/2000/09/xmldsig#}Signature"
_INVOICE: Final = "FatturaElettronica"
"""The root element of Italy's invoices, whose signature is often around the file and not in it."""
_PLACE: Final = re.compile(r"href\s*=\s*([\"'])(.*?)\1", re.DOTALL)
_LONGEST_STYLE: Final = 1_000
"""Characters of an instruction that names a style sheet."""
_BESIDE: Final = re.compile(
    r"(?:https?://[a-z0-9-]+(?:\.[a-z0-9-]+)*\.gov\.it/|(?!//))[\w./%() +-]*(?:\?[\w.=&%-]*)?(?:#[\w.-]*)?"
)
"""What a style sheet may be: a file beside the XML, or one of Italy's authorities, which invoices are signed with."""


def check(content: bytes) -> None:
    """Raise :class:`Unfit` where this is no sound XML, or XML that something would run."""
    Elements().read(check_prolog(xml_text(content)))


def xml_text(content: bytes) -> str:
    """Return XML as text, by its mark or the encoding it declares; only encodings every reader agrees on."""
    mark, marked = next((pair for pair in _MARKS if content.startswith(pair[0])), (b"", ""))
    content = content.removeprefix(mark)
    codec = marked or next((codec for start, codec in _UNMARKED if content.startswith(start)), "")
    opening = content[: 2 * _LONGEST_DECLARATION]
    if codec.startswith("utf-16"):
        opening = opening.decode(codec, "ignore").encode("ascii", "ignore")
    declaration, ended, _ = (
        opening[:_LONGEST_DECLARATION].partition(b"?>") if _DECLARED.match(opening) else (b"", b"?>", b"")
    )
    found = _ENCODING.search(declaration)
    if not ended or (b"encoding" in declaration and not found):
        raise _encoding()
    if found:
        codec = _agreed(found[1].decode(), codec)
    elif codec and not marked:
        raise _encoding()
    try:
        text = decode(content, codec or "utf-8")
    except UnicodeDecodeError as error:
        raise _encoding() from error
    if "\0" in text:  # in second place the parser would take it for UTF-16, whatever it was told
        raise _encoding()
    if _CONTROL.search(text):
        raise Unfit(
            "it has control characters, which XML cannot have. Remove them, or save it as PDF, and attach that."
        )
    return text


def _agreed(declared: str, marked: str) -> str:
    """Return the codec of an encoding that is declared, where the mark of the file, if any, says the same."""
    wide = _UTF_16.get(declared.lower())
    codec = codec_of(declared) if wide is None else wide or marked
    if wide is None and not codec:
        raise Unfit(
            "it declares an encoding that not every program reads (%(encoding)s). Save it as XML again, with the "
            "encoding UTF-8.",
            encoding=declared[:_SHOWN],
        )
    if not codec or codec != (marked or codec) or (wide is not None and not marked):
        raise _encoding()
    return codec


def _encoding() -> Unfit:
    return Unfit("its text does not have the encoding it declares. Save it as XML again, with the encoding UTF-8.")


def check_prolog(text: str) -> str:
    """Refuse a document type, which can only stand before the root element, and what is no XML at all.

    Returns the text, without a document type that is a mere name.
    """
    place = 0
    while found := _BEFORE_ROOT.match(text, place):
        place = found.end()
    if (mere := _MERE_NAME.match(text, place)) and mere[1].lower() not in _ACTIVE_ROOTS:
        text = text[:place] + text[mere.end() :]
        while found := _BEFORE_ROOT.match(text, place):
            place = found.end()
    if text.startswith("<!DOCTYPE", place):
        shown = " ".join(re.split(r"[\[>]", text[place : place + 2 * _SHOWN], maxsplit=1)[0].split())
        raise Unfit(
            "it has a document type declaration: %(declaration)s. Remove that declaration, or save it as PDF, and "
            "attach it again.",
            declaration=f"{''.join(filter(str.isprintable, shown))[:_SHOWN]} …>",
        )
    if not text.startswith("<", place) or text.startswith(("<!", "<?"), place):
        raise another_kind()
    return text


class Elements:
    """Parses XML as the target of the parser, within limits that hold over all that one of these reads.

    ``visit`` is called with the local name and the attributes of every element.
    """

    def __init__(self, visit: Callable[[str, dict[str, str]], None] | None = None) -> None:
        """Take what is to see the elements, if anything."""
        self._visit = visit
        self._count = self._depth = 0
        self._names: set[str] = set()
        self._namespaces: set[str] = set()
        self._styled = self._signed = False

    def read(self, text: str) -> None:
        """Parse one document."""
        self._depth, self._styled, self._signed = 0, False, False
        if text.count("&") > MAX_ELEMENTS:  # the parser stops at each
            raise _too_many()
        parser = XMLParser(target=self, forbid_dtd=True, forbid_entities=True, forbid_external=True)
        try:
            # In pieces, because the parser reads a piece to its end even after it was told to stop.
            for start in range(0, len(text), PIECE):
                parser.feed(text[start : start + PIECE])
            parser.close()
        except (ParseError, DefusedXmlException) as error:
            raise damaged() from error
        if self._styled and not self._signed:
            raise _style()

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """Take the start of an element."""
        self._depth += 1
        self._counted()
        self._names.add(tag)
        namespace, _, name = tag.rpartition("}")
        if namespace[1:] in self._namespaces or (self._depth == 1 and name.lower() in _ACTIVE_ROOTS):
            raise _active()
        if tag == _SIGNATURE or (self._depth == 1 and name == _INVOICE):
            self._signed = True
        if self._visit:
            self._visit(name, attributes)

    def end(self, _tag: str) -> None:
        """Take the end of an element."""
        self._depth -= 1

    def start_ns(self, _prefix: str, uri: str) -> None:
        """Take the declaration of a namespace."""
        if len(uri) > MAX_NAMESPACE:
            raise Unfit("it has a namespace that is too long. Save it as PDF and attach that.")
        self._counted()
        if uri.strip().lower() in _ACTIVE_NAMESPACES:
            self._namespaces.add(uri)  # many programs declare what they do not use

    def pi(self, target: str, data: str) -> None:
        """Take an instruction to the program that opens the file."""
        self._counted()
        if target.lower() == "xml-stylesheet":
            _check_style(data)
            self._styled = True
        if target.lower() == "mso-application":
            raise Unfit("it opens as an Office document. Save it as DOCX or XLSX and attach that.")

    def _counted(self) -> None:
        self._count += 1
        if self._count > MAX_ELEMENTS or self._depth > MAX_DEPTH or len(self._names) > MAX_NAMES:
            raise _too_many()


def _check_style(data: str) -> None:
    """Refuse a style sheet that is within the instruction, or that readers would fetch from somewhere."""
    for _, place in _PLACE.findall(data) if len(data) < _LONGEST_STYLE else [("", ":")]:
        if not _BESIDE.fullmatch(unescape(place).strip()):  # references are resolved in instructions of this kind
            raise _style()


def _style() -> Unfit:
    return Unfit(
        "it refers to a style sheet. Remove the line that begins with <?xml-stylesheet, or save it as PDF, and attach "
        "that."
    )


def _too_many() -> Unfit:
    return Unfit(
        "it has too many elements, names or references, or is nested too deeply. Send part of it, or a PDF of it."
    )


def _active() -> Unfit:
    return Unfit(
        "it contains a web page, a style sheet or a picture that can run scripts. Save it as PDF and attach that."
    )
