"""A sound PDF is taken as mail programs, scanners and other devices hand it over; what hides in one is still found."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

import pytest

from chalicelib.attachments.content import check_content
from chalicelib.refusals import FileRefused
from tests.attachments import corpus

HTML = b"<!DOCTYPE html><html><body>" + corpus.SCRIPT + b"</body></html>"
ARCHIVE = corpus.package({"a.class": b"x"}, stored=True)


def check(content: bytes) -> None:
    check_content("paper.pdf", "application/pdf", content)


def reason(content: bytes) -> str:
    with pytest.raises(FileRefused) as caught:
        check(content)
    return caught.value.reason


@pytest.mark.parametrize(
    "before",
    [b"\xef\xbb\xbf", b"\r\n", b"\xef\xbb\xbf\n", b" " * 500, b"\0" * 512, b"\t\x0c\n"],
    ids=["BOM", "line end", "BOM and line end", "spaces", "NULs", "other space"],
)
def test_space_before_the_signature_is_taken(before: bytes) -> None:
    check(before + corpus.pdf())


@pytest.mark.parametrize(
    "behind",
    [b"\0" * 100_000, b" " * 5_000, b"\r\n" * 3_000, b"\0\n\x1a" * 1_000, b"\n\0" * 2_000 + b"\x1a"],
    ids=["NULs", "spaces", "line ends", "mixed", "end of text"],
)
def test_padding_behind_the_end_is_taken(behind: bytes) -> None:
    check(corpus.pdf(ending=behind))


def encrypted(*entries: bytes) -> bytes:
    """Return a PDF whose trailer says that it is encrypted."""
    return corpus.pdf().replace(b"/Root 1 0 R", b"/Root 1 0 R /Encrypt << /Filter /Standard %s >>" % b" ".join(entries))


@pytest.mark.parametrize(
    "entries",
    [(b"/V 1", b"/R 2", b"/P -64"), (b"/V 4", b"/R 4", b"/CF << /StdCF << /CFM /AESV2 >> >>"), (b"/V 5", b"/R 6")],
    ids=["RC4", "AES-128", "AES-256"],
)
def test_an_encrypted_pdf_is_taken(entries: tuple[bytes, ...]) -> None:
    """Nearly all open without a password: their owner only forbids copying or printing."""
    check(encrypted(*entries))


def attached(name: str, content: bytes, *, packed: bool = False) -> bytes:
    """Return a PDF with a file attached as pdfattach and pypdf do it, uncompressed unless ``packed``."""
    stream = zlib.compress(content) if packed else content
    return corpus.pdf(b"(%s) /EmbeddedFile " % name.encode() + stream)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("table.xlsx", corpus.GOOD["xlsx"]),
        ("letter.docx", corpus.GOOD["docx"]),
        ("all.zip", ARCHIVE),
        ("book.epub", corpus.package({"mimetype": "application/epub+zip", "a.xhtml": "<a/>"}, stored=True)),
    ],
)
def test_a_file_attached_inside_is_named_as_the_reason(name: str, content: bytes) -> None:
    """An archive reader finds it, and the person can take it out; compressed inside the PDF it is in nobody's way."""
    assert "another file is attached inside it" in reason(attached(name, content))
    check(attached(name, content, packed=True))


@pytest.mark.parametrize("content", [corpus.GOOD["xml"], corpus.GOOD["csv"], corpus.GOOD["jpg"], corpus.pdf()])
def test_an_attached_file_that_is_no_archive_is_taken(content: bytes) -> None:
    """Electronic invoices have their XML in the PDF."""
    check(attached("factur-x.xml", content))


@pytest.mark.parametrize("text", ["<svg> and <html>", "<script>", "<!DOCTYPE html>", "<?php", "<iframe src=x>"])
def test_a_page_that_speaks_of_markup_is_taken(text: str) -> None:
    """A manual of web design, saved without compression: its text is near the beginning of the file."""
    check(corpus.pdf(b"BT /F1 12 Tf 50 700 Td (%s) Tj ET" % text.encode()))


@pytest.mark.parametrize(
    "content",
    [
        b"%PDF-1.7\n" + HTML + corpus.pdf(),
        b"%PDF-1.7\n1 0 obj\n<< /Title (" + HTML + b") >>\nendobj\n" + corpus.pdf(),
        b"%PDF-1.7\nstream\n" + HTML + corpus.pdf(),
        b"\xef\xbb\xbf" + HTML + corpus.pdf(),
        b" " * 900 + HTML + corpus.pdf(),
        b"\0" * 900 + corpus.pdf().replace(b"%\xe2\xe3", b"%<script>alert(1)</script>\n%\xe2\xe3"),
        b" " * 1_001 + corpus.pdf(),
        b"MZ\x90\0" + corpus.pdf(),
        b"GIF89a=1;//" + corpus.pdf(),
        corpus.pdf(ending=b"\0" * 5_000 + HTML),
        corpus.pdf(ending=b" " * 500 + HTML + b" " * 5_000),
        corpus.pdf(ending=b"\0" * 500 + ARCHIVE + b"\0" * 500),
        corpus.pdf(ending=b"\n" + ARCHIVE),
        corpus.pdf(ending=b"\0" * 500 + b"Rar!\x1a\x07\0"),
        corpus.pdf(ending=b"x" * 2_000 + b"\0" * 5_000),
        corpus.pdf()[:-200] + b"\0" * 5_000,
    ],
)
def test_what_hides_behind_padding_is_found(content: bytes) -> None:
    assert reason(content)


def kind_type(kind: str) -> str:
    return {"pdf": "application/pdf", "jpg": "image/jpeg"}.get(kind, f"image/{kind}")


def large(archive: bytes) -> bytes:
    """Return an archive that ends as those of more than 4 GB do, and those of programs that do not know its size."""
    end = archive.rfind(b"PK\5\6")
    count, length, start = struct.unpack("<HII", archive[end + 10 : end + 20])
    record = struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 45, 45, 0, 0, count, count, length, start)
    place = struct.pack("<4sIQI", b"PK\6\7", 0, end, 1)
    return (
        archive[:end] + record + place + struct.pack("<4s4H2IH", b"PK\5\6", 0, 0, *[0xFFFF] * 2, *[0xFFFFFFFF] * 2, 0)
    )


@pytest.mark.parametrize("kind", ["pdf", "jpg", "png", "gif"])
def test_an_archive_in_the_form_of_large_ones_is_found(kind: str) -> None:
    """Its end has no numbers of its own: they stand in a record before it."""
    inside = large(ARCHIVE)
    with zipfile.ZipFile(io.BytesIO(inside)) as found:
        assert found.namelist() == ["a.class"]
    if kind == "pdf":
        assert "another file is attached inside it" in reason(attached("all.zip", inside))
    with pytest.raises(FileRefused) as caught:
        check_content(f"a.{kind}", kind_type(kind), corpus.GOOD[kind] + b"x" + inside)
    assert "something else is hidden" in caught.value.reason
