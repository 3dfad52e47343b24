"""Names that are set, loops, blocks, files that extend and include each other."""

from __future__ import annotations

import pytest

from chalicelib.themes.language.checker import check
from chalicelib.themes.language.limits import LIMITS
from chalicelib.themes.language.types import PageNames
from chalicelib.themes.model import WARNING
from tests.themes.offers import ENTRY, LAYOUT, NAMES, data, kinds, problems, refusal, rendered, theme

FREE = PageNames(NAMES.names)
"""The same page, with nothing it must show."""


def told(files: dict[str, str], names: PageNames = FREE) -> list[tuple[str, str]]:
    """Return file and sentence of everything that is wrong with a theme."""
    return [(one.file, one.sentence) for one in check(files, {ENTRY: names}) if one.level != WARNING]


# --- names that are set


def test_a_name_is_set_once() -> None:
    """Or it had two types, and which one it has would depend on the way through the page."""
    found = refusal("{% set a = page.title %}{% set a = page.rows %}")
    assert (found.kind, found.column) == ("name", 32)
    assert found.sentence == "a means something already; a name is set once."


def test_what_one_way_of_an_if_sets_the_others_and_the_page_do_not_know() -> None:
    ways = "{% if page.open %}{% set a = page.rows %}{% else %}{% set a = page.title %}{{ a|upper }}{% endif %}"
    assert problems(ways) == []
    assert refusal(ways + "{{ a }}").sentence.startswith("There is no a here.")
    assert kinds("{% if page.open %}{% set a = 1 %}{% elif page.title %}{{ a }}{% endif %}") == ["unknown"]


@pytest.mark.parametrize(
    "body",
    [
        "{% for row in page.rows %}{% set a = row.subject %}{% endfor %}{{ a }}",
        "{% for row in page.rows %}{% endfor %}{{ row.subject }}",
        "{% for row in page.rows %}{% else %}{{ row.subject }}{% endfor %}",
        "{% for row in page.rows %}{% else %}{{ loop.index }}{% endfor %}",
        "{% for row in page.rows if loop.first %}{% endfor %}",
        "{% with a = 1 %}{% endwith %}{{ a }}",
        "{% with a = 1, b = a %}{% endwith %}",
        "{% set a %}{% endset %}{% include 'parts/p.html' %}{{ inner }}",
        "{{ a }}{% set a = 1 %}",
    ],
)
def test_a_name_is_known_where_it_is_set(body: str) -> None:
    found = refusal(body, p="{% set inner = 1 %}{{ inner }}")
    assert found.kind == "unknown"


def test_a_part_knows_what_is_known_where_it_is_included() -> None:
    body = "{% for row in page.rows %}{% include 'parts/p.html' %}{% endfor %}"
    assert problems(body, p="{{ row.subject }} {{ loop.index }}") == []
    assert rendered(body, p="{{ row.count }}.{{ loop.index }}{% if not loop.last %}, {% endif %}") == "1234.1, 1234.2"
    found = refusal("{% include 'parts/p.html' %}", p="\n{{ row.subject }}")
    assert (found.file, found.line + 1, found.column) == ("parts/p.html", 2, 4)


@pytest.mark.parametrize(
    "name",
    ["loop", "times", "self", "super", "caller", "context", "environment", "page", "slots", "site", "varargs"],
)
@pytest.mark.parametrize(
    "body",
    ["{{% set {0} = 1 %}}", "{{% for {0} in page.words %}}{{% endfor %}}", "{{% with {0} = 1 %}}{{% endwith %}}"],
)
def test_names_of_the_product_stay_its_own(name: str, body: str) -> None:
    """Filters are handed ``times``, and slots are counted by their names."""
    found = refusal(body.format(name))
    assert found.sentence == f"The name {name} belongs to the product; choose another."


@pytest.mark.parametrize("name", ["_budget", "__class__", "Über", "_", "X", "a" * 42])
def test_names_that_are_set_are_plain(name: str) -> None:
    assert set(kinds("{% set " + name + " = 1 %}")) == {"name"}


@pytest.mark.parametrize(
    "body", ["{% set a, b = page.words %}", "{% for a, b in page.rows %}{% endfor %}", "{% set a.b = 1 %}"]
)
def test_one_name_is_set_at_a_time(body: str) -> None:
    assert set(kinds(body)) & {"name", "nesting"}


