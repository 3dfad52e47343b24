"""Files of every kind a message may carry, built byte by byte: good ones, ones of an exact size, and parts to spoil."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping

SCRIPT = b"<script>alert(1)</script>"
TYPES = "application/vnd.openxmlformats-officedocument"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


# PNG


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png(*extra: bytes) -> bytes:
    """A grey pixel; ``extra`` are chunks before the picture's data."""
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)),
            *extra,
            chunk(b"IDAT", zlib.compress(b"\0\x80")),
            chunk(b"IEND", b""),
        )
    )


# GIF


def gif_comment(data: bytes) -> bytes:
    pieces = [data[start : start + 255] for start in range(0, len(data), 255)]
    return b"\x21\xfe" + b"".join(bytes((len(piece),)) + piece for piece in pieces) + b"\0"


def gif(*extra: bytes) -> bytes:
    """A pixel; ``extra`` are blocks before it."""
    return b"".join(
        (
            b"GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff",
            *extra,
            b"\x2c\0\0\0\0\x01\0\x01\0\0\x02\x02\x44\x01\0",
            b"\x3b",
        )
    )


# JPG


def segment(marker: int, data: bytes) -> bytes:
    return bytes((0xFF, marker)) + struct.pack(">H", len(data) + 2) + data


def jpg(*extra: bytes) -> bytes:
    """Eight by eight grey pixels; ``extra`` are segments before the picture."""
    return b"".join(
        (
            b"\xff\xd8",
            segment(0xE0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0"),
            *extra,
            segment(0xDB, b"\0" + b"\x01" * 64),
            segment(0xC0, b"\x08\0\x08\0\x08\x01\x01\x11\0"),
            segment(0xC4, b"\0\0\x01" + b"\0" * 14 + b"\0"),
            segment(0xC4, b"\x10\0\x01" + b"\0" * 14 + b"\0"),
            segment(0xDA, b"\x01\x01\0\0\x3f\0"),
            b"\x1f\xff\x00\xff\xd0\x2a",
            b"\xff\xd9",
        )
    )


# PDF


def pdf(extra: bytes = b"", ending: bytes = b"\n") -> bytes:
    """An empty page; ``extra`` is one more object's content, ``ending`` follows the end of the file."""
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(extra), extra),
    )
    written, places = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return b"%sxref\n0 5\n0000000000 65535 f \n%strailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF%s" % (
        written,
        table,
        len(written),
        ending,
    )


# DOC


