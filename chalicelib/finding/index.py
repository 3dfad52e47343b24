"""The index of a customer's words: asked before messages are read, and kept by whoever follows facts.

What comes lately is small pieces, written once each. When they are many they are put together into a run of sorted
pages, and ``ALIKE`` runs of about one size into a larger one, up to ``SEALED``. So a word is looked up in a few pages,
and what was written once is written again only two to four times.

Two who write at once find out by a condition: pieces are numbered without a gap, and the state has a version.
"""

from __future__ import annotations

import math
import secrets
from bisect import bisect_left, bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING

from chalicelib.aws.table import Refused
from chalicelib.finding.pages import beginning_with, join, mark_of, marks, merged, pages, size
from chalicelib.finding.store import Reach, Run
from chalicelib.records import dataclass, replace
from chalicelib.refusals import Busy
from chalicelib.words import FOLDING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

    from chalicelib.finding.model import Term
    from chalicelib.finding.pages import Postings
    from chalicelib.finding.store import Held, WordStore

MOST_FRESH = 32
"""Pieces that came lately before they are put together."""
MOST_FRESH_BYTES = 40_000
"""What these pieces may weigh: five units of reading."""
ALIKE = 4
"""Runs of about one size that are put together, and by how much the next size is larger."""
SEALED = 4_000_000
"""Bytes of a run that is not put together with others any more, so that nobody ever has to read all there is."""
_PAGES_READ = 40
"""Pages that a question reads at most: half a unit each."""
_KEPT = 64
"""How many of the newest conversations are remembered with their last message when pieces are put together."""
_TRIES = 6
_END = "\U0010ffff"
"""Behind every word: where an empty page at the end of a run begins."""


@dataclass(frozen=True, slots=True)
class Found:
    """What an index knows of a question: for each term the marks of conversations that may have it, None for any.

    ``reach`` tells what the index has, ``said`` all that is known of conversations of which something came lately.
    """

    maybe: tuple[frozenset[bytes] | None, ...]
    reach: Reach
    said: Mapping[bytes, int]


class WordIndex:
    """Says which conversations may have words."""

    def __init__(self, store: WordStore) -> None:
        """Take what reads and writes it."""
        self.store = store

    # asking

    def find(self, customer_id: str, terms: Sequence[Term]) -> Found:
        """Return which conversations may have each of some terms."""
        found = self._found(customer_id, terms, consistent=False)
        # What was put together anew in between is read once more, as it is now; in vain only while that goes on.
        return found or self._found(customer_id, terms, consistent=True) or Found((None,) * len(terms), Reach(), {})

    def _found(self, customer_id: str, terms: Sequence[Term], *, consistent: bool) -> Found | None:
        """Return what the index knows, None where a page is gone."""
        held = self.store.held(customer_id, consistent=consistent)
        if held.folding != FOLDING:  # until it is made anew, it says nothing of words as they are now
            return Found((None,) * len(terms), Reach(), {})
        places = _places(held.runs, terms)
        wanted = [place for some in places.values() for place in some]
        read = self.store.pages(customer_id, wanted, consistent=consistent)
        if read is None:
            return None
        postings = [*(one.words for one in held.fresh), *read]
        maybe = tuple(_maybe(term, postings) if term in places else None for term in terms)
        return Found(maybe, held.last, held.said)

    def named(self, customer_id: str, every: Collection[bytes]) -> list[str]:
        """Return the conversations that marks stand for."""
        found = self.store.marked(customer_id, every)
        if {mark_of(one) for one in found} < set(every):
            found = self.store.marked(customer_id, every, consistent=True)
        return found

    # keeping

    def held(self, customer_id: str) -> Held:
        """Return the index as it is at this moment, without its pages."""
        return self.store.held(customer_id, consistent=True)

    def add(self, customer_id: str, held: Held, reach: Reach, words: Mapping[str, set[str]]) -> bool:
        """Add the words of conversations, by their ids; False where something else came since ``held`` was read."""
        postings = merged({word: mark_of(one) for word in said} for one, said in words.items())
        number = held.number + 1
        try:
            self.store.mark(customer_id, words)
            added = self.store.put_fresh(customer_id, held, reach, postings)
        except Refused:
            return False
        if self.store.counts(customer_id, number):
            weight = added + sum(one.bytes for one in held.fresh)
            if len(held.fresh) + 1 >= MOST_FRESH or weight >= MOST_FRESH_BYTES:
                self.settle(customer_id)
            return True
        self.store.delete([self.store.place(customer_id, number)])
        return False

    def include(self, customer_id: str, conversation_id: str, words: set[str]) -> None:
        """Add words of one conversation, wherever it stands in the list."""
        for _ in range(_TRIES):
            held = self.held(customer_id)
            if self.add(customer_id, held, replace(held.last, said={}), {conversation_id: words}):
                return
        raise Busy

    def settle(self, customer_id: str) -> None:
        """Put together what came lately."""
        held = self.held(customer_id)
        postings = merged(one.words for one in held.fresh)
        kept = list(held.runs)
        while alike := _alike(kept, size(postings)):
            read = [page for run in alike for _, page in self.store.every_page(customer_id, run.id)]
            postings = merged([*read, postings])
            kept = [run for run in kept if run not in alike]
        taken = [run for run in held.runs if run not in kept]
        run, written = self._written(customer_id, postings)
        newest = dict(list(held.said.items())[-_KEPT:])
        try:
            self.store.put_state(customer_id, held, [*kept, run], replace(held.last, said=newest))
        except Refused:
            self.store.delete(self.store.places(customer_id, run.id, written))
            return
        self.store.delete(self.store.place(customer_id, one.number) for one in held.fresh)
        for one in taken:
            self.store.delete(self.store.places(customer_id, one.id, len(one.firsts)))

    def rewrite(self, customer_id: str, conversation_id: str, words: Callable[[Collection[str]], set[str]]) -> None:
        """Let a conversation have no other words than these, neither here nor in what lies around.

        ``words`` returns those of some conversations as they are now: of this one, and of those with the same mark.
        """
        mark = mark_of(conversation_id)
        for _ in range(_TRIES):
            held = self.held(customer_id)
            self.store.mark(customer_id, [conversation_id])
            alike = self.store.marked(customer_id, [mark], consistent=True)
            keep = words(alike)
            own = words([conversation_id]) if len(alike) > 1 else keep
            try:
                self._take_out(customer_id, held, mark, keep, own)
            except Refused:
                continue
            return
        raise Busy

    def renew(self, customer_id: str, made: str) -> None:
        """Begin an index anew, unless that was done under this name; what is added meanwhile stays in it."""
        for _ in range(_TRIES):
            held = self.held(customer_id)
            if held.made == made:
                return
            old = [place for place, _ in self.store.every_page(customer_id)]
            try:
                self.store.put_state(customer_id, held, [], Reach(), made=made)
            except Refused:
                continue
            self.store.delete([*old, *(self.store.place(customer_id, one.number) for one in held.fresh)])
            return
        raise Busy

    def forget(self, customer_id: str) -> None:
        """Remove the index of a customer who has no conversations any more."""
        self.store.delete_all(customer_id)

    # the parts

    def _written(self, customer_id: str, postings: Postings) -> tuple[Run, int]:
        every = list(pages(postings))
        run = Run(secrets.token_hex(5), size(postings), tuple(min(page) for page in every))
        self.store.put_pages(customer_id, run.id, every)
        return run, len(every)

    def _take_out(self, customer_id: str, held: Held, mark: bytes, keep: set[str], own: set[str]) -> None:
        """Take a mark away from all words but some; Refused where the index was written to meanwhile."""
        for one in held.fresh:
            shorter = _without(one.words, mark, keep)
            if shorter is not None:
                self.store.replace_fresh(customer_id, one, shorter)
        firsts = {one.id: list(one.firsts) for one in held.runs}
        lost = []
        for place, page in self.store.every_page(customer_id):
            run, number = self.store.run_of(place)
            if run not in firsts:
                lost.append(place)
                continue
            shorter = _without(page, mark, keep)
            if shorter is not None:
                self.store.put_page(place, shorter)
            firsts[run][number] = min(page if shorter is None else shorter, default="")
        runs = [Run(one.id, one.size, _ascending(firsts[one.id])) for one in held.runs]
        self.store.put_shorter(customer_id, held, runs, dict.fromkeys(own, mark))
        self.store.delete(lost)  # a worker was killed before its pages counted; none can count from now on


