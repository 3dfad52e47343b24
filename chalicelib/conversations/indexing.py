"""Keeps the index of each customer's words, behind the requests that write.

The list by activity says what came since the index was brought up to date, so that is done for many messages at once.
What stands elsewhere in the list than at its newest end is added by itself: what is imported, and what a merge brings.
"""

from __future__ import annotations

import time
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.clock import stamp
from chalicelib.conversations.items import position
from chalicelib.facts.model import Merged, Redacted, Renamed, Said
from chalicelib.finding.model import words_of
from chalicelib.finding.pages import name_of
from chalicelib.finding.store import Reach

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from chalicelib.clock import Clock
    from chalicelib.conversations.model import Row
    from chalicelib.conversations.store import Conversations
    from chalicelib.facts.model import Entry
    from chalicelib.finding.index import WordIndex
    from chalicelib.finding.store import Held

SETTLED = timedelta(minutes=5)
"""After so long a message that was written is in the list by which conversations are found."""
NEWEST = 64
"""Conversations that are looked at again at most because they are newer than that."""
STEP = 100
"""Conversations that are added at once."""
STEP_TEXT = 400_000
"""Code points that are added at once: their words are far from the 400 KB that an item may have."""
PATIENCE = 10.0
"""Seconds that one fact may bring an index on."""
_FEW = 3
"""So many messages of a conversation are read together with those of others."""
_PAGE = 200


class Indexing:
    """Keeps the index of words."""

    def __init__(self, store: Conversations, index: WordIndex, clock: Clock) -> None:
        """Take what reads conversations, the index and the clock."""
        self._store, self.index, self._clock = store, index, clock

    def follow(self, entry: Entry) -> None:
        """Do what follows for the index, from what the conversation is by now."""
        head = self._store.get(entry.conversation_id, consistent=True)
        if head is None:
            return
        facts = entry.facts
        if any(isinstance(fact, Renamed | Redacted) for fact in facts):
            self.index.rewrite(head.customer_id, head.id, self._words)
        for fact in facts:
            if isinstance(fact, Merged):
                self.index.forget(fact.was)
                self.index.include(head.customer_id, head.id, self._words([head.id]))
        past = [fact.seq for fact in facts if isinstance(fact, Said) and fact.past and fact.place == "direct"]
        if past:
            said = self._store.last_messages({head.id: past}, consistent=True)[head.id]
            self.index.include(head.customer_id, head.id, words_of([head.subject, *(one.body for one in said)]))
        self.catch_up(head.customer_id, PATIENCE)

    def catch_up(self, customer_id: str, seconds: float) -> bool:
        """Add what came since the index was made, for so long; tell whether that is all.

        Doing it twice, or two at once, is no fault. What was added stays where this is killed.
        """
        ends = time.monotonic() + seconds
        held = self.index.held(customer_id)
        place = held.last.upto
        while True:
            now = self._clock()
            rows, more = self._store.rows_from(customer_id, place, STEP)
            added, count = self._added(rows, held)
            rows, more = rows[:count], more or count < len(rows)
            reach = _reach(held.last, rows, now, more=more)
            if added or (rows and not more and held.last.since != reach.since and held.midway):
                if not self.index.add(customer_id, held, reach, added):
                    rows, more = [], True  # somebody else was faster: once more from where the index is by now
                held = self.index.held(customer_id) if more else held
            if not more:
                return True
            place = max(held.last.upto, position(rows[-1])) if rows else held.last.upto
            if time.monotonic() >= ends:
                return False

    def renew(self, customer_id: str, made: str, seconds: float) -> bool:
        """Make an index anew, once for each name, and go on with it for so long; tell whether it is whole.

        An older version may have written what this one was not told of.
        """
        self.index.renew(customer_id, made)
        return self.catch_up(customer_id, seconds)

    # the parts

    def _added(self, rows: Sequence[Row], held: Held) -> tuple[dict[str, set[str]], int]:
        """Return what the index has not of the first of some conversations, by their ids, and how many these are."""
        said = held.said
        known = {row.id: said.get(name_of(row.id), 0) for row in rows}
        few = {
            row.id: range(known[row.id] + 1, row.last_seq + 1)
            for row in rows
            if 0 < row.last_seq - known[row.id] <= _FEW
        }
        short = self._store.last_messages(few, consistent=True)
        added: dict[str, set[str]] = {}
        room = STEP_TEXT
        for count, row in enumerate(rows):
            if room <= 0:
                return added, count
            if known[row.id] and known[row.id] >= row.last_seq:
                continue
            texts = [one.body for one in short[row.id]] if row.id in short else self._since(row, known[row.id], held)
            added[row.id] = words_of([row.subject, *texts])
            room -= sum(map(len, texts))
        return added, len(rows)

    def _since(self, row: Row, known: int, held: Held) -> list[str]:
        """Return what was said in a conversation behind number ``known``, and since the index had everything."""
        texts: list[str] = []
        before, more = 0, True
        while more:
            messages, more = self._store.messages(row.id, _PAGE, before=before, consistent=True)
            fresh = [one for one in messages if one.seq > known and stamp(one.at) >= held.last.since]
            texts += [one.body for one in fresh]
            more = more and len(fresh) == len(messages)
            before = messages[0].seq if messages else 0
        return texts

    def _words(self, conversation_ids: Collection[str]) -> set[str]:
        """Return all words of some conversations, as they are at this moment."""
        found: set[str] = set()
        for head in self._store.get_many(list(conversation_ids), consistent=True).values():
            found |= words_of([head.subject])
            for message in self._store.messages_after(head.id, 0, consistent=True):
                found |= words_of([message.body])
        return found


def _reach(last: Reach, rows: Sequence[Row], now: datetime, *, more: bool) -> Reach:
    """Return how far an index is once it has ``rows`` too, which are the rest of the list unless there are ``more``.

    What is newer than ``SETTLED`` is looked at again, for the list may not show all of it yet; when a program writes
    to very many conversations at once, the newest of them.
    """
    settled = stamp(now - SETTLED)
    upto = min(position(rows[-1]), settled) if more and rows else settled
    if len(rows) > NEWEST:
        upto = max(upto, position(rows[-NEWEST]))
    upto = max(upto, last.upto)
    said = {name_of(row.id): row.last_seq for row in rows if position(row) >= upto}
    return Reach(upto, last.since if more else upto.partition("#")[0], said)
