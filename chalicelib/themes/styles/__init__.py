"""Stylesheets of themes: checked by an allow-list, and written anew for the reader.

:func:`check` returns every fault with line, column and a sentence. Nothing is repaired: what cannot be read is refused,
so that what is stored is what was looked at. :func:`written` returns a checked sheet as tinycss2 read it, without
comments and with the pictures of the theme at their addresses; that, and not what was typed, is what browsers get.

What a stylesheet alone can do is bounded here: it loads nothing from elsewhere, fixes nothing to the window, puts no
sentences on the page, and neither hides nor moves by name what the product puts in. Nothing that could is
``!important``, so the product's own sheet, which comes last, wins with ``!important``. What only a page shows, such
as one of a theme's own boxes laid over a form, is left to that sheet and to the look at the rendered page.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from typing import Final

from chalicelib.themes.model import STYLESHEET, Problem
from chalicelib.themes.styles import words
from chalicelib.themes.styles.declarations import Declarations
from chalicelib.themes.styles.reading import (
    Node,
    addresses,
    inside,
    misshapen,
    named,
    nodes,
    plain,
    rule_text,
    shown,
    significant,
    tokens,
)
from chalicelib.themes.styles.selectors import NOWHERE, Reach, Selectors

MAX_RULES: Final = 2_000
MAX_PROBLEMS: Final = 100
"""So many are told at once."""
_PARTS: Final = frozenset({"ident", "number", "percentage", "whitespace", "comment"})
_SIGNS: Final = frozenset({":", ",", "<", ">", "=", "/", ".", "+", "-", "*", "&"})
"""What conditions of ``@media`` and the like are made of, besides brackets and functions."""
_ONCE: Final = frozenset({"keyframes", "font-face", "property"})
"""At-rules that apply to the whole page, wherever they are written."""


def check(text: str) -> list[Problem]:
    """Return every fault of a stylesheet, at most :data:`MAX_PROBLEMS`, in the order of their places."""
    text = plain(text)
    if problem := misshapen(text):
        return [problem]
    sheet = _Sheet()
    sheet.rules(nodes(text))
    return sorted(sheet.problems, key=lambda one: (one.line, one.column))


def written(text: str, assets: Mapping[str, str] | Callable[[str], str]) -> str:
    """Return a checked stylesheet as it is served, each of its outer rules on a line.

    ``assets`` has the address of each picture and font by its name, such as ``assets/photo.jpg``; one that it lacks is
    not loaded. Raises ValueError for what :func:`check` refuses and cannot be written.
    """
    address = assets if callable(assets) else lambda name: assets.get(name, "")
    return "".join(f"{rule_text(one, address)}\n" for one in nodes(plain(text)))


def assets_of(text: str) -> tuple[str, ...]:
    """Return the names of the pictures and fonts that a stylesheet uses, each once."""
    return tuple(dict.fromkeys(named(one) for one in addresses(tokens(plain(text)))))


def missing(text: str, assets: Container[str]) -> list[Problem]:
    """Return each place of a stylesheet that names a picture or font which is not among ``assets``."""
    found = ((one, named(one)) for one in addresses(tokens(plain(text))))
    return [
        Problem(STYLESHEET, one.source_line, one.source_column, "missing", f"The theme has no file {name}. Upload it.")
        for one, name in found
        if name not in assets
    ]


class _Sheet:
    """Looks at each rule of a stylesheet, and keeps what is wrong."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._selectors = Selectors(self._tell)
        self._declarations = Declarations(self._tell)
        self._count = 0

    def rules(self, found: Iterable[Node], reach: Reach | None = None) -> None:
        """Look at what a sheet or block holds; ``reach`` is what the rule around it applies to."""
        for one in found:
            if one.type == "declaration":
                self._declaration(one, reach)
            elif one.type == "error":
                self._tell(one, "syntax", "This is neither a declaration, such as color: red; nor a rule with { and }.")
            elif not self._counted(one):
                return
            elif one.type == "at-rule":
                self._at_rule(one, reach)
            else:
                self._rule(one, reach)

    def _counted(self, node: Node) -> bool:
        """Count a rule; false from where there are too many."""
        self._count += 1
        if self._count == MAX_RULES + 1:
            self._tell(node, "size", f"A stylesheet has at most {MAX_RULES:,} rules.")
        return self._count <= MAX_RULES

    def _declaration(self, node: Node, reach: Reach | None) -> None:
        if reach is None:
            self._tell(node, "syntax", "A declaration belongs in a rule, which begins with a selector.")
        else:
            self._declarations.check(node, reach)

    def _rule(self, node: Node, reach: Reach | None) -> None:
        selector = significant(node.prelude)
        if not selector:
            self._tell(node, "selector", "Here a selector is missing.")
        elif selector[0].type == "ident" and selector[0].value.startswith("--"):
            self._tell(node, "selector", "Browsers read this as a custom property and not as a selector.")
        self.rules(inside(node.content), self._selectors.reach(node.prelude, reach))

    def _at_rule(self, node: Node, reach: Reach | None) -> None:
        name = node.lower_at_keyword
        if name not in words.AT_RULES:
            instead = words.AT_RULES_INSTEAD.get(name, "")
            self._tell(node, "at-rule", f"@{name[:30]} cannot be used in a theme. {instead}".strip())
            return
        if node.content is None and name != "layer":
            self._tell(node, "at-rule", f"Here the {{ … }} of @{name} is missing.")
            return
        if name in _ONCE:
            self._once(node, name, reach)
            return
        self._condition(node.prelude)
        if node.content is not None:
            self.rules(inside(node.content), reach)

    def _condition(self, prelude: Sequence[Node]) -> None:
        """Look at what ``@media`` and the like ask for."""
        for one in prelude:
            if one.type == "() block":
                self._condition(one.content)
            elif one.type == "function" and one.lower_name in words.CONDITIONS:
                self._condition(one.arguments)
            elif one.type == "dimension" and words.UNIT.fullmatch(one.unit):
                continue
            elif not (one.type in _PARTS or (one.type == "literal" and one.value in _SIGNS)):
                self._tell(one, "at-rule", f"{shown(one)} cannot be part of a condition.")

    def _once(self, node: Node, name: str, reach: Reach | None) -> None:
        """Look at animations, fonts and registered properties."""
        title = [one.value if one.type == "ident" else "" for one in significant(node.prelude)]
        if reach is not None:
            self._tell(node, "at-rule", f"@{name} cannot be inside a rule.")
        if name == "font-face" and title:
            self._tell(node, "at-rule", "@font-face is followed by its {.")
        elif name != "font-face" and not (len(title) == 1 and words.NAME.fullmatch(title[0])):
            self._tell(node, "at-rule", f"@{name} is followed by one name, without quotation marks, and its {{.")
        for one in inside(node.content):
            if name == "keyframes" and one.type == "qualified-rule":
                if self._counted(one):
                    self._step(one)
            elif name != "keyframes" and one.type == "declaration":
                self._declarations.descriptor(one, name)
            else:
                self._tell(one, "syntax", f"This cannot be part of @{name}.")

    def _step(self, node: Node) -> None:
        """Look at one step of an animation."""
        for one in significant(node.prelude):
            word = one.type == "ident" and one.lower_value in {"from", "to"}
            if not (word or one.type == "percentage" or (one.type == "literal" and one.value == ",")):
                self._tell(one, "selector", f"A step of an animation is from, to or a percentage, not {shown(one)}.")
        for one in inside(node.content):
            if one.type == "declaration":
                self._declarations.check(one, NOWHERE)
            else:
                self._tell(one, "syntax", "A step of an animation has declarations only.")

    def _tell(self, node: Node, kind: str, sentence: str) -> None:
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(Problem(STYLESHEET, node.source_line, node.source_column, kind, sentence))
