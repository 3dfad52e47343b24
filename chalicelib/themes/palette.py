"""The colours of a theme on light and on dark pages, as custom properties, and whether they can be read.

An organization chooses one set of colours. Pages of readers whose device asks for dark ones show each of them turned:
surfaces darker, text and links lighter, until they read well, as the brand's colour has always been. A set that is dark
already is shown as it is. What nobody chose, such as lines and softer text, follows what was chosen.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from chalicelib.colour import BLACK, DARK_PAGE, WHITE, contrast, ink, is_dark, mixed, moved, readable
from chalicelib.records import dataclass, replace
from chalicelib.themes.manifest import OWN, Manifest
from chalicelib.themes.model import WARNING, Problem
from chalicelib.themes.settings import FONTS, Pair, Setting, Value
from chalicelib.themes.values import PLACE, complete

LIGHT: Final[Mapping[str, str]] = {
    "--bg": "#f6f7f8",
    "--card": "#ffffff",
    "--ink": "#1a1d21",
    "--soft": "#5a616c",
    "--line": "#e2e4e8",
    "--edge": "#878e9a",
    "--hover": "#eef0f2",
    "--bad": "#b3261e",
    "--bad-bg": "#fdf0ef",
    "--good": "#17693f",
    "--good-bg": "#e8f5ee",
    "--wait": "#8a4200",
    "--wait-bg": "#fdf0e4",
    "--shadow": "0 1px 2px rgb(20 25 35 / 5%)",
}
"""What ``static/portal.css`` sets for light pages, which a test compares."""
DARK: Final[Mapping[str, str]] = {
    "--bg": "#121417",
    "--card": "#1a1d21",
    "--ink": "#e9ebee",
    "--soft": "#a2a9b4",
    "--line": "#2d3138",
    "--edge": "#737b88",
    "--hover": "#23272d",
    "--bad": "#ff9d94",
    "--bad-bg": "#33191a",
    "--good": "#7fd6a6",
    "--good-bg": "#15291f",
    "--wait": "#ffb878",
    "--wait-bg": "#33220f",
    "--shadow": "none",
}
"""The same for dark pages."""

BRAND: Final = "#2f5d8a"
_SURFACES: Final[Mapping[str, str]] = {"background": "--bg", "card": "--card", "text": "--ink"}
"""Settings that everything else is seen on or with, and their properties."""
_BRANDED: Final = frozenset({"brand", "brand_ink"})
_TEXT: Final = 4.5
_EDGE: Final = 3.05
"""The contrast of the edges of fields, a little more than WCAG 2.2, 1.4.11 asks for."""
_DEEP: Final[Mapping[str, float]] = {"background": 14, "card": 13}
"""How far surfaces are darkened for dark pages: the contrast that light text has on them."""
_CLEAR: Final = 10
"""How far text is lightened for dark pages."""
_LINE: Final = 0.11
_HOVER: Final = 0.06
"""How much of the text's colour lines and what the pointer is on have, besides the card's."""


@dataclass(frozen=True, slots=True)
class Page:
    """The colours of a page: those that are settings by key, and all the others by property."""

    colours: Mapping[str, str]
    others: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How well two colours are told apart on light or on ``dark`` pages, which show them as ``colour`` and ``other``.

    ``key`` and ``against`` are the settings, ``ratio`` is from 1 to 21. Where it is below ``least``, ``near`` is a
    colour for the setting ``near_key`` that would do; empty where none was found.
    """

    key: str
    against: str
    dark: bool
    colour: str
    other: str
    ratio: float
    least: float
    near: str = ""
    near_key: str = ""

    @property
    def fine(self) -> bool:
        """Whether the contrast is enough."""
        return self.ratio >= self.least


# what pages show


def page(manifest: Manifest, values: Mapping[str, Any], *, dark: bool) -> Page:
    """Return the colours of light or dark pages; ``values`` may lack those that are as by default."""
    chosen = _chosen(manifest, values)
    turned = dark and not is_dark(chosen["card"])
    table = DARK if dark or is_dark(chosen["card"]) else LIGHT
    surfaces = _turned(chosen) if turned else {key: chosen[key] for key in _SURFACES}
    colours = {**surfaces, **_brand(chosen, surfaces["card"], turned=turned)}
    for one in manifest.settings():
        if one.kind == "colour" and one.key not in colours and chosen[one.key]:
            seen = {**chosen, **colours}
            colours[one.key] = _readable(chosen[one.key], one.contrast, seen) if turned else chosen[one.key]
    return Page(colours, _others(table, surfaces))


