"""What pages of themes can read, call and use up when they are rendered, whatever the checker might overlook."""

from __future__ import annotations

from typing import Any

import pytest
from jinja2 import DictLoader, Environment, Undefined
from jinja2.compiler import CodeGenerator
from jinja2.exceptions import SecurityError, TemplateSyntaxError
from markupsafe import Markup

from chalicelib.rendering import compiler, environment
from chalicelib.rendering.linking import NotLinked
from chalicelib.speech import ENGLISH
from chalicelib.themes.language import tokens
from chalicelib.themes.language.checker import check
from chalicelib.themes.language.vocabulary import SYNTAX
from chalicelib.themes.sandbox import BUDGETS, Budgets, NotAllowed, Sandbox, TooMuch
from tests.themes.offers import ENTRY, HARD, NAMES, TIMES, data, rendered, theme

ESCAPED = str(Markup.escape(HARD))


def unchecked(body: str, names: dict[str, Any] | None = None) -> str:
    """Render a body that the checker is not asked about."""
    page = Sandbox().page({"a.html": body}, "a.html")
    return page.render(data() if names is None else names, ENGLISH, TIMES)[1]


def test_a_page_comes_as_its_title_and_its_body() -> None:
    title, body = Sandbox().page(theme("<h1>{{ page.title }}</h1>"), ENTRY).render(data(), ENGLISH, TIMES)
    assert title == ESCAPED.replace("\u2028", " ")
    assert isinstance(title, Markup)
    assert body == f'<main data-ours>\n<p class="ours">Ours</p><hr>\n\n<h1>{ESCAPED}</h1></main>'.replace("\n\n", "\n")
    assert type(body) is str


def test_a_page_can_be_rendered_again() -> None:
    page = Sandbox().page(theme("{% for row in page.rows %}{{ row.count }}{% endfor %}"), ENTRY)
    assert page.render(data(), ENGLISH, TIMES) == page.render(data(), ENGLISH, TIMES)


def test_everything_is_escaped() -> None:
    body = "{{ page.title }}<p title='{{ page.title }}'>{{ _('%(a)s', a=page.title) }}</p>{{ page.title|default('x') }}"
    assert rendered(body) == f"{ESCAPED}<p title='{ESCAPED}'>{ESCAPED}</p>{ESCAPED}"


@pytest.mark.parametrize(
    "body",
    [
        "{{ ''.__class__ }}",
        "{{ page.__class__.__mro__ }}",
        "{{ page['title'] }}",
        "{{ page.title.upper() }}",
        "{{ page.rows.append(1) }}",
        "{{ '%c'|format(1) }}",
        "{{ page|attr('title') }}",
        "{{ 'x' * 3 }}",
        "{{ 'x' ~ 'y' }}",
        "{{ 1 + 1 }}",
        "{{ -1 }}",
        "{{ [1][0] }}",
        "{{ {'a': 1} }}",
        "{{ page.title[1:2] }}",
        "{{ range(3) }}",
        "{{ self.title() }}",
        "{{ (page.title|upper)() }}",
        "{{ _(*page.words) }}",
        "{{ _('a', **page) }}",
        "{{ _('a', __class__=1) }}",
        "{{ _budget }}",
        "{{ 1 is sameas 1 }}",
        "{% macro a() %}{% endmacro %}",
        "{% call a() %}{% endcall %}",
        "{% filter upper %}{% endfilter %}",
        "{% import 'a.html' as b %}",
        "{% from 'a.html' import b %}",
        "{% autoescape false %}{% endautoescape %}",
        "{% set page.title = 1 %}",
    ],
)
def test_what_is_not_in_the_language_is_not_compiled(body: str) -> None:
    """The checker refuses all of it; if it did not, this would."""
    with pytest.raises(NotAllowed) as why:
        unchecked("\n" + body)
    assert why.value.line in {1, 2}


@pytest.mark.parametrize("body", ["{% include 'b.html' %}", "{% extends 'b.html' %}", "{% include page.title %}"])
def test_files_that_are_not_there_are_not_linked(body: str) -> None:
    with pytest.raises(NotLinked):
        unchecked(body)


def test_what_cannot_be_read_is_an_error_of_jinja2() -> None:
    with pytest.raises(TemplateSyntaxError):
        unchecked("{{ page.")


