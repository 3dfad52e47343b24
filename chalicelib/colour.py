"""Colours as WCAG 2.2 measures them."""

from __future__ import annotations


def ink(colour: str) -> str:
    """Return the text colour, black or white, that reads better on ``colour`` (``#rrggbb``), by WCAG's contrast."""
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return "#000000" if (luminance + 0.05) ** 2 > 1.05 * 0.05 else "#ffffff"


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - sRGB
