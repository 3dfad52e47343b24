"""The editor's pages: what is typed is kept, what clashes is shown, and readers see at once what was published."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta

import pytest

from chalicelib.audit.model import OPERATOR
from chalicelib.knowledge.article import Content
from chalicelib.knowledge.model import Scope, Sight
from tests.attachments import corpus
from tests.browser import Browser, Page, fields_of
from tests.knowledge.library import KnowledgeBase
from tests.people import Clock, People


@pytest.fixture
def kb(people: People) -> KnowledgeBase:
    return KnowledgeBase(people.house, ("en", "de", "ar"))


@pytest.fixture
def ellis(browse: Callable[..., Browser], people: People) -> Browser:
    return browse(people.content_manager)


def press(browser: Browser, label: str, **typed: str) -> Page:
    """Fill in the form of a button and press it: its name and value are sent with the fields, as browsers do."""
    (button,) = [one for one in browser.page.all("button") if label in (one.text, one.get("aria-label"))]
    form = button.parent
    while form is not None and form.tag != "form":
        form = form.parent
    assert form is not None
    fields = fields_of(form)
    assert typed.keys() <= fields.keys() | {"featured"}
    return browser.post(form["action"], {**fields, button["name"]: button["value"], **typed})


def test_an_article_from_the_first_click_to_its_readers(
    ellis: Browser, browse: Callable[..., Browser], kb: KnowledgeBase
) -> None:
    """Without JavaScript: begin, write, look at the preview, publish, take back."""
    reader = browse()
    kb.category("Lamps")
    ellis.get("/settings/articles")
    ellis.get(ellis.page.link("New article"))
    page = ellis.submit("Begin", title="Change the bulb", category=kb.category().id)
    assert page.heading == "Change the bulb"
    page = press(ellis, "Publish", body="## Off\n\nSwitch **it** off.")
    assert page.notice.startswith("It is published")
    seen = reader.get("/articles/change-the-bulb")
    assert seen.heading == "Change the bulb"
    assert seen.one(".prose h2").text == "Off"
    press(ellis, "Save draft", body="Not yet.")
    assert "Not yet" not in reader.get("/articles/change-the-bulb").body
    press(ellis, "Unpublish")
    assert reader.get("/articles/change-the-bulb").status == 404


def test_the_preview_button_shows_what_was_typed_and_saves_nothing(ellis: Browser, kb: KnowledgeBase) -> None:
    article = kb.publish("One", "First.")
    ellis.get(f"/settings/articles/{article.id}")
    page = ellis.post(
        f"/settings/articles/{article.id}",
        {"csrf": ellis.csrf, "lang": "en", "version": "2", "title": "One", "body": "Typed *now*.", "action": "preview"},
    )
    assert page.one(".shown-side em").text == "now"
    assert page.one("textarea#article-body").content.strip() == "Typed *now*."
    assert draft_of(kb, article.id) == "First."


def draft_of(kb: KnowledgeBase, article_id: str, language: str = "en") -> str:
    """Return the text of a draft as it is stored."""
    return kb.house.knowledge.editing.store.drafts(article_id, [language])[language].content.body


def test_a_clash_shows_both_and_loses_nothing(ellis: Browser, kb: KnowledgeBase) -> None:
    """What was typed stays in the form, theirs stands above; sending it again replaces theirs."""
    article = kb.publish("One", "First line.\nSecond line.")
    ellis.get(f"/settings/articles/{article.id}")
    kb.house.knowledge.editing.save(OPERATOR, article.id, "en", Content("Theirs", "", "First line.\nTheir line."), 2)
    page = press(ellis, "Save draft", title="Mine", body="First line.\nMy line.")
    assert page.status == 409
    assert page.one("input#article-title")["value"] == "Mine"
    assert "My line." in page.one("textarea#article-body").content
    assert "Theirs" in page.one(".versus").text
    assert "Their line." in page.one(".gone-line").text
    assert "My line." in page.one(".new-line").text
    assert draft_of(kb, article.id) == "First line.\nTheir line."
    page = press(ellis, "Save draft")
    assert page.status == 200
    assert draft_of(kb, article.id) == "First line.\nMy line."


@pytest.mark.parametrize(
    ("button", "typed", "field"),
    [
        ("Publish changes", {"title": ""}, "title"),
        ("Publish changes", {"body": " \n "}, "body"),
        ("Save draft", {"title": "x" * 151}, "title"),
        ("Save draft", {"summary": "x" * 401}, "summary"),
        ("Save draft", {"body": "ß" * 40_001}, "body"),
        ("Publish changes", {"body": "![](/articles/images/01hv5kb9e3prqf968zbgdjk6h2)"}, "body"),
    ],
)
def test_a_refusal_stands_beside_its_field_and_keeps_what_was_typed(
    ellis: Browser, kb: KnowledgeBase, button: str, typed: dict[str, str], field: str
) -> None:
    article = kb.publish("One", "First.")
    ellis.get(f"/settings/articles/{article.id}")
    page = press(ellis, button, **{"summary": "Kept.", **typed})
    assert page.status == 422
    assert page.one(f"#article-{field}")["aria-invalid"] == "true"
    assert page.one(f"#article-{field}-fault").text
    if "summary" not in typed:
        assert page.one("#article-summary").content.strip() == "Kept."
    assert draft_of(kb, article.id) == "First."


def test_the_longest_article_fits_into_a_form(ellis: Browser, kb: KnowledgeBase) -> None:
    """Forty thousand characters that are three bytes each, nine when sent."""
    article = kb.publish("One", "First.")
    ellis.get(f"/settings/articles/{article.id}")
    assert press(ellis, "Save draft", body="本" * 40_000).status == 200
    assert len(draft_of(kb, article.id)) == 40_000


def test_facts_are_changed_and_a_clash_keeps_what_was_chosen(ellis: Browser, kb: KnowledgeBase) -> None:
    article = kb.publish("One", "First.")
    ellis.get(f"/settings/articles/{article.id}")
    kb.change(article, slug="theirs")
    page = press(ellis, "Save", slug="mine", featured="on")
    assert page.status == 409
    assert page.one("#article-slug")["value"] == "mine"
    assert "theirs" in page.one("p.changed").text
    assert press(ellis, "Save").status == 200
    assert kb.house.knowledge.editing.get(article.id).slug == "mine"
    assert kb.house.knowledge.reading.home(Sight.PUBLIC, "en").featured[0].slug == "mine"


def test_versions_are_compared_and_restored(ellis: Browser, kb: KnowledgeBase) -> None:
    article = kb.publish("One", "Same.\nOld <b>line</b>.")
    kb.translate(article, "en", "Two", "Same.\nNew line.")
    page = ellis.get(f"/settings/articles/{article.id}/versions?lang=en&old=1&new=2")
    assert [one.text for one in page.all(".gone-line del")] == ["Removed: One", "Removed: Old <b>line</b>."]
    assert [one.text for one in page.all(".new-line ins")] == ["Added: Two", "Added: New line."]
    page = press(ellis, "Restore version 1")
    assert page.one("#article-title")["value"] == "One"
    assert draft_of(kb, article.id) == "Same.\nOld <b>line</b>."
    assert ellis.get(f"/settings/articles/{article.id}/versions?lang=en&old=99").status == 404
    assert ellis.get(f"/settings/articles/{article.id}/versions?lang=de").status == 404


def test_the_list_is_filtered_and_continued(ellis: Browser, kb: KnowledgeBase) -> None:
    kb.plant([{"en": Content(f"Lamp {number}", "", "x")} for number in range(55)])
    kb.publish("Goodwill", scope=Scope.INTERNAL, category="Orders")
    page = ellis.get("/settings/articles?category=" + kb.category().id)
    first = {one.text for one in page.all(".rows h2")}
    page = ellis.get(page.link("Keep looking"))
    second = {one.text for one in page.all(".rows h2")}
    assert (len(first), len(second), len(first | second)) == (40, 15, 55)
    for query in ("q=good", "scope=internal", "q=GOODWILL&state=published"):
        page = ellis.get(f"/settings/articles?{query}")
        assert [one.text for one in page.all(".rows h2")] == ["Goodwill"]
    assert "Nothing found" in ellis.get("/settings/articles?q=zzz").body


def test_categories_are_added_named_in_languages_ordered_and_deleted(ellis: Browser, kb: KnowledgeBase) -> None:
    ellis.get("/settings/categories/new")
    assert ellis.submit("Add", name_en="").status == 422
    page = ellis.submit("Add", name_en="Orders", name_de="Bestellungen", icon="truck")
    assert page.path == "/settings/categories"
    kb.category("Lamps")
    ellis.get("/settings/categories")
    assert [one.text for one in ellis.page.all(".what a[dir=auto]")] == ["Orders", "Lamps"]
    press(ellis, "Move Lamps up")
    assert [one.text for one in ellis.page.all(".what a[dir=auto]")] == ["Lamps", "Orders"]
    ellis.get(ellis.page.link("Orders"))
    assert ellis.page.one("input[name=name_de]")["value"] == "Bestellungen"
    kb.house.knowledge.categories.add(OPERATOR, {"en": "In between"})
    page = ellis.submit("Save", name_en="Shop")
    assert page.status == 409
    assert page.one("input[name=name_en]")["value"] == "Shop"
    assert ellis.submit("Save").status == 200
    ellis.get(ellis.page.link("Shop"))
    ellis.submit("Delete this category")
    assert "Shop" not in ellis.page.body


def test_pictures_are_shown_to_those_who_see_an_article_with_them(
    ellis: Browser, browse: Callable[..., Browser], people: People, kb: KnowledgeBase
) -> None:
    """First to editors, then to everybody once a public article shows it, and to nobody else again afterwards."""
    ellis.get("/settings/articles")
    content = corpus.png()
    upload = ellis.upload("my [lamp].png", "image/png", content, path="/settings/article-images")
    taken = ellis.fetch("POST", "/settings/article-images", {"upload": upload})
    assert taken.json()["markdown"] == f"![my  lamp ](/articles/images/{upload})"
    path = f"/articles/images/{upload}"
    reader, agent = browse(), browse(people.agent)

    def seen() -> list[int]:
        return [browser.get(path, follow=False).status for browser in (reader, agent, ellis)]

    assert seen() == [404, 404, 302]
    article = kb.publish("With a picture", f"![A lamp]({path})", slug="pictured")
    assert seen() == [302, 302, 302]
    shown = reader.download(path)
    assert (shown.status, shown.content) == (200, content)
    assert reader.get("/articles/pictured").one(".prose img")["src"] == path
    policy = reader.page.header("Content-Security-Policy") or ""
    assert re.search(r"img-src 'self' http\S+;", policy)
    kb.change(article, scope=Scope.INTERNAL)
    assert seen() == [404, 404, 302]
    people.house.portal.settings.change(internal_portal=True)
    assert seen() == [404, 302, 302]
    kb.translate(article, "en", "Without", "No picture.")
    assert seen() == [404, 404, 302]


@pytest.mark.parametrize(
    ("name", "kind", "content"),
    [
        ("lamp.pdf", "application/pdf", b"%PDF-1.4"),
        ("lamp.svg", "image/svg+xml", b"<svg/>"),
        ("lamp.csv", "text/csv", b"a,b"),
    ],
)
def test_only_pictures_are_pictures(ellis: Browser, kb: KnowledgeBase, name: str, kind: str, content: bytes) -> None:
    ellis.get("/settings/articles")
    answer = ellis.fetch("POST", "/settings/article-images", {"name": name, "type": kind, "size": len(content)})
    assert answer.status == 422


def test_what_only_looks_like_a_picture_is_refused(
    ellis: Browser, browse: Callable[..., Browser], people: People, kb: KnowledgeBase
) -> None:
    """By its content; and somebody else's upload is not there."""
    ellis.get("/settings/articles")
    upload = ellis.upload("a.png", "image/png", b"\x89PNG\r\n\x1a\n<svg onload=x>", path="/settings/article-images")
    assert ellis.fetch("POST", "/settings/article-images", {"upload": upload}).status == 422
    good = ellis.upload("b.png", "image/png", corpus.png(), path="/settings/article-images")
    ruth = browse(people.lead)
    ruth.get("/settings/articles")
    assert ruth.fetch("POST", "/settings/article-images", {"upload": good}).status == 422
    for odd in ({"upload": 1}, {"upload": ""}, {"upload": "../x"}, {}, [], {"upload": good, "more": 1}):
        assert ellis.fetch("POST", "/settings/article-images", odd).status == 422  # type: ignore[arg-type]


