"""Small real files, made by code: PDF, PNG, CSV, XML, DOCX and XLSX that their programs open."""

from __future__ import annotations

import io
import math
import struct
import zipfile
import zlib
from collections.abc import Sequence
from xml.sax.saxutils import escape

_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


def pdf(lines: Sequence[str]) -> bytes:
    """Return a page with these lines (Latin script); the first is its heading."""

    def literal(text: str) -> str:
        return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")

    heading, *rest = lines
    text = f"BT /F1 20 Tf 60 770 Td ({literal(heading)}) Tj /F1 11 Tf 0 -36 Td 16 TL "
    text += " ".join(f"({literal(line)}) Tj T*" for line in rest) + " ET"
    stream = text.encode("cp1252", "replace")
    page = b"/MediaBox [0 0 595 842] /Resources << /Font << /F1 4 0 R >> >>"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /Contents 5 0 R %s >>" % page,
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    out = io.BytesIO()
    out.write(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    table = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table))
    return out.getvalue()


def png(colour: tuple[int, int, int], width: int = 320, height: int = 240) -> bytes:
    """Return a picture of a pendant lamp, lit, with a shade of this colour."""
    middle, top, bottom = width / 2, height * 0.38, height * 0.62
    rows = bytearray()
    for y in range(height):
        rows.append(0)
        for x in range(width):
            rows += bytes(_lamp_pixel(x - middle, y, (top, bottom), colour))

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(bytes(rows), 9))
        + chunk(b"IEND", b"")
    )


def _lamp_pixel(x: float, y: float, shade: tuple[float, float], colour: tuple[int, int, int]) -> tuple[int, int, int]:
    top, bottom = shade
    cord = 2
    if abs(x) < cord and y < top:
        return (52, 48, 46)
    half = 22 + (y - top) * 1.3
    if top <= y <= bottom and abs(x) <= half:
        light = 1.12 - 0.5 * abs(x) / half
        red, green, blue = (min(255, int(part * light)) for part in colour)
        return (red, green, blue)
    glow = 70 * math.exp(-(x * x + (y - bottom) ** 2) / 5200) if y > bottom else 0
    wall = 214 - y // 12
    return (min(255, int(wall + glow)), min(255, int(wall - 4 + glow * 0.8)), min(255, int(wall - 14 + glow * 0.4)))


def csv(rows: Sequence[Sequence[str]]) -> bytes:
    """Return a table as UTF-8 CSV."""
    return "".join(",".join(_csv_cell(cell) for cell in row) + "\r\n" for row in rows).encode()


def _csv_cell(cell: str) -> str:
    return '"' + cell.replace('"', '""') + '"' if set(cell) & set(',"\r\n') else cell


def xml(root: str, rows: Sequence[tuple[str, str]]) -> bytes:
    """Return a flat XML document."""
    inner = "".join(f"  <{name}>{escape(value)}</{name}>\n" for name, value in rows)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<{root}>\n{inner}</{root}>\n'.encode()


def docx(paragraphs: Sequence[str]) -> bytes:
    """Return a text document."""
    body = "".join(f'<w:p><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>' for text in paragraphs)
    namespace = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return _office(
        "word/document.xml",
        "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
        {"word/document.xml": f'<w:document xmlns:w="{namespace}"><w:body>{body}</w:body></w:document>'},
    )


def xlsx(rows: Sequence[Sequence[str | int]]) -> bytes:
    """Return a workbook with one sheet."""
    lines = []
    for number, row in enumerate(rows, 1):
        cells = ""
        for column, value in zip("ABCDEFGHIJ", row, strict=False):
            place = f'r="{column}{number}"'
            cells += (
                f"<c {place}><v>{value}</v></c>"
                if isinstance(value, int)
                else f'<c {place} t="inlineStr"><is><t>{escape(value)}</t></is></c>'
            )
        lines.append(f'<row r="{number}">{cells}</row>')
    namespace = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    return _office(
        "xl/workbook.xml",
        f"{kind}.sheet.main+xml",
        {
            "xl/workbook.xml": (
                f'<workbook xmlns="{namespace}" xmlns:r="{_OFFICE}/relationships">'
                '<sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets></workbook>'
            ),
            "xl/_rels/workbook.xml.rels": _relations("worksheet", "worksheets/sheet1.xml"),
            "xl/worksheets/sheet1.xml": (
                f'<worksheet xmlns="{namespace}"><sheetData>{"".join(lines)}</sheetData></worksheet>'
            ),
        },
        {"/xl/worksheets/sheet1.xml": f"{kind}.worksheet+xml"},
    )


def _office(main: str, kind: str, parts: dict[str, str], more: dict[str, str] | None = None) -> bytes:
    overrides = "".join(
        f'<Override PartName="{name}" ContentType="{content_type}"/>'
        for name, content_type in {f"/{main}": kind, **(more or {})}.items()
    )
    types = (
        f'<Types xmlns="{_PACKAGE}/content-types">'
        f'<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>'
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in {
            "[Content_Types].xml": types,
            "_rels/.rels": _relations("officeDocument", main),
            **parts,
        }.items():
            package.writestr(zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0)), _HEAD + content)
    return out.getvalue()


def _relations(kind: str, target: str) -> str:
    return (
        f'<Relationships xmlns="{_PACKAGE}/relationships">'
        f'<Relationship Id="rId1" Type="{_OFFICE}/relationships/{kind}" Target="{target}"/></Relationships>'
    )
