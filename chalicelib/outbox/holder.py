"""Who has the outbox. Few requests send anything, so it is made for the first that does."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from chalicelib.outbox.service import Outbox


class HasOutbox(Protocol):
    """Has the outbox when it is needed."""

    @property
    def outbox(self) -> Outbox:
        """What leaves."""
        ...
