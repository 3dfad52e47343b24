"""Name and content decide what a file is: a browser's type depends on what happens to be installed beside it."""

from __future__ import annotations

import pytest

from chalicelib.attachments.model import EXTENSIONS, KINDS, MAX_NAME, clean_name, declare, kind_of
from chalicelib.refusals import FileRefused

DOCX = EXTENSIONS["docx"]


def refused(name: str, declared: str) -> str:
    with pytest.raises(FileRefused) as caught:
        declare(name, declared, 10)
    return caught.value.sentence


@pytest.mark.parametrize(
    ("name", "declared"),
    [
        ("a.docx", "application/wps-office.docx"),
        ("a.xlsx", "application/wps-office.xlsx"),
        ("a.doc", "application/wps-writer"),
        ("a.pdf", "application/wps-office.pdf"),
        ("a.csv", "application/wps-office.csv"),
        ("a.doc", "application/vnd.ms-office"),
        ("a.xlsx", "application/vnd.ms-office"),
        ("a.docx", "application/x-tika-ooxml"),
        ("a.docx", "application/vnd.ms-word"),
        ("a.doc", DOCX),
        ("a.xlsx", "application/msexcel"),
        ("a.csv", EXTENSIONS["xlsx"]),
        ("a.csv", "text/tab-separated-values"),
        ("a.csv", "application/x-msexcel"),
        ("a.doc", "application/rtf"),
        ("a.xml", "text/plain"),
        ("a.xml", "application/rss+xml"),
        ("a.xml", "application/x-xml"),
        ("a.pdf", "application/acrobat"),
        ("a.pdf", "text/pdf"),
        ("a.pdf", "text/plain"),
        ("a.jpg", "image/x-citrix-jpeg"),
        ("a.png", "image/x-citrix-png"),
        ("a.jpg", "application/x-jpg"),
        ("a.jpg", "image/png"),
        ("a.png", "image/*"),
        *((f"a.{kind.extensions[0]}", "application/force-download") for kind in KINDS),
        *((f"a.{kind.extensions[0]}", "application/unknown") for kind in KINDS),
        *((f"a.{kind.extensions[0]}", "application/x-download; name=a") for kind in KINDS),
        *((f"a.{kind.extensions[0]}", "unknown") for kind in KINDS),
    ],
)
def test_a_type_that_says_nothing_against_the_name_is_taken(name: str, declared: str) -> None:
    """Where WPS or an old MIME database is installed, behind proxies and download managers."""
    kind = kind_of(name)
    assert kind is not None
    assert declare(name, declared, 10).type == kind.type


@pytest.mark.parametrize(
    ("name", "declared"),
    [
        ("a.jpg", "image/heic"),
        ("a.jpeg", "IMAGE/HEIF"),
        ("a.png", "image/webp"),
        ("a.jpg", "image/avif"),
        ("a.gif", "image/svg+xml"),
        ("a.gif", "video/mp4"),
        ("a.jpg", "application/pdf"),
        ("a.png", "application/zip"),
        ("a.pdf", "image/jpeg"),
        ("a.pdf", DOCX),
        ("a.csv", "application/pdf"),
        ("a.csv", "text/html; charset=utf-8"),
        ("a.xml", "application/xhtml+xml"),
        ("a.xml", "image/svg+xml"),
        ("a.doc", "audio/mpeg"),
        ("a.docx", "application/vnd.ms-word.document.macroEnabled.12"),
        ("a.xlsx", "application/vnd.ms-excel.sheet.macroenabled.12"),
        ("a.doc", "application/x-msdownload"),
    ],
)
def test_a_type_of_another_family_says_that_the_name_is_wrong(name: str, declared: str) -> None:
    """The sentence says what was sent, and what to do."""
    said = refused(name, declared)
    label = name.partition(".")[2].upper()
    assert f"({clean_name(declared.partition(';')[0].lower())})" in said
    assert f"Save it as {label}, and attach that." in said


@pytest.mark.parametrize(
    ("name", "declared", "kept"),
    [
        ("1000012345", "image/jpeg", "1000012345.jpg"),
        ("image:31", "image/png", "image_31.png"),
        ("primary:Download/Rechnung", "application/pdf", "Rechnung.pdf"),
        ("Scan 12.03.2026", "application/pdf", "Scan 12.03.2026.pdf"),
        ("Dr. Meier, Befund", "application/pdf; x=y", "Dr.Meier, Befund.pdf"),
        ("Screenshot_2026-11-05-10.22.31", "image/png", "Screenshot_2026-11-05-10.22.31.png"),
        ("a.averyveryverylongending", "image/gif", "a.averyveryverylongending.gif"),
        ("letter", "application/msword", "letter.doc"),
        ("letter", DOCX, "letter.docx"),
        ("table", EXTENSIONS["xlsx"], "table.xlsx"),
        ("table", "text/csv", "table.csv"),
        ("table", "text/comma-separated-values", "table.csv"),
        ("invoice", "text/xml", "invoice.xml"),
        ("photo", "image/pjpeg", "photo.jpg"),
        ("写真", "image/jpg", "写真.jpg"),
        ("a.", "image/png", "a.png"),
        ("", "image/png", "file.png"),
    ],
)
def test_a_name_without_an_extension_takes_that_of_its_type(name: str, declared: str, kept: str) -> None:
    """Android's providers of files give names like these; a number or words behind a dot are no extension."""
    assert declare(name, declared, 10).name == kept


def test_a_long_name_has_room_for_its_extension() -> None:
    kept = declare("n" * 500, "image/gif", 10).name
    assert len(kept) == MAX_NAME
    assert kept.endswith("n.gif")


@pytest.mark.parametrize(
    "declared",
    ["", "application/octet-stream", "text/plain", "application/zip", "application/vnd.ms-excel", "image/heic"],
)
def test_a_type_that_may_be_several_kinds_or_none_gives_no_extension(declared: str) -> None:
    said = refused("1000012345", declared)
    assert "its name has no extension" in said
    assert "XLSX, CSV" in said


@pytest.mark.parametrize(
    "name", ["a.exe", "a.svg", "a.png.html", "a.docm", "a.js", ".htaccess", "a.pdf\u202e.js", "a.7z", "a.png\x00.exe"]
)
def test_a_name_with_another_extension_keeps_it(name: str) -> None:
    """No type makes one of our kinds of it."""
    for kind in KINDS:
        assert "we do not accept" in refused(name, kind.type)
