"""A message is one message, whatever stands in subjects, names, addresses and bodies (attacks 12, 16, 28)."""

from __future__ import annotations

import email.policy
from dataclasses import replace
from datetime import UTC, datetime
from email import message_from_bytes
from email.header import decode_header, make_header
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parseaddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.mail.mime import MAX_VALUE, Head, build, display_name, ses_message_id
from chalicelib.text import clean_line

HEAD = Head(
    from_name="Mira Voss via Alder & Finch",
    from_address="support@support.test",
    to="ines@customers.test",
    subject="Re: The lamp flickers",
    message_id="<0.1@reply.support.test>",
    date=datetime(2026, 11, 22, 15, 0, tzinfo=UTC),
    reply_to="reply+0-a@reply.support.test",
    references=("<0@reply.support.test>", "<a@email.amazonses.com>"),
)
HEADERS = ["From", "To", "Subject", "Date", "Message-ID", "Reply-To", "In-Reply-To", "References"]
MIME_HEADERS = ["MIME-Version", "Content-Type"]

NASTY = st.text(
    st.one_of(
        st.characters(),
        st.sampled_from('\r\n\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029\x00\u202e"\\<>@,;:=?_()'),
    ),
    max_size=400,
)
PIECES = st.lists(
    st.one_of(
        NASTY,
        st.sampled_from(
            ["\r\nBcc: x@y.test", "\n\n<html>", "=?utf-8?q?=0D=0ABcc:_x@y.test?=", "\r\n.\r\n", "--=_foyer--"]
        ),
    ),
    max_size=4,
).map("".join)


def parsed(raw: bytes) -> EmailMessage:
    """Read a message as mail programs do."""
    return BytesParser(policy=email.policy.default).parsebytes(raw)


def well_formed(raw: bytes) -> None:
    """Hold a message to what SES and mail servers ask of it."""
    assert raw.isascii()
    assert b"\r" not in raw.replace(b"\r\n", b"")
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert b"\x00" not in raw
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    head = raw.split(b"\r\n\r\n", 1)[0].decode()
    for line in head.replace("\r\n ", " ").split("\r\n"):
        name, _, value = line.partition(":")
        assert name in [*HEADERS, *MIME_HEADERS, "Auto-Submitted", "X-Auto-Response-Suppress"]
        assert len(value.strip()) <= MAX_VALUE
        assert value.isprintable()


@given(subject=PIECES, name=PIECES)
def test_no_subject_or_name_adds_a_header_or_a_part(subject: str, name: str) -> None:
    raw = build(replace(HEAD, subject=subject, from_name=name), "text", "<p>html</p>")
    well_formed(raw)
    message = parsed(raw)
    assert message.keys() == [*HEADERS, *MIME_HEADERS]
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert message["From"].addresses[0].addr_spec == "support@support.test"
    assert len(message["From"].addresses) == 1
    assert message["To"] == "ines@customers.test"


@given(subject=PIECES)
def test_a_subject_reads_as_it_was_written(subject: str) -> None:
    """On one line, and shortened only where a header has no room."""
    read = parsed(build(replace(HEAD, subject=subject), "", ""))["Subject"]
    wanted = clean_line(subject)
    if len(wanted.encode()) <= 500 or (wanted.isascii() and len(wanted) < 500):
        assert " ".join(read.split()) == wanted
    else:
        assert wanted.startswith(read[:-1].rstrip()[:50])


@pytest.mark.parametrize(
    "name",
    [
        "Mira Voss",
        'O\'Neil, Mary "M" \\ Co.',
        "مايا حداد",
        "田中さくら",
        "अनिता शर्मा",
        "🪔 Lamp",
        "a@b.test",
        "=?utf-8?b?QQ==?=",
    ],
)
def test_names_of_all_scripts_stand_in_front_of_the_address(name: str) -> None:
    message = message_from_bytes(build(replace(HEAD, from_name=display_name(name, "Alder & Finch")), "", ""))
    shown, address = parseaddr(message["From"].replace("\r\n", ""))
    assert str(make_header(decode_header(shown))) == f"{name} via Alder & Finch"
    assert address == "support@support.test"