def test_a_file_sets_so_many_names() -> None:
    body = "".join(f"{{% set a{number} = 1 %}}" for number in range(LIMITS.names))
    assert problems(body) == []
    assert kinds(body + "{% set b = 1 %}") == ["size"]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("{% set a %}{% if page.open %}x{% endif %}{% endset %}", "set"),
        ("{% set a %}{% set b %}x{% endset %}{% endset %}", "set"),
        ("{% set a %}{% include 'parts/p.html' %}{% endset %}", "set"),
        ("{% set a|upper %}x{% endset %}", "set"),
        ("{% set a %}" + "{{ 1 }}" * (LIMITS.captures + 1) + "{% endset %}", "set"),
        ("{% set a %}<p{% endset %}", "html"),
        ("{% set a %}<b>x</b>{% endset %}<p title='{{ a }}'></p>", "output"),
        ("{% set a %}<b>x</b>{% endset %}{{ a|upper }}", "filter"),
    ],
)
def test_a_set_block_is_a_piece_of_markup(body: str, kind: str) -> None:
    assert kinds(body, p="") == [kind]
    assert rendered("{% set a %}<b>{{ page.total }}</b>{% endset %}{{ a }}{{ _('%(a)s!', a=a) }}") == (
        "<b>1234</b><b>1234</b>!"
    )


# --- loops


def test_a_loop_goes_over_a_list() -> None:
    assert rendered("{% for word in page.words %}{{ loop.index }}/{{ loop.length }} {% endfor %}") == "1/2 2/2 "
    assert rendered("{% for a in page.rows if a.unread %}{{ a.count }}{% else %}-{% endfor %}") == "12341234"
    assert rendered("{% for a in page.rows if not a.unread %}{{ a.count }}{% else %}-{% endfor %}") == "-"
    assert problems("{% for a in page.rows if page.open else page.rows %}{% endfor %}") != []
    assert problems("{% for a in (page.rows if page.open else page.rows) %}{{ a.subject }}{% endfor %}") == []


@pytest.mark.parametrize("over", ["page.title", "page.total", "page", "'abc'", "page.rows|length", "page.channel"])
def test_a_loop_goes_over_nothing_else(over: str) -> None:
    assert refusal("{% for a in " + over + " %}{{ a.b }}{% endfor %}").kind == "loop"


def test_loops_are_within_each_other_so_often() -> None:
    """Files that are included counted."""
    three = "{% for a in page.rows %}" * 2 + "{% include 'parts/p.html' %}" + "{% endfor %}" * 2
    assert problems(three, p="{% for file in page.words %}{% endfor %}") == []
    found = refusal(three, p="{% for b in page.words %}\n{% for c in page.words %}{% endfor %}{% endfor %}")
    assert (found.file, found.line + 1, found.kind) == ("parts/p.html", 2, "loop")


def test_a_loop_cannot_call_itself() -> None:
    assert kinds("{% for a in page.rows recursive %}{{ a.subject }}{% endfor %}") == ["loop"]


def test_loop_has_four_fields() -> None:
    body = "{% for a in page.words %}{% if loop.first %}f{% endif %}{% if loop.last %}l{% endif %}{% endfor %}"
    assert rendered(body) == "fl"
    for field in ("index0", "revindex", "cycle", "changed", "previtem", "depth"):
        assert kinds("{% for a in page.words %}{{ loop." + field + " }}{% endfor %}") == ["unknown"]


# --- files


def test_a_block_that_no_extended_file_has_shows_nowhere() -> None:
    files = theme("") | {ENTRY: theme("")[ENTRY] + "\n{% block mian %}{% endblock %}"}
    assert told(files) == [
        (ENTRY, "No file that this one extends has a block mian, so it shows nowhere. Did you mean main?")
    ]


def test_blocks_are_filled_through_several_files() -> None:
    files = {
        "layout.html": LAYOUT,
        "help.html": "{% extends 'layout.html' %}{% block main %}<{% block word %}p{% endblock %}>"
        "{% block content %}none{% endblock %}</p>{% endblock %}",
        ENTRY: "{% extends 'help.html' %}{% block title %}t{% endblock %}"
        "{% block content %}{{ page.total }}{% endblock %}",
    }
    files["help.html"] = files["help.html"].replace("<{% block word %}p{% endblock %}>", "<p>")
    assert told(files, NAMES) == []
    files[ENTRY] = files[ENTRY].replace("{% block content", "{% block contents")
    assert told(files, NAMES) == [
        (ENTRY, "No file that this one extends has a block contents, so it shows nowhere. Did you mean content?")
    ]


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("{% block a %}{% endblock %}{% block a %}{% endblock %}", "The file has the block a twice."),
        ("{% for a in page.rows %}{% block b %}{% endblock %}{% endfor %}", "A block cannot be in a loop."),
        ("{% block b scoped %}{% endblock %}", "After the name of a block comes nothing more."),
        ("{% block b required %}{% endblock %}", "After the name of a block comes nothing more."),
        ("{% extends 'layout.html' %}", "extends is at the top of its file, once."),
        ("{% include 'parts/q.html' %}", "There is no file parts/q.html in this theme. Did you mean parts/s.html?"),
        ("{% include page.title %}", "After include comes the name of one file in quotes, and nothing more."),
        ("{% include ['a.html'] %}", "After include comes the name of one file in quotes, and nothing more."),
        ("{% include 'a' 'b.html' %}", "After include comes the name of one file in quotes, and nothing more."),
        (
            "{% include 'parts/q.html' ignore missing %}",
            "After include comes the name of one file in quotes, and nothing more.",
        ),
        (
            "{% include 'parts/p.html' without context %}",
            "After include comes the name of one file in quotes, and nothing more.",
        ),
        ("{% include 'page.html' %}", "The file page.html would include itself."),
        ("{% include 'parts/r.html' %}", "The file parts/r.html would include itself."),
        ("{% include 'parts/s.html' %}", "A file that is included cannot extend another."),
        ("{% include '../../settings.py' %}", "There is no file ../../settings.py in this theme."),
    ],
)
def test_files_are_put_together_in_one_way_only(body: str, sentence: str) -> None:
    found = problems(body, p="", r="{% include 'parts/r.html' %}", s="{% extends 'layout.html' %}")
    assert [one.sentence for one in found if one.kind != "unused"][:1] == [sentence]
    assert {one.level for one in found} == {"error"}