def _chosen(manifest: Manifest, values: Mapping[str, Any]) -> dict[str, str]:
    defaults = {"brand": BRAND, "brand_ink": "", **{key: LIGHT[name] for key, name in _SURFACES.items()}}
    return defaults | {one.key: values.get(one.key, one.default) for one in manifest.settings() if one.kind == "colour"}


def _turned(chosen: Mapping[str, str]) -> dict[str, str]:
    """Return surfaces and text for dark pages; those that are as by default become what has been chosen for them."""
    made = {
        key: DARK[_SURFACES[key]]
        if chosen[key] == LIGHT[_SURFACES[key]]
        else moved(chosen[key], towards=BLACK, against=[DARK["--ink"]], wanted=deep)
        for key, deep in _DEEP.items()
    }
    text = chosen["text"]
    if text == LIGHT["--ink"]:
        return {**made, "text": DARK["--ink"]}
    return {**made, "text": moved(text, towards=WHITE, against=[*made.values()], wanted=_CLEAR)}


def _brand(chosen: Mapping[str, str], card: str, *, turned: bool) -> dict[str, str]:
    colour = readable(chosen["brand"], DARK_PAGE if card == DARK["--card"] else card)
    on_it = chosen["brand_ink"]
    if not on_it or (turned and contrast(on_it, colour) < _TEXT):
        on_it = ink(colour)
    return {"brand": colour, "brand_ink": on_it}


def _readable(colour: str, pairs: tuple[Pair, ...], seen: Mapping[str, str]) -> str:
    against = [seen[one.against] for one in pairs if seen.get(one.against)]
    return readable(colour, *against, wanted=max(one.least for one in pairs) + 0.1) if against else colour


def _others(table: Mapping[str, str], surfaces: Mapping[str, str]) -> dict[str, str]:
    """Return everything that nobody chose; where surfaces are not those of the table, it follows them."""
    made = {name: value for name, value in table.items() if name not in _SURFACES.values()}
    background, card, text = (surfaces[key] for key in _SURFACES)
    if all(surfaces[key] == table[name] for key, name in _SURFACES.items()):
        return made
    return made | {
        "--soft": readable(table["--soft"], card, background),
        "--bad": readable(table["--bad"], card, background),
        "--edge": readable(table["--edge"], card, wanted=_EDGE),
        "--line": mixed(card, text, _LINE),
        "--hover": mixed(card, text, _HOVER),
    }


# as properties


def properties(manifest: Manifest, values: Mapping[str, Any]) -> str:
    """Return a theme's custom properties as a stylesheet: the brand's always, others where they differ.

    It follows ``static/portal.css``, whose properties it replaces. With nothing chosen it is what
    :func:`chalicelib.colour.brand_colours` make of the brand's colour.
    """
    light, dark = _pages(manifest, values)
    root = {
        "--brand": light.colours["brand"],
        "--brand-ink": light.colours["brand_ink"],
        "--brand-dark": dark.colours["brand"],
        "--brand-dark-ink": dark.colours["brand_ink"],
        **_scheme(manifest, values),
        **{name: value for name, value in _named(manifest, light).items() if value != LIGHT.get(name)},
    }
    turned = {name: value for name, value in _named(manifest, dark).items() if value != root.get(name, DARK.get(name))}
    text = f":root{{{_declarations({**root, **_shapes(manifest, values)})}}}\n"
    return f"{text}@media (prefers-color-scheme:dark){{:root{{{_declarations(turned)}}}}}\n" if turned else text


def _pages(manifest: Manifest, values: Mapping[str, Any]) -> tuple[Page, Page]:
    """Return light and dark pages; the same twice where there are to be no dark ones."""
    light = page(manifest, values, dark=False)
    return light, page(manifest, values, dark=True) if _turns(manifest, values) else light


def _turns(manifest: Manifest, values: Mapping[str, Any]) -> bool:
    return bool(complete(manifest, values).get("dark", True))


