"""PDF: its signature at the first byte, its end near the last, and nothing hidden before or behind.

Scripts and launch actions are not looked for: they hide in compressed objects where a search finds nothing, and viewers
ask or ignore them. A file that only looks like a PDF to some readers is refused.
"""

from __future__ import annotations

import re
from typing import Final

from chalicelib.attachments.content.hidden import MARKUP, OPENING, check_trailer
from chalicelib.attachments.content.unfit import another_kind, damaged, hides_something

_SIGNATURE: Final = re.compile(rb"%PDF-[12]\.[0-9]")
_END: Final = b"%%EOF"
_LAST: Final = 1_024
"""Bytes at the end of a file in which readers look for :data:`_END`."""


def check(content: bytes) -> None:
    """Raise :class:`Unfit` where this is no sound PDF."""
    if not _SIGNATURE.match(content):
        raise another_kind()
    if MARKUP.search(content[:OPENING]):
        raise hides_something()
    end = content.rfind(_END)
    if end < max(0, len(content) - _LAST):
        raise damaged()
    check_trailer(content, end + len(_END))
