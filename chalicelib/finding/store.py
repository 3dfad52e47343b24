"""The index of a customer's words as items, each written whole and none larger than a few KB but for rare cases.

``w`` says which runs of pages there are, and with which word each page begins; ``w#<number>`` has what came since. A
page never changes, but that words are taken out of it.
"""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING

from chalicelib.aws import keys
from chalicelib.aws.keys import Key
from chalicelib.aws.table import Delete, Put, Update
from chalicelib.finding.pages import NAME, Postings, mark_of, packed, unpacked
from chalicelib.records import dataclass, field, replace
from chalicelib.refusals import Unavailable
from chalicelib.words import FOLDING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from chalicelib.aws.items import Item
    from chalicelib.aws.table import Table

_SEQ = 4
_TRIES = 4


@dataclass(frozen=True, slots=True)
class Run:
    """Pages in the order of their words, which begin with ``firsts``; ``size`` is in bytes before they are packed."""

    id: str
    size: int
    firsts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reach:
    """How far an index got along the list by activity, newest last.

    All conversations before the place ``upto`` are in it, and every message from before the moment ``since``: another
    one while somebody is on the way along the list. Of conversations behind that place, ``said`` has the number of the
    last message that is in it, by their names (:func:`~chalicelib.finding.pages.name_of`).
    """

    upto: str = ""
    since: str = ""
    said: Mapping[bytes, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Fresh:
    """Words that came lately; ``made`` names the index for which ``reach`` holds, ``folding`` is that of the words."""

    number: int
    made: str
    reach: Reach
    words: Postings
    bytes: int
    folding: int = FOLDING


@dataclass(frozen=True, slots=True)
class Held:
    """An index without its pages.

    ``number`` is that of the last words that came; ``made`` names the index, and is another once it is made anew.
    ``folding`` is the oldest that words in it have (:data:`chalicelib.words.FOLDING`).
    """

    version: int
    made: str
    runs: tuple[Run, ...]
    fresh: tuple[Fresh, ...]
    reach: Reach
    number: int
    folding: int

    @property
    def said(self) -> dict[bytes, int]:
        """Of conversations that came lately the last message that is in the index; the latest stand last."""
        known: dict[bytes, int] = {}
        for reach in (self.reach, *(one.reach for one in self.fresh if one.made == self.made)):
            for name, seq in reach.said.items():
                known[name] = max(seq, known.pop(name, 0))
        return known

    @property
    def last(self) -> Reach:
        """How far the index got at last."""
        return next((one.reach for one in reversed(self.fresh) if one.made == self.made), self.reach)

    @property
    def midway(self) -> bool:
        """Whether somebody who adds was left on the way along the list."""
        return not self.last.upto.startswith(self.last.since) or not self.last.since


class WordStore:
    """Reads and writes indexes of words."""

    def __init__(self, table: Table) -> None:
        """Take the table."""
        self._table = table

    def held(self, customer_id: str, *, consistent: bool) -> Held:
        """Return what there is, without its pages."""
        for attempt in range(_TRIES):
            held = self._held(customer_id, consistent=consistent or attempt > 0)
            if held:
                return held
        raise Unavailable

    def _held(self, customer_id: str, *, consistent: bool) -> Held | None:
        """Return what there is; None where it was put together anew while it was read, or a replica lags."""
        every = self._table.walk(keys.of_words(customer_id), prefix=keys.WORD_STATE, consistent=consistent)
        items = {item["sk"]: item for item in every}
        state = items.pop(keys.WORD_STATE, {})
        number = state.get("number", 0)
        pieces = [_fresh(item) for name, item in items.items() if name.startswith(f"{keys.WORD_STATE}#")]
        fresh = tuple(one for one in pieces if one.number > number)
        if [one.number for one in fresh] != list(range(number + 1, number + len(fresh) + 1)):
            return None
        reach = Reach(state.get("upto", ""), state.get("since", ""), _said(state.get("said", b"")))
        made = state.get("made", "")
        folding = min([state.get("folding", 1) if state else FOLDING, *(one.folding for one in fresh)])
        runs = _runs(state.get("runs", b""))
        return Held(state.get("version", 0), made, runs, fresh, reach, number + len(fresh), folding)

    def pages(
        self, customer_id: str, wanted: Sequence[tuple[str, int]], *, consistent: bool = False
    ) -> list[Postings] | None:
        """Return pages by run and number; None where one is gone, because the index was put together anew."""
        places = list(dict.fromkeys(keys.word_page(customer_id, run, page) for run, page in wanted))
        found = self._table.get_many(places, consistent=consistent)
        if len(found) < len(places):
            return None
        return [unpacked(found[place]["words"]) for place in places]

    def every_page(self, customer_id: str, run: str = "") -> list[tuple[Key, Postings]]:
        """Return each page with its key, of one run or of all that were ever written."""
        prefix = keys.WORD_PAGES + (f"{run}#" if run else "")
        items = self._table.walk(keys.of_words(customer_id), prefix=prefix, consistent=True)
        return [(Key(one["pk"], one["sk"]), unpacked(one["words"])) for one in items]

    @staticmethod
    def place(customer_id: str, number: int) -> Key:
        """Return the key of words that came lately."""
        return keys.new_words(customer_id, number)

    @staticmethod
    def places(customer_id: str, run: str, count: int) -> list[Key]:
        """Return the keys of the pages of a run."""
        return [keys.word_page(customer_id, run, number) for number in range(count)]

    @staticmethod
    def run_of(place: Key) -> tuple[str, int]:
        """Return of which run a key is which page."""
        run, _, number = place.sk.removeprefix(keys.WORD_PAGES).partition("#")
        return run, int(number)

    def put_pages(self, customer_id: str, run: str, every: Iterable[Postings]) -> None:
        """Write the pages of a new run."""
        self._table.write_many(
            [
                Put(keys.word_page(customer_id, run, number), {"words": packed(page)})
                for number, page in enumerate(every)
            ]
        )

    def put_page(self, key: Key, page: Postings) -> None:
        """Write a page with less in it; Refused where it is gone."""
        self._table.write(Put(key, {"words": packed(page)}, when=[("pk", "present", None)]))

    def put_fresh(self, customer_id: str, held: Held, reach: Reach, words: Postings) -> int:
        """Add words that came, and return how many bytes they take; Refused where something else came in between."""
        one = Fresh(held.number + 1, held.made, reach, words, 0)
        put = _fresh_put(customer_id, one, words, when=[("pk", "absent", None)])
        self._table.write(put)
        return len(put.item["words"])

    def replace_fresh(self, customer_id: str, one: Fresh, words: Postings) -> None:
        """Write words that came with fewer of them; Refused where they are in pages by now."""
        self._table.write(_fresh_put(customer_id, one, words, when=[("pk", "present", None)]))

    def put_state(
        self, customer_id: str, held: Held, runs: Sequence[Run], reach: Reach, *, made: str | None = None
    ) -> None:
        """Let these runs stand for everything that ``held`` had; Refused where something was taken out meanwhile.

        With ``made`` it is an index made anew, in which nothing older stays.
        """
        item = {
            "version": held.version + 1,
            "made": held.made if made is None else made,
            "folding": FOLDING if made is not None else held.folding,
            "number": held.number,
            "runs": _runs_item(runs),
            "upto": reach.upto,
            "since": reach.since,
            "said": _said_item(reach.said),
        }
        self._table.write(Put(keys.word_state(customer_id), item, when=_unchanged(held)))

    def put_shorter(self, customer_id: str, held: Held, runs: Sequence[Run], words: Postings) -> None:
        """End taking words out: Refused where anything at all was written to the index since ``held`` was read."""
        put = {"version": held.version + 1, "runs": _runs_item(runs), "folding": held.folding}
        state = Update(keys.word_state(customer_id), put=put, when=_unchanged(held))
        one = Fresh(held.number + 1, held.made, replace(held.last, said={}), words, 0)
        fresh = _fresh_put(customer_id, one, words, when=[("pk", "absent", None)])
        self._table.transact([state, fresh])

    def counts(self, customer_id: str, number: int) -> bool:
        """Tell whether words that were just added count: not where as many came and were put into pages before."""
        state = self._table.get(keys.word_state(customer_id), consistent=True) or {}
        return bool(state.get("number", 0) < number)

    def delete(self, places: Iterable[Key]) -> None:
        """Remove items."""
        self._table.write_many([Delete(place) for place in places])

    def delete_all(self, customer_id: str) -> None:
        """Remove an index."""
        items = list(self._table.walk(keys.of_words(customer_id), consistent=True))
        self.delete(Key(one["pk"], one["sk"]) for one in items)

    # whose a mark is

    def mark(self, customer_id: str, conversation_ids: Iterable[str]) -> None:
        """Remember which conversations their marks stand for; Refused where another of the same mark came first."""
        wanted = {one: keys.marked(customer_id, mark_of(one).hex()) for one in conversation_ids}
        found = self._table.get_many(list(dict.fromkeys(wanted.values())), consistent=True)
        ids = {place: list(item["ids"]) for place, item in found.items()}
        for conversation_id, place in wanted.items():
            known = ids.get(place, [])
            if conversation_id not in known:
                ids[place] = [*known, conversation_id]
                when = ("ids", "=", known) if known else ("pk", "absent", None)
                self._table.write(Put(place, {"ids": ids[place]}, when=[when]))

    def marked(self, customer_id: str, every: Iterable[bytes], *, consistent: bool = False) -> list[str]:
        """Return the conversations that marks stand for."""
        found = self._table.get_many([keys.marked(customer_id, one.hex()) for one in every], consistent=consistent)
        return [identifier for item in found.values() for identifier in item["ids"]]


def _unchanged(held: Held) -> list[tuple[str, str, object]]:
    return [("version", "=", held.version)] if held.version else [("pk", "absent", None)]


def _fresh_put(customer_id: str, one: Fresh, words: Postings, when: list[tuple[str, str, object]]) -> Put:
    item = {
        "made": one.made,
        "upto": one.reach.upto,
        "since": one.reach.since,
        "said": _said_item(one.reach.said),
        "words": packed(words),
        "folding": one.folding,
    }
    return Put(keys.new_words(customer_id, one.number), item, when=when)


def _fresh(item: Item) -> Fresh:
    reach = Reach(item["upto"], item["since"], _said(item["said"]))
    number = keys.seq_of(Key(item["pk"], item["sk"]))
    return Fresh(number, item["made"], reach, unpacked(item["words"]), len(item["words"]), item.get("folding", 1))


def _said_item(said: Mapping[bytes, int]) -> bytes:
    return b"".join(name + seq.to_bytes(_SEQ, "big") for name, seq in said.items())


def _said(content: bytes) -> dict[bytes, int]:
    step = NAME + _SEQ
    return {
        content[place : place + NAME]: int.from_bytes(content[place + NAME : place + step], "big")
        for place in range(0, len(content), step)
    }


def _runs_item(runs: Iterable[Run]) -> bytes:
    said = [[one.id, one.size, list(one.firsts)] for one in runs]
    return zlib.compress(json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode(), 9)


def _runs(content: bytes) -> tuple[Run, ...]:
    if not content:
        return ()
    return tuple(Run(one, size, tuple(firsts)) for one, size, firsts in json.loads(zlib.decompress(content)))
