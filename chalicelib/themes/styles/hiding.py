"""Finds what a stylesheet takes off the page, to compare it with the boxes around what customers need.

The product's own sheet keeps slots and notices in sight, and cannot keep a box shown that a theme has put around one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import product
from typing import Final, TypeAlias

from chalicelib.records import dataclass
from chalicelib.themes.styles.reading import Node, inside, misshapen, nodes, plain, significant

Names: TypeAlias = frozenset[str]
"""What an element is called: ``div``, ``.card``, ``#about``."""

_COMBINATORS: Final = frozenset({">", "+", "~"})
_SAME: Final = frozenset({"is", "where"})
_MOST: Final = 200
"""Alternatives of one selector that are told apart; the rest is not looked at."""


@dataclass(frozen=True, slots=True)
class Hidden:
    """A rule with ``display: none``, and what it hides: an element that has all of the ``names``.

    Names are those of the last part of a selector. Where it also asks for something else, such as a state, a place or
    the width of the window, it hides only ``sometimes``.
    """

    line: int
    column: int
    names: Names
    sometimes: bool


@dataclass(frozen=True, slots=True)
class _Subject:
    names: Names
    sometimes: bool


def hidden(text: str) -> list[Hidden]:
    """Return everything that a stylesheet hides; nothing of one that cannot be read."""
    text = plain(text)
    return [] if misshapen(text) else list(_rules(nodes(text), (), sometimes=False))


def _rules(found: Iterable[Node], around: Sequence[_Subject], *, sometimes: bool) -> Iterator[Hidden]:
    for one in found:
        if one.type == "qualified-rule":
            subjects = [made for part in _split(one.prelude) for made in _subjects(part, around)][:_MOST]
            content = inside(one.content)
            if any(_hides(each) for each in content):
                for made in subjects:
                    yield Hidden(one.source_line, one.source_column, made.names, made.sometimes or sometimes)
            yield from _rules(content, subjects, sometimes=sometimes)
        elif one.type == "at-rule" and one.content is not None and not _elsewhere(one):
            conditional = sometimes or one.lower_at_keyword != "layer"
            content = inside(one.content)
            if any(_hides(each) for each in content):
                for made in around:
                    yield Hidden(one.source_line, one.source_column, made.names, conditional)
            yield from _rules(content, around, sometimes=conditional)


def _elsewhere(node: Node) -> bool:
    """Tell whether a rule is about no page on a screen: an animation, or paper."""
    asked = [one.value for one in significant(node.prelude) if one.type == "ident"]
    return node.lower_at_keyword == "keyframes" or (node.lower_at_keyword == "media" and asked == ["print"])


def _hides(node: Node) -> bool:
    if node.type != "declaration" or node.lower_name != "display":
        return False
    return any(one.type == "ident" and one.lower_value == "none" for one in node.value)


def _subjects(tokens: Sequence[Node], around: Sequence[_Subject]) -> Iterator[_Subject]:
    """Yield what a selector is about, each alternative of ``:is()`` and of the rule around it."""
    compound, alone = _last(tokens)
    names: set[str] = set()
    sometimes = not alone
    choices: list[list[_Subject]] = []
    rest = iter(compound)
    for one in rest:
        sign = one.value if one.type == "literal" else ""
        after = next(rest, one) if sign in {".", ":"} else one
        if sign == ":" and after.type == "literal":
            return  # what a stylesheet puts before or behind something
        if sign == ":" and after.type == "function" and after.lower_name in _SAME:
            choices.append([made for part in _split(after.arguments) for made in _subjects(part, around)])
        elif sign == "&":
            choices.append(list(around))
        elif name := _name(one, sign, after):
            names.add(name)
        else:
            sometimes = True
    for parts in product(*choices):
        joined = frozenset(names).union(*(one.names for one in parts))
        yield _Subject(joined, sometimes or any(one.sometimes for one in parts))


def _name(one: Node, sign: str, after: Node) -> str:
    """Return what an element must be called; empty for what asks for something else."""
    if one.type == "hash":
        return f"#{one.value}"
    if one.type == "ident":
        return str(one.lower_value)
    return f".{after.value}" if sign == "." else ""


def _last(tokens: Sequence[Node]) -> tuple[list[Node], bool]:
    """Return the last part of a selector, and whether it is the only one."""
    parts: list[list[Node]] = [[]]
    for one in tokens:
        if one.type == "whitespace" or (one.type == "literal" and one.value in _COMBINATORS):
            parts.append([])
        elif one.type != "comment":
            parts[-1].append(one)
    filled = [one for one in parts if one]
    return (filled[-1], len(filled) == 1) if filled else ([], True)


def _split(tokens: Sequence[Node]) -> Iterator[list[Node]]:
    part: list[Node] = []
    for one in tokens:
        if one.type == "literal" and one.value == ",":
            yield part
            part = []
        else:
            part.append(one)
    if significant(part):
        yield part
