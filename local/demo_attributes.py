"""Attributes of the demo: what a maker of lamps wants to know of a conversation, and what some of them say."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.audit.model import OPERATOR
from chalicelib.conversations.attributes import Attribute, Type, Value
from chalicelib.portal.details import Detail
from local import cast, demo_snippets

if TYPE_CHECKING:
    from chalicelib.staff.model import Member
    from chalicelib.wiring import House

ATTRIBUTES = (
    Attribute("order_number", "Order number", Type.TEXT, customers=True),
    Attribute("lamp", "Lamp", Type.CHOICE, ("Arc", "Heron", "Lark", "Moon", "Wren"), customers=True),
    Attribute("delivery_date", "Delivery date", Type.DATE, customers=True),
    Attribute("warranty", "Under warranty", Type.BOOLEAN, customers=True),
    Attribute("tracking", "Tracking page", Type.URL, customers=True),
    Attribute("goodwill", "Goodwill in euros", Type.NUMBER),
)

_KNOWN: dict[str, tuple[tuple[str, ...], dict[str, Value]]] = {
    "Warranty for the Wren desk lamp": (
        ("warranty", "switch"),
        {
            "order_number": "AF-20871",
            "lamp": "Wren",
            "warranty": True,
            "tracking": "https://tracking.example.com/parcels/AF-20871",
            "goodwill": 15,
        },
    ),
    "Order 17 950: one box is missing": (("delivery",), {"order_number": "17 950", "lamp": "Lark"}),
    "Replacement glass for a Moon pendant": ((), {"order_number": "AF-19344", "lamp": "Moon", "warranty": False}),
}
"""By subject: tags and values."""


def seed(house: House, agent: Member) -> None:
    """Declare the attributes, fill some in, and let the portal show two of them; the rest waits to be added."""
    for number, one in enumerate(ATTRIBUTES):
        house.conversations.labelling.declare(OPERATOR, one, number)
    declared = house.conversations.labelling.declared()
    label = demo_snippets.SNIPPETS[demo_snippets.ORDER_NUMBER]
    shown = [Detail("order_number", snippet=demo_snippets.ORDER_NUMBER, labels=label), Detail("delivery_date")]
    house.portal.details.save(OPERATOR, shown, declared, version=0)
    owner = house.customers.store.owner("email", str(cast.OWNER.email))
    if owner is None:
        return
    rows, _ = house.conversations.store.rows(owner, closed=None, newest_first=True, position="", limit=100)
    for row in rows:
        if row.subject in _KNOWN:
            tags, values = _KNOWN[row.subject]
            due = {"delivery_date": (house.clock() + timedelta(days=5)).date().isoformat()}
            house.conversations.labelling.label(
                agent,
                "conversation:label",
                house.conversations.store.get(row.id),
                tags=tags,
                attributes={**values, **due},
            )
