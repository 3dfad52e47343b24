"""Names, fields, filters, tests and texts: what they take and give, and what is said of those that are not there."""

from __future__ import annotations

import pytest
from markupsafe import escape

from chalicelib.themes.language.expressions import either
from chalicelib.themes.language.limits import LIMITS
from chalicelib.themes.language.types import ANY, FLAG, HTML, NOTHING, NUMBER, TEXT, URL, Many, Type, record
from tests.themes.offers import HARD, data, kinds, problems, refusal, rendered


@pytest.mark.parametrize(
    ("body", "column", "kind", "sentence"),
    [
        ("{{ sit.name }}", 4, "unknown", "There is no sit here. Did you mean site?"),
        ("{{ site.organisation }}", 9, "unknown", "There is no site.organisation. Did you mean organization?"),
        ("{{ site.xyz }}", 9, "unknown", "There is no site.xyz."),
        (
            "{{ page.channel.nam }}",
            17,
            "unknown",
            "There is no page.channel.nam. Did you mean name?",
        ),
        ("{{ page.title|uper }}", 15, "filter", "There is no filter uper. Did you mean upper?"),
        (
            "{% if page.total is od %}{% endif %}",
            18,
            "test",
            "There is no test od; there are none, defined, odd, even. Did you mean odd?",
        ),
        (
            "{{ page.title.length }}",
            15,
            "field",
            "There is no length: what is before the dot is no group of fields.",
        ),
        (
            "{{ page.rows.first }}",
            14,
            "field",
            "There is no first: what is before the dot is a list; use for, first or last.",
        ),
        ("{{ loop.index }}", 4, "unknown", "There is no loop here."),
        ("{{ namespace }}", 4, "unknown", "There is no namespace here."),
        ("{{ times }}", 4, "unknown", "There is no times here."),
    ],
)
def test_what_is_not_there_is_told_with_its_place_and_the_nearest_name(
    body: str, column: int, kind: str, sentence: str
) -> None:
    found = refusal(body)
    assert (found.line, found.column, found.kind, found.sentence) == (1, column, kind, sentence)


@pytest.mark.parametrize(
    "body",
    [
        "{{ page.__class__ }}",
        "{{ _page }}",
        "{{ page._title }}",
        "{{ Page }}",
        "{{ page.ﬁle }}",
        "{{ ſite.here }}",
        "{{ page.Title }}",
        "{{ __import__ }}",
        "{{ _ }}",
    ],
)
def test_names_are_plain(body: str) -> None:
    """Small letters of ASCII: others are different names to Python than they look like."""
    assert kinds(body) == ["name"]


def test_fields_of_a_group_that_may_be_missing_are_empty() -> None:
    """What a template was not tried with must not make it fail."""
    body = "[{{ page.channel.name }}{% for row in page.rows %}{{ row.channel.icon }}{% endfor %}]"
    given = data()
    given["page"]["channel"] = given["page"]["rows"][0]["channel"] = None
    assert rendered(body, given=given) == "[/somewhere?a=1&amp;b=2]"
    assert rendered(body, given=data(full=False)) == "[]"


def test_a_filter_of_nothing_makes_nothing() -> None:
    body = "[{{ page.closed_at|moment }}{{ page.closed_at|day }}{{ page.total|number }}{{ page.total|size }}]"
    assert rendered(body, given=data(full=False)) == "[]"
    assert rendered("[{{ (page.rows|first).subject }}{{ (page.words|last)|upper }}]", given=data(full=False)) == "[]"
    assert rendered("[{{ none }}{{ page.title|default('-') }}]", given=data(full=False)) == "[-]"


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("{{ page.title['x'] }}", "Square brackets are not part"),
        ("{{ page.rows[0] }}", "Square brackets are not part"),
        ("{{ page.rows.0 }}", "Square brackets are not part"),
        ("{{ page.title[:3] }}", "Square brackets are not part"),
        ("{{ page.title ~ 'x' }}", "Texts are not joined with ~"),
        ("{{ page.total + 1 }}", "do not calculate"),
        ("{{ page.total * 1000 }}", "do not calculate"),
        ("{{ 'x' * 1000 }}", "do not calculate"),
        ("{{ 2 ** 2 }}", "do not calculate"),
        ("{{ 'x' % 1 }}", "do not calculate"),
        ("{{ -1 }}", "do not calculate"),
        ("{{ {'a': 1} }}", "cannot make data"),
        ("{{ [1, 2] }}", "cannot make lists"),
        ("{{ 1, 2 }}", "cannot make lists"),
        ("{% set a = 1, 2 %}", "cannot make lists"),
    ],
)
def test_themes_do_not_calculate(body: str, says: str) -> None:
    found = refusal(body)
    assert found.kind == "operator"
    assert says in found.sentence


