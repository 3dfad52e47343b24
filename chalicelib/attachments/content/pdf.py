"""PDF: its signature first, its end near the last, nothing hidden before or behind, and no archive inside.

Space may come before the signature and behind the end: mail programs and devices pad files. A password is not looked
for: a PDF that asks for one is as harmless as another, and most that are encrypted open without. Scripts and launch
actions are not looked for: they hide in compressed objects where a search finds nothing, and viewers ask or ignore
them. A file that only looks like a PDF to some readers is refused.
"""

from __future__ import annotations

import re
from typing import Final

from chalicelib.attachments.content.hidden import MARKUP, OPENING, archive_at_end, check_trailer
from chalicelib.attachments.content.unfit import Unfit, another_kind, damaged, hides_something

_SIGNATURE: Final = re.compile(rb"(?:\xef\xbb\xbf)?[\0\t\n\f\r ]{0,1000}%PDF-[12]\.[0-9]")
"""Readers look for it within the first 1,024 bytes."""
_STREAM: Final = re.compile(rb">>\s{0,9}stream\r?\n")
"""Where the drawn text of a page begins, uncompressed: a manual may well speak of markup there."""
_END: Final = b"%%EOF"
_LAST: Final = 1_024
"""Bytes at the end of a file in which readers look for :data:`_END`."""
_PADDING: Final = b"\0\t\n\f\r \x1a"


def check(content: bytes) -> None:
    """Raise :class:`Unfit` where this is no sound PDF."""
    signature = _SIGNATURE.match(content)
    if not signature:
        raise another_kind()
    if MARKUP.search(_STREAM.split(content[: signature.end() + OPENING], maxsplit=1)[0]):
        raise hides_something()
    padded = content.rstrip(_PADDING)
    end = padded.rfind(_END)
    if end < max(0, len(padded) - _LAST):
        raise damaged()
    if archive_at_end(padded[:end]):
        raise Unfit(
            "another file is attached inside it, such as a DOCX, XLSX or ZIP. Save the PDF without it, and attach both."
        )
    check_trailer(content, end + len(_END))
