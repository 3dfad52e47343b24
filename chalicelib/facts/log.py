"""What a write has to do with its facts: whether anybody is to be told, and asking for that after the commit."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.aws.queues import Queue
    from chalicelib.facts.model import Consumer, Entry, Fact


class Consumers:
    """Those who follow facts. What one wants is decided by the fact alone, so that a write knows whom it concerns."""

    def __init__(self, every: Sequence[Consumer] = ()) -> None:
        """Take them; each is told in this order."""
        self._every = {one.name: one for one in every}

    def want(self, facts: Sequence[Fact]) -> bool:
        """Tell whether anybody wants any of some facts."""
        return any(one.wants(fact) for one in self._every.values() for fact in facts)

    def wants(self, consumer: Consumer, entry: Entry) -> bool:
        """Tell whether one wants anything of an entry."""
        return any(consumer.wants(fact) for fact in entry.facts)

    def of(self, entry: Entry) -> list[Consumer]:
        """Return those who want something of an entry."""
        return [one for one in self._every.values() if self.wants(one, entry)]

    def named(self, name: str) -> Consumer | None:
        """Return one by its name; None where there is none any more."""
        return self._every.get(name)


class FactLog:
    """The facts of all conversations, as far as writing them is concerned."""

    def __init__(self, queue: Queue, consumers: Consumers) -> None:
        """Take the queue that says where to look, and the consumers."""
        self.queue, self.consumers = queue, consumers

    def wanted(self, facts: Sequence[Fact]) -> bool:
        """Tell whether a consumer is to be told of any of some facts."""
        return self.consumers.want(facts)

    def nudge(self, conversation_id: str, seconds: int = 0) -> bool:
        """Ask for consumers to be told, best effort, after the commit; False where the sweep must."""
        return self.queue.send({"conversation": conversation_id}, seconds)
