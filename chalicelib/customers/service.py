"""What is done with customers: they are registered with their identities, and set their own preferences."""

from __future__ import annotations

from typing import TYPE_CHECKING
from zoneinfo import available_timezones

from chalicelib.conversations.model import clean_line
from chalicelib.customers.model import Customer, normal_identity
from chalicelib.ids import new_id
from chalicelib.refusals import Invalid

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.clock import Clock
    from chalicelib.customers.store import Customers

MAX_NAME = 80


class CustomerDesk:
    """The use cases around customers."""

    def __init__(self, customers: Customers, clock: Clock) -> None:
        """Take the store."""
        self.store = customers
        self._clock = clock

    def register(self, name: str, identities: Mapping[str, str]) -> Customer:
        """Return a new customer known by ``identities`` (kind to value); each must be free, none may be empty."""
        now = self._clock()
        email = identities.get("email")
        external_id = identities.get("external_id")
        customer = Customer(
            id=new_id(now),
            name=check_name(name),
            email=normal_identity("email", email) if email is not None else None,
            external_id=normal_identity("external_id", external_id) if external_id is not None else None,
            created_at=now,
        )
        self.store.add(customer, identities)
        return customer

    def set_preferences(self, customer: Customer, *, name: str, time_zone: str, mail_replies: bool) -> None:
        """Save a customer's own choices. An empty time zone means: that of the browser."""
        if time_zone and time_zone not in available_timezones():
            raise Invalid("Choose a time zone from the list, such as Europe/Berlin.", field="time_zone")
        self.store.save_preferences(customer.id, name=check_name(name), time_zone=time_zone, mail_replies=mail_replies)


def check_name(text: str) -> str:
    """Return a name on one line, or refuse one that is missing or longer than 80 characters."""
    name = clean_line(text)
    if not name or len(name) > MAX_NAME:
        raise Invalid("Enter a name of at most 80 characters.", field="name")
    return name
