"""Sitemap, robots.txt, llms.txt, feed and what stands in a page's head: complete addresses of public articles."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest

from chalicelib.aws.limits import Limit
from chalicelib.knowledge import public_list
from chalicelib.knowledge.article import Content
from chalicelib.knowledge.model import Scope
from chalicelib.web.help_center import feeds
from tests.browser import Browser
from tests.knowledge.library import KnowledgeBase
from tests.wire import recorded

MAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
ATOM = "{http://www.w3.org/2005/Atom}"
LINK = "{http://www.w3.org/1999/xhtml}link"


@pytest.fixture
def origin(knowledge: KnowledgeBase) -> str:
    """Where the deployment is, with three articles: one translated, one internal."""
    article = knowledge.publish("Change & bulb", slug="bulb", summary="Two <b>minutes</b>.")
    knowledge.translate(article, "de", "Birne wechseln")
    knowledge.publish("Clean the [shade]", slug="shade", category="Shades")
    knowledge.publish("Refunds", slug="refunds", scope=Scope.INTERNAL)
    return knowledge.house.settings.public_url


def tree(browser: Browser, path: str) -> ET.Element:
    return ET.fromstring(browser.request("GET", path).text)


def test_the_sitemap_has_each_public_article_in_each_language(browse: Callable[..., Browser], origin: str) -> None:
    urls = {one.findtext(f"{MAP}loc"): one for one in tree(browse(), "/sitemap.xml")}
    assert set(urls) == {
        f"{origin}/",
        f"{origin}/articles/bulb?lang=en",
        f"{origin}/articles/bulb?lang=de",
        f"{origin}/articles/shade",
    }
    others = urls[f"{origin}/articles/bulb?lang=de"].findall(LINK)
    assert {one.get("hreflang") for one in others} == {"en", "de", "x-default"}


def test_a_long_sitemap_comes_in_parts(
    browse: Callable[..., Browser], knowledge: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feeds, "AT_ONCE", 5)
    knowledge.plant([{"en": Content(f"Article {number}", "", "Text.")} for number in range(12)])
    reader = browse()
    index = tree(reader, "/sitemap.xml")
    assert index.tag == f"{MAP}sitemapindex"
    places = [one.findtext(f"{MAP}loc") or "" for one in index]
    found = [
        one.findtext(f"{MAP}loc")
        for place in places
        for one in tree(reader, place.removeprefix(knowledge.house.settings.public_url))
    ]
    assert len(found) == len(set(found)) == 1 + 12, "the front page and each article, once"
    assert reader.get("/sitemap.xml?page=4").status == reader.get("/sitemap.xml?page=x").status == 404


def test_lists_are_read_from_a_file_while_nothing_is_published(
    browse: Callable[..., Browser], origin: str, knowledge: KnowledgeBase
) -> None:
    """One read of the table however much is published, and the same as what is read from the table."""
    paths = ("/sitemap.xml", "/llms.txt", "/feed.atom", "/feed.atom?lang=de")
    reader = browse()
    before = [reader.request("GET", path).body for path in paths]
    knowledge.house.knowledge.index_builds.build()
    with recorded(knowledge.house.clients.dynamodb) as calls:
        assert [reader.request("GET", path).body for path in paths] == before
    read = [call.operation for call in calls]
    assert len(read) == len(paths) + 1, read  # one for each, and the names of categories for llms.txt
    assert "Query" not in read


def test_what_is_taken_back_is_on_no_list_a_moment_longer(
    browse: Callable[..., Browser], origin: str, knowledge: KnowledgeBase
) -> None:
    """Until the next build nothing of the file is believed."""
    article = knowledge.publish("Brass polish", slug="polish")
    knowledge.house.knowledge.index_builds.build()
    reader = browse()
    paths = ("/sitemap.xml", "/llms.txt", "/feed.atom")
    assert all("articles/polish" in reader.request("GET", path).text for path in paths)
    knowledge.change(article, scope=Scope.INTERNAL)
    assert not any("articles/polish" in reader.request("GET", path).text for path in paths)
    knowledge.house.knowledge.index_builds.build()
    assert not any("articles/polish" in reader.request("GET", path).text for path in paths)


def test_the_file_has_nothing_internal(browse: Callable[..., Browser], origin: str, knowledge: KnowledgeBase) -> None:
    """Read as it lies in the bucket."""
    knowledge.house.knowledge.index_builds.build()
    state = knowledge.house.knowledge.index_builds.state()
    content = gzip.decompress(knowledge.house.files.read(public_list.place(state.number))).decode()
    assert "Change & bulb" in content
    assert "Refunds" not in content


def test_one_network_reads_lists_from_the_table_only_so_often(
    browse: Callable[..., Browser], origin: str, knowledge: KnowledgeBase, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until there is a file again; others go on reading, and a file is for everybody."""
    monkeypatch.setattr(public_list, "READS", Limit("list", most=2, window=3600))
    reader = browse()
    assert [reader.request("GET", "/sitemap.xml").status for _ in range(3)] == [200, 200, 429]
    assert browse().request("GET", "/sitemap.xml").status == 200
    knowledge.house.knowledge.index_builds.build()
    assert reader.request("GET", "/sitemap.xml").status == 200


