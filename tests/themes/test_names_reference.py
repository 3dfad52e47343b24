"""The reference of what themes can use is what the code offers."""

from __future__ import annotations

from tools import theme_names


def test_the_reference_is_written_from_the_code() -> None:
    """Where this fails, ``python -m tools.theme_names`` writes it anew."""
    assert theme_names.FILE.read_text(encoding="utf-8") == theme_names.text()
