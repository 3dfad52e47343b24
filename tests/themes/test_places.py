"""What can be where in HTML, and where addresses lead."""

from __future__ import annotations

import pytest

from chalicelib.themes.language.elements import ATTRIBUTES, ELEMENTS, SHAPES, is_attribute
from tests.themes.offers import kinds, problems, refusal, rendered

FOREIGN_ELEMENTS = """
script style iframe object embed base meta link form input button select textarea option label template slot math frame
frameset noscript title head body html audio video source track canvas applet marquee portal dialog map area
foreignobject animate set image feimage xmp plaintext listing noembed blink
"""
FOREIGN_ATTRIBUTES = """
style onclick onload onmouseover srcdoc srcset formaction action xlink:href ping background data-portal data-x name is
slot contenteditable autofocus accesskey draggable nonce integrity crossorigin http-equiv content usemap filter mask
clip-path xmlns manifest poster sandbox allow referrerpolicy popover popovertarget inert
"""


@pytest.mark.parametrize(
    "body",
    [
        "text & more &lt; &copy; > \" '",
        "<p>a</p><br><br/><hr />",
        '<p class="a" id=\'b\' hidden lang="de">a</p>',
        '<P CLASS="a">a</P>',
        '<p\n\tclass="a"\n>a</p\n>',
        '<p{% if page.open %} class="a"{% endif %}>a</p>',
        '<p {% if page.open %}class="a"{% endif %}>a</p>',
        '<p class="a {{ page.status }}{% if page.open %} b{% endif %}">a</p>',
        '<p {% if page.open %}hidden{% else %}class="a"{% endif %} id="b">a</p>',
        '<p {{ hooks.list }} class="a">a</p>',
        '<p class="a" {{ hooks.list }}>a</p>',
        "<p {% if page.open %}{{ hooks.list }}{% endif %}>a</p>",
        '<p aria-label="{{ page.title }}" data-theme-x="{{ page.total }}">a</p>',
        '<svg class="i" viewBox="0 0 1 1" aria-hidden="true"><use href="{{ icons.back }}"/></svg>',
        '<svg><g fill="none" stroke="#fff"><path d="M0 0h1"/></g></svg><p>a</p>',
        "<{# a #}p>a</p>",
        "{% set a = 1 %}<p{% set b = 1 %}>a</p>",
        '<p title="{% for word in page.words %}{{ word }} {% endfor %}">a</p>',
        "<p title=\"{% include 'parts/p.html' %}\">a</p>",
        "{% if page.open %}<ul>{% else %}<ol>{% endif %}<li>a",
        "<details open><summary>a</summary>b</details>",
        "<table><tr><td colspan='2'>a</td></tr></table>",
    ],
)
def test_what_a_theme_can_write(body: str) -> None:
    assert [str(one) for one in problems(body, p="a") if one.kind != "unused"] == []


@pytest.mark.parametrize("name", FOREIGN_ELEMENTS.split())
def test_elements_that_do_something_are_the_products(name: str) -> None:
    assert name not in ELEMENTS | SHAPES
    found = problems(f"<{name}>")
    assert {one.kind for one in found} <= {"element", "html"}
    assert found[0].column == 2


@pytest.mark.parametrize("name", FOREIGN_ATTRIBUTES.split())
def test_attributes_that_do_something_are_the_products(name: str) -> None:
    assert not is_attribute(name)
    assert name not in ATTRIBUTES
    found = refusal(f'<p\n{name}="x">a</p>')
    assert (found.kind, found.line, found.column) == ("attribute", 2, 1)


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("style", "Styles belong in the theme's stylesheet."),
        ("onclick", "Themes have no scripts."),
        (
            "data-x",
            "Attributes of a theme's own begin with data-theme-; those for the product's script come from hooks.",
        ),
        ("name", "Forms are the product's; an id makes a place to link to."),
        ("nonce", "A theme cannot write the attribute nonce."),
    ],
)
def test_a_refused_attribute_is_told_with_what_to_do_instead(name: str, sentence: str) -> None:
    assert refusal(f'<p {name}="x">a</p>').sentence == sentence


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("<!-- a -->", "write {# … #}"),
        ("<!DOCTYPE html>", "write {# … #}"),
        ("<?php ?>", "write {# … #}"),
        ("<![CDATA[a]]>", "write {# … #}"),
        ("a < b", "write &lt;"),
        ("a <", "write &lt;"),
        ("</ p>", "write &lt;"),
        ("</>", "write &lt;"),
        ("<<p>", "write &lt;"),
        ("<é>", "write &lt;"),
        ("<p class=a>", "in quotes"),
        ("<p class= 'a'>", "in quotes"),
        ("<p class={{ page.title }}>", "in quotes"),
        ("<p class={% if page.open %}'a'{% endif %}>", "in quotes"),
        ("<p class='a'id='b'>", "Write a space"),
        ("<p 'a'>", "cannot be between attributes"),
        ("<p =a>", "cannot be between attributes"),
        ("<p \u00a0>", "cannot be between attributes"),
        ("<p class\u00a0='a'>", "cannot be in the name of an attribute"),
        ("<p\u00a0class='a'>", "cannot be in the name of an element"),
        ("<p:x>", "cannot be in the name of an element"),
        ("<p>a</p class='a'>", "A closing tag has no attributes"),
    ],
)
def test_html_is_written_in_full(body: str, says: str) -> None:
    """What browsers repair, they repair in their own way."""
    found = problems(body)
    assert says in found[0].sentence, [str(one) for one in found]


