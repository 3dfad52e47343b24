"""Conversations as items: how heads, messages and what only staff see are stored and read back.

Functions that end in ``_put`` or ``_update`` return a write for a transaction; those in ``_of`` what an item says.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from chalicelib.attachments.model import Attachment
from chalicelib.aws import keys
from chalicelib.aws.items import Item
from chalicelib.aws.keys import Key
from chalicelib.aws.table import Put, Update, key_of
from chalicelib.clock import moment, stamp
from chalicelib.conversations.model import (
    USUAL_PRIORITY,
    Conversation,
    Direction,
    Event,
    Message,
    Note,
    Row,
    StaffSide,
    Status,
)
from chalicelib.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from chalicelib.facts.model import Fact

CLAIM = "conversation"
"""Kind of the claims that external ids of conversations are."""


@dataclass(frozen=True, slots=True)
class Posted:
    """Where a message went: what a form is answered with, the first time and every time after."""

    conversation_id: str
    seq: int


@dataclass(frozen=True, slots=True)
class Answer:
    """A form whose answer is to be remembered until ``expires`` (epoch seconds), by its key and what it says."""

    key: str
    fingerprint: str
    expires: int


@dataclass(frozen=True, slots=True)
class Recorded:
    """What an external id was recorded as: a message by number and scope, or a note."""

    seq: int
    scope: str
    note_id: str


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
        message_key(message.place)(message.conversation_id, message.seq),
        message_item(message),
        when=[("pk", "absent", None)],
    )


def message_update(before: Message, after: Message) -> Update:
    """Return the write that redacts a message, refused if it changed in between."""
    put = {"body": after.body, "attachments": _attachments_item(after.attachments), "redacted": after.redacted}
    when = [("body", "=", before.body), ("attachments", "=", _attachments_item(before.attachments))]
    return Update(message_key(before.place)(before.conversation_id, before.seq), put=put, when=when)


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
    return Put(keys.claim(CLAIM, external_id), {"owner": conversation_id}, when=[("pk", "absent", None)])


def recorded_put(conversation_id: str, kind: str, external_id: str, recorded: Recorded) -> Put:
    """Return the write that remembers what an external id was recorded as, refused where it was before."""
    item = {"seq": recorded.seq, "scope": recorded.scope, "note": recorded.note_id}
    return Put(keys.external(conversation_id, kind, external_id), item, when=[("pk", "absent", None)])


def side_update(before: StaffSide, head: Conversation, after: StaffSide, now: datetime) -> Update:
    """Return the write of what only staff see, refused if anything at all was written to the conversation in between.

    With it goes the conversation's place in the desk's lists, and among those with facts to be told of.
    """
    old, new = _side_item(before), _side_item(after)
    put = {name: value for name, value in new.items() if value != old.get(name)}
    put |= {"customer_id": head.customer_id, **work_place(head)}  # said each time: an older item may lack them
    if before.told is None and after.told is not None:
        put |= keys.in_index(keys.BY_DUE, keys.pending_facts(stamp(now), head.id))
    version = before.version
    when: list[tuple[str, str, Any]] = [("version", "=", version)] if version else [("version", "absent", None)]
    if before.told is not None:  # told of everything by now, the conversation would need its mark anew
        when.append(("told", "present", None))
    return Update(keys.staff_head(head.id), put=put, drop=[name for name in old if name not in new], when=when)


def side_put(head: Conversation, side: StaffSide) -> Put:
    """Return the whole of what only staff see as one write without conditions (demo data, many at once)."""
    return Put(keys.staff_head(head.id), {**_side_item(side), "customer_id": head.customer_id, **work_place(head)})


def _side_item(side: StaffSide) -> Item:
    """Return what only staff see as it is stored, but for its places in indexes."""
    item: dict[str, Any] = {"version": side.version}
    for name in ("unshown", "notes", "external_id", "tags", "assignee", "queue"):
        value = getattr(side, name)
        if value:
            item[name] = value
    if side.attributes:
        item["attributes"] = json.dumps(side.attributes, ensure_ascii=False)
    if side.priority != USUAL_PRIORITY:
        item["priority"] = side.priority
    if side.waiting_since:
        item["waiting_since"] = stamp(side.waiting_since)
    if side.told is not None:
        item["told"] = side.told
    return item


def work_place(head: Conversation) -> dict[str, str]:
    """Return what puts a conversation into the desk's list of its status."""
    return keys.in_index(keys.BY_WORK, keys.by_work(head.status.value, _order(head), head.id))


