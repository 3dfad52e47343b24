"""The rules of mail on its way, without AWS."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.mail.model import MAX_QUOTE, Kind, bounced, given_up, id_of_tag, reply_id, shortened, tag, wait


@given(st.integers(1, 99_999_999))
def test_a_tag_has_only_what_ses_takes_and_leads_back(seq: int) -> None:
    mail_id = reply_id("0" * 26, seq)
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,256}", tag(mail_id))
    assert id_of_tag(tag(mail_id)) == mail_id
    assert id_of_tag(tag("0" * 26)) == "0" * 26


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 10), (2, 40), (3, 160), (4, 640)])
def test_waits_grow_fourfold_a_fifth_more_or_less(attempts: int, seconds: int) -> None:
    assert wait(Kind.REPLY, attempts, 0.0) == round(0.8 * seconds)
    assert wait(Kind.REPLY, attempts, 1.0) == round(1.2 * seconds)
    assert wait(Kind.SIGN_IN, attempts, 1.0) <= 72


@given(st.text(max_size=3_000))
def test_a_quote_is_bounded_and_a_beginning(text: str) -> None:
    short = shortened(text)
    assert len(short) <= MAX_QUOTE
    assert text.startswith(short.removesuffix("…") if len(text) > MAX_QUOTE else short)


def test_sentences_are_sentences() -> None:
    for kind, sub_type in [("Permanent", "General"), ("Permanent", "Suppressed"), ("Transient", "MailboxFull")]:
        assert bounced(kind, sub_type).endswith(".")
    assert bounced("Transient", "General") == ""
    assert given_up("The mail service did not answer.").endswith(".")
