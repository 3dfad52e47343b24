"""Cleans text that people wrote, once, when it comes in: line ends, control characters, overrides, numbers."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote

from chalicelib.refusals import AddressRefused
from chalicelib.speech import mark


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


def plain_digits(text: str) -> str:
    """Return ``text`` with the decimal digits of every script as 0 to 9."""
    return "".join(str(unicodedata.decimal(one, one)) for one in text)


_OVERRIDES = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\ufeff")


MAX_EMAIL = 254
"""Characters of an address, as in RFC 5321."""
_MAX_PASTED = 1000
"""Characters that are looked at: an address with a name in front, or with what a ``mailto:`` link brings along."""


def normal_email(text: str) -> str:
    """Return an address in the one form it is kept and compared in, in lower case, or refuse it."""
    return bare_email(text).lower()


def bare_email(text: str) -> str:
    """Return an address as mail servers take it, or refuse it.

    ASCII only: no Unicode look-alike can ever equal somebody's address, and SES could not send to it.

    What comes along when people copy an address is left out: space and invisible marks around it, ``<>`` with a name
    in front, quotation marks, ``mailto:`` and the full stop of a sentence. No address can have these, so two mailboxes
    never become one. A domain in other letters is kept in punycode (UTS 46, non-transitional: ß stays).
    """
    address = _bare(text) if len(text) <= _MAX_PASTED else ""
    local, _, domain = address.rpartition("@")
    if not local.isascii():
        raise AddressRefused(_NOT_PLAIN)
    if len(address) <= MAX_EMAIL and not domain.isascii():
        address = f"{local}@{punycode(domain)}"
    if len(address) > MAX_EMAIL or not _ADDRESS.fullmatch(address) or ".." in address:
        raise AddressRefused
    return address


def normal_domain(text: str) -> str:
    """Return what comes behind the @ in the addresses of a domain, in normal form, or refuse it. It may have the @."""
    return normal_email(f"a@{text.strip().removeprefix('@')}").rpartition("@")[2]


def readable_email(address: str) -> str:
    """Return an address in normal form as its owner writes it. Others must not read it: letters can look alike."""
    local, _, domain = address.rpartition("@")
    if "xn--" not in domain:
        return address
    import idna

    try:
        return f"{local}@{idna.decode(domain)}"
    except UnicodeError:
        return address


def _bare(text: str) -> str:
    """Return an address without what was copied along; each round takes off one layer."""
    text = text.translate(_FULL_WIDTH_AT)
    for _ in range(_LAYERS):
        text = text.strip(_UNSEEN).rstrip(_STOPS + _UNSEEN)
        named = _NAMED.fullmatch(text)
        if text[:7].lower() == "mailto:":  # the one form in which + may be %2B, and / must be
            text = unquote(text[7:].lstrip("/").partition("?")[0])
        elif named:
            text = named[1]
        elif _PAIRS.get(text[:1], " ") == text[-1:]:
            text = text[1:-1]
    return text


def punycode(domain: str) -> str:
    """Return a domain as DNS has it; refuse what would become a plain letter: full-width ones and other look-alikes."""
    import idna

    try:
        mapped = [idna.uts46_remap(one) for one in domain if not one.isascii()]
        if any(one.isascii() and one.isalnum() for one in mapped):
            raise AddressRefused(_NOT_PLAIN)
        return idna.encode(domain, uts46=True).decode()
    except UnicodeError as error:
        raise AddressRefused from error


_NOT_PLAIN = mark(
    "We cannot send to this address: it has characters other than plain letters, digits and signs, perhaps invisible "
    "ones. Type it again, like name@example.com."
)
_LAYERS = 4
_FULL_WIDTH_AT = {0xFF20: "@", 0xFE6B: "@"}
_STOPS = ".,;:!?\u3002\uff0e\uff61\u3001\uff0c\uff1b\uff1a\u060c\u061b"
"""What ends a sentence or stands between two addresses. A domain ends with none of it but the full stop of the root."""
_PAIRS = dict(
    zip(
        "([{\"'`\u201c\u2018\u201e\u201a\xab\u2039\u300c\uff1c\u3008",
        ")]}\"'`\u201d\u2019\u201c\u2018\xbb\u203a\u300d\uff1e\u3009",
        strict=True,
    )
)
_NAMED = re.compile(r"[^@<>]*<([^<>]*)>")
_UNSEEN = "".join(
    chr(one)
    for first, last in (
        *((0x09, 0x0D), (0x20, 0x20), (0x85, 0x85), (0xA0, 0xA0), (0xAD, 0xAD), (0x34F, 0x34F), (0x61C, 0x61C)),
        *((0x115F, 0x1160), (0x1680, 0x1680), (0x180B, 0x180E), (0x2000, 0x200F), (0x2028, 0x202F), (0x205F, 0x206F)),
        *((0x2800, 0x2800), (0x3000, 0x3000), (0x3164, 0x3164), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0)),
    )
    for one in range(first, last + 1)
)
"""Space of every kind, and what shows nothing; other controls are refused."""
_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]"
)
