"""A theme's settings: a manifest says what can be set, and what people type becomes such values or is told."""

from __future__ import annotations

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chalicelib.themes import manifest, values
from chalicelib.themes.language.types import FLAG, TEXT, URL, Many, Record
from chalicelib.themes.model import ERROR, MANIFEST, MAX_FILE, MAX_SETTINGS, WARNING
from chalicelib.themes.settings import FONTS, KINDS, MAX_LINK, MAX_TEXT

ROOT = Path(__file__).resolve().parent.parent.parent
FILE = (ROOT / "templates/themes/midtown/manifest.json").read_text()
MIDTOWN, PROBLEMS = manifest.read(FILE)
DEFAULTS = {one.key: one.default for one in MIDTOWN.settings()}


def changed(change: Any) -> tuple[manifest.Manifest, list[str]]:
    """Read Midtown's manifest after a change of its JSON."""
    content = deepcopy(json.loads(FILE))
    change(content)
    made, problems = manifest.read(json.dumps(content, indent=1))
    return made, [one.sentence for one in problems]


def setting(content: dict[str, Any], key: str) -> dict[str, Any]:
    found = [one for group in content["groups"] for one in group["settings"] if one["key"] == key]
    return found[0]


def with_own(*own: dict[str, Any]) -> tuple[manifest.Manifest, list[str]]:
    return changed(lambda content: content["groups"].append({"label": "Ours", "settings": list(own)}))


# Midtown's


def test_midtowns_manifest_is_sound_and_complete() -> None:
    assert PROBLEMS == []
    assert (MIDTOWN.name, MIDTOWN.version) == ("Midtown", "1.0.21")
    assert {one.kind for one in MIDTOWN.settings()} == set(KINDS) - {"text", "link"}
    assert all(one.label and one.help.endswith(".") for one in MIDTOWN.settings())
    assert not manifest.additions(MIDTOWN, MIDTOWN)


def test_its_defaults_are_values_of_it() -> None:
    assert values.clean(MIDTOWN, DEFAULTS) == (DEFAULTS, [])
    assert values.differing(MIDTOWN, DEFAULTS) == {}
    assert values.complete(MIDTOWN, {}) == DEFAULTS


# manifests


@pytest.mark.parametrize(
    ("key", "field", "value", "says"),
    [
        ("brand", "type", "color", "Did you mean colour?"),
        ("brand", "type", 4, "There is no type"),
        ("brand", "key", "Brand", "small letters"),
        ("brand", "label", "", "label"),
        ("brand", "label", "two\nlines", "one line"),
        ("brand", "help", "x" * 201, "at most 200"),
        ("brand", "default", "blue", "default"),
        ("brand", "property", "brand", "no property"),
        ("brand", "property", "--x;color:red", "no property"),
        ("brand", "contrast", [{"with": "ink", "least": 4.5}], "no colour ink"),
        ("brand", "contrast", [{"with": "brand", "least": 4.5}], "no colour brand"),
        ("brand", "contrast", [{"with": "card", "least": 50}], "from 1 to 21"),
        ("brand", "contrast", [{"with": "card"}], "looks like"),
        ("brand", "contrast", "card", "list of objects"),
        ("brand", "colour", "#000000", "not known here"),
        ("dark", "default", "perhaps", "default"),
        ("dark", "property", "--dark", "not known here"),
        ("font", "default", "Comic Sans", "default"),
        ("text_size", "default", 3, "from 0.875 to 1.25"),
        ("text_size", "unit", "furlong", "unit"),
        ("text_size", "least", "small", "numbers"),
        ("text_size", "most", None, "needs most"),
        ("corners", "default", "sharp", "default"),
        ("corners", "choices", [], "1 to 20"),
        ("corners", "choices", [{"value": "a", "label": "A"}] * 2, "different"),
        (
            "corners",
            "choices",
            [{"value": "soft", "label": "S", "properties": {"--a": "1px;}"}}],
            "value of a property",
        ),
        (
            "corners",
            "choices",
            [{"value": "soft", "label": "S", "properties": {"--a": "url(x)"}}],
            "value of a property",
        ),
        ("corners", "choices", [{"value": "soft", "label": "S", "properties": {"color": "red"}}], "no property"),
        ("corners", "choices", [{"value": "soft", "label": "S", "properties": []}], "properties look like"),
        ("footer_links", "of", [{"key": "a", "type": "image", "label": "A", "most": 1}], "text and link"),
        ("footer_links", "of", [], "text and link"),
        ("footer_links", "default", "none", "not a list"),
        ("logo", "default", "assets/x.woff2", "default"),
    ],
)
def test_what_is_wrong_with_a_setting_is_told_at_its_line(key: str, field: str, value: object, says: str) -> None:
    content = deepcopy(json.loads(FILE))
    setting(content, key)[field] = value
    text = json.dumps(content, indent=1)
    _, problems = manifest.read(text)
    assert any(says in one.sentence for one in problems), problems
    lines = text.splitlines()
    for one in problems:
        assert (one.file, one.level, one.kind) == (MANIFEST, ERROR, "manifest")
        assert field == "key" or f'"key": "{key}"' in lines[one.line - 1] or one.sentence.startswith("a: ")


