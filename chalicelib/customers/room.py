"""What the room of customers offers to the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.customers.service import CustomerProfiles
from chalicelib.customers.store import Customers
from chalicelib.once import Once

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.customers.contacts import Contacts
    from chalicelib.customers.numbers import Numbers
    from chalicelib.deployment import Deployment


class CustomersRoom:
    """``store`` reads and writes customers, ``profiles`` is what they and programs do with their profiles."""

    def __init__(self, base: Deployment, country: Callable[[], str]) -> None:
        """Take what everything stands on, and what says the organization's country; empty where it has none."""
        self._base, self.country = base, country
        self.store = Customers(base.table, country)
        self.profiles = CustomerProfiles(self.store, base.clock)

    @Once
    def contacts(self) -> Contacts:
        """People who wrote through the contact form."""
        from chalicelib.customers.contacts import Contacts

        return Contacts(self._base.table, self.store, self._base.clock)

    @Once
    def numbers(self) -> Numbers:
        """Phone numbers that are kept in an older form."""
        from chalicelib.customers.numbers import Numbers

        return Numbers(self._base.table, self.store, self.country)

    def who_signs_in(self, address: str) -> str | None:
        """Return the id of the customer who signs in with an address, or None."""
        return self.contacts.who_signs_in(address)
