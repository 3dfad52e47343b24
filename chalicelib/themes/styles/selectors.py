"""Reads selectors: which words they may have, and how near they come to what the product puts in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeAlias

from chalicelib.records import dataclass
from chalicelib.themes.styles import words
from chalicelib.themes.styles.reading import Node, shown, significant

Tell: TypeAlias = Callable[[Node, str, str], None]
"""Takes where a fault is, its kind and its sentence."""

_COMBINATORS: Final = frozenset({">", "+", "~"})
_MATCHING: Final = frozenset({"=", "~", "|", "^", "$", "*", "~=", "|=", "^=", "$=", "*="})
_COUNTED: Final = frozenset({"ident", "number", "dimension", "string"})
_SIGNS: Final = frozenset({"+", "-", ","})
_MAIN: Final = "main"
"""The id that the skip link leads to."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What a rule applies to.

    ``guarded``: what the product puts in itself, by name. ``near``: what is named together with that. ``broad``: any
    element of a kind that the product's parts are made of; ``typed`` where that kind is written out. ``named``: only
    what has a class or id, or is inside something that has. ``ornament``: not an element but what a stylesheet puts
    before or behind one.
    """

    guarded: bool = False
    near: bool = False
    broad: bool = False
    typed: bool = False
    named: bool = False
    ornament: bool = False

    @property
    def protected(self) -> bool:
        """Whether what it applies to may not be hidden or moved."""
        return self.near or (self.broad and not self.named)


NOWHERE: Final = Reach(named=True)
"""Of rules that apply to no element, such as the steps of an animation."""


class _Compound:
    """One part of a selector, between combinators, as it is read."""

    __slots__ = ("broad", "element", "guarded", "itself", "named", "near", "pseudo")

    def __init__(self) -> None:
        self.element = self.pseudo = ""
        self.guarded = self.near = self.named = self.itself = False
        self.broad: bool | None = None
        """Whether what ``:is()`` and ``:where()`` name is broad, where there is one."""

    def name(self, name: str) -> None:
        """Take a class or an id."""
        if name in words.GUARDED:
            self.guarded = self.near = True
        else:
            self.named = True

    def reaches_all_of_a_kind(self, parent: Reach | None) -> bool:
        """Whether it applies to every element of some kind that the product's parts are made of."""
        if self.element not in {"", "*"}:
            return self.element in words.BROAD
        if self.broad is not None:
            return self.broad
        return parent.broad if self.itself and parent else True


