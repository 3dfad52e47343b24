"""A theme's colours: with nothing chosen a portal looks as it does, and what is chosen can be read or is warned of."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.colour import contrast, ink, is_dark, mixed, moved, readable
from chalicelib.themes import manifest, palette, styles
from chalicelib.themes.model import WARNING
from chalicelib.themes.palette import DARK, LIGHT, contrast_problems, page, properties, verdicts
from chalicelib.themes.settings import FONTS
from chalicelib.web.brand import brand_style

ROOT = Path(__file__).resolve().parent.parent.parent
FILE = (ROOT / "templates/themes/midtown/manifest.json").read_text()
MIDTOWN, _ = manifest.read(FILE)
SHEET = (ROOT / "static/portal.css").read_text()
MIDTOWN_SHEET = (ROOT / "templates/themes/midtown/theme.css").read_text()
ROOTS = re.findall(r":root \{(.*?)\n *\}", SHEET, re.DOTALL)
COLOURS = st.integers(0, 0xFFFFFF).map(lambda one: f"#{one:06x}")
DESIGNS = {
    "cream": {"background": "#fdf6e3", "card": "#fffaf0", "text": "#3b2a1a", "brand": "#9a3412", "link": "#7c2d12"},
    "night": {"background": "#0f1216", "card": "#171b21", "text": "#e8eaed", "brand": "#ffcc00"},
    "formal": {
        "background": "#ffffff",
        "card": "#f2f4f7",
        "text": "#000000",
        "brand": "#1f2937",
        "brand_ink": "#ffffff",
    },
}


def declared(css: str) -> dict[str, str]:
    """Return the properties of one rule."""
    found = re.findall(r"(--?[a-z-]+|color-scheme):\s*([^;}]+)", css)
    return {name: "#ffffff" if value.strip() == "#fff" else value.strip() for name, value in found}


def modes(css: str) -> tuple[dict[str, str], dict[str, str]]:
    """Return what a sheet of properties sets on all pages, and what besides on dark ones."""
    light, _, dark = css.partition("@media (prefers-color-scheme:dark)")
    return declared(light), declared(dark)


@pytest.mark.parametrize(("table", "css"), [(LIGHT, ROOTS[0]), (DARK, ROOTS[1])])
def test_the_colours_that_themes_start_from_are_those_of_the_stylesheet(table: dict[str, str], css: str) -> None:
    sheet = declared(css)
    assert {name: sheet[name] for name in table} == table
    brands = {"--brand", "--brand-ink", "--brand-dark", "--brand-dark-ink"}
    measures = {"--font", "--text-size", "--round", "--round-card", "--round-field"}
    rest = sheet.keys() - table.keys() - brands - measures
    assert rest - {"--note", "--note-line", "--note-ink", "color-scheme"} == set()


def test_the_manifest_starts_from_them_too() -> None:
    defaults = {one.property: one.default for one in MIDTOWN.settings() if one.property in LIGHT}
    assert defaults == {name: LIGHT[name] for name in ("--bg", "--card", "--ink")}
    assert MIDTOWN.find("brand").default == palette.BRAND
    assert FONTS["system"].stack in " ".join(SHEET.split())
    corners = {one.value: one.properties for one in MIDTOWN.find("corners").choices}
    sheet = declared(ROOTS[0])
    assert dict(corners["soft"]) == {name: sheet[name] for name in corners["soft"]}
    density = {one.value: one.properties for one in MIDTOWN.find("density").choices}
    assert f"--row-padding: {density['roomy']['--row-padding']};" in MIDTOWN_SHEET


@given(COLOURS)
@settings(max_examples=200, deadline=None)
def test_with_a_brand_alone_pages_look_as_they_do_today(colour: str) -> None:
    assert properties(MIDTOWN, {"brand": colour}) == brand_style(colour)


def test_with_nothing_chosen_nothing_but_the_brand_is_set() -> None:
    assert properties(MIDTOWN, {}) == brand_style(palette.BRAND)


def test_only_what_was_chosen_and_what_follows_it_is_set() -> None:
    light, dark = modes(properties(MIDTOWN, {"link": "#7c2d12"}))
    assert light.keys() - modes(brand_style(palette.BRAND))[0].keys() == {"--link"}
    assert dark.keys() == {"--link"}
    light, dark = modes(properties(MIDTOWN, {"corners": "round", "density": "compact", "text_size": 1.125}))
    assert light["--text-size"] == "1.125rem"
    assert (light["--round"], light["--row-padding"]) == ("18px", "7px")
    assert not dark
    assert "Georgia, serif" in properties(MIDTOWN, {"font": "serif"})


@pytest.mark.parametrize("name", DESIGNS)
def test_what_is_set_is_a_stylesheet_that_a_theme_could_have(name: str) -> None:
    shapes = {"font": "rounded", "corners": "square", "text_size": 0.875, "dark": False}
    for chosen in (DESIGNS[name], {**DESIGNS[name], **shapes}):
        assert styles.check(properties(MIDTOWN, chosen)) == []


@pytest.mark.parametrize("name", DESIGNS)
@pytest.mark.parametrize("dark", [False, True])
def test_everything_on_a_page_can_be_read(name: str, dark: bool) -> None:
    """Text, softer text and faults on cards and behind them, text on the brand's colour, and edges of fields."""
    shown = page(MIDTOWN, DESIGNS[name], dark=dark)
    colours, others = shown.colours, shown.others
    for under in (colours["card"], colours["background"]):
        assert contrast(colours["text"], under) >= 7
        for over in (others["--soft"], others["--bad"]):
            assert contrast(over, under) >= 4.5
    assert contrast(colours["brand_ink"], colours["brand"]) >= 4.5
    assert contrast(colours["brand"], colours["card"]) >= 4.5
    assert contrast(others["--edge"], colours["card"]) >= 3
    assert contrast_problems(MIDTOWN, DESIGNS[name]) == []


