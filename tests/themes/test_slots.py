"""Slots and hooks that a page must show are shown once, on every way through it."""

from __future__ import annotations

import pytest

from chalicelib.themes.language.checker import check
from chalicelib.themes.language.types import PageNames
from chalicelib.themes.model import Problem
from tests.themes.offers import BEGINNING, ENTRY, NAMES

SHOWN = "{{ slots.composer }}"
OFFERED = PageNames(NAMES.names, ("slots.composer",))
LAYOUT = "<main>{% block main %}{% endblock %}</main>{% include 'parts/foot.html' %}"


def told(body: str, foot: str = "", names: PageNames = OFFERED) -> list[Problem]:
    files = {"layout.html": LAYOUT, ENTRY: f"{BEGINNING}{body}{{% endblock %}}", "parts/foot.html": foot}
    return check(files, {ENTRY: names})


@pytest.mark.parametrize(
    "body",
    [
        "{{ slots.composer }}",
        "{% if page.open %}{{ slots.composer }}{% else %}<p>a</p>{{ slots.composer }}{% endif %}",
        f"{{% if page.open %}}{SHOWN}{{% elif page.total %}}{SHOWN}{{% else %}}{SHOWN}{{% endif %}}",
        "{% with a = 1 %}{% block b %}{{ slots.composer }}{% endblock %}{% endwith %}",
        "{% if slots.composer %}<h2>a</h2>{{ slots.composer }}{% endif %}",
        "{% if slots.composer %}<h2>a</h2>{% endif %}{{ slots.composer }}",
        "{% if not slots.composer %}a{% else %}{{ slots.composer }}{% endif %}",
        "{% if slots.composer and page.open %}<h2>a</h2>{% endif %}{{ slots.composer }}",
        "{% if page.open %}{{ slots.composer }}{% elif slots.composer %}<p>{{ slots.composer }}</p>{% endif %}",
        "{% for row in page.rows %}a{% else %}b{% endfor %}{{ slots.composer }}",
    ],
)
def test_a_slot_on_every_way_is_fine(body: str) -> None:
    """On a way that a slot is empty on, it need not be shown: it shows nothing."""
    assert [str(one) for one in told(body)] == []


def test_a_slot_can_be_in_a_part() -> None:
    assert told("", foot="{{ slots.composer }}") == []


@pytest.mark.parametrize(
    "body", ["", "slots.composer", "{# {{ slots.composer }} #}", "{% if slots.composer %}a{% endif %}"]
)
def test_a_slot_that_is_not_shown_is_missed(body: str) -> None:
    (found,) = told(body)
    assert (found.file, found.line, found.kind) == (ENTRY, 1, "slot")
    assert found.sentence == "page.html must show {{ slots.composer }}."


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ("{% if page.open %}{{ slots.composer }}{% endif %}", 2),
        ("\n{% if page.open %}{{ slots.composer }}{% else %}a{% endif %}", 3),
        ("{% if page.open %}a{% else %}{{ slots.composer }}{% endif %}", 2),
        ("{% if page.open %}{{ slots.composer }}{% elif page.total %}{{ slots.composer }}{% endif %}", 2),
        (f"{{% if page.total %}}\n{{% if page.open %}}{SHOWN}{{% endif %}}{{% else %}}{SHOWN}{{% endif %}}", 3),
        ("{% if not slots.composer %}{{ slots.composer }}{% endif %}", 2),
        ("{% for row in page.rows %}a{% else %}{{ slots.composer }}{% endfor %}", 2),
        (
            "{% if page.open %}{{ slots.composer }}{% endif %}\n{% if not page.open %}{{ slots.composer }}{% endif %}",
            2,
        ),
    ],
)
def test_a_slot_that_some_ways_leave_out_is_told_where_they_part(body: str, line: int) -> None:
    found = told(body)[0]
    assert (found.file, found.line, found.kind) == (ENTRY, line, "slot")
    assert found.sentence == "Some ways through this leave out slots.composer, which page.html must show once on each."


@pytest.mark.parametrize(
    ("body", "column"),
    [
        ("{{ slots.composer }}{{ slots.composer }}", 29),
        ("{% if page.open %}{{ slots.composer }}{% else %}{{ slots.composer }}{% endif %}{{ slots.composer }}", 88),
        ("{% if slots.composer %}{{ slots.composer }}{% endif %}{{ slots.composer }}", 63),
    ],
)
def test_a_slot_that_is_shown_twice_on_one_way_is_refused(body: str, column: int) -> None:
    """It has ids, which are there once, and forms that would be sent twice."""
    (found,) = told(body)
    assert (found.line, found.column, found.kind) == (2, column, "slot")
    assert found.sentence == "Some ways through page.html have shown slots.composer before; it is shown once."


def test_a_slot_in_a_part_that_is_included_twice_is_shown_twice() -> None:
    (found,) = told("{% include 'parts/foot.html' %}", foot="a\n{{ slots.composer }}")
    assert (found.file, found.line) == ("parts/foot.html", 2)


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("{% for row in page.rows %}{{ slots.composer }}{% endfor %}", "cannot be in a loop"),
        ("{% set a %}{{ slots.composer }}{% endset %}", "cannot be in a set block"),
        ("{% set a = slots.composer %}", "Show it as it is"),
        ("{% with a = slots.composer %}{{ a }}{% endwith %}", "Show it as it is"),
        ("{{ slots.composer|default('x') }}", "Show it as it is"),
        ("{{ slots.composer if page.open }}", "Show it as it is"),
        ("{{ slots.composer or page.html }}", "Show it as it is"),
        ("{{ _('%(a)s', a=slots.composer) }}", "Show it as it is"),
        ("{% set a = slots %}", "slots is a group"),
        ("{{ (slots if page.open else slots).composer }}", "slots is a group"),
        ("{% if slots %}{% endif %}", "slots is a group"),
        ("<p title='{{ slots.composer }}'></p>", "Markup can be shown in text only"),
        ("<svg>{{ slots.composer }}</svg>", "inside a drawing"),
    ],
)
def test_a_slot_is_shown_as_it_is_where_it_belongs(body: str, says: str) -> None:
    """However it might be kept, copied or left out by a value, the count of it would be wrong."""
    assert says in " ".join(one.sentence for one in told(body))


def test_a_hook_that_must_be_there_is_counted_in_the_same_way() -> None:
    names = PageNames(NAMES.names, ("hooks.list",))
    assert told("<ol {{ hooks.list }}></ol>", names=names) == []
    assert [one.kind for one in told("{% if page.rows %}<ol {{ hooks.list }}></ol>{% endif %}", names=names)] == [
        "slot"
    ]
    assert [one.kind for one in told("<ol {{ hooks.list }}></ol><ol {{ hooks.list }}></ol>", names=names)] == ["slot"]


def test_a_slot_that_need_not_be_shown_is_not_counted() -> None:
    body = "{{ slots.composer }}{% if page.open %}{{ slots.notice }}{{ slots.notice }}{% endif %}"
    assert told(body) == []


def test_a_part_that_is_rendered_by_itself_need_not_show_all() -> None:
    files = {"parts/row.html": "<li>{{ page.title }}</li>"}
    assert check(files, {"parts/row.html": NAMES}) == []


def test_a_page_that_could_not_be_read_whole_is_not_said_to_lack_anything() -> None:
    (found,) = told("", foot="{{ 'never ended }}")
    assert found.kind == "syntax"
