"""CSV: text in any encoding that spreadsheets write, and no web page.

Markup in a cell is data, as shops and forms export it; only text that begins as markup is taken for a web page, by
browsers too. Formulas stay: a minus sign is one, too.
"""

from __future__ import annotations

import re
from typing import Final

from chalicelib.attachments.content.unfit import Unfit, another_kind, damaged

_MARKUP_FIRST: Final = re.compile(
    r"<(?:\?|%|!--|!doctype"
    r"|(?:a|b|body|br|div|embed|font|form|h1|head|html|iframe|img|input|link|meta|object|p|pre|script|style|svg|table"
    r"|template|title|video|xml)[\s/>])",
    re.IGNORECASE,
)
_TEXT_FILES: Final = ("%PDF-", "%!PS", "{\\rtf", "GIF87a", "GIF89a", "PK\x03\x04")
_JAPANESE: Final = re.compile(r"\x1b(?:\$(?:[@B]|\([DOPQ])(?:[!-~]{2})+|\(I[!-_]+)(?=\x1b)")
_BACK: Final = re.compile(r"\x1b\([BJ]")
"""Japan's JIS encoding (ISO 2022): a change to Japanese and the signs after it, and the change back to ASCII."""
_OPENING: Final = 200
"""Bytes of a file in which UTF-16 without a mark shows."""
_CONTROL: Final = [chr(code) for code in (*range(1, 9), *range(0x0E, 0x20))]
_CONTROL_SHARE: Final = 50
"""Signs to a control character at least: word processors leave some in text that is pasted into a cell."""


def check(content: bytes) -> None:
    """Raise :class:`Unfit` where this is no sound CSV."""
    text = _text(content)
    if (padded := text.rstrip("\0")).endswith(("\n", "\r", "\x1a")):  # devices pad their last line
        text = padded
    text = text.rstrip("\x1a")  # programs of old end text so
    if "\x1b" in text:
        text = _BACK.sub("", _JAPANESE.sub("\u5b57", text))
    controls = sum(map(text.count, _CONTROL))
    if not text or "\0" in text or "\x1b" in text or controls * _CONTROL_SHARE > len(text):
        raise Unfit("it is not plain text. Save it as CSV again, with the encoding UTF-8.")
    text = text.lstrip("\ufeff\t\n\x0b\x0c\r ")
    if _MARKUP_FIRST.match(text):
        raise Unfit(
            "it begins like a web page, not like a table. Open it with a spreadsheet program, save it as CSV with the "
            "names of the columns in its first line, and attach that."
        )
    if text.startswith(_TEXT_FILES):
        raise another_kind()


def _text(content: bytes) -> str:
    """Return a CSV as text. Without a mark at its start it is UTF-8, or one of the encodings that begin with ASCII."""
    codec = "utf-16" if content.startswith((b"\xff\xfe", b"\xfe\xff")) else _unmarked(content)
    if codec:
        try:
            return content.decode(codec)
        except UnicodeDecodeError as error:
            raise damaged() from error
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("latin-1")  # stands for Windows-1252, Shift-JIS, GB 18030 …: markup is the same in all


def _unmarked(content: bytes) -> str:
    """Return UTF-16 as statistics programs write it without a mark: in its first line one byte of two is NUL."""
    first, second = content[:_OPENING:2], content[1:_OPENING:2]
    for codec, signs, zeros in (("utf-16-le", first, second), ("utf-16-be", second, first)):
        if b"\0" not in signs and zeros.count(b"\0") * 2 > len(zeros):
            return codec
    return ""
