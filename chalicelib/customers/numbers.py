"""Phone numbers that are stored in another form than the organization's country gives them, brought to that form.

Where the number in its new form belongs to somebody else, nothing moves: it is noted that the two meet, and an admin is
asked whether they are one (``merging``). Each number moves in a transaction of its own, so it can be done twice, by two
at once, or again after a kill.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.aws import keys
from chalicelib.aws.keys import Key
from chalicelib.aws.table import Delete, Put, Query, Refused, Update
from chalicelib.customers.model import NATIONAL, Customer, national_identity
from chalicelib.customers.store import customer_of
from chalicelib.records import dataclass
from chalicelib.refusals import ChangedMeanwhile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from chalicelib.aws.items import Item
    from chalicelib.aws.table import Later, Reads, Table, Write
    from chalicelib.customers.store import Customers

LOOKED_AT = 100
"""Numbers at which two customers meet that a page looks at."""
_TRIES = 8


@dataclass(frozen=True, slots=True)
class Meeting:
    """Two customers who turned out to have one number, ``value``: ``one`` in an older form, ``older``."""

    kind: str
    older: str
    value: str
    one: Customer
    other: Customer


class Numbers:
    """Brings numbers to the form of the organization's country, and knows where two customers meet."""

    def __init__(self, table: Table, customers: Customers, country: Callable[[], str]) -> None:
        """Take the table, the customers in it, and what says the organization's country."""
        self._table, self._customers, self.country = table, customers, country

    def bring(self, item: Item | None, country: str, *, rehearsing: bool = False) -> bool:
        """Bring the numbers of a customer, as stored, to the form of a country; tell whether there were any."""
        customer = customer_of(item)
        wanted = list(_older(customer, country)) if customer else []
        if customer is None or rehearsing:
            return bool(wanted)
        for kind, older, newer in wanted:
            self._bring(customer.id, kind, older, newer)
        return bool(wanted)

    def meetings_later(self, reads: Reads, after: str) -> Later[tuple[list[Meeting], str]]:
        """Read, with other items, where two customers meet behind a place, and behind which place there are more.

        Both places are empty for none.
        """
        place = Key(keys.MEETINGS, after) if after else None
        query = Query(keys.MEETINGS, after=place, limit=LOOKED_AT, consistent=True)
        return reads.ask(query, lambda items, more: (self._met(items), items[-1]["sk"] if more and items else ""))

    def _met(self, items: list[Item]) -> list[Meeting]:
        owners = self._owners(items)
        pairs = [(item, *owners[item["sk"]]) for item in items]
        known = self._customers.get_many([one for _, *both in pairs for one in both if one], consistent=True)
        return [
            Meeting(item["kind"], item["older"], item["value"], known[one], known[other])
            for item, one, other in pairs
            if one in known and other in known and one != other
        ]

    def settle(self) -> None:
        """Forget where customers met who are one by now, or no longer have the number."""
        country = self.country()
        items = list(self._table.walk(keys.MEETINGS, consistent=True))
        for start in range(0, len(items), LOOKED_AT):
            some = items[start : start + LOOKED_AT]
            for item, (one, other) in zip(some, self._owners(some).values(), strict=True):
                if one and other and one != other:
                    continue
                if one:
                    self.bring(self._table.get(keys.customer(one), consistent=True), country)
                self._table.write(Delete(keys.meeting(item["kind"], item["older"])))

    def _owners(self, items: list[Item]) -> dict[str, tuple[str, str]]:
        """Return who has the older and who the newer form of each number, by sort key; empty for nobody."""
        both = {
            item["sk"]: (keys.claim(item["kind"], item["older"]), keys.claim(item["kind"], item["value"]))
            for item in items
        }
        found = self._table.get_many(list({key for pair in both.values() for key in pair}), consistent=True)
        owner = {key: str(claim["owner"]) for key, claim in found.items()}
        return {place: (owner.get(older, ""), owner.get(newer, "")) for place, (older, newer) in both.items()}

    def _bring(self, customer_id: str, kind: str, older: str, newer: str) -> None:
        old, new = keys.claim(kind, older), keys.claim(kind, newer)
        for _ in range(_TRIES):
            profile = keys.customer(customer_id)
            found = self._table.get_many([profile, old, new], consistent=True)
            customer = customer_of(found.get(profile))
            listed = customer and (kind, older) in {*customer.handles.items(), *customer.also}
            if customer is None or not listed or found.get(old, {}).get("owner") != customer_id:
                return  # given up, or already that of the one they are merged with
            owner = found[new]["owner"] if new in found else None
            if owner not in {None, customer_id}:
                met = {"kind": kind, "older": older, "value": newer}
                self._table.write(Put(keys.meeting(kind, older), met))
                return
            writes: list[Write] = [
                _replaced(customer, kind, older, newer),
                Delete(old, when=[("owner", "=", customer_id)]),
                Put(new, {"owner": customer_id}, when=[("owner", "=", owner) if owner else ("pk", "absent", None)]),
            ]
            try:
                self._table.transact(writes)
            except Refused:
                continue  # somebody changed the customer, or took the number, at the same moment
            return
        raise ChangedMeanwhile


def _older(customer: Customer, country: str) -> Iterator[tuple[str, str, str]]:
    """Yield kind, value and new value of each number that has another form in a country."""
    for kind, value in dict.fromkeys((*customer.handles.items(), *customer.also)):
        if kind in NATIONAL and (newer := national_identity(kind, value, country)) != value:
            yield kind, value, newer


def _replaced(customer: Customer, kind: str, older: str, newer: str) -> Update:
    """Return the write that puts a number into the place of its older form, while the profile is as it was read."""
    handles = {**customer.handles, **({kind: newer} if customer.handles.get(kind) == older else {})}
    also = dict.fromkeys((one, newer if (one, value) == (kind, older) else value) for one, value in customer.also)
    lists = [list(pair) for pair in also if handles.get(pair[0]) != pair[1]]
    put = {**({"handles": handles} if handles else {}), **({"also": lists} if lists else {})}
    handled = ("handles", "=", customer.handles) if customer.handles else ("handles", "absent", None)
    listed = ("also", "=", [list(one) for one in customer.also]) if customer.also else ("also", "absent", None)
    drop = ["also"] if customer.also and not lists else []
    return Update(keys.customer(customer.id), put=put, drop=drop, when=[("pk", "present", None), handled, listed])
