"""Markdown becomes HTML that is safe whatever was written, in time whatever was written."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.knowledge.article import MAX_BODY
from chalicelib.knowledge.markdown import minutes, render
from chalicelib.knowledge.model import Heading
from chalicelib.refusals import SettingRefused
from chalicelib.urls import all_below

IMAGE = "01hv5kb9e3prqf968zbgdjk6h2"
TAGS = {
    "a", "blockquote", "br", "code", "del", "div", "em", "h2", "h3", "h4", "hr", "img", "li", "ol", "p", "pre", "s",
    "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
ATTRIBUTES = {"href", "title", "src", "alt", "loading", "id", "start", "tabindex", "class", "rel", "dir"}

SCRIPTS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](java&#115;cript:alert(1))",
    "[x](vbscript:x)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "![x](javascript:alert(1))",
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    "![x](https://tracker.example/p.gif)",
    '![x](https://e.example/"onerror="alert(1))',
    '[x](https://e.example "\\"onmouseover=alert(1)")',
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    "# <img src=x onerror=alert(1)>",
    "```<script>\n</code></pre><script>alert(1)</script>\n```",
    "`</code><script>alert(1)</script>`",
    "| <svg onload=alert(1)> |\n|---|\n| <style>*{}</style> |",
    "<style>@import url(https://e.example/x.css)</style>",
    "</style><script>alert(1)</script>",
    "<iframe src=https://e.example></iframe>",
    "<a href='//e.example'>x</a>",
    "{{ 7 * 7 }} {% for x in range(9) %}",
    "<form action=/settings><input name=csrf>",
    "<svg><use href='#x'/></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<!--><script>alert(1)</script>-->",
    "<!-- --!><script>alert(1)</script><!-- -->",
    "<br onload=alert(1)><br/onload=alert(1)><br>",
    '[x](www.e.example/"onmouseover="alert(1))',
    "www.e.example/\"onmouseover='alert(1)'",
    "https://e.example/'onmouseover=alert(1)//",
    "[x](javascript.example:alert(1))",
    '[x](#"><script>alert(1)</script>)',
    "- [x] <script>alert(1)</script>",
    '# "><script>alert(1)</script>เป็น',
)


class Found(HTMLParser):
    """Every tag of some HTML with its attributes."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))


def assert_safe(html: str) -> None:
    for tag, attributes in Found(html).tags:
        assert tag in TAGS, tag
        assert attributes.keys() <= ATTRIBUTES, attributes
        if tag == "img":
            assert re.fullmatch(r"/articles/images/[0-9a-z]{26}", attributes["src"])
        href = attributes.get("href", "")
        assert not href or re.match(r"https?:|mailto:|tel:|/(?!/)|#|[\w.%?&=;+-][^:]*$|$", href, re.IGNORECASE), href
        assert not href.startswith("//")
        assert attributes.get("dir", "ltr") == "ltr"
        assert tag != "span" or attributes.keys() == {"id"}
        assert "id" not in attributes or attributes["id"].startswith("s-")


@pytest.mark.parametrize("script", SCRIPTS)
def test_nothing_written_runs(script: str) -> None:
    for body in (script, f"> {script}", f"- {script}", f"## {script}\n\n{script}", f"**{script}**", f"[{script}](/x)"):
        assert_safe(render(body).html)


@given(
    st.lists(st.sampled_from([*SCRIPTS, *"#>-*_`[]()!|~\\<&\n 1.:a", "](", "/articles/images/", "//", "\t"])).map(
        "".join
    )
)
def test_no_text_makes_other_tags_than_ours(body: str) -> None:
    assert_safe(render(body[:4_000]).html)


@given(st.text(max_size=300))
def test_every_text_renders(body: str) -> None:
    assert_safe(render(body).html)


