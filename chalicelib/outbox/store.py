"""Dispatches as items: one each, beside its message, and while it is still to go out in the list of what is due, too.

Every change is conditional on what it is based on, so a late worker, an event of the provider and an agent can all
write: whoever comes second learns it, and nothing is lost.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, Protocol

from chalicelib.aws import keys
from chalicelib.aws.expressions import When
from chalicelib.aws.items import Item
from chalicelib.aws.keys import Key
from chalicelib.aws.table import Later, Put, Query, Reads, Refused, Table, Update, Write, key_of
from chalicelib.clock import moment, stamp
from chalicelib.ids import is_id
from chalicelib.outbox.model import LEASE, SWEEP_AFTER, Dispatch, Payload, State
from chalicelib.refusals import ChangedMeanwhile

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

_TRIES = 5
_NUMBER_DIGITS = 8
_FREE = ""
"""``lease_until`` of a dispatch nobody works on: sorts before every moment."""
_PROVIDER = "ses_id"
"""The attribute of the provider's id, named when mail was all that left."""
_INDEX = keys.index_attributes(keys.BY_DUE)
_GENERIC = frozenset(
    {
        *("pk", "sk", *_INDEX, "id", "kind", "state", "attempts", "lease_until", "created_at", "expires"),
        *("detail", "given_up", _PROVIDER, "copies", "past_ids", "duplicates"),
    }
)
"""Attributes that a payload cannot have."""


class Recorder(Protocol):
    """Records what becomes of dispatches, in the transaction in which it does."""

    def writes(self, dispatch: Dispatch, state: State) -> Sequence[Write]:
        """Return what is to be written with a change of state; nothing where it is of no interest.

        ``dispatch`` is as it was, with the provider's id as far as it is known now: what fails with one was taken by
        the provider and bounced. Called again where a condition of these writes did not hold.
        """
        ...