def _order(head: Conversation) -> str:
    """Return what the desk's lists are ordered by: activity, or when a snoozed one wakes."""
    return stamp(head.snoozed_until or head.active_at)


def entry_put(conversation_id: str, seq: int, at: datetime, facts: Sequence[Fact]) -> Put:
    """Return the write of what happened, as number ``seq`` of the conversation's facts."""
    from chalicelib.facts.items import items_of

    item = {"at": stamp(at), "facts": items_of(facts)}
    return Put(keys.fact(conversation_id, seq), item, when=[("pk", "absent", None)])


def answered_put(actor_id: str, answer: Answer, posted: Posted) -> Put:
    """Return the write that remembers the answer to a form."""
    item = {
        "fingerprint": answer.fingerprint,
        "conversation_id": posted.conversation_id,
        "seq": posted.seq,
        "expires": answer.expires,
    }
    return Put(keys.idempotency(actor_id, answer.key), item, when=[("pk", "absent", None)])


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
        item |= keys.in_index(keys.BY_CUSTOMER, keys.by_customer(customer_id, activity, conversation.id))
        place = keys.by_status(customer_id, closed=closed, activity=activity, conversation_id=conversation.id)
    else:
        place = keys.unbegun(customer_id, conversation.id)
    item |= keys.in_index(keys.BY_STATUS, place)
    return item | keys.in_index(
        keys.BY_DUE, keys.by_desk(conversation.status.value, _order(conversation), conversation.id)
    )


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


def position(row: Row) -> str:
    """Return a row's place in its customer's lists, for a cursor."""
    return f"{stamp(row.active_at)}#{row.id}"


_STATUS = {one.value: one for one in Status}
_DIRECTION = {one.value: one for one in Direction}


def head_of(item: Item | None) -> Conversation | None:
    """Return a head as it was stored, or None."""
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


def row_of(item: Item) -> Row:
    """Return a line of a list as an index has it."""
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


def message_of(conversation_id: str, item: Item) -> Message:
    """Return a message as it was stored."""
    return Message(
        conversation_id,
        keys.seq_of(key_of(item)),
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


def message_key(scope: str) -> Callable[[str, int], Key]:
    """Return what makes the key of a message of a scope."""
    return keys.message if scope == "direct" else keys.unshown_message


def side_of(item: Item | None) -> StaffSide:
    """Return what only staff see of a conversation."""
    if item is None:
        return StaffSide()
    since = item.get("waiting_since")
    return StaffSide(
        version=item.get("version", 0),
        told=item.get("told"),
        unshown=item.get("unshown", 0),
        notes=item.get("notes", 0),
        external_id=item.get("external_id", ""),
        tags=tuple(item.get("tags", ())),
        attributes=json.loads(item["attributes"]) if "attributes" in item else {},
        assignee=item.get("assignee", ""),
        queue=item.get("queue", ""),
        priority=item.get("priority", USUAL_PRIORITY),
        waiting_since=moment(since) if since else None,
    )


def note_of(conversation_id: str, item: Item) -> Note:
    """Return a note as it was stored."""
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


def event_of(conversation_id: str, item: Item) -> Event:
    """Return an entry of the history as it was stored."""
    identifier = item["sk"].removeprefix(keys.EVENTS)
    return Event(conversation_id, identifier, item["kind"], item["actor"], moment(item["at"]), item["detail"])


def _attachments(items: list[Item]) -> tuple[Attachment, ...]:
    if not items:
        return ()
    return tuple(Attachment(one["id"], one["name"], one["type"], one["size"]) for one in items)


def _attachments_item(attachments: Iterable[Attachment]) -> list[Item]:
    return [{"id": one.id, "name": one.name, "type": one.type, "size": one.size} for one in attachments]
