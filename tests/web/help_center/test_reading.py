"""What everybody reads: the front page, categories and articles, in their language and by their addresses."""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.knowledge.model import Scope
from tests.browser import Browser
from tests.knowledge.library import KnowledgeBase
from tests.people import Clock, People

BODY = "Begin here.\n\n## Before\n\nSwitch it off.\n\n## After\n\nSwitch it on.\n\n- [x](javascript:alert(1))\n"


def test_the_front_page_shows_topics_and_featured_articles(
    browse: Callable[..., Browser], knowledge: KnowledgeBase
) -> None:
    """With how many articles are in a topic, and below it; a topic without any is not there."""
    knowledge.publish("Change the bulb", featured=True)
    knowledge.publish("Clean the shade", category="Shades", summary="With a dry cloth.")
    knowledge.category("Shades")
    knowledge.category("Empty")
    page = browse().get("/")
    assert page.heading == "How can we help?"
    topics = {one.one("h3").text: one.one(".hint").text for one in page.all("ul.topics li")}
    assert topics == {"Lamps": "1 article", "Shades": "1 article"}
    assert [one.text for one in page.all("ul.articles h3")] == ["Change the bulb"]
    assert page.link("Contact us") == "/contact"


def test_an_empty_help_centre_says_so(browse: Callable[..., Browser]) -> None:
    assert "There are no articles yet" in browse().get("/").text


def test_the_welcome_is_the_organizations_own_text_in_the_readers_language(
    browse: Callable[..., Browser], knowledge: KnowledgeBase
) -> None:
    house = knowledge.house
    from chalicelib.audit.model import OPERATOR

    house.snippets.create(OPERATOR, "hello", {"en": "Welcome to {organization}.", "de": "Willkommen <b>!"})
    house.portal.settings.change(welcome="hello")
    assert browse().get("/").one(".welcome").text == f"Welcome to {house.portal.settings.get().organization}."
    german = browse().get("/", headers={"Accept-Language": "de"})
    assert german.one(".welcome").text == "Willkommen <b>!"
    assert german.one("html")["lang"] == "de"


def test_from_the_front_page_to_an_article_and_back(browse: Callable[..., Browser], knowledge: KnowledgeBase) -> None:
    knowledge.publish("Change the bulb", BODY, category="Bulbs", summary="Two minutes.")
    knowledge.category("Bulbs")
    reader = browse()
    page = reader.get(reader.get("/").link("Bulbs"))
    assert (page.heading, page.status) == ("Bulbs", 200)
    page = reader.get(page.link("Change the bulb"))
    assert page.heading == "Change the bulb"
    assert page.one("article .lead").text == "Two minutes."
    assert [one.text for one in page.all("nav.crumbs a")] == ["Help centre", "Bulbs"]
    assert [one.text for one in page.all("nav.sections a")] == ["Before", "After"]
    ids = {one.get("id") for one in page.all(".prose h2")}
    assert {one["href"][1:] for one in page.all("nav.sections a")} == ids
    assert "1 minute to read" in page.text
    assert not [link for link in page.links if link.startswith("javascript")]
    assert reader.get(page.link("Help centre")).heading == "How can we help?"


def test_an_article_says_on_which_day_it_was_updated(
    browse: Callable[..., Browser], knowledge: KnowledgeBase, clock: Clock
) -> None:
    """Today as well: a clock time would be wrong in every cache by tomorrow."""
    knowledge.publish("Change the bulb", slug="bulb")
    today = f"{clock():%-d %b %Y}"
    reader = browse()
    time = reader.get("/articles/bulb").one(".byline time")
    assert time.text == today
    assert reader.page.all(".byline time[data-date]")
    tag = reader.page.header("ETag")
    clock.ahead(days=3)
    assert reader.get("/articles/bulb").one(".byline time").text == today
    assert reader.page.header("ETag") == tag


