"""Conversations as items: the head with its places in the lists, the messages, and what only staff see.

Functions that end in ``_put`` or ``_update`` return a write for a transaction; the rest read.
"""

from __future__ import annotations

import heapq
import json
from collections.abc import Callable
from dataclasses import field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from chalicelib.aws import keys
from chalicelib.aws.keys import Key
from chalicelib.aws.table import Item, Later, Put, Reads, Refused, Table, Update
from chalicelib.clock import moment, stamp
from chalicelib.conversations.model import (
    Attachment,
    Conversation,
    Direction,
    Event,
    Message,
    Note,
    Row,
    Status,
)
from chalicelib.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from chalicelib.conversations.attributes import Attributes

_CLAIM = "conversation"
"""Kind of the claims that external ids of conversations are."""
_PAGE_TEXT = 200_000
"""Code points of the messages read at once: 50 long ones full of links would make a page larger than Lambda's 6 MB."""
_FEW = 12
"""Up to so many messages are read together with those of other conversations; more in a query of their own."""


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a message went: what a form is answered with, the first time and every time after."""

    conversation_id: str
    seq: int


@dataclass(frozen=True, slots=True)
class Aside:
    """What only staff see of the conversation itself. ``unshown`` counts messages of scopes the portal hides."""

    version: int = 0
    unshown: int = 0
    external_id: str = ""
    tags: tuple[str, ...] = ()
    attributes: Attributes = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What an external id was recorded as: a message by number and scope, or a note."""

    seq: int
    scope: str
    note_id: str