def test_editors_see_what_readers_said(ellis: Browser, browse: Callable[..., Browser], kb: KnowledgeBase) -> None:
    """In the list of all languages together, in the editor of the one that is written in."""
    article = kb.publish("One", "First.")
    kb.translate(article, "de", "Eins")
    kb.publish("Two", "Second.")
    for number, (language, answer) in enumerate([("en", "yes"), ("en", "no"), ("de", "yes")]):
        kb.house.knowledge.helpful.vote(article.id, language, answer, f"192.0.2.{number}")
    ellis.get("/settings/articles")
    one, two = ellis.page.all(".rows .meta")
    assert "Helpful to 2 of 3" in one.text
    assert "Helpful" not in two.text
    assert "Helpful to 1 of 2" in ellis.get(f"/settings/articles/{article.id}").body
    assert "Helpful to 1 of 1" in ellis.get(f"/settings/articles/{article.id}?lang=de").body


def test_the_list_tells_what_is_set_for_a_time_and_what_failed(ellis: Browser, kb: KnowledgeBase, clock: Clock) -> None:
    """And shows only those that are, or whose translations are out of date, where that is asked for."""
    editing = kb.house.knowledge.editing
    one, two = kb.publish("One", "First."), kb.publish("Two", "Second.")
    kb.translate(two, "de", "Zwei")
    clock.ahead(hours=1)
    kb.translate(two, "en", "Two", "Changed.")
    editing.schedule(OPERATOR, one.id, "en", what="publish", at=clock.now + timedelta(hours=3))
    editing.schedule(OPERATOR, one.id, "en", what="unpublish", at=clock.now + timedelta(hours=2))
    ellis.get("/settings/articles?state=due")
    assert [title.text for title in ellis.page.all(".rows h2")] == ["One"]
    zone = ellis.page.one(".rows .meta").text.partition("Unpublishes ")[2]
    assert re.match(r"\d{1,2} \w{3} \d{4}, \d\d:\d\d UTC", zone), "the zone times are set in, not the browser's"
    ellis.get("/settings/articles?state=outdated")
    assert [title.text for title in ellis.page.all(".rows h2")] == ["Two"]
    editing.sweep(clock.ahead(hours=2))
    editing.save(OPERATOR, one.id, "en", Content("One", "", ""), 2)
    editing.sweep(clock.ahead(hours=2))
    ellis.get("/settings/articles")
    assert "did not happen" in ellis.page.all(".rows .meta")[0].text
    assert "needs some text" in ellis.get(f"/settings/articles/{one.id}").body


