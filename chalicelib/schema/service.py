"""Brings a table of an older form to the one that this code writes, in small steps, while everything goes on.

The walk reads the whole table, page by page. Each conversation whose place among the desk's lists is missing or old
gets it in one transaction with a check that its head is still what was read; who writes to a conversation meanwhile
gives it its place in the same write. Each customer gets a new index of the words of their conversations, once a walk,
and their phone numbers get the form of the organization's country. What readers read of a published article is rendered
anew where that was done by an earlier version of the renderer. So a step can be done twice, by two at once, or again
after a kill: the second finds nothing to do. How far the walk came is kept after each step.

Nothing begins by itself: a walk is begun when no function of an older version runs any more (``make deploy``,
``make migrate``, ``make run``), for what such a one writes has no place. The sweep goes on with what was begun. Where
the form is the newest, a country that was set or changed begins a walk that looks at phone numbers alone.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING, Protocol

from chalicelib.aws import article_keys, keys
from chalicelib.aws.keys import Key
from chalicelib.aws.table import Check, Refused, Update
from chalicelib.clock import stamp
from chalicelib.conversations.items import head_of, work_place
from chalicelib.refusals import ChangedMeanwhile
from chalicelib.schema.model import FIRST, LISTS, WANTED, Form, Walk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from chalicelib.aws.items import Item
    from chalicelib.aws.table import Write
    from chalicelib.conversations.follower import HasIndexing
    from chalicelib.conversations.model import Conversation
    from chalicelib.customers.room import CustomersRoom
    from chalicelib.schema.store import SchemaStore

PAGE = 400
"""Items that a step looks at, of which one in three or so is the head of a conversation."""
_TOGETHER = 25
"""Conversations that one transaction gives their places: two writes each, and DynamoDB takes a hundred."""
_TRIES = 8
_PATIENCE = 8.0
"""Seconds that a step makes indexes of words and renders articles."""


class Renews(Protocol):
    """Renders articles anew."""

    def renew(self, article_id: str) -> int:
        """Render what readers see of an article, where that is older; return in how many languages it was."""
        ...


class HasRenewing(Protocol):
    """Has what renders articles anew."""

    @property
    def renewing(self) -> Renews:
        """What renders them."""
        ...


class HasArticles(Protocol):
    """Has the room of articles, which stands above this one, when it is needed."""

    @property
    def knowledge(self) -> HasRenewing:
        """The room."""
        ...


class IndexNotReady(Exception):
    """The index that the new form needs is missing or still being filled, in a sentence for an operator."""


class Migration:
    """Changes the form of a stage's items."""

    def __init__(self, store: SchemaStore, words: HasIndexing, articles: HasArticles, customers: CustomersRoom) -> None:
        """Take what keeps the form and how far a change has come, and who has the index, the articles, the numbers."""
        self._store, self._table = store, store.table
        self._words, self._articles, self._customers = words, articles, customers

    def begin(self) -> Form:
        """Go on with what is under way, or begin; nothing happens where the form is the newest, country included."""
        form = self._store.get(consistent=True)
        if form.walk or (form.current and form.country == self._customers.country()):
            return form
        return self._begin(form.number)

    def begin_anew(self) -> Form:
        """Begin from the start, even where the form is said to be the newest: an older version may have written.

        Raises :class:`IndexNotReady` where the walk could not end.
        """
        number = self._store.get(consistent=True).number
        return self._begin(LISTS if number >= WANTED else number)

    def _begin(self, number: int) -> Form:
        self._must_have_index()
        return self._store.begin(number, self._table.describe().items, self._customers.country())

    def back(self, number: int = FIRST) -> Form:
        """Let the form be what an older version writes, and end what is under way; lists are read from its place."""
        return self._store.reset(number)

    def step(self) -> Form:
        """Do one step of what is under way, and return how it stands; two workers can do so at once."""
        form = self._store.get(consistent=True)
        walk = form.walk
        if walk is None:
            return form
        if walk.wanted != WANTED:  # an older version began it, and looked for less
            return self._begin(form.number)
        if walk.walked:
            self._must_have_index()
            self._store.complete(walk)
        else:
            after = self._walked(walk)
            if after is not walk:
                self._store.save(walk, after)
        return self._store.get(consistent=True)

    def go_on(self, form: Form, seconds: float) -> Form:
        """Do steps for so long, of what is under way in ``form``; at least one."""
        ends = time.monotonic() + seconds
        while form.walk:
            form = self.step()
            if time.monotonic() >= ends:
                break
        return form

    def rehearse(self) -> Iterator[Walk]:
        """Walk through the table and write nothing; yield after each page what a change would have written so far."""
        walk = Walk("", items=self._table.describe().items, country=self._customers.country())
        while not walk.walked:
            walk = self._walked(walk, rehearsing=True)
            yield walk

    def _must_have_index(self) -> None:
        if keys.BY_WORK not in self._table.describe().ready:
            message = f"The index {keys.BY_WORK} of the table {self._table.name} is missing or still being filled."
            raise IndexNotReady(message)

    def _walked(self, walk: Walk, *, rehearsing: bool = False) -> Walk:
        """Do the next page of a walk, and return how far it is then."""
        if walk.number >= WANTED and not walk.country:
            return replace(walk, walked=True)  # numbers have the form they came in
        items, last = self._table.scan(after=Key(*walk.position) if walk.position else None, limit=PAGE)
        misplaced: list[Conversation] = []
        if walk.number < WANTED:
            heads = [head for one in items if keys.is_head(Key(one["pk"], one["sk"])) and (head := head_of(one))]
            misplaced = self._misplaced(heads)
            if not rehearsing:
                self._place(misplaced)
                ends = time.monotonic() + _PATIENCE
                if not (self._indexed(items, walk.run, ends) and self._rendered(items, ends)):
                    return walk  # the same page again: a customer with very many conversations takes several steps
        customers = [one for one in items if keys.is_customer(Key(one["pk"], one["sk"]))]
        numbers = self._customers.numbers
        brought = [one for one in customers if numbers.bring(one, walk.country, rehearsing=rehearsing)]
        return replace(
            walk,
            position=(last.pk, last.sk) if last else None,
            walked=last is None,
            looked=walk.looked + len(items),
            written=walk.written + len(misplaced) + len(brought),
        )

    def _indexed(self, items: Sequence[Item], run: str, ends: float) -> bool:
        """Make the index of each customer among some items anew, once in a walk; tell whether that is done."""
        for item in items:
            key = Key(item["pk"], item["sk"])
            if keys.is_customer(key) and "merged_into" not in item:
                left = ends - time.monotonic()
                if left <= 0 or not self._words.indexing.renew(keys.customer_of(key), run, left):
                    return False
        return True

    def _rendered(self, items: Sequence[Item], ends: float) -> bool:
        """Render the articles among some items anew; tell whether that is done. What is done is not done again."""
        for item in items:
            article_id = article_keys.article_of(Key(item["pk"], item["sk"]))
            if article_id and self._articles.knowledge.renewing.renew(article_id) and time.monotonic() >= ends:
                return False
        return True

    def _misplaced(self, heads: Sequence[Conversation]) -> list[Conversation]:
        """Return those whose place among the desk's lists is missing or old."""
        found = self._table.get_many([keys.staff_head(head.id) for head in heads], consistent=True)
        return [head for head in heads if not _placed(head, found.get(keys.staff_head(head.id)))]

    def _place(self, heads: Sequence[Conversation]) -> None:
        for start in range(0, len(heads), _TOGETHER):
            some = heads[start : start + _TOGETHER]
            try:
                self._table.transact([write for head in some for write in _writes(head)])
            except (Refused, ChangedMeanwhile):  # one of them is being written to
                for head in some:
                    self._place_one(head.id)

    def _place_one(self, conversation_id: str) -> None:
        """Give one conversation its place, from what it is by then."""
        for attempt in range(_TRIES):
            time.sleep(0.05 * attempt)
            head = head_of(self._table.get(keys.conversation(conversation_id), consistent=True))
            if head is None or not self._misplaced([head]):
                return
            try:
                self._table.transact(_writes(head))
            except (Refused, ChangedMeanwhile):
                continue
            return
        raise ChangedMeanwhile


def _placed(head: Conversation, side: Item | None) -> bool:
    wanted = {"customer_id": head.customer_id, **work_place(head)}
    return side is not None and all(side.get(name) == value for name, value in wanted.items())


def _writes(head: Conversation) -> list[Write]:
    """Return the writes that give a conversation its place, refused where what the place is made from has changed."""
    until = head.snoozed_until
    unchanged = [
        ("status", "=", head.status.value),
        ("customer_id", "=", head.customer_id),
        ("active_at", "=", stamp(head.active_at)),
        ("snoozed_until", "=", stamp(until)) if until else ("snoozed_until", "absent", None),
    ]
    put = {"customer_id": head.customer_id, **work_place(head)}
    return [Check(keys.conversation(head.id), when=unchanged), Update(keys.staff_head(head.id), put=put)]