def test_dark_pages_are_dark_and_keep_what_was_chosen_in_mind() -> None:
    shown = page(MIDTOWN, DESIGNS["cream"], dark=True).colours
    assert is_dark(shown["background"])
    assert is_dark(shown["card"])
    assert not is_dark(shown["text"])
    red, green, blue = (int(shown["background"][at : at + 2], 16) for at in (1, 3, 5))
    assert red > green > blue
    partly = page(MIDTOWN, {"background": "#fdf6e3"}, dark=True).colours
    assert (partly["card"], partly["text"]) == (DARK["--card"], DARK["--ink"])


def test_a_design_that_is_dark_is_shown_as_it_is() -> None:
    light, dark = (page(MIDTOWN, DESIGNS["night"], dark=one) for one in (False, True))
    assert light == dark
    assert light.colours.items() >= DESIGNS["night"].items()
    first, second = modes(properties(MIDTOWN, DESIGNS["night"]))
    assert first["color-scheme"] == "dark"
    assert first["--good-bg"] == DARK["--good-bg"]
    assert not second


def test_without_dark_pages_every_colour_of_the_sheets_stays_light() -> None:
    light, dark = modes(properties(MIDTOWN, {"dark": False}))
    assert light["color-scheme"] == "light"
    assert light["--brand-dark"] == light["--brand"]
    assert dark == LIGHT
    _, dark = modes(properties(MIDTOWN, {"dark": False, **DESIGNS["cream"]}))
    assert dark.keys() & {"--bg", "--card", "--ink"} == set()
    assert not any(one.dark for one in verdicts(MIDTOWN, {"dark": False}))


