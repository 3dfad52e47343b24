"""What the room of facts offers to the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.aws.queues import Queue
from chalicelib.facts.log import Consumers, FactLog
from chalicelib.once import Once

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.deployment import Deployment
    from chalicelib.facts.model import Consumer
    from chalicelib.facts.telling import Telling


class FactsRoom:
    """``log`` is what writes need of facts."""

    def __init__(self, base: Deployment, consumers: Sequence[Consumer]) -> None:
        """Take who follows facts."""
        self._base = base
        self.log = FactLog(Queue(base.clients, base.settings.facts_queue), Consumers(consumers))

    @Once
    def telling(self) -> Telling:
        """What tells them."""
        from chalicelib.facts.store import FactStore
        from chalicelib.facts.telling import Telling

        return Telling(FactStore(self._base.table), self.log, self._base.clock)
