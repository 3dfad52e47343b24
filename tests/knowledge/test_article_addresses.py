"""Addresses of articles and categories: found however they are written, and never made of what says nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.knowledge.model import Scope, meant_slug, readable_slug
from chalicelib.refusals import SettingRefused
from tests.browser import Browser
from tests.knowledge.library import KnowledgeBase
from tests.people import People


@pytest.fixture
def kb(people: People) -> KnowledgeBase:
    made = KnowledgeBase(people.house, ("en", "ja", "ar"))
    people.house.portal.settings.change(internal_portal=True)
    return made


@pytest.mark.parametrize("typed", ["Change-The-Bulb", "CHANGE-THE-BULB", "change%2Dthe%2Dbulb", "Change%2dthe-bulb",
                                   "change-the-bulb.", "change-the-bulb)", "change-the-bulb%20"])  # fmt: skip
def test_an_article_is_found_whatever_the_case_of_its_address(
    browse: Callable[..., Browser], people: People, kb: KnowledgeBase, typed: str
) -> None:
    """It redirects to the one address, keeps the language, and shows nobody what they may not see."""
    kb.publish(slug="change-the-bulb")
    kb.publish("Staff", "Text.", slug="staff-only", scope=Scope.INTERNAL)
    category = kb.category()
    reader, agent = browse(), browse(people.agent)
    for browser, base in ((reader, "/articles/"), (agent, "/internal/articles/")):
        answer = browser.get(f"{base}{typed}?lang=en", follow=False)
        if answer.status == 301:
            assert answer.header("Location") == f"{base}change-the-bulb?lang=en"
        else:  # API Gateway has decoded it
            assert typed == "change%2Dthe%2Dbulb"
            assert answer.heading == "Change the bulb"
    for path in ("/articles/Staff-Only", "/articles/staff-only", "/articles/Nowhere", f"/articles/{'A' * 300}"):
        assert reader.get(path, follow=False).status == 404
    assert agent.get("/internal/articles/Staff-Only").header("Location") == "/internal/articles/staff-only"
    assert reader.get(f"/categories/{category.slug.upper()}").header("Location") == f"/categories/{category.slug}"


def test_an_old_address_in_capitals_leads_to_the_new_one(browse: Callable[..., Browser], kb: KnowledgeBase) -> None:
    kb.change(kb.publish(slug="before"), slug="after")
    answer = browse().get("/articles/BEFORE", follow=False)
    assert (answer.status, (answer.header("Location") or "").rpartition("/")[2]) == (301, "after")


@pytest.mark.parametrize(
    ("typed", "slug"),
    [("A-b", "a-b"), ("a%2Db", "a-b"), ("a-b…", "a-b"), (" a ", "a"), ("a--b", ""), ("..", ""), ("ä", ""), ("a/b", ""),
     ("%2e%2e", ""), ("", ""), ("a" * 81, ""), ("%61" * 80, "a" * 80)],
)  # fmt: skip
def test_what_an_address_means(typed: str, slug: str) -> None:
    assert meant_slug(typed) == slug


@pytest.mark.parametrize(
    ("title", "slug"),
    [("iPhoneを充電する", "iphone"), ("Größe wählen", "grosse-wahlen"), ("Q&A", "q-a"), ("5 tips", "5-tips"),
     ("2026", "2026"), ("iPhoneとMac", "iphone-mac"), ("Before—after", "before-after"), ("Don’t", "dont"),
     ("Wi‑Fi 设置", "wi-fi")],
)  # fmt: skip
def test_a_title_suggests_an_address_that_says_what_it_is_about(title: str, slug: str) -> None:
    assert readable_slug([title]) == slug


@pytest.mark.parametrize(
    "title", ["ランプ", "كيف أغير المصباح", "2026年の料金", "Как заменить лампу", "Aの使い方", "전구 교체", "!!!"]
)
def test_a_title_that_makes_no_readable_address_asks_for_one(
    browse: Callable[..., Browser], people: People, kb: KnowledgeBase, title: str
) -> None:
    """Of articles and of categories, beside the field, with all that was typed; with an address it goes on."""
    with pytest.raises(SettingRefused) as refused:
        readable_slug([title])
    assert refused.value.field == "slug"
    ellis = browse(people.content_manager)
    ellis.get(f"/settings/articles/new?category={kb.category().id}")
    page = ellis.submit("Begin", title=title, slug="")
    assert page.status == 422
    assert page.one("#article-slug")["aria-invalid"] == "true"
    assert page.one("#article-title")["value"] == title
    assert "Type an address" in page.text
    assert ellis.submit("Begin", title=title, slug="bulbs").heading == title
    ellis.get("/settings/categories/new")
    page = ellis.submit("Add", name_ja=title, slug="")
    assert page.status == 422
    assert "Type an address" in page.text
    assert ellis.submit("Add", name_ja=title, name_en="Bulbs", slug="").status == 200
    assert kb.house.knowledge.categories.tree().by_slug("bulbs")
