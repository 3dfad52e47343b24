"""What a customer is, and when two identities are the same."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from datetime import datetime

from chalicelib.records import dataclass
from chalicelib.refusals import AddressRefused, Invalid

IDENTITY_KINDS = ("external_id", "email", "phone", "whatsapp", "facebook", "instagram", "twitter")
"""``external_id`` is the organization's own; e-mail counts when verified; the rest are channel handles."""
MAX_EMAIL = 254
"""Characters of an address, as in RFC 5321."""
MAX_IDENTITY = 200
"""Characters of every other identity."""

_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]"
)


@dataclass(frozen=True, slots=True)
class Customer:
    """An end customer. ``open_count`` and ``done_count`` are kept with every change of status, never counted.

    ``time_zone`` is empty until they choose one, and so is ``language`` (a key of ``speech.LANGUAGES``);
    ``mail_replies`` tells whether answers come by e-mail. ``handles`` are what channels call them, by kind.
    ``contact`` is an address they gave in the contact form and have not proven to be theirs; then ``email`` is None.
    ``also`` are identities (kind, value) of customers who were found to be the same; ``merging`` tells that this is
    under way.
    """

    id: str
    name: str
    email: str | None
    created_at: datetime
    external_id: str | None = None
    open_count: int = 0
    done_count: int = 0
    time_zone: str = ""
    mail_replies: bool = True
    handles: Mapping[str, str] = field(default_factory=dict)
    language: str = ""
    contact: str = ""
    also: tuple[tuple[str, str], ...] = ()
    merging: bool = False

    @property
    def identities(self) -> dict[str, str]:
        """Everything they are known by, kind to value."""
        own = {"external_id": self.external_id, "email": self.email, **self.handles}
        return {kind: value for kind, value in own.items() if value}


def normal_email(text: str) -> str:
    """Return an address in the one form it is kept and compared in, or refuse it.

    ASCII only, lower case: no Unicode look-alike can ever equal somebody's address, and SES could not send to it.
    """
    address = text.strip(" \t\r\n")
    if len(address) > MAX_EMAIL or not _ADDRESS.fullmatch(address) or ".." in address:
        raise AddressRefused
    return address.lower()


def normal_identity(kind: str, value: str) -> str:
    """Return an identity's comparable form; refuse an unknown kind and anything empty."""
    if kind not in IDENTITY_KINDS:
        raise Invalid(f"“{kind[:40]}” is not a kind of identity.", field="identity")
    if kind == "email":
        return normal_email(value)
    value = value.strip()
    if not value or len(value) > MAX_IDENTITY or not value.isprintable():
        raise Invalid(_LENGTH, field="identity")
    if kind in {"phone", "whatsapp"}:
        value = re.sub(r"[\s().-]", "", value)
    elif kind != "external_id":
        value = value.lower().removeprefix("@")
    if not value:
        raise Invalid(_LENGTH, field="identity")
    return value


_LENGTH = f"An identity has 1 to {MAX_IDENTITY} printable characters."
