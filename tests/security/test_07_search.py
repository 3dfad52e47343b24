"""Attack 7, searching: no internal word reaches anybody but staff in their portal, not even in the file searched.

Attack 28 as well: whatever is typed is words, and a search answers it.
"""

from __future__ import annotations

import json
import sqlite3
import zlib
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from chalicelib.audit.model import OPERATOR
from chalicelib.knowledge.index_state import place
from chalicelib.knowledge.model import Scope
from chalicelib.wiring import House
from tests.browser import Browser
from tests.knowledge.library import KnowledgeBase
from tests.people import People

WORDS = ("quokkaberry", "zanthic", "mulligrub", "fribbleton", "gollywump")
"""Of the internal article: title, summary, text, heading, category."""


@pytest.fixture
def base(house: House) -> KnowledgeBase:
    """A public article and an internal one, with words that stand nowhere else."""
    base = KnowledgeBase(house)
    base.publish("Change the bulb", "Switch the lamp off first.")
    base.publish(
        "Quokkaberry discounts",
        "Give mulligrub per cent.\n\n## Fribbleton limits\n\nAsk a lead.",
        summary="For zanthic customers.",
        category="Gollywump",
        scope=Scope.INTERNAL,
    )
    house.knowledge.index_builds.build()
    return base


def everything(file: Path) -> bytes:
    """Return all there is in an index: its bytes as they lie there, and unpacked the texts it keeps packed."""
    base = sqlite3.connect(file)
    packed = [zlib.decompress(text) for (text,) in base.execute("SELECT text FROM articles")]
    rows = [str(row) for row in base.execute("SELECT slug, title, category FROM articles")]
    rows += [str(row) for row in base.execute("SELECT * FROM words")]
    base.close()
    return b"\n".join([file.read_bytes(), *packed, *(row.encode() for row in rows)]).lower()


def test_the_public_index_has_no_internal_word(base: KnowledgeBase, tmp_path: Path) -> None:
    """Nor the internal one a public word: each is built of its scope alone."""
    number = base.house.knowledge.index_builds.state().number
    held = {}
    for scope in Scope:
        file = tmp_path / scope.value
        file.write_bytes(base.house.files.read(place(scope, number)))
        held[scope] = everything(file)
    for word in WORDS:
        assert word.encode() not in held[Scope.PUBLIC]
        assert word[::-1].encode() not in held[Scope.PUBLIC]
        assert word.encode() in held[Scope.INTERNAL]
    assert b"bulb" in held[Scope.PUBLIC]
    assert b"bulb" not in held[Scope.INTERNAL]


@pytest.mark.parametrize("who", ["nobody", "customer", "agent"])
def test_public_search_is_the_same_for_an_internal_word_as_for_none(
    base: KnowledgeBase, browse: Callable[..., Browser], people: People, who: str
) -> None:
    """Status, page, count and JSON, also for staff: the help centre is for everybody, and so is its search."""
    del base
    browser = browse({"nobody": None, "customer": people.owner, "agent": people.agent}[who])
    for word in WORDS:
        for accept in ("text/html", "application/json"):
            asked, absent = (
                browser.request("GET", f"/search?q={q}", headers={"Accept": accept}) for q in (word, "x" * len(word))
            )
            assert asked.status == absent.status == 200
            assert asked.body.replace(word.encode(), b"") == absent.body.replace(b"x" * len(word), b"")


def test_a_slip_does_not_lead_to_an_internal_word(base: KnowledgeBase, browse: Callable[..., Browser]) -> None:
    """Corrections and beginnings of words come from the public index too."""
    del base
    for q in ("quokkabery", "quokka", "mulligrib", "discuonts"):
        found = json.loads(browse().request("GET", f"/search?q={q}", headers={"Accept": "application/json"}).body)
        assert found == {"hits": [], "total": 0}


