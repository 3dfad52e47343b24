"""Compiles and renders pages of checked themes: Jinja2's own compiler in its immutable sandbox, over plain data.

The checker of ``language`` stands before it, and this does not rely on it alone: what is compiled has no part of
Jinja2's language that a theme cannot have, fields are read of dictionaries and of ``loop`` only, and nothing is called
but filters, which the translation of texts has become. What a page uses is counted and never timed, so that the same
page fails, or does not, on every machine:

- *steps* are repetitions of loops, each as much as there is in the loop;
- *work* is the characters that filters, translated texts and ``set`` blocks are given and make;
- *output* is the characters of the page.

The product's own compiler reads attributes past every check of a sandbox. It never sees a theme.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from jinja2 import Template, Undefined, nodes, pass_context
from jinja2.exceptions import SecurityError
from jinja2.filters import FILTERS as JINJA2
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from chalicelib.records import dataclass
from chalicelib.rendering.escaping import markup, safe_text, written
from chalicelib.rendering.filters import FILTERS as OURS
from chalicelib.rendering.linking import TITLE_ENDS, link
from chalicelib.themes.language.vocabulary import FILTERS, FUNCTIONS, LOOP, NAME, ORDERED, SYNTAX, TESTS

if TYPE_CHECKING:
    from chalicelib.rendering.filters import Times
    from chalicelib.speech import Speech

Value: TypeAlias = Any
"""What a page is given: plain data."""

_RENDERING: Final = "_rendering"
_NOTHING: Final = "_nothing"
_EACH, _KEPT, _BEFORE, _SAID, _COUNTED = "_each", "_kept", "_before", "_said", "_counted"
"""Names and filters that this module puts into pages; a theme has no names that begin so."""
_PIECES: Final = 64
"""Pieces of a page that are counted at once."""
_A_FILTER: Final = 300
"""Characters of work that a filter or a translated text counts as, besides those it is given and makes."""
_A_STEP: Final = 4
"""Values and texts of a loop that are one step."""


@dataclass(frozen=True, slots=True)
class Budgets:
    """What one rendering may use, in steps and characters."""

    steps: int = 20_000
    work: int = 3_000_000
    output: int = 2_000_000


BUDGETS = Budgets()


class TooMuch(Exception):
    """A page used more than a rendering may. ``what`` is ``steps``, ``work`` or ``output``."""

    def __init__(self, what: str) -> None:
        super().__init__(f"The page used up its {what}.")
        self.what = what


class NotAllowed(Exception):
    """A page that the checker would have refused was to be compiled. ``what`` is the part of Jinja2's language."""

    def __init__(self, what: str, line: int) -> None:
        super().__init__(f"{what} in line {line} is not part of the theme language.")
        self.what, self.line = what, line


class Sandbox:
    """Where pages of themes are compiled. Making one takes a fraction of a millisecond, a page some 30."""

    def __init__(self, budgets: Budgets = BUDGETS) -> None:
        """Take what each rendering may use."""
        self._environment, self._budgets = _Environment(), budgets

    def page(self, files: Mapping[str, str], entry: str) -> Compiled:
        """Return a page of a checked theme; raise NotAllowed, NotLinked or what Jinja2 raises for one that is not."""
        made = self._environment
        tree = link(files, entry, made)
        for node in tree.find_all(nodes.Node):
            _check(node)
        _changed(tree)
        tree.set_environment(made)
        template = Template.from_code(made, made.compile(tree, entry, entry), {})
        template.root_render_func.__globals__["escape"] = _written
        return Compiled(template, self._budgets)


class Compiled:
    """A page of a theme, ready to be rendered any number of times."""

    def __init__(self, template: Template, budgets: Budgets) -> None:
        """Take what Jinja2 made of the page."""
        self._template, self._budgets = template, budgets

    def render(self, names: Mapping[str, Any], says: Speech, times: Times) -> tuple[Markup, str]:
        """Return the title, as markup without elements, and the markup of the body; or raise TooMuch.

        ``names`` are what the page offers: dictionaries, lists, text, markup, whole numbers, moments, True and False,
        None. ``says`` and ``times`` are the reader's.
        """
        given = {**names, "times": times, _RENDERING: _Rendering(self._budgets, says), _NOTHING: None}
        pieces = iter(self._template.root_render_func(self._template.new_context(given)))
        parts: list[str] = []
        left = self._budgets.output
        while some := list(islice(pieces, _PIECES)):
            left -= sum(map(len, some))
            if left < 0:
                raise TooMuch("output")
            parts += some
        title, _, body = "".join(parts).partition(TITLE_ENDS)
        return markup(" ".join(title.split())), body