@pytest.mark.parametrize(
    "body",
    [
        "{{ range(9) }}",
        "{{ page.title() }}",
        "{{ page.title.upper() }}",
        "{{ page.rows.append(1) }}",
        "{{ super() }}",
        "{{ self.main() }}",
        "{{ 'x'.format(page) }}",
        "{{ (page.title|upper)() }}",
        "{{ cycler('a') }}",
        "{{ caller() }}",
    ],
)
def test_nothing_can_be_called(body: str) -> None:
    assert (
        refusal(body).sentence == "Nothing can be called but _ and ngettext; addresses are fields, such as urls.home."
    )


@pytest.mark.parametrize(
    ("body", "made"),
    [
        ("{{ page.title|upper }}", str(escape(HARD.upper()))),
        ("{{ page.title|truncate(6) }}", "O&#39;N..."),
        ("{{ page.title|length }}", str(len(HARD))),
        ("{{ page.rows|length }}", "2"),
        ("{{ (page.rows|first).count }}{{ (page.rows|last).count }}", "12341234"),
        ("{{ page.total|number }}", "1,234"),
        ("{{ page.total|size }}", "1 KB"),
        ("{{ '  a '|trim }}", "a"),
        ("{{ 'aB'|lower }}{{ 'aB'|capitalize }}", "abAb"),
        ("{{ ''|default('x<') }}", "x&lt;"),
        ("{{ page.html|default('x') }}", '<p class="ours">Ours</p>'),
        ("{{ 'a\nhttps://example.org/x'|prose }}", None),
        ("{{ page.closed_at|date }}", None),
    ],
)
def test_a_filter_does_what_it_is_for(body: str, made: str | None) -> None:
    found = rendered(body)
    assert found == made if made is not None else found.startswith(("<p", "<time"))


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ("{{ page.total|upper }}", "The filter upper is not for a number."),
        ("{{ page.title|moment }}", "The filter moment is not for text."),
        ("{{ page.closed_at|number }}", "The filter number is not for a time."),
        ("{{ page.rows|upper }}", "The filter upper is not for a list."),
        ("{{ page|length }}", "The filter length is not for a group of fields."),
        ("{{ page.more_url|upper }}", "The filter upper is not for an address."),
        ("{{ page.html|truncate(9) }}", "The filter truncate is not for markup."),
        ("{{ page.title|first }}", "The filter first is not for text."),
        ("{{ page.total|default('none')|number }}", "The filter number is not for text."),
        ("{{ page.title|truncate }}", "The filter truncate takes one fixed value in brackets."),
        ("{{ page.title|truncate(1, true) }}", "The filter truncate takes one fixed value in brackets."),
        ("{{ page.title|truncate(length=9) }}", "The filter truncate takes one fixed value in brackets."),
        ("{{ page.title|truncate(*page.words) }}", "The filter truncate takes one fixed value in brackets."),
        (
            "{{ page.title|truncate(page.total) }}",
            "The filter truncate takes a fixed value: a text in quotes or a number.",
        ),
        ("{{ page.title|truncate(100000) }}", "truncate takes a number from 1 to 1,000."),
        ("{{ page.title|truncate('9') }}", "truncate takes a number from 1 to 1,000."),
        ("{{ page.title|upper(1) }}", "The filter upper takes nothing in brackets."),
        ("{{ page.total|size(times=1) }}", "The filter size takes nothing in brackets."),
    ],
)
def test_a_filter_takes_what_it_is_for(body: str, sentence: str) -> None:
    found = refusal(body)
    assert (found.kind, found.sentence) == ("filter", sentence)


