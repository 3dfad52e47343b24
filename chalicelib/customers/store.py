"""Customers as items: the profile with its kept counts, and a claim for each identity so that it has one owner."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from chalicelib.aws import keys
from chalicelib.aws.items import Item
from chalicelib.aws.table import Check, Delete, Later, Put, Reads, Refused, Table, Update
from chalicelib.clock import moment, stamp
from chalicelib.customers.model import NATIONAL, Customer, identity_forms
from chalicelib.refusals import ChangedMeanwhile, IdentityTaken

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence


class Customers:
    """Reads and writes customers. Of identities it takes any form, and gives the one that they are kept in."""

    def __init__(self, table: Table, country: Callable[[], str] = str) -> None:
        """Take the table, and what says the organization's country, where it has one."""
        self._table, self._country = table, country

    def later(self, reads: Reads, customer_id: str) -> Later[Customer | None]:
        """Read a customer together with other items."""
        return reads.want(keys.customer(customer_id), customer_of)

    def get(self, customer_id: str, *, consistent: bool = False) -> Customer | None:
        """Return a customer, or None."""
        return customer_of(self._table.get(keys.customer(customer_id), consistent=consistent))

    def get_many(self, customer_ids: Iterable[str], *, consistent: bool = False) -> dict[str, Customer]:
        """Return those of the customers that exist, in one call for a hundred."""
        wanted = [keys.customer(one) for one in dict.fromkeys(customer_ids)]
        found = self._table.get_many(wanted, consistent=consistent)
        customers = [customer_of(item) for item in found.values()]
        return {customer.id: customer for customer in customers if customer}

    def owner(self, kind: str, value: str) -> str | None:
        """Return the id of whoever an identity belongs to. ``value`` need not be normalised, and is never empty."""
        return self.known({kind: value})[kind][1]

    def add(self, customer: Customer, identities: Mapping[str, str]) -> None:
        """Write a new customer with identities in the form they are kept in; refuse one that belongs to somebody."""
        writes: list[Any] = [Put(keys.customer(customer.id), item_of(customer), when=[("pk", "absent", None)])]
        writes += claims(customer.id, identities)
        try:
            self._table.transact(writes)
        except Refused as refused:
            raise IdentityTaken from refused

    def claim(self, customer: Customer, kind: str, value: str) -> None:
        """Give an existing customer one more identity; refuse one that belongs to somebody else."""
        normal = self.known({kind: value})[kind][0]
        when = [("owner", "absent", None)]
        put = {"owner": customer.id}
        held = {kind: normal} if kind in _ON_PROFILE else {"handles": {**customer.handles, kind: normal}}
        profile = Update(keys.customer(customer.id), put=held, when=[("pk", "present", None)])
        writes: list[Any] = [Update(keys.claim(kind, normal), put=put, when=when), profile]
        try:
            self._table.transact(writes)
        except Refused as refused:
            if self.owner(kind, value) != customer.id:
                raise IdentityTaken from refused

    def change(self, customer: Customer, name: str, identities: Mapping[str, str], owned: Collection[str]) -> None:
        """Give an existing customer another name and identities; one of a kind they had before is given up.

        ``owned`` are the kinds of those identities that are theirs already. Refuses identities of somebody else, and a
        customer who changed in between.
        """
        had = customer.identities
        known = {*had.items(), *customer.also}
        new = {kind: value for kind, value in identities.items() if (kind, value) not in known}
        put: dict[str, Any] = {kind: value for kind, value in new.items() if kind in _ON_PROFILE}
        if new.keys() - _ON_PROFILE:
            put["handles"] = {kind: value for kind, value in {**had, **new}.items() if kind not in _ON_PROFILE}
        if name != customer.name:
            put["name"] = name
        if not put:
            return
        # What it is based on: a change in between must not leave an identity behind that nobody gives up.
        handles = ("handles", "=", customer.handles) if customer.handles else ("handles", "absent", None)
        unchanged = [("email", "=", customer.email), ("external_id", "=", customer.external_id), handles]
        claimed = claims(customer.id, {kind: value for kind, value in new.items() if kind not in owned})
        writes: list[Any] = [Update(keys.customer(customer.id), put=put, when=unchanged), *claimed]
        theirs = [("owner", "=", customer.id)]
        writes += [Check(keys.claim(kind, value), when=theirs) for kind, value in new.items() if kind in owned]
        writes += [Delete(keys.claim(kind, had[kind]), when=theirs) for kind in new if kind in had]
        try:
            self._table.transact(writes)
        except Refused as refused:
            raise (ChangedMeanwhile if 0 in refused.failed else IdentityTaken) from refused

    def owners(self, identities: Mapping[str, str]) -> dict[str, str]:
        """Return whose the identities are that have an owner, kind to customer's id, as it is at this moment."""
        return {kind: owner for (kind, _), owner in self.owners_of(identities.items()).items()}

    def owners_of(self, identities: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
        """Return the same for any number of identities, kind and value; by identity."""
        return {identity: owner for identity, (_, owner) in self._known(identities).items() if owner}

    def known(self, identities: Mapping[str, str]) -> dict[str, tuple[str, str | None]]:
        """Return the form in which each identity is kept, by kind, and whose it is, if anybody's.

        A phone number may still be kept in the form it had before the organization chose its country. Where it is, that
        one counts; a number that nobody has gets the form of the country.
        """
        return {kind: found for (kind, _), found in self._known(identities.items()).items()}

    def forms(self, identities: Mapping[str, str]) -> dict[str, str]:
        """Return the form in which each identity is kept, by kind; nothing is read where there is only one."""
        possible = self._possible(identities.items())
        if all(len(forms) == 1 for _, forms in possible.values()):
            return {kind: newer for (kind, _), (newer, _) in possible.items()}
        return {kind: form for kind, (form, _) in self.known(identities).items()}

    def _known(self, identities: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[str, str | None]]:
        possible = self._possible(identities)
        wanted = {keys.claim(kind, form) for (kind, _), (_, forms) in possible.items() for form in forms}
        found = self._table.get_many(list(wanted), consistent=True)
        known: dict[tuple[str, str], tuple[str, str | None]] = {}
        for (kind, value), (newer, forms) in possible.items():
            kept = next((form for form in forms if keys.claim(kind, form) in found), None)
            owner = str(found[keys.claim(kind, kept)]["owner"]) if kept else None
            known[kind, value] = kept or newer, owner
        return known

    def _possible(self, identities: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[str, tuple[str, ...]]]:
        """Return the form that each identity gets where it is new, and those that it may be kept in."""
        given = list(identities)
        country = self._country() if any(kind in NATIONAL for kind, _ in given) else ""
        return {(kind, value): identity_forms(kind, value, country) for kind, value in given}

    def save_preferences(
        self, customer_id: str, *, name: str, time_zone: str, mail_replies: bool, language: str | None = None
    ) -> None:
        """Change what customers set themselves; a ``language`` of None leaves it as it is."""
        put: dict[str, Any] = {"name": name, "time_zone": time_zone, "mail_replies": mail_replies}
        if language is not None:
            put["language"] = language
        self._table.write(Update(keys.customer(customer_id), put=put, when=[("pk", "present", None)]))

    def save_language(self, customer_id: str, language: str) -> None:
        """Change the language alone."""
        update = Update(keys.customer(customer_id), put={"language": language}, when=[("pk", "present", None)])
        self._table.write(update)

    def save_first_language(self, customer_id: str, language: str) -> None:
        """Save the language of a customer who never said anything about it; leave that of any other."""
        unsaid = [("pk", "present", None), ("language", "absent", None)]
        with suppress(Refused):
            self._table.write(Update(keys.customer(customer_id), put={"language": language}, when=unsaid))


def claims(customer_id: str, identities: Mapping[str, str]) -> Sequence[Put]:
    """Return the writes that claim identities in the form they are kept in, each refused where it has an owner."""
    return [
        Put(keys.claim(kind, value), {"owner": customer_id}, when=[("pk", "absent", None)])
        for kind, value in identities.items()
    ]


def counted(customer_id: str, *, opened: int = 0, done: int = 0) -> Update:
    """Return the write that keeps a customer's counts with a change of status."""
    add = {name: by for name, by in (("open_count", opened), ("done_count", done)) if by}
    return Update(keys.customer(customer_id), add=add)


def item_of(customer: Customer) -> Item:
    """Return a customer's profile as it is stored."""
    return {
        "id": customer.id,
        "name": customer.name,
        "email": customer.email,
        "external_id": customer.external_id,
        "created_at": stamp(customer.created_at),
        "open_count": customer.open_count,
        "done_count": customer.done_count,
        "time_zone": customer.time_zone,
        "mail_replies": customer.mail_replies,
        **({"handles": customer.handles} if customer.handles else {}),
        **({"language": customer.language} if customer.language else {}),
        **({"contact": customer.contact} if customer.contact else {}),
    }


_ON_PROFILE = frozenset({"external_id", "email"})
"""Identities that are fields of the profile; the rest are handles."""


def customer_of(item: Item | None) -> Customer | None:
    """Return a customer as stored; None for what became of one who was merged."""
    if item is None or "id" not in item:
        return None
    return Customer(
        id=item["id"],
        name=item["name"],
        email=item.get("email"),
        created_at=moment(item["created_at"]),
        external_id=item.get("external_id"),
        open_count=item.get("open_count", 0),
        done_count=item.get("done_count", 0),
        time_zone=item.get("time_zone", ""),
        mail_replies=item.get("mail_replies", True),
        handles=item.get("handles", {}),
        language=item.get("language", ""),
        contact=item.get("contact", ""),
        also=tuple((kind, value) for kind, value in item["also"]) if "also" in item else (),
        merging="merging" in item,
    )
