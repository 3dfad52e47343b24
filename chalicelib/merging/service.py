"""Two customers found to be one: what one of them has goes over to the other, piece by piece, and never by half.

Begun is begun: from the first transaction on every identity leads to the customer who stays, and until the last one
neither of the two sees anything. Each piece moves in a transaction of its own, so a merge that was killed goes on where
it was, by the page, the command or the sweeper.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.audit.model import Author, Change
from chalicelib.aws import keys
from chalicelib.aws.items import Item
from chalicelib.aws.table import Delete, Put, Refused, Update, Write
from chalicelib.clock import moment, stamp
from chalicelib.conversations.thread import NOBODY, Nobody
from chalicelib.customers.model import IDENTITY_KINDS
from chalicelib.customers.store import counted
from chalicelib.records import dataclass
from chalicelib.refusals import ChangedMeanwhile, Invalid, MergeUnderWay, NotFound

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.attachments.model import Attachment
    from chalicelib.audit.store import Audit
    from chalicelib.aws.table import Later, Reads, Table
    from chalicelib.clock import Clock
    from chalicelib.conversations.posting import Posting
    from chalicelib.conversations.thread import Writing
    from chalicelib.customers.model import Customer
    from chalicelib.customers.numbers import Meeting
    from chalicelib.customers.room import CustomersRoom

PAGE = 50
SETTLES = timedelta(minutes=3)
"""After which a merge looks once more for conversations that an index had not shown yet, or that came meanwhile."""
MAX_IDENTITIES = 40
"""Of the customer who ends: all of them change hands in one transaction."""


@dataclass(frozen=True, slots=True)
class Merge:
    """A merge under way. ``done`` tells that everything has moved, and that only stragglers are looked for."""

    end: str
    keep: str
    at: datetime
    author: str
    done: bool
    moved: int


@dataclass(frozen=True, slots=True)
class HandingOver:
    """Giving a conversation of the customer who ends to the one who stays."""

    merge: Merge
    who: Nobody = NOBODY

    def on(self, writing: Writing, _: tuple[Attachment, ...]) -> None:
        """Give it, or refuse where it is not theirs any more."""
        head = writing.head
        if head.customer_id != self.merge.end:
            raise NotFound
        writing.hand_to(self.merge.keep)
        if head.begun:
            opened, done = int(not head.closed), int(head.closed)
            writing.also.append(counted(self.merge.keep, opened=opened, done=done))
            if not self.merge.done:
                writing.also.append(counted(self.merge.end, opened=-opened, done=-done))


class Merging:
    """The use cases."""

    def __init__(
        self,
        table: Table,
        customers: CustomersRoom,
        posting: Posting,
        end_sessions: Callable[[str], None],
        audit: Audit,
        clock: Clock,
    ) -> None:
        """Take what it stands on; ``end_sessions`` signs a customer out everywhere."""
        self._table, self._room, self._customers = table, customers, customers.store
        self._posting, self._conversations = posting, posting.store
        self._end_sessions, self._audit, self._clock = end_sessions, audit, clock

    def find(self, text: str) -> Customer:
        """Return the customer whose address, external id, handle or id a text is; Invalid where there is none."""
        text = text.strip()
        for kind in sorted(IDENTITY_KINDS, key=lambda one: one != "email"):  # an address before all that may look so
            try:
                owner = self._customers.owner(kind, text)
            except Invalid:
                continue
            customer = self._customers.get(owner, consistent=True) if owner else None
            if customer:
                return customer
        customer = self._customers.get(text, consistent=True) if text.isascii() and text.isalnum() else None
        if customer is None:
            raise Invalid(
                "Nobody is known by that. Enter an e-mail address, phone number, external id or handle in full."
            )
        return customer

    def pending(self) -> list[Merge]:
        """Return the merges under way, in no order."""
        return [_merge(item) for item in self._table.walk(keys.merge("").pk, consistent=True)]

    def get(self, end_id: str) -> Merge | None:
        """Return the merge that ends a customer, while it is under way."""
        item = self._table.get(keys.merge(end_id), consistent=True)
        return _merge(item) if item else None

    def meetings_later(self, reads: Reads, after: str = "") -> Later[tuple[list[Meeting], str]]:
        """Read, with other items, where two customers have one phone number, and behind which place there are more."""
        return self._room.numbers.meetings_later(reads, after)

    def begin(self, author: Author, end: Customer, keep: Customer) -> Merge:
        """Begin to merge ``end`` into ``keep``: all identities change hands at once. It cannot be undone.

        Refuses one customer given twice, customers who changed since they were read, and to let an address that nobody
        has proven stay where the other is known by something better.
        """
        if end.id == keep.id:
            raise Invalid("Both are the same customer. Enter two different ones.", field="other")
        if end.merging or keep.merging:
            raise MergeUnderWay
        brought = tuple(dict.fromkeys((*end.identities.items(), *end.also)))
        if keep.contact and brought:
            # Whoever reads the mail of that address could sign in as the other, and would get the answers to them.
            raise Invalid(
                f"Nobody has proven the address {keep.contact}, which was typed into the contact form. Let {end.name} "
                "stay instead.",
                field="keep",
            )
        if len(brought) > MAX_IDENTITIES:
            raise Invalid(f"{end.name} has more identities than can change hands at once.", field="other")
        now = self._clock()
        kept = keep.identities
        own = {kind: value for kind, value in brought if kind not in kept}
        also = (*keep.also, *((kind, value) for kind, value in brought if own.get(kind) != value))
        put: dict[str, Any] = {"merging": end.id, **{n: v for n, v in own.items() if n in {"email", "external_id"}}}
        handles = {n: v for n, v in {**own, **kept}.items() if n not in {"email", "external_id"}}
        if handles:
            put["handles"] = handles
        if also:
            put["also"] = [list(one) for one in also]
        writes: list[Write] = [
            Update(keys.customer(end.id), put={"merging": keep.id}, when=_unchanged(end)),
            Update(keys.customer(keep.id), put=put, when=_unchanged(keep)),
            Put(keys.merge(end.id), _item(Merge(end.id, keep.id, now, author.name, done=False, moved=0)), when=_ABSENT),
        ]
        writes += [Put(keys.claim(*one), {"owner": keep.id}, when=[("owner", "=", end.id)]) for one in brought]
        if end.contact:  # never proven, so nobody's: the next form with it begins anew
            writes.append(Delete(keys.claim("contact", end.contact), when=[("owner", "=", end.id)]))
        change = Change(author, "customer:merge", f"{end.name} → {keep.name}", _told(end), _told(keep), keep.id)
        try:
            self._audit.commit(writes, change)
        except Refused as refused:
            raise ChangedMeanwhile from refused
        return Merge(end.id, keep.id, now, author.name, done=False, moved=0)

    def go_on(self, end_id: str, until: datetime) -> bool:
        """Move what is left, until a moment; tell whether it is done. Doing it again, or twice at once, is no fault."""
        merge = self.get(end_id)
        if merge is None:
            return True
        self._end_sessions(merge.end)
        moved, complete = self._move(merge, until)
        if not complete:
            self._table.write(Update(keys.merge(end_id), add={"moved": moved}))
            return False
        if not merge.done:
            self._finish(merge, moved)
            self._room.numbers.settle()
        elif self._clock() >= merge.at + SETTLES:
            self._table.write(Delete(keys.merge(end_id)))
        return True

    def sweep(self, until: datetime) -> None:
        """Go on with every merge that was left, until a moment."""
        for merge in self.pending():
            if self._clock() < until and (not merge.done or self._clock() >= merge.at + SETTLES):
                self.go_on(merge.end, until)

    # the parts

    def _move(self, merge: Merge, until: datetime) -> tuple[int, bool]:
        """Move conversations until a moment; return how many, and whether none is left that an index shows."""
        moved = 0
        for rows in (self._begun, self._unbegun):
            position = ""
            while True:
                found, more, position = rows(merge.end, position)
                for conversation_id in found:
                    if self._clock() >= until:
                        return moved, False
                    moved += self._hand_over(merge, conversation_id)
                if not more:
                    break
        return moved, True

    def _begun(self, customer_id: str, position: str) -> tuple[list[str], bool, str]:
        rows, more = self._conversations.rows(
            customer_id, closed=None, newest_first=True, position=position, limit=PAGE
        )
        behind = f"{stamp(rows[-1].active_at)}#{rows[-1].id}" if rows else ""
        return [row.id for row in rows], more and bool(rows), behind

    def _unbegun(self, customer_id: str, position: str) -> tuple[list[str], bool, str]:
        """Return conversations in which nothing is to be seen yet: they are in no list, and theirs all the same."""
        found = self._conversations.unbegun(customer_id)
        return found, False, position

    def _hand_over(self, merge: Merge, conversation_id: str) -> bool:
        """Give one conversation to the customer who stays, with its place in the lists and in the counts."""
        state = self._conversations.state(conversation_id)
        if state.head is None or state.head.customer_id != merge.end:
            return False  # moved already: the index lags
        try:
            # A new version, so that whoever writes from the old head finds out and looks whose it is now.
            self._posting.write(HandingOver(merge), state)
        except NotFound:
            return False
        return True

    def _finish(self, merge: Merge, moved: int) -> None:
        """Let the customer who stays see everything; of the other only remains whom they became."""
        now = self._clock()
        gone = {"merged_into": merge.keep, "at": stamp(now)}
        writes: list[Write] = [
            Put(keys.customer(merge.end), gone, when=[("merging", "=", merge.keep)]),
            Update(keys.customer(merge.keep), drop=["merging"], when=[("merging", "=", merge.end)]),
            Update(keys.merge(merge.end), put={"done": True, "at": stamp(now)}, add={"moved": moved}),
        ]
        try:
            self._table.transact(writes)
        except Refused:
            if (self.get(merge.end) or merge).done or self.get(merge.end) is None:
                return  # somebody else finished it at the same moment
            raise


_ABSENT = [("pk", "absent", None)]


def _unchanged(customer: Customer) -> list[tuple[str, str, Any]]:
    handles = ("handles", "=", customer.handles) if customer.handles else ("handles", "absent", None)
    also = ("also", "=", [list(one) for one in customer.also]) if customer.also else ("also", "absent", None)
    return [
        ("email", "=", customer.email),
        ("external_id", "=", customer.external_id),
        handles,
        also,
        ("merging", "absent", None),
    ]


def _told(customer: Customer) -> dict[str, Any]:
    identities = [f"{kind}: {value}" for kind, value in (*customer.identities.items(), *customer.also)]
    counts = {"open": customer.open_count, "closed": customer.done_count}
    return {"id": customer.id, "name": customer.name, "identities": identities, **counts}


def _item(merge: Merge) -> Item:
    return {"keep": merge.keep, "at": stamp(merge.at), "author": merge.author, "done": merge.done, "moved": merge.moved}


def _merge(item: Item) -> Merge:
    return Merge(item["sk"], item["keep"], moment(item["at"]), item["author"], item["done"], item["moved"])
