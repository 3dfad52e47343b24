"""XLSX: an Office package with a workbook of Excel in it."""

from __future__ import annotations

from chalicelib.attachments.content.ooxml import check_package


def check(content: bytes) -> None:
    """Raise :class:`Unfit` where this is no sound XLSX, or has macros."""
    check_package(content, main="xl/workbook.xml", main_type="spreadsheetml.sheet.main+xml")
