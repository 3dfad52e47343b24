"""Attributes of a maker of lamps, one of each type, and what declares them and gives conversations values."""

from __future__ import annotations

from chalicelib.audit.model import OPERATOR
from chalicelib.conversations.attributes import Attribute, Type
from chalicelib.wiring import House
from tests.people import People

ORDER = Attribute("order", "Order", Type.TEXT, customers=True)
PRICE = Attribute("price", "Price", Type.NUMBER, customers=True)
DUE = Attribute("due", "Delivery", Type.DATE, customers=True)
GIFT = Attribute("gift", "Gift", Type.BOOLEAN, customers=True)
COLOUR = Attribute("colour", "Colour", Type.CHOICE, ("smoke", "opal"), customers=True)
PAGE = Attribute("page", "Page", Type.URL, customers=True)
MARGIN = Attribute("margin", "Margin", Type.NUMBER)


def declare(house: House, *attributes: Attribute) -> None:
    """Declare attributes."""
    for one in attributes:
        house.conversations.labelling.declare(OPERATOR, one, house.conversations.labelling.declared().version)


def label(people: People, conversation_id: str, **values: str | float | bool) -> None:
    """Give a conversation values, as an agent does."""
    people.house.conversations.labelling.label(
        people.agent, "conversation:label", people.head(conversation_id), tags=None, attributes=values
    )
