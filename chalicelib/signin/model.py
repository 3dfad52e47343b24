"""The rules of signing in: how long a code works, how many tries it has, when a session has ended."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from enum import StrEnum
from ipaddress import IPv4Address, ip_address, ip_network
from typing import TYPE_CHECKING, ClassVar

from chalicelib.outbox.model import Payload
from chalicelib.records import dataclass
from chalicelib.refusals import CodeRefused, CodeSpent
from chalicelib.text import plain_digits

if TYPE_CHECKING:
    from chalicelib.signing import Signer

CODE_LIFETIME = timedelta(minutes=10)
"""How long an e-mailed code and its link work, and how long the browser keeps what it must send back."""
CODE_MINUTES = int(CODE_LIFETIME.total_seconds()) // 60
MAX_TRIES = 5
"""Wrong codes after which the right one is dead, too."""
CODE_DIGITS = 8
_TYPED = re.compile(rf"[^0-9]*([0-9]{{{CODE_DIGITS}}})[^0-9]*")
_MAX_TYPED = 200
"""Characters that are looked at: a code with the line of the mail it stands in."""
STAFF_SESSION_HOURS = 12


class Kind(StrEnum):
    """Who signs in. The two never mix: each has its own keys, cookies and signatures."""

    CUSTOMER = "customer"
    STAFF = "staff"


class Why(StrEnum):
    """Why a code or link signs nobody in. Only logs tell them all apart: see :func:`refused` for people."""

    WRONG = "wrong"
    USED = "used"
    EXPIRED = "expired"
    REPLACED = "replaced"
    """A newer code was asked for with the same address, perhaps in another browser."""
    TOO_MANY_TRIES = "too_many_tries"
    UNREADABLE = "unreadable"
    """It can be no code."""
    NOBODY = "nobody"
    """It is right, and the address is nobody's. No mail was sent, so this was a guess."""
    LINK_UNKNOWN = "link_unknown"
    """No link, or not that of what this browser asked for."""
    LOST_BROWSER = "lost_browser"
    """This browser did not ask, or has forgotten that it did: after it signed in, and with the end of its cookie."""


@dataclass(frozen=True, slots=True)
class Session:
    """One person signed in, in one browser. ``created_at`` and the lifetime set now decide whether it has ended.

    ``by`` is empty if it began with an e-mailed code; otherwise it says how it began.
    """

    owner_id: str
    token_hash: str
    created_at: datetime
    user_agent: str
    ip: str
    by: str = ""

    def alive(self, now: datetime, hours: int) -> bool:
        """Tell whether the session is still valid with a lifetime of ``hours``."""
        return now < self.created_at + timedelta(hours=hours)


@dataclass(frozen=True, slots=True)
class SignInMail(Payload):
    """The code and link that somebody asked for, on their way ``to`` an address.

    ``challenge`` is what both are derived from, ``owner_kind`` a :class:`Kind`. Where ``known`` is False the address
    is nobody's and nothing is sent. It is never sent again: its code is dead by then, and whoever waited has asked for
    another.
    """

    kind: ClassVar[str] = "sign-in"
    keep: ClassVar[timedelta] = timedelta(days=1)
    forgets: ClassVar[tuple[str, ...]] = ("challenge", "to")
    repeatable: ClassVar[bool] = False
    longest_wait: ClassVar[int] = 60
    owner_kind: str
    known: bool
    to: str = ""
    challenge: str = ""
    language: str = "en"


def network(ip: str) -> str:
    """Return the part of an IP address that its user cannot freely change: all of IPv4, the first 64 bits of IPv6."""
    try:
        address = ip_address(ip)
    except ValueError:
        return ip
    if isinstance(address, IPv4Address):
        return str(address)
    return str(address.ipv4_mapped or ip_network((address, 64), strict=False))


def code(signer: Signer, kind: Kind, challenge: str) -> str:
    """Return the code of a challenge. It is derived, so nothing secret is stored."""
    return signer.code(f"code:{kind}", challenge, CODE_DIGITS)


def typed_code(text: str) -> str:
    """Return the digits of a code as somebody typed or pasted it, 0 to 9; empty where it can be no code.

    Digits of every script count. Space, dashes and invisible marks between them do not, nor do words around them.
    """
    said = "".join(one for one in plain_digits(text) if one.isalnum()) if len(text) <= _MAX_TYPED else ""
    found = _TYPED.fullmatch(said)
    return found[1] if found else ""


def code_matches(signer: Signer, kind: Kind, challenge: str, digits: str) -> bool:
    """Tell whether ``digits`` are the code of the challenge, under any live key."""
    good = False
    for one in signer.codes(f"code:{kind}", challenge, CODE_DIGITS):
        good |= signer.equal(digits, one)
    return good


def refused(why: Why) -> CodeRefused:
    """Return what people are told: one sentence for all reasons but the end of the tries, which tells of nobody."""
    return CodeSpent(why) if why is Why.TOO_MANY_TRIES else CodeRefused(why)


def link_token(signer: Signer, kind: Kind, challenge: str) -> str:
    """Return the token of a challenge's sign-in link."""
    return signer.sign(f"link:{kind}", challenge)


def link_matches(signer: Signer, kind: Kind, challenge: str, given: str) -> bool:
    """Tell whether ``given`` is the link token of the challenge."""
    return signer.verifies(f"link:{kind}", challenge, given)