def test_a_colour_of_a_themes_own_is_turned_by_its_pairs() -> None:
    content = deepcopy(json.loads(FILE))
    own = [
        {"key": "own_mark", "type": "colour", "label": "Mark", "default": "#7c2d12", "property": "--own-mark",
         "contrast": [{"with": "card", "least": 4.5}]},
        {"key": "own_tint", "type": "colour", "label": "Tint", "default": "#7c2d12", "property": "--own-tint"},
        {"key": "own_gap", "type": "size", "label": "Gap", "default": 8, "least": 0, "most": 40, "unit": "px",
         "property": "--own-gap"},
    ]  # fmt: skip
    content["groups"].append({"label": "Ours", "settings": own})
    made, problems = manifest.read(json.dumps(content))
    assert problems == []
    light, dark = modes(properties(made, {}))
    assert (light["--own-mark"], light["--own-tint"], light["--own-gap"]) == ("#7c2d12", "#7c2d12", "8px")
    assert dark.keys() == {"--own-mark"}
    assert contrast(dark["--own-mark"], DARK["--card"]) >= 4.5


def test_a_verdict_tells_the_ratio_and_a_colour_that_would_do() -> None:
    chosen: dict[str, Any] = {"link": "#b58900", "brand_ink": "#888888"}
    bad = [one for one in verdicts(MIDTOWN, chosen) if not one.fine]
    assert [(one.key, one.against, one.dark) for one in bad] == [
        ("brand", "brand_ink", False),
        ("link", "card", False),
        ("link", "background", False),
    ]
    for one in bad:
        assert one.ratio == contrast(one.colour, one.other) < one.least == 4.5
        again = verdicts(MIDTOWN, {**chosen, one.near_key: one.near})
        assert all(
            other.fine for other in again if (other.key, other.against, other.dark) == (one.key, one.against, False)
        )
    (warning, *_) = contrast_problems(MIDTOWN, {"link": "#b58900"})
    assert (warning.file, warning.kind, warning.level) == ("settings.link", "contrast", WARNING)
    assert "3.2 to 1" in warning.sentence
    assert bad[1].near in warning.sentence


def test_a_link_that_looks_like_text_has_no_verdict_of_its_own() -> None:
    assert all(one.key != "link" for one in verdicts(MIDTOWN, {}))
    assert contrast_problems(MIDTOWN, {}) == []


@given(st.dictionaries(st.sampled_from(["brand", "brand_ink", "link", "background", "card", "text"]), COLOURS))
@settings(max_examples=200, deadline=None)
def test_whatever_colours_are_chosen_dark_pages_can_be_read_and_advice_holds(chosen: dict[str, str]) -> None:
    """On light pages everything is as chosen, so that a warning is the most that can be done."""
    assert styles.check(properties(MIDTOWN, chosen)) == []
    shown = page(MIDTOWN, chosen, dark=True)
    if not is_dark(chosen.get("card", "#ffffff")):
        for under in ("card", "background"):
            assert contrast(shown.colours["text"], shown.colours[under]) >= 4.5
            assert contrast(shown.others["--soft"], shown.colours[under]) >= 4.5
        assert contrast(shown.colours["brand_ink"], shown.colours["brand"]) >= 4.5
    for one in verdicts(MIDTOWN, chosen):
        assert one.fine or not one.near or one.near_key in {one.key, one.against}
        if one.near:
            after = page(MIDTOWN, {**chosen, one.near_key: one.near}, dark=one.dark).colours
            assert contrast(after[one.key], after[one.against]) >= one.least


# colours


@given(COLOURS, COLOURS)
@settings(max_examples=200, deadline=None)
def test_a_moved_colour_can_be_read(colour: str, other: str) -> None:
    made = readable(colour, other)
    assert contrast(made, other) >= 4.5
    assert made == colour or contrast(colour, other) < 4.6
    assert moved(colour, towards="#ffffff", against=[colour], wanted=21.1) == "#ffffff"


def test_colours_are_mixed_by_their_share() -> None:
    assert mixed("#000000", "#ffffff", 0) == "#000000"
    assert mixed("#000000", "#ffffff", 1) == "#ffffff"
    assert mixed("#102030", "#304050", 0.5) == "#203040"
    assert (ink("#ffffff"), ink("#000000")) == ("#000000", "#ffffff")
