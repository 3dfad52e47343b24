"""What pages of settings cost: few calls, and what needs no other answer leaves together with the session."""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.audit.model import OPERATOR
from tests.browser import Browser
from tests.knowledge.library import KnowledgeBase
from tests.people import People
from tests.web.settings.lamps import COLOUR, ORDER, declare
from tests.wire import chain, recorded

MOST = {
    "general": (2, 1),
    "portal": (1, 1),
    "internal-kb": (1, 1),
    "details": (2, 2),
    "attributes": (1, 1),
    "attributes/new": (1, 1),
    "attributes/order": (1, 1),
    "snippets": (2, 1),
    "snippets/new": (1, 1),
    "snippets/hello": (1, 1),
    "staff": (2, 1),
    "staff/{agent}": (2, 1),
    "roles": (1, 1),
    "sign-on": (1, 1),
    "customers": (3, 2),
    "openid": (1, 1),
    "audit": (2, 2),
    "articles": (3, 2),
    "articles?q=bulb": (4, 3),  # it looks at forty at a time until it has a page
    "articles?category={category}": (3, 2),
    "articles/new": (1, 1),
    "articles/{article}": (2, 2),
    "articles/{article}/versions": (3, 2),
    "categories": (1, 1),
    "categories/new": (1, 1),
    "categories/{category}": (1, 1),
}
"""Calls at most, and how many of them are waited for one after the other."""


def test_a_page_of_settings_takes_few_calls_at_once(
    browse: Callable[..., Browser], people: People, knowledge: KnowledgeBase
) -> None:
    house = knowledge.house
    article = knowledge.publish("Change the bulb", slug="bulb")
    for number in range(60):
        knowledge.publish(f"Number {number}")
    declare(house, ORDER, COLOUR)
    house.snippets.create(OPERATOR, "hello", {"en": "Welcome."})
    admin = browse(house.staff.store.invite("Ines Duarte", "ines.duarte@example.com", "admin", people.clock()))
    names = {"agent": people.agent.id, "article": article.id, "category": article.category_id}
    cost: dict[str, tuple[int, int]] = {}
    for page in MOST:
        with recorded(house.clients.dynamodb) as calls:
            assert admin.get(f"/settings/{page.format(**names)}").status == 200, page
        cost[page] = len(calls), chain(calls)
    assert cost == MOST
