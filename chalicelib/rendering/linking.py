"""Links a page of a theme: what it extends and includes is put in place, so that the page is one tree and one function.

Themes name files by fixed names only, so this can be done before anything is rendered. A page comes out as its title,
the end of a ``<title>``, and its body: the title is text, so the first ``<`` in the page ends it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from jinja2 import nodes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from jinja2 import Environment

TITLE_ENDS = "</title>"
TIMED = frozenset({"moment", "day", "date", "number", "size", "prose"})
"""Filters that depend on the reader; a theme need not tell them, the linked page does."""
MOST_NODES = 5_000
"""Of a whole page; includes of includes end here."""


class NotLinked(ValueError):
    """A page that cannot be put together; the checker of themes says why before it comes to this."""


def link(files: Mapping[str, str], entry: str, environment: Environment) -> nodes.Template:
    """Return a page as one tree. ``environment`` parses the files and is the one that the tree is compiled in."""
    linker = _Linker(files, environment.parse)
    body = linker.whole(entry)
    title = linker.blocks.get("title")
    head = [*(linker.inlined(title.body) if title else ()), nodes.Output([nodes.TemplateData(TITLE_ENDS)])]
    tree = nodes.Template([*linker.sets, nodes.Scope(head), *body], lineno=1)
    for node in tree.find_all(nodes.Filter):
        if node.name in TIMED:
            node.kwargs = [*node.kwargs, nodes.Keyword("times", nodes.Name("times", "load"))]  # type: ignore[list-item]
    tree.body[:0] = _looked_up_once(tree)
    tree.set_lineno(1, override=False)
    return tree.set_environment(environment)  # type: ignore[return-value]  # it is this tree


class _Linker:
    """Puts one page together. ``sets`` are the assignments of files that extend others, which come first."""

    def __init__(self, files: Mapping[str, str], parse: Callable[[str, str], nodes.Template]) -> None:
        self.blocks: dict[str, nodes.Block] = {}
        self.sets: list[nodes.Node] = []
        self._files, self._parse = files, parse
        self._room = MOST_NODES

    def whole(self, name: str) -> list[nodes.Node]:
        """Return the body of a file, that of the file it extends with this one's blocks where it extends one."""
        if name not in self._files:
            raise NotLinked(name)
        tree = self._parse(self._files[name], name)
        parent = next((one.template for one in tree.body if isinstance(one, nodes.Extends)), None)
        if parent is None:
            return self.inlined(tree.body)
        for one in tree.body:
            if isinstance(one, nodes.Block):
                self.blocks.setdefault(one.name, one)
            elif isinstance(one, (nodes.Assign, nodes.AssignBlock)):
                self.sets.append(one)
        return self.whole(_fixed(parent))

    def inlined(self, body: Iterable[nodes.Node]) -> list[nodes.Node]:
        """Return statements with includes and blocks put in place, and outputs that follow each other as one."""
        made: list[nodes.Node] = []
        for one in body:
            self._room -= 1
            if self._room < 0:
                message = f"a page has at most {MOST_NODES:,} parts"
                raise NotLinked(message)
            if isinstance(one, nodes.Include):
                made.append(nodes.Scope(self.whole(_fixed(one.template)), lineno=one.lineno))
            elif isinstance(one, nodes.Block):
                if one.name != "title":
                    made.append(nodes.Scope(self.inlined(self.blocks.get(one.name, one).body), lineno=one.lineno))
            else:
                for field in ("body", "else_", "elif_"):
                    inner = getattr(one, field, None)
                    if isinstance(inner, list):
                        setattr(one, field, self.inlined(inner))
                made.append(one)
        return _joined(made)


def _looked_up_once(tree: nodes.Template) -> list[nodes.Node]:
    """Return statements that name what the page is given: else every scope, each row of a list, looks it up again."""
    named = list(tree.find_all(nodes.Name))
    made = {one.name for one in named if one.ctx != "load"} | {"loop"}
    given = sorted({one.name for one in named} - made)
    return [nodes.ExprStmt(nodes.Name(one, "load")) for one in given]


def _joined(body: list[nodes.Node]) -> list[nodes.Node]:
    joined: list[nodes.Node] = []
    for one in body:
        if joined and isinstance(one, nodes.Output) and isinstance(joined[-1], nodes.Output):
            joined[-1].nodes.extend(one.nodes)
        else:
            joined.append(one)
    return joined


def _fixed(name: nodes.Expr) -> str:
    if isinstance(name, nodes.Const) and isinstance(name.value, str):
        return name.value
    message = "the name of a file is not fixed"
    raise NotLinked(message)