@pytest.mark.parametrize("character", ["a", "é", "灯", "🪔", '"', "\\"])
def test_the_longest_subjects_and_names_fit(character: str) -> None:
    """200 code points of subject; 80 of agent and of organization."""
    subject, name = "Re: " + character * 200, display_name(character * 80, character * 80)
    raw = build(replace(HEAD, subject=subject, from_name=name), "", "")
    well_formed(raw)
    assert max(len(line) for line in raw.split(b"\r\n\r\n", 1)[0].split(b"\r\n")) <= 400
    assert parsed(raw)["Subject"].startswith("Re: " + character * 100)


def test_lines_with_encoded_words_have_at_most_76_characters() -> None:
    raw = build(replace(HEAD, subject="灯" * 200, from_name="灯" * 100), "", "")
    assert max(len(line) for line in raw.split(b"\r\n") if b"=?" in line) <= 76


@given(text=PIECES, html=PIECES)
def test_bodies_arrive_as_they_were_given(text: str, html: str) -> None:
    raw = build(HEAD, text, html)
    well_formed(raw)
    parts = [part.get_payload(decode=True).decode() for part in parsed(raw).iter_parts()]
    wanted = [
        one.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace").decode().rstrip("\n")
        for one in (text, html)
    ]
    assert [part.replace("\r\n", "\n").rstrip("\n") for part in parts] == wanted


@pytest.mark.parametrize("body", ["a" * 10_240, "🪔" * 10_240, "\n" * 10_240, ".\n" * 5_000, "From me\n" * 1_000, ""])
def test_the_longest_bodies_keep_lines_short(body: str) -> None:
    raw = build(HEAD, body, f"<p>{body}</p>")
    well_formed(raw)
    assert max(map(len, raw.split(b"\r\n"))) <= 78


ADDRESSES = [
    "",
    "a",
    "a@",
    "@b",
    "a@b\r\nBcc: c@d",
    "a@b\n",
    "a b@c",
    "a@b, c@d",
    "<a@b>",
    "ä@b",
    "a@ä",
    "a@b@c",
    "a\x00@b",
]


@pytest.mark.parametrize("address", ADDRESSES)
@pytest.mark.parametrize("field", ["to", "from_address", "reply_to"])
def test_what_is_no_address_is_refused(field: str, address: str) -> None:
    if field == "reply_to" and not address:
        return
    with pytest.raises(ValueError, match="address"):
        build(replace(HEAD, **{field: address}), "", "")


@pytest.mark.parametrize("message_id", ["", "a@b", "<a@b>\r\nBcc: c@d", "<a b@c>", "<a@b>\n"])
def test_what_is_no_message_id_is_refused_or_left_out(message_id: str) -> None:
    with pytest.raises(ValueError, match="message id"):
        build(replace(HEAD, message_id=message_id), "", "")
    message = parsed(build(replace(HEAD, references=("<r@x>", message_id)), "", ""))
    assert message["References"] == message["In-Reply-To"] == "<r@x>"


def test_many_references_keep_the_first_and_the_newest() -> None:
    ids = tuple(ses_message_id(f"{number:060d}", "eu-central-1") for number in range(200))
    raw = build(replace(HEAD, references=("<root@x>", *ids)), "", "")
    well_formed(raw)
    kept = parsed(raw)["References"].split()
    assert kept[0] == "<root@x>"
    assert tuple(kept[1:]) == ids[-len(kept) + 1 :]
    assert len(kept) > 8


def test_ses_writes_its_message_ids_by_region() -> None:
    assert ses_message_id("0100-1-000000", "us-east-1") == "<0100-1-000000@email.amazonses.com>"
    assert ses_message_id("0100-1-000000", "eu-west-1") == "<0100-1-000000@eu-west-1.amazonses.com>"


def test_only_mail_of_machines_says_so() -> None:
    assert "Auto-Submitted" not in parsed(build(HEAD, "", ""))
    automatic = parsed(build(replace(HEAD, automatic=True), "", ""))
    assert (automatic["Auto-Submitted"], automatic["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
