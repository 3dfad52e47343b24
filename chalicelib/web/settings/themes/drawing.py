"""A small picture of a theme, made of its colours, corners and header: what a home page would look like from afar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.themes.manifest import read
from chalicelib.themes.migrations import migrate
from chalicelib.themes.model import MANIFEST
from chalicelib.themes.palette import page
from chalicelib.themes.values import complete, sound

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from chalicelib.themes.bases import Bases
    from chalicelib.themes.model import Content

_ROUND = {"square": 0, "soft": 4, "round": 9}
_ROWS = {"roomy": (16, 24), "compact": (11, 15)}
"""Height of a row, and from one to the next, by the setting ``density``."""
_SIDE, _BAR, _CENTRED = "side", "bar", "centred"


def drawing(content: Content, bases: Bases) -> str:
    """Return an SVG of 300 by 140; of an older version's settings it uses those that the newest knows."""
    newest = bases.newest
    manifest = read(bases.files(newest)[MANIFEST])[0]
    values = content.values if content.base == newest else migrate(content.values, content.base, newest)[0]
    chosen = sound(manifest, values)
    shown = page(manifest, chosen, dark=False)
    colours = {**shown.others, **shown.colours}
    shapes = "".join(_shapes(colours, complete(manifest, chosen)))
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 300 140">{shapes}</svg>'


def _shapes(colours: Mapping[str, str], chosen: Mapping[str, Any]) -> Iterator[str]:
    layout, corners = chosen.get("header_layout", _BAR), _ROUND.get(chosen.get("corners", ""), 4)
    yield _box(0, 0, 300, 140, colours["background"])
    yield from _header(layout, colours)
    left = 62 if layout == _SIDE else 34
    width = 300 - left - (20 if layout == _SIDE else 34)
    top = 20 if layout == _SIDE else 46 if layout == _CENTRED else 40
    yield _box(left, top, width * 0.42, 9, colours["text"], 2)
    yield _box(left, top + 16, width * 0.74, 13, colours["card"], corners, edge=colours["--edge"])
    yield _box(left + width * 0.78, top + 16, width * 0.22, 13, colours["brand"], corners)
    height, step = _ROWS.get(chosen.get("density", ""), _ROWS["roomy"])
    for y in range(top + 38, 140, step):
        yield _box(left, y, width, height, colours["card"], corners, edge=colours["--line"])
        yield _box(left + 8, y + height / 2 - 2, width * 0.36, 4, colours["--soft"], 1)


def _header(layout: str, colours: Mapping[str, str]) -> Iterator[str]:
    if layout == _SIDE:
        yield _box(0, 0, 46, 140, colours["card"])
        yield _box(0, 0, 4, 140, colours["brand"])
        yield _box(12, 14, 24, 7, colours["text"], 2)
        for y in (34, 46, 58):
            yield _box(12, y, 20, 4, colours["--soft"], 2)
        return
    yield _box(0, 0, 300, 34 if layout == _CENTRED else 27, colours["card"])
    yield _box(0, 0, 300, 4, colours["brand"])
    if layout == _CENTRED:
        yield _box(124, 10, 52, 7, colours["text"], 2)
        for x in (104, 138, 172):
            yield _box(x, 23, 24, 4, colours["--soft"], 2)
        return
    yield _box(16, 12, 48, 7, colours["text"], 2)
    for x in (226, 258):
        yield _box(x, 13, 26, 5, colours["--soft"], 2)


def _box(  # one argument for each attribute
    x: float, y: float, width: float, height: float, fill: str, corners: int = 0, *, edge: str = ""
) -> str:
    rounded = f' rx="{corners}"' if corners else ""
    edged = f' stroke="{edge}"' if edge else ""
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" fill="{fill}"{rounded}{edged}/>'
