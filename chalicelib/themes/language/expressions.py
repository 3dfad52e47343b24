"""The types of values in a template, and what cannot be written as one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from keyword import iskeyword
from typing import Any, Final

from jinja2 import nodes

from chalicelib.themes.language.findings import Findings, shown
from chalicelib.themes.language.limits import Limits
from chalicelib.themes.language.tokens import Line
from chalicelib.themes.language.types import ANY, FLAG, HTML, NOTHING, NUMBER, TEXT, URL, Many, Plain, Record, Type
from chalicelib.themes.language.vocabulary import (
    COMPARED,
    FILTERS,
    FUNCTIONS,
    HOLE,
    ITEM,
    LIST,
    LONGEST_TRUNCATION,
    MOST_CHOICES,
    MOST_HOLES,
    NAME,
    ORDERED,
    PRINTABLE,
    TESTS,
    reason,
)

Names = Mapping[str, Type]
"""What is known by name, with its type."""

_SAID: Final = PRINTABLE | {HTML.name}
"""Types of values in a translated text."""
_JOINED: Final = frozenset({TEXT.name, NUMBER.name, URL.name})


def path_of(node: nodes.Node) -> str:
    """Return ``slots.composer`` of a field of a name, and nothing of anything else."""
    if isinstance(node, nodes.Getattr) and isinstance(node.node, nodes.Name):
        return f"{node.node.name}.{node.attr}"
    return ""


def _written(node: nodes.Node) -> str:
    """Return a field as a template writes it, with … for what is no name."""
    if isinstance(node, nodes.Getattr):
        return f"{_written(node.node)}.{node.attr}"
    return node.name if isinstance(node, nodes.Name) else "…"


class Expressions:
    """Finds the types of values on one page, and says what is wrong with them."""

    def __init__(self, findings: Findings, limits: Limits, required: frozenset[str]) -> None:
        """Take the paths that the page must show, which can be shown as they are and in no other way."""
        self.parts = 0
        """Values looked at."""
        self._findings, self._limits, self._required = findings, limits, required
        self._groups = frozenset(path.partition(".")[0] for path in required)
        self._depth = 0
        self._asked = False
        """Whether a condition is looked at, which shows nothing."""
        self._kinds: dict[type[nodes.Node], Callable[[Any, Names], Type]] = {
            nodes.Const: self._const,
            nodes.Name: self._name,
            nodes.Getattr: self._field,
            nodes.CondExpr: self._choice,
            nodes.And: self._either,
            nodes.Or: self._either,
            nodes.Not: self._not,
            nodes.Compare: self._compare,
            nodes.Test: self._test,
            nodes.Filter: self._filter,
            nodes.Call: self._call,
        }

    def type_of(self, node: nodes.Node, names: Names) -> Type:
        """Return the type of a value; of one that is refused ``ANY``, so that it is not told twice."""
        self.parts += 1
        self._depth += 1
        try:
            if self._depth > self._limits.depth:
                self._no(node, "nesting", f"A value has at most {self._limits.depth} parts within each other.")
                return ANY
            kind = self._kinds.get(type(node))
            return kind(node, names) if kind else self._refused(node)
        finally:
            self._depth -= 1

    def asked(self, node: nodes.Node, names: Names) -> None:
        """Look at a condition."""
        before, self._asked = self._asked, True
        self.type_of(node, names)
        self._asked = before

    def unknown(self, at: int, word: str, known: Names | frozenset[str], sentence: str) -> None:
        """Refuse a name that is not known."""
        self._findings.say(at, "unknown", sentence + self._findings.nearest(word, known))

    # --- values

    def _refused(self, node: nodes.Node) -> Type:
        self._no(node, "operator", reason(node))
        return ANY

    def _const(self, node: nodes.Const, _: Names) -> Type:
        kinds: dict[type, Type] = {bool: FLAG, str: TEXT, int: NUMBER, type(None): NOTHING}
        return kinds[type(node.value)]

    def _name(self, node: nodes.Name, names: Names) -> Type:
        if node.name in self._groups:
            self._no(node, "slot", f"{node.name} is a group: write {node.name}. and what you want of it.")
            return ANY
        if node.name in names:
            return names[node.name]
        if not NAME.fullmatch(node.name):
            self._no(node, "name", "Names are small letters, digits and _, and begin with a letter.")
        else:
            known = frozenset(names)
            self.unknown(node.lineno, node.name, known, f"There is no {node.name} here.")
        return ANY

    def _field(self, node: nodes.Getattr, names: Names) -> Type:
        at = _behind_dot(node)
        if path_of(node) in self._required and not self._asked:
            self._findings.say(at, "slot", f"Show it as it is, and nothing else of it: {{{{ {path_of(node)} }}}}.")
        group = self._group(node.node)
        of = names.get(group, ANY) if group else self.type_of(node.node, names)
        if of == ANY:
            return ANY
        if not NAME.fullmatch(node.attr):
            self._findings.say(at, "name", "Fields are small letters, digits and _, and begin with a letter.")
        elif not isinstance(of, Record):
            what = "a list; use for, first or last" if isinstance(of, Many) else "no group of fields"
            self._findings.say(at, "field", f"There is no {node.attr}: what is before the dot is {what}.")
        elif node.attr not in of.fields:
            self.unknown(at, node.attr, of.fields, f"There is no {_written(node)}.")
        else:
            return of.fields[node.attr]
        return ANY

    def _group(self, node: nodes.Node) -> str:
        return node.name if isinstance(node, nodes.Name) and node.name in self._groups else ""

    def _choice(self, node: nodes.CondExpr, names: Names) -> Type:
        self.asked(node.test, names)
        one = self.type_of(node.expr1, names)
        return either(one, self.type_of(node.expr2, names) if node.expr2 is not None else NOTHING)

    def _either(self, node: nodes.BinExpr, names: Names) -> Type:
        return either(self.type_of(node.left, names), self.type_of(node.right, names))

    def _not(self, node: nodes.Not, names: Names) -> Type:
        self.type_of(node.node, names)
        return FLAG

    def _compare(self, node: nodes.Compare, names: Names) -> Type:
        left = self.type_of(node.expr, names)
        if len(node.ops) > 1:
            self._no(node, "operator", "Compare two values at a time, and join comparisons with and.")
        for one in node.ops:
            if one.op not in COMPARED:
                self._no(node, "operator", "This comparison is not part of the theme language.")
            elif one.op in {"in", "notin"}:
                self._listed(one.expr)
            else:
                self._ordered(node, one.op, left, self.type_of(one.expr, names))
        return FLAG

    def _listed(self, node: nodes.Expr) -> None:
        fixed = isinstance(node, (nodes.Tuple, nodes.List)) and all(isinstance(one, nodes.Const) for one in node.items)
        if not fixed or len(list(node.iter_child_nodes())) > MOST_CHOICES:
            sentence = f"After in come at most {MOST_CHOICES} fixed values in brackets, as in site.here in ['account']."
            self._no(node, "list", sentence)

    def _ordered(self, node: nodes.Compare, operator: str, *sides: Type) -> None:
        if operator in ORDERED and not all(one in (NUMBER, NOTHING, ANY) for one in sides):
            self._no(node, "operator", "Only numbers can be more or less than each other.")

    def _test(self, node: nodes.Test, names: Names) -> Type:
        kind = self.type_of(node.node, names)
        if node.name not in TESTS:
            sentence = f"There is no test {shown(node.name)}; there are {', '.join(TESTS)}."
            self._findings.say(node.lineno, "test", sentence + self._findings.nearest(node.name, TESTS))
        elif node.args or node.kwargs or node.dyn_args or node.dyn_kwargs:
            self._no(node, "test", f"The test {node.name} takes no value.")
        elif node.name in {"odd", "even"} and kind not in (NUMBER, NOTHING, ANY):
            self._no(node, "test", f"The test {node.name} is for numbers.")
        return FLAG

    # --- filters

    def _filter(self, node: nodes.Filter, names: Names) -> Type:
        kind = self.type_of(node.node, names) if node.node is not None else ANY
        rule = FILTERS.get(node.name)
        if rule is None:
            sentence = f"There is no filter {shown(node.name)}."
            self._findings.say(node.lineno, "filter", sentence + self._findings.nearest(node.name, FILTERS))
            return ANY
        if not self._given(node, rule.given):
            return ANY
        if kind == ANY:
            return ANY if rule.gives in (None, ITEM) else _plain(rule.gives)
        if (LIST if isinstance(kind, Many) else _word(kind)) not in rule.takes:
            self._no(node, "filter", f"The filter {node.name} is not for {_described(kind)}.")
            return ANY
        if rule.gives is None:
            return either(kind, self.type_of(node.args[0], names))
        return kind.of if isinstance(kind, Many) and rule.gives == ITEM else _plain(rule.gives)

    def _given(self, node: nodes.Filter, wanted: int) -> bool:
        """Tell whether a filter is given what it takes, all of it fixed."""
        if node.kwargs or node.dyn_args or node.dyn_kwargs or len(node.args) != wanted:
            takes = "takes one fixed value in brackets" if wanted else "takes nothing in brackets"
            self._no(node, "filter", f"The filter {node.name} {takes}.")
            return False
        for one in node.args:
            if not isinstance(one, nodes.Const):
                self._no(one, "filter", f"The filter {node.name} takes a fixed value: a text in quotes or a number.")
                return False
            if node.name == "truncate" and not (type(one.value) is int and 1 <= one.value <= LONGEST_TRUNCATION):
                self._no(one, "filter", f"truncate takes a number from 1 to {LONGEST_TRUNCATION:,}.")
                return False
        return True

    # --- translated texts

    def _call(self, node: nodes.Call, names: Names) -> Type:
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        if name not in FUNCTIONS:
            sentence = "Nothing can be called but _ and ngettext; addresses are fields, such as urls.home."
            self._no(node, "call", sentence)
            return ANY
        if node.dyn_args or node.dyn_kwargs or len(node.args) != FUNCTIONS[name]:
            takes = "a text" if name == "_" else "two texts and a number"
            self._no(node, "call", f"{name} takes {takes}, and then values by name.")
            return ANY
        texts = node.args[:1] if name == "_" else node.args[:2]
        given = {one.key for one in node.kwargs}
        if name == "ngettext":
            given.add("num")
            if self.type_of(node.args[2], names) not in (NUMBER, ANY):
                self._no(node.args[2], "call", "ngettext chooses by a number, its third value.")
        for one in texts:
            self._said(one, given, filled=name == "ngettext" or bool(node.kwargs))
        self._check_keys(node)
        kinds = [self._value(one, names) for one in node.kwargs]
        return HTML if HTML in kinds else TEXT

    def _said(self, node: nodes.Expr, given: set[str], *, filled: bool) -> None:
        """Check a text that is translated; it is a format string, which could fail or make much of little."""
        if not isinstance(node, nodes.Const) or not isinstance(node.value, str):
            self._no(node, "call", "What is translated is a text in quotes.")
            return
        holes = HOLE.findall(node.value)
        if filled and ("%" in HOLE.sub("", node.value) or len(holes) > MOST_HOLES):
            sentence = f"In a text with values, %(name)s is the place of one, at most {MOST_HOLES} times; % is %%."
            self._no(node, "call", sentence)
        elif missing := sorted({hole for hole in holes if hole} - given):
            self._no(node, "call", f"The text has a place for {missing[0]}, which it is not given.")

    def _check_keys(self, node: nodes.Call) -> None:
        seen: set[str] = set()
        for one in node.kwargs:
            if not NAME.fullmatch(one.key) or iskeyword(one.key):
                self._no(one, "name", f"A value cannot be named {shown(one.key)}; use small letters, digits and _.")
            elif one.key in seen:
                self._no(one, "call", f"The value {one.key} is given twice.")
            seen.add(one.key)

    def _value(self, node: nodes.Keyword, names: Names) -> Type:
        kind = self.type_of(node.value, names)
        if kind != ANY and _word(kind) not in _SAID:
            self._no(node, "call", f"The value {shown(node.key)} is {_described(kind)}, which a text cannot hold.")
            return ANY
        return kind

    def _no(self, node: nodes.Node, kind: str, sentence: str) -> None:
        self._findings.say(node.lineno, kind, sentence)


def either(one: Type, other: Type) -> Type:
    """Return the type of a value that is of one type or the other; yes or no where it can only be asked."""
    if other in (one, NOTHING):
        return one
    if one == NOTHING:
        return other
    if ANY in (one, other):
        return ANY
    words = {_word(one), _word(other)}
    if words <= _JOINED:
        return TEXT
    return HTML if words <= _JOINED | {HTML.name} else FLAG


def _word(kind: Type) -> str:
    return kind.name if isinstance(kind, Plain) else ""


def _plain(kind: Plain | str | None) -> Type:
    return kind if isinstance(kind, Plain) else ANY


def _described(kind: Type) -> str:
    if isinstance(kind, Plain):
        return _ARTICLES.get(kind.name, "") + kind.name
    return "a list" if isinstance(kind, Many) else "a group of fields"


_ARTICLES: Final = {"number": "a ", "time": "a ", "address": "an "}


def _behind_dot(node: nodes.Getattr) -> int:
    return Line.at(node.lineno, node.lineno.column + 1) if isinstance(node.lineno, Line) else node.lineno