@pytest.mark.parametrize(
    "more", ["x", "{{ page.title }}", "{% include 'parts/p.html' %}", "{% if page.open %}{% endif %}"]
)
def test_what_is_beside_blocks_would_show_nowhere(more: str) -> None:
    files = theme("", p="")
    files[ENTRY] += more
    assert told(files) == [(ENTRY, "A file that extends another has blocks and set only; this shows nowhere.")]


def test_a_file_that_extends_another_can_set_names_for_it() -> None:
    files = theme("{{ a }}") | {"layout.html": LAYOUT + "{{ a }}"}
    files[ENTRY] += "{% set a = page.total %}"
    assert told(files, NAMES) == []


def test_files_extend_and_include_each_other_so_deep() -> None:
    def chain(length: int) -> dict[str, str]:
        parts = {f"p{one}": f"{{% include 'parts/p{one + 1}.html' %}}" for one in range(length)}
        return theme("{% include 'parts/p0.html' %}", **parts, **{f"p{length}": ""})

    fits = LIMITS.includes - 2  # the page and its layout are two
    assert told(chain(fits)) == []
    assert [sentence for _, sentence in told(chain(fits + 1))] == [
        "At most 5 files can include each other, one after the other."
    ]


def test_a_page_has_so_many_parts() -> None:
    """A few files that include each other often are many: what they are made of is counted as often as it is there."""
    wide = {f"p{one}": f"{{% include 'parts/p{one + 1}.html' %}}" * 30 for one in range(2)}
    found = problems("{% include 'parts/p0.html' %}", **wide, p2="{{ page.title }}" * 9)
    assert {one.kind for one in found} == {"size"}
    assert found[0].sentence == "The files that this page is made of are too many or too long together."


def test_all_pages_have_so_many_parts_together() -> None:
    source = theme("{{ page.title }}{{ page.total }}" * 300)[ENTRY]
    entries = [f"p{number}.html" for number in range(30)]
    files = {"layout.html": LAYOUT, **dict.fromkeys(entries, source)}
    found = check(files, dict.fromkeys(entries, NAMES))
    assert {one.kind for one in found} == {"size"}
    assert found[0].file == entries[-1] or len(found) > 1


def test_blocks_of_a_page_are_open_so_deep_includes_counted() -> None:
    deep = LIMITS.nesting - 2
    opened, closed = "{% if page.open %}" * deep, "{% endif %}" * deep
    found = problems(f"{opened}{{% include 'parts/p.html' %}}{closed}", p=f"{opened}x{closed}")
    assert [(one.file, one.kind) for one in found] == [("parts/p.html", "nesting")]


def test_an_if_has_so_many_ways() -> None:
    more = "{% elif page.open %}" * (LIMITS.ways - 1)
    assert problems("{% if page.open %}" + more + "{% endif %}") == []
    assert kinds("{% if page.open %}" + more + "{% elif page.open %}{% endif %}") == ["size"]


def test_the_most_that_is_allowed_is_compiled() -> None:
    """Python knows a depth of indentation, of brackets and of loops of its own."""
    around = 3  # the layout, its block and the include
    outside = LIMITS.nesting - 1
    inside = LIMITS.page_nesting - around - outside - LIMITS.loops
    value = "'1'" + "|trim" * (LIMITS.depth - 1)
    loops = "".join(f"{{% for {name} in page.words %}}" for name in "abc"[: LIMITS.loops])
    part = f"{_ifs(inside, loops + '{{ ' + value + ' }}' + '{% endfor %}' * LIMITS.loops)}"
    body = _ifs(outside, "{% include 'parts/p.html' %}")
    assert rendered(body, p=part) == "1" * 2**LIMITS.loops
    assert rendered(body, p=part, given=data(full=False)) == ""
    assert kinds(body, p=_ifs(1, part)) == ["nesting"]


def _ifs(depth: int, inside: str) -> str:
    return "{% if page.open %}" * depth + inside + "{% endif %}" * depth
