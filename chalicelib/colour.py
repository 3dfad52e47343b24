"""Colours (``#rrggbb``) as WCAG 2.2 measures them, and moved until they can be read."""

from __future__ import annotations

from collections.abc import Sequence

LEGIBLE = 4.6
"""The contrast that colours are moved to: a little more than the 4.5 that text needs (WCAG 2.2, 1.4.3)."""
WHITE, BLACK = "#ffffff", "#000000"
DARK_PAGE = "#1b1e23"
"""What a brand's colour is moved against for dark pages: a little lighter than their cards."""
_STEP = 0.06
"""How far a colour is moved at a time, of what is left to white or black."""
_MOST_STEPS = 40
_DARK = 0.04045
"""Up to here sRGB is a straight line."""


def ink(colour: str) -> str:
    """Return the text colour, black or white, that reads better on a colour."""
    return WHITE if contrast(colour, WHITE) >= contrast(colour, BLACK) else BLACK


def is_dark(colour: str) -> bool:
    """Whether white reads better on a colour than black."""
    return ink(colour) == WHITE


def moved(colour: str, *, towards: str, against: Sequence[str], wanted: float = LEGIBLE) -> str:
    """Return a colour, moved towards white or black until its contrast with all of ``against`` is enough.

    It keeps its hue for as long as it can; what never gets there becomes white or black.
    """
    target = int(towards[1:3], 16)
    channels = _channels(colour)
    for _ in range(_MOST_STEPS):
        current = _written(channels)
        if all(contrast(current, one) >= wanted for one in against):
            return current
        channels = [round(channel + (target - channel) * _STEP) for channel in channels]
    return towards


def readable(colour: str, *against: str, wanted: float = LEGIBLE) -> str:
    """Return a colour that can be read on others, moved away from them where it cannot."""
    return moved(colour, towards=WHITE if is_dark(against[0]) else BLACK, against=against, wanted=wanted)


def brand_colours(colour: str) -> tuple[str, str]:
    """Return a brand's colour as light pages and as dark pages show it."""
    return readable(colour, WHITE), readable(colour, DARK_PAGE)


def mixed(colour: str, other: str, share: float) -> str:
    """Return a colour with a share, 0 to 1, of another in it."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return _written([round(one + (two - one) * share) for one, two in pairs])


def _channels(colour: str) -> list[int]:
    return [int(colour[at : at + 2], 16) for at in (1, 3, 5)]


def _written(channels: Sequence[int]) -> str:
    return "#" + "".join(f"{channel:02x}" for channel in channels)


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21."""
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= _DARK else ((channel + 0.055) / 1.055) ** 2.4
