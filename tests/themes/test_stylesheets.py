"""A theme's stylesheet: what styles is taken, what attacks is refused where it does, what is served is written anew."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tinycss2 import parse_stylesheet

from chalicelib.themes.model import ASSET, ERROR, MAX_FILE, STYLESHEET
from chalicelib.themes.styles import MAX_PROBLEMS, MAX_RULES, assets_of, check, written
from chalicelib.themes.styles.reading import DEPTH
from tests.themes.hostile_styles import HOSTILE, LARGE
from tests.themes.sound_styles import SOUND

URL = re.compile(r"url\((.*?)\)", re.IGNORECASE)


def told(text: str) -> list[str]:
    return [str(one) for one in check(text)]


def same(text: str) -> str:
    """Write a sheet with every picture at an address that is its name."""
    return written(text, lambda name: name)


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_stylesheet_is_refused_where_it_attacks(name: str) -> None:
    problems = check(HOSTILE[name])
    assert problems
    for problem in problems:
        assert problem.file == STYLESHEET
        assert problem.level == ERROR
        assert problem.sentence.endswith(".")
        assert (problem.line and problem.column) or problem.kind == "size"


def test_there_are_enough_hostile_ones() -> None:
    assert len(HOSTILE) >= 40


@pytest.mark.parametrize("name", SOUND)
def test_a_stylesheet_that_only_styles_is_taken(name: str) -> None:
    assert told(SOUND[name]) == []


@pytest.mark.parametrize("name", SOUND)
def test_what_is_served_means_what_was_written(name: str) -> None:
    """The same rules and values, without comments; written anew it is taken again and stays as it is."""
    text = SOUND[name]
    served = same(text)
    assert told(served) == []
    assert same(served) == served
    assert meaning(served) == meaning(text)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (".a {\n  color: red;\n  position: fixed;\n}", (3, 3)),
        (".a {\r\n  color: red;\r\n  position: fixed;\r\n}", (3, 3)),
        ("/* one\n two */ @import 'x';", (2, 9)),
        (".a { color: red }\n\n.b { background: var(--x), url(/x) }", (3, 28)),
        (".a {\n color: 'x\n}", (2, 9)),
        ("@media print {\n.a:visited { color: red } }", (2, 4)),
    ],
)
def test_a_fault_is_told_with_its_line_and_column(text: str, place: tuple[int, int]) -> None:
    assert (check(text)[0].line, check(text)[0].column) == place


def test_all_faults_are_told_in_their_order_up_to_a_limit() -> None:
    text = ".a { position: fixed; z-index: 99; content: attr(x) }\n@import 'x';"
    assert [one.kind for one in check(text)] == ["position", "position", "function", "text", "at-rule"]
    assert len(check(".a { position: fixed }\n" * (MAX_PROBLEMS + 50))) == MAX_PROBLEMS


@pytest.mark.parametrize(
    "text",
    [
        ".a { color: red } " + " " * (MAX_FILE - 18),
        "a{}\n" * MAX_RULES,
        "a{" * DEPTH + "}" * DEPTH,
        f".a {{ width: calc{'(' * (DEPTH - 1)}1px{')' * (DEPTH - 1)} }}",
        f".a {{ width: {'1' * 30}px }}",
        ".a::before { content: '12345678' }",
        ".a { z-index: 10 } .b { z-index: -10 }",
    ],
)
def test_bounds_are_taken(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize("name", LARGE)
def test_what_is_large_within_bounds_does_no_harm(name: str) -> None:
    assert told(LARGE[name]) == []
    assert same(same(LARGE[name])) == same(LARGE[name])


def test_bytes_and_not_characters_are_counted() -> None:
    assert check("/* " + "ä" * (MAX_FILE // 2) + " */")[0].kind == "size"


@pytest.mark.parametrize(
    "text",
    [
        ".notice { color: var(--good); background: #eee; border-radius: 0; padding: 4px; margin: 0 auto }",
        ".slot { margin-block: 20px; border: 1px solid }",
        ".slot button { border-radius: 20px; text-transform: uppercase; display: flex }",
        ".slot .field { display: grid; gap: 4px }",
        ".fault::before { color: red }",
        "input, textarea { border: 2px solid; inline-size: 100% }",
        "button:hover { background: #eee }",
        "form { display: grid; opacity: .9 }",
        ".menu ul, .menu li, header, nav > a { display: none }",
        ".a:not(.b) { visibility: hidden }",
        ".a { &:hover { opacity: 0 } > p { display: none } }",
        "p::after { content: '→'; opacity: 0 }",
        "summary::-webkit-details-marker { display: none }",
    ],
)
def test_forms_and_notices_can_be_styled_and_a_themes_own_boxes_hidden(text: str) -> None:
    assert told(text) == []


@pytest.mark.parametrize(
    "text",
    [
        ".slot:hover { display: none }",
        ".a { .slot & { display: none } }",
        ".slot { p { display: none } }",
        ".slot { &::after { position: absolute } }",
        ":where(.notice) { visibility: collapse }",
        "section { display: var(--x) }",
        "body > main { opacity: 5% }",
        "label { &:hover { display: none } }",
        "@media print { form { display: none } }",
        "@layer a { @supports (display: grid) { button { pointer-events: none } } }",
        ":focus-visible { display: none }",
        "input { text-indent: -999px }",
        "form { position: relative; left: 999px }",
        ".fault { font-size: 0 }",
        ".faults { margin: calc(0px - 100vw) }",
        "::file-selector-button { visibility: hidden }",
    ],
)
def test_what_the_product_puts_in_is_neither_hidden_nor_moved(text: str) -> None:
    assert {one.kind for one in check(text)} <= {"guarded", "hidden"}
    assert check(text)


def test_pictures_are_put_to_their_addresses() -> None:
    text = ".a { background: url(assets/a.png), url( 'assets/b.jpg' ) } .b { background: url(assets/a.png) }"
    assert assets_of(text) == ("assets/a.png", "assets/b.jpg")
    served = written(text, {"assets/a.png": "https://x.example/1?a=b&c='d'"})
    assert served == (
        """.a{background:url("https://x.example/1?a=b&c='d'"), url("");}\n"""
        """.b{background:url("https://x.example/1?a=b&c='d'");}\n"""
    )


@pytest.mark.parametrize("address", ['x")"', "x\\", "x\n"])
def test_an_address_that_would_end_the_text_it_stands_in_is_not_written(address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        written(".a { background: url(assets/a.png) }", {"assets/a.png": f"'{address}"})


@pytest.mark.parametrize("text", [".a { color }", "} .b { color: red }", ".a { content: 'x\n }"])
def test_what_was_not_checked_is_not_written(text: str) -> None:
    assert check(text)
    with pytest.raises(ValueError, match="not checked"):
        same(text)


def test_no_plain_request_pays_for_the_parser() -> None:
    script = "import sys, chalicelib.themes.styles; print('tinycss2' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


# any stylesheet

WORDS = [
    "a", ".a", "#b", "*", "&", ".slot", ".notice", "p", "form", ":hover", "::before", ":is(.a, p)", ":not(.b)",
    "[dir=rtl]", "[data-x]", "[value]", ">", "+", ",", " ", "  ", "\n", "/* c */", "/**/",
    "@media (width > 1px)", "@media print", "@supports (a: b)", "@layer x", "@layer x, y;", "@import 'x';",
    "@font-face", "@keyframes k", "from", "50%", "{", "}", "{", "}", "{", "}", "(", ")", "[", "]", ";", ";",
    ":", ":", "color: red;", "color: red !important;", "display: none;", "display: none !important;",
    "position: fixed;", "position: absolute;", "z-index: 5;", "--x: 1px;", "--x:{a}", "--y",
    "background: url(assets/a.png);", "background: url('assets/a-b.jpg') no-repeat;", "url(x)", "url(",
    "background: url(//e.example/x);", "content: 'x';", "content: \"it's\";", "'", '"', "'a\"b'",
    "width: calc(1px + 2%);", "1px", "1e", "1e3", "-1", ".5", "..5", "2n+1", "U+41", "#fff", "red", "!", "<",
    "\\", "url", "var(--x)", "é", "×",
]  # fmt: skip
BLOCKS = st.recursive(
    st.sampled_from(
        ["color: red", "--x: 'a'", "background: url( assets/a.png )", "margin: 0 /* x */ auto", "top: 1e3px"]
    ),
    lambda inner: st.builds(
        lambda selector, parts: f"{selector} {{ {'; '.join(parts)} }}",
        st.sampled_from([".a", ".a , .b>c", "&:hover", ".a:is( .b , i )", "@media (width<=9px)", "@layer x"]),
        st.lists(inner, max_size=4),
    ),
    max_leaves=12,
)
SOUP = st.lists(st.sampled_from(WORDS), max_size=30).map("".join)
SHEETS = BLOCKS.map(lambda one: f".z {{ {one} }}")
ANY = st.one_of(
    SHEETS,
    SOUP,
    st.lists(st.one_of(SHEETS, SOUP), max_size=4).map("\n".join),
)


@given(ANY)
@settings(max_examples=600, deadline=None)
def test_whatever_is_taken_is_written_as_something_that_is_taken(text: str) -> None:
    """And as itself the second time, with the same meaning, and nothing in it is loaded but the theme's own."""
    if check(text):
        return
    served = same(text)
    assert told(served) == []
    assert same(served) == served
    assert meaning(served) == meaning(text)
    assert all(ASSET.fullmatch(one.strip("\"'")) for one in URL.findall(served))
    assert not any(sign in served for sign in ("\\", "/*", "</", "@import"))