class Conversations:
    """Reads and writes conversations."""

    def __init__(self, table: Table) -> None:
        """Take the table."""
        self.table = table

    # one conversation

    def later(self, reads: Reads, conversation_id: str) -> Later[Conversation | None]:
        """Read a head together with other items."""
        return reads.want(keys.conversation(conversation_id), _head)

    def get(self, conversation_id: str, *, consistent: bool = False) -> Conversation | None:
        """Return a head, or None."""
        return _head(self.table.get(keys.conversation(conversation_id), consistent=consistent))

    def get_many(self, conversation_ids: Sequence[str], *, consistent: bool = False) -> dict[str, Conversation]:
        """Return those of the heads that exist."""
        found = self.table.get_many([keys.conversation(one) for one in conversation_ids], consistent=consistent)
        heads = [_head(item) for item in found.values()]
        return {head.id: head for head in heads if head}

    def messages(
        self, conversation_id: str, limit: int, *, before: int = 0, consistent: bool = False
    ) -> tuple[list[Message], bool]:
        """Return the newest ``limit`` visible messages (before ``before``), oldest first, and whether more precede."""
        key = keys.message(conversation_id, before) if before else None
        items, more = self.table.query(
            f"CONV#{conversation_id}",
            prefix=keys.MESSAGES,
            after=key,
            forward=False,
            limit=limit + 1,
            consistent=consistent,
        )
        more = len(items) > limit or (more and bool(items) and len(items) < limit)
        items, room = items[:limit], _PAGE_TEXT
        for count, item in enumerate(items):
            room -= len(item["body"])
            if room < 0 and count:
                items, more = items[:count], True
                break
        return [_message(conversation_id, item) for item in reversed(items)], more

    def messages_after(self, conversation_id: str, seq: int) -> Iterator[Message]:
        """Yield the visible messages behind number ``seq``, oldest first."""
        after = keys.message(conversation_id, seq) if seq else None
        for item in self.table.walk(f"CONV#{conversation_id}", prefix=keys.MESSAGES, after=after):
            yield _message(conversation_id, item)

    def all_messages(self, conversation_id: str) -> list[Message]:
        """Return every visible message, oldest first."""
        return list(self.messages_after(conversation_id, 0))

    def public_messages(self, conversation_id: str) -> list[Message]:
        """Return the messages of a scope the portal does not show, oldest first."""
        items = self.table.walk(f"CONV#{conversation_id}", prefix=keys.UNSHOWN, consistent=True)
        return [_message(conversation_id, item) for item in items]

    def message(self, conversation_id: str, seq: int, scope: str = "direct") -> Message | None:
        """Return one message, as it is at this moment."""
        item = self.table.get(_message_key(scope)(conversation_id, seq), consistent=True)
        return _message(conversation_id, item) if item else None

    def messages_from(self, conversation_id: str, scope: str, seq: int, limit: int) -> tuple[list[Message], bool]:
        """Return messages of a scope behind number ``seq``, oldest first, and whether more follow."""
        key = _message_key(scope)
        prefix = keys.MESSAGES if scope == "direct" else keys.UNSHOWN
        after = key(conversation_id, seq) if seq else None
        items, more = self.table.query(
            f"CONV#{conversation_id}", prefix=prefix, after=after, limit=limit + 1, consistent=True
        )
        return [_message(conversation_id, item) for item in items[:limit]], len(items) > limit or (
            more and bool(items) and len(items) < limit
        )

    def bodies(self, rows: Iterable[Row]) -> dict[str, list[str]]:
        """Return the visible texts of conversations: short ones a hundred messages a call, long ones one by one."""
        texts: dict[str, list[str]] = {}
        wanted: list[Key] = []
        for row in rows:
            texts[row.id] = []
            if row.last_seq > _FEW:
                texts[row.id] = [item["body"] for item in self.table.walk(f"CONV#{row.id}", prefix=keys.MESSAGES)]
            else:
                wanted += [keys.message(row.id, seq) for seq in range(1, row.last_seq + 1)]
        for key, item in self.table.get_many(wanted).items():
            texts[key.pk.removeprefix("CONV#")].append(item["body"])
        return texts

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
        if closed is None:
            index, key = keys.BY_CUSTOMER, keys.by_customer(customer_id, "", "")
        else:
            index, key = keys.BY_STATUS, keys.by_status(customer_id, closed=closed, activity="", conversation_id="")
        items, more = self.table.query(
            key.pk,
            index=index,
            after=Key(key.pk, position) if position else None,
            table_key=keys.conversation(position.rpartition("#")[2]) if position else None,
            forward=not newest_first,
            limit=limit + 1,
        )
        return [_row(item) for item in items[:limit]], len(items) > limit or (more and len(items) < limit)

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

    def desk(self, status: Status, *, position: str, limit: int, newest_first: bool = True) -> tuple[list[Row], bool]:
        """Return a page of one of the desk's lists, merged over its shards."""
        shards = []
        for number in range(keys.SHARDS):
            low, high = ("0", position) if newest_first else (position, "9")
            items, _ = self.table.query(
                keys.desk_partition(status, number),
                index=keys.BY_DESK,
                forward=not newest_first,
                limit=limit + 2,
                low=low if position else "",
                high=high if position else "",
            )
            shards.append([item for item in items if item["g3sk"] != position])
        merged = list(heapq.merge(*shards, key=lambda item: item["g3sk"], reverse=newest_first))
        return [_row(item) for item in merged[:limit]], len(merged) > limit

    def due_to_wake(self, now: datetime, limit: int) -> list[str]:
        """Return ids of snoozed conversations whose time has come."""
        due = []
        for number in range(keys.SHARDS):
            items, _ = self.table.query(
                keys.desk_partition(Status.SNOOZED, number),
                index=keys.BY_DESK,
                low="0",
                high=f"{stamp(now)}~",
                limit=limit,
            )
            due += [item["id"] for item in items]
        return due

    # what only staff see

    def staff_version(self, reads: Reads, conversation_id: str) -> Later[int]:
        """Read how often what only staff see has changed, together with other items."""
        return reads.want(keys.staff_head(conversation_id), lambda item: item["version"] if item else 0)

    def aside(self, conversation_id: str) -> Aside:
        """Return what only staff see of the conversation itself, as it is at this moment."""
        return _aside(self.table.get(keys.staff_head(conversation_id), consistent=True))

    def aside_later(self, reads: Reads, conversation_id: str) -> Later[Aside]:
        """Read what only staff see of the conversation itself together with other items."""
        return reads.want(keys.staff_head(conversation_id), _aside)

    def notes_from(self, conversation_id: str, note_id: str, limit: int) -> tuple[list[Note], bool]:
        """Return notes behind ``note_id`` (empty: from the first), in order, and whether more follow."""
        after = keys.note(conversation_id, note_id) if note_id else None
        items, more = self.table.query(
            f"CONV#{conversation_id}", prefix=keys.NOTES, after=after, limit=limit + 1, consistent=True
        )
        return [_note(conversation_id, item) for item in items[:limit]], len(items) > limit or (
            more and bool(items) and len(items) < limit
        )

    def staff_items(self, conversation_id: str) -> tuple[list[Note], list[Event]]:
        """Return the notes and the history, each in order of time."""
        partition = f"CONV#{conversation_id}"
        notes = self.table.walk(partition, prefix=keys.NOTES, consistent=True)
        events = self.table.walk(partition, prefix=keys.EVENTS, consistent=True)
        return [_note(conversation_id, item) for item in notes], [_event(conversation_id, item) for item in events]

    def note(self, conversation_id: str, note_id: str) -> Note | None:
        """Return one note."""
        item = self.table.get(keys.note(conversation_id, note_id), consistent=True)
        return _note(conversation_id, item) if item else None

    # what other systems know by ids of their own

    def owner(self, external_id: str) -> str | None:
        """Return the id of the conversation that another system knows by this id."""
        item = self.table.get(keys.claim(_CLAIM, external_id), consistent=True)
        return str(item["owner"]) if item else None

    def owners(self, external_ids: Iterable[str]) -> dict[str, str]:
        """Return the ids of those conversations that other systems know by these ids, by theirs."""
        wanted = {keys.claim(_CLAIM, one): one for one in external_ids}
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


