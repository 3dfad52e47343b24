"""Reads and writes conversations: single ones, their messages in order, and the lists they stand in."""

from __future__ import annotations

import heapq
from collections.abc import Callable
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from chalicelib.aws import keys
from chalicelib.aws.items import Item
from chalicelib.aws.keys import Key
from chalicelib.aws.table import Later, Query, Reads, Refused, Table, Update, key_of
from chalicelib.clock import stamp
from chalicelib.conversations.items import (
    CLAIM,
    Posted,
    Recorded,
    event_of,
    head_of,
    message_key,
    message_of,
    note_of,
    row_of,
    side_of,
)
from chalicelib.conversations.model import (
    Conversation,
    Direction,
    ListPlace,
    Message,
    Note,
    Row,
    StaffSide,
    State,
    Status,
)
from chalicelib.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

T = TypeVar("T")

_PAGE_TEXT = 200_000
"""Code points of the messages read at once: 50 long ones full of links would make a page larger than Lambda's 6 MB."""
_FEW = 12
"""Up to so many messages are read together with those of other conversations; more in queries of their own."""


class Place(NamedTuple):
    """A conversation's place in a list of the desk: what the list is ordered by, with its id, and its customer."""

    order: str
    customer_id: str

    @property
    def conversation_id(self) -> str:
        """The conversation."""
        return self.order.rpartition("#")[2]


class Text(NamedTuple):
    """What a message says, and whether the customer wrote it."""

    body: str
    own: bool


def _text(item: Item) -> Text:
    return Text(item["body"], item["direction"] == Direction.IN)


def _places(items: Iterable[Item], index: str) -> list[Place]:
    return [Place(key_of(one, index).sk, one["customer_id"]) for one in items]


@dataclass(frozen=True, slots=True)
class Kind(Generic[T]):
    """A kind of what a conversation has in order: the prefix of its keys, and what makes one of its item."""

    prefix: str
    of: Callable[[str, Item], T]


SHOWN = Kind(keys.MESSAGES, message_of)
UNSHOWN = Kind(keys.UNSHOWN, message_of)
NOTES = Kind(keys.NOTES, note_of)
EVENTS = Kind(keys.EVENTS, event_of)


def _newest(conversation_id: str, kind: Kind[T], items: list[Item], limit: int, *, more: bool) -> tuple[list[T], bool]:
    """Return what was read from the newest back, oldest first, and whether more precede."""
    more = len(items) > limit or (more and bool(items) and len(items) < limit)
    items, room = items[:limit], _PAGE_TEXT
    for count, item in enumerate(items):
        room -= len(item.get("body", ""))
        if room < 0 and count:
            items, more = items[:count], True
            break
    return [kind.of(conversation_id, item) for item in reversed(items)], more


def _below(bound: str) -> str:
    """Return what sorts before ``bound`` and behind all keys that do."""
    return f"{bound[:-1]}{chr(ord(bound[-1]) - 1)}~"


def _rows(items: list[Item], limit: int, *, more: bool) -> tuple[list[Row], bool]:
    return [row_of(item) for item in items[:limit]], len(items) > limit or (more and len(items) < limit)