@pytest.mark.parametrize(
    "unit",
    ["[", "](", "> ", "*a ", "**", "`", "![", "- a\n ", "<", "[a](", "\\", "&#x;", "<!--", "~~a", "*a **b ", "[a](<b",
     "[a]: b\n", "[[a]](b)", "|a|b|\n|-|-|\n", "\n", '<a b="', "<http://a", "\t", "1. ", "_*", "[^", "a\n=\n", "# \n",
     "<!--\n", "<!-- -->", "<!--\n\n-->x\n", "> <!--\n", "- <!--\n", "<br>", "www.a.b ", "a@b.c", "http://a/を", "**、",
     "、**a",
     "- [ ] a\n", "[a](www.b.c)", "[a](#b)", "# a\u0e34\n", "# a\u0301\n", "~~あ", "a<!--b", "# http://a.b\n"],
)  # fmt: skip
def test_a_text_of_the_greatest_length_is_read_to_its_end(unit: str) -> None:
    """Nested brackets and quotes, and whatever else parsers are known to go back over; or it is refused by name."""
    try:
        assert_safe(render(unit * (MAX_BODY // len(unit))).html)
    except SettingRefused as refused:
        assert refused.field == "body"  # noqa: PT017 - either is right


def test_a_longer_text_is_refused() -> None:
    with pytest.raises(SettingRefused, match="40,000"):
        render("a" * (MAX_BODY + 1))


@pytest.mark.parametrize(
    "body",
    [
        "|" + "a|" * 1000 + "\n|" + "-|" * 1000 + "\n" + "|\n" * 100,
        "> |" + "a|" * 1000 + "\n> |" + "-|" * 1000 + "\n" + "> |\n" * 100,
        "|a|b|\n:-:|--\n|c\n\n" * 1400,
    ],
)
def test_tables_are_counted_before_they_are_made(body: str) -> None:
    """Markdown fills up short rows: a few thousand characters would be a million cells."""
    with pytest.raises(SettingRefused, match="cells") as refused:
        render(body)
    assert refused.value.field == "body"


def test_a_long_table_is_a_table() -> None:
    html = render("Look:\n\n| a | b | c |\n|---|---|---|\n" + "| 1 | 2 | 3 |\n" * 1500).html
    assert html.count("<td>") == 4500


@pytest.mark.parametrize(
    "body", ["[a]: /" + "b" * 10_000 + "\n\n" + "[a]" * 9000, "[a]: /b '" + "t" * 10_000 + "'\n\n" + "![a] " * 5000]
)
def test_a_long_address_used_often_is_refused_before_it_is_written_out(
    body: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It would be a hundred megabytes of HTML."""
    monkeypatch.setattr("markdown_it.renderer.RendererHTML.render", lambda *_: pytest.fail("was made"))
    with pytest.raises(SettingRefused, match="too large"):
        render(body)


@pytest.mark.parametrize("lines", [("- ", "  "), ("> ", "> "), ("1. ", "   ")])
def test_what_lies_deep_is_shown_or_refused_and_never_lost(lines: tuple[str, str]) -> None:
    """The parser leaves out without a word what lies deeper than it goes."""
    mark, indent = lines
    for depth in range(1, 24):
        body = "".join(
            (indent * level if mark != "> " else "> " * level) + mark + f"w{level}\n\n" for level in range(depth)
        )
        try:
            text = render(body).text
        except SettingRefused as refused:
            assert depth > 6
            assert refused.field == "body"  # noqa: PT017 - either is right
        else:
            assert text.split("\n") == [f"w{level}" for level in range(depth)]


def test_more_lines_than_anybody_writes_are_refused() -> None:
    with pytest.raises(SettingRefused, match="8,000 lines"):
        render("a\n" * 8000)
    assert render("a\n" * 7999).text


def test_headings_have_ids_and_make_the_table_of_contents() -> None:
    """The page's title is the first heading, so those of the text begin at the second level."""
    rendered = render("# One\n\n## Two *and* `three`\n\n### Two and three\n\n# 深い\n\n# One")
    assert rendered.headings == (
        Heading(2, "s-one", "One"),
        Heading(3, "s-two-and-three", "Two and three"),
        Heading(4, "s-two-and-three--2", "Two and three"),
        Heading(2, "s-深い", "深い"),
        Heading(2, "s-one--2", "One"),
    )
    assert '<h2 id="s-one">One</h2>' in rendered.html
    assert "<h1" not in rendered.html


def test_pictures_of_ours_are_shown_and_others_are_links() -> None:
    """A picture from elsewhere would tell a third party who reads what."""
    rendered = render(f"![A lamp](/articles/images/{IMAGE})\n\n![Theirs](https://e.example/x.png)")
    assert f'<img src="/articles/images/{IMAGE}" alt="A lamp" loading="lazy">' in rendered.html
    assert rendered.html.count("<img") == 1
    assert 'href="https://e.example/x.png"' in rendered.html
    assert rendered.images == (IMAGE,)


def test_the_plain_text_is_what_search_reads() -> None:
    body = "## Title\n\nSome **bold** [words](https://e.example).\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n    code"
    assert render(body).text == "Title\nSome bold words.\na\nb\n1\n2\ncode"


def test_tables_scroll_and_keep_how_columns_are_set_without_inline_style() -> None:
    html = render("| a | b |\n|:-:|--:|\n| 1 | 2 |").html
    assert '<div class="scroll" tabindex="0"><table>' in html
    assert '<td class="center">1</td>' in html
    assert '<td class="end">2</td>' in html
    assert "style" not in html


def test_addresses_follow_the_stage() -> None:
    html = render(f"[x](/contact) ![y](/articles/images/{IMAGE}) [z](https://e.example/)").html
    assert all_below("", html) == html
    below = all_below("/prod", html)
    assert 'href="/prod/contact"' in below
    assert f'src="/prod/articles/images/{IMAGE}"' in below
    assert 'href="https://e.example/"' in below


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", 1), ("word " * 200, 1), ("word " * 1_000, 5), ("本" * 1_500, 3), ("本" * 500 + " word" * 200, 2)],
)
def test_reading_takes_as_long_as_the_script_asks_for(text: str, expected: int) -> None:
    """Two hundred words a minute; where there are no spaces, five hundred characters."""
    assert minutes(text) == expected
