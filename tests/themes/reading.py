"""What a page of a theme reads of what it is given, by its path: ``page.rows[].url``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from jinja2 import nodes

from chalicelib.themes.language.types import Many, PageNames, Record, Type

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True)
class Known:
    """A value whose type was declared, and where it was read from."""

    type: Type
    path: str


def leaves(declared: Type, path: str) -> Iterator[str]:
    """Give the path of every single value in a declared type."""
    if isinstance(declared, Record):
        for name, one in declared.fields.items():
            yield from leaves(one, f"{path}.{name}")
    elif isinstance(declared, Many):
        yield from leaves(declared.of, f"{path}[]")
    else:
        yield path


def declared(names: PageNames) -> set[str]:
    """Return the path of every single value that a page offers."""
    return {leaf for name, one in names.names.items() for leaf in leaves(one, name)}


def read(tree: nodes.Node, names: PageNames) -> set[str]:
    """Return what a linked page reads; what was not declared is an error, settings are no matter of the page."""
    reader = _Reader()
    scope = {name: Known(one, name) for name, one in names.names.items()}
    reader.body(tree.iter_child_nodes(), {**scope, "settings": None, "loop": None})
    return reader.paths


Scope = dict[str, Known | None]
"""Values by name; None is one whose fields are not looked at."""


class _Reader:
    def __init__(self) -> None:
        self.paths: set[str] = set()

    def body(self, statements: Iterator[nodes.Node] | list[nodes.Node], scope: Scope) -> None:
        for one in statements:
            self.value(one, scope)

    def value(self, node: nodes.Node, scope: Scope) -> Known | None:
        """Follow a node, and return what is known of its value."""
        match node:
            case nodes.Name(ctx="load"):
                assert node.name in scope or node.name in {"_", "ngettext", "times"}, f"{node.name} is not given"
                return scope.get(node.name)
            case nodes.Getattr():
                return self._field(self.value(node.node, scope), node.attr)
            case nodes.For():
                many = self.value(node.iter, scope)
                assert isinstance(node.target, nodes.Name)
                self.body(node.iter_child_nodes(exclude=("iter", "target")), {**scope, node.target.name: _one(many)})
            case nodes.Assign():
                assert isinstance(node.target, nodes.Name)
                scope[node.target.name] = self.value(node.node, scope)
            case nodes.AssignBlock():
                assert isinstance(node.target, nodes.Name)
                self.body(node.body, dict(scope))
                scope[node.target.name] = None
            case nodes.With():
                targets = [one.name for one in node.targets if isinstance(one, nodes.Name)]
                given = zip(targets, (self.value(one, scope) for one in node.values), strict=True)
                self.body(node.body, {**scope, **dict(given)})
            case nodes.Filter(name="first" | "last") if node.node:
                return _one(self.value(node.node, scope))
            case nodes.Scope():
                self.body(node.body, dict(scope))
            case _:
                self.body(node.iter_child_nodes(), scope)
        return None

    def _field(self, of: Known | None, name: str) -> Known | None:
        if of is None:
            return None
        assert isinstance(of.type, Record), f"{of.path} has no fields, and {name} is read of it"
        assert name in of.type.fields, f"{of.path}.{name} is not offered"
        known = Known(of.type.fields[name], f"{of.path}.{name}")
        self.paths.add(known.path)
        return known


def _one(many: Known | None) -> Known | None:
    """Return one of a list."""
    if many is None:
        return None
    assert isinstance(many.type, Many), f"{many.path} is no list"
    return Known(many.type.of, f"{many.path}[]")


def settings_read(tree: nodes.Node) -> set[str]:
    """Return the settings that a page reads."""
    return {
        node.attr
        for node in tree.find_all(nodes.Getattr)
        if isinstance(node.node, nodes.Name) and node.node.name == "settings"
    }


def misfits(value: object, declared: Type, path: str) -> Iterator[str]:
    """Say where a value is not of its declared type, or no plain data; types are as strict as themes may rely on."""
    from datetime import datetime

    from markupsafe import Markup

    from chalicelib.themes.language import types

    fits: Mapping[types.Plain, bool] = {
        types.TEXT: type(value) is str,
        types.URL: type(value) is str,
        types.NUMBER: type(value) is int or value is None,
        types.FLAG: type(value) is bool,
        types.TIME: type(value) is datetime or value is None,
        types.HTML: type(value) is Markup or value == "",
        types.ATTRIBUTES: type(value) is Markup,
    }
    if isinstance(declared, Record):
        if value is None and declared.optional:
            return
        if type(value) is not dict:
            yield f"{path} is {value!r}"
            return
        for name in value.keys() ^ declared.fields.keys():
            yield f"{path}.{name} is {'offered' if name in value else 'declared'} only"
        for name in value.keys() & declared.fields.keys():
            yield from misfits(value[name], declared.fields[name], f"{path}.{name}")
    elif isinstance(declared, Many):
        if type(value) not in {list, tuple}:
            yield f"{path} is {value!r}"
            return
        for one in value:  # type: ignore[attr-defined]
            yield from misfits(one, declared.of, f"{path}[]")
    elif not fits[declared]:
        yield f"{path} is {value!r}"
