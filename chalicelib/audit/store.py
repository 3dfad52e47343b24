"""The audit log as items: an entry is written in one transaction with the change it tells of, or neither is."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from chalicelib.audit.model import FIRST, Author, Broken, Change, Entry, Filter, chained
from chalicelib.aws import keys
from chalicelib.aws.items import Item
from chalicelib.aws.table import Later, Put, Reads, Refused, Table, Write
from chalicelib.clock import moment, stamp
from chalicelib.jitter import pause
from chalicelib.refusals import ChangedMeanwhile

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.clock import Clock

_TRIES = 24
"""All changes stand in one line; so many may come in between before somebody is asked to try again."""
_WAIT, _MOST_WAIT = 0.04, 0.2
_READ = 250
"""Entries read at once."""


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
        for attempt in range(_TRIES):
            if attempt:
                pause(min(_WAIT * attempt, _MOST_WAIT))
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
            except ChangedMeanwhile:
                continue
            else:
                return entry
        raise ChangedMeanwhile

    # reading

    def count(self) -> int:
        """Return the number of the newest entry, which is how many there are."""
        return self.count_later(self._table.together(consistent=True))()

    @staticmethod
    def count_later(reads: Reads) -> Later[int]:
        """Read the same together with other items."""
        return reads.want(keys.audit_head(), lambda head: int(head["seq"]) if head else 0)

    def page(self, wanted: Filter, *, before: int = 0, limit: int, look: int) -> tuple[list[Entry], int]:
        """Return up to ``limit`` entries, the newest first, and the number to go on before, 0 at the end.

        At most ``look`` entries are looked through, so where few are wanted there may be more behind an empty page.
        """
        at = before or (self._end(wanted.until) if wanted.until else self.count() + 1)
        found: list[Entry] = []
        # Where most are left out, few large reads find as much as many small ones, and much sooner.
        at_once = _READ if wanted.picks else min(limit, _READ)
        while at > 1 and len(found) < limit and look > 0:
            entries = self._before(at, min(at_once, look))
            if not entries:
                return found, 0
            for entry in entries:
                if wanted.since and entry.at < wanted.since:
                    return found, 0
                at, look = entry.seq, look - 1
                if wanted.takes(entry):
                    found.append(entry)
                    if len(found) == limit:
                        break
        return found, at if at > 1 else 0

    def numbers(self, wanted: Filter, count: int | None = None) -> tuple[int, int]:
        """Return the first and the last number of the time that is wanted; the first is the larger where none is.

        ``count`` is how many entries there are, where that is known.
        """
        first = self._end(wanted.since) if wanted.since else 1
        if wanted.until:
            return first, self._end(wanted.until) - 1
        return first, self.count() if count is None else count

    def span(self, first: int, last: int) -> Iterator[Entry]:
        """Yield the entries from one number to another, both included, the oldest first."""
        for item in self._table.walk(keys.AUDIT, prefix=keys.AUDIT_ENTRIES, after=keys.audit_entry(first - 1)):
            entry = entry_of(item)
            if entry.seq > last:
                return
            yield entry

    def verify(self) -> tuple[int, str, Broken | None]:
        """Follow the chain from the first entry on: return how many entries hold, the hash of the last, and what broke.

        An entry that was changed, removed, put elsewhere or cut off at the end is found, and so is a head that is
        missing or does not name the last entry, and whatever else stands between the entries. Whoever can write the
        table could write a whole new chain: to notice that too, keep a number and its hash elsewhere and compare.
        """
        head = self._table.get(keys.audit_head(), consistent=True)
        whole = int(head["seq"]) if head else 0
        seq, last = 0, FIRST
        for item in self._table.walk(keys.AUDIT, prefix=keys.AUDIT_ENTRIES, consistent=True):
            what = _fault(item, seq + 1, last)
            if what:
                return seq, last, Broken(seq + 1, what)
            seq, last = seq + 1, str(item["hash"])
            if head and seq == whole and head["hash"] != last:
                return seq, last, Broken(seq, "is not the one that the head of the log names")
        if seq == whole:
            return seq, last, None
        if head is None:
            return seq, last, Broken(0, "The head of the log, which names the newest entry, is missing")
        if seq < whole:
            return seq, last, Broken(seq + 1, f"is missing: the log had {whole} entries")
        return seq, last, Broken(whole + 1, f"is not known to the head of the log, which names {whole}")

    def _before(self, seq: int, limit: int) -> list[Entry]:
        """Return entries before a number, the newest first."""
        items, _ = self._table.query(
            keys.AUDIT, low=keys.audit_entry(1).sk, high=keys.audit_entry(seq - 1).sk, forward=False, limit=limit
        )
        return [entry_of(item) for item in items]

    def _end(self, until: datetime) -> int:
        """Return the number of the first entry that is not before a moment, found by halving."""
        low, high = 1, self.count() + 1
        while low < high:
            middle = (low + high) // 2
            item = self._table.get(keys.audit_entry(middle))
            if item and moment(item["at"]) < until:
                low = middle + 1
            else:
                high = middle
        return low

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


def _fault(item: Item, seq: int, last: str) -> str:
    """Return what is wrong with an entry that should be number ``seq`` behind the hash ``last``; empty for nothing."""
    text = item["sk"].removeprefix(keys.AUDIT_ENTRIES)
    place = int(text) if text.isascii() and text.isdigit() else 0
    if item["sk"] != keys.audit_entry(place).sk or place < seq:
        return f"has something before it that is no entry: {item['sk'][:40]!r}"
    if place > seq:
        return "is missing"
    try:
        entry = entry_of(item)
    except (KeyError, TypeError, ValueError):
        return "cannot be read"
    if entry.seq != place:
        return f"stands in the place of another: it says it is number {entry.seq}"
    # What the chain does not cover was not written by us either.
    added = {name: value for name, value in item.items() if name not in {"pk", "sk"}} != _item(entry)
    return "was changed, or the one before it" if added or chained(last, content(entry)) != entry.hash else ""
