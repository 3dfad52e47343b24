"""GET /search: a page for people, JSON for scripts, and only what everybody may read."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from chalicelib.conversations.model import MAX_SUBJECT
from chalicelib.knowledge.model import Scope
from chalicelib.knowledge.search.service import SEARCHES
from chalicelib.wiring import House
from tests.browser import Browser
from tests.knowledge.library import KnowledgeBase
from tests.people import People


@pytest.fixture
def base(house: House) -> KnowledgeBase:
    """Three articles, one of them in German too and one internal, found by searching."""
    base = KnowledgeBase(house)
    lamp = base.publish("Fit a ceiling lamp", "Switch the light off. Hold the lamp & the <bracket>.")
    base.translate(lamp, "de", "Die Deckenlampe anbringen", "Schalten Sie das Licht aus.")
    base.publish("Return an order", "A lamp can come back within 30 days.", category="Orders")
    base.publish("Quokkas for staff", "The secret lamp discount is 12 per cent.", scope=Scope.INTERNAL)
    house.knowledge.index_builds.build()
    return base


@pytest.fixture
def reader(base: KnowledgeBase, browse: Callable[..., Browser]) -> Browser:
    """Somebody who is not signed in."""
    return browse()


def titles(browser: Browser) -> list[str]:
    return [link.text for link in browser.page.all("ol.found h2 a")]


def test_the_page_shows_hits_with_marks(reader: Browser) -> None:
    """The count, title, where the words stand, and the category; what is asked for stays in the field."""
    page = reader.get("/search?q=hold+ceiling")
    assert titles(reader) == ["Fit a ceiling lamp"]
    assert page.one("#find-q")["value"] == "hold ceiling"
    assert "1 article" in page.text
    assert [mark.text for mark in page.all(".snippet mark")] == ["Hold"]
    assert [mark.text for mark in page.all(".found h2 mark")] == ["ceiling"]
    assert "& the <bracket>" in page.one(".snippet").text
    assert page.one(".found .where").text == "Lamps"
    reader.get(page.one("ol.found h2 a")["href"])
    assert reader.page.one("h1").text == "Fit a ceiling lamp"


def test_words_that_most_articles_have_are_marked_too(base: KnowledgeBase, reader: Browser) -> None:
    """They need not be there, but who typed them looks for them; what only makes a sentence is not marked."""
    for number in range(30):
        base.publish(f"Lamp {number}", "A lamp, for the <b>table</b>.")
    base.house.knowledge.index_builds.build()
    page = reader.get("/search?q=how+to+fit+the+lamp")
    assert [mark.text for mark in page.one("ol.found h2").all("mark")] == ["Fit", "lamp"]
    assert {mark.text for mark in page.one(".snippet").all("mark")} == {"lamp"}


def test_a_hit_in_another_language_is_read_in_that(reader: Browser) -> None:
    page = reader.get("/search?q=deckenlampe")
    link = page.one("ol.found h2 a")
    assert (link.text, link["lang"]) == ("Die Deckenlampe anbringen", "de")
    assert link["href"].endswith("?lang=de")


def test_the_reader_finds_their_own_language(reader: Browser) -> None:
    reader.get("/search?q=deckenlampe&lang=de")
    assert titles(reader) == ["Die Deckenlampe anbringen"]
    assert reader.page.one("ol.found h2 a")["href"].endswith("?lang=de")
    assert reader.page.one("form.find input[name=lang]")["value"] == "de"


def test_nothing_found_says_what_to_do(reader: Browser) -> None:
    page = reader.get("/search?q=xyzzy")
    assert "No articles found" in page.text
    assert page.all(".advice a")
    assert page.link("Contact us") == "/contact?subject=xyzzy"


def test_what_was_searched_in_vain_begins_a_message(
    base: KnowledgeBase, reader: Browser, browse: Callable[..., Browser], people: People
) -> None:
    """Whether or not somebody is signed in, as text and cut to what a subject can have."""
    del base
    asked = '/search?q="><b>brass+polish'
    for who in (reader, browse(people.owner)):
        page = who.get(who.get(asked).link("Contact us"))
        assert page.one("[name=subject]")["value"] == '"><b>brass polish'
    assert len(reader.get("/contact?subject=" + "x" * 900).one("[name=subject]")["value"]) == MAX_SUBJECT


def test_nothing_asked_finds_nothing_and_is_no_error(reader: Browser) -> None:
    for path in ("/search", "/search?q=", "/search?q=%20%20", "/search?q=%3F%21"):
        assert reader.get(path).status == 200
        assert titles(reader) == []


def test_scripts_get_json_without_markup(reader: Browser) -> None:
    """The contact form shows what may answer while somebody types."""
    response = reader.request("GET", "/search?q=ceiling", headers={"Accept": "application/json"})
    found = json.loads(response.body)
    (hit,) = found["hits"]
    assert found["total"] == 1
    assert hit["title"] == "Fit a ceiling lamp"
    assert hit["url"].startswith("/articles/")
    assert "<mark>" not in hit["snippet"]
    assert hit["titled"] == ["Fit a ", "ceiling", " lamp"]


def test_hits_come_in_pages(base: KnowledgeBase, reader: Browser) -> None:
    """Ten on each; the count is of all of them, and no hit is on two pages."""
    for number in range(21):
        base.publish(f"Clean shade {number}", "With a soft cloth.")
    base.house.knowledge.index_builds.build()
    page = reader.get("/search?q=shade")
    assert "21 articles" in page.text
    seen = titles(reader)
    while following := reader.page.all("nav.more a[rel=next]"):
        reader.get(following[0]["href"])
        seen += titles(reader)
    assert len(seen) == len(set(seen)) == 21
    assert "There are no more results" in reader.get("/search?q=shade&page=9").text


@pytest.mark.parametrize("page", ["0", "-1", "99999", "1e3", "x", "٣", "1'"])
def test_a_page_that_cannot_be_is_no_error(reader: Browser, page: str) -> None:
    assert reader.get(f"/search?q=lamp&page={page}").status == 200


def test_a_customer_who_is_signed_in_sees_so(
    base: KnowledgeBase, browse: Callable[..., Browser], people: People
) -> None:
    del base
    customer = browse(people.owner)
    page = customer.get("/search?q=lamp")
    assert "My Conversations" in page.text
    assert titles(customer)


def test_searching_all_day_is_refused(house: House, reader: Browser, browse: Callable[..., Browser]) -> None:
    """From one address, with the time to wait; others go on searching."""
    for _ in range(SEARCHES.most):
        house.knowledge.search.admit(reader.ip)
    refused = reader.request("GET", "/search?q=lamp")
    assert refused.status == 429
    assert int(dict(refused.headers)["Retry-After"]) > 0
    assert browse().get("/search?q=lamp").status == 200
