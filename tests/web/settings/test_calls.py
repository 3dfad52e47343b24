"""What pages of settings cost: few calls, and what does not need another answer leaves together with the session."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.audit.model import OPERATOR
from chalicelib.knowledge.article import Content
from tests.browser import Browser
from tests.knowledge.library import KnowledgeBase
from tests.people import People
from tests.web.settings.lamps import COLOUR, ORDER, declare
from tests.wire import chain, recorded


@pytest.fixture
def pages(knowledge: KnowledgeBase, people: People) -> dict[str, str]:
    house = knowledge.house
    content = {one: Content("A title", "A summary", "## Part\n\nText.") for one in ("en", "de")}
    knowledge.plant([content] * 60)
    declare(house, ORDER, COLOUR)
    house.snippets.create(OPERATOR, "hello", {"en": "Welcome."})
    return {}


def test_measure(knowledge: KnowledgeBase, people: People, browse: Callable[..., Browser], pages) -> None:
    admin = knowledge.house.staff.store.invite("Adm", "adm@example.com", "admin", people.clock())
    browser = browse(admin)
    page = browser.get("/settings/articles")
    art = page.one("main").all("a[href]")
    arts = [one["href"] for one in art if one["href"].startswith("/settings/articles/0")]
    cats = [
        one["href"]
        for one in browser.get("/settings/categories").all("a[href]")
        if one["href"].startswith("/settings/categories/")
    ]
    cats = [c for c in cats if not c.endswith("new")]
    for path in [
        "/settings",
        "/settings/general",
        "/settings/portal",
        "/settings/internal-kb",
        "/settings/details",
        "/settings/attributes",
        "/settings/attributes/new",
        "/settings/attributes/order",
        "/settings/snippets",
        "/settings/snippets/new",
        "/settings/snippets/hello",
        "/settings/staff",
        f"/settings/staff/{people.agent.id}",
        "/settings/roles",
        "/settings/sign-on",
        "/settings/customers",
        f"/settings/customers?one={people.owner.id}&other=priya@example.com",
        "/settings/openid",
        "/settings/audit",
        "/settings/articles",
        "/settings/articles?q=title",
        "/settings/articles/new",
        *arts[:1],
        *(f"{a}/versions" for a in arts[:1]),
        "/settings/categories",
        "/settings/categories/new",
        *cats[:1],
        "/desk/account",
        "/staff/account",
    ]:
        with recorded(knowledge.house.clients.dynamodb) as calls:
            page = browser.get(path)
        print(page.status, path, len(calls), chain(calls), [(c.operation, c.depth) for c in calls])
