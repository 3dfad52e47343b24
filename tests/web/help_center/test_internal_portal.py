"""The portal for staff: what it shows under each of its switches, and how staff get there."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.knowledge.model import Scope
from tests.browser import Browser
from tests.conftest import MailRoom
from tests.knowledge.library import KnowledgeBase
from tests.people import People


@pytest.fixture(autouse=True)
def articles(knowledge: KnowledgeBase) -> None:
    knowledge.publish("Change the bulb", slug="bulb", featured=True)
    knowledge.publish("Refunds over 500", "Ask the lead.", slug="refunds", scope=Scope.INTERNAL, featured=True)
    knowledge.house.knowledge.index_builds.build()
    knowledge.house.portal.settings.change(internal_portal=True)


@pytest.mark.parametrize("role", ["agent", "collaborator", "content_manager", "lead"])
def test_all_staff_read_public_and_internal_articles(browse: Callable[..., Browser], people: People, role: str) -> None:
    """Full-time staff and collaborators alike; what is internal says so."""
    member = browse(getattr(people, role))
    page = member.get("/internal")
    assert page.heading == "Internal knowledge base"
    assert page.one("ul.topics .hint").text == "2 articles"
    lines = {one.one("a").text: bool(one.all(".internal")) for one in page.all("ul.articles h3")}
    assert lines == {"Change the bulb": False, "Refunds over 500": True}
    page = member.get(page.link("Lamps"))
    page = member.get(page.link("Refunds over 500"))
    assert page.one("article header .pill").text == "Internal"
    assert "Ask the lead." in page.one(".prose").text
    assert not page.all("section.helpful")
    assert [one.text for one in member.get("/internal/search?q=refunds").all("ol.found h2 a")] == ["Refunds over 500"]
    assert member.get("/internal/articles/bulb").status == 200


def test_only_internal_articles_where_that_is_chosen(
    browse: Callable[..., Browser], people: People, knowledge: KnowledgeBase
) -> None:
    knowledge.house.portal.settings.change(internal_only=True)
    agent = browse(people.agent)
    page = agent.get("/internal")
    assert page.one("ul.topics .hint").text == "1 article"
    assert [one.text for one in page.all("ul.articles h3 a")] == ["Refunds over 500"]


def test_the_desk_opens_it_in_a_new_window(
    browse: Callable[..., Browser], people: People, knowledge: KnowledgeBase
) -> None:
    """As long as it is switched on; its own pages stay in it."""
    agent = browse(people.agent)
    link = next(one for one in agent.get("/desk").all("header a") if one["href"] == "/internal")
    assert link["target"] == "_blank"
    page = agent.get("/internal/articles/refunds")
    stay = [one for one in page.links if one.startswith("/") and not one.startswith("/internal")]
    assert not stay
    knowledge.house.portal.settings.change(internal_portal=False)
    assert "/internal" not in agent.get("/desk").links
    assert agent.get("/internal").status == 404


def test_an_old_address_leads_to_the_one_of_now(
    browse: Callable[..., Browser], people: People, knowledge: KnowledgeBase
) -> None:
    article = knowledge.publish("Stock", slug="stock", scope=Scope.INTERNAL)
    knowledge.change(article, slug="in-stock")
    answer = browse(people.agent).request("GET", "/internal/articles/stock")
    assert (answer.status, answer.header("Location")) == (301, "/internal/articles/in-stock")


def test_what_is_not_there_leads_back_to_the_portal(browse: Callable[..., Browser], people: People) -> None:
    """Not to the desk, which not everybody may see who reads articles."""
    writer = browse(people.content_manager)
    page = writer.get("/internal/articles/nothing")
    assert page.status == 404
    page = writer.get(page.link("Back to the start page"))
    assert (page.status, page.heading) == (200, "Internal knowledge base")


def test_who_has_to_sign_in_comes_back_to_what_they_searched(
    browse: Callable[..., Browser], people: People, mail_room: MailRoom
) -> None:
    agent = browse()
    page = agent.get("/internal/search?q=refunds&lang=en")
    assert page.path.startswith("/staff/login?return_to=")
    agent.submit("Send me a code", email=people.agent.email)
    page = agent.submit("Sign in", code=mail_room.code())
    assert page.path == "/internal/search?q=refunds&lang=en"
    assert [one.text for one in page.all("ol.found h2 a")] == ["Refunds over 500"]


def test_staff_choose_a_language_beside_a_customer_in_the_same_browser(
    browse: Callable[..., Browser], people: People, knowledge: KnowledgeBase
) -> None:
    """For this browser; the customer who is signed in there as well keeps theirs, and neither stands in the way."""
    knowledge.house.portal.settings.change(languages=("en", "de"))
    browser = browse(people.agent)
    browser.sign_in(people.owner)
    page = browser.get("/internal")
    assert page.one("form.languages input[name=csrf]")["value"] == browser.csrf
    chosen = {"csrf": browser.csrf, "language": "de", "return_to": "/internal"}
    page = browser.post("/language", chosen)
    assert (page.status, page.heading) == (200, "Interne Wissensdatenbank")
    assert people.fresh(people.owner).language == ""
    assert browser.post("/language", {**chosen, "csrf": "x" * 32}).status == 403
