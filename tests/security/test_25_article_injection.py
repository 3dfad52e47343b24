"""Attack 25, on articles: nothing an editor can type becomes markup, script, style or a program on anybody's page."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.audit.model import OPERATOR
from chalicelib.knowledge.article import Content
from chalicelib.refusals import SettingRefused
from tests.browser import Browser, Page
from tests.knowledge.library import KnowledgeBase
from tests.knowledge.test_markdown import SCRIPTS, assert_safe
from tests.people import People

MARK = "<script>alert(1)</script></title></textarea><img src=x onerror=alert(1)>\"'{{7*7}}"
ALLOWED = "/static/"


@pytest.fixture
def ellis(browse: Callable[..., Browser], people: People) -> Browser:
    return browse(people.content_manager)


@pytest.fixture
def kb(people: People) -> KnowledgeBase:
    made = KnowledgeBase(people.house, ("en",))
    people.house.portal.settings.change(internal_portal=True)
    return made


def assert_harmless(page: Page) -> None:
    """No script, style, handler or foreign address but the page's own."""
    assert page.status == 200, page.path
    for element in page.walk():
        assert not any(name.startswith("on") or name == "style" for name in element.attrs), element.attrs
        assert element.tag not in {"iframe", "object", "embed", "base", "style", "math"}
        if element.tag == "script":
            assert element["src"].startswith(ALLOWED)
            assert not element.content.strip()
        if element.tag == "img":
            assert element["src"].startswith(("/articles/images/", "/brand/"))
        for name in ("href", "src", "action"):
            address = element.get(name).strip().lower()
            assert not address.startswith(("javascript:", "vbscript:", "data:", "//"))
    assert "49" not in page.title


def test_the_script_corpus_through_the_text(
    ellis: Browser, browse: Callable[..., Browser], people: People, kb: KnowledgeBase
) -> None:
    """All of it in one article: on its page, in the editor and its preview, compared, in the internal portal."""
    body = "\n\n".join(f"{script}\n\n- {script}\n\n> {script}" for script in SCRIPTS)
    article = kb.publish("Corpus", body, slug="corpus")
    kb.translate(article, "en", "Corpus", body[::-1] + body)
    assert_harmless(browse().get("/articles/corpus"))
    assert_harmless(browse(people.agent).get("/internal/articles/corpus"))
    assert_harmless(ellis.get(f"/settings/articles/{article.id}"))
    assert_harmless(ellis.get(f"/settings/articles/{article.id}/versions?old=1&new=2"))
    answer = ellis.post("/settings/article-preview", {"csrf": ellis.csrf, "body": body})
    assert_safe(answer.json()["html"])


def test_markup_in_title_summary_and_category_stays_text(
    ellis: Browser, browse: Callable[..., Browser], people: People, kb: KnowledgeBase
) -> None:
    """On every page that shows them, for readers, staff and editors, in the feed and for crawlers."""
    title = MARK[:80]
    kb.category(title)
    article = kb.publish(MARK, "Text.", summary=MARK, category=title, slug="marked", featured=True)
    category = kb.category(title)
    reader, agent = browse(), browse(people.agent)
    for path in ("/", f"/categories/{category.slug}", "/articles/marked"):
        page = reader.get(path)
        assert_harmless(page)
        assert "<script>alert" not in page.body
    assert_harmless(agent.get("/internal/articles/marked"))
    for path in (
        "/settings/articles",
        f"/settings/articles/{article.id}",
        f"/settings/articles/{article.id}/versions",
        "/settings/categories",
        f"/settings/categories/{category.id}",
    ):
        page = ellis.get(path)
        assert_harmless(page)
        assert "<script>alert" not in page.body
    assert ellis.get(f"/settings/articles/{article.id}").one("#article-title")["value"] == MARK
    for path in ("/feed.atom", "/sitemap.xml"):
        assert "<script>alert" not in reader.get(path).body


@pytest.mark.parametrize("slug", ["../x", "<script>", "a%0d%0ab", "a b", "a/b", "images", "a" * 81, "ä", '"onclick="x'])
def test_an_address_is_an_address(ellis: Browser, kb: KnowledgeBase, slug: str) -> None:
    """Of articles and categories; what was typed stands in the form again, as text."""
    ellis.get("/settings/articles/new?category=" + kb.category().id)
    page = ellis.submit("Begin", title="Fine", slug=slug)
    assert page.status == 422
    assert page.one("#article-slug")["value"] == slug
    ellis.get("/settings/categories/new")
    page = ellis.submit("Add", name_en="Fine", slug=slug)
    assert page.status == 422
    assert page.one("#category-slug")["value"] == slug


@pytest.mark.parametrize("unit", ["[", "> ", "![", "**a", "`", "|a", "<", "- a\n "])
def test_a_preview_of_the_worst_text_is_answered(ellis: Browser, kb: KnowledgeBase, unit: str) -> None:
    """Attack 28: it comes, or is refused; nothing is kept."""
    ellis.get("/settings/articles")
    text, csrf = unit * (40_000 // len(unit)), ellis.csrf
    answer = ellis.post("/settings/article-preview", {"csrf": csrf, "body": text})
    assert answer.status in {200, 422}
    assert ellis.post("/settings/article-preview", {"csrf": csrf, "body": text * 2}).status == 422
    with pytest.raises(SettingRefused):
        kb.publish("Long", text * 2)


def test_nothing_is_read_or_written_without_the_right(
    browse: Callable[..., Browser], people: People, kb: KnowledgeBase
) -> None:
    """Attack 7 from this side: agents and collaborators read what is published, never a draft; customers nothing."""
    article = kb.publish("One", "First.")
    kb.house.knowledge.editing.save(
        OPERATOR,
        article.id,
        "en",
        Content("Secret title", "", "Secret words."),
        2,
    )
    for who in (people.agent, people.collaborator, people.owner, None):
        browser = browse(who) if who else browse()
        for path in ("", f"/{article.id}", f"/{article.id}/versions", "/new"):
            page = browser.get(f"/settings/articles{path}", follow=False)
            assert page.status in {303, 403}
            assert "Secret" not in page.body
        assert "Secret" not in browser.get("/articles/one").body
    for odd in ("nowhere", "0" * 26, article.id.upper(), article.id[:-1], "%00"):
        assert browse(people.content_manager).get(f"/settings/articles/{odd}").status in {403, 404}


def test_no_name_turns_or_hides_what_stands_beside_it(
    ellis: Browser, browse: Callable[..., Browser], kb: KnowledgeBase
) -> None:
    """Control characters and those that turn the direction of what follows are gone from titles and categories."""
    sneaky = "Turn\u202e \x00the\x08 lamp\u2066\u200f\ufeff\ue000 on"
    category = kb.category(sneaky)
    article = kb.publish(sneaky, "Text.", summary=sneaky, category=sneaky, slug="turned", featured=True)
    pages = [browse().get(path) for path in ("/", "/articles/turned", f"/categories/{category.slug}", "/llms.txt")]
    pages += [ellis.get("/settings/categories"), ellis.get(f"/settings/articles/{article.id}")]
    for page in pages:
        assert page.status == 200, page.path
        assert "Turn the lamp on" in page.body, page.path
        assert not any(one in page.body for one in "\u202e\x00\x08\u2066\u200f\ufeff\ue000"), page.path