def head_put(conversation: Conversation) -> Put:
    """Return the write of a new conversation's head."""
    item = head_item(conversation)
    return Put(keys.conversation(conversation.id), item, when=[("pk", "absent", None)])


def head_update(before: Conversation, after: Conversation) -> Update:
    """Return the write that turns ``before`` into ``after``, refused if anything visible changed in between."""
    old, new = head_item(before), head_item(after)
    put = {name: value for name, value in new.items() if value != old.get(name)}
    drop = [name for name in old if name not in new]
    return Update(keys.conversation(before.id), put=put, drop=drop, when=[("version", "=", before.version)])


def message_put(message: Message) -> Put:
    """Return the write of a new message."""
    return Put(
        _message_key(message.place)(message.conversation_id, message.seq),
        message_item(message),
        when=[("pk", "absent", None)],
    )


def message_update(before: Message, after: Message) -> Update:
    """Return the write that redacts a message, refused if it changed in between."""
    put = {"body": after.body, "attachments": _attachments_item(after.attachments), "redacted": after.redacted}
    when = [("body", "=", before.body), ("attachments", "=", _attachments_item(before.attachments))]
    return Update(_message_key(before.place)(before.conversation_id, before.seq), put=put, when=when)


def note_put(note: Note) -> Put:
    """Return the write of a note."""
    item = {
        "author": note.author,
        "author_id": note.author_id,
        "body": note.body,
        "at": stamp(note.at),
        "attachments": _attachments_item(note.attachments),
    }
    return Put(keys.note(note.conversation_id, note.id), item, when=[("pk", "absent", None)])


def note_update(before: Note, after: Note) -> Update:
    """Return the write that redacts a note."""
    put = {"body": after.body, "attachments": _attachments_item(after.attachments), "redacted": after.redacted}
    return Update(keys.note(before.conversation_id, before.id), put=put, when=[("body", "=", before.body)])


def event_put(event: Event) -> Put:
    """Return the write of an entry of the history."""
    item = {"kind": event.kind, "actor": event.actor, "at": stamp(event.at), "detail": event.detail}
    return Put(keys.event(event.conversation_id, event.id), item)


