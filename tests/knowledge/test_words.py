"""What search takes for the same word, in the languages of the product."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.words import fold, words


def folded(text: str) -> list[str]:
    return [word.folded for word in words(text)]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("LAMP", "lamp"),
        ("Rückgabe", "ruckgabe"),
        ("Straße", "STRASSE"),
        ("étagère", "e\u0301tage\u0300re"),
        ("Œuvre", "oeuvre"),
        ("ﬁnish", "finish"),
        ("ＡＢＣ１２", "abc12"),
        ("co\u00adoperate", "cooperate"),
        ("إرجاع", "ارجاع"),
        ("كِتَاب", "كتاب"),
        ("المصباح", "مصباح"),
        ("والمصباح", "مصباح"),
        ("مـصـبـاح", "مصباح"),
        ("شركة", "شركه"),
        ("٤٨", "48"),
        ("ﾗﾝﾌﾟ", "ランプ"),
        ("ぱすわーど", "パスワード"),
    ],
)
def test_the_same_word_written_otherwise(one: str, other: str) -> None:
    assert {*folded(one)} & {*folded(other)}


@pytest.mark.parametrize(("one", "other"), [("が", "か"), ("resume", "rescue"), ("لمس", "مس"), ("1", "2")])
def test_other_words_stay_other_words(one: str, other: str) -> None:
    assert folded(one) != folded(other)


def test_text_without_spaces_is_taken_by_twos() -> None:
    assert folded("ランプの返品") == ["らん", "んぷ", "ぷの", "の返", "返品"]
    assert folded("鏡") == ["鏡"]
    assert folded("USBケーブル2本") == ["usb", "けー", "ーぶ", "ぶる", "2", "本"]


def test_punctuation_and_pictures_are_no_words() -> None:
    assert folded("“Lamp?” — l'étagère; 48-1162 🪔 \x00 __x__") == [
        *("lamp", "l", "etagere", "letagere", "48", "1162", "481162", "x")
    ]


@given(st.text(max_size=200))
def test_any_text_comes_apart_within_its_bounds(text: str) -> None:
    """Whatever stands there, words are in order, lie within the text, and hold nothing FTS5 could take for more."""
    last = 0
    for word in words(text):
        assert last <= word.start < word.end <= len(text) or word.start < last
        assert word.folded
        assert '"' not in word.folded
        assert "\0" not in word.folded
        assert " " not in word.folded
        last = word.start


@given(st.text(alphabet=st.characters(categories=["L"]), min_size=1, max_size=30))
def test_folding_again_changes_nothing(text: str) -> None:
    """An index and a question are folded the same, so what is folded must stay."""
    once = fold(text)
    assert fold(fold(once)) == fold(once)