class Dispatches:
    """Reads and writes dispatches."""

    def __init__(self, table: Table) -> None:
        """Take the table. ``recorder`` is asked at each change of state, where there is one."""
        self._table = table
        self.recorder: Recorder | None = None
        self._kinds: dict[str, type[Payload]] = {}

    def know(self, kind: type[Payload]) -> None:
        """Learn how a kind of payload is read. ValueError where it cannot be told from another."""
        if kind.kind in {"", *self._kinds} or not _GENERIC.isdisjoint(one.name for one in fields(kind)):
            raise ValueError(f"{kind.__name__} cannot be told from what is there")
        self._kinds[kind.kind] = kind

    def put(self, dispatch_id: str, payload: Payload, now: datetime) -> Put:
        """Return the write of a new dispatch; its condition is that there is none yet."""
        item = {
            **{one.name: getattr(payload, one.name) for one in fields(payload)},
            "kind": payload.kind,
            "id": dispatch_id,
            "state": State.QUEUED,
            "attempts": 0,
            "lease_until": _FREE,
            "created_at": stamp(now),
            "duplicates": 0,
            **_place(now, dispatch_id),
        }
        if payload.keep:
            item["expires"] = int((now + payload.keep).timestamp())
        return Put(_known_key(dispatch_id), item, when=[("pk", "absent", None)])

    def add(self, dispatch_id: str, payload: Payload, now: datetime) -> bool:
        """Write a new dispatch; False where there is one with this id, which is left as it is."""
        return self._done(self.put(dispatch_id, payload, now))

    def begin(self, dispatch_id: str, payload: Payload, now: datetime) -> Dispatch | None:
        """Write a new dispatch that is leased already, so that it is in no list yet; None where there is one."""
        put = self.put(dispatch_id, payload, now)
        item = {name: value for name, value in put.item.items() if name not in _INDEX}
        item |= {"attempts": 1, "lease_until": stamp(now + LEASE)}
        return self._dispatch(item) if self._done(Put(put.key, item, put.when)) else None

    # reading

    def get(self, dispatch_id: str) -> Dispatch | None:
        """Return a dispatch as it is at this moment, or None."""
        key = _key(dispatch_id)
        item = self._table.get(key, consistent=True) if key else None
        return self._dispatch(item) if item else None

    def beside(self, owner_id: str, numbers: Sequence[int]) -> dict[int, Dispatch]:
        """Return the dispatches of some numbered things of an owner, in one query over their range."""
        if not numbers:
            return {}
        found = self.beside_later(self._table.together(), owner_id, range(min(numbers), max(numbers) + 1))()
        return {number: found[number] for number in numbers if number in found}

    def beside_later(self, reads: Reads, owner_id: str, numbers: range) -> Later[dict[int, Dispatch]]:
        """Read the same together with other items, of all numbers in a row."""
        low, high = keys.dispatch_beside(owner_id, numbers.start), keys.dispatch_beside(owner_id, numbers.stop - 1)
        query = Query(low.pk, low=low.sk, high=high.sk, consistent=reads.consistent)
        return reads.ask(
            query, lambda items, _: {int(one["id"].rpartition(":")[2]): self._dispatch(one) for one in items}
        )

    def due(self, now: datetime) -> Iterator[str]:
        """Yield the ids of what has been due for two minutes, shard by shard in turn so that none starves.

        The index lags: what it names may be settled already.
        """
        for item in self._table.walk_shards(keys.BY_DUE, keys.outbox_partition, high=stamp(now - SWEEP_AFTER)):
            yield key_of(item, keys.BY_DUE).sk.partition("#")[2]

    # a worker's way

    def lease(self, dispatch_id: str, now: datetime) -> Dispatch | None:
        """Take a dispatch for a minute and count the attempt; None where it is settled, unknown or somebody else's."""
        key = _key(dispatch_id)
        if key is None:
            return None
        when = [("state", "=", State.QUEUED), ("lease_until", "<", stamp(now))]
        update = Update(key, put={"lease_until": stamp(now + LEASE)}, add={"attempts": 1}, when=when)
        try:
            return self._dispatch(self._table.change(update))
        except Refused:
            return None

    def retry_later(self, leased: Dispatch, due: datetime) -> None:
        """Give a leased dispatch back, to be tried at ``due``. No effect once somebody else has it or settled it."""
        put = {"lease_until": _FREE, **_place(due, leased.id)}
        self._done(Update(_known_key(leased.id), put=put, when=_held(leased)))

    def failed(self, leased: Dispatch, detail: str, *, given_up: bool = False) -> None:
        """Settle a leased dispatch as not sent, with a sentence for staff."""
        put = {"detail": detail, "given_up": given_up, "lease_until": _FREE}
        self._becomes(leased, State.FAILED, put, _held(leased))

    def skipped(self, leased: Dispatch, detail: str) -> None:
        """Settle a leased dispatch that is not to be sent after all, with a sentence for staff."""
        self._becomes(leased, State.SKIPPED, {"detail": detail, "lease_until": _FREE}, _held(leased))

    def left(self, leased: Dispatch, provider_id: str) -> None:
        """Settle a leased dispatch as sent; as :meth:`sent` does where somebody else learned of it first."""
        if not self._left(leased, provider_id):
            self.sent(leased.id, provider_id)

    # whoever learns it: the worker, or an event of the provider

    def sent(self, dispatch_id: str, provider_id: str) -> None:
        """Settle a dispatch as sent under the provider's id. A second id means that a copy too many went out."""
        for _ in range(_TRIES):
            dispatch = self.get(dispatch_id)
            if dispatch is None or provider_id in {dispatch.provider_id, *dispatch.copies, *dispatch.past_ids}:
                return
            if self._copied(dispatch, provider_id) if dispatch.provider_id else self._left(dispatch, provider_id):
                return
        raise ChangedMeanwhile

    def refused(self, dispatch_id: str, provider_id: str, detail: str) -> None:
        """Settle a dispatch that the provider took and could not deliver, with a sentence for staff."""
        for _ in range(_TRIES):
            dispatch = self.get(dispatch_id)
            if dispatch is None or provider_id in dispatch.past_ids:
                return
            if dispatch.state not in {State.QUEUED, State.SENT}:
                return
            bounced = replace(dispatch, provider_id=dispatch.provider_id or provider_id)
            put = {"detail": detail, _PROVIDER: bounced.provider_id, "lease_until": _FREE}
            when = [("state", "=", dispatch.state), ("attempts", "=", dispatch.attempts)]
            if self._becomes(bounced, State.FAILED, put, when):
                return
        raise ChangedMeanwhile

    # putting back

    def defer(self, dispatch_id: str, due: datetime, now: datetime) -> bool:
        """Move what is still to go out, and nobody works on, to ``due``; tell whether it is such a one."""
        key = _key(dispatch_id)
        when = [("state", "=", State.QUEUED), ("lease_until", "<", stamp(now))]
        return key is not None and self._done(Update(key, put=_place(due, dispatch_id), when=when))

    def requeue(self, dispatch_id: str, now: datetime) -> bool:
        """Begin again with what is not sent and nobody works on; tell whether there was something to do."""
        dispatch = self.get(dispatch_id)
        if dispatch is None or not dispatch.payload.repeatable or dispatch.state is State.SENT:
            return False
        past = [*dispatch.past_ids, *filter(None, [dispatch.provider_id]), *dispatch.copies]
        put = {
            "attempts": 0,
            "lease_until": _FREE,
            "detail": "",
            "given_up": False,
            "past_ids": past,
            "copies": [],
            **_place(now, dispatch_id),
        }
        when = [("state", "=", dispatch.state), ("attempts", "=", dispatch.attempts), ("lease_until", "<", stamp(now))]
        return self._becomes(dispatch, State.QUEUED, put, when)

    # the writes themselves

    def _left(self, dispatch: Dispatch, provider_id: str) -> bool:
        put = {_PROVIDER: provider_id, "detail": "", "given_up": False}
        when = [("state", "=", dispatch.state), (_PROVIDER, "absent", None)]
        return self._becomes(replace(dispatch, provider_id=provider_id), State.SENT, put, when)

    def _copied(self, dispatch: Dispatch, provider_id: str) -> bool:
        put = {"copies": [*dispatch.copies, provider_id], "duplicates": dispatch.duplicates + 1}
        when = [(_PROVIDER, "=", dispatch.provider_id), ("duplicates", "=", dispatch.duplicates)]
        return self._done(Update(_known_key(dispatch.id), put=put, when=when))

    def _becomes(self, dispatch: Dispatch, state: State, put: dict[str, Any], when: When) -> bool:
        """Change the state of a dispatch, which happens nowhere else; False where it is not as ``when`` says."""
        gone = [_PROVIDER] if state is State.QUEUED else [*_INDEX, *dispatch.payload.forgets]
        update = Update(_known_key(dispatch.id), put={"state": state, **put}, drop=gone, when=when)
        for _ in range(_TRIES):
            recorded: Sequence[Write] = ()
            if self.recorder and state is not dispatch.state:
                recorded = self.recorder.writes(dispatch, state)
            if not recorded:
                return self._done(update)
            try:
                self._table.transact([update, *recorded])
            except Refused as refused:
                if 0 in refused.failed:
                    return False
            else:
                return True
        raise ChangedMeanwhile

    def _done(self, write: Put | Update) -> bool:
        try:
            self._table.write(write)
        except Refused:
            return False
        return True

    def _dispatch(self, item: Item) -> Dispatch:
        kind = self._kinds.get(item["kind"], Payload)
        lease_until = item["lease_until"]
        return Dispatch(
            id=item["id"],
            payload=kind(**{one.name: item[one.name] for one in fields(kind) if one.name in item}),
            state=State(item["state"]),
            created_at=moment(item["created_at"]),
            attempts=item["attempts"],
            leased_until=moment(lease_until) if lease_until else None,
            detail=item.get("detail", ""),
            given_up=item.get("given_up", False),
            provider_id=item.get(_PROVIDER, ""),
            copies=tuple(item.get("copies", ())),
            past_ids=tuple(item.get("past_ids", ())),
            duplicates=item["duplicates"],
        )


def _place(due: datetime, dispatch_id: str) -> dict[str, str]:
    return keys.in_index(keys.BY_DUE, keys.outbox(stamp(due), dispatch_id))


def _held(leased: Dispatch) -> When:
    """It is still to go out, and nobody took it since."""
    return [("state", "=", State.QUEUED), ("attempts", "=", leased.attempts)]


def _key(dispatch_id: str) -> Key | None:
    """Return where a dispatch lies; None for a text that cannot be the id of one."""
    owner, colon, number = dispatch_id.partition(":")
    if not is_id(owner):
        return None
    if not colon:
        return keys.dispatch(owner)
    if not (number.isascii() and number.isdigit()) or len(number) > _NUMBER_DIGITS:
        return None
    return keys.dispatch_beside(owner, int(number))


def _known_key(dispatch_id: str) -> Key:
    key = _key(dispatch_id)
    if key is None:
        raise ValueError(f"{dispatch_id!r} is not the id of a dispatch")
    return key
