"""What an API token may do: scopes are additive ``noun:verb``, and whatever is not listed is denied."""

from __future__ import annotations

from datetime import datetime

from chalicelib.records import dataclass
from chalicelib.refusals import Invalid, NotPermitted, UnknownChoice

SCOPES: dict[str, str] = {
    "conversation:read": "read conversations, their messages and files",
    "conversation:write": "start conversations; change subject, status, tags and attributes",
    "customer:read": "read customers",
    "customer:write": "register customers and change their names and identities",
    "message:redact": "remove messages and notes for good",
    "message:write": "record messages of both directions, and upload files for them",
    "note:read": "read notes and their files",
    "note:write": "write notes, and upload files for them",
    "theme:write": "read, change and publish themes",
}
"""Every scope, with what it allows."""

_INCLUDED = {
    "conversation:status": "conversation:write",
    "conversation:rename": "conversation:write",
}
"""What staff have as permissions of their own, and the scope that includes it."""

MAX_NAME = 80


@dataclass(frozen=True, slots=True)
class Token:
    """A token as everybody may see it: without its secret. A revoked one is kept in the list only."""

    id: str
    name: str
    scopes: frozenset[str]
    created_at: datetime
    revoked_at: datetime | None = None

    def may(self, permission: str) -> bool:
        """Tell whether the scopes include ``permission``."""
        return _INCLUDED.get(permission, permission) in self.scopes and self.revoked_at is None

    def must(self, permission: str) -> None:
        """Refuse where no scope includes ``permission``."""
        if not self.may(permission):
            scope = _INCLUDED.get(permission, permission)
            raise NotPermitted(f"This API token lacks the scope {scope}.")

    @property
    def owner(self) -> str:
        """Whose uploads its files are."""
        return f"token:{self.id}"


def check_scopes(scopes: frozenset[str]) -> frozenset[str]:
    """Return the scopes, or refuse none at all and those that do not exist."""
    unknown = sorted(scopes - SCOPES.keys())
    if unknown:
        raise UnknownChoice(
            f"No scope is called {', '.join(unknown)}; possible are {', '.join(SCOPES)}.", field="scopes"
        )
    if not scopes:
        raise Invalid(f"Name at least one scope of {', '.join(SCOPES)}.", field="scopes")
    return scopes


def check_name(text: str) -> str:
    """Return the name of a token, or refuse a missing or long one."""
    name = " ".join(text.split())
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise Invalid(
            f"Give the token a name of at most {MAX_NAME} characters, so that people know whose it is.", field="name"
        )
    return name
