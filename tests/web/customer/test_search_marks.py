"""My Conversations shows where what was searched for is: marked, in an excerpt of the message that has most of it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest

from chalicelib.conversations import searching
from chalicelib.themes.model import Content
from chalicelib.wiring import House
from tests.browser import Browser, Element
from tests.people import People
from tests.themes.world import MIRA

RELEASED = "1.0.20"
"""The last Midtown whose pages marked nothing in My Conversations."""


@pytest.fixture
def search(people: People, browse: Callable[..., Browser]) -> Callable[[str], list[Element]]:
    """Return what gives the lines that a search shows."""
    owner = browse(people.owner)
    return lambda words: owner.get(f"/conversations?q={quote(words)}").all("ol.rows li")


def bare(line: Element) -> str:
    """Return what a line says of a message; a page's text has spaces around marks."""
    return "".join(line.one(".preview").text.split())


def marks(part: Element, where: str) -> list[str]:
    return [one.text for one in part.all(f"{where} mark")]


@pytest.mark.parametrize(
    ("written", "words", "marked"),
    [
        ("Das Café, dort", "cafe", ["Café"]),
        ("Die Größe stimmt", "groesse", ["Größe"]),
        ("The Wi-Fi lamp", "wifi", ["Wi-Fi"]),
        ("I don’t know", "dont", ["don’t"]),
        ("Ça va, Zoë?", "zoe ca", ["Ça", "Zoë"]),
        ("مُحَمَّد هنا", "محمد", ["مُحَمَّد"]),
        ("হাসপাতালে আছি", "হাসপাতাল", ["হাসপাতালে"]),
        ("商品を返品したい", "返品", ["返品"]),
    ],
)
def test_whole_words_are_marked_in_subject_and_message(
    people: People, search: Callable[[str], list[Element]], written: str, words: str, marked: list[str]
) -> None:
    """As they are written there, however they were typed."""
    people.plant(people.owner, (written, "Hello?"), subject=f"1 {written}")
    (line,) = search(words)
    assert marks(line, "h2 a") == marked
    people.plant(people.owner, (written, "Hello?"), subject="Two")
    lines = {line.one("h2 a").text: line for line in search(words)}
    assert marks(lines["Two"], ".preview") == marked


def test_an_excerpt_is_of_the_message_that_has_most(people: People, search: Callable[[str], list[Element]]) -> None:
    """The newest of several, whoever wrote it, and on one line; it says whether that was the customer."""
    said = ("A shade of a lamp", "Yes", "The lamp,\n\nand its <b>shade</b>", "The lamp?")
    people.plant(people.owner, said, subject="Theirs")
    (line,) = search("lamp shade")
    assert bare(line) == "You:Thelamp,andits<b>shade</b>"
    assert marks(line, ".preview") == ["lamp", "shade"]
    (line,) = search("yes")
    assert line.one(".preview").text == "Yes"


def test_where_only_the_subject_has_it_the_last_message_is_shown(
    people: People, search: Callable[[str], list[Element]]
) -> None:
    people.plant(people.owner, ("Hello?",), subject="A heron & more")
    (line,) = search("heron")
    assert line.one("h2 a").text == "A heron & more"
    assert (marks(line, "h2 a"), marks(line, ".preview")) == (["heron"], [])
    assert line.one(".preview").text == "You: Hello?"


def test_an_excerpt_of_a_long_message_is_around_what_was_found(
    people: People, search: Callable[[str], list[Element]]
) -> None:
    people.plant(people.owner, ("Nothing. " * 300 + "A heron stood there. " + "More. " * 300,), subject="Long")
    (line,) = search("heron")
    text = line.one(".preview").text
    assert text.startswith("You: … Nothing.")
    assert "A heron stood there." in text
    assert text.endswith(" …")
    assert len(text) < 180


@pytest.mark.parametrize("heron", [0, 60, 119])
def test_a_long_conversation_has_an_excerpt_wherever_in_it_that_is(
    people: People, search: Callable[[str], list[Element]], monkeypatch: pytest.MonkeyPatch, heron: int
) -> None:
    """It is read in steps, and what was read in an earlier one is not lost."""
    monkeypatch.setattr(searching, "SEARCH_STEP", 25)
    said = ["Hello?"] * 120
    said[heron] = "A heron"
    people.plant(people.owner, tuple(said), subject="Long")
    (line,) = search("heron")
    assert marks(line, ".preview") == ["heron"]


def test_what_was_removed_is_in_no_excerpt(
    house: House, people: People, search: Callable[[str], list[Element]]
) -> None:
    """Nor can what the product put there be taken for what somebody wrote."""
    (head,) = people.plant(people.owner, ("My heron card is 4111.", "Hello?"), subject="Card")
    house.conversations.desk.redact(people.agent, people.head(head.id), 1, part="4111")
    (line,) = search("heron")
    assert "4111" not in line.text
    assert "█" not in line.text
    assert marks(line, ".preview") == ["heron"]
    assert search("4111") == []


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", '"><img src=x>', "</mark>", "&lt;", "\u202e x"])
def test_nothing_that_is_written_or_asked_becomes_markup(
    people: People, search: Callable[[str], list[Element]], words: str
) -> None:
    """In the subject, in the message, and in the words themselves."""
    people.plant(people.owner, (f"before {words} behind",), subject=f"1 {words}")
    people.plant(people.owner, (f"before {words} behind",), subject="2")
    lines = search(words)
    assert len(lines) == 2
    for line in lines:
        assert line.all("script") == []
        assert line.all("img") == []
        assert "".join(words.replace("\u202e", "").split()) in bare(line)
        assert "\u202e" not in line.one(".preview").text


def test_without_a_search_nothing_is_marked(people: People, browse: Callable[..., Browser]) -> None:
    people.plant(people.owner, ("Hello? <mark>x</mark>",), subject="A <mark>heron</mark>")
    owner = browse(people.owner)
    for query in ("", "?q=", "?q=%20", "?q=%E2%80%8B"):
        assert owner.get(f"/conversations{query}").all("ol.rows mark") == []


def test_a_theme_made_before_shows_its_lines_as_it_did(
    house: House, people: People, search: Callable[[str], list[Element]]
) -> None:
    """The names that it knows mean what they meant: subject and last message, as text."""
    people.plant(people.owner, ("A heron <b>", "Hello?"), subject="Heron & co")
    older = house.midtowns.files(RELEASED)
    files = {name: f"{older[name]}\n" for name in ("parts/row.html", "search.html")}
    theme = house.themes.create(MIRA, "Older", Content(RELEASED, files, {name: older[name] for name in files}))
    house.themes.publish(MIRA, theme.id, 1, ())
    (line,) = search("heron")
    assert line.one("h2 a").text == "Heron & co"
    assert line.one(".preview").text == "Hello?"
    assert line.all("mark") == []
