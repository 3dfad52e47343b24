"""A crafted file costs no more than a large one: what a check walks through is counted, in every format that has parts.

Lines of Python are counted, not seconds. Without caps some of these files make ten millions run.
"""

from __future__ import annotations

import struct
from collections import deque

import pytest

from chalicelib.attachments.content import doc, gif, jpeg, png
from chalicelib.attachments.content.unfit import Unfit
from chalicelib.attachments.model import MAX_SIZE
from tests.attachments import corpus
from tests.attachments.checking import check, verdict
from tests.attachments.crafted import CRAFTED, PIXEL, links

MOST = 2_500_000
"""Lines of Python that a check may run."""


@pytest.mark.parametrize("name", CRAFTED)
def test_a_crafted_file_is_refused_before_it_costs_much(name: str) -> None:
    kind, build = CRAFTED[name]
    content = build()
    assert len(content) <= MAX_SIZE
    said = verdict(kind, content, MOST)
    assert "too many" in said or "larger" in said


def circular(place: int, *values: int) -> bytes:
    """Return a DOC whose header says something else from a place on."""
    content = bytearray(corpus.doc("Data"))
    struct.pack_into(f"<{len(values)}I", content, place, *values)
    return bytes(content)


@pytest.mark.parametrize(
    "content",
    [
        circular(68, 1, 0x7FFFFFFF),  # more tables, listed by a sector that goes on and on
        circular(44, 0x7FFFFFFF),
        circular(60, 0, 0x7FFFFFFF),  # the table of short streams
        circular(48, 0),  # the directory
        corpus.doc(*(f"s{number}" for number in range(3_000))),  # each behind the one before: as deep as it is long
    ],
)
def test_a_directory_that_leads_in_circles_or_too_deep_is_refused(content: bytes) -> None:
    """A library reads it: what it reads is counted, and where it calls itself too deeply the file is damaged."""
    assert verdict("doc", content, MOST)


def test_no_more_of_a_doc_is_read_than_its_directory_can_need() -> None:
    read = doc._Read(bytes(MAX_SIZE))
    with pytest.raises(Unfit, match="too many"):
        deque(iter(lambda: read.read(512), b""), maxlen=0)
    assert read.tell() <= doc.MAX_DIRECTORY + 512


def test_what_real_files_have_is_below_the_caps() -> None:
    """Of each a good deal more than was found in any file of a program."""
    check("jpg", corpus.jpg(corpus.segment(0xE2, b"ICC_PROFILE\0" + bytes(9_000)) * 255))
    check("jpg", corpus.jpg(b"\xff\xd0" * (jpeg.MAX_SEGMENTS // 2)))
    check("png", corpus.png(corpus.chunk(b"teSt", bytes(100)) * (png.MAX_CHUNKS - 10)))
    check("gif", corpus.gif(PIXEL * (gif.MAX_BLOCKS // 2)))
    check("gif", corpus.gif(b"\x21\xfe" + b"\x17" + bytes(23) + (b"\x17" + bytes(23)) * 100_000 + b"\0"))
    check("xlsx", links(40_000))
    check("doc", corpus.doc(*(f"object {number}" for number in range(400))))