class Secret:
    """An object that no page is given; if one were, a theme would see nothing of it."""

    value = "secret-word"

    def __str__(self) -> str:
        return "shown"

    def __call__(self) -> str:
        return self.value

    def items(self) -> str:
        return self.value


@pytest.mark.parametrize("field", ["value", "items", "format", "upper", "append", "keys", "pop", "real", "isoformat"])
@pytest.mark.parametrize("of", [Secret(), "text", Markup("m"), [1], (1,), 3, None, True, TIMES, {1}, Undefined()])
def test_fields_are_those_of_dictionaries(of: Any, field: str) -> None:
    """Attributes and methods of anything else are nothing, and stay so under another name."""
    names = {"page": {"of": of}}
    assert unchecked("[{{ page.of." + field + " }}{% set a = page.of." + field + " %}{{ a.b.c }}]", names) == "[]"


def test_a_field_that_is_missing_is_empty() -> None:
    assert unchecked("[{{ page.items }}{{ page.a.b }}{{ nothing }}{{ nothing.a }}]", {"page": {}}) == "[]"
    assert unchecked("[{% for a in page.keys %}{{ a }}{% else %}none{% endfor %}]", {"page": {}}) == "[none]"
    assert unchecked("[{% for a in page.x %}{{ a }}{% endfor %}]", {"page": {"x": "abc"}}) == "[]"


def test_loop_has_its_four_attributes() -> None:
    fields = ("first", "last", "index", "length", "index0", "cycle", "changed", "nextitem", "depth")
    body = "{% for a in page.words %}{% if not loop.index0 %}" + "".join(f"{{{{ loop.{one} }}}} " for one in fields)
    assert unchecked(body + "{% endif %}{% endfor %}") == "True False 1 2      False True 2 2      "


@pytest.mark.parametrize("called", ["page", "slots", "times"])
def test_nothing_can_be_called(called: str) -> None:
    with pytest.raises(NotAllowed):
        unchecked("{{ " + called + "() }}", {called: Secret()})
    sandbox = Sandbox()._environment
    for one in (Secret(), str.upper, ENGLISH.page_text, print):
        assert not sandbox.is_safe_callable(one)
    with pytest.raises(SecurityError):
        sandbox.getitem({"a": 1}, "a")


def test_constants_that_are_nothing_are_not_shown() -> None:
    """Jinja2 writes them when it compiles a page, as None."""
    body = "{{ none }}{{ none or none }}{{ none if page }}{% set a = none %}{{ a }}{{ _('%(a)s', a=none) }}"
    assert unchecked(f"[{body}]{{{{ 'x' if page.channel is none or a == none }}}}") == "[]x"


# --- what pages use


def used(body: str, budgets: Budgets, given: dict[str, Any] | None = None) -> str:
    """Render, and return what there was too much of, or nothing."""
    try:
        rendered(body, budgets, given=given)
    except TooMuch as fact:
        return fact.what
    return ""


def words(count: int, length: int = 1) -> dict[str, Any]:
    made = data()
    made["page"]["words"] = ["w" * length] * count
    made["page"]["title"] = "t" * length
    return made


def test_steps_are_repetitions_times_what_is_repeated() -> None:
    """They are paid before a loop begins, and count what is not shown as well."""
    body = "{% for a in page.words %}{% if page.open is none %}{{ a }}{% endif %}{% endfor %}"
    assert used(body, Budgets(steps=10), words(10)) == ""
    assert used(body, Budgets(steps=10), words(11)) == "steps"
    more = "{% for a in page.words %}" + "{{ page.title }}" * 8 + "{% endfor %}"
    assert used(more, Budgets(steps=10), words(10)) == "steps"
    assert used(more, Budgets(steps=30), words(10)) == ""


def test_loops_within_each_other_multiply() -> None:
    body = "".join(f"{{% for {name} in page.words %}}" for name in "abc") + "{% endfor %}" * 3
    assert used(body, BUDGETS, words(20)) == ""
    assert used(body, BUDGETS, words(30)) == "steps"