@given(SHEETS)
@settings(max_examples=100, deadline=None)
def test_rules_in_rules_are_taken(text: str) -> None:
    """So the property above is about something."""
    assert told(text) == []


def meaning(text: str) -> list[Any]:
    """Return what another reading of a sheet finds in it, white space aside."""
    return shape(parse_stylesheet(text, skip_comments=True, skip_whitespace=True))


def shape(nodes: list[Any]) -> list[Any]:
    return [part for one in nodes if one.type not in {"whitespace", "comment"} for part in node_shape(one)]


def node_shape(one: Any) -> list[Any]:
    if one.type in {"qualified-rule", "at-rule"}:
        name = getattr(one, "lower_at_keyword", "")
        return [one.type, name, shape(one.prelude), without_ends(shape(one.content or []))]
    if one.type == "function":
        return ["url", one.arguments[0].value] if one.lower_name == "url" else [one.name, shape(one.arguments)]
    if one.type == "url":
        return ["url", one.value]
    if one.type.endswith(" block"):
        return [one.type, without_ends(shape(one.content))]
    return [one.type, one.value if one.type == "string" else one.serialize()]


def without_ends(parts: list[Any]) -> list[Any]:
    """Return the parts of a block without semicolons: the last one of a block may be left out."""
    joined = list(zip(parts[::2], parts[1::2], strict=False)) if len(parts) % 2 == 0 else parts
    return [one for one in joined if one != ("literal", ";")]
