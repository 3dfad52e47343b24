"""CSV: text in any encoding that has no control characters, and no web page.

Formulas stay: a minus sign is one, too.
"""

from __future__ import annotations

import re
from typing import Final

from chalicelib.attachments.content.hidden import CONTROL, MARKUP, OPENING
from chalicelib.attachments.content.unfit import Unfit, another_kind, damaged

_MARKUP_FIRST: Final = re.compile(
    r"<(?:\?|%|!--|(?:a|b|br|div|font|h1|head|img|link|meta|p|pre|style|table|template|title|xml)[\s/>])", re.IGNORECASE
)
_TEXT_FILES: Final = ("%PDF-", "%!PS", "{\\rtf", "GIF87a", "GIF89a", "PK\x03\x04")


def check(content: bytes) -> None:
    """Raise :class:`Unfit` where this is no sound CSV."""
    text = _text(content).rstrip("\x1a")  # programs of old end text so
    if CONTROL.search(text):
        raise Unfit("it is not plain text. Save it as CSV again, with the encoding UTF-8.")
    text = text.lstrip("\ufeff\t\n\x0b\x0c\r \"'")
    if _MARKUP_FIRST.match(text) or MARKUP.search(text[:OPENING].encode()):
        raise Unfit("it contains a web page instead of a table. Save it as CSV again.")
    if text.startswith(_TEXT_FILES):
        raise another_kind()


def _text(content: bytes) -> str:
    """Return a CSV as text. Without a mark at its start it is UTF-8, or one of the encodings that begin with ASCII."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError as error:
            raise damaged() from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")  # stands for Windows-1252, Shift-JIS, GB 18030 …: no control bytes in any
