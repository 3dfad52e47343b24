"""Was this helpful? One answer in one click, counted by article and language, and taken back as easily."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.knowledge.article import Article
from chalicelib.knowledge.helpful import PER_IP, Votes
from chalicelib.knowledge.model import Scope
from chalicelib.speech import LANGUAGES
from tests.browser import Browser, fields_of, normal
from tests.knowledge.library import KnowledgeBase


@pytest.fixture
def article(knowledge: KnowledgeBase) -> Article:
    article = knowledge.publish("Change the bulb", slug="bulb")
    knowledge.translate(article, "de", "Birne wechseln")
    return article


def counts(knowledge: KnowledgeBase, article_id: str) -> dict[str, Votes]:
    """Return the counts of an article by language, those only in which somebody answered."""
    house = knowledge.house
    reads = house.table.together(consistent=True)
    asked = {one: house.knowledge.helpful.count_later(reads, article_id, one) for one in LANGUAGES}
    return {language: found for language, later in asked.items() if (found := later())}


def vote(browser: Browser, answer: str, path: str = "/articles/bulb") -> None:
    """Open an article and press a button."""
    form = browser.get(path).form("/articles/bulb/helpful")
    browser.post(form["action"], {**fields_of(form), "answer": answer})


def test_answers_are_counted_by_language(
    browse: Callable[..., Browser], knowledge: KnowledgeBase, article: Article
) -> None:
    vote(browse(), "yes")
    vote(browse(), "yes")
    german = browse()
    vote(german, "no", "/articles/bulb?lang=de")
    assert "Birne wechseln" in german.page.text
    assert counts(knowledge, article.id) == {"en": Votes(2, 0), "de": Votes(0, 1)}


def test_an_answer_is_thanked_for_and_can_be_taken_back_once(
    browse: Callable[..., Browser], knowledge: KnowledgeBase, article: Article
) -> None:
    """Whoever did not find help is shown the contact form. The page that says thanks is kept by no cache."""
    reader = browse()
    vote(reader, "no")
    page = reader.page
    assert "Thank you for your feedback." in page.text
    assert page.link("Contact us") == "/contact"
    assert page.header("Cache-Control") == "no-store"
    undo = page.one("input[name=undo]")["value"]
    reader.submit("Undo my answer")
    assert "Was this helpful?" in reader.page.text
    reader.post("/articles/bulb/helpful", {"undo": undo})
    assert counts(knowledge, article.id) == {"en": Votes(0, 0)}


def test_a_forged_undo_takes_nothing_back(
    browse: Callable[..., Browser], knowledge: KnowledgeBase, article: Article
) -> None:
    """Nor does the one of another article, which is then an answer without a choice."""
    other = knowledge.publish("Clean the shade", slug="shade")
    reader = browse()
    vote(reader, "yes")
    undo = reader.page.one("input[name=undo]")["value"]
    for path, token in (("bulb", undo[:-1]), ("bulb", "x"), ("shade", undo)):
        assert browse().post(f"/articles/{path}/helpful", {"undo": token}).status == 422
    assert "Thank you" not in reader.get(f"/articles/shade?voted={undo}").text
    assert counts(knowledge, article.id) == {"en": Votes(1, 0)}
    assert counts(knowledge, other.id) == {}


def test_one_network_answers_only_so_often(
    browse: Callable[..., Browser], knowledge: KnowledgeBase, article: Article
) -> None:
    """Three times a day about one article, thirty times an hour about all."""
    for _ in range(3):
        vote(browse(ip="203.0.113.9"), "yes")
    reader = browse(ip="203.0.113.9")
    vote(reader, "yes")
    assert reader.page.status == 429
    assert counts(knowledge, article.id) == {"en": Votes(3, 0)}
    other = "203.0.113.10"
    for _ in range(PER_IP.most):
        knowledge.house.limits.use(PER_IP, other)
    reader = browse(ip=other)
    vote(reader, "yes")
    assert reader.page.status == 429


def test_another_site_cannot_answer_for_its_visitors(
    browse: Callable[..., Browser], knowledge: KnowledgeBase, article: Article
) -> None:
    answer = browse().post("/articles/bulb/helpful", {"answer": "yes"}, headers={"Sec-Fetch-Site": "cross-site"})
    assert answer.status == 403
    assert counts(knowledge, article.id) == {}


def test_there_are_no_answers_about_what_nobody_can_read(
    browse: Callable[..., Browser], knowledge: KnowledgeBase
) -> None:
    knowledge.publish("Refunds", slug="refunds", scope=Scope.INTERNAL)
    inside = browse().post("/articles/refunds/helpful", {"answer": "yes"})
    absent = browse().post("/articles/nothing/helpful", {"answer": "yes"})
    assert inside.status == absent.status == 404
    assert normal(inside.body) == normal(absent.body)