@pytest.mark.parametrize(
    "body",
    [
        "<scr{% if page.open %}ipt{% endif %}>",
        "<a{% if page.open %}\nhref='/x'{% endif %}>",
        "<p{% if page.open %} hidden{% endif %}id='a'>",
        "<p {% if page.open %}hidden{% endif %}x='a'>",
        "<p on{% if page.open %}click{% endif %}='a'>",
        "<p {% if page.open %}title='{% endif %}'>",
        "<p {% if page.open %}title={% else %}class={% endif %}'a'>",
        '<p class="{% if page.open %}" onclick="{% endif %}">',
        "{% if page.open %}<p {% endif %}>",
        "{% if page.open %}<svg>{% endif %}<p>",
        "{% for row in page.rows %}<p {% endfor %}>",
        "<p {% for row in page.rows %}open{% endfor %}>",
        "<p {% for row in page.rows %}{{ hooks.list }}{% endfor %}>",
        "<p {% for row in page.rows %} hidden {% endfor %}>",
        "<p title='{% for row in page.rows %}' class='{% endfor %}'>",
        "<p {{ hooks.list }}-x='a'>",
        "<p {{ hooks.list }}x='a'>",
        "<p {{ hooks.list }}{{ hooks.list }}>",
        "<p{{ hooks.list }}>",
        "<p x{{ hooks.list }}>",
        "<p>a</p {{ hooks.list }}>",
        "<p title='{{ hooks.list }}'>",
        "<{{ page.title }}>",
        "<p {{ page.title }}>",
        "<p {{ page.title }}='a'>",
        "<p class={{ page.title }}>",
        "<p title='{{ page.html }}'>",
        "<p title='{{ page.closed_at }}'>",
        "{{ page.open }}",
        "{{ page.rows }}",
        "{{ page.channel }}",
        "{{ hooks.list }}",
        "{% block inner %}<p {% endblock %}>",
        "<p",
        "<p class",
        "<p class='a",
        "<svg>",
    ],
)
def test_statements_do_not_split_tags(body: str) -> None:
    """Each way through a page writes the same tags, and nothing a page is given becomes a part of one."""
    assert set(kinds(body)) & {"html", "output", "loop", "attribute", "element"}


def test_white_space_that_jinja2_drops_separates_nothing() -> None:
    """It drops the line end after a statement: <a and href would be one name in the page, and two in the file."""
    found = problems("<a{% if page.open %}\nhref='/x'{% endif %}>b</a>")
    assert found[0].sentence == "Write a space here; a name would go on otherwise."
    assert rendered("<a{% if page.open %}\n href='/x'{% endif %}>b</a>") == "<a href='/x'>b</a>"


@pytest.mark.parametrize(
    "body",
    [
        "<svg><p>a</p></svg>",
        "<svg><a href='/x'><path d=''/></a></svg>",
        "<svg><svg></svg></svg>",
        "<svg>{{ page.html }}</svg>",
        "<svg>{{ slots.composer }}</svg>",
        "<svg><g>{% set a %}<b>x</b>{% endset %}{{ a }}</g></svg>",
        "<path d=''/>",
        "<use href='#a'/>",
        "</svg>",
        "<svg/><path/>",
    ],
)
def test_a_drawing_holds_shapes_and_nothing_else(body: str) -> None:
    """Inside it browsers read HTML in another way: a form of the product would be none."""
    assert kinds(body)


# --- addresses


@pytest.mark.parametrize(
    "value",
    [
        "/",
        "/a/b?c=d&amp;e=f#g",
        "#a",
        "#",
        "",
        "https://example.org/a",
        "mailto:help@example.org",
        "tel:+4930123",
        "{{ urls.home }}",
        "{{ urls.home }}#a",
        "{{ urls.home }}?a={{ page.title }}&amp;b={{ page.total }}",
        "{{ page.more_url or urls.home }}",
        "#{{ page.title }}",
        "/search?q={{ page.title }}",
        "https://example.org/?q={{ page.title }}",
        "mailto:{{ page.title }}",
        "{% if page.open %}{{ urls.home }}{% else %}/x{% endif %}",
        "/a{% if page.open %}/b{% endif %}",
        "{% if page.open %}{{ urls.home }}{% else %}{{ urls.account }}{% endif %}#a",
    ],
)
def test_an_address_is_written_out_or_offered(value: str) -> None:
    assert [str(one) for one in problems(f'<a href="{value}">a</a>')] == []


