"""Whatever template the checker passes renders every sample without an error, within its bounds, nothing foreign."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from jinja2 import ChainableUndefined, DictLoader, Environment, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from chalicelib.rendering.filters import FILTERS as OURS
from chalicelib.rendering.linking import TIMED
from chalicelib.speech import ENGLISH, speech
from chalicelib.themes.language.checker import check
from chalicelib.themes.language.vocabulary import FILTERS, SYNTAX
from chalicelib.themes.model import ERROR
from chalicelib.themes.sandbox import BUDGETS, Sandbox
from tests.themes import making
from tests.themes.looking import foreign
from tests.themes.offers import ENTRY, NAMES, TIMES, data


def mixed() -> dict[str, Any]:
    """Return data of which some things are there and others are not."""
    made = data()
    empty = data(full=False)
    made["page"] |= {name: empty["page"][name] for name in ("closed_at", "more_url", "channel", "title")}
    made["page"]["rows"][1] |= {"channel": None, "at": None, "files": [], "subject": "", "html": "", "count": 0}
    made["page"]["words"] = ["", "<i-x>", "%s %(a)s", "0"]
    made["settings"]["links"] = []
    return made


SAMPLES = {"full": data(), "empty": data(full=False), "mixed": mixed(), "long": data(many=7)}
SANDBOX = Sandbox()
WHOLE = {ENTRY, "layout.html"}
WITHOUT_SHRINKING = (Phase.explicit, Phase.generate)
"""A smaller seed makes no smaller theme."""


@given(st.integers(0, 2**32))
@settings(max_examples=200, phases=WITHOUT_SHRINKING, suppress_health_check=[HealthCheck.filter_too_much])
def test_what_the_checker_passes_renders_every_sample(seed: int) -> None:
    files = making.theme(seed)
    assume(not [one for one in check(files, {ENTRY: NAMES}) if one.level == ERROR])
    page = SANDBOX.page(files, ENTRY)
    for name, sample in SAMPLES.items():
        for says in (ENGLISH, speech("ar")):
            title, body = page.render(sample, says, TIMES)
            assert foreign(body) == [], (name, files)
            assert "<" not in title, (name, files)
            assert len(body) < BUDGETS.output
            assert same(body, files, sample, says), (name, files)


@given(st.integers(0, 2**32))
@settings(max_examples=150, phases=WITHOUT_SHRINKING)
def test_whatever_is_refused_is_refused_in_sentences(seed: int) -> None:
    """Each with a place in a file that the theme has; and the checker says the same when it is asked again."""
    files = making.theme(seed)
    found = check(files, {ENTRY: NAMES})
    for one in found:
        lines = files[one.file].split("\n")
        assert 1 <= one.line <= len(lines) + 1
        assert 1 <= one.column <= max(map(len, lines)) + 2, one
        assert one.sentence.endswith((".", "?", "}}.")), one
    assert check(files, {ENTRY: NAMES}) == found


def same(body: str, files: dict[str, str], sample: dict[str, Any], says: Any) -> bool:
    """Tell whether a page is what Jinja2 makes of the files.

    It cannot compare nothing with a number, hands an included file the ``loop`` of the loop that mentions it, and lets
    a block within a block see no names that were set around it.
    """
    if "{% block b" in "".join(files.values()) or "loop" in "".join(files[name] for name in files.keys() - WHOLE):
        return True
    try:
        return body == plain(files, sample, says)
    except TypeError as error:
        return "not supported between instances" in str(error)


def plain(files: dict[str, str], sample: dict[str, Any], says: Any) -> str:
    """Render by Jinja2 as it comes: not linked, not sandboxed, nothing counted. Only for what the checker passed."""
    made = Environment(loader=DictLoader(files), autoescape=True, undefined=_Nothing, finalize=_shown, **SYNTAX)
    functions = {**made.filters, **OURS}
    made.filters = {name: _forgiving(functions[name], timed=name in TIMED) for name in FILTERS}
    for name in ("truncate", "first", "last"):
        made.filters[name] = _forgiving(functions[name], environment=made)
    made.filters["default"] = lambda value, other: other if _is_nothing(value) or value == "" else value
    made.tests = {
        "none": _is_nothing,
        "defined": lambda value: not _is_nothing(value),
        "odd": lambda value: value is not None and value % 2 == 1,
        "even": lambda value: value is not None and value % 2 == 0,
    }

    def text(said: str, /, **values: Any) -> Markup:
        return says.page_text(said, **{name: _said(one) for name, one in values.items()})

    def plural(one: str, some: str, count: Any, /, **values: Any) -> Markup:
        given = {name: _said(value) for name, value in values.items()}
        return says.page_plural(one, some, 0 if _is_nothing(count) else count, **given)

    return made.get_template(ENTRY).render(sample, _=text, ngettext=plural, times=TIMES)


class _Nothing(ChainableUndefined):
    """What is not there equals what is nothing."""

    __hash__ = ChainableUndefined.__hash__

    def __eq__(self, other: object) -> bool:
        return _is_nothing(other)

    def __ne__(self, other: object) -> bool:
        return not _is_nothing(other)


@pass_context
def _shown(_: Context, value: Any) -> Any:
    return "" if value is None else value


def _is_nothing(value: object) -> bool:
    return value is None or isinstance(value, ChainableUndefined)


def _said(value: Any) -> Any:
    return "" if _is_nothing(value) else value


def _forgiving(function: Any, *, timed: bool = False, environment: Environment | None = None) -> Any:
    """Make a filter that makes nothing of nothing, and sees text where something was translated."""
    first = [environment] if environment else []

    def made(value: Any, *given: Any) -> Any:
        if _is_nothing(value):
            return ""
        plain_value = value.unescape() if isinstance(value, Markup) else value
        return function(*first, plain_value, *given, **({"times": TIMES} if timed else {}))

    return made
