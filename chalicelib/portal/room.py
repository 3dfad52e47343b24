"""What the room of the portal's settings offers to the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.once import Once
from chalicelib.portal.store import Portal

if TYPE_CHECKING:
    from chalicelib.audit.store import Audit
    from chalicelib.deployment import Deployment
    from chalicelib.portal.details import Details


class PortalRoom:
    """``settings`` are those that every page reads."""

    def __init__(self, base: Deployment, audit: Audit) -> None:
        """Take the audit log."""
        self._table, self._audit = base.table, audit
        self.settings = Portal(base.table, audit)

    @Once
    def details(self) -> Details:
        """Which attributes a conversation shows its customer."""
        from chalicelib.portal.details import Details

        return Details(self._table, self._audit)

    def shows_public(self, channel: str) -> bool:
        """Tell whether customers see public messages of a channel."""
        return self.settings.get().shows(channel, "public")
