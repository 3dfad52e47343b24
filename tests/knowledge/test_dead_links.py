"""The editor lists the links of an article that lead nowhere, before it is published, and publishes it all the same."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.audit.model import OPERATOR
from chalicelib.knowledge.article import Article
from chalicelib.knowledge.markdown import render
from chalicelib.knowledge.model import Scope
from chalicelib.web.pages import has_page
from tests.browser import Browser
from tests.knowledge.library import KnowledgeBase
from tests.people import People


@pytest.fixture
def kb(people: People) -> KnowledgeBase:
    made = KnowledgeBase(people.house, ("en", "ja"))
    made.publish("Fees", "## Refunds and returns\n\n## ส่งคืน", slug="fees")
    made.publish("Staff only", "## Part", slug="secret", scope=Scope.INTERNAL)
    made.house.knowledge.editing.create(
        OPERATOR, "Draft", made.category().id, scope=Scope.PUBLIC, language="en", slug="draft"
    )
    moved = made.publish("Moved", "Text.", slug="before")
    made.change(moved, slug="after")
    return made


@pytest.fixture
def article(kb: KnowledgeBase) -> Article:
    return kb.publish("This one", "## One heading", slug="this-one")


def dead(kb: KnowledgeBase, article: Article | None, body: str) -> list[tuple[str, str]]:
    finder = kb.house.knowledge.dead_links(has_page)
    tree = kb.house.knowledge.categories.tree()
    return [
        (one.address, one.why)
        for one in finder.among(render(body), article=article, language="en", own="en", tree=tree)
    ]


@pytest.mark.parametrize(
    ("address", "why"),
    [
        ("#nowhere", "no heading “nowhere”"),
        ("this-one#nowhere", "no heading “nowhere”"),
        ("/articles/nowhere", "no article"),
        ("nowhere", "no article"),
        ("/articles/fees#shipping", "no heading “shipping”"),
        ("/articles/draft", "not published"),
        ("/articles/secret", "for staff|Only staff"),
        ("/internal/articles/fees", "Only staff"),
        ("/categories/nowhere", "no category"),
        ("/no-such-page", "no such page"),
        ("file.pdf", "no article"),
        ("../articles/nowhere", "no article"),
        ("{site}/articles/nowhere", "no article"),
        ("//example.com", "https://"),
        ("https://example", "no site"),
        ("https:/example.com", "no site"),
        ("http://", "no site"),
        ("https://exam..ple.com", "no site"),
        ("https://[::1", "no site"),
        ("htp://example.com", "https, http"),
        ("ftp://example.com/a", "https, http"),
        ("mailto:nobody", "no e-mail"),
        ("tel:none", "no telephone"),
        ("javascript:alert(1)", "https, http"),
        ("https://example.com/a b", "spaces"),
        ("http//example.com", "no such page"),
        ("", "no address"),
    ],
)
def test_a_link_that_leads_nowhere_is_listed_with_the_reason(
    kb: KnowledgeBase, article: Article, address: str, why: str
) -> None:
    """Unknown headings, articles, categories and pages, what readers may not see, and what is no address."""
    address = address.format(site=kb.house.settings.public_url)
    found = dead(kb, article, f"## One heading\n\nSee [this]({address}).")
    assert len(found) == 1
    assert any(one in found[0][1] for one in why.split("|")), found


@pytest.mark.parametrize(
    "link",
    ["[http](http//example.com)", "![](image1.png)", "![picture](../uploads/a.png)", "[a](nowhere)", "[exa](nowhere)"],
)
def test_a_link_is_listed_whatever_else_became_none(kb: KnowledgeBase, article: Article, link: str) -> None:
    """What stands in an address that has a space is said once; a link whose words happen to stand in it is another."""
    unmade = "[shop](https://exa mple.com)"
    assert len(dead(kb, article, unmade)) == 1
    assert len(dead(kb, article, f"{link} {unmade}")) == 2


@pytest.mark.parametrize(
    "address",
    ["#one-heading", "#One-Heading", "#s-one-heading", "#top", "#helpful", "this-one#one-heading", "/articles/fees",
     "fees", "/articles/FEES", "/articles/fees#refunds-and-returns", "fees#refunds-and-returns", "/articles/before",
     "/articles/fees#ส่งคืน", "/articles/fees#s-ส-งค-น", "/articles/fees#helpful", "/articles/fees?lang=ja",
     "/categories/lamps", "{site}/articles/fees", "{site}", "/", "/contact", "/conversations", "/login",
     "/search?q=lamp", "/conversations/new", "https://example.com/a", "www.example.com", "example.com/a?b#c", "http://[::1]/",
     "http://localhost:8000", "https://ja.wikipedia.org/wiki/日本語", "mailto:info@example.com", "info@example.com",
     "mailto:a@example.com,b@example.com", "tel:+493012345"],
)  # fmt: skip
def test_a_link_that_leads_somewhere_is_not_listed(kb: KnowledgeBase, article: Article, address: str) -> None:
    address = address.format(site=kb.house.settings.public_url)
    assert dead(kb, article, f"## One heading\n\nSee [this]({address}).") == []


def test_internal_articles_may_lead_to_internal_ones(kb: KnowledgeBase) -> None:
    """At the address that staff read them at; at that of everybody there is nothing."""
    internal = kb.publish("For staff", "Text.", slug="for-staff", scope=Scope.INTERNAL)
    assert dead(kb, internal, "[x](/internal/articles/secret#part) [y](/articles/fees)") == []
    ((_, why),) = dead(kb, internal, "[x](/articles/secret)")
    assert "/internal/articles/secret" in why


def test_the_editor_lists_them_and_publishes_all_the_same(
    browse: Callable[..., Browser], people: People, kb: KnowledgeBase, article: Article
) -> None:
    """Without a script with the preview and after publishing; for the script in its answer, as text."""
    ellis = browse(people.content_manager)
    path = f"/settings/articles/{article.id}"
    assert ellis.get(path).one("[data-dead-links]").get("hidden") is not None
    body = "[the <b>fees</b>](/articles/fees#none) [shop](www.example.com)"
    fields = {"csrf": ellis.csrf, "lang": "en", "version": "2", "title": "This one", "body": body}
    page = ellis.post(path, {**fields, "action": "preview"})
    listed = page.one("[data-dead-links]")
    assert "hidden" not in listed.attrs
    assert "/articles/fees#s-none" in listed.text
    assert "shop" not in listed.text
    page = ellis.post(path, {**fields, "action": "publish"})
    assert page.status == 200
    assert "/articles/fees#s-none" in page.one("[data-dead-links]").text
    sent = {"csrf": ellis.csrf, "body": body, "article": article.id, "lang": "en"}
    (link,) = ellis.post("/settings/article-preview", sent).json()["dead_links"]
    assert link == {
        "words": "the <b>fees</b>",
        "address": "/articles/fees#s-none",
        "why": "That article has no heading “none”.",
    }


def test_thousands_of_links_are_looked_up_in_few_calls(
    kb: KnowledgeBase, article: Article, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = 0
    get_many = kb.house.table.get_many

    def counted(wanted: list[object], *, consistent: bool = False) -> object:
        nonlocal calls
        calls += len(wanted)
        return get_many(wanted, consistent=consistent)  # type: ignore[arg-type]

    monkeypatch.setattr(kb.house.table, "get_many", counted)
    assert len(dead(kb, article, " ".join(f"[a](a{number})" for number in range(3000)))) == 200
    assert calls == 200
