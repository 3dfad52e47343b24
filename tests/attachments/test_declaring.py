"""A file is refused by its name, type and size before a byte of it is sent."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.attachments import model
from chalicelib.attachments.model import (
    EXTENSIONS,
    MAX_FILES,
    MAX_SIZE,
    Declared,
    accepted,
    clean_name,
    declare,
    megabytes,
)
from chalicelib.refusals import FileRefused
from chalicelib.speech import ENGLISH, LANGUAGES, speech

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def refused(name: str, content_type: str, size: int) -> FileRefused:
    with pytest.raises(FileRefused) as caught:
        declare(name, content_type, size)
    assert caught.value.field == "attachment"
    assert caught.value.status == 422
    return caught.value


def test_the_limits_are_those_of_the_product() -> None:
    assert (MAX_FILES, MAX_SIZE) == (6, 3 * 1024 * 1024)
    assert list(EXTENSIONS) == ["xlsx", "csv", "doc", "docx", "xml", "pdf", "gif", "jpg", "jpeg", "png"]
    assert ENGLISH.formats.list(accepted()) == "XLSX, CSV, DOC, DOCX, XML, PDF, GIF, JPG, JPEG and PNG"


@pytest.mark.parametrize("kind", EXTENSIONS)
def test_every_kind_is_taken_at_every_size_allowed(kind: str) -> None:
    for size in (1, MAX_SIZE):
        assert declare(f"a.{kind}", EXTENSIONS[kind], size) == Declared(f"a.{kind}", EXTENSIONS[kind], size)
    assert declare(f"A.{kind.upper()}", "", 1).type == EXTENSIONS[kind]


@pytest.mark.parametrize(
    ("name", "declared", "type_"),
    [
        ("a.csv", "", "text/csv"),
        ("a.csv", "application/vnd.ms-excel", "text/csv"),
        ("a.csv", "application/octet-stream", "text/csv"),
        ("a.csv", "text/plain; charset=utf-8", "text/csv"),
        ("a.xml", "text/xml", "application/xml"),
        ("a.xml", "TEXT/XML;charset=x", "application/xml"),
        ("a.jpg", "image/pjpeg", "image/jpeg"),
        ("a.jpeg", "image/jpg", "image/jpeg"),
        ("a.png", "image/x-png", "image/png"),
        ("a.docx", "application/zip", DOCX),
        ("a.docx", "", DOCX),
        ("a.xlsx", "application/x-zip-compressed", XLSX),
        ("a.doc", "application/octet-stream", "application/msword"),
    ],
)
def test_what_browsers_call_a_file_becomes_its_one_type(name: str, declared: str, type_: str) -> None:
    assert declare(name, declared, 10).type == type_


@pytest.mark.parametrize(
    ("name", "declared"),
    [
        ("a.png", "text/html"),
        ("a.png", "image/svg+xml"),
        ("a.jpg", "image/heic"),
        ("a.pdf", "image/png"),
        ("a.xml", "application/xhtml+xml"),
        ("a.xml", "image/svg+xml"),
        ("a.csv", "text/html"),
        ("a.docx", "application/vnd.ms-word.document.macroenabled.12"),
        ("a.gif", "video/" + "a" * 10_000),
        ("a.gif", "text/html\r\nx: y"),
    ],
)
def test_a_type_that_does_not_fit_the_name_is_refused(name: str, declared: str) -> None:
    refusal = refused(name, declared, 10)
    assert refusal.name == name
    assert len(refusal.sentence) < 300
    assert refusal.sentence.isprintable()


@pytest.mark.parametrize(
    "name",
    [
        "noextension",
        "a.exe",
        "a.svg",
        "a.html",
        "a.docm",
        "a.xlsm",
        "a.xls",
        "a.pdf.exe",
        "a.zip",
        "a.",
        "",
        "a.pdf\u202e.js",
    ],
)
def test_other_kinds_and_names_without_an_extension_are_refused(name: str) -> None:
    refusal = refused(name, "application/octet-stream", 10)
    assert refusal.name == clean_name(name)
    assert ENGLISH.formats.list(accepted()) in refusal.sentence


@pytest.mark.parametrize("size", [MAX_SIZE + 1, 4_000_000, 10**15])
def test_a_file_too_large_is_refused_with_both_sizes(size: int) -> None:
    refusal = refused("photo.jpg", "image/jpeg", size)
    assert f"{size:,} bytes" in refusal.sentence
    assert f"{MAX_SIZE:,} bytes ({megabytes(MAX_SIZE)} MB)" in refusal.sentence
    assert refusal.sentence.startswith("“photo.jpg” was not attached: ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_limit_is_said_as_it_is_in_every_language(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A whole number of MB has no fraction."""
    for limit, shown in ((5_242_880, "5"), (5_767_168, "5.5")):
        monkeypatch.setattr(model, "MAX_SIZE", limit)
        said = refused("photo.jpg", "image/jpeg", 9_961_472).said(speech(language))
        numbers = re.findall("[0-9]+", said)
        assert numbers[-len(shown.split(".")) :] == shown.split(".")
        assert "3" not in numbers


@pytest.mark.parametrize("size", [0, -1])
def test_an_empty_file_is_refused(size: int) -> None:
    assert refused("a.csv", "text/csv", size).reason == "it is empty."


@given(st.text(max_size=200), st.text(max_size=80), st.integers())
def test_anything_else_is_refused_in_one_line_or_taken_under_a_known_type(name: str, declared: str, size: int) -> None:
    try:
        taken = declare(name, declared, size)
    except FileRefused as refusal:
        assert "\n" not in refusal.sentence  # noqa: PT017 - either outcome is right
    else:
        assert taken.type in EXTENSIONS.values()
        assert 1 <= taken.size <= MAX_SIZE
