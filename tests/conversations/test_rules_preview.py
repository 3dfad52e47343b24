"""What a list shows of a message, before and after a redaction. Rules alone, no AWS."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from chalicelib.attachments.model import Attachment
from chalicelib.conversations.model import (
    MAX_PREVIEW,
    REDACTED,
    Direction,
    Message,
    preview,
    redact_part,
    redacted_preview,
)
from chalicelib.refusals import PartNotFound
from chalicelib.text import clean_body, clean_line

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
FILE = Attachment("0" * 26, "plan.pdf", "application/pdf", 10)


def message(body: str, *files: Attachment, redacted: bool = False) -> Message:
    at = datetime(2026, 3, 1, tzinfo=UTC)
    return Message("0" * 26, 1, Direction.IN, "portal", "Ada", "0" * 26, body, at, files, redacted)


@given(TEXT, st.integers(0, 6))
def test_a_preview_is_one_short_line(body: str, files: int) -> None:
    """At most 140 code points and no line end, whatever somebody wrote."""
    line = preview(body, files)
    assert len(line) <= MAX_PREVIEW == 140
    assert len(line.splitlines()) <= 1
    if line and clean_line(body) and not line.endswith("…"):
        assert clean_line(body).startswith(line)


def test_a_long_message_is_cut_with_an_ellipsis() -> None:
    assert preview("a" * 140, 0) == "a" * 140
    assert preview("a" * 141, 0) == "a" * 139 + "…"
    assert preview("word " * 100, 0).endswith("word…")


def test_lines_run_on_in_a_preview() -> None:
    assert preview("Hello,\n\nit flickers.\n", 0) == "Hello, it flickers."


def test_a_message_of_files_only_says_how_many() -> None:
    assert preview("", 1) == "📎 1 file"
    assert preview("", 6) == "📎 6 files"
    assert preview("See here", 2) == "See here"


@given(TEXT, TEXT, TEXT)
def test_every_occurrence_of_a_part_goes_and_nothing_else_does(before: str, part: str, after: str) -> None:
    """Whatever stands around it; the text between the occurrences is kept to the letter."""
    part = clean_body(part)
    assume(part)
    body = clean_body(before + part + after + part)
    assume(part in body and REDACTED not in body and part not in REDACTED)
    assume(not any(REDACTED.startswith(part[-n:]) or REDACTED.endswith(part[:n]) for n in range(1, len(part) + 1)))
    redacted = redact_part(body, part)
    assert part not in redacted
    assert redacted.split(REDACTED) == body.split(part)


def test_a_part_is_found_however_the_browser_sent_its_line_ends() -> None:
    """A textarea sends CR LF, and people select a space too many."""
    assert redact_part("My card:\n4111\n1111\nThanks", " 4111\r\n1111 ") == f"My card:\n{REDACTED}\nThanks"


@pytest.mark.parametrize("part", ["", "  ", "\r\n", "not there", "CARD"])
def test_a_part_that_does_not_occur_is_refused(part: str) -> None:
    with pytest.raises(PartNotFound):
        redact_part("my card", part)


def test_the_preview_after_a_redaction_says_what_is_left() -> None:
    assert redacted_preview(message("", redacted=True)) == REDACTED
    assert redacted_preview(message(f"card {REDACTED}", redacted=True)) == f"card {REDACTED}"
    assert redacted_preview(message("", FILE, redacted=True)) == "📎 1 file"
