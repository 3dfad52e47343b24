"""Pictures and fonts of a theme: taken for what their inside is, not for their names, and missed where they are not."""

from __future__ import annotations

import struct
from base64 import b64decode
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.themes import manifest
from chalicelib.themes.assets import TYPES
from chalicelib.themes.model import ERROR, STYLESHEET, WARNING, Asset, Problem
from chalicelib.themes.pictures import MAX_EDGE, MAX_FONT, MAX_PICTURE, MAX_SVG, Picture, checked, heavy, missing
from tests.attachments import corpus

ROOT = Path(__file__).resolve().parent.parent.parent
MIDTOWN = manifest.read((ROOT / "templates/themes/midtown/manifest.json").read_text())[0]
SVG = '<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0h1"/></svg>'
HTML = b"<!DOCTYPE html><html><body><script>alert(1)</script>"
EXTENDED = b"VP8X"


def webp_chunk(name: bytes, data: bytes) -> bytes:
    return name + struct.pack("<I", len(data)) + data + b"\0" * (len(data) % 2)


def webp(*chunks: bytes) -> bytes:
    content = b"WEBP" + b"".join(chunks)
    return b"RIFF" + struct.pack("<I", len(content)) + content


def extended(width: int, height: int) -> bytes:
    return webp_chunk(EXTENDED, b"\0\0\0\0" + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little"))


LOSSY = b64decode("UklGRjAAAABXRUJQVlA4ICQAAABwAQCdASoCAAMADMDOJaACdAFAAAD+2iYRho1+LuxHGSQAAAA=")
LOSSLESS = b64decode("UklGRh4AAABXRUJQVlA4TBEAAAAvAYAAAAdQjyLXo/+BiOh/AAA=")
ALPHA = b64decode(
    "UklGRlIAAABXRUJQVlA4WAoAAAAQAAAAAQAAAgAAQUxQSAcAAAAAWlpaWlpaAFZQOCAkAAAAcAEAnQEqAgADAAzAziWgAnQBQAAA"
    "/tomEYaNfi7sRxkkAAAA"
)
MOVING = b64decode(
    "UklGRp4AAABXRUJQVlA4WAoAAAACAAAAAQAAAgAAQU5JTQYAAAAAAAAAAABBTk1GOgAAAAAAAAAAAAEAAAIAAAAAAAJWUDggIgAA"
    "ADABAJ0BKgIAAwAMwM4loAADcAD+2ib9B8XL/+pW/XRRAABBTk1GMAAAAAAAAAAAAAEAAAIAAAAAAABWUDggGAAAADQBAJ0BKgIA"
    "AwAAAM4lpAADcAD+7GcAAA=="
)
PIXELS = LOSSLESS[12:]


def number(value: int) -> bytes:
    """Write a length as WOFF2 does, seven bits a byte."""
    parts = [value & 0x7F]
    while value := value >> 7:
        parts.append(value & 0x7F | 0x80)
    return bytes(reversed(parts))


def woff2(
    *,
    tables: tuple[bytes, ...] = (
        bytes((0,)) + number(300),
        bytes((10,)) + number(900) + number(500),
        b"\x3ftest" + number(8),
    ),
    data: bytes = b"packed" * 30,
    flavour: bytes = b"\0\1\0\0",
    reserved: int = 0,
    unpacked: int = 2_000,
    meta: bytes = b"",
    private: int = 0,
    behind: bytes = b"",
) -> bytes:
    body = b"".join(tables) + data
    body += b"\0" * (-(48 + len(body)) % 4)
    at = 48 + len(body) if meta else 0
    body += meta + behind
    header = struct.pack(
        ">4s4sIHHIIHHIIIII", b"wOF2", flavour, 48 + len(body), len(tables), reserved, unpacked, len(data), 1, 0,
        at, len(meta), 10 * len(meta), private, private,
    )  # fmt: skip
    return header + body


GOOD = {
    "png": corpus.png(),
    "jpg": corpus.jpg(),
    "gif": corpus.gif(),
    "webp": LOSSY,
    "woff2": woff2(),
    "svg": SVG.encode(),
}


def refused(name: str, data: bytes) -> Problem:
    found = checked(name, data)
    assert isinstance(found, Problem)
    assert (found.file, found.level) == (name, ERROR)
    assert found.sentence.endswith(".")
    return found


def taken(name: str, data: bytes) -> Picture:
    found = checked(name, data)
    assert isinstance(found, Picture), found
    return found


@pytest.mark.parametrize("ending", TYPES)
def test_a_good_file_of_every_kind_is_taken_as_it_is(ending: str) -> None:
    picture = taken(f"assets/a-1.{ending}", GOOD[ending])
    assert (picture.type, picture.data) == (TYPES[ending], GOOD[ending])


@pytest.mark.parametrize("ending", TYPES)
@pytest.mark.parametrize("other", TYPES)
def test_a_renamed_file_is_refused(ending: str, other: str) -> None:
    if ending != other:
        assert refused(f"assets/a.{ending}", GOOD[other]).kind == "content"


@pytest.mark.parametrize("ending", TYPES)
def test_a_page_and_an_empty_file_are_refused(ending: str) -> None:
    for data in (b"", HTML, GOOD[ending][:8]):
        assert refused(f"assets/a.{ending}", data).kind == "content"


@pytest.mark.parametrize(
    "name",
    ["a.png", "assets/A.png", "assets/../a.png", "assets/a b.png", "assets/a.html", "assets/a.jpeg", "assets/.png", ""],
)
def test_a_name_that_a_theme_cannot_have_is_refused(name: str) -> None:
    assert refused(name, GOOD["png"]).kind == "name"


@pytest.mark.parametrize(
    ("name", "data", "size"),
    [
        ("assets/a.png", GOOD["png"], (1, 1)),
        ("assets/a.gif", GOOD["gif"], (1, 1)),
        ("assets/a.jpg", GOOD["jpg"], (8, 8)),
        ("assets/a.webp", LOSSY, (2, 3)),
        ("assets/a.webp", LOSSLESS, (2, 3)),
        ("assets/a.webp", ALPHA, (2, 3)),
        ("assets/a.webp", MOVING, (2, 3)),
        ("assets/a.webp", webp(extended(MAX_EDGE, 1), PIXELS), (MAX_EDGE, 1)),
        ("assets/a.woff2", GOOD["woff2"], (0, 0)),
        ("assets/a.svg", GOOD["svg"], (0, 0)),
    ],
)
def test_width_and_height_are_told(name: str, data: bytes, size: tuple[int, int]) -> None:
    picture = taken(name, data)
    assert (picture.width, picture.height) == size


def test_a_picture_that_unpacks_to_far_more_than_it_is_is_refused() -> None:
    wide = corpus.png().replace(struct.pack(">II", 1, 1), struct.pack(">II", 1, MAX_EDGE + 1))
    assert "8,193" in refused("assets/a.png", wide).sentence
    assert refused("assets/a.webp", webp(extended(MAX_EDGE + 1, 1), PIXELS)).kind == "size"


@pytest.mark.parametrize(
    ("ending", "most"), [("png", MAX_PICTURE), ("webp", MAX_PICTURE), ("woff2", MAX_FONT), ("svg", MAX_SVG)]
)
def test_a_byte_more_than_the_limit_is_refused(ending: str, most: int) -> None:
    room = {
        "png": lambda size: GOOD["png"] + b"\0" * (size - len(GOOD["png"])),
        "webp": lambda size: webp(extended(1, 1), PIXELS, webp_chunk(b"XXXX", b"\0" * (size - len(PIXELS) - 38))),
        "woff2": lambda size: woff2(data=b"x" * (size - len(woff2(data=b"")))),
        "svg": lambda size: SVG.encode().replace(b"<path", b"<!--" + b"x" * (size - len(SVG) - 7) + b"--><path"),
    }[ending]
    assert len(room(most)) == most
    taken(f"assets/a.{ending}", room(most))
    assert refused(f"assets/a.{ending}", room(most) + b"\0").kind == "size"


@pytest.mark.parametrize(
    "data",
    [
        LOSSY[:-1],
        LOSSY[: len(LOSSY) // 2],
        webp(),
        webp(webp_chunk(b"EXIF", b"II*\0")),
        webp(extended(1, 1)),
        webp(webp_chunk(b"EXIF", b"II*\0"), PIXELS),
        webp(webp_chunk(b"VP8L", b"\x2e\0\0\0\0")),
        webp(webp_chunk(b"VP8 ", b"\0" * 9)),
        webp(webp_chunk(b"VP8 ", b"\0\0\0\x9d\x01\x2a\0\0\1\0")),
        webp(PIXELS, b"EXIF\xff\xff\xff\x7f"),
        webp(PIXELS, b"EX"),
        LOSSY[:4] + b"\xff\xff\xff\xff" + LOSSY[8:],
    ],
)
def test_a_webp_that_does_not_hold_together_is_refused(data: bytes) -> None:
    assert "damaged" in refused("assets/a.webp", data).sentence


@pytest.mark.parametrize(
    "data",
    [
        webp(extended(1, 1), PIXELS, webp_chunk(b"XMP ", b"<svg onload='alert(1)'>")),
        webp(extended(1, 1), PIXELS, webp_chunk(b"HIDE", HTML)),
        LOSSY + HTML,
        LOSSY + corpus.package({"a.class": b"\xca\xfe\xba\xbe"}),
    ],
)
def test_markup_and_archives_in_or_behind_a_webp_are_refused(data: bytes) -> None:
    assert "hidden" in refused("assets/a.webp", data).sentence


@pytest.mark.parametrize(
    "data",
    [
        woff2(flavour=b"OTTO"),
        woff2(meta=b"packed metadata"),
        woff2(tables=(bytes((0xC0 | 10,)) + number(900),)),
        woff2(tables=(bytes((1 << 6 | 3,)) + number(900) + number(700),)),
    ],
)
def test_fonts_of_every_form_are_taken(data: bytes) -> None:
    taken("assets/a.woff2", data)


@pytest.mark.parametrize(
    "data",
    [
        woff2()[:-1],
        woff2() + b"\0" * 4,
        woff2(behind=HTML),
        woff2(meta=b"x" * 9, behind=HTML),
        woff2(flavour=b"ttcf"),
        woff2(reserved=1),
        woff2(tables=()),
        woff2(unpacked=31 * 1024 * 1024),
        woff2(tables=(bytes((0,)) + number(31 * 1024 * 1024),)),
        woff2(tables=(bytes((0,)) + b"\xff" * 6,)),
        woff2(data=b""),
        woff2()[:50],
    ],
)
def test_a_font_that_does_not_hold_together_is_refused(data: bytes) -> None:
    assert "damaged" in refused("assets/a.woff2", data).sentence


def test_a_font_with_private_data_is_refused() -> None:
    assert "hidden" in refused("assets/a.woff2", woff2(private=4)).sentence


@pytest.mark.parametrize(
    ("drawing", "says"),
    [
        (SVG.replace("<path", "<script/><path"), "<script>"),
        (SVG.replace("<path", "<path onload='x'"), "onload"),
        (SVG.replace("<path", "<image href='https://e.example/a.png'/><path"), "elsewhere"),
        (SVG.replace("/>", ">"), "well-formed"),
        ("<svg/>", "namespace"),
    ],
)
def test_a_drawing_that_could_do_more_than_draw_is_refused(drawing: str, says: str) -> None:
    sentence = refused("assets/a.svg", drawing.encode()).sentence
    assert says in sentence
    assert sentence.startswith("The drawing")
    assert "logo" not in sentence.lower()


def test_a_drawing_is_utf_8_and_kept_without_what_is_around_it() -> None:
    assert "UTF-8" in refused("assets/a.svg", SVG.encode("utf-16")).sentence
    assert taken("assets/a.svg", b"\xef\xbb\xbf\n" + SVG.encode() + b"\n").data == SVG.encode()


@given(st.sampled_from(sorted(GOOD)), st.data())
@settings(max_examples=300, deadline=None)
def test_whatever_bytes_there_are_an_answer_is_given(ending: str, data: st.DataObject) -> None:
    """A changed good file is taken or refused, and nothing else happens."""
    content = bytearray(GOOD[ending])
    for _ in range(data.draw(st.integers(0, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(0, len(content)))
    assert isinstance(checked(f"assets/a.{ending}", bytes(content[:cut])), Picture | Problem)


# what a theme names


def asset(name: str, size: int = 1_000) -> Asset:
    return Asset(name, "image/png", size, "0" * 64)


def test_a_picture_that_is_missing_is_told_where_it_is_named() -> None:
    values = {"logo": "assets/logo.png", "hero_image": "assets/hero.jpg"}
    sheet = ".a { color: red }\n.b { background: url(assets/dots.png), url('assets/logo.png') }"
    assets = {"assets/hero.jpg": asset("assets/hero.jpg")}
    found = missing(MIDTOWN, values, sheet, assets)
    assert [(one.file, one.line, one.column) for one in found] == [
        ("settings.logo", 0, 0),
        (STYLESHEET, 2, 18),
        (STYLESHEET, 2, 40),
    ]
    assert {(one.kind, one.level) for one in found} == {("missing", ERROR)}
    assert not missing(MIDTOWN, {}, "", {})


def test_a_picture_that_is_too_heavy_for_its_place_is_warned_of() -> None:
    values = {"logo": "assets/a.png", "hero_image": "assets/b.png"}
    at_most = {"assets/a.png": asset("assets/a.png", 100 * 1024), "assets/b.png": asset("assets/b.png", 300 * 1024)}
    assert not heavy(MIDTOWN, values, at_most)
    more = {"assets/a.png": asset("assets/a.png", 100 * 1024 + 1)}
    (found,) = heavy(MIDTOWN, values, more)
    assert (found.file, found.kind, found.level) == ("settings.logo", "weight", WARNING)
    assert "101 KB" in found.sentence