class Conversations:
    """Reads and writes conversations."""

    def __init__(self, table: Table) -> None:
        """Take the table."""
        self.table = table

    # one conversation

    def later(self, reads: Reads, conversation_id: str) -> Later[Conversation | None]:
        """Read a head together with other items."""
        return reads.want(keys.conversation(conversation_id), head_of)

    def get(self, conversation_id: str, *, consistent: bool = False) -> Conversation | None:
        """Return a head, or None."""
        return head_of(self.table.get(keys.conversation(conversation_id), consistent=consistent))

    def state(self, conversation_id: str) -> State:
        """Return a conversation with what only staff see of it, as both are at this moment."""
        head, side = keys.conversation(conversation_id), keys.staff_head(conversation_id)
        found = self.table.get_many([head, side], consistent=True)
        return State(head_of(found.get(head)), side_of(found.get(side)))

    def get_many(self, conversation_ids: Sequence[str], *, consistent: bool = False) -> dict[str, Conversation]:
        """Return those of the heads that exist."""
        found = self.table.get_many([keys.conversation(one) for one in conversation_ids], consistent=consistent)
        heads = [head_of(item) for item in found.values()]
        return {head.id: head for head in heads if head}

    def messages(
        self, conversation_id: str, limit: int, *, before: int = 0, consistent: bool = False
    ) -> tuple[list[Message], bool]:
        """Return the newest ``limit`` visible messages (before ``before``), oldest first, and whether more precede."""
        return self.messages_later(self.table.together(consistent=consistent), conversation_id, limit, before=before)()

    def messages_later(
        self, reads: Reads, conversation_id: str, limit: int, *, before: int = 0
    ) -> Later[tuple[list[Message], bool]]:
        """Read the same together with other items, as consistently as those."""
        query = Query(
            keys.of_conversation(conversation_id),
            prefix=keys.MESSAGES,
            after=keys.message(conversation_id, before) if before else None,
            forward=False,
            limit=limit + 1,
            consistent=reads.consistent,
        )
        return reads.ask(query, lambda items, more: _newest(conversation_id, SHOWN, items, limit, more=more))

    def messages_after(self, conversation_id: str, seq: int, *, consistent: bool = False) -> Iterator[Message]:
        """Yield the visible messages behind number ``seq``, oldest first."""
        after = keys.message(conversation_id, seq) if seq else None
        partition = keys.of_conversation(conversation_id)
        for item in self.table.walk(partition, prefix=keys.MESSAGES, after=after, consistent=consistent):
            yield message_of(conversation_id, item)

    def all_messages(self, conversation_id: str) -> list[Message]:
        """Return every visible message, oldest first."""
        return list(self.messages_after(conversation_id, 0))

    def message(self, conversation_id: str, seq: int, scope: str = "direct") -> Message | None:
        """Return one message, as it is at this moment."""
        item = self.table.get(message_key(scope)(conversation_id, seq), consistent=True)
        return message_of(conversation_id, item) if item else None

    def messages_from(self, conversation_id: str, scope: str, seq: int, limit: int) -> tuple[list[Message], bool]:
        """Return messages of a scope behind number ``seq``, oldest first, and whether more follow."""
        key = message_key(scope)
        prefix = keys.MESSAGES if scope == "direct" else keys.UNSHOWN
        after = key(conversation_id, seq) if seq else None
        items, more = self.table.query(
            keys.of_conversation(conversation_id), prefix=prefix, after=after, limit=limit + 1, consistent=True
        )
        return [message_of(conversation_id, item) for item in items[:limit]], len(items) > limit or (
            more and bool(items) and len(items) < limit
        )

    def last_messages(
        self, wanted: Mapping[str, Iterable[int]], *, consistent: bool = False
    ) -> dict[str, list[Message]]:
        """Return visible messages by conversation and number, newest first, a hundred a call."""
        places = [keys.message(one, seq) for one, numbers in wanted.items() for seq in numbers]
        found: dict[str, list[Message]] = {one: [] for one in wanted}
        for key, item in sorted(self.table.get_many(places, consistent=consistent).items(), reverse=True):
            conversation_id = keys.conversation_of(key)
            found[conversation_id].append(message_of(conversation_id, item))
        return found

    def texts(self, rows: Iterable[Row]) -> dict[str, list[Text]]:
        """Return the visible texts of those of the conversations that are short, a hundred messages a call."""
        texts: dict[str, list[Text]] = {}
        wanted: list[Key] = []
        for row in rows:
            if row.last_seq <= _FEW:
                texts[row.id] = []
                wanted += [keys.message(row.id, seq) for seq in range(1, row.last_seq + 1)]
        found = self.table.get_many(wanted)
        for key in wanted:
            if key in found:
                texts[keys.conversation_of(key)].append(_text(found[key]))
        return texts

    def texts_after(self, conversation_id: str, seq: int, limit: int) -> tuple[list[Text], int, bool]:
        """Return visible texts behind number ``seq``, the number of the last one, and whether there are more."""
        items, more = self.table.query(
            keys.of_conversation(conversation_id),
            prefix=keys.MESSAGES,
            after=keys.message(conversation_id, seq) if seq else None,
            limit=limit,
        )
        return (
            [_text(item) for item in items],
            keys.seq_of(key_of(items[-1])) if items else seq,
            more,
        )

    # lists

    def rows(
        self,
        customer_id: str,
        *,
        closed: bool | None,
        newest_first: bool,
        position: str,
        limit: int,
    ) -> tuple[list[Row], bool]:
        """Return a page of a customer's list behind ``position`` (empty: the start), and whether there are more."""
        reads, place = self.table.together(), ListPlace(closed, newest_first, position)
        return self.rows_later(reads, customer_id, place, limit)()

    def rows_later(self, reads: Reads, customer_id: str, place: ListPlace, limit: int) -> Later[tuple[list[Row], bool]]:
        """Read the same together with other items."""
        if place.closed is None:
            index, key = keys.BY_CUSTOMER, keys.by_customer(customer_id, "", "")
        else:
            index = keys.BY_STATUS
            key = keys.by_status(customer_id, closed=place.closed, activity="", conversation_id="")
        position = place.position
        query = Query(
            key.pk,
            index=index,
            after=Key(key.pk, position) if position else None,
            table_key=keys.conversation(position.rpartition("#")[2]) if position else None,
            forward=not place.newest_first,
            limit=limit + 1,
        )
        return reads.ask(query, lambda items, more: _rows(items, limit, more=more))

    def rows_from(
        self, customer_id: str, place: str, limit: int, *, newest_first: bool = False
    ) -> tuple[list[Row], bool]:
        """Return what a customer's list has from ``place`` on to the newest, and whether there is more."""
        items, more = self.table.query(
            keys.by_customer(customer_id, "", "").pk,
            index=keys.BY_CUSTOMER,
            low=place or "0",
            high="~",
            forward=not newest_first,
            limit=limit + 1,
        )
        return [row_of(item) for item in items[:limit]], len(items) > limit or (more and len(items) < limit)

    def unbegun(self, customer_id: str) -> list[str]:
        """Return ids of a customer's conversations in which nothing was said yet that they may see."""
        partition, ids, after = keys.unbegun(customer_id, "").pk, [], None
        while True:
            items, more = self.table.query(
                partition,
                index=keys.BY_STATUS,
                after=after,
                table_key=keys.conversation(ids[-1]) if after else None,
            )
            ids += [item["id"] for item in items]
            if not more or not items:
                return ids
            after = keys.unbegun(customer_id, ids[-1])

    def work(
        self, status: Status, *, position: str, limit: int, newest_first: bool, index: str = keys.BY_WORK
    ) -> tuple[list[Place], bool]:
        """Return places in one of the desk's lists, merged over its shards, and whether there are more.

        ``index`` is another one while that for these lists is still being filled.
        """
        reads = self.table.together()
        return self.work_later(reads, status, position=position, limit=limit, newest_first=newest_first, index=index)()

    def work_later(
        self, reads: Reads, status: Status, *, position: str, limit: int, newest_first: bool, index: str = keys.BY_WORK
    ) -> Callable[[], tuple[list[Place], bool]]:
        """Read the same together with other items, all shards at once."""
        low, high = ("0", position) if newest_first else (position, "9")
        shards = [
            reads.ask(
                Query(
                    keys.work_partition(status, number, index),
                    index=index,
                    forward=not newest_first,
                    limit=limit + 2,
                    low=low if position else "",
                    high=high if position else "",
                ),
                lambda items, _: [one for one in _places(items, index) if one.order != position],
            )
            for number in range(keys.SHARDS)
        ]

        def places() -> tuple[list[Place], bool]:
            merged = list(heapq.merge(*(shard() for shard in shards), reverse=newest_first))
            return merged[:limit], len(merged) > limit

        return places

    def worked(
        self, status: Status, *, position: str, limit: int, newest_first: bool, index: str = keys.BY_WORK
    ) -> tuple[list[Row], str]:
        """Return a page of one of the desk's lists, and the position of what follows, empty at the end."""
        places, more = self.work(status, position=position, limit=limit, newest_first=newest_first, index=index)
        heads = self.get_many([place.conversation_id for place in places])
        rows = [heads[place.conversation_id].row for place in places if place.conversation_id in heads]
        return [row for row in rows if row.status is status], places[-1].order if more else ""

    def due_to_wake(self, now: datetime, limit: int, index: str = keys.BY_WORK) -> list[str]:
        """Return ids of snoozed conversations whose time has come."""
        due: list[str] = []
        for number in range(keys.SHARDS):
            partition = keys.work_partition(Status.SNOOZED, number, index)
            items, _ = self.table.query(partition, index=index, low="0", high=f"{stamp(now)}~", limit=limit)
            due += [place.conversation_id for place in _places(items, index)]
        return due

    # what only staff see

    def side(self, conversation_id: str) -> StaffSide:
        """Return what only staff see of the conversation itself, as it is at this moment."""
        return side_of(self.table.get(keys.staff_head(conversation_id), consistent=True))

    def side_later(self, reads: Reads, conversation_id: str) -> Later[StaffSide]:
        """Read what only staff see of the conversation itself together with other items."""
        return reads.want(keys.staff_head(conversation_id), side_of)

    def notes_from(self, conversation_id: str, note_id: str, limit: int) -> tuple[list[Note], bool]:
        """Return notes behind ``note_id`` (empty: from the first), in order, and whether more follow."""
        after = keys.note(conversation_id, note_id) if note_id else None
        items, more = self.table.query(
            keys.of_conversation(conversation_id), prefix=keys.NOTES, after=after, limit=limit + 1, consistent=True
        )
        return [note_of(conversation_id, item) for item in items[:limit]], len(items) > limit or (
            more and bool(items) and len(items) < limit
        )

    def newest_later(
        self, reads: Reads, conversation_id: str, kind: Kind[T], limit: int, before: Key | None
    ) -> Later[tuple[list[T], bool]]:
        """Read, together with other items, the newest of one kind (before a key) as they are at this moment.

        They come oldest first, with whether more precede.
        """
        query = Query(
            keys.of_conversation(conversation_id),
            prefix="" if before else kind.prefix,
            low=kind.prefix if before else "",
            high=_below(before.sk) if before else "",
            forward=False,
            limit=limit + 1,
            consistent=True,
        )
        return reads.ask(query, lambda items, more: _newest(conversation_id, kind, items, limit, more=more))

    def note(self, conversation_id: str, note_id: str) -> Note | None:
        """Return one note."""
        item = self.table.get(keys.note(conversation_id, note_id), consistent=True)
        return note_of(conversation_id, item) if item else None

    # what other systems know by ids of their own

    def owner(self, external_id: str) -> str | None:
        """Return the id of the conversation that another system knows by this id."""
        item = self.table.get(keys.claim(CLAIM, external_id), consistent=True)
        return str(item["owner"]) if item else None

    def owners(self, external_ids: Iterable[str]) -> dict[str, str]:
        """Return the ids of those conversations that other systems know by these ids, by theirs."""
        wanted = {keys.claim(CLAIM, one): one for one in external_ids}
        found = self.table.get_many(list(wanted), consistent=True)
        return {wanted[key]: str(item["owner"]) for key, item in found.items()}

    def recorded(self, conversation_id: str, kind: str, external_ids: Iterable[str]) -> dict[str, Recorded]:
        """Return what those of the external ids are that were recorded as a ``message`` or ``note``."""
        wanted = {keys.external(conversation_id, kind, one): one for one in external_ids if one}
        if not wanted:
            return {}
        found = self.table.get_many(list(wanted), consistent=True)
        return {wanted[key]: Recorded(item["seq"], item["scope"], item["note"]) for key, item in found.items()}

    def recorded_before(self, wanted: Iterable[tuple[str, str, str]]) -> set[tuple[str, str, str]]:
        """Return those of ``wanted`` (conversation, kind, external id) that were recorded."""
        places = {keys.external(*one): one for one in wanted}
        return {places[key] for key in self.table.get_many(list(places), consistent=True)}

    # answers already given

    def answered(self, actor_id: str, key: str) -> tuple[str, Posted] | None:
        """Return what a form with this key was answered, and the fingerprint of what it said."""
        item = self.table.get(keys.idempotency(actor_id, key), consistent=True)
        return (item["fingerprint"], Posted(item["conversation_id"], item["seq"])) if item else None

    # writes that stand alone

    def mark_seen(self, conversation: Conversation, seq: int) -> None:
        """Remember that the customer saw everything up to ``seq``. No version: it is nobody else's business."""
        when = [("seen", "<", seq), ("last_seq", ">=", seq)]
        try:
            self.table.write(Update(keys.conversation(conversation.id), put={"seen": seq}, when=when))
        except Refused:
            return