@pytest.mark.parametrize(
    "name",
    [
        "safe",
        "escape",
        "list",
        "map",
        "attr",
        "join",
        "replace",
        "format",
        "center",
        "indent",
        "xmlattr",
        "urlize",
        "sum",
    ],
)
def test_other_filters_of_jinja2_are_not_there(name: str) -> None:
    """Some let markup through, some call what they are given, some make much of little."""
    assert refusal("{{ page.title|" + name + " }}").sentence.startswith(f"There is no filter {name}.")


@pytest.mark.parametrize(
    ("one", "other", "made"),
    [
        (TEXT, TEXT, TEXT),
        (URL, URL, URL),
        (URL, NOTHING, URL),
        (NOTHING, URL, URL),
        (URL, TEXT, TEXT),
        (TEXT, NUMBER, TEXT),
        (HTML, TEXT, HTML),
        (FLAG, URL, FLAG),
        (ANY, URL, ANY),
        (Many(TEXT), Many(TEXT), Many(TEXT)),
        (Many(TEXT), TEXT, FLAG),
        (record(a=TEXT), NOTHING, record(a=TEXT)),
        (record(a=TEXT), record(b=TEXT), FLAG),
    ],
)
def test_a_choice_has_the_type_that_both_fit(one: Type, other: Type, made: Type) -> None:
    """An address that might be a text is a text: it cannot be where an address must be."""
    assert either(one, other) == made


@pytest.mark.parametrize(
    "value",
    [
        "page.more_url|default('javascript:alert(1)')",
        "page.more_url or page.title",
        "page.more_url if page.open else 'javascript:alert(1)'",
        "page.title or page.more_url",
        "page.open and page.more_url",
    ],
)
def test_a_text_does_not_become_an_address_by_a_choice(value: str) -> None:
    assert problems('<a href="{{ ' + value + ' }}">x</a>') != []
    assert problems('<a href="{{ page.more_url or urls.home }}">x</a>') == []


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("{% if page.total < 3 %}{% endif %}", None),
        ("{% if page.total >= page.total %}{% endif %}", None),
        ("{% if page.status == 'a' and page.total != 3 %}{% endif %}", None),
        ("{% if page.status in ['a', 'b'] or page.status not in ('c', 'd') %}{% endif %}", None),
        ("{% if not page.open is none %}{% endif %}", None),
        ("{% if page.total is odd or page.total is even %}{% endif %}", None),
        ("{% if page.title < 'x' %}{% endif %}", "operator"),
        ("{% if page.total > 'x' %}{% endif %}", "operator"),
        ("{% if page.closed_at < page.closed_at %}{% endif %}", "operator"),
        ("{% if 1 < page.total < 3 %}{% endif %}", "operator"),
        ("{% if page.status in page.title %}{% endif %}", "list"),
        ("{% if page.status in page.words %}{% endif %}", "list"),
        ("{% if page.status in [page.title] %}{% endif %}", "list"),
        ("{% if page.status in " + str(list(range(21))) + " %}{% endif %}", "list"),
        ("{% if page.title is odd %}{% endif %}", "test"),
        ("{% if page.total is divisibleby(3) %}{% endif %}", "test"),
        ("{% if page.total is sameas 3 %}{% endif %}", "test"),
        ("{% if page.total is none(1) %}{% endif %}", "test"),
    ],
)
def test_comparisons_cannot_fail(body: str, kind: str | None) -> None:
    """Whatever the data: nothing is not less than anything, and text is not compared with numbers."""
    assert kinds(body) == ([kind] if kind else [])
    if kind is None:
        for full in (True, False):
            rendered(body, given=data(full=full))


def test_nothing_is_neither_more_nor_less() -> None:
    body = (
        "{% if page.total < 9 %}a{% endif %}{% if page.total >= 9 %}b{% endif %}{% if page.total is odd %}c{% endif %}"
    )
    assert rendered(body, given=data(full=False)) == ""
    assert rendered(body) == "b"


