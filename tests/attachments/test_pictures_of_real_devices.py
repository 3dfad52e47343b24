"""Pictures are taken as phones, Macs and old programs write them, and what a relaxed rule could let in is refused."""

from __future__ import annotations

import pytest

from tests.attachments import corpus
from tests.attachments.checking import check, reason
from tests.attachments.corpus import GOOD, SCRIPT

PLIST = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE plist PUBLIC "-//Apple Computer//DTD PLIST 1.0//EN" '
    b'"http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n'
    b'<plist version="1.0"><dict><key>com.apple.print</key></dict></plist>'
)
PRINT_SETTINGS = b"Photoshop 3.0\x008BIM\x03\xe9\0\0" + len(PLIST).to_bytes(4, "big") + PLIST
HTML = b"<!DOCTYPE html><html>" + SCRIPT
PAGES = [HTML, b"<!doctype svg><svg onload=1>", b"<?php 1 ?>", b"<iframe src=x>", b"<!DOCTYPE plists>", PLIST + SCRIPT]
ARCHIVES = [
    corpus.package({"a.class": b"\xca\xfe\xba\xbe"}),
    b"Rar!\x1a\x07\x01\0 and so on",
    b"7z\xbc\xaf\x27\x1c\0\4 and so on",
]
END = b"\xff\xd9"
FILM = b"\0\0\0\x18ftypmp42" + bytes(range(256)) * 40
TABLE_OF_A_PHONE = b"\0\0\x01\x0a\x0e\0\0\0Image_UTC_Data1700000000000SEFHk\0\0\0\x01\0\0\0SEFT"


def unended(*extra: bytes) -> bytes:
    """Return a picture without its end marker."""
    return corpus.jpg(*extra).removesuffix(END)


def progressive() -> bytes:
    """Return a picture of three scans without an end marker."""
    scan = corpus.segment(0xDA, b"\x01\x01\0\0\x3f\0") + b"\x1f\xff\x00\x2a"
    return unended() + corpus.segment(0xC4, b"\x10\0\x01" + bytes(15)) + scan + scan


# Print settings of a Mac


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("jpg", corpus.jpg(corpus.segment(0xED, PRINT_SETTINGS))),
        ("jpg", corpus.jpg(corpus.segment(0xED, PRINT_SETTINGS.replace(b"DOCTYPE plist", b"doctype\r\n\tplist")))),
        ("jpg", corpus.jpg(corpus.segment(0xFE, PLIST)) + PLIST),
        ("png", corpus.png(corpus.chunk(b"iTXt", b"settings\0\0\0\0\0" + PLIST))),
        ("gif", corpus.gif(corpus.gif_comment(PLIST[:250]))),
        ("gif", GOOD["gif"] + PLIST),
    ],
)
def test_a_property_list_is_no_web_page(kind: str, content: bytes) -> None:
    """Photoshop on a Mac keeps how to print a picture inside of it, as XML with a document type."""
    check(kind, content)


@pytest.mark.parametrize("page", PAGES)
def test_a_web_page_where_a_property_list_may_be_is_refused(page: bytes) -> None:
    assert "hidden" in reason("jpg", corpus.jpg(corpus.segment(0xED, PRINT_SETTINGS + page)))
    assert "hidden" in reason("png", corpus.png(corpus.chunk(b"iTXt", b"settings\0\0\0\0\0" + PLIST + page)))
    assert "hidden" in reason("gif", GOOD["gif"] + page)


# Ends that are missing


@pytest.mark.parametrize(
    "trailer", [b"", FILM, TABLE_OF_A_PHONE, GOOD["jpg"], bytes(500), b"\xff" * 40, b"\xff\xe1\xff"]
)
@pytest.mark.parametrize("content", [unended(), progressive(), unended(corpus.segment(0xDD, b"\0\4"))])
def test_a_jpg_without_an_end_marker_is_taken_with_what_a_maker_puts_behind_it(content: bytes, trailer: bytes) -> None:
    """Every viewer shows it. Where its last scan ends nobody can tell."""
    check("jpg", content + trailer)


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize(
    "between", [b"", b"\0\0", FILM, TABLE_OF_A_PHONE, corpus.segment(0xFE, b"x"), b"\xff\xda\0\2x"]
)
def test_a_web_page_behind_a_jpg_without_an_end_marker_is_refused(page: bytes, between: bytes) -> None:
    """It cannot pass as the data of a scan."""
    assert "hidden" in reason("jpg", unended() + between + page)


@pytest.mark.parametrize(
    "archive",
    [
        corpus.package({"a.class": b"\xca\xfe\xba\xbe"}),
        b"Rar!\x1a\x07\x01\0" + bytes(40),
        b"7z\xbc\xaf\x27\x1c\0\4" + bytes(40),
    ],
)
@pytest.mark.parametrize("content", [GOOD["jpg"], unended(), progressive(), GOOD["gif"], GOOD["gif"][:-1], GOOD["png"]])
@pytest.mark.parametrize("between", [b"", b"\0\n", FILM])
def test_an_archive_behind_a_picture_is_refused_with_an_end_marker_and_without(
    content: bytes, between: bytes, archive: bytes
) -> None:
    kind = "png" if content == GOOD["png"] else "gif" if content.startswith(b"GIF") else "jpg"
    assert "hidden" in reason(kind, content + between + archive)


@pytest.mark.parametrize("trailer", [b"", bytes(30), FILM, TABLE_OF_A_PHONE])
def test_a_gif_without_a_trailer_is_taken(trailer: bytes) -> None:
    """Old programs wrote such, and every viewer shows them."""
    check("gif", GOOD["gif"][:-1] + trailer)


@pytest.mark.parametrize("page", PAGES)
def test_a_web_page_behind_a_gif_without_a_trailer_is_refused(page: bytes) -> None:
    assert "hidden" in reason("gif", GOOD["gif"][:-1] + page)
    assert "hidden" in reason("gif", GOOD["gif"][:-1] + bytes(30) + page)


def test_a_picture_that_ends_before_its_picture_is_refused() -> None:
    content = GOOD["jpg"]
    for length in range(3, content.index(b"\xff\xda") + 11):
        assert reason("jpg", content[:length])
    for length in range(14, len(GOOD["gif"]) - 1):
        assert reason("gif", GOOD["gif"][:length])


# Bytes between segments


@pytest.mark.parametrize("between", [b"\0\0", b"\0", b"\n", b"\0" * 900, b"hello", b"\xff\x00\x00", b"\xff\xff\xff"])
def test_bytes_between_segments_are_passed_over(between: bytes) -> None:
    """Decoders look for the next marker; some cameras pad."""
    check("jpg", corpus.jpg(between, corpus.segment(0xFE, b"x"), between))
    check("jpg", GOOD["jpg"].removesuffix(END) + corpus.segment(0xFE, b"x") + between + END)


@pytest.mark.parametrize("page", PAGES)
def test_a_web_page_between_segments_or_in_any_of_them_is_refused(page: bytes) -> None:
    """Whether a decoder would read that segment or not."""
    assert "hidden" in reason("jpg", corpus.jpg(b"\0\0" + page))
    for marker in (0xC4, 0xDB, 0xDD, 0xE0, 0xF0, 0xFE):
        assert "hidden" in reason("jpg", corpus.jpg(corpus.segment(marker, page)))
    assert "hidden" in reason("jpg", GOOD["jpg"].removesuffix(END) + corpus.segment(0xFE, b"x") + page + END)