def test_texts_of_texts_are_paid_without_any_loop() -> None:
    """Output is counted where the page ends, and sees nothing of what is set and never shown."""
    body = "".join(
        f"{{% set a{one + 1} = _('{'%(a)s' * 10}', a={f'a{one}' if one else 'page.title'}) %}}" for one in range(9)
    )
    assert used(body, BUDGETS, words(1)) == "work"


def test_set_blocks_of_set_blocks_are_paid_before_they_are_joined() -> None:
    body = "{% set a0 = page.title %}" + "".join(
        f"{{% set a{one + 1} %}}{f'{{{{ a{one} }}}}' * 10}{{% endset %}}" for one in range(9)
    )
    assert used(body, BUDGETS, words(1)) == "work"


@pytest.mark.parametrize(
    "filtered",
    [
        "{{ page.title|upper|lower|length }}",
        "{{ page.title|trim|length }}",
        "{{ page.title|truncate(9)|length }}",
        "{{ page.title|prose }}",
        "{% with a = page.title|capitalize %}{% endwith %}",
        "{{ _('%(a)s', a=page.title)|length }}",
    ],
)
def test_filters_pay_for_what_they_are_given_and_make(filtered: str) -> None:
    assert used(filtered, Budgets(work=10_000), words(1, 900)) == ""
    assert used(filtered * 9, Budgets(work=5_000), words(1, 900)) == "work"


def test_output_is_counted_piece_by_piece() -> None:
    body = "{% for a in page.words %}{{ page.title }}{% endfor %}"
    around = len(rendered("")) + 200
    assert used(body, Budgets(output=around + 11_000), words(10, 1_000)) == ""
    assert used(body, Budgets(output=around + 20_000), words(20, 1_000)) == "output"
    assert used("x" * 300, Budgets(output=200)) == "output"


def test_each_rendering_has_all_of_its_budget() -> None:
    page = Sandbox(Budgets(steps=12)).page(theme("{% for a in page.words %}{{ a }}{% endfor %}"), ENTRY)
    for _ in range(5):
        page.render(words(10), ENGLISH, TIMES)


# --- the product's own compiler


def test_the_products_own_compiler_never_sees_a_theme(monkeypatch: pytest.MonkeyPatch) -> None:
    """It writes ``x.name`` and ``x['name']`` past every check of a sandbox."""
    sandbox = Sandbox()
    assert sandbox._environment.code_generator_class is CodeGenerator

    def seen(*_: object, **__: object) -> None:
        pytest.fail("the product's compiler was given a theme")

    for name in ("visit_Output", "visit_Getattr", "visit_Call", "write_commons"):
        monkeypatch.setattr(compiler.Compiler, name, seen)
        monkeypatch.setattr(compiler.ThemeCompiler, name, seen, raising=False)
    assert check(theme("{{ page.title }}"), {ENTRY: NAMES}) == []
    sandbox.page(theme("{{ page.title }}"), ENTRY).render(data(), ENGLISH, TIMES)


def test_compiled_pages_read_fields_through_the_sandbox_and_call_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever is read of a value: the sandbox is asked. Texts are translated by a filter."""
    sandbox = Sandbox()
    written: list[str] = []
    compiled = sandbox._environment._compile
    monkeypatch.setattr(
        sandbox._environment, "_compile", lambda source, name: written.append(source) or compiled(source, name)
    )
    sandbox.page(theme("{{ page.channel.name }}{{ _('a %(b)s', b=page.title) }}{{ ngettext('a', 'b', 3) }}"), ENTRY)
    (code,) = written
    fields = ("'channel'", "'name'", "'title'", "'main'", "'notice'")
    assert [code.count(f", {one})") for one in fields] == [1, 1, 2, 1, 1]
    assert code.count("environment.getattr(") == sum(code.count(f", {one})") for one in fields)
    assert "environment.call(" not in code
    assert "context.call(" not in code
    assert "environment.getitem(" not in code


def test_everybody_reads_files_in_the_same_way() -> None:
    """What white space is dropped decides where a tag ends: for the checker, the sandbox and Midtown's compiler."""
    product = environment.environment(DictLoader({}))
    for one in (Sandbox()._environment, product, tokens._Parsing([])):
        assert {name: getattr(one, name) for name in SYNTAX} == SYNTAX
        assert one.lexer.rules == tokens._LEXER.rules
    assert Environment(autoescape=True).lexer.rules != tokens._LEXER.rules
