"""Loads what a file of history holds through the product's own use cases, several conversations at a time.

What is there already is known by its external id in the table, so a second run, and one after a broken one, adds only
what is missing. Each conversation is written in one transaction, or in several of 45 messages and notes.
"""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import TypeVar

from chalicelib.conversations.incoming import ConversationToRecord, MessageToRecord, NoteToRecord
from chalicelib.conversations.intake import AT_ONCE
from chalicelib.conversations.model import Conversation, Direction
from chalicelib.customers.model import Customer
from chalicelib.refusals import ChangedMeanwhile, IdentityTaken, Refusal, Unavailable
from chalicelib.wiring import House
from tools.history_file import ConversationLine, CustomerLine, Index, MessageLine, NoteLine, Place, Story, identity

T = TypeVar("T")

WORKERS = 6
UNIT = 25
"""Customers or conversations that are looked up together."""
_IN_HAND = 2 * WORKERS
"""Units under way or waiting: more would only take memory."""
_TRIES = 8
_LOOKED_UP = 500
"""Messages and notes of a conversation up to which it is worth asking whether all of them are there."""


class Stopped(Exception):
    """The run was broken off."""


class Operator:
    """Whoever loads history: may do all of it."""

    id = "import"
    name = "Import"

    def must(self, permission: str) -> None:
        """Refuse nothing."""


@dataclass(frozen=True, slots=True)
class Report:
    """Whom the loader tells: of bad lines, of lines done, of what was new and what there before."""

    bad: Callable[[int, str], None]
    done: Callable[[int], None]
    count: Counter[str]


