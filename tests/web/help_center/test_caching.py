"""Public pages are kept by caches while they hold, and are nobody's: no cookie, no token, the same for all."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.browser import Browser
from tests.knowledge.library import KnowledgeBase
from tests.people import People

PAGES = ("/", "/categories/lamps", "/articles/bulb", "/articles/bulb?lang=de")
MACHINES = ("/sitemap.xml", "/robots.txt", "/llms.txt", "/feed.atom")


@pytest.fixture(autouse=True)
def published(knowledge: KnowledgeBase) -> None:
    article = knowledge.publish("Change the bulb", slug="bulb", featured=True)
    knowledge.translate(article, "de", "Birne wechseln")


@pytest.mark.parametrize("path", [*PAGES, *MACHINES])
def test_an_answer_for_everybody_carries_nothing_of_anybody(browse: Callable[..., Browser], path: str) -> None:
    """The same bytes for whoever asks in one language, whatever else their browser sends."""
    first, second = browse(), browse()
    second.get("/contact")  # gives it a cookie that forms are bound to
    one, other = first.request("GET", path), second.request("GET", path)
    assert one.status == 200
    assert one.body == other.body
    for answer in (one, other):
        assert not answer.all("Set-Cookie")
        assert (answer.header("Cache-Control") or "").startswith("public, max-age=")
        assert answer.header("Vary") == "Accept-Language, Cookie"
        assert not re.search(r'name="(csrf|csrf-token)" (value|content)="[^"]', answer.text)


@pytest.mark.parametrize("path", [*PAGES, *MACHINES])
def test_who_has_a_page_already_is_told_so(browse: Callable[..., Browser], path: str) -> None:
    """By its ETag, also in a list of several; of another page's, or a star, nothing is believed."""
    reader = browse()
    tag = reader.request("GET", path).header("ETag") or ""
    for given in (tag, f'"x", {tag}'):
        answer = reader.request("GET", path, headers={"If-None-Match": given})
        assert (answer.status, answer.body) == (304, b"")
        assert answer.header("ETag") == tag
        assert answer.header("Vary")
    for given in ('"x"', "*", ""):
        assert reader.request("GET", path, headers={"If-None-Match": given}).status == 200


def test_whatever_changes_a_page_changes_its_tag(
    browse: Callable[..., Browser], people: People, knowledge: KnowledgeBase
) -> None:
    """A new article, another text, the portal switched off: at once."""
    reader = browse()

    def tags() -> list[str]:
        return [reader.request("GET", path).header("ETag") or "" for path in ("/", "/articles/bulb")]

    seen = [tags()]
    knowledge.publish("Clean the shade", featured=True)
    seen.append(tags())
    knowledge.house.portal.settings.change(enabled=False)
    seen.append(tags())
    assert len({pair[0] for pair in seen}) == 3
    assert len({pair[1] for pair in seen}) == 3


def test_languages_have_tags_of_their_own(browse: Callable[..., Browser]) -> None:
    reader = browse()
    found = {
        reader.request("GET", "/articles/bulb", headers={"Accept-Language": one}).header("ETag")
        for one in ("en", "de", "ja")
    }
    assert len(found) == 3


def test_what_is_said_once_is_kept_by_no_cache(browse: Callable[..., Browser], people: People) -> None:
    """The front page after signing out says so; the next time it is like everybody's."""
    owner = browse(people.owner)
    owner.get("/account")
    owner.submit("Sign out everywhere")
    assert owner.page.path == "/"
    assert owner.page.notice
    assert owner.page.header("Cache-Control") == "no-store"
    assert owner.request("GET", "/").body == browse().request("GET", "/").body


def test_a_missing_page_is_kept_by_no_cache(browse: Callable[..., Browser]) -> None:
    for path in ("/articles/nothing", "/categories/nothing", "/sitemap.xml?page=9"):
        answer = browse().request("GET", path)
        assert (answer.status, answer.header("Cache-Control")) == (404, "no-store")
