"""Customers' search: which of their conversations have all that is asked for, in the subject or in what they see.

The index of words (``finding/``) tells which conversations may have it. What was said since the index was made is read
here, and whatever may be a hit is read before it is shown or counted, so what was redacted is never found. Where there
is no index yet, or many conversations have the words, the list is walked page by page, as far as one request may go.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from chalicelib.clock import stamp
from chalicelib.conversations.items import position
from chalicelib.conversations.model import Status
from chalicelib.finding.model import missing
from chalicelib.finding.pages import mark_of, name_of
from chalicelib.records import dataclass, replace

if TYPE_CHECKING:
    from chalicelib.conversations.model import Message, Row
    from chalicelib.conversations.store import Conversations, Text
    from chalicelib.finding.index import Found, WordIndex
    from chalicelib.finding.model import Term

SEARCH_CONVERSATIONS = 200
SEARCH_MESSAGES = 1_500
"""How much one request reads at most before it says that there is more to look through."""
SEARCH_STEP = 200
"""Messages of a long conversation that are read at once."""
PASSED = 1_000
"""Conversations that one request looks at most at where the index says of most that they have not the words."""
CANDIDATES = 100
"""Up to so many conversations that may be hits are fetched by themselves, instead of with the list."""
RECENT = 150
"""Conversations with something newer than the index; where there are more, the list is walked."""
RECENT_MESSAGES = 60
"""Messages of these that are read at most to tell whether they may be hits."""
_LAST = 3
"""Messages that are read of one of these where nothing tells which are in the index."""

Source = Callable[[str, int], tuple[list["Row"], bool]]
"""Gives so many conversations in order behind a position, and tells whether there are more."""


@dataclass(frozen=True, slots=True)
class Question:
    """What a customer asks for, and which of their conversations are shown in which order."""

    customer_id: str
    terms: tuple[Term, ...]
    closed: bool | None
    newest_first: bool

    def shows(self, row: Row) -> bool:
        """Tell whether a conversation has the status that is asked for."""
        return self.closed is None or (row.status is Status.DONE) is self.closed


@dataclass(frozen=True, slots=True)
class Hits:
    """A page of hits. ``position`` continues it and is None at the end.

    ``looked`` counts the conversations that were looked through; with ``whole`` all that the filter has were. ``texts``
    has, by conversation, the message that has most of the words, of hits whose messages were read.
    """

    rows: list[Row]
    position: str | None
    looked: int
    texts: dict[str, Text]
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Passing:
    """Which conversations of a list need not be read: those before ``upto`` whose mark is not among some."""

    upto: str = ""
    marks: frozenset[bytes] = frozenset()

    def by(self, row: Row) -> bool:
        """Tell whether a conversation has not all the words, as far as the index knows."""
        return position(row) < self.upto and mark_of(row.id) not in self.marks


class Searching:
    """Searches a customer's conversations."""

    def __init__(self, store: Conversations, index: WordIndex) -> None:
        """Take what reads conversations, and the index of words."""
        self._store, self._index = store, index

    def search(self, question: Question, place: str, page: int) -> Hits:
        """Return a page of conversations in which everything asked for occurs."""
        found = self._index.find(question.customer_id, question.terms)
        known = [some for some in found.maybe if some is not None]
        look = _Look(self._store, question.terms, page, place)
        if not known or not found.reach.upto:
            return look.through(self._list(question), Passing(), page)
        marks = frozenset.intersection(*known)
        recent, more = self._store.rows_from(question.customer_id, found.reach.upto, RECENT, newest_first=True)
        maybe = set() if more else self._recent(question, found, recent)
        if more or len(maybe) + len(marks) > CANDIDATES:
            return look.through(self._list(question), Passing(found.reach.upto, marks), page * 8)
        if marks:
            maybe.update(self._index.named(question.customer_id, marks))
        hits = look.through(self._among(question, maybe), Passing(), page)
        return replace(hits, whole=True)

    def _list(self, question: Question) -> Source:
        """Return the customer's list as the question wants it."""

        def source(place: str, limit: int) -> tuple[list[Row], bool]:
            return self._store.rows(
                question.customer_id,
                closed=question.closed,
                newest_first=question.newest_first,
                position=place,
                limit=limit,
            )

        return source

    def _among(self, question: Question, ids: Iterable[str]) -> Source:
        """Return those of some conversations that are in the customer's list, in its order."""
        heads = self._store.get_many(list(ids)).values()
        theirs = [head.row for head in heads if head.customer_id == question.customer_id and head.begun]
        rows = sorted(filter(question.shows, theirs), key=position, reverse=question.newest_first)

        def source(place: str, limit: int) -> tuple[list[Row], bool]:
            behind = [row for row in rows if not place or (position(row) < place) is question.newest_first]
            behind = [row for row in behind if position(row) != place]
            return behind[:limit], len(behind) > limit

        return source

    def _recent(self, question: Question, found: Found, recent: Sequence[Row]) -> set[str]:
        """Return which of the newest conversations may be hits, with what was said since the index was made."""
        wanted: dict[str, range] = {}
        room = RECENT_MESSAGES
        for row in recent:
            known = found.said.get(name_of(row.id))
            after = max(0, row.last_seq - _LAST) if known is None else known
            numbers = range(after + 1, row.last_seq + 1)
            wanted[row.id] = numbers if len(numbers) <= room else range(0)
            room -= len(wanted[row.id])
        said = self._store.last_messages(wanted)
        return {row.id for row in recent if _may(question, found, row, wanted[row.id], said[row.id])}


