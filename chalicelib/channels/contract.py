"""What each channel says of itself, and the normal forms that handles of several channels share.

A channel's ``__init__.py`` has its ``CHANNEL`` and nothing that takes time to import: every start imports all of them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from chalicelib.records import dataclass
from chalicelib.refusals import Invalid

MAX_HANDLE = 200


@dataclass(frozen=True, slots=True)
class Handle:
    """What a channel calls a customer. Channels that call people the same way share a kind, and then its handle.

    ``kind`` is its key in data, in the API and in imports, ``name`` what staff read. ``normal`` returns a value in the
    one form it is kept and compared in, and raises ``Invalid`` for one that can be nobody's. Where the organization's
    country (ISO 3166) makes a difference, ``in_country`` returns the form of that country instead, from the value as it
    came or from its normal form; and ``once`` returns the normal forms that such a one may be kept in from before.
    """

    kind: str
    name: str
    normal: Callable[[str], str]
    in_country: Callable[[str, str], str] | None = None
    once: Callable[[str, str], tuple[str, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel: ``key`` in data and as icon, ``name`` for people in English, marked for the catalogues.

    ``scopes`` are what its messages can be: ``direct``, and ``public`` where everybody can read some of them.
    ``handle`` is None where customers are only known by what they sign in with. ``mailed`` tells whether an agent's
    answer also leaves as e-mail.
    """

    key: str
    name: str
    scopes: tuple[str, ...] = ("direct",)
    handle: Handle | None = None
    mailed: bool = False


def visible(value: str) -> str:
    """Return an identity without space around it; refuse an empty one, a long one, and what cannot be seen in it."""
    value = value.strip()
    if not value or len(value) > MAX_HANDLE or not value.isprintable():
        raise _nothing()
    return value


def plain_number(value: str) -> str:
    """Return a phone number without what people write between its digits, and without signs that only set direction."""
    kinds = ((one, unicodedata.category(one)) for one in value)
    seen = "".join(" " if kind == "Zs" else one for one, kind in kinds if kind != "Cf")
    return _something(re.sub(r"[\s().-]", "", visible(seen)))


def user_name(value: str) -> str:
    """Return the name of an account, where case makes no difference and an @ may stand in front."""
    return _something(visible(value).lower().removeprefix("@"))


def _something(value: str) -> str:
    if not value:
        raise _nothing()
    return value


def _nothing() -> Invalid:
    return Invalid(f"An identity has 1 to {MAX_HANDLE} printable characters.", field="identity")