class _Rendering:
    """What is left for one rendering, and how its reader is spoken to."""

    __slots__ = ("_steps", "_work", "says")

    def __init__(self, budgets: Budgets, says: Speech) -> None:
        self._steps, self._work, self.says = budgets.steps, budgets.work, says

    def step(self, count: int) -> None:
        self._steps -= count
        if self._steps < 0:
            raise TooMuch("steps")

    def work(self, characters: int) -> None:
        self._work -= characters
        if self._work < 0:
            raise TooMuch("work")


class _Environment(ImmutableSandboxedEnvironment):
    """Jinja2's sandbox, narrowed down to plain data."""

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=Undefined, **SYNTAX)
        self.globals.clear()
        functions = {**{name: JINJA2[name] for name in FILTERS if name in JINJA2}, **OURS, "default": _default}
        for name in ("truncate", "first", "last"):
            functions[name] = partial(functions[name], self)
        self.filters = {name: _charged(functions[name]) for name in FILTERS}
        self.filters["default"] = _default
        self.filters |= {_EACH: _each, _KEPT: _kept, _BEFORE: _before, _SAID: _said, _COUNTED: _counted}
        self.tests = dict(_TESTS)

    def getattr(self, obj: Value, attribute: str) -> Value:
        """Return a field of a dictionary or of ``loop``, and nothing of anything else."""
        if type(obj) is dict:
            return obj.get(attribute)
        return getattr(obj, attribute) if type(obj) is LoopContext and attribute in LOOP else None

    def getitem(self, obj: Value, argument: Value) -> Value:
        """Refuse, as there are no square brackets in themes."""
        message = f"{argument!r} of {type(obj).__name__}"
        raise SecurityError(message)

    def is_safe_callable(self, _: Value) -> bool:
        """Refuse: no page calls anything."""
        return False


# --- what pages are made of

_ALLOWED: Final = frozenset(
    {
        *(nodes.Template, nodes.Scope, nodes.Output, nodes.TemplateData, nodes.If, nodes.For, nodes.With),
        *(nodes.Assign, nodes.AssignBlock, nodes.ExprStmt),
        *(nodes.Const, nodes.Name, nodes.Getattr, nodes.CondExpr, nodes.And, nodes.Or, nodes.Not),
        *(nodes.Compare, nodes.Operand, nodes.List, nodes.Tuple, nodes.Test, nodes.Filter, nodes.Call, nodes.Keyword),
    }
)


def _check(node: nodes.Node) -> None:
    """Refuse what the checker refuses, as far as it could do harm."""
    allowed = type(node) in _ALLOWED
    if isinstance(node, nodes.Name):
        allowed = node.name in FUNCTIONS or NAME.fullmatch(node.name) is not None
    elif isinstance(node, nodes.Getattr):
        allowed = NAME.fullmatch(node.attr) is not None
    elif isinstance(node, nodes.Keyword):
        allowed = NAME.fullmatch(node.key) is not None
    elif isinstance(node, (nodes.Filter, nodes.Test)):
        allowed = node.name in (FILTERS if isinstance(node, nodes.Filter) else TESTS) and not _spread(node)
    elif isinstance(node, nodes.Call):
        allowed = isinstance(node.node, nodes.Name) and node.node.name in FUNCTIONS and not _spread(node)
    if not allowed:
        raise NotAllowed(type(node).__name__, node.lineno)


def _spread(node: nodes.Filter | nodes.Test | nodes.Call) -> bool:
    """Tell whether values are given as ``*these`` or ``**these``."""
    return node.dyn_args is not None or node.dyn_kwargs is not None