def doc(*storages: str, stream: str = "WordDocument", body: bytes = b"\xec\xa5\xc1\0", size: int = 4096) -> bytes:
    """A compound file with one stream of ``size`` bytes and as many storages as named."""
    names = ["Root Entry", stream, *storages]
    entries = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0")
        + struct.pack("<HBB", len(name.encode("utf-16-le")) + 2, 5 if not place else 2 if place == 1 else 1, 1)
        + struct.pack("<iii", -1, place + 1 if 0 < place < len(names) - 1 else -1, -1 if place else 1)
        + b"\0" * 36
        + struct.pack("<IQ", 0 if place == 1 else 0xFFFFFFFE, size if place == 1 else 0)
        for place, name in enumerate(names)
    )
    entries += b"\0" * (-len(entries) % 512)
    data = body.ljust(size, b"\0")
    data += b"\0" * (-len(data) % 512)
    count, listed = len(data) // 512, len(entries) // 512
    tables = -(-(count + listed) // 127)
    chain = [*range(1, count), 0xFFFFFFFE, *range(count + 1, count + listed), 0xFFFFFFFE, *[0xFFFFFFFD] * tables]
    chain += [0xFFFFFFFF] * (tables * 128 - len(chain))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16 + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6)
    header = header.ljust(44, b"\0") + struct.pack("<III", tables, count, 0) + struct.pack("<I", 4096)
    header += struct.pack("<IIII", 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    places = [count + listed + number for number in range(tables)]
    header += struct.pack("<109I", *places, *[0xFFFFFFFF] * (109 - tables))
    return header + data + entries + struct.pack(f"<{len(chain)}I", *chain)


def short_doc(
    size: int = 2_596, *, body: bytes = b"\xec\xa5\xc1\0", before: int = 0, parent: str = "", shift: int = 9
) -> bytes:
    """A compound file whose stream of Word, ``size`` bytes, is in the stream of short ones, with ``before`` before it.

    It is as LibreOffice writes short documents. ``parent`` is a storage to put it in, ``shift`` the size of sectors.
    """
    sector, skipped, used = 1 << shift, -(-before // 64), -(-size // 64)
    data = (bytes(64 * skipped) + body.ljust(size, b"\0")).ljust(64 * (skipped + used), b"\0")
    data += bytes(-len(data) % sector)
    chain = [*[*range(1, skipped), 0xFFFFFFFE][:skipped], *range(skipped + 1, skipped + used), 0xFFFFFFFE]
    table = struct.pack(f"<{len(chain)}I", *chain)
    table += b"\xff" * (-len(table) % sector)
    word = ("WordDocument", 2, -1, skipped, size)
    rows = [("Root Entry", 5, 1, 2, 64 * (skipped + used))]
    rows += [(parent, 1, 2, 0, 0), word] if parent else [word]
    entries = b"".join(
        name.encode("utf-16-le").ljust(64, b"\0")
        + struct.pack("<HBBiii", 2 * len(name) + 2, kind, 1, -1, -1, child)
        + b"\0" * 36
        + struct.pack("<IQ", start, length)
        for name, kind, child, start, length in rows
    )
    entries += b"\0" * (-len(entries) % sector)
    full = len(data) // sector
    links = [0xFFFFFFFE, 0xFFFFFFFE, *range(3, full + 2), 0xFFFFFFFE, 0xFFFFFFFD]
    links += [0xFFFFFFFF] * (sector // 4 - len(links))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 16
    header += struct.pack("<HHHHH", 0x3E, 3 if shift == 9 else 4, 0xFFFE, shift, 6) + b"\0" * 6
    header += struct.pack("<IIIIIIIIII", 0 if shift == 9 else 1, 1, 0, 0, 4096, 1, 1, 0xFFFFFFFE, 0, full + 2)
    return (
        header.ljust(512, b"\xff").ljust(sector, b"\0")
        + entries
        + table
        + data
        + struct.pack(f"<{len(links)}I", *links)
    )


# DOCX and XLSX


def package(parts: Mapping[str, bytes | str], *, stored: bool = False) -> bytes:
    """A zip of the parts, in their order."""
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name), content, archive.compression)
    return written.getvalue()


def content_types(main: str, main_type: str, *more: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/{main}" ContentType="{main_type}"/>{"".join(more)}</Types>'
    )


def relationships(*targets: tuple[str, str, bool]) -> str:
    """Relationships, each with the last word of its type, its target, and whether that is outside of the file."""
    lines = "".join(
        f'<Relationship Id="r{number}" Type="{RELATIONSHIPS}/{kind}" Target="{target}"'
        f"{' TargetMode=' + chr(34) + 'External' + chr(34) if outside else ''}/>"
        for number, (kind, target, outside) in enumerate(targets)
    )
    return (
        f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{lines}</Relationships>'
    )


def docx_parts() -> dict[str, bytes | str]:
    return {
        "[Content_Types].xml": content_types("word/document.xml", f"{TYPES}.wordprocessingml.document.main+xml"),
        "_rels/.rels": relationships(("officeDocument", "word/document.xml", False)),
        "word/document.xml": '<?xml version="1.0" encoding="UTF-8"?><w:document '
        'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p><w:r>'
        "<w:t>Hello &lt;script&gt;</w:t></w:r></w:p></w:body></w:document>",
    }


def docx(parts: Mapping[str, bytes | str] | None = None) -> bytes:
    """A document of one line; ``parts`` replace its own or come after them."""
    return package({**docx_parts(), **(parts or {})})


def xlsx_parts() -> dict[str, bytes | str]:
    return {
        "[Content_Types].xml": content_types("xl/workbook.xml", f"{TYPES}.spreadsheetml.sheet.main+xml"),
        "_rels/.rels": relationships(("officeDocument", "xl/workbook.xml", False)),
        "xl/workbook.xml": '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>',
    }


def xlsx(parts: Mapping[str, bytes | str] | None = None) -> bytes:
    """An empty workbook; ``parts`` replace its own or come after them."""
    return package({**xlsx_parts(), **(parts or {})})


# Text

CSV = "Number;Name;Amount\r\n1;Zoë <zoe@example.com>;-3,50\r\n2;さくら;4,00\r\n".encode()
XML = """<?xml version="1.0" encoding="UTF-8"?>
<orders xmlns="urn:shop"><order n="1">Zoë &amp; co</order></orders>
""".encode()

GOOD: dict[str, bytes] = {
    "xlsx": xlsx(),
    "csv": CSV,
    "doc": doc(),
    "docx": docx(),
    "xml": XML,
    "pdf": pdf(),
    "gif": gif(),
    "jpg": jpg(),
    "jpeg": jpg(),
    "png": png(),
}
"""A good file of every kind."""


def sized(kind: str, size: int) -> bytes:
    """Return a good file of exactly ``size`` bytes (at least some thousands, for DOC a multiple of 512)."""
    rest = size - len(GOOD[kind])
    if kind in {"xlsx", "docx"}:
        parts = xlsx_parts() if kind == "xlsx" else docx_parts()
        parts["media/rest.bin"] = b""
        parts["media/rest.bin"] = bytes(size - len(package(parts, stored=True)))
        content = package(parts, stored=True)
    elif kind == "csv":
        content = CSV + b"\n" * rest
    elif kind == "xml":
        content = XML + b"\n" * rest
    elif kind == "doc":
        content = doc(size=size - 512 * (size // 65_024 + 4))
        content += bytes(size - len(content))
    elif kind == "pdf":
        content = pdf(bytes(rest - 8))
        content = pdf(bytes(rest - 8 + size - len(content)))
    elif kind == "gif":
        full, last = divmod(rest - 3, 256)
        content = gif(b"\x21\xfe" + (b"\xff" + bytes(255)) * full + (bytes((last - 1,)) + bytes(last - 1)) + b"\0")
    elif kind == "png":
        content = png(chunk(b"teSt", bytes(rest - 12)))
    else:
        full, last = divmod(rest, 60_000)
        content = jpg(segment(0xFE, bytes(59_996)) * full, segment(0xFE, bytes(last - 4)))
    assert len(content) == size, (kind, len(content), size)
    return content
