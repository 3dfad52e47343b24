"""Roles are sets of additive ``noun:verb`` permissions; whatever is not listed is denied."""

from __future__ import annotations

from datetime import datetime

from chalicelib.records import dataclass
from chalicelib.refusals import NotPermitted

_COLLABORATOR = frozenset({"conversation:read", "note:write", "article:read"})
_AGENT = _COLLABORATOR | {
    "conversation:reply",
    "conversation:status",
    "conversation:rename",
    "conversation:label",
    "message:redact",
}
_CONTENT_MANAGER = frozenset({"article:read", "article:write", "portal:write"})

ROLES: dict[str, frozenset[str]] = {
    "collaborator": _COLLABORATOR,
    "agent": _AGENT,
    "content_manager": _CONTENT_MANAGER,
    "admin": _AGENT | _CONTENT_MANAGER | {"staff:write", "audit:read", "customer:merge"},
}
"""The one table of roles: pages show it, routes enforce it."""


@dataclass(frozen=True, slots=True)
class Member:
    """A staff member. An inactive one has no sessions and cannot sign in."""

    id: str
    name: str
    email: str
    role: str
    active: bool
    created_at: datetime
    time_zone: str = ""

    def may(self, permission: str) -> bool:
        """Tell whether this member's role includes ``permission``."""
        return self.active and permission in ROLES.get(self.role, frozenset())

    def must(self, permission: str) -> None:
        """Refuse where the role lacks ``permission``."""
        if not self.may(permission):
            raise NotPermitted
