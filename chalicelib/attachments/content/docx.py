"""DOCX: an Office package with a document of Word in it."""

from __future__ import annotations

from chalicelib.attachments.content.ooxml import check_package


def check(content: bytes) -> None:
    """Raise :class:`Unfit` where this is no sound DOCX, or has macros."""
    check_package(content, main="word/document.xml", main_type="wordprocessingml.document.main+xml")