def test_what_is_no_manifest_is_told() -> None:
    (problem,) = manifest.read('{\n "format": 1,\n oops\n}')[1]
    assert (problem.kind, problem.line, problem.column) == ("syntax", 3, 2)
    for text in ("[]", "1", '"x"', ""):
        assert [one.kind for one in manifest.read(text)[1]] == ["syntax"]
    assert [one.kind for one in manifest.read(" " * MAX_FILE + "{}")[1]] == ["size"]
    assert len(manifest.read("{}")[1]) >= 3
    assert changed(lambda content: content.update(format=2))[1] == ["The format of a manifest is 1."]


def test_keys_are_given_once_and_settings_are_counted() -> None:
    assert changed(lambda content: setting(content, "logo").update(key="brand"))[1]
    own = [{"key": f"own_{at}", "type": "switch", "label": "One"} for at in range(MAX_SETTINGS - len(DEFAULTS))]
    assert with_own(*own)[1] == []
    assert with_own(*own, {"key": "own_more", "type": "switch", "label": "One"})[1]


@given(
    st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), lambda one: st.lists(one, max_size=3))
)
@settings(max_examples=40, deadline=None)
def test_whatever_json_there_is_is_read_or_told_of(junk: Any) -> None:
    for key in ("brand", "text_size", "corners", "footer_links", "logo"):
        for field in ("key", "type", "label", "default", "contrast", "least", "most", "choices", "of"):
            content = deepcopy(json.loads(FILE))
            setting(content, key)[field] = junk
            made, problems = manifest.read(json.dumps(content))
            assert made.groups or problems


# a theme's own settings


def test_a_theme_may_add_settings_of_known_kinds() -> None:
    own, problems = with_own({"key": "own_banner", "type": "text", "label": "Banner", "most": 5})
    assert problems == []
    assert manifest.additions(MIDTOWN, own) == []
    assert values.clean(own, {"own_banner": "Hello"})[0]["own_banner"] == "Hello"
    assert values.clean(own, {"own_banner": "Hello!"})[1]


def test_a_theme_changes_and_drops_nothing_of_its_base() -> None:
    def told(change: Any) -> str:
        return " ".join(one.sentence for one in manifest.additions(MIDTOWN, changed(change)[0]))

    assert "brand differs" in told(lambda content: setting(content, "brand").update(label="Colour"))
    assert "brand differs" in told(lambda content: setting(content, "brand").update(default="#000000"))
    assert "show_preview is missing" in told(lambda content: content["groups"][3]["settings"].pop())
    assert "belongs to Midtown 1.0.19" in told(lambda content: content.update(version="1.0.19"))
    banner = {"key": "banner", "type": "switch", "label": "Banner"}
    assert "begin with own_" in told(lambda content: content["groups"][0]["settings"].append(banner))


# values