def test_robots_are_sent_to_the_sitemap_and_away_from_what_is_somebodys(
    browse: Callable[..., Browser], origin: str
) -> None:
    lines = browse().request("GET", "/robots.txt").text.splitlines()
    assert f"Sitemap: {origin}/sitemap.xml" in lines
    assert {"Disallow: /conversations", "Disallow: /desk", "Disallow: /settings"} <= set(lines)


def test_llms_txt_lists_articles_by_category(browse: Callable[..., Browser], origin: str) -> None:
    text = browse().request("GET", "/llms.txt").text
    assert text.startswith("# ")
    assert f"- [Change & bulb]({origin}/articles/bulb?lang=en): Two <b>minutes</b>." in text
    assert f"## Shades\n\n- [Clean the (shade)]({origin}/articles/shade)" in text
    assert "Refunds" not in text


def test_the_feed_has_what_changed_last(browse: Callable[..., Browser], origin: str, knowledge: KnowledgeBase) -> None:
    feed = tree(browse(), "/feed.atom")
    assert [one.findtext(f"{ATOM}title") for one in feed.findall(f"{ATOM}entry")] == [
        "Clean the [shade]",
        "Change & bulb",
    ]
    german = tree(browse(), "/feed.atom?lang=de")
    titles = [one.findtext(f"{ATOM}title") for one in german.findall(f"{ATOM}entry")]
    assert "Birne wechseln" in titles


def test_a_page_tells_machines_what_it_is(browse: Callable[..., Browser], origin: str) -> None:
    """Its one address, its other languages, and what a preview of a link shows."""
    page = browse().get("/articles/bulb?lang=de")
    assert page.one("link[rel=canonical]")["href"] == f"{origin}/articles/bulb?lang=de"
    others = {one["hreflang"]: one["href"] for one in page.all("link[hreflang]")}
    assert others == {
        "en": f"{origin}/articles/bulb?lang=en",
        "de": f"{origin}/articles/bulb?lang=de",
        "x-default": f"{origin}/articles/bulb",
    }
    assert page.one("meta[property=og:title]")["content"] == "Birne wechseln"
    assert page.one("meta[property=og:type]")["content"] == "article"
    assert browse().get("/contact").one("meta[name=robots]")["content"] == "noindex"


def test_what_people_wrote_breaks_out_of_none_of_it(browse: Callable[..., Browser], knowledge: KnowledgeBase) -> None:
    """Markup, line breaks and brackets in titles and summaries stay text."""
    evil = '"><script>alert(1)</script>](javascript:alert(1)) ]]>'
    knowledge.publish(evil, summary=f"{evil}\n\n# A heading", slug="evil", featured=True)
    reader = browse()
    for path in ("/sitemap.xml", "/feed.atom"):
        assert "<script" not in ET.tostring(tree(reader, path)).decode()
    text = reader.request("GET", "/llms.txt").text
    assert "](javascript" not in text
    assert "\n# A heading" not in text
    for path in ("/", "/articles/evil"):
        assert not [one for one in reader.get(path).all("script") if not one.get("src")]