def test_a_category_is_shown_page_by_page(browse: Callable[..., Browser], knowledge: KnowledgeBase) -> None:
    """Every article once; a changed place in the list is refused."""
    from chalicelib.knowledge.article import Content

    knowledge.plant([{"en": Content(f"Article {number:02}", "", "Text.")} for number in range(60)])
    reader, titles = browse(), []
    page = reader.get(reader.get("/").link("Lamps"))
    while True:
        titles += [one.text for one in page.all("ul.articles h3")]
        more = [one["href"] for one in page.all("nav.more a[rel=next]")]
        if not more:
            break
        page = reader.get(more[0])
    assert sorted(titles) == [f"Article {number:02}" for number in range(60)]
    assert reader.get(page.path[:-1]).status == 422


def test_an_article_is_read_in_the_readers_language_where_there_is_it(
    browse: Callable[..., Browser], knowledge: KnowledgeBase
) -> None:
    """The address comes before the browser; what is missing in a language is shown in the organization's own."""
    article = knowledge.publish("Change the bulb", slug="bulb")
    knowledge.translate(article, "ar", "تغيير المصباح")
    reader = browse()
    page = reader.get("/articles/bulb", headers={"Accept-Language": "ar,en;q=0.5"})
    assert page.heading == "تغيير المصباح"
    assert page.one("article .prose")["dir"] == "rtl"
    assert reader.get("/articles/bulb?lang=en", headers={"Accept-Language": "ar"}).heading == "Change the bulb"
    page = reader.get("/articles/bulb?lang=de")
    assert page.heading == "Change the bulb"
    assert "Deutsch" in page.one("p.remark").text
    assert [one["hreflang"] for one in page.all("nav.tongues a")] == ["en", "ar"]


def test_a_translation_older_than_the_article_says_so(browse: Callable[..., Browser], knowledge: KnowledgeBase) -> None:
    article = knowledge.publish("Change the bulb", slug="bulb")
    knowledge.translate(article, "de", "Birne wechseln")
    assert not browse().get("/articles/bulb?lang=de").all("p.remark a")
    knowledge.translate(article, "en", "Change the bulb", "New text.")
    page = browse().get("/articles/bulb?lang=de")
    assert page.one("p.remark a")["href"] == "/articles/bulb?lang=en"


def test_an_address_that_leads_nowhere_offers_the_search(browse: Callable[..., Browser]) -> None:
    """Whoever follows a dead link can look for what they were after."""
    page = browse().get("/articles/long-gone")
    assert page.status == 404
    assert page.one("form.find")["action"] == "/search"


def test_an_old_address_leads_to_the_one_of_now(browse: Callable[..., Browser], knowledge: KnowledgeBase) -> None:
    article = knowledge.publish("Change the bulb", slug="bulb")
    knowledge.change(article, slug="change-bulb")
    answer = browse().request("GET", "/articles/bulb?lang=de")
    assert (answer.status, answer.header("Location")) == (301, "/articles/change-bulb?lang=de")


def test_what_is_taken_away_or_made_internal_is_gone_at_once(
    browse: Callable[..., Browser], knowledge: KnowledgeBase
) -> None:
    article = knowledge.publish("Change the bulb", slug="bulb", featured=True)
    reader = browse()
    assert reader.get("/articles/bulb").status == 200
    knowledge.change(article, scope=Scope.INTERNAL)
    assert reader.get("/articles/bulb").status == 404
    assert "Change the bulb" not in reader.get("/").text
    assert not reader.page.all("ul.topics li")


def test_who_is_signed_in_finds_their_conversations(
    browse: Callable[..., Browser], people: People, knowledge: KnowledgeBase
) -> None:
    """And what is theirs is kept by no cache; where the portal is off nobody is signed in."""
    knowledge.publish("Change the bulb", slug="bulb")
    owner = browse(people.owner)
    for path in ("/", "/articles/bulb", "/categories/lamps", "/contact"):
        page = owner.get(path)
        assert people.owner.name in page.text, path
        assert page.header("Cache-Control") == "no-store"
    assert owner.get("/").link("Start a conversation") == "/conversations/new"
    knowledge.house.portal.settings.change(enabled=False)
    for path in ("/", "/articles/bulb", "/contact"):
        page = owner.get(path)
        assert page.status == 200
        assert people.owner.name not in page.text
        assert "Log in" not in page.text
