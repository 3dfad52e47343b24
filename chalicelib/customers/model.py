"""What a customer is, and when two identities are the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from chalicelib.channels.contract import visible
from chalicelib.channels.model import HANDLES
from chalicelib.records import dataclass, field
from chalicelib.refusals import Invalid

IDENTITY_KINDS = ("external_id", *HANDLES)
"""``external_id`` is the organization's own; e-mail counts when verified; the rest are channel handles."""


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


def normal_identity(kind: str, value: str) -> str:
    """Return an identity's comparable form; refuse an unknown kind and anything empty."""
    if kind == "external_id":
        return visible(value)
    if kind not in HANDLES:
        raise Invalid(f"“{kind[:40]}” is not a kind of identity.", field="identity")
    return HANDLES[kind].normal(value)


NATIONAL = frozenset(kind for kind, handle in HANDLES.items() if handle.in_country)
"""Kinds of identity whose form depends on the organization's country: phone numbers."""


def identity_forms(kind: str, value: str, country: str) -> tuple[str, tuple[str, ...]]:
    """Return an identity's form for an organization of a country, and all forms it may be kept in, in which order.

    First the one that was kept without a country, then that of the country, then others that are the same in it.
    """
    normal, newer = normal_identity(kind, value), national_identity(kind, value, country)
    handle = HANDLES.get(kind)
    others = handle.once(newer, country) if country and handle and handle.once else ()
    same = (form for form in others if national_identity(kind, form, country) == newer)
    return newer, tuple(dict.fromkeys((normal, newer, *same)))


def national_identity(kind: str, value: str, country: str) -> str:
    """Return the form of an identity for an organization of a country; an empty one makes no difference."""
    handle = HANDLES.get(kind)
    if not country or handle is None or handle.in_country is None:
        return normal_identity(kind, value)
    return handle.in_country(value, country)
