"""What may be said: how long, on how many lines, of which characters. Rules alone, no AWS."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.conversations.model import MAX_BODY, MAX_SUBJECT, check_body, check_subject
from chalicelib.refusals import EmptyMessage, MessageTooLong, SubjectMissing, SubjectTooLong
from chalicelib.text import clean_body, clean_line

ANYTHING = st.text(st.characters(exclude_categories=()))
"""Every code point there is, lone surrogates and NUL too."""
FAMILY = "👨\u200d👩\u200d👧\u200d👦"
"""One family to the eye, seven code points."""


@pytest.mark.parametrize("character", ["a", "é", "e\u0301", "漢", "🙂", "\U0010ffff", "\n", "م"])
def test_10240_code_points_are_taken_and_one_more_is_not(character: str) -> None:
    """Code points count: not bytes, not UTF-16 units, not what the eye sees."""
    text = "x" + character * (MAX_BODY // len(character))
    text = text[: MAX_BODY - 1] + "x"
    assert len(text) == 10_240
    assert check_body(text, 0) == text
    with pytest.raises(MessageTooLong) as refused:
        check_body(text + "x", 0)
    assert "10,241" in refused.value.sentence
    assert refused.value.field == "body"


def test_an_emoji_of_several_code_points_counts_as_several() -> None:
    assert len(FAMILY) == 7
    fits = FAMILY * (MAX_BODY // 7)
    assert check_body(fits, 0) == fits
    with pytest.raises(MessageTooLong):
        check_body(fits + FAMILY, 0)


def test_a_line_end_counts_as_one_however_the_browser_sent_it() -> None:
    """Browsers send CR LF; what the counter on the page counts is LF."""
    lines = ["x" * 99] * 102 + ["x" * 40]
    text = "\r\n".join(lines)
    assert len(text) > MAX_BODY
    assert check_body(text, 0) == "\n".join(lines)
    assert len(check_body(text, 0)) == MAX_BODY
    with pytest.raises(MessageTooLong):
        check_body(text + "x", 0)


@given(ANYTHING, st.integers(0, 6))
def test_what_is_taken_is_clean_and_stays_as_it_is(text: str, files: int) -> None:
    """Cleaning twice changes nothing; what comes out has no control but tab and line end, and is sound UTF-8."""
    try:
        body = check_body(text, files)
    except EmptyMessage:
        assert not files
        assert not clean_body(text)
        return
    assert body or files
    assert check_body(body, files) == body
    assert not {one for one in body if unicodedata.category(one) == "Cc"} - {"\n", "\t"}
    assert body.encode().decode() == body
    assert len(body) <= len(text)


@given(ANYTHING)
def test_what_people_wrote_is_otherwise_kept_to_the_letter(text: str) -> None:
    """No normalisation, no folding, no lost spaces inside: only control characters and what no text can hold change."""
    lines = text.replace("\r\n", "\n").translate(dict.fromkeys([0x0D, 0x0B, 0x0C, 0x85], "\n"))
    kept = [
        "?" if unicodedata.category(one) == "Cs" else one
        for one in lines
        if one in "\n\t" or unicodedata.category(one) != "Cc"
    ]
    assert clean_body(text) == "".join(kept).strip("\n \t")


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\r\n \t", "\x00", "\x00\r\n", "\x1b\x7f\x9f\x85"])
def test_an_empty_message_is_refused_unless_it_carries_a_file(text: str) -> None:
    with pytest.raises(EmptyMessage):
        check_body(text, 0)
    assert check_body(text, 1) == ""


def test_lone_surrogates_become_a_question_mark() -> None:
    """They come from broken escapes, and no database or mail program takes them."""
    assert clean_body("a\ud83db\udc00") == "a?b?"
    assert clean_line("a\ud83db\udc00") == "a?b?"


@given(ANYTHING)
def test_a_subject_or_name_is_one_line_that_nothing_can_break(text: str) -> None:
    """No control, separator or direction override is left, and cleaning it again changes nothing."""
    line = clean_line(text)
    assert line == line.strip()
    assert "  " not in line
    assert clean_line(line) == line
    assert len(line.splitlines()) <= 1
    assert {unicodedata.category(one) for one in line}.isdisjoint({"Cc", "Cn", "Co", "Cs", "Zl", "Zp"})
    assert set(line).isdisjoint("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\ufeff")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Lamp\r\nBcc: everybody@example.com", "Lamp Bcc: everybody@example.com"),
        ("one\u2028two\u2029three\x85four\x0bfive", "one two three four five"),
        ("  many   spaces\u00a0here\u3000too ", "many spaces here too"),
        ("invoice\u202efdp.exe", "invoicefdp.exe"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        (FAMILY, FAMILY),
        ("नमस्ते 👋🏽", "नमस्ते 👋🏽"),
        ("ünïcode", "ünïcode"),
        ("\x00\x07\x1b[31m", "[31m"),
    ],
)
def test_lines_as_they_come_out(text: str, line: str) -> None:
    """Controls become a space or go; what scripts and emoji need to be written stays."""
    assert clean_line(text) == line


def test_a_subject_is_there_and_has_at_most_200_code_points() -> None:
    assert check_subject("🙂" * MAX_SUBJECT) == "🙂" * 200
    with pytest.raises(SubjectTooLong) as too_long:
        check_subject("🙂" * 201)
    assert too_long.value.field == "subject"
    for nothing in ("", "  \r\n", "\u202e\ufeff", "\x00"):
        with pytest.raises(SubjectMissing):
            check_subject(nothing)


def test_what_cleaning_takes_away_does_not_count_against_a_subject() -> None:
    assert check_subject("  " + "x" * 200 + "\r\n") == "x" * 200
