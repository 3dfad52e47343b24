"""Attack 7: internal articles exist for nobody but staff in their portal: by slug, search, count, map or language."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.knowledge.model import Scope
from chalicelib.staff.model import Member
from chalicelib.wiring import House
from local.gateway import Response
from tests.browser import Browser, normal
from tests.knowledge.library import KnowledgeBase
from tests.people import People

SECRET = "Persimmon"
SLUG, ABSENT = "persimmon-refunds", "cucumber-refunds"
CATEGORY, ABSENT_CATEGORY = "persimmon-rules", "cucumber-rules"


@pytest.fixture
def secret(house: House) -> KnowledgeBase:
    """A public article beside an internal one, featured and translated, and a category of internal ones alone."""
    knowledge = KnowledgeBase(house)
    knowledge.publish("Change the bulb", slug="bulb")
    inside = {"scope": Scope.INTERNAL, "summary": SECRET, "body": f"## {SECRET}\n\n{SECRET}"}
    article = knowledge.publish(f"{SECRET} refunds", slug=SLUG, featured=True, **inside)  # type: ignore[arg-type]
    knowledge.translate(article, "de", f"{SECRET} auf Deutsch", SECRET)
    knowledge.category(f"{SECRET} rules")
    knowledge.publish(f"{SECRET} in a topic", category=f"{SECRET} rules", **inside)  # type: ignore[arg-type]
    knowledge.house.knowledge.index_builds.build()
    knowledge.house.portal.settings.change(internal_portal=True)
    return knowledge


def seen(answer: Response) -> tuple[int, str, tuple[tuple[str, str], ...]]:
    """Return what tells one answer from another: status, page and headers, without the address that was asked for."""
    body = normal(answer.text)
    for word in (SLUG, ABSENT, CATEGORY, ABSENT_CATEGORY):
        body = body.replace(word, "")
    changing = {"set-cookie", "date", "content-length", "x-amzn-requestid"}
    headers = ((name.lower(), value) for name, value in answer.headers if name.lower() not in changing)
    return answer.status, body, tuple(sorted(headers))


def outsiders(browse: Callable[..., Browser], people: People) -> dict[str, Browser]:
    """Return everybody who reads the help centre as the public does."""
    everybody = {"stranger": None, "customer": people.owner, "agent": people.agent, "admin": people.lead}
    return {name: browse(who) for name, who in everybody.items()}


ASKED = (
    ("GET", "/articles/{}"),
    ("GET", "/articles/{}?lang=de"),
    ("GET", "/articles/{}?voted=x"),
    ("HEAD", "/articles/{}"),
    ("POST", "/articles/{}/helpful"),
)


def test_by_its_address_it_answers_as_an_absent_one(
    browse: Callable[..., Browser], people: People, secret: KnowledgeBase
) -> None:
    """In every language, for everybody, staff as well: outside their portal nobody is staff. Categories, too."""
    for who, browser in outsiders(browse, people).items():
        for method, path in ASKED:
            inside, absent = (browser.request(method, path.format(one)) for one in (SLUG, ABSENT))
            assert seen(inside) == seen(absent), (who, path)
            assert inside.status == 404
        for path in ("/categories/{}", "/categories/{}?lang=de", "/categories/{}?cursor=x"):
            inside, absent = (browser.request("GET", path.format(one)) for one in (CATEGORY, ABSENT_CATEGORY))
            assert seen(inside) == seen(absent), (who, path)


def test_an_old_address_of_one_answers_as_an_absent_one(browse: Callable[..., Browser], secret: KnowledgeBase) -> None:
    """Also the address an article had while it was public."""
    article = secret.publish("Was public", slug="was-public")
    secret.change(article, slug=SLUG + "-2")
    secret.change(secret.house.knowledge.editing.get(article.id), scope=Scope.INTERNAL)
    reader = browse()
    absent = seen(reader.request("GET", f"/articles/{ABSENT}"))
    for slug in ("was-public", SLUG + "-2"):
        status, body, headers = seen(reader.request("GET", f"/articles/{slug}"))
        assert (status, body.replace(slug, "").replace("-2", ""), headers) == absent


def test_nothing_public_has_a_word_of_it(browse: Callable[..., Browser], people: People, secret: KnowledgeBase) -> None:
    """Front page, categories, articles beside it, search, sitemap, feed, llms.txt: no title, no slug, no count."""
    for browser in outsiders(browse, people).values():
        for path in (
            "/",
            "/?lang=de",
            "/categories/lamps",
            "/articles/bulb",
            "/articles/bulb?lang=de",
            "/sitemap.xml",
            "/robots.txt",
            "/llms.txt",
            "/llms.txt?lang=de",
            "/feed.atom",
            "/feed.atom?lang=de",
            "/contact",
        ):
            answer = browser.request("GET", path)
            assert answer.status == 200, path
            assert SECRET.lower() not in answer.text.lower(), path
        page = browser.get("/")
        assert [one.text for one in page.all("ul.topics .hint")] == ["1 article"]
        assert browser.get("/categories/lamps").one(".topic .hint").text == "1 article"
        for words in (SECRET, SECRET[:5], "Persimon", "refunds"):
            found = browser.request("GET", f"/search?q={words}", headers={"Accept": "application/json"})
            assert found.json() == {"hits": [], "total": 0}, words


INTERNAL = (
    "/internal",
    "/internal/categories/lamps",
    f"/internal/categories/{CATEGORY}",
    "/internal/articles/bulb",
    f"/internal/articles/{SLUG}",
    f"/internal/articles/{ABSENT}",
    f"/internal/search?q={SECRET}",
)


@pytest.mark.parametrize("off", [{"internal_portal": False}, {"internal_portal": False, "internal_kb": False}])
def test_where_it_is_switched_off_there_is_no_portal_for_staff(
    browse: Callable[..., Browser], people: People, secret: KnowledgeBase, off: dict[str, bool]
) -> None:
    """Every address of it answers as one that does not exist, for strangers, customers and every role alike."""
    secret.house.portal.settings.change(**off)
    members: list[Member] = [people.agent, people.collaborator, people.content_manager, people.lead]
    for who in (None, people.owner, *members):
        browser = browse(who)
        pages = set()
        for path in (*INTERNAL, f"/articles/{ABSENT}"):
            page = browser.get(path)
            assert page.status == 404, (who, path)
            for field in page.all("input[name=return_to]"):
                page.body = page.body.replace(field["value"], "").replace(field["value"].replace("&", "&amp;"), "")
            pages.add((normal(page.body), page.header("Cache-Control"), page.header("Content-Security-Policy")))
        assert len(pages) == 1, who
        assert not any("nternal" in body for body, *_ in pages)


def test_customers_and_strangers_are_sent_to_the_staffs_door(
    browse: Callable[..., Browser], people: People, secret: KnowledgeBase
) -> None:
    """Where it is on, with the same answer for what is there and what is not."""
    for browser in (browse(), browse(people.owner)):
        for path in INTERNAL:
            answer = browser.request("GET", path)
            assert answer.status == 303
            assert (answer.header("Location") or "").startswith("/staff/login?")
            assert SECRET not in answer.text


def test_staff_with_only_internal_articles_find_no_public_one(
    browse: Callable[..., Browser], people: People, secret: KnowledgeBase
) -> None:
    secret.house.portal.settings.change(internal_only=True)
    agent = browse(people.agent)
    assert agent.get(f"/internal/articles/{SLUG}").status == 200
    assert agent.get("/internal/articles/bulb").status == 404
    assert "Change the bulb" not in agent.get("/internal").text
    assert "Change the bulb" not in agent.get("/internal/categories/lamps").text
    assert "Change the bulb" not in agent.get("/internal/search?q=bulb").text


def test_a_deactivated_member_reads_nothing_more(
    browse: Callable[..., Browser], people: People, secret: KnowledgeBase
) -> None:
    browser = browse(people.collaborator)
    assert browser.get(f"/internal/articles/{SLUG}").status == 200
    people.house.staff.store.deactivate(people.collaborator.id)
    assert browser.request("GET", f"/internal/articles/{SLUG}").status == 303


def test_what_staff_read_is_kept_by_no_cache(
    browse: Callable[..., Browser], people: People, secret: KnowledgeBase
) -> None:
    agent = browse(people.agent)
    for path in INTERNAL:
        answer = agent.request("GET", path)
        assert answer.header("Cache-Control") == "no-store", path
        assert answer.header("ETag") is None
