"""The audit log as items: an entry is written in one transaction with the change it tells of, or neither is."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from chalicelib.audit.model import FIRST, Author, Change, Entry, chained
from chalicelib.aws import keys
from chalicelib.aws.table import Item, Put, Refused, Table, Write
from chalicelib.clock import moment, stamp
from chalicelib.refusals import ChangedMeanwhile

if TYPE_CHECKING:
    from chalicelib.clock import Clock

_TRIES = 6


class Audit:
    """Writes and reads the log."""

    def __init__(self, table: Table, clock: Clock) -> None:
        """Take the table and the clock."""
        self._table, self._clock = table, clock

    def commit(self, writes: Sequence[Write], change: Change) -> Entry:
        """Do ``writes`` and record ``change``, both or neither.

        :class:`~chalicelib.aws.table.Refused` names those of ``writes`` whose conditions did not hold. That somebody
        else's entry came in between is no reason to refuse: it is tried again behind that one.
        """
        for _ in range(_TRIES):
            head = self._table.get(keys.audit_head(), consistent=True)
            entry = self._next(head, change)
            when = [("seq", "=", entry.seq - 1)] if head else [("pk", "absent", None)]
            own: list[Write] = [
                Put(keys.audit_head(), {"seq": entry.seq, "hash": entry.hash}, when=when),
                Put(keys.audit_entry(entry.seq), _item(entry), when=[("pk", "absent", None)]),
            ]
            try:
                self._table.transact([*writes, *own])
            except Refused as refused:
                theirs = [place for place in refused.failed if place < len(writes)]
                if theirs:
                    raise Refused(theirs) from refused
            else:
                return entry
        raise ChangedMeanwhile

    def _next(self, head: Item | None, change: Change) -> Entry:
        seq = int(head["seq"]) + 1 if head else 1
        now = self._clock()
        entry = Entry(seq, moment(stamp(now)), change, "")
        return Entry(seq, entry.at, change, chained(str(head["hash"]) if head else FIRST, content(entry)))


def content(entry: Entry) -> dict[str, Any]:
    """Return what of an entry the chain covers: everything but its hash."""
    change = entry.change
    return {
        "seq": entry.seq,
        "at": stamp(entry.at),
        "author_id": change.author.id,
        "author": change.author.name,
        "ip": change.author.ip,
        "action": change.action,
        "subject": change.subject,
        "subject_id": change.subject_id,
        "before": json.loads(json.dumps(dict(change.before))),
        "after": json.loads(json.dumps(dict(change.after))),
    }


def _item(entry: Entry) -> Item:
    held = content(entry)
    # As text: a table has no decimals, and the chain needs every value exactly as it was.
    texts = {name: json.dumps(held[name], ensure_ascii=False) for name in ("before", "after")}
    return {**held, **texts, "hash": entry.hash}


def entry_of(item: Item) -> Entry:
    """Return an entry as it is stored."""
    author = Author(item["author_id"], item["author"], item["ip"])
    before, after = json.loads(item["before"]), json.loads(item["after"])
    change = Change(author, item["action"], item["subject"], before, after, item["subject_id"])
    return Entry(int(item["seq"]), moment(item["at"]), change, item["hash"])
