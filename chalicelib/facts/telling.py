"""Tells consumers what happened: at least once, in the order of each conversation, and never in a request's way.

A write leaves its facts in the log and, where a consumer wants one of them, a mark that the conversation has something
to tell. After that it nudges a queue, whose messages only say where to look: they may be lost, doubled, late or out of
order. The queue's function takes the conversation, tells every consumer what came after what they were told, and keeps
how far it got. What never came to the queue, the sweep finds by the mark.

A consumer that fails falls behind alone and is given the entry again, at longer and longer intervals; after
``MAX_TRIES`` the entry is set aside for an operator and the consumer goes on with the next.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib import telemetry
from chalicelib.facts.model import MAX_TRIES, SWEEP_AFTER, SWEEP_AGAIN, wait
from chalicelib.facts.store import AT_ONCE, Behind, FactStore, Lease, Parked

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.aws.table import Later, Reads
    from chalicelib.clock import Clock
    from chalicelib.facts.log import FactLog
    from chalicelib.facts.model import Consumer, Entry

MAX_SWEPT = 300
"""Conversations a run of the sweep puts into the queue."""
_ROUNDS = 20
"""How often one nudge looks for what was written in between; more is left to another."""


class FactsParked(Exception):
    """Consumers gave up on facts; once the cause is mended, ``make redrive`` gives them again."""


class Telling:
    """Tells the consumers of facts."""

    def __init__(self, store: FactStore, log: FactLog, clock: Clock) -> None:
        """Take the log as it is stored, the consumers and their queue, and the clock."""
        self.store, self._log, self._consumers, self._clock = store, log, log.consumers, clock

    def tell(self, conversation_id: str) -> None:
        """Tell consumers what happened to a conversation since they were told last, unless somebody is at it."""
        lease = self.store.lease(conversation_id, self._clock())
        if lease is None:
            return
        told, behind = lease.told, dict(lease.behind)
        for _ in range(_ROUNDS):
            told, behind = self._round(lease, told, behind)
            if behind:
                self._come_back(lease, told, behind)
                return
            if self.store.end(lease, told):
                return
        self._come_back(lease, told, behind)

    def untold_later(self, reads: Reads, conversation_id: str, told: int) -> Later[list[Entry]]:
        """Read, with other items, what of a conversation consumers have still to be told of, behind number ``told``."""
        return self.store.after_later(reads, conversation_id, told)

    def sweep(self, now: datetime) -> int:
        """Nudge again where something was to be told two minutes ago; return for how many conversations.

        Raises :class:`FactsParked` as long as something is set aside, for the alarm: an operator has to look.
        """
        swept = 0
        for conversation_id in self.store.due(now - SWEEP_AFTER):
            if swept == MAX_SWEPT:
                break
            if not self.store.defer(conversation_id, now + SWEEP_AGAIN):
                continue
            if not self._log.nudge(conversation_id):
                self.store.defer(conversation_id, now)
                break
            swept += 1
        if swept:
            telemetry.warn("facts were not told", swept=swept)
            telemetry.count(telemetry.FACTS_SWEPT, swept)
        for parked in self.store.parked():
            message = f"a fact of conversation {parked.conversation_id} was set aside for {parked.consumer}"
            raise FactsParked(message)
        return swept

    def tell_all(self) -> int:
        """Tell everything that waits, due or not, and return how many conversations still have something to tell."""
        latest = self._clock() + timedelta(days=1)
        for conversation_id in list(self.store.due(latest)):
            self.tell(conversation_id)
        return len(list(self.store.due(latest)))

    def set_aside(self) -> int:
        """Return how many entries consumers gave up on."""
        return sum(1 for _ in self.store.parked())

    def redrive(self) -> int:
        """Give consumers again what was set aside; return how many entries they took now."""
        taken = 0
        for parked in list(self.store.parked()):
            entry = self.store.get(parked.conversation_id, parked.seq)
            consumer = self._consumers.named(parked.consumer)
            if entry and consumer:
                consumer.take(entry)
                taken += 1
            self.store.unpark(parked)
        return taken

    # one conversation

    def _round(self, lease: Lease, told: int, behind: dict[str, Behind]) -> tuple[int, dict[str, Behind]]:
        """Tell everybody what there is; return how far that got, and who is behind."""
        behind = {name: self._catch_up(lease, name, one, told) for name, one in behind.items()}
        more = True
        while more:
            entries = self.store.after(lease.conversation_id, told)
            more = len(entries) == AT_ONCE
            for entry in entries:
                self._tell_of(entry, told, behind)
                told = entry.seq
                if entry is not entries[-1]:
                    self.store.keep(lease, told, behind)
        return told, {name: one for name, one in behind.items() if one.told < told}

    def _tell_of(self, entry: Entry, told: int, behind: dict[str, Behind]) -> None:
        """Give an entry to those who want it and are not behind; one that fails is from now on."""
        for consumer in self._consumers.of(entry):
            if consumer.name not in behind and not self._given(consumer, entry):
                behind[consumer.name] = Behind(told, 1)

    def _catch_up(self, lease: Lease, name: str, behind: Behind, told: int) -> Behind:
        """Give a consumer that is behind what it missed, up to number ``told``."""
        consumer = self._consumers.named(name)
        while behind.told < told:
            entries = [one for one in self.store.after(lease.conversation_id, behind.told) if one.seq <= told]
            for entry in entries:
                if consumer and self._consumers.wants(consumer, entry) and not self._given(consumer, entry):
                    if behind.tries + 1 < MAX_TRIES:
                        return Behind(behind.told, behind.tries + 1)
                    self._give_up(consumer, entry)
                behind = Behind(entry.seq, 0)
            if not entries:
                return Behind(told, 0)
        return behind

    def _given(self, consumer: Consumer, entry: Entry) -> bool:
        try:
            consumer.take(entry)
        except Exception as error:  # noqa: BLE001 - whatever it is, other consumers have nothing to do with it
            telemetry.fault(error, consumer=consumer.name, conversation=entry.conversation_id, fact=str(entry.seq))
            return False
        return True

    def _give_up(self, consumer: Consumer, entry: Entry) -> None:
        self.store.park(Parked(entry.conversation_id, entry.seq, consumer.name), self._clock())
        telemetry.warn(
            "a fact was set aside", consumer=consumer.name, conversation=entry.conversation_id, fact=entry.seq
        )
        telemetry.count(telemetry.FACTS_PARKED)

    def _come_back(self, lease: Lease, told: int, behind: Mapping[str, Behind]) -> None:
        seconds = wait(max((one.tries for one in behind.values()), default=1))
        due = self._clock() + timedelta(seconds=seconds)
        if self.store.come_back(lease, told, behind, due):
            self._log.nudge(lease.conversation_id, seconds)
