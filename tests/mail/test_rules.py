"""The rules of mail, without AWS."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from chalicelib.mail.model import MAX_QUOTE, ReplyMail, bounced, id_of_tag, shortened, tag


@given(st.integers(1, 99_999_999))
def test_a_tag_has_only_what_ses_takes_and_leads_back(seq: int) -> None:
    mail_id = ReplyMail("0" * 26, seq).id
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,256}", tag(mail_id))
    assert id_of_tag(tag(mail_id)) == mail_id
    assert id_of_tag(tag("0" * 26)) == "0" * 26


@given(st.text(max_size=3_000))
def test_a_quote_is_bounded_and_a_beginning(text: str) -> None:
    short = shortened(text)
    assert len(short) <= MAX_QUOTE
    assert text.startswith(short.removesuffix("…") if len(text) > MAX_QUOTE else short)


def test_sentences_are_sentences() -> None:
    for kind, sub_type in [("Permanent", "General"), ("Permanent", "Suppressed"), ("Transient", "MailboxFull")]:
        assert bounced(kind, sub_type).endswith(".")
    assert bounced("Transient", "General") == ""
