"""Roles are sets of additive ``noun:verb`` permissions; whatever is not listed is denied."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from chalicelib.outbox.model import Payload
from chalicelib.records import dataclass
from chalicelib.refusals import Invalid, NotPermitted, UnknownChoice

PERMISSIONS: dict[str, str] = {
    "conversation:read": "Read conversations, with notes, files and history.",
    "note:write": "Write notes that only staff see.",
    "conversation:reply": "Answer customers, and send an answer's e-mail again.",
    "conversation:status": "Close, snooze and reopen conversations.",
    "conversation:rename": "Change the subject of a conversation.",
    "conversation:label": "Change tags and attributes of a conversation.",
    "message:redact": "Remove messages, parts of them, files and notes for good.",
    "article:read": "Read articles, internal ones too, in the internal portal.",
    "article:write": "Write, publish and arrange articles and their categories.",
    "portal:write": "Change the portal: settings, attributes, snippets, and sign-on, whose keys let any customer in.",
    "customer:merge": "Make one customer of two that are the same person.",
    "staff:write": "Invite staff, change roles, deactivate staff, and set up how they sign in.",
    "audit:read": "Read and export the audit log.",
}
"""Every permission there is, with what it allows."""

_COLLABORATOR = frozenset({"conversation:read", "note:write", "article:read"})
_AGENT = _COLLABORATOR | {
    "conversation:reply",
    "conversation:status",
    "conversation:rename",
    "conversation:label",
    "message:redact",
}
_CONTENT_MANAGER = frozenset({"article:read", "article:write", "portal:write"})

ADMIN = "admin"

ROLES: dict[str, frozenset[str]] = {
    "collaborator": _COLLABORATOR,
    "agent": _AGENT,
    "content_manager": _CONTENT_MANAGER,
    ADMIN: _AGENT | _CONTENT_MANAGER | {"staff:write", "audit:read", "customer:merge"},
}
"""The one table of roles: pages show it, routes enforce it."""

ROLE_NAMES: dict[str, str] = {
    "collaborator": "Collaborator",
    "agent": "Agent",
    "content_manager": "Content manager",
    ADMIN: "Admin",
}
"""What people call the roles."""

MAX_NAME = 80


@dataclass(frozen=True, slots=True)
class Member:
    """A staff member. An inactive one has no sessions and cannot sign in.

    ``version`` counts the changes made to it; ``seen_at`` is when somebody last signed in as them, None for never.
    """

    id: str
    name: str
    email: str
    role: str
    active: bool
    created_at: datetime
    time_zone: str = ""
    version: int = 0
    seen_at: datetime | None = None

    def may(self, permission: str) -> bool:
        """Tell whether this member's role includes ``permission``."""
        return self.active and permission in ROLES.get(self.role, frozenset())

    def must(self, permission: str) -> None:
        """Refuse where the role lacks ``permission``."""
        if not self.may(permission):
            raise NotPermitted


@dataclass(frozen=True, slots=True)
class InvitationMail(Payload):
    """What tells a member where to sign in; ``by`` is the name of who invites. An admin can invite again instead."""

    kind: ClassVar[str] = "invitation"
    keep: ClassVar[timedelta] = timedelta(days=1)
    repeatable: ClassVar[bool] = False
    staff_id: str
    by: str


def check_role(role: str) -> str:
    """Return a role, or refuse what is none."""
    if role not in ROLES:
        raise UnknownChoice("Choose one of the roles offered.", field="role")
    return role


def check_name(text: str) -> str:
    """Return the name of a member on one line, or refuse none, a long one, and control characters."""
    name = " ".join(text.split())
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise Invalid(f"Enter a name of at most {MAX_NAME} characters.", field="name")
    return name
