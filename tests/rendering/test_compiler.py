"""Templates compiled our way say, to the byte, what they say compiled Jinja2's own way."""

from __future__ import annotations

from pathlib import Path

import pytest
from jinja2 import DictLoader, UndefinedError
from jinja2.compiler import CodeGenerator
from markupsafe import Markup

from chalicelib import zones
from chalicelib.conversations.model import Status
from chalicelib.rendering.environment import Renderer, environment
from tests import samples

TEMPLATES = Path(__file__).resolve().parent.parent.parent / "templates"


def _plain(renderer: Renderer) -> Renderer:
    renderer.environment.code_generator_class = CodeGenerator
    return renderer


OURS, PLAIN = Renderer(TEMPLATES), _plain(Renderer(TEMPLATES))


@pytest.mark.parametrize("name", samples.PAGES)
def test_a_page_is_the_same(name: str) -> None:
    page, site = samples.PAGES[name]
    zone = zones.zone(site.time_zone or "Europe/Berlin")
    assert OURS.page(page, site, zone, samples.NOW) == PLAIN.page(page, site, zone, samples.NOW)


@pytest.mark.parametrize("name", samples.MAILS)
def test_a_mail_is_the_same(name: str) -> None:
    assert OURS.mail(samples.MAILS[name]) == PLAIN.mail(samples.MAILS[name])


class _Thing:
    text = "<b> & \"c\" 'd'"
    markup = Markup("<i>")
    number = 7
    status = Status.OPEN
    nothing = None


@pytest.mark.parametrize(
    "source",
    [
        "{{ x.text }}|{{ x.markup }}|{{ x.number }}|{{ x.status }}|{{ x.nothing }}|{{ 1.5 }}|{{ x.number == 7 }}",
        "{{ x.text if x.number else 'no' }}{{ '<' if not x.number else '>' }}{{ '<i>'|safe if x.number }}",
        "a{{ x.text if x.nothing }}b",
        "{% for one in [x, x] %}{{ loop.index }}{{ one.text ~ '<' }}{{ ', ' if not loop.last }}{% endfor %}",
        "{% set text %}{{ x.text }}{% endset %}{{ text }}",
        "{% macro say(it, much=1) %}{{ it }}{{ much }}{% endmacro %}{{ say(x.text, much=2) }}",
        "{% filter upper %}{{ x.text }}{% endfilter %}",
        "{% with y = x %}{{ y.text }}{% include 'part' %}{% endwith %}",
        "{% extends 'base' %}{% block a %}[{{ super() }}{{ x.text }}]{% endblock %}",
    ],
)
def test_whatever_a_template_does_comes_out_the_same(source: str) -> None:
    """What our templates do not do today must not come out unescaped or garbled when one begins to."""
    parts = {
        "t.html": source,
        "part": "({{ y.text if y is defined else x.text }})",
        "base": "<{% block a %}{{ x.text }}{% endblock %}>",
    }
    ours, plain = environment(DictLoader(parts)), environment(DictLoader(parts))
    plain.code_generator_class = CodeGenerator
    assert ours.get_template("t.html").render(x=_Thing()) == plain.get_template("t.html").render(x=_Thing())


def test_what_is_missing_still_raises() -> None:
    made = environment(DictLoader({"a.html": "{{ x.absent }}", "b.html": "{{ absent }}", "c.html": "{{ absent.a }}"}))
    with pytest.raises(AttributeError):
        made.get_template("a.html").render(x=_Thing())
    for name in ("b.html", "c.html"):
        with pytest.raises(UndefinedError):
            made.get_template(name).render()