class Loader:
    """Loads one file into one stage."""

    def __init__(self, house: House, index: Index, report: Report) -> None:
        """Take where to, what, and whom to tell."""
        self._house, self._index, self._report = house, index, report
        self._local = threading.local()
        self._opened: list[Index] = []
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._organization = house.portal.settings.get().organization
        # Made here, before several threads ask for them at once.
        self._history = house.conversations.intake

    def load(self) -> None:
        """Load everything: first the customers, then the conversations with all that was said in them."""
        try:
            with ThreadPoolExecutor(WORKERS) as pool:
                try:
                    self._each(pool, self._customers, self._index.customers())
                    self._each(pool, self._stories, self._index.stories())
                except BaseException:
                    self._stopped.set()
                    raise
        finally:
            for index in self._opened:
                index.close()

    def _each(self, pool: ThreadPoolExecutor, work: Callable[[Sequence[T]], None], things: Iterator[T]) -> None:
        """Give things to the workers, a unit at a time, never many ahead of them."""
        pending: set[Future[None]] = set()
        while unit := list(islice(things, UNIT)):
            pending.add(pool.submit(work, unit))
            if len(pending) >= _IN_HAND:
                pending = _settled(pending)
        while pending:
            pending = _settled(pending)

    @property
    def _mine(self) -> Index:
        """The index of the thread that asks."""
        if not hasattr(self._local, "index"):
            self._local.index = self._index.another()
            with self._lock:
                self._opened.append(self._local.index)
        found: Index = self._local.index
        return found

    def _told(self, what: str, number: int = 1) -> None:
        with self._lock:
            self._report.count[what] += number

    def _done(self, lines: int) -> None:
        with self._lock:
            self._report.done(lines)

    def _bad(self, place: Place, reason: str) -> None:
        with self._lock:
            self._report.bad(place.line, reason)

    def _patiently(self, act: Callable[[], T]) -> T:
        """Do something again where AWS asks us to slow down."""
        for attempt in range(_TRIES):
            if self._stopped.is_set():
                raise Stopped
            try:
                return act()
            except (Unavailable, ChangedMeanwhile):
                time.sleep(random.uniform(0.5, 1) * min(0.2 * 2**attempt, 10))
        return act()

    # customers

    def _customers(self, places: Sequence[Place]) -> None:
        customers = self._house.customers.store
        lines: list[tuple[Place, CustomerLine]] = []
        for place in places:
            line = self._mine.line(place)
            assert isinstance(line, CustomerLine)
            lines.append((place, line))
        named = [line.given() for _, line in lines]
        owners = self._patiently(lambda: customers.owners_of({pair for one in named for pair in one.items()}))
        for (place, line), identities in zip(lines, named, strict=True):
            held = {owners.get(pair) for pair in identities.items()}
            try:
                if len(held) == 1 and None not in held:
                    new = False
                else:
                    new = self._patiently(partial(self._register, line, identities))
            except Refusal as refusal:
                self._bad(place, refusal.sentence)
                continue
            self._told("customers new" if new else "customers there")
        self._done(len(places))

    def _register(self, line: CustomerLine, identities: dict[str, str]) -> bool:
        """Return whether a customer is new. One who is there gets identities they lack, and keeps their name."""
        desk = self._house.customers.profiles
        try:
            desk.register(line.name, identities)
        except IdentityTaken:
            return desk.upsert(identities, line.name, keep_name=True)[1]
        return True

    # conversations

    def _stories(self, stories: Sequence[Story]) -> None:
        house = self._house
        lines = {one.external_id: self._line(one) for one in stories}
        found = self._patiently(lambda: house.conversations.store.owners(lines))
        heads = self._patiently(lambda: house.conversations.store.get_many(list(found.values()), consistent=True))
        wanted = {
            key: identity(line) for key, line in lines.items() if line is not None and found.get(key) not in heads
        }
        owners = self._patiently(lambda: house.customers.store.owners_of(wanted.values()))
        ids = {*owners.values(), *(head.customer_id for head in heads.values())}
        customers = self._patiently(lambda: house.customers.store.get_many(ids, consistent=True))
        there = self._recorded(stories, {key: heads[one].id for key, one in found.items() if one in heads})
        for story in stories:
            line = lines[story.external_id]
            head = heads.get(found.get(story.external_id, ""))
            if story.external_id in there:
                self._known(line, there[story.external_id])
                continue
            owner = head.customer_id if head else owners.get(wanted.get(story.external_id, ("", "")), "")
            customer = customers.get(owner)
            if customer is None or (head is None and line is None):
                self._unknown(story, line)
            else:
                self._story(story, line, head, customer)

    def _recorded(self, stories: Sequence[Story], ids: Mapping[str, str]) -> dict[str, Counter[str]]:
        """Return the conversations of which nothing is missing, with how many of each kind they have."""
        named = {
            story.external_id: list(self._mine.named(story.external_id))
            for story in stories
            if story.external_id in ids and story.lines <= _LOOKED_UP
        }
        wanted = [(ids[story], *one) for story, all_of_it in named.items() for one in all_of_it]
        found = self._patiently(lambda: self._house.conversations.store.recorded_before(wanted))
        return {
            story: Counter(kind for kind, _ in all_of_it)
            for story, all_of_it in named.items()
            if all((ids[story], *one) in found for one in all_of_it)
        }

    def _known(self, line: ConversationLine | None, said: Counter[str]) -> None:
        """Count a conversation of which nothing is missing."""
        if line:
            self._told("conversations there")
        self._told("messages there", said["message"])
        self._told("notes there", said["note"])
        self._done(said.total() + (1 if line else 0))

    def _line(self, story: Story) -> ConversationLine | None:
        line = self._mine.line(story.place) if story.place else None
        assert line is None or isinstance(line, ConversationLine)
        return line

    def _unknown(self, story: Story, line: ConversationLine | None) -> None:
        reason = f"There is no conversation “{story.external_id}”, neither here nor recorded before."
        if line and story.place:
            reason = f"There is no customer with the {identity(line)[0]} “{identity(line)[1]}”."
            self._bad(story.place, reason)
        for place in self._mine.said(story.external_id):
            self._bad(place, reason)
        self._done(story.lines + (1 if line else 0))

    def _story(
        self, story: Story, line: ConversationLine | None, head: Conversation | None, customer: Customer
    ) -> None:
        authors = {Direction.IN: customer.name, Direction.OUT: self._organization}
        now = self._house.clock()
        beginning: ConversationToRecord | None = None
        if head is None and line:
            beginning = line.beginning(story.last, now)
        elif line:
            self._told("conversations there")
        channel = head.reply_channel if head else beginning.channel if beginning else ""
        self._done(1 if line else 0)
        places = self._mine.said(story.external_id)
        first = True
        while (chunk := list(islice(places, AT_ONCE))) or (first and beginning):
            first = False
            sayings: list[MessageToRecord] = []
            remarks: list[NoteToRecord] = []
            for place in chunk:
                said = self._mine.line(place)
                try:
                    if isinstance(said, MessageLine):
                        sayings.append(said.saying(authors, channel, now))
                    elif isinstance(said, NoteLine):
                        remarks.append(said.remark(now))
                except Refusal as refusal:
                    self._bad(place, refusal.sentence)
            head = self._chunk(customer, head, beginning, sayings, remarks)
            self._done(len(chunk))

    def _chunk(
        self,
        customer: Customer,
        head: Conversation | None,
        beginning: ConversationToRecord | None,
        sayings: list[MessageToRecord],
        remarks: list[NoteToRecord],
    ) -> Conversation:
        """Record a piece of a conversation and return the conversation as it is then."""
        written = self._patiently(
            lambda: self._history.load(Operator(), customer.id, head, beginning, sayings, remarks)
        )
        if beginning and head is None:
            self._told("conversations new" if written.began else "conversations there")
        self._told("messages new", len(written.messages))
        self._told("messages there", len(sayings) - len(written.messages))
        self._told("notes new", len(written.notes))
        self._told("notes there", len(remarks) - len(written.notes))
        return written.conversation


def _settled(pending: Iterable[Future[None]]) -> set[Future[None]]:
    """Return what is still under way once something is done; what went wrong there, goes wrong here."""
    done, rest = wait(pending, return_when=FIRST_COMPLETED)
    for one in done:
        one.result()
    return rest
