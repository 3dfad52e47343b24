"""What is asked for in conversations: words by their beginnings, whatever their script, and signs as they are."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.finding.model import asked, missing
from chalicelib.finding.pages import PAGE, merged, packed, pages, unpacked
from chalicelib.text import clean_body


def found(text: str, question: str) -> bool:
    """Tell whether a text has all that is asked for."""
    return not missing(asked(question), [text])


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("The shade is broken", "brok"),
        ("The shade is broken", "SHADE the"),
        ("Send me an e-mail", "email"),
        ("Send me an email", "e-mail"),
        ("Order E-27", "e27"),
        ("Order 48-1162.", "48-11"),
        ("Don't!", "don't"),
        ("Größe", "grosse"),
        ("注文した照明の配送日", "配送日"),
        ("発注", "注"),
        ("القمر", "ال"),
        ("القمر", "الق"),
        ("القمر", "قمر"),
        ("والقمر", "ا"),
        ("100% sure :-)", ":-) 100"),
    ],
)
def test_it_is_found(text: str, question: str) -> None:
    assert found(text, question)


@pytest.mark.parametrize(
    ("text", "question"), [("The shade is broken", "roken"), ("one two", "one three"), ("注文", "文注"), ("a", "%")]
)
def test_it_is_not_found(text: str, question: str) -> None:
    """The middle of a word is no word."""
    assert not found(text, question)


def folded(text: str) -> str:
    """Return a text as search compared it when it read every message."""
    return unicodedata.normalize("NFKC", text).casefold()


WRITTEN = st.text(
    st.one_of(
        st.sampled_from("aeiorst ABCß'-_.,#@0123456789\n"),
        st.sampled_from("éüçøœıİſﬁμΣς٣ابتةلوقمر \u0301\u064e注文した照明カガｶﾞ配送บริการ한글 हिंदी"),
        st.characters(codec="utf-8", exclude_categories=("Cs", "Cc", "Zl", "Zp")),
    ),
    min_size=1,
    max_size=40,
)


@given(WRITTEN, st.data())
def test_the_beginning_of_each_word_finds_it(written: str, data: st.DataObject) -> None:
    """Whatever was found by reading every message and is the beginning of a word there, is found."""
    text = clean_body(written)
    pieces = text.split()
    if not pieces:
        return
    piece = data.draw(st.sampled_from(pieces))
    question = piece[: data.draw(st.integers(1, len(piece)))]
    if folded(piece).startswith(folded(question)):
        assert found(text, question)


POSTINGS = st.dictionaries(
    st.text(st.characters(codec="utf-8", exclude_characters="\n"), min_size=1, max_size=12),
    st.sets(st.binary(min_size=3, max_size=3), min_size=1, max_size=9).map(lambda some: b"".join(sorted(some))),
    max_size=40,
)


@given(POSTINGS, POSTINGS)
def test_pages_have_what_was_put_into_them(one: dict[str, bytes], other: dict[str, bytes]) -> None:
    both = merged([one, other])
    assert set(both) == {*one, *other}
    assert unpacked(packed(both)) == both
    every = list(pages(both))
    assert {word: some for page in every for word, some in page.items()} == both
    words = [word for page in every for word in page]
    assert words == sorted(both)


def test_a_page_is_read_for_half_a_unit() -> None:
    """Whether it has many words in one conversation each or few in many."""
    rare = {f"{number * 7919 % 100_000}word": number.to_bytes(3, "big") for number in range(5_000)}
    common = {f"word{n}": b"".join((n * 7919 + k * 104_729).to_bytes(3, "big") for k in range(150)) for n in range(60)}
    for postings in (rare, common):
        sizes = [len(packed(page)) for page in pages(postings)]
        assert len(sizes) > 5
        assert max(sizes) <= PAGE + 200
