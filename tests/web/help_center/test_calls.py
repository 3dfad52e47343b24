"""What public pages cost: a call or two of the table, however much is published, and whoever looks."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.audit.model import OPERATOR
from chalicelib.knowledge.article import Content
from chalicelib.knowledge.model import Scope
from tests.browser import Browser
from tests.knowledge.library import KnowledgeBase
from tests.people import People
from tests.wire import chain, recorded

MOST = {
    "/": (2, 2),
    "/categories/lamps": (2, 2),
    "/articles/planted-1": (3, 2),
    "/contact": (1, 1),
    "/contact/sent": (1, 1),
}
"""Calls at most, the welcome text of the front page included, and how many wait for each other."""
INTERNAL_MOST = {"/internal": (1, 1), "/internal/categories/lamps": (3, 2), "/internal/articles/inside-1": (3, 2)}


@pytest.fixture(autouse=True)
def many(knowledge: KnowledgeBase) -> None:
    """Sixty articles in two languages, public and internal, and a welcome."""
    content = {one: Content("A title", "A summary", "## Part\n\nText.") for one in ("en", "de")}
    knowledge.plant([content] * 60)
    knowledge.plant([content] * 20, scope=Scope.INTERNAL, slug="inside-{}")
    knowledge.house.snippets.create(OPERATOR, "hello", {"en": "Welcome."})
    knowledge.house.portal.settings.change(welcome="hello", internal_portal=True)


@pytest.mark.parametrize("signed_in", [False, True])
def test_a_page_takes_few_calls(
    browse: Callable[..., Browser], people: People, knowledge: KnowledgeBase, signed_in: bool
) -> None:
    browser = browse(people.owner if signed_in else None)
    for path, most in MOST.items():
        browser.get(path)
        with recorded(knowledge.house.clients.dynamodb) as calls:
            page = browser.get(path)
        assert page.status == 200, path
        assert len(calls) <= most[0], (path, [call.operation for call in calls])
        assert chain(calls) <= most[1], path
        tag = page.header("ETag")
        if tag:
            with recorded(knowledge.house.clients.dynamodb) as again:
                assert browser.get(path, headers={"If-None-Match": tag}).status == 304, path
            assert len(again) == len(calls), path


def test_public_pages_ask_for_nothing_internal(browse: Callable[..., Browser], knowledge: KnowledgeBase) -> None:
    """What is not asked for cannot be told by any fault of ours, nor by how long it takes."""
    reader = browse()
    with recorded(knowledge.house.clients.dynamodb) as calls:
        for path in (
            "/",
            "/categories/lamps",
            "/articles/planted-1",
            "/articles/inside-1",
            "/sitemap.xml",
            "/feed.atom",
        ):
            reader.get(path)
    assert calls
    assert not [call for call in calls if "internal" in str(call.request).lower()]


def test_a_page_for_staff_takes_few_calls(
    browse: Callable[..., Browser], people: People, knowledge: KnowledgeBase
) -> None:
    agent = browse(people.agent)
    for path, most in INTERNAL_MOST.items():
        with recorded(knowledge.house.clients.dynamodb) as calls:
            assert agent.get(path).status == 200, path
        assert len(calls) <= most[0], (path, [call.operation for call in calls])
        assert chain(calls) <= most[1], path