def test_only_the_portal_for_staff_finds_it(
    base: KnowledgeBase, browse: Callable[..., Browser], people: People
) -> None:
    """Switched on, for a member of staff; with only internal articles, no others."""
    agent = browse(people.agent)
    assert agent.request("GET", "/internal/search?q=quokkaberry").status == 404
    base.house.portal.settings.change(internal_portal=True)
    page = agent.get("/internal/search?q=quokkaberry")
    assert [link.text for link in page.all("ol.found h2 a")] == ["Quokkaberry discounts"]
    assert page.one(".found .pill").text == "Internal"
    assert agent.get("/internal/search?q=bulb").all("ol.found h2 a")
    base.house.portal.settings.change(internal_only=True)
    assert not agent.get("/internal/search?q=bulb").all("ol.found h2 a")
    base.house.portal.settings.change(internal_kb=False)
    assert agent.request("GET", "/internal/search?q=quokkaberry").status == 404


@pytest.mark.parametrize("who", ["nobody", "customer"])
def test_nobody_else_reaches_the_search_of_staff(
    base: KnowledgeBase, browse: Callable[..., Browser], people: People, who: str
) -> None:
    """They are sent to sign in, and see nothing."""
    base.house.portal.settings.change(internal_portal=True)
    browser = browse(people.owner if who == "customer" else None)
    response = browser.request("GET", "/internal/search?q=quokkaberry")
    assert response.status == 303
    assert b"discounts" not in response.body


HOSTILE = (
    '" OR title : *',
    "NEAR(bulb lamp)",
    "bulb\x00lamp",
    "'; DROP TABLE said; --",
    "<script>alert(1)</script>",
    "\u202egnp.bulb",
    "\U0001f4a1" * 500,
    "bulb " * 1_000,
    "(" * 2_000,
    "%",
    "bulb\ud7ff\uffff",
)


def test_whatever_is_typed_is_answered(base: KnowledgeBase, browse: Callable[..., Browser]) -> None:
    """As a page, with nothing of it as markup."""
    del base
    browser = browse()
    for question in HOSTILE:
        response = browser.request("GET", f"/search?q={quote(question)}")
        assert response.status == 200, question[:40]
        assert b"<script>alert" not in response.body


def titles(browser: Browser, path: str) -> list[str]:
    """Return the titles that a search shows."""
    return [link.text for link in browser.get(path).all("ol.found h2 a")]


@pytest.mark.parametrize("how", ["internal", "unpublished", "archived"])
def test_what_is_taken_from_readers_is_not_found_before_the_next_build(
    base: KnowledgeBase, browse: Callable[..., Browser], how: str
) -> None:
    """The index is behind for seconds, or for as long as builds fail: neither title nor snippet nor count tells."""
    house, browser = base.house, browse()
    article = base.publish("Thunderplum recall", "Do not eat thunderplum.")
    house.knowledge.index_builds.build()
    assert titles(browser, "/search?q=thunderplum") == ["Thunderplum recall"]
    if how == "internal":
        base.change(article, scope=Scope.INTERNAL)
    elif how == "unpublished":
        house.knowledge.editing.unpublish(OPERATOR, article.id, "en")
    else:
        house.knowledge.editing.archive(OPERATOR, article.id)
    assert house.knowledge.index_builds.state().wanted > house.knowledge.index_builds.state().built
    assert titles(browser, "/search?q=thunderplum") == []
    answer = browser.request("GET", "/search?q=thunderplum", headers={"Accept": "application/json"})
    assert json.loads(answer.body) == {"hits": [], "total": 0}
    assert titles(browser, "/search?q=bulb") == ["Change the bulb"]


def test_a_language_taken_back_is_not_found_before_the_next_build(
    base: KnowledgeBase, browse: Callable[..., Browser]
) -> None:
    """The article is still there in another language; an article that moved is found under its old address."""
    house, browser = base.house, browse()
    article = base.publish("Plum recall", "Do not eat plums.")
    base.translate(article, "de", "Pflaumenrückruf", "Keine Pflaumen essen.")
    house.knowledge.index_builds.build()
    house.knowledge.editing.unpublish(OPERATOR, article.id, "de")
    assert titles(browser, "/search?q=pflaumen&lang=de") == []
    base.change(article, slug="plums-again")
    assert titles(browser, "/search?q=plum") == ["Plum recall"]
