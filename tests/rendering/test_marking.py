"""What a search found is marked, as whole letters, in safe HTML; of a long text the part around it is shown."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.finding.model import asked, spots
from chalicelib.rendering.marking import excerpt, marked, pieces


def shown(text: str, question: str, length: int = 200) -> str:
    return str(excerpt(text, spots(asked(question), text), length))


@pytest.mark.parametrize(
    ("text", "question", "html"),
    [
        ("Fish & <b>chips</b>", "chip b", "Fish &amp; &lt;<mark>b</mark>&gt;<mark>chips</mark>&lt;/<mark>b</mark>&gt;"),
        ("“Wi-Fi”, they say", "wifi", "“<mark>Wi-Fi</mark>”, they say"),
        ("Groß & größer", "groesser gross", "<mark>Groß</mark> &amp; <mark>größer</mark>"),
        ("返品配送", "返品 配送", "<mark>返品</mark><mark>配送</mark>"),
        ("ラグランプリ", "ランプ", "ラグ<mark>ランプ</mark>リ"),
        ("คืนโคมไฟป้ายนี้", "ปา้", "คืนโคมไฟป้ายนี้"),
        ("ធ្វើការ", "ធ", "<mark>ធ្</mark>វើការ"),
        ("Yes 👩\u200d🔧!", "👩", "Yes <mark>👩\u200d🔧</mark>!"),
        ("Fine 👍🏽👍", "👍", "Fine <mark>👍🏽</mark><mark>👍</mark>"),
        ("e\u0301te\u0301", "ete", "<mark>e\u0301te\u0301</mark>"),
        ("a \u0301 b", "b", "a \u0301 <mark>b</mark>"),
    ],
)
def test_what_was_found_is_marked_and_the_rest_escaped(text: str, question: str, html: str) -> None:
    """A mark begins and ends where a letter does, be it one with vowel signs or a picture of several characters."""
    assert str(marked(pieces(text, spots(asked(question), text)))) == html
    assert shown(text, question) == html


def test_a_long_text_is_shown_around_what_was_found() -> None:
    """From the beginning of a word to the end of one, where most different words are together."""
    text = "The lamp. " + "Nothing here. " * 30 + "The shade of the lamp is broken. " + "More of it. " * 30
    html = shown(text, "shade lamp", 120)
    assert html.startswith("… ")
    assert html.endswith(" …")
    assert "The <mark>shade</mark> of the <mark>lamp</mark> is broken." in html
    assert len(html.replace("<mark>", "").replace("</mark>", "")) <= 120 + 4


@pytest.mark.parametrize(
    "text", ["漢字" * 300 + "返品" + "仮名" * 300, "क्ष्" * 200 + " मिला " + "क्ष्" * 200, "👩\u200d🔧" * 300]
)
def test_a_text_without_spaces_is_cut_between_letters(text: str) -> None:
    html = shown(text, "返品 मिला", 100)
    for part in html.replace("<mark>", "\n").replace("</mark>", "\n").strip("… ").split("\n"):
        assert not part or unicodedata.category(part[0])[0] != "M"
        assert not part.startswith("\u200d")
        assert not part.endswith("\u200d")


def test_marks_without_end_cost_no_more() -> None:
    """A text of ten thousand marks after one letter, each of them found: no more than a few are looked at for each."""
    text = "ก" + "\u0e48" * 10_000
    places = spots(asked("ก่่"), text)
    assert len(places) > 5_000
    assert shown(text, "ก่่").count("<mark>") == 1


@given(text=st.text(max_size=400), question=st.text(max_size=20))
def test_an_excerpt_is_safe_and_says_nothing_else(text: str, question: str) -> None:
    """Whatever is written: no markup but marks in turn, and between them only what is in the text."""
    text = " ".join(f"{text} {question}".split()).replace("…", "")
    html = shown(text, question, 60)
    bare = html.replace("<mark>", "").replace("</mark>", "")
    assert html.count("<mark>") == html.count("</mark>")
    assert "<" not in bare
    assert ">" not in bare
    plain = bare.removeprefix("… ").removesuffix(" …")
    for entity, sign in (("&lt;", "<"), ("&gt;", ">"), ("&#34;", '"'), ("&#39;", "'"), ("&amp;", "&")):
        plain = plain.replace(entity, sign)
    assert plain in text
    assert str(marked(pieces(text, spots(asked(question), text)))).count("&lt;") == text.count("<") + text.count("&lt;")
