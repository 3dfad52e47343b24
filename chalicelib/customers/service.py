"""What is done with customers: they are registered with their identities, and set their own preferences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib import zones
from chalicelib.customers.model import IDENTITY_KINDS, Customer, normal_identity
from chalicelib.ids import new_id
from chalicelib.refusals import ChangedMeanwhile, IdentityTaken, Invalid
from chalicelib.speech import LANGUAGES, mark, spoken
from chalicelib.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.clock import Clock
    from chalicelib.customers.store import Customers

MAX_NAME = 80
_FIELDS = frozenset({"external_id", "email"})
_TRIES = 4


class CustomerProfiles:
    """The use cases around customers."""

    def __init__(self, customers: Customers, clock: Clock) -> None:
        """Take the store."""
        self.store = customers
        self._clock = clock

    def register(self, name: str, identities: Mapping[str, str], language: str = "") -> Customer:
        """Return a new customer known by ``identities`` (kind to value); each must be free, none may be empty.

        ``language`` is a tag such as ``de-AT``; one the product does not speak is left out.
        """
        return self._add(name, self.store.forms(normal_identities(identities)), language)

    def _add(self, name: str, identities: Mapping[str, str], language: str) -> Customer:
        now = self._clock()
        customer = Customer(
            id=new_id(now),
            name=check_name(name),
            email=identities.get("email"),
            external_id=identities.get("external_id"),
            created_at=now,
            handles={kind: value for kind, value in identities.items() if kind not in _FIELDS},
            language=spoken(language),
        )
        self.store.add(customer, identities)
        return customer

    def upsert(
        self, identities: Mapping[str, str], name: str | None, *, keep_name: bool = False, language: str = ""
    ) -> tuple[Customer, bool]:
        """Return the customer any of ``identities`` belongs to, or a new one, and whether it is new.

        Identities the customer lacks are added, and replace those of the same kind; a name given is taken over unless
        ``keep_name``. Identities of different customers are refused, as is a new customer without a name. Somebody is
        only ever found by an identity that is really there: an empty one is refused. ``language`` is a new customer's.
        """
        given = normal_identities(identities)
        if not given:
            raise Invalid("Name an external id, an e-mail address or a handle, at least one.", field="identity")
        for _ in range(_TRIES):
            known = self.store.known(given)
            forms = {kind: form for kind, (form, _) in known.items()}
            owners = {kind: owner for kind, (_, owner) in known.items() if owner}
            found = set(owners.values())
            if len(found) > 1:
                raise IdentityTaken("These identities belong to different customers.")
            customer = self.store.get(found.pop(), consistent=True) if found else None
            try:
                if customer is None:
                    return self._add(name or "", forms, language), True
                wanted = customer.name if name is None or keep_name else check_name(name)
                self.store.change(customer, wanted, forms, owners.keys())
            except (IdentityTaken, ChangedMeanwhile):
                continue  # somebody registered the same customer at the same moment
            return self.store.get(customer.id, consistent=True) or customer, False
        raise IdentityTaken

    def set_preferences(
        self, customer: Customer, *, name: str, time_zone: str, mail_replies: bool, language: str | None = None
    ) -> None:
        """Save a customer's own choices. An empty time zone or language means: that of the browser.

        A ``language`` of None leaves it as it is.
        """
        if time_zone and time_zone not in zones.names():
            raise Invalid(mark("Choose a time zone from the list, such as Europe/Berlin."), field="time_zone")
        if language and language not in LANGUAGES:
            raise Invalid(mark("Choose a language from the list."), field="language")
        self.store.save_preferences(
            customer.id, name=check_name(name), time_zone=time_zone, mail_replies=mail_replies, language=language
        )

    def came_with(self, customer_id: str, language: str) -> None:
        """Keep the language somebody chose before signing in, so that mails have it too; never over one they chose.

        One the product does not speak is left out.
        """
        if language in LANGUAGES:
            self.store.save_first_language(customer_id, language)

    def set_language(self, customer: Customer, language: str) -> None:
        """Save the language a customer chose, a key of ``speech.LANGUAGES``; empty means: that of the browser."""
        if language and language not in LANGUAGES:
            raise Invalid(mark("Choose a language from the list."), field="language")
        self.store.save_language(customer.id, language)


def normal_identities(identities: Mapping[str, str]) -> dict[str, str]:
    """Return identities in their comparable form; refuse empty ones and unknown kinds."""
    found = {}
    for kind, value in identities.items():
        try:
            found[kind] = normal_identity(kind, value)
        except Invalid as refusal:
            refusal.field = kind if kind in IDENTITY_KINDS else refusal.field
            raise
    return found


def check_name(text: str) -> str:
    """Return a name on one line, or refuse one that is missing or too long."""
    name = clean_line(text)
    if not name or len(name) > MAX_NAME:
        raise Invalid(mark("Enter a name of at most %(limit)s characters."), field="name", limit=MAX_NAME)
    return name