def _may(question: Question, found: Found, row: Row, numbers: range, said: Sequence[Message]) -> bool:
    """Tell whether a conversation may have all that is asked for, part of it in messages that were just read.

    So it may where not everything was read that the index has not.
    """
    known = found.said.get(name_of(row.id))
    since = found.reach.since
    whole = numbers.start == (known or 0) + 1 or (known is None and bool(said) and stamp(said[-1].at) < since)
    if not whole or len(said) < len(numbers):
        return True
    lacking = set(missing(question.terms, [row.subject, *(message.body for message in said)]))
    mark = mark_of(row.id)
    terms = zip(question.terms, found.maybe, strict=True)
    return all(some is None or mark in some for term, some in terms if term in lacking)


class _Look:
    """One request's way through conversations: what it found, and how much it may still read."""

    def __init__(self, store: Conversations, terms: Sequence[Term], page: int, place: str) -> None:
        self._store, self._terms, self._page = store, terms, page
        self._place, _, self._begun = place.partition("@")
        self._hits: list[Row] = []
        self._texts: dict[str, list[Text]] = {}
        self._told: dict[str, Text] = {}
        self._ahead: set[str] = set()
        self._looked = self._read = 0
        self._room = SEARCH_MESSAGES

    def through(self, source: Source, passing: Passing, step: int) -> Hits:
        """Look through conversations, ``step`` rows of the list at once, until a page is full or it is enough."""
        more = True
        while more and len(self._hits) < self._page and not self._spent():
            rows, more = source(self._place, step)
            reading = [row for row in rows if not passing.by(row)]
            for row in rows:
                if reading and row is reading[0]:
                    if row.id not in self._ahead and self._spent():
                        return self._so_far(more=True)
                    unfinished = self._looked_at(reading)
                    if unfinished:
                        return Hits(self._hits, unfinished, self._looked, self._told)
                    reading.pop(0)
                self._looked += 1
                self._place = position(row)
                if len(self._hits) == self._page:
                    more = more or row is not rows[-1]
                    break
        return self._so_far(more=more)

    def _spent(self) -> bool:
        return self._read >= SEARCH_CONVERSATIONS or self._looked >= PASSED or self._room <= 0

    def _so_far(self, *, more: bool) -> Hits:
        return Hits(self._hits, self._place if more else None, self._looked, self._told)

    def _looked_at(self, reading: Sequence[Row]) -> str:
        """Look at the first of some conversations; return where to go on in the middle of it, empty at its end."""
        row = reading[0]
        if row.id not in self._ahead:
            self._fetch(reading[: self._page])
        texts = self._texts.get(row.id, [])
        lacking = missing(self._terms, [row.subject, *(one.body for one in texts)])
        if lacking and row.id not in self._texts:
            last, lacking = _resumed(self._begun, row, self._terms, lacking)
            lacking, last = self._read_on(row, last, lacking, texts)
            if lacking and last < row.last_seq:
                return f"{self._place}@{row.id}:{last}:{_marks(self._terms, lacking)}"
        if not lacking:
            self._hits.append(row)
            told = _told(self._terms, texts)
            if told:
                self._told[row.id] = told
        return ""

    def _fetch(self, rows: Sequence[Row]) -> None:
        """Read the messages of short conversations together, but where the subject is enough."""
        texts = self._store.texts(row for row in rows if missing(self._terms, [row.subject]))
        self._texts |= texts
        self._ahead.update(row.id for row in rows)
        self._read += len(rows)
        self._room -= sum(map(len, texts.values()))

    def _read_on(self, row: Row, last: int, lacking: list[Term], telling: list[Text]) -> tuple[list[Term], int]:
        """Look for words in a long conversation behind message ``last``: those still missing, and how far it got.

        Messages that were read together with one that has some are added to those that are ``telling``.
        """
        while lacking and last < row.last_seq and self._room > 0:
            texts, last, more = self._store.texts_after(row.id, last, min(self._room, SEARCH_STEP))
            self._room -= max(1, len(texts))
            left = missing(lacking, [one.body for one in texts])
            if left != lacking:
                telling += texts
            lacking = left
            if not more:
                last = row.last_seq
        return lacking, last


def _told(terms: Sequence[Term], texts: Sequence[Text]) -> Text | None:
    """Return the message that has most of the words, the newest of several; None where none has any."""
    best, most = None, 0
    for text in reversed(texts):
        has = len(terms) - len(missing(terms, [text.body]))
        if has > most:
            best, most = text, has
        if most == len(terms):
            break
    return best


def _marks(terms: Sequence[Term], lacking: Sequence[Term]) -> str:
    """Return which of the words were found so far, for a cursor that goes on in the same conversation."""
    return "".join("0" if term in lacking else "1" for term in terms)


def _resumed(begun: str, row: Row, terms: Sequence[Term], lacking: list[Term]) -> tuple[int, list[Term]]:
    """Return behind which message to go on in a conversation, and the words still missing, as ``begun`` says."""
    identifier, _, rest = begun.partition(":")
    last, _, found = rest.partition(":")
    if identifier != row.id or len(found) != len(terms):
        return 0, lacking
    return int(last), [term for term, mark in zip(terms, found, strict=True) if mark == "0" and term in lacking]