class Selectors:
    """Checks the selectors of one stylesheet."""

    def __init__(self, tell: Tell) -> None:
        """Take what is told of faults."""
        self._tell = tell

    def reach(self, prelude: Sequence[Node], parent: Reach | None = None) -> Reach:
        """Return what a list of selectors applies to, inside a rule that applies to ``parent``."""
        reaches = [self._complex(one, parent) for one in _split(prelude)]
        return Reach(
            guarded=any(one.guarded for one in reaches),
            near=any(one.near for one in reaches),
            broad=any(one.broad and not one.named for one in reaches),
            typed=any(one.typed and not one.named for one in reaches),
            named=all(one.named for one in reaches),
            ornament=all(one.ornament for one in reaches),
        )

    def _complex(self, tokens: Sequence[Node], parent: Reach | None) -> Reach:
        if not significant(tokens):
            return NOWHERE
        compounds = [self._compound(part) for part in _compounds(tokens)] or [_Compound()]
        subject = compounds[-1]
        above = parent or Reach()  # a rule inside another is about what is inside that, unless & says otherwise
        return Reach(
            guarded=subject.guarded or (subject.itself and above.guarded),
            near=above.near or any(one.near for one in compounds),
            broad=subject.reaches_all_of_a_kind(parent),
            typed=subject.element in words.BROAD,
            named=above.named or any(one.named for one in compounds),
            ornament=subject.pseudo in words.ORNAMENTS or bool(words.VENDOR.fullmatch(subject.pseudo)),
        )

    def _compound(self, tokens: Sequence[Node]) -> _Compound:
        made = _Compound()
        rest = iter(tokens)
        for one in rest:
            if one.type == "literal" and one.value == ".":
                self._class(made, next(rest, one))
            elif one.type == "literal" and one.value == ":":
                self._pseudo(made, rest, one)
            elif one.type == "literal" and one.value == "&":
                made.itself = True
            elif one.type == "hash":
                self._id(made, one)
            elif one.type == "[] block":
                self._attribute(one)
            elif one.type == "ident" or (one.type == "literal" and one.value == "*"):
                made.element = str(one.value).lower()
            else:
                self._tell(one, "selector", f"{shown(one)} cannot be used in a selector.")
        return made

    def _class(self, made: _Compound, one: Node) -> None:
        if one.type != "ident":
            self._tell(one, "selector", "The name of a class follows a dot.")
        elif one.value in words.REFUSED_CLASSES:
            self._tell(one, "selector", f"The product looks after .{one.value} itself.")
        else:
            made.name(one.value)

    def _id(self, made: _Compound, one: Node) -> None:
        if one.value == _MAIN:
            made.element = _MAIN
        else:
            made.name(one.value)

    def _pseudo(self, made: _Compound, rest: Iterator[Node], colon: Node) -> None:
        one = next(rest, colon)
        element = one.type == "literal" and one.value == ":"
        if element:
            one = next(rest, colon)
        if one.type == "function" and not element:
            self._function(made, one)
        elif one.type != "ident":
            self._tell(colon, "selector", f"What follows {'::' if element else ':'} here cannot be used in a theme.")
        elif element:
            made.pseudo = one.lower_value
            if one.lower_value not in words.PSEUDO_ELEMENTS and not words.VENDOR.fullmatch(one.lower_value):
                self._tell(one, "selector", f"::{one.value} cannot be used in a theme.")
        elif one.lower_value not in words.PSEUDO_CLASSES:
            self._tell(one, "selector", f":{one.value} cannot be used in a theme.")
        elif one.lower_value in words.ORNAMENTS:
            made.pseudo = one.lower_value
        elif one.lower_value == "root":
            made.element = "html"

    def _function(self, made: _Compound, one: Node) -> None:
        if one.lower_name in words.COUNTING:
            for part in significant(one.arguments):
                if part.type not in _COUNTED and not (part.type == "literal" and part.value in _SIGNS):
                    self._tell(part, "selector", f"{shown(part)} cannot be used in :{one.name}().")
        elif one.lower_name in words.SELECTOR_LISTS:
            inner = self.reach(one.arguments)
            made.near = made.near or inner.near or (one.lower_name == "has" and inner.typed)
            if one.lower_name in {"is", "where"}:
                made.guarded = made.guarded or inner.guarded
                made.named = made.named or inner.named
                made.broad = inner.broad
        else:
            self._tell(one, "selector", f":{one.name}() cannot be used in a theme.")

    def _attribute(self, block: Node) -> None:
        parts = significant(block.content)
        name = parts[0].lower_value if parts and parts[0].type == "ident" else ""
        if name.startswith("data-"):
            self._tell(block, "selector", "Attributes that begin with data- belong to the product's script.")
        elif name not in words.ATTRIBUTES and not name.startswith("aria-"):
            listed = ", ".join(sorted(words.ATTRIBUTES))
            self._tell(block, "selector", f"Selectors can ask for the attributes {listed} and those with aria-.")
        for part in parts[1:]:
            if part.type not in {"ident", "string"} and not (part.type == "literal" and part.value in _MATCHING):
                self._tell(part, "selector", f"{shown(part)} cannot be used in a selector.")


def _split(tokens: Sequence[Node]) -> Iterator[list[Node]]:
    """Yield the selectors of a list."""
    part: list[Node] = []
    for one in tokens:
        if one.type == "literal" and one.value == ",":
            yield part
            part = []
        else:
            part.append(one)
    yield part


def _compounds(tokens: Sequence[Node]) -> Iterator[list[Node]]:
    """Yield the parts of a selector between combinators."""
    part: list[Node] = []
    for one in tokens:
        if one.type == "whitespace" or (one.type == "literal" and one.value in _COMBINATORS):
            if part:
                yield part
            part = []
        elif one.type != "comment":
            part.append(one)
    if part:
        yield part