@pytest.mark.parametrize(
    ("key", "typed", "value"),
    [
        ("brand", " #AA3300 ", "#aa3300"),
        ("brand", "a30", "#aa3300"),
        ("brand_ink", "", ""),
        ("font", "serif", "serif"),
        ("text_size", "1.125", 1.125),
        ("text_size", "1,25", 1.25),
        ("text_size", 1, 1),
        ("corners", "round", "round"),
        ("dark", "off", False),
        ("dark", "", False),
        ("dark", "on", True),
        ("dark", False, False),
        ("welcome", "welcome-text", "welcome-text"),
        ("logo", "assets/logo.svg", "assets/logo.svg"),
        ("hero_image", "", ""),
        ("footer_links", [{"label": " Imprint ", "url": "/imprint"}], [{"label": "Imprint", "url": "/imprint"}]),
        ("footer_links", [{"label": "", "url": ""}, {}], []),
    ],
)
def test_what_was_typed_becomes_a_value(key: str, typed: object, value: object) -> None:
    made, problems = values.clean(MIDTOWN, {key: typed})
    assert problems == []
    assert made == {**DEFAULTS, key: value}
    assert type(made[key]) is type(value)
    assert values.clean(MIDTOWN, made) == (made, [])


@pytest.mark.parametrize(
    ("key", "typed"),
    [
        ("brand", ""),
        ("brand", "blue"),
        ("brand", "#aa33"),
        ("brand", "#aa3300;"),
        ("brand", 7),
        ("font", "Comic Sans"),
        ("text_size", "2"),
        ("text_size", "-1"),
        ("text_size", "1e0"),
        ("text_size", True),
        ("text_size", float("nan")),
        ("text_size", float("inf")),
        ("corners", "Soft"),
        ("dark", "perhaps"),
        ("dark", 1),
        ("welcome", "No Snippet"),
        ("welcome", "x" * 61),
        ("logo", "assets/../x.png"),
        ("logo", "assets/x.woff2"),
        ("logo", "https://e.example/x.png"),
        ("footer_links", "x"),
        ("footer_links", ["x"]),
    ],
)
def test_what_cannot_be_is_told_and_kept_as_it_was_typed(key: str, typed: object) -> None:
    made, problems = values.clean(MIDTOWN, {key: typed})
    assert made[key] is typed
    assert [(one.file, one.level) for one in problems] == [(f"settings.{key}", ERROR)]
    assert problems[0].sentence.endswith(".")


@pytest.mark.parametrize(
    "address",
    [
        "/articles/imprint",
        "/",
        "https://www.example.com/a?b=c#d",
        "mailto:help@example.com",
        "tel:+4930123456",
        "https://exämple.com/ü",
    ],
)
def test_a_link_leads_to_the_portal_another_site_a_mailbox_or_a_telephone(address: str) -> None:
    assert values.clean(MIDTOWN, {"footer_links": [{"label": "A", "url": address}]})[1] == []


@pytest.mark.parametrize(
    "address",
    [
        "//e.example",
        "/\\e.example",
        "http://www.example.com",
        "https://",
        "https:///x",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "mailto:",
        "tel:",
        "imprint",
        "#top",
        "https://e.example/a b",
        'https://e.example/"x',
        "https://e.example/" + "x" * MAX_LINK,
        "java\tscript:alert(1)",
    ],
)
def test_a_link_leads_nowhere_else(address: str) -> None:
    _, problems = values.clean(MIDTOWN, {"footer_links": [{"label": "A", "url": address}]})
    assert [one.file for one in problems] == ["settings.footer_links.0.url"]


def test_rows_come_from_fields_of_a_form_and_faults_name_the_field() -> None:
    form = {
        "footer_links.0.label": "Imprint",
        "footer_links.0.url": "/imprint",
        "footer_links.1.label": "",
        "footer_links.1.url": "",
        "footer_links.2.label": "Status",
        "footer_links.2.url": "https://status.example.com",
    }
    made, problems = values.clean(MIDTOWN, form)
    assert problems == []
    assert [one["label"] for one in made["footer_links"]] == ["Imprint", "Status"]

    made, problems = values.clean(MIDTOWN, {**form, "footer_links.2.url": "ftp://x", "footer_links.4.url": "/x"})
    assert [one.file for one in problems] == ["settings.footer_links.2.url", "settings.footer_links.4.label"]
    assert made["footer_links"][2] == {"label": "Status", "url": "ftp://x"}


