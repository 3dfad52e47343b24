"""Files of at most 3 MB that are made of as many parts as fit, so that whoever walks through them works for long."""

from __future__ import annotations

from collections.abc import Callable

from tests.attachments import corpus

PIXEL = b"\x2c\0\0\0\0\x01\0\x01\0\0\x02\0"
RELATIONSHIPS = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
LINK = f'<Relationship Type="{corpus.RELATIONSHIPS}/hyperlink" Target="https://example.com/" TargetMode="External"/>'


def links(count: int) -> bytes:
    return corpus.xlsx({"xl/worksheets/_rels/sheet1.xml.rels": RELATIONSHIPS + LINK * count + "</Relationships>"})


CRAFTED: dict[str, tuple[str, Callable[[], bytes]]] = {
    "jpg: restarts": ("jpg", lambda: b"\xff\xd8" + b"\xff\xd0" * 1_500_000),
    "jpg: empty segments": ("jpg", lambda: corpus.jpg(b"\xff\xe0\0\2" * 700_000)),
    "jpg: scans": ("jpg", lambda: corpus.jpg().removesuffix(b"\xff\xd9") + b"\xff\xda\0\2x" * 600_000),
    "png: empty chunks": ("png", lambda: corpus.png(corpus.chunk(b"teSt", b"") * 260_000)),
    "png: empty data": ("png", lambda: corpus.png(corpus.chunk(b"IDAT", b"") * 260_000)),
    "png: frames": ("png", lambda: corpus.png(corpus.chunk(b"fcTL", bytes(26)) * 80_000)),
    "gif: empty comments": ("gif", lambda: corpus.gif(b"\x21\xfe\0" * 1_000_000)),
    "gif: pictures": ("gif", lambda: corpus.gif(PIXEL * 260_000)),
    "gif: a comment in single bytes": ("gif", lambda: corpus.gif(b"\x21\xfe" + b"\1a" * 1_500_000 + b"\0")),
    "xlsx: links": ("xlsx", lambda: links(80_000)),
    "docx: overrides": ("docx", lambda: corpus.docx({"a.rels": f"<a>{'<Override/>' * 390_000}</a>"})),
    "xlsx: parts": ("xlsx", lambda: corpus.xlsx({f"xl/{number}": b"" for number in range(15_000)})),
    "doc: storages": ("doc", lambda: corpus.doc(*(f"s{number}" for number in range(20_000)))),
}
"""What each is made of, its kind, and what makes it."""
