"""The texts that a theme has translated, so that those no language file has can be told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from jinja2 import nodes

from chalicelib.records import dataclass
from chalicelib.themes.language.limits import LIMITS
from chalicelib.themes.language.tokens import Line, Unreadable, parse
from chalicelib.themes.language.vocabulary import FUNCTIONS


@dataclass(frozen=True, slots=True)
class Text:
    """A text in quotes, and where it is; ``plural`` is its other form, if it has one. Columns count from 1."""

    file: str
    line: int
    column: int
    text: str
    plural: str = ""


def texts(files: Mapping[str, str]) -> list[Text]:
    """Return every text in ``_`` and ``ngettext``, by file and place; files that cannot be read have none."""
    return [text for name in sorted(files) if name.endswith(".html") for text in _of(name, files[name])]


def _of(file: str, source: str) -> Iterator[Text]:
    try:
        tree, _ = parse(source, LIMITS)
    except Unreadable:
        return
    for node in tree.find_all(nodes.Call):
        name = node.node.name if isinstance(node.node, nodes.Name) else ""
        said = [one.value for one in node.args if isinstance(one, nodes.Const) and isinstance(one.value, str)]
        if name in FUNCTIONS and said:
            at = node.args[0].lineno
            column = at.column if isinstance(at, Line) else 0
            yield Text(file, int(at), column, *(said[:1] if name == "_" else said[:2]))