def _changed(node: nodes.Node) -> nodes.Node:
    """Put what counts into a page, in the place of what is counted; return what is there now."""
    for name, value in list(node.iter_fields()):
        if isinstance(value, list):
            setattr(node, name, [_changed(one) if isinstance(one, nodes.Node) else one for one in value])
        elif isinstance(value, nodes.Node):
            setattr(node, name, _changed(value))
    if isinstance(node, nodes.For):
        parts = sum(1 for _ in node.find_all((nodes.Output, nodes.Getattr, nodes.Filter, nodes.Call)))
        node.iter = _filter(_EACH, node.iter, nodes.Const(1 + parts // _A_STEP))
    elif isinstance(node, nodes.AssignBlock):
        for one in node.find_all(nodes.Output):
            one.nodes = [part if isinstance(part, nodes.TemplateData) else _filter(_KEPT, part) for part in one.nodes]
        node.filter = _filter(_KEPT, None)
    elif isinstance(node, nodes.Compare) and node.ops[0].op in ORDERED:
        return _filter(_BEFORE, node.expr, node.ops[0].expr, nodes.Const(node.ops[0].op))
    elif isinstance(node, nodes.Call):
        text, *rest = node.args
        return _filter(_COUNTED if rest else _SAID, text, *rest, named=node.kwargs)
    elif isinstance(node, nodes.Const) and node.value is None:
        # What is constant is written when a page is compiled, and None then as "None".
        return nodes.Name(_NOTHING, "load", lineno=node.lineno)
    return node


def _filter(
    name: str, value: nodes.Node | None, *given: nodes.Node, named: Sequence[nodes.Keyword] = ()
) -> nodes.Filter:
    return nodes.Filter(value, name, list(given), list(named), None, None, lineno=value.lineno if value else 1)


# --- what they call


def _is_nothing(value: object) -> bool:
    return value is None or isinstance(value, Undefined)


def _written(value: object) -> str:
    """Return what is shown of a value, which compiled pages call ``escape``: of nothing, nothing."""
    return "" if value is None else safe_text(value) if type(value) is str else written(value)


@pass_context
def _said(context: Context, text: str, /, **values: Value) -> Markup:
    """Translate a text; its length is paid before its values are put in."""
    rendering: _Rendering = context.parent[_RENDERING]
    said = _paid(rendering, text, values)
    return rendering.says.page_text(text, **said)


@pass_context
def _counted(context: Context, one: str, some: str, count: Value, /, **values: Value) -> Markup:
    """Translate a text in the form that fits a number."""
    rendering: _Rendering = context.parent[_RENDERING]
    said = _paid(rendering, some, values)
    return rendering.says.page_plural(one, some, count if type(count) is int else 0, **said)


def _paid(rendering: _Rendering, text: str, values: Mapping[str, Value]) -> Mapping[str, Value]:
    """Pay for a text; return its values, of which nothing is empty."""
    if not values:
        rendering.work(_A_FILTER)
        return values
    said = {name: "" if _is_nothing(value) else value for name, value in values.items()}
    length = sum(len(value) for value in said.values() if isinstance(value, str))
    rendering.work(_A_FILTER + len(text) + length * text.count("%("))
    return said


def _charged(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make a filter of a function that pays for what it is given and makes; of nothing it makes nothing."""

    @pass_context
    def pays(context: Context, value: Value, *given: Value, **named: Value) -> Value:
        if _is_nothing(value):
            return ""
        if type(value) is Markup:  # what was translated: text that has been escaped
            value = value.unescape()
        work = context.parent[_RENDERING].work
        work(_A_FILTER + (len(value) if isinstance(value, (str, list, tuple)) else 0))
        made = function(value, *given, **named)
        if isinstance(made, str):
            work(len(made))
        return made

    return pays


def _default(value: Value, instead: Value) -> Value:
    """Return a value, or what is shown instead of an empty one."""
    return instead if _is_nothing(value) or value == "" else value


@pass_context
def _each(context: Context, value: Value, weight: int) -> Value:
    """Return the list that a loop goes over, which is paid before it begins."""
    if not isinstance(value, (list, tuple)):
        return ()
    context.parent[_RENDERING].step(weight * len(value))
    return value


@pass_context
def _kept(context: Context, value: Value) -> Value:
    """Return what a ``set`` block keeps."""
    context.parent[_RENDERING].work(len(value) if isinstance(value, str) else _A_FILTER)
    return value


def _before(value: Value, other: Value, operator: str) -> bool:
    """Compare two numbers; nothing is neither more nor less than anything."""
    if not isinstance(value, (int, float)) or not isinstance(other, (int, float)):
        return False
    return {"lt": value < other, "lteq": value <= other, "gt": value > other, "gteq": value >= other}[operator]


_TESTS: Final[dict[str, Callable[[Any], bool]]] = {
    "none": _is_nothing,
    "defined": lambda value: not _is_nothing(value),
    "odd": lambda value: type(value) is int and value % 2 == 1,
    "even": lambda value: type(value) is int and value % 2 == 0,
}