def _alike(runs: Sequence[Run], new: int) -> Sequence[Run]:
    """Return the runs that are put together with a new one: none where too few are of about its size."""
    alike = sorted((one for one in runs if _class(one.size) <= _class(new)), key=lambda one: one.size)
    alike = [one for one in alike if one.size < SEALED // 2]
    totals = accumulate((one.size for one in alike), initial=new)
    fitting = [one for one, total in zip(alike, list(totals)[1:], strict=True) if total <= SEALED]
    return fitting if len(alike) + 1 >= ALIKE else ()


def _class(bytes_: int) -> int:
    """Return how often a size can be divided by :data:`ALIKE`."""
    return int(math.log(max(bytes_, 1), ALIKE))


def _without(postings: Mapping[str, bytes], mark: bytes, keep: set[str]) -> Postings | None:
    """Return postings in which a mark has only words that it keeps; None where that is so."""
    spare = [word for word, some in postings.items() if mark in some and word not in keep and mark in marks(some)]
    if not spare:
        return None
    shorter = dict(postings)
    for word in spare:
        rest = join(marks(shorter[word]) - {mark})
        if rest:
            shorter[word] = rest
        else:
            del shorter[word]
    return shorter


def _ascending(firsts: Sequence[str]) -> tuple[str, ...]:
    """Return with which words pages begin; an empty page begins where the one behind it does."""
    result: list[str] = []
    behind = _END
    for first in reversed(firsts):
        behind = first or behind
        result.append(behind)
    return tuple(reversed(result))


def _places(runs: Sequence[Run], terms: Sequence[Term]) -> dict[Term, list[tuple[str, int]]]:
    """Return for the terms that are looked up the pages that have them: as many as few pages answer.

    What so many words begin with that it is in many pages, most conversations have.
    """
    costs = {term: _readof(runs, term) for term in terms if term.beginnings and not term.sign}
    chosen: dict[Term, list[tuple[str, int]]] = {}
    room = _PAGES_READ
    for term in sorted(costs, key=lambda one: (len(costs[one]), -len(one.beginnings[0]))):
        if len(chosen) == _LOOKED_UP or len(costs[term]) > room:
            break
        chosen[term] = costs[term]
        room -= len(costs[term])
    return chosen


_LOOKED_UP = 3
"""Terms of a question that are looked up; messages are read only of conversations that may have all of them."""


def _readof(runs: Iterable[Run], term: Term) -> list[tuple[str, int]]:
    every: dict[tuple[str, int], None] = {}
    for run in runs:
        for beginning in term.beginnings:
            first = max(0, bisect_right(run.firsts, beginning) - 1)
            last = bisect_left(run.firsts, beginning + _END)
            every |= dict.fromkeys((run.id, number) for number in range(first, last))
    return list(every)


def _maybe(term: Term, postings: Iterable[Postings]) -> frozenset[bytes]:
    return frozenset(
        mark for one in postings for beginning in term.beginnings for mark in beginning_with(one, beginning)
    )