def claim_put(conversation_id: str, external_id: str) -> Put:
    """Return the write that makes an external id this conversation's, refused where it is another's."""
    return Put(keys.claim(_CLAIM, external_id), {"owner": conversation_id}, when=[("pk", "absent", None)])


def recorded_put(conversation_id: str, kind: str, external_id: str, recorded: Recorded) -> Put:
    """Return the write that remembers what an external id was recorded as, refused where it was before."""
    item = {"seq": recorded.seq, "scope": recorded.scope, "note": recorded.note_id}
    return Put(keys.external(conversation_id, kind, external_id), item, when=[("pk", "absent", None)])


def aside_update(conversation_id: str, before: Aside, after: Aside, *, notes: int = 0) -> Update:
    """Return the write that changes what only staff see, refused if any of it changed in between."""
    put: dict[str, Any] = {}
    if after.unshown != before.unshown:
        put["unshown"] = after.unshown
    if after.external_id != before.external_id:
        put["external_id"] = after.external_id
    if after.tags != before.tags:
        put["tags"] = after.tags
    if after.attributes != before.attributes:
        put["attributes"] = json.dumps(after.attributes, ensure_ascii=False)
    when = [("version", "=", before.version)] if before.version else [("version", "absent", None)]
    add = {"version": 1, "notes": notes} if notes else {"version": 1}
    return Update(keys.staff_head(conversation_id), put=put, add=add, when=when)


def staff_update(conversation_id: str, *, notes: int = 0) -> Update:
    """Return the write that counts a change only staff see."""
    add = {"version": 1, "notes": notes} if notes else {"version": 1}
    return Update(keys.staff_head(conversation_id), add=add)


def answered_put(actor_id: str, key: str, fingerprint: str, posted: Posted, expires: int) -> Put:
    """Return the write that remembers the answer to a form."""
    item = {
        "fingerprint": fingerprint,
        "conversation_id": posted.conversation_id,
        "seq": posted.seq,
        "expires": expires,
    }
    return Put(keys.idempotency(actor_id, key), item, when=[("pk", "absent", None)])


def head_item(conversation: Conversation) -> Item:
    """Return a head as it is stored, with its places in the three lists."""
    activity = stamp(conversation.active_at)
    item: dict[str, Any] = {
        "id": conversation.id,
        "customer_id": conversation.customer_id,
        "subject": conversation.subject,
        "status": conversation.status.value,
        "channel": conversation.channel,
        "reply_channel": conversation.reply_channel,
        "created_at": stamp(conversation.created_at),
        "active_at": activity,
        "version": conversation.version,
        "last_seq": conversation.last_seq,
        "last_out": conversation.last_out,
        "seen": conversation.seen,
        "preview": conversation.preview,
        "preview_out": conversation.preview_direction is Direction.OUT,
    }
    if conversation.closed_at:
        item["closed_at"] = stamp(conversation.closed_at)
    if conversation.snoozed_until:
        item["snoozed_until"] = stamp(conversation.snoozed_until)
    if conversation.continues:
        item["continues"] = conversation.continues
    customer_id, closed = conversation.customer_id, conversation.closed
    if conversation.begun:
        item["g1pk"], item["g1sk"] = keys.by_customer(customer_id, activity, conversation.id)
        item["g2pk"], item["g2sk"] = keys.by_status(
            customer_id, closed=closed, activity=activity, conversation_id=conversation.id
        )
    else:
        item["g2pk"], item["g2sk"] = keys.unbegun(customer_id, conversation.id)
    order = stamp(conversation.snoozed_until) if conversation.snoozed_until else activity
    item["g3pk"], item["g3sk"] = keys.by_desk(conversation.status.value, order, conversation.id)
    return item