def test_a_list_has_as_many_rows_as_its_setting_says() -> None:
    row = {"label": "A", "url": "/a"}
    assert not values.clean(MIDTOWN, {"footer_links": [row] * 8})[1]
    assert [one.file for one in values.clean(MIDTOWN, {"footer_links": [row] * 9})[1]] == ["settings.footer_links"]


def test_texts_are_lines_of_a_length() -> None:
    own, _ = with_own(
        {"key": "own_long", "type": "text", "label": "Long"},
        {"key": "own_short", "type": "text", "label": "S", "most": 3},
    )
    assert values.clean(own, {"own_long": f" {'x' * MAX_TEXT}\n"})[0]["own_long"] == "x" * MAX_TEXT
    assert values.clean(own, {"own_long": "x" * (MAX_TEXT + 1)})[1]
    assert "at most 3" in values.clean(own, {"own_short": "abcd"})[1][0].sentence


def test_what_is_no_setting_is_warned_of_with_the_nearest() -> None:
    made, problems = values.clean(MIDTOWN, {"headr_layout": "bar"})
    assert made == DEFAULTS
    assert [(one.level, one.file) for one in problems] == [(WARNING, "settings.headr_layout")]
    assert "Did you mean header_layout?" in problems[0].sentence


def test_only_what_differs_is_kept() -> None:
    made, _ = values.clean(MIDTOWN, {"brand": "#2F5D8A", "dark": "off", "text_size": "1.0", "footer_links": []})
    assert values.differing(MIDTOWN, made) == {"dark": False}
    assert values.complete(MIDTOWN, {"dark": False}) == made


@given(
    st.dictionaries(
        st.sampled_from([*DEFAULTS, "other", "footer_links.0.url", "footer_links.1.label"]),
        st.one_of(
            st.text(max_size=12),
            st.sampled_from(["#abc", "serif", "1.1", "round", "on", "assets/a.png", "/x", "compact", "side"]),
            st.booleans(),
            st.floats(),
            st.lists(st.dictionaries(st.sampled_from(["label", "url"]), st.text(max_size=5)), max_size=3),
        ),
    )
)
@settings(max_examples=300, deadline=None)
def test_whatever_is_typed_what_is_taken_is_taken_again(raw: dict[str, object]) -> None:
    """And as it is, and can be kept as JSON."""
    made, problems = values.clean(MIDTOWN, raw)
    assert made.keys() == DEFAULTS.keys()
    if not any(one.level == ERROR for one in problems):
        kept = json.loads(json.dumps(values.differing(MIDTOWN, made)))
        assert values.clean(MIDTOWN, values.complete(MIDTOWN, kept)) == (made, [])


# what templates get


def test_templates_get_plain_values_of_the_types_that_are_told() -> None:
    given = {
        "welcome": "hello",
        "logo": "assets/logo.svg",
        "text_size": 1.125,
        "footer_links": [{"label": "A", "url": "/a"}],
    }
    offered = values.offered(MIDTOWN, given, lambda name: f"text of {name}", lambda name: f"/theme/{name}")
    assert offered["welcome"] == "text of hello"
    assert (offered["footer_note"], offered["hero_image"]) == ("", "")
    assert offered["logo"] == "/theme/assets/logo.svg"
    assert offered["text_size"] == "1.125rem"
    assert offered["dark"] is True
    told = values.types(MIDTOWN)
    assert isinstance(told, Record)
    assert list(told.fields) == list(offered)
    plain = {FLAG: bool, TEXT: str, URL: str}
    for name, kind in told.fields.items():
        if isinstance(kind, Many):
            assert kind == Many(Record({"label": TEXT, "url": URL}))
            assert offered[name] == [{"label": "A", "url": "/a"}]
        else:
            assert type(offered[name]) is plain[kind]
    assert (told.fields["show_preview"], told.fields["hero_image"], told.fields["brand"]) == (FLAG, URL, TEXT)


def test_fonts_of_the_list_end_in_one_that_every_device_has() -> None:
    for font in FONTS.values():
        assert font.stack.rpartition(", ")[2] in {"sans-serif", "serif", "monospace"}
        assert font.label
