"""Cleans text that people wrote, once, when it comes in: line ends, control characters, overrides, numbers."""

from __future__ import annotations

import re
import unicodedata

from chalicelib.refusals import AddressRefused


def clean_body(text: str) -> str:
    r"""Return ``text`` with line ends as ``\n``, without other control characters or space around it."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROLS)
    return text.encode("utf-8", "replace").decode().strip("\n \t")


_CONTROLS: dict[int, str | None] = {
    **dict.fromkeys([*range(0x09), *range(0x0E, 0x20), *range(0x7F, 0xA0)]),
    **dict.fromkeys([0x0B, 0x0C, 0x85], "\n"),
}
"""C0 and C1 without tab and line end: they show nothing, and in JSON one takes six bytes or more."""


def clean_line(text: str) -> str:
    """Return ``text`` as one line: controls and separators become spaces, direction overrides are removed.

    Subjects and names pass through here once, when they come in, so mail libraries and headers need no more cleaning.
    """
    kept = []
    for character in text.encode("utf-8", "replace").decode():
        category = unicodedata.category(character)
        if category in {"Cc", "Zl", "Zp", "Zs"}:
            kept.append(" ")
        elif category not in {"Cs", "Cn", "Co"} and character not in _OVERRIDES:
            kept.append(character)
    return " ".join("".join(kept).split())


def whole_number(text: str, digits: int = 8) -> int | None:
    """Return the number that a text writes with at most so many digits, 0 to 9; None where it is anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= digits else None


_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\ufeff")


MAX_EMAIL = 254
"""Characters of an address, as in RFC 5321."""


def normal_email(text: str) -> str:
    """Return an address in the one form it is kept and compared in, or refuse it.

    ASCII only, lower case: no Unicode look-alike can ever equal somebody's address, and SES could not send to it.
    """
    address = text.strip(" \t\r\n")
    if len(address) > MAX_EMAIL or not _ADDRESS.fullmatch(address) or ".." in address:
        raise AddressRefused
    return address.lower()


_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]"
)