@pytest.mark.parametrize(
    "value",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java&#115;cript:alert(1)",
        "&#106;avascript:alert(1)",
        "javascript&colon;alert(1)",
        "\tjavascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "blob:x",
        "file:///etc/passwd",
        "http://example.org",
        "//example.org",
        "/\\example.org",
        "\\\\example.org",
        "/\t/example.org",
        "/&#47;example.org",
        "/&sol;example.org",
        "/&Tab;/example.org",
        "https:/\\example.org",
        "a/b",
        "?a",
        "/a b",
        "/a?b&c",
        "{{ page.title }}",
        "{{ page.total }}",
        "{{ page.html }}",
        "/{{ page.title }}",
        "/a/{{ page.title }}",
        "https://{{ page.title }}",
        "https://example.org{{ page.title }}",
        "javascript:{{ page.title }}",
        "/{{ urls.home }}",
        "{{ urls.home }}/x",
        "{{ urls.home }}x",
        "{{ urls.home }}{{ urls.home }}",
        "{{ urls.home }}{{ page.title }}",
        "{{ page.more_url|default('/x') }}",
        "{{ _('/x') }}",
        "/{% if page.open %}/example.org{% endif %}",
        "/&#4{% if page.open %}7;example.org{% endif %}",
        "java{% if page.open %}script:{% endif %}x",
        "{% if page.open %}{{ urls.home }}{% endif %}/x",
        "{% if page.open %}{{ urls.home }}{% endif %}{{ urls.home }}",
        "{% if page.open %}/{% endif %}/example.org",
        "{% for row in page.rows %}{{ row.url }}{% endfor %}",
        "{% for row in page.rows %}/a{% endfor %}",
        "{% include 'parts/slash.html' %}/example.org",
        "https://exam{% if page.open %}ple.org{% endif %}",
    ],
)
def test_an_address_leads_where_it_is_seen_to_lead(value: str) -> None:
    """No script, no other scheme; and no two addresses that make a third: / and /x are //x, another host."""
    found = [one for one in problems(f'<a href="{value}">a</a>', slash="/") if one.kind != "unused"]
    assert {one.kind for one in found} <= {"address", "output", "html"}
    assert found


@pytest.mark.parametrize("tag", ['<img src="{}" alt="">', '<svg><use href="{}"/></svg>'])
def test_pictures_are_the_portals_own(tag: str) -> None:
    for value in ("/a.png", "{{ urls.home }}", "#a"):
        assert problems(tag.format(value)) == []
    for value in (
        "https://example.org/a.png",
        "//example.org",
        "/&#47;example.org/a.png",
        "mailto:x",
        "data:image/png,",
    ):
        assert kinds(tag.format(value)) == ["address"]


@pytest.mark.parametrize(
    "body",
    [
        '<a href="/x" target="_top">a</a>',
        '<a href="/x" target="{{ page.title }}">a</a>',
        '<a href="/x" target="{% if page.open %}_blank{% endif %}">a</a>',
        '<svg><path fill="url(https://example.org/a.svg#b)"/></svg>',
        '<svg><path fill="{{ page.title }}"/></svg>',
        '<svg><path stroke="red;x"/></svg>',
    ],
)
def test_some_values_are_written_out(body: str) -> None:
    """A colour of a drawing can be an address, and a target another window of the portal."""
    assert kinds(body) == ["attribute"]


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("{{ page.title }} – {% if page.open %}a{% else %}{{ page.total }}{% endif %}", None),
        ("{{ _('A %(b)s', b=page.title) }} &amp; more", None),
        ("<b>a</b>", "title"),
        ("{{ page.html }}", "output"),
        ("{{ slots.composer }}", "output"),
        ("{{ page.closed_at|date }}", "output"),
        ("{% block inner %}</title>{% endblock %}", "title"),
        ("{% include 'parts/p.html' %}", "title"),
    ],
)
def test_the_title_is_text(title: str, kind: str | None) -> None:
    from chalicelib.themes.language.checker import check
    from tests.themes.offers import ENTRY, LAYOUT, NAMES

    source = f"{{% extends 'layout.html' %}}\n{{% block title %}}{title}{{% endblock %}}"
    found = check({"layout.html": LAYOUT, ENTRY: source, "parts/p.html": "<i>"}, {ENTRY: NAMES})
    assert [one.kind for one in found if one.kind != "unused"] == ([kind] if kind else [])


@pytest.mark.parametrize(
    "where",
    ["{{% block main %}}{}{{% endblock %}}", "{{% block main %}}{{% if page.open %}}{}{{% endif %}}{{% endblock %}}"],
)
def test_the_title_is_a_block_of_its_own(where: str) -> None:
    from chalicelib.themes.language.checker import check
    from tests.themes.offers import ENTRY, LAYOUT, NAMES

    source = "{% extends 'layout.html' %}\n" + where.format("{% block title %}a{% endblock %}")
    found = check({"layout.html": LAYOUT, ENTRY: source}, {ENTRY: NAMES})
    assert [one.sentence for one in found] == [
        "The page has no title: extend a file and write {% block title %} … {% endblock %}.",
        "The block title is at the top of a file that extends another, in nothing else.",
    ]
