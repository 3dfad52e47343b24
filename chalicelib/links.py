"""Finds the addresses in what people wrote: of pages, with ``https://`` or beginning with ``www.``, and of mail.

Many scripts put no space around an address, so what belongs to it is decided by its own letters:

- Latin, Greek, Cyrillic and the like are written with spaces; their letters belong to an address wherever they stand.
- Other letters (Chinese, kana, Hangul, Arabic, Thai, …) belong to a part of a path or a name of a host that begins with
  them, as pasted addresses of Wikipedia do. Directly behind Latin letters or digits they are the sentence that goes on.
- Quotes, full stops and closing marks of any script end it, and so does what turns the direction of writing.

Each character is looked at a fixed number of times, whatever the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from chalicelib.refusals import AddressRefused
from chalicelib.text import punycode

_SPACED: Final = (
    "A-Za-z0-9\u00aa\u00b5\u00b7\u00ba\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u036f\u0370-\u037d\u037f-\u0559\u0560-\u0588"
    "\u10a0-\u10fa\u10fc-\u10ff\u1c80-\u1cbf\u1d00-\u1fff\ua640-\ua69f\ua720-\ua7ff\uab30-\uab6f\ufb00-\ufb06"
)
"""Letters and digits of scripts that put spaces between words."""
_ENDS: Final = (
    '\\s<>"\\x00-\\x1f\\x7f-\\x9f\u00a1\u00ab\u00bb\u00bf\u037e\u055a-\u055f\u0589\u05c0\u05c3\u05f3\u05f4\u060c\u060d'
    "\u061b-\u061f\u066a-\u066d\u06d4\u0700-\u070d\u0964\u0965\u0e2f\u0e5a\u0e5b\u0f08-\u0f14\u0f3a-\u0f3d\u104a-\u104f"
    "\u10fb\u1360-\u1368\u166e\u169b\u169c\u1735\u1736\u17d4-\u17da\u1800-\u180a\u200b\u200e\u200f\u2016-\u2018"
    "\u201a-\u202e\u2030-\u203e\u2045-\u2049\u2060-\u206f\u2308-\u230b\u2329\u232a\u2768-\u2775\u27e6-\u27ef"
    "\u2983-\u2998\u29d8-\u29db\u29fc\u29fd\u3001-\u3003\u3008-\u3011\u3014-\u301f\u30a0\ufd3e\ufd3f\ufe10-\ufe1f"
    "\ufe30-\ufe6b\ufeff\uff01-\uff0f\uff1a-\uff20\uff3b-\uff40\uff5b-\uff65"
)
"""White space, quotes, brackets, full stops and commas of all scripts, and what is not seen but turns the direction."""
_JOINS: Final = r"/#&=+@\-_~"
"""Marks that other letters may follow in an address, whatever stands before."""
_OPENS: Final = r"(\[{"
_STOPS: Final = r"!$%')*,.:;?\\\]\^`|}\u2019"
"""Marks behind which other letters are the sentence that goes on: ``(https://example.com/a)を``."""
_OTHER: Final = f"[^\\x00-\\x7f{_SPACED}{_ENDS}\u2019]"
"""A letter of a script that puts no spaces beside an address, or a symbol."""
_TEXT: Final = "(?!を|です|에서|입니다)"
"""Particles and endings that no part of an address begins with: ``https://example.com/を参照``."""

_ALONE: Final = f"(?<![{_SPACED}])(?<![{_SPACED}]_)"
"""Not within a word. An underscore in front is how chats write italics."""
_START: Final = re.compile(f"{_ALONE}[hH][tT][tT][pP][sS]?://|{_ALONE}(?<![./@:=-])[wW]{{3}}\\.|@")
_USER: Final = re.compile(r"[A-Za-z0-9._~%!$&'*+,;=:-]*+@")
_HOST: Final = re.compile(f"(?=\\w)(?:[{_SPACED}_.-]|{_OTHER})++")
_DOMAIN: Final = re.compile(f"(?=\\w)(?:[{_SPACED}.-]|{_OTHER})++")
_CUT: Final = re.compile(f"[A-Za-z0-9-]++(?={_OTHER})")
_IPV6: Final = re.compile(r"\[[0-9A-Fa-f:.]{2,45}\]")
_PORT: Final = re.compile(r":[0-9]{1,5}(?![0-9])")
_PATH: Final = re.compile(
    f"(?=[/?#])(?:[{_JOINS}]++(?:[{_OPENS}](?={_OTHER}))?+"
    f"(?:{_TEXT}{_OTHER}(?:[{_SPACED}{_JOINS}{_OPENS}]|{_OTHER}|[{_STOPS}](?!{_OTHER}))*+)?+"
    f"|[{_SPACED}{_STOPS}{_OPENS}]++)*+"
)
"""A path with query and fragment. Other letters follow a mark that joins, and then whatever an address has; they end
what they follow directly."""
_LETTER: Final = re.compile(f"[{_SPACED}_]")
_LOCAL: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._%+'-"
_MAX_LOCAL: Final = 64
_MAX_DOMAIN: Final = 190
_MAX_HOST: Final = 254
"""One more character than the longest name of a host has (RFC 1035, 2.3.4)."""
_TOP: Final = re.compile(r"(?:(?!\d+$)\w[\w-]+|[^\x00-\x7f]+)")
"""What the last part of a public name looks like."""
_PUNCTUATION: Final = frozenset(".,;:!?'’*_~|`")
_PAIRS: Final = {")": "(", "]": "[", "}": "{"}


class Link(NamedTuple):
    """An address in a text: from where to where, and what it leads to (``https``, ``http`` or ``mailto``)."""

    start: int
    end: int
    href: str


def links(text: str) -> Iterator[Link]:
    """Yield the addresses in a text, in order and apart from each other."""
    done = 0
    while found := _START.search(text, done):
        place = found.start()
        link = _mail(text, place, done) if found[0] == "@" else _page(text, place, found.end())
        if link:
            yield link
        done = link.end if link else found.end()


def mail_in(text: str) -> str:
    """Return what a text that is an address of mail, and nothing else, leads to; else nothing."""
    found = next(links(text), None) if "@" in text else None
    return found.href if found and (found.start, found.end) == (0, len(text)) and "://" not in text else ""


def _page(text: str, start: int, behind: int) -> Link | None:
    """Return the address of a page whose scheme ends, or whose ``www.`` begins, where it is known to."""
    bare = text[behind - 1] == "."
    host = start if bare else behind
    user = None if bare else _USER.match(text, host)
    host = user.end() if user else host
    found = (None if bare else _IPV6.match(text, host)) or _HOST.match(text, host, host + _MAX_HOST)
    if found is None:
        return None
    end, whole = _end_of_host(text, host, found.end())
    if whole and found.end() == host + _MAX_HOST:  # no name is so long; to look further would cost at every start
        return None
    if bare and not _public(text[start:end].rstrip(".-_"), 3):
        return None
    if whole:
        port = _PORT.match(text, end)
        end = port.end() if port else end
        path = _PATH.match(text, end)
        end = path.end() if path else end
    end = _end_of_link(text, start, end)
    return Link(start, end, f"{'https://' if bare else ''}{text[start:end]}")


def _mail(text: str, at: int, done: int) -> Link | None:
    """Return the address of mail around an ``@``, which begins at ``done`` at the earliest."""
    reach = max(done, at - _MAX_LOCAL - 1)
    before = text[reach:at]
    local = before[len(before.rstrip(_LOCAL)) :]
    start = at - len(local)
    if not local or len(local) > _MAX_LOCAL or (start and (text[start - 1] == "/" or _LETTER.match(text[start - 1]))):
        return None
    local = local.lstrip("._%+'-")
    found = _DOMAIN.match(text, at + 1, at + 1 + _MAX_DOMAIN)
    if found is None or not local or ".." in local or local.endswith("."):
        return None
    end, _ = _end_of_host(text, at + 1, found.end())
    domain = text[at + 1 : end].rstrip(".-")
    if not _public(domain, 2):
        return None
    try:
        known = domain if domain.isascii() else punycode(domain)
    except AddressRefused:
        return None
    start, end = at - len(local), at + 1 + len(domain)
    scheme = text[max(done, start - 7) : start]
    return Link(start - 7 if scheme.lower() == "mailto:" else start, end, f"mailto:{local}@{known}")


def _end_of_host(text: str, start: int, end: int) -> tuple[int, bool]:
    """Return where a host ends, and whether that is where it was thought to: text may follow its last part."""
    trimmed = len(text[start:end].rstrip(".-_")) + start
    last = max(start, text.rfind(".", start, trimmed) + 1)
    cut = _CUT.match(text, last, trimmed)
    return (cut.end(), False) if cut else (end, True)


def _public(host: str, parts: int) -> bool:
    """Tell whether a name has so many parts, none of them empty or of hyphens, and ends as public names do."""
    found = host.split(".")
    return len(found) >= parts and all(one.strip("-_") for one in found) and bool(_TOP.fullmatch(found[-1]))


def _end_of_link(text: str, start: int, end: int) -> int:
    """Leave off punctuation that belongs to the sentence, and closing brackets that were opened before the link."""
    surplus = {
        closing: text.count(closing, start, end) - text.count(opening, start, end)
        for closing, opening in _PAIRS.items()
    }
    while True:
        last = text[end - 1]
        if last in _PUNCTUATION or last in _PAIRS.values():
            end -= 1
        elif surplus.get(last, 0) > 0:
            surplus[last] -= 1
            end -= 1
        else:
            return end
