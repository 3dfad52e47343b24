"""File names come from people and go into pages, headers, keys and mail: they are made harmless once, at the door."""

from __future__ import annotations

import unicodedata
from urllib.parse import unquote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from chalicelib.attachments.model import MAX_NAME, clean_name, disposition

ANY_TEXT = st.text(st.characters(codec=None), max_size=300)
NASTY = st.lists(
    st.one_of(
        st.sampled_from(
            [
                "..",
                "/",
                "\\",
                ".",
                "\0",
                "\r\n",
                '"',
                "'",
                ";",
                "%",
                "\u202e",
                "\u2066",
                "\u2028",
                "\x85",
                "\x0b",
                " ",
                "e\u0301",
            ]
        ),
        st.sampled_from(["\ud800", "\ufeff", "\u200b", "\u200d", "👩\u200d💻", "文", ".pdf", "a" * 50, "\U000e0041"]),
        st.text(max_size=5),
    ),
    max_size=12,
).map("".join)


@pytest.mark.parametrize(
    ("given_name", "kept"),
    [
        ("invoice.pdf", "invoice.pdf"),
        ("  My  invoice .pdf ", "My invoice.pdf"),
        ("../../etc/passwd", "passwd"),
        (r"C:\Users\zoe\photo.JPG", "photo.JPG"),
        ("a\0b.pdf", "ab.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie_ x.pdf"),
        ("a\u2028b\u0085c\x0bd.pdf", "a b c d.pdf"),
        ("gpj\u202efdp.exe", "gpjfdp.exe"),
        ('say "hi".pdf', "say 'hi'.pdf"),
        ("<b>?*|.pdf", "_b____.pdf"),
        ("cafe\u0301.pdf", "café.pdf"),
        ("صورة.jpg", "صورة.jpg"),
        ("می\u200cخواهم.jpg", "می\u200cخواهم.jpg"),
        ("注文書.xlsx", "注文書.xlsx"),
        ("no extension", "no extension"),
        (".pdf", "file.pdf"),
        ("...", "file"),
        ("", "file"),
        ("/", "file"),
        ("\u202e", "file"),
        ("a.tar.gz.", "a.tar.gz"),
        ("\ud800.pdf", "file.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
        ("x" * 300, "x" * 120),
        ("a." + "x" * 300, "a." + "x" * 118),
    ],
)
def test_a_name_is_kept_as_far_as_it_is_harmless(given_name: str, kept: str) -> None:
    assert clean_name(given_name) == kept


@given(st.one_of(ANY_TEXT, NASTY))
@example("a" * 119 + "\u200d.b.pdf")
def test_a_cleaned_name_is_safe_everywhere(text: str) -> None:
    name = clean_name(text)
    assert 0 < len(name) <= MAX_NAME
    assert clean_name(name) == name
    assert unicodedata.is_normalized("NFC", name)
    assert name.encode("utf-8")
    assert not set(name) & set('/\\"<>:|?*')
    assert name.strip(" .") == name
    for character in name:
        assert character in "\u200c\u200d" or unicodedata.category(character) not in {
            "Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp",
        }  # fmt: skip


@given(
    st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=400), st.sampled_from(["pdf", "XLSX", "jpeg"])
)
def test_shortening_keeps_the_extension(stem: str, extension: str) -> None:
    assert clean_name(f"{stem}.{extension}").endswith(f".{extension}")


@given(st.one_of(ANY_TEXT, NASTY))
@example('a"; filename="evil.exe')
@example("a%0d%0aX: y.pdf")
@example("a\r\nX: y")
def test_a_download_header_is_one_line_and_gives_the_name_back(text: str) -> None:
    header = disposition(text)
    assert header.encode("latin-1").decode("ascii") == header
    assert header.isprintable()
    start, plain, encoded = header.split("; ", 2) if header.count("; ") == 2 else pytest.fail(header)
    assert start == "attachment"
    assert plain.startswith('filename="')
    assert plain.endswith('"')
    assert not set(plain[10:-1]) & set('"\\%;')
    assert plain[10:-1]
    assert encoded.startswith("filename*=UTF-8''")
    assert unquote(encoded[17:], errors="strict") == clean_name(text)
    assert not set(encoded[17:]) & set(" ;,\"'()<>@/\\[]?={}*")


def test_old_browsers_get_a_name_they_can_read() -> None:
    assert disposition("Rechnung für Zoë.pdf") == (
        "attachment; filename=\"Rechnung fur Zoe.pdf\"; filename*=UTF-8''Rechnung%20f%C3%BCr%20Zo%C3%AB.pdf"
    )
    assert disposition("注文書.xlsx").startswith('attachment; filename="file.xlsx"; ')
