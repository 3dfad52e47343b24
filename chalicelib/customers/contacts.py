"""People who wrote through the contact form: one customer an address, apart from every other until it is proven.

Anybody can type anybody's address into the form. So nothing of what is typed there reaches the customer who owns the
address, nor is it told whether there is one; decision 0019 has the reasons.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from chalicelib.aws import keys
from chalicelib.aws.table import Delete, Put, Refused, Update, Write
from chalicelib.customers.model import Customer
from chalicelib.customers.service import check_name
from chalicelib.customers.store import item_of
from chalicelib.ids import new_id
from chalicelib.refusals import ChangedMeanwhile
from chalicelib.text import normal_email

if TYPE_CHECKING:
    from chalicelib.aws.table import Table
    from chalicelib.clock import Clock
    from chalicelib.customers.store import Customers

KIND = "contact"
"""Kind of the claims that addresses of the form are."""
_TRIES = 3


class Contacts:
    """Finds and makes customers of the contact form, and learns that an address was proven."""

    def __init__(self, table: Table, customers: Customers, clock: Clock) -> None:
        """Take the table and the customers in it."""
        self._table, self._customers, self._clock = table, customers, clock

    def of(self, name: str, email: str, language: str = "") -> Customer:
        """Return the customer of this address in the form, with the name typed now, new where there is none yet.

        ``language`` is that of the form. The same calls are made whether or not the address is some customer's.
        Refuses what is no name or address.
        """
        address, name = normal_email(email), check_name(name)
        claim = keys.claim(KIND, address)
        for _ in range(_TRIES):
            item = self._table.get(claim, consistent=True)
            known = self._customers.get(str(item["owner"]), consistent=True) if item else None
            if known is not None:
                return replace(known, name=name)
            now = self._clock()
            made = Customer(new_id(now), name, None, now, language=language, contact=address)
            absent = [("pk", "absent", None)]
            writes: list[Write] = [
                Put(keys.customer(made.id), item_of(made), when=absent),
                Put(claim, {"owner": made.id}, when=absent),
            ]
            try:
                self._table.transact(writes)
            except Refused:
                continue  # the same address, at the same moment
            return made
        raise ChangedMeanwhile

    def who_signs_in(self, email: str) -> str | None:
        """Return the id of whoever proves this address by the code sent to it, in one call whoever that is."""
        address = normal_email(email)
        wanted = [keys.claim("email", address), keys.claim(KIND, address)]
        found = self._table.get_many(wanted)
        item = found.get(wanted[0]) or found.get(wanted[1])
        return str(item["owner"]) if item else None

    def proven(self, customer_id: str) -> None:
        """Make the address of the form the customer's own, now that they have signed in with it; else do nothing."""
        customer = self._customers.get(customer_id, consistent=True)
        if customer is None or not customer.contact:
            return
        address = customer.contact
        still = [("contact", "=", address), ("email", "=", None)]
        writes: list[Write] = [
            Update(keys.customer(customer.id), put={"email": address}, drop=["contact"], when=still),
            Put(keys.claim("email", address), {"owner": customer.id}, when=[("pk", "absent", None)]),
            Delete(keys.claim(KIND, address)),
        ]
        try:
            self._table.transact(writes)
        except Refused:
            return  # meanwhile it became another customer's: staff can make one of the two