def test_an_expression_has_a_depth() -> None:
    deep = LIMITS.depth - 1
    assert problems("{% if " + "not " * deep + "page.open %}{% endif %}") != []
    assert problems("{% if " + "not " * (deep - 1) + "page.open %}{% endif %}") == []


# --- texts


@pytest.mark.parametrize(
    ("body", "made"),
    [
        ("{{ _('Log in') }}", "Log in"),
        ("{{ _('100% sure') }}", "100% sure"),
        ("{{ _('%(n)s is 5%%', n=page.total) }}", "1,234 is 5%"),
        ("{{ _('%(text)s %(self)s', text=page.total, self='<') }}", "1,234 &lt;"),
        ("{{ ngettext('one', '%(num)s of %(count)s', page.total, count='<') }}", "1,234 of &lt;"),
        ("{{ _('At %(at)s', at=page.closed_at|date) }}", None),
    ],
)
def test_a_text_is_translated_with_its_values(body: str, made: str | None) -> None:
    found = rendered(body)
    assert found == made if made is not None else found.startswith("At <time")


def test_a_value_that_is_nothing_is_empty_in_a_text() -> None:
    body = "{{ _('[%(a)s%(b)s]', a=page.total, b=page.channel.name) }}{{ ngettext('one', 'some', page.total) }}"
    assert rendered(body, given=data(full=False)) == "[]some"


@pytest.mark.parametrize(
    ("call", "says"),
    [
        ("_(page.title)", "in quotes"),
        ("_('a', 'b')", "_ takes a text, and then values by name"),
        ("_()", "_ takes a text"),
        ("ngettext('a', 'b')", "two texts and a number"),
        ("ngettext('a', 'b', page.title)", "chooses by a number"),
        ("ngettext('a', page.title, page.total)", "in quotes"),
        ("_('%s', a=1)", "%(name)s is the place of one"),
        ("_('%(a)d', a=1)", "%(name)s is the place of one"),
        ("_('%(a)1000000s', a=1)", "%(name)s is the place of one"),
        ("_('%(a)r', a=1)", "%(name)s is the place of one"),
        ("_('%(a.b)s', a=1)", "%(name)s is the place of one"),
        ("_('100%', a=1)", "%(name)s is the place of one"),
        ("ngettext('50 %', 'b', 1)", "%(name)s is the place of one"),
        ("_('" + "%(a)s" * 13 + "', a=1)", "at most 12 times"),
        ("_('%(a)s')", "has a place for a, which it is not given"),
        ("_('%(a)s', b=1)", "has a place for a, which it is not given"),
        ("_('a', a=1, a=2)", "The value a is given twice"),
        ("_('a', Ä=1)", "cannot be named Ä"),
        ("_('a', class=1)", "cannot be named class"),
        ("_('a', _loop_vars=1)", "cannot be named _loop_vars"),
        ("_('%(a)s', a=page.rows)", "is a list, which a text cannot hold"),
        ("_('%(a)s', a=page.closed_at)", "is a time, which a text cannot hold"),
        ("_('%(a)s', a=page.open)", "is yes or no, which a text cannot hold"),
        ("_('%(a)s', **page)", "_ takes a text, and then values by name"),
        ("_(*page.words)", "_ takes a text"),
    ],
)
def test_a_text_is_no_way_to_make_much_or_to_fail(call: str, says: str) -> None:
    """Texts are format strings: a width makes a long text of a short one, and a wrong letter fails."""
    found = problems("{{ " + call + " }}")
    assert [says in one.sentence for one in found] == [True], [str(one) for one in found]


def test_a_text_with_markup_in_it_is_markup() -> None:
    assert problems("{{ _('%(a)s', a=page.closed_at|date) }}") == []
    assert kinds("<p title=\"{{ _('%(a)s', a=page.closed_at|date) }}\"></p>") == ["output"]
    assert problems("<p title=\"{{ _('%(a)s', a=page.title) }}\"></p>") == []
