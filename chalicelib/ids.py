"""Identifiers: time-ordered, URL-safe, unguessable ids, and random secrets with the hash under which they are kept."""

from __future__ import annotations

import functools
import hashlib
import secrets
import string
from datetime import UTC, datetime

_ALPHABET = "0123456789abcdefghjkmnpqrstvwxyz"  # Crockford's base 32, lower case: mail servers may fold case
ID_LENGTH = 26
_TIME_LENGTH = 10
_SECRET_BYTES, _SECRET_LENGTH = 32, 43
_ID_CHARACTERS = frozenset(_ALPHABET)
_URL_SAFE = frozenset(string.ascii_letters + string.digits + "-_")


def new_id(now: datetime) -> str:
    """Return a ULID of ``now``: 48 bits of milliseconds, then 80 random bits, 26 characters that sort by time."""
    value = (int(now.timestamp() * 1000) << 80) | secrets.randbits(80)
    return "".join(_ALPHABET[(value >> shift) & 31] for shift in range(125, -1, -5))


def of_time(at: datetime) -> str:
    """Return what every id made at a moment begins with; it sorts before each of them, and behind all from before."""
    return new_id(at)[:_TIME_LENGTH]


def is_id_of_time(text: str) -> bool:
    """Tell whether ``text`` has the form of the beginning that an id's time makes."""
    return len(text) == _TIME_LENGTH and _ID_CHARACTERS.issuperset(text)


def made_at(identifier: str) -> datetime:
    """Return the moment an id was made for, in UTC, to the millisecond."""
    milliseconds = functools.reduce(lambda value, one: value << 5 | _ALPHABET.index(one), identifier[:_TIME_LENGTH], 0)
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def is_id(text: str) -> bool:
    """Tell whether ``text`` has the form of an id, so that nothing else ever becomes part of a key."""
    return len(text) == ID_LENGTH and _ID_CHARACTERS.issuperset(text)


def new_secret() -> str:
    """Return 256 random bits, URL-safe (43 characters)."""
    return secrets.token_urlsafe(_SECRET_BYTES)


def is_secret(text: str) -> bool:
    """Tell whether ``text`` has the form of a secret of ours."""
    return len(text) == _SECRET_LENGTH and _URL_SAFE.issuperset(text)


def is_token(text: str) -> bool:
    """Tell whether ``text`` has the form of a session's token: an id, a dot and a secret."""
    owner_id, _, secret = text.partition(".")
    return is_id(owner_id) and is_secret(secret)


def hashed(secret: str) -> str:
    """Return what is stored instead of a secret: SHA-256, hexadecimal. A random secret needs no salt."""
    return hashlib.sha256(secret.encode()).hexdigest()
