"""The files that a page is made of, the texts of a theme, and the reference of what pages offer."""

from __future__ import annotations

import pytest

from chalicelib.themes.language.closure import closure
from chalicelib.themes.language.reference import Row, rows
from chalicelib.themes.language.texts import Text, texts
from chalicelib.themes.language.types import HTML, NUMBER, TEXT, Many, PageNames, Record, record
from tests.themes.offers import ENTRY, problems, theme

FILES = theme(
    "{%- include \"parts/a.html\" -%}\n{% if page.open %}{%\ninclude\n'parts/b.html' %}{% endif %}",
    a="{% include 'parts/c.html' %}",
    b="",
    c="",
    d="{% include 'parts/a.html' %}",
)


def test_a_page_is_made_of_what_it_extends_and_includes() -> None:
    assert closure(FILES, ENTRY) == {ENTRY, "layout.html", "parts/a.html", "parts/b.html", "parts/c.html"}
    assert closure(FILES, "parts/c.html") == {"parts/c.html"}


def test_files_that_are_not_there_are_not_part_of_a_page() -> None:
    assert closure(FILES, "account.html") == frozenset()
    assert closure({"a.html": "{% include 'b.html' %}"}, "a.html") == {"a.html"}


def test_files_that_include_each_other_are_an_answer_and_no_loop() -> None:
    assert closure({"a.html": "{% include 'b.html' %}", "b.html": "{% include 'a.html' %}"}, "a.html") == {
        "a.html",
        "b.html",
    }


@pytest.mark.parametrize(
    "written",
    [
        "{% include 'parts/x.html' %}",
        '{%include"parts/x.html"%}',
        "{%+ include 'parts/x.html' +%}",
        "{%-\tinclude\n'parts/x.html'-%}",
        "{%- include\u00a0'parts/x.html' %}",
    ],
)
def test_the_closure_sees_what_the_checker_allows(written: str) -> None:
    """A changed file that is not seen would be ignored, and Midtown's shown instead."""
    assert problems(written, x="") == []
    assert "parts/x.html" in closure(theme(written, x=""), ENTRY)


@pytest.mark.parametrize(
    "written",
    [
        "{% include ('parts/x.html') %}",
        "{% include 'parts/' 'x.html' %}",
        "{% include 'parts/x.html' if page.open %}",
        "{% include ['parts/x.html'] %}",
        "{% include 'x'|replace('x', 'parts/x.html') %}",
        "{% set x = 'parts/x.html' %}{% include x %}",
        "{% include %}",
    ],
)
def test_the_checker_allows_no_other_way_to_name_a_file(written: str) -> None:
    assert [one.kind for one in problems(written, x="")] == ["file"]


def test_the_texts_of_a_theme_have_their_places() -> None:
    files = {
        "b.html": "\n{{ ngettext('%(num)s day',\n '%(num)s days', page.total) }}",
        "a.html": "{{ _('Hello, %(name)s', name=_('you')) }}<p title=\"{{ _('Title') }}\">{{ _(page.title) }}</p>",
        "c.html": "{{ _('never ended",
        "theme.css": "{{ _('no template') }}",
    }
    assert sorted(texts(files), key=lambda one: (one.file, one.line, one.column)) == [
        Text("a.html", 1, 6, "Hello, %(name)s"),
        Text("a.html", 1, 32, "you"),
        Text("a.html", 1, 57, "Title"),
        Text("b.html", 2, 13, "%(num)s day", "%(num)s days"),
    ]


def test_the_reference_has_a_row_for_everything_a_page_offers() -> None:
    names = PageNames(
        {
            "page": record(
                total=NUMBER,
                rows=Many(record(subject=TEXT, channel=Record({"name": TEXT}, optional=True))),
                words=Many(TEXT),
            ),
            "slots": record(composer=HTML, notice=HTML),
        },
        ("slots.composer",),
    )
    many = "for the tag for, and the filters length, first and last"
    assert rows(names, {"slots.composer": "the reply form", "page.other": "nothing"}) == [
        Row("page.total", "number", NUMBER.help),
        Row("page.rows", "list", many),
        Row("page.rows[].subject", "text", TEXT.help),
        Row("page.rows[].channel", "group", "may be missing; its fields are empty then"),
        Row("page.rows[].channel.name", "text", TEXT.help),
        Row("page.words", "list", many),
        Row("page.words[]", "text", TEXT.help),
        Row("slots.composer", "markup", HTML.help, "the reply form", required=True),
        Row("slots.notice", "markup", HTML.help),
    ]