def message_item(message: Message) -> Item:
    """Return a message as it is stored."""
    item: dict[str, Any] = {
        "direction": message.direction.value,
        "channel": message.channel,
        "author": message.author,
        "author_id": message.author_id,
        "body": message.body,
        "at": stamp(message.at),
        "attachments": _attachments_item(message.attachments),
    }
    if message.redacted:
        item["redacted"] = True
    if message.scope != "direct":
        item["scope"] = message.scope
    if message.external_id:
        item["external_id"] = message.external_id
    return item


def position(row: Row, *, snoozed: bool = False) -> str:
    """Return a row's place in its list, for a cursor."""
    order = row.snoozed_until if snoozed and row.snoozed_until else row.active_at
    return f"{stamp(order)}#{row.id}"


_STATUS = {one.value: one for one in Status}
_DIRECTION = {one.value: one for one in Direction}


def _head(item: Item | None) -> Conversation | None:
    if item is None:
        return None
    closed_at, snoozed_until = item.get("closed_at"), item.get("snoozed_until")
    return Conversation(
        id=item["id"],
        customer_id=item["customer_id"],
        subject=item["subject"],
        status=_STATUS[item["status"]],
        channel=item["channel"],
        reply_channel=item["reply_channel"],
        created_at=moment(item["created_at"]),
        active_at=moment(item["active_at"]),
        version=item["version"],
        last_seq=item["last_seq"],
        last_out=item["last_out"],
        seen=item["seen"],
        preview=item["preview"],
        preview_direction=Direction.OUT if item["preview_out"] else Direction.IN,
        closed_at=moment(closed_at) if closed_at else None,
        snoozed_until=moment(snoozed_until) if snoozed_until else None,
        continues=item.get("continues"),
    )


def _row(item: Item) -> Row:
    snoozed_until = item.get("snoozed_until")
    return Row(
        item["id"],
        item["customer_id"],
        item["subject"],
        _STATUS[item["status"]],
        item["channel"],
        moment(item["active_at"]),
        moment(item["created_at"]),
        item["preview"],
        Direction.OUT if item["preview_out"] else Direction.IN,
        item["last_seq"],
        item["last_out"] > item["seen"],
        moment(snoozed_until) if snoozed_until else None,
    )


def _message(conversation_id: str, item: Item) -> Message:
    return Message(
        conversation_id,
        int(item["sk"][-8:]),
        _DIRECTION[item["direction"]],
        item["channel"],
        item["author"],
        item["author_id"],
        item["body"],
        moment(item["at"]),
        _attachments(item["attachments"]),
        item.get("redacted", False),
        item.get("scope", "direct"),
        item.get("external_id", ""),
        "scope" in item and item["sk"].startswith(keys.MESSAGES),
    )


def _message_key(scope: str) -> Callable[[str, int], Key]:
    return keys.message if scope == "direct" else keys.unshown_message


def _aside(item: Item | None) -> Aside:
    if item is None:
        return Aside()
    attributes = json.loads(item["attributes"]) if "attributes" in item else {}
    tags = tuple(item.get("tags", ()))
    return Aside(item.get("version", 0), item.get("unshown", 0), item.get("external_id", ""), tags, attributes)


def _note(conversation_id: str, item: Item) -> Note:
    return Note(
        conversation_id,
        item["sk"].removeprefix(keys.NOTES),
        item["author"],
        item["author_id"],
        item["body"],
        moment(item["at"]),
        _attachments(item["attachments"]),
        item.get("redacted", False),
    )


def _event(conversation_id: str, item: Item) -> Event:
    identifier = item["sk"].removeprefix(keys.EVENTS)
    return Event(conversation_id, identifier, item["kind"], item["actor"], moment(item["at"]), item["detail"])


def _attachments(items: list[Item]) -> tuple[Attachment, ...]:
    if not items:
        return ()
    return tuple(Attachment(one["id"], one["name"], one["type"], one["size"]) for one in items)


def _attachments_item(attachments: Iterable[Attachment]) -> list[Item]:
    return [{"id": one.id, "name": one.name, "type": one.type, "size": one.size} for one in attachments]