def test_every_version_is_reached_and_restoring_says_what_it_replaces(ellis: Browser, kb: KnowledgeBase) -> None:
    article = kb.publish("One", "Text 1.")
    for number in range(2, 33):
        kb.translate(article, "en", "One", f"Text {number}.")
    page = ellis.get(f"/settings/articles/{article.id}/versions")
    assert "no version here does" not in page.body
    assert "Version 3" in page.all(".version-list strong")[-1].text
    ellis.get(page.link("Older versions"))
    assert [one.text for one in ellis.page.all(".version-list strong")] == ["Version 2", "Version 1"]
    press(ellis, "Restore version 1")
    assert draft_of(kb, article.id) == "Text 1."
    kb.house.knowledge.editing.save(OPERATOR, article.id, "en", Content("One", "", "Of my own."), 34)
    assert "no version here does" in ellis.get(f"/settings/articles/{article.id}/versions").body


def test_a_clash_of_categories_shows_theirs_of_everything(ellis: Browser, kb: KnowledgeBase) -> None:
    """And nothing that is the same; saving again replaces theirs."""
    lamps, shop = kb.category("Lamps"), kb.category("Shop")
    ellis.get(f"/settings/categories/{lamps.id}")
    names = {"en": "Lights"}
    version = kb.house.knowledge.categories.tree().version
    kb.house.knowledge.categories.change(
        OPERATOR, lamps.id, version=version, names=names, slug="lights", parent=shop.id, icon="lamp"
    )
    page = ellis.submit("Save", name_en="Bulbs")
    assert page.status == 409
    theirs = [" ".join(one.text.split()) for one in page.all(".after-field")]
    assert theirs == ["Theirs: Lights", "Theirs: lights", "Theirs: Shop", "Theirs: lamp"]
    ellis.submit("Save")
    saved = kb.house.knowledge.categories.tree().get(lamps.id)
    assert saved
    assert (saved.names["en"], saved.slug, saved.parent, saved.icon) == ("Bulbs", "lamps", "", "book")