def _scheme(manifest: Manifest, values: Mapping[str, Any]) -> dict[str, str]:
    """Return which of its own colours, such as those of scroll bars, the browser is to use, where it is only one."""
    card = page(manifest, values, dark=False).colours["card"]
    if is_dark(card):
        return {"color-scheme": "dark"}
    return {} if _turns(manifest, values) else {"color-scheme": "light"}


def _named(manifest: Manifest, shown: Page) -> dict[str, str]:
    """Return the colours of a page by property, without the brand's, which have one for each kind of page."""
    chosen = {
        one.property: shown.colours[one.key]
        for one in manifest.settings()
        if one.kind == "colour" and one.property and one.key in shown.colours and one.key not in _BRANDED
    }
    return {**shown.others, **chosen}


def _shapes(manifest: Manifest, values: Mapping[str, Any]) -> dict[str, str]:
    """Return fonts, sizes and what choices stand for; of Midtown's own settings only what differs from the default."""
    made: dict[str, str] = {}
    for one in manifest.settings():
        value = values.get(one.key, one.default)
        if value != one.default or one.key.startswith(OWN):
            made |= _shape(one, value)
    return made


def _shape(setting: Setting, value: Value) -> Mapping[str, str]:
    if setting.kind == "choice":
        return next((one.properties for one in setting.choices if one.value == value), {})
    if setting.property and setting.kind == "font":
        return {setting.property: FONTS[str(value)].stack}
    return {setting.property: f"{value:g}{setting.unit}"} if setting.property and setting.kind == "size" else {}


def _declarations(named: Mapping[str, str]) -> str:
    return ";".join(f"{name}:{value}" for name, value in named.items())


# whether they can be read


def verdicts(manifest: Manifest, values: Mapping[str, Any]) -> tuple[Verdict, ...]:
    """Return how well each pair of colours that the manifest names is told apart, on light pages and on dark ones."""
    made = []
    for dark in (False, True) if _turns(manifest, values) else (False,):
        shown = page(manifest, values, dark=dark)
        for one in manifest.settings():
            pairs = (pair for pair in one.contrast if {one.key, pair.against} <= shown.colours.keys())
            made += [_advised(manifest, values, _verdict(shown, one.key, pair, dark=dark)) for pair in pairs]
    return tuple(made)


def contrast_problems(manifest: Manifest, values: Mapping[str, Any]) -> list[Problem]:
    """Return a warning for each pair of colours that cannot be told apart well enough."""
    labels = {one.key: one.label for one in manifest.settings()}
    return [_warning(one, labels) for one in verdicts(manifest, values) if not one.fine]


def _verdict(shown: Page, key: str, pair: Pair, *, dark: bool) -> Verdict:
    colour, other = shown.colours[key], shown.colours[pair.against]
    return Verdict(key, pair.against, dark, colour, other, contrast(colour, other), pair.least)


def _advised(manifest: Manifest, values: Mapping[str, Any], verdict: Verdict) -> Verdict:
    """Return a verdict with a colour that would do: tried as the setting would be, for pages change some themselves."""
    if verdict.fine:
        return verdict
    pair = Pair(verdict.against, verdict.least)
    tries = ((verdict.key, verdict.colour, verdict.other), (verdict.against, verdict.other, verdict.colour))
    for key, colour, other in tries:
        near = readable(colour, other, wanted=verdict.least + 0.1)
        shown = page(manifest, {**values, key: near}, dark=verdict.dark)
        if _verdict(shown, verdict.key, pair, dark=verdict.dark).fine:
            return replace(verdict, near=near, near_key=key)
    return verdict


def _warning(verdict: Verdict, labels: Mapping[str, str]) -> Problem:
    one = f"{labels[verdict.key]} ({verdict.colour})"
    other = f"{labels[verdict.against]} ({verdict.other})"
    pages = "dark" if verdict.dark else "light"
    near = f" With {verdict.near} as {labels[verdict.near_key]} it would do." if verdict.near else ""
    sentence = (
        f"On {pages} pages {one} and {other} have a contrast of {verdict.ratio:.1f} to 1. "
        f"It must be {verdict.least:g}.{near}"
    )
    return Problem(f"{PLACE}.{verdict.key}", 0, 0, "contrast", sentence, WARNING)
