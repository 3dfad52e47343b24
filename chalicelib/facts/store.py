"""The log of facts in each conversation's partition, and how far consumers were told of it.

The number up to which they were told (``told``), who tells them at this moment (``lease``) and which consumers are
behind the others (``behind``) stand in the item of what only staff see, which every write changes anyway. The item is
in the index of what is due as long as there is something to tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.aws import keys
from chalicelib.aws.keys import Key
from chalicelib.aws.table import Delete, Later, Put, Query, Reads, Refused, Table, Update, key_of
from chalicelib.clock import moment, stamp
from chalicelib.facts.items import facts_of
from chalicelib.facts.model import LEASE, Entry
from chalicelib.ids import new_secret
from chalicelib.records import dataclass

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.aws.items import Item

AT_ONCE = 50
"""Entries that are read at once."""


@dataclass(frozen=True, slots=True)
class Behind:
    """A consumer that failed: up to which number it was told, and how often it was given the next entry."""

    told: int
    tries: int


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to tell of a conversation's facts: up to where that was done, and who is behind."""

    conversation_id: str
    token: str
    told: int
    behind: Mapping[str, Behind]


@dataclass(frozen=True, slots=True)
class Parked:
    """An entry that a consumer gave up on."""

    conversation_id: str
    seq: int
    consumer: str


class FactStore:
    """Reads the log, and keeps how far it was told."""

    def __init__(self, table: Table) -> None:
        """Take the table."""
        self._table = table

    def lease(self, conversation_id: str, now: datetime) -> Lease | None:
        """Take a conversation for a minute; None where there is nothing to tell, or somebody else does it."""
        token = new_secret()
        update = Update(
            keys.staff_head(conversation_id),
            put={"lease": token, "lease_until": stamp(now + LEASE)},
            when=[("told", "present", None), ("lease_until", "absent or <", stamp(now))],
        )
        try:
            item = self._table.change(update)
        except Refused:
            return None
        return Lease(conversation_id, token, item["told"], _behind(item))

    def after(self, conversation_id: str, seq: int) -> list[Entry]:
        """Return the entries behind a number, in order, as they are at this moment."""
        return self.after_later(self._table.together(), conversation_id, seq)()

    def after_later(self, reads: Reads, conversation_id: str, seq: int) -> Later[list[Entry]]:
        """Read the same together with other items."""
        query = Query(
            keys.of_conversation(conversation_id),
            prefix=keys.FACTS,
            after=keys.fact(conversation_id, seq),
            limit=AT_ONCE,
            consistent=True,
        )
        return reads.ask(query, lambda items, _: [_entry(item) for item in items])

    def get(self, conversation_id: str, seq: int) -> Entry | None:
        """Return one entry."""
        item = self._table.get(keys.fact(conversation_id, seq), consistent=True)
        return _entry(item) if item else None

    def keep(self, lease: Lease, told: int, behind: Mapping[str, Behind]) -> bool:
        """Keep how far consumers were told; False where the lease was lost."""
        return self._change(lease, {"told": told, "behind": _stored(behind)}, drop=())

    def end(self, lease: Lease, told: int) -> bool:
        """Give the lease back where all was told; False where something was written in between, or it is lost."""
        index = keys.index_attributes(keys.BY_DUE)
        drop = ("told", "behind", "lease", "lease_until", *index)
        return self._change(lease, {}, drop=drop, also=[("version", "=", told)])

    def come_back(self, lease: Lease, told: int, behind: Mapping[str, Behind], due: datetime) -> bool:
        """Give the lease back with something left to tell at ``due``; False where it was lost."""
        place = keys.in_index(keys.BY_DUE, keys.pending_facts(stamp(due), lease.conversation_id))
        return self._change(lease, {"told": told, "behind": _stored(behind), **place}, drop=("lease", "lease_until"))

    def _change(
        self,
        lease: Lease,
        put: Mapping[str, Any],
        *,
        drop: tuple[str, ...],
        also: list[tuple[str, str, Any]] | None = None,
    ) -> bool:
        when = [("lease", "=", lease.token), *(also or [])]
        try:
            self._table.write(Update(keys.staff_head(lease.conversation_id), put=put, drop=drop, when=when))
        except Refused:
            return False
        return True

    # what is due

    def due(self, before: datetime) -> Iterator[str]:
        """Yield the conversations that were due before a moment, shard by shard in turn so that none starves."""
        for item in self._table.walk_shards(keys.BY_DUE, keys.facts_partition, high=stamp(before)):
            yield keys.conversation_of(key_of(item))

    def defer(self, conversation_id: str, due: datetime) -> bool:
        """Move a conversation that has something to tell to ``due``; tell whether it still has."""
        place = keys.in_index(keys.BY_DUE, keys.pending_facts(stamp(due), conversation_id))
        try:
            self._table.write(Update(keys.staff_head(conversation_id), put=place, when=[("told", "present", None)]))
        except Refused:
            return False
        return True

    # what was given up on

    def park(self, parked: Parked, now: datetime) -> None:
        """Set an entry aside for a consumer; doing it again is no fault."""
        place = keys.in_index(keys.BY_DUE, keys.parked(stamp(now), parked.conversation_id))
        item = {"fact": parked.seq, "consumer": parked.consumer, **place}
        self._table.write(Put(_parked_key(parked), item))

    def parked(self) -> Iterator[Parked]:
        """Yield what was given up on, in no order."""
        for raw in self._table.walk_shards(keys.BY_DUE, keys.parked_partition, high="~"):
            item = self._table.get(key_of(raw), consistent=True)
            if item:
                key = key_of(item)
                yield Parked(keys.conversation_of(key), item["fact"], item["consumer"])

    def unpark(self, parked: Parked) -> None:
        """Forget that an entry was given up on."""
        self._table.write(Delete(_parked_key(parked)))


def _parked_key(parked: Parked) -> Key:
    return keys.parked_fact(parked.conversation_id, parked.seq, parked.consumer)


def _entry(item: Item) -> Entry:
    key = key_of(item)
    return Entry(keys.conversation_of(key), keys.seq_of(key), moment(item["at"]), facts_of(item["facts"]))


def _behind(item: Item) -> dict[str, Behind]:
    return {name: Behind(one["told"], one["tries"]) for name, one in item.get("behind", {}).items()}


def _stored(behind: Mapping[str, Behind]) -> dict[str, Any]:
    return {name: {"told": one.told, "tries": one.tries} for name, one in behind.items()}
