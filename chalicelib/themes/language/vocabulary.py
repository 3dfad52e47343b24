"""The words of the theme language: its tags, filters, tests and functions, and why others of Jinja2 are not in it."""

from __future__ import annotations

import re
from typing import Final

from jinja2 import nodes

from chalicelib.records import dataclass
from chalicelib.themes.language.types import FLAG, HTML, NOTHING, NUMBER, TEXT, TIME, URL, Plain

SYNTAX: Final = {"trim_blocks": True, "lstrip_blocks": True}
"""How Jinja2 reads files. Which white space it drops decides where a tag of HTML ends: all readers must do the same."""

NAME = re.compile(r"[a-z][a-z0-9_]{0,40}")
"""Names of values and fields."""
HOLE = re.compile(r"%(?:%|\(([a-z][a-z0-9_]{0,40})\)s)")
"""The place of a value in a text that is translated, and a percent sign."""
MOST_HOLES: Final = 12
LONGEST_TRUNCATION: Final = 1_000

TAGS: Final = {
    "if": "shows one thing or another",
    "elif": "another way of an if",
    "else": "the last way of an if; of a for, what an empty list shows",
    "endif": "ends an if",
    "for": "goes over a list",
    "endfor": "ends a for",
    "set": "gives a value a name, or a piece of markup until endset",
    "endset": "ends a set that has no =",
    "block": "a place that files which extend this one can fill",
    "endblock": "ends a block",
    "extends": "the file whose blocks this one fills",
    "include": "puts another file here",
    "with": "gives a value a name until endwith",
    "endwith": "ends a with",
}
OPENING: Final = frozenset({"if", "for", "block", "with"})
"""Tags that a tag with ``end`` before its name closes; ``set`` is one only without ``=``."""

NO_TAGS: Final = {
    "macro": "Put the part into a file of its own and include it.",
    "call": "Put the part into a file of its own and include it.",
    "import": "Use include.",
    "from": "Use include.",
    "filter": "Use a filter on a value, as in {{ site.organization|upper }}.",
    "raw": "Write {{ '{{' }} for two braces.",
    "autoescape": "Values are always escaped.",
    "print": "Write {{ value }}.",
    "do": "A page only shows things.",
    "trans": "Write {{ _('the text') }}.",
}
"""Tags of Jinja2 that people may look for, and what to do instead."""


@dataclass(frozen=True, slots=True)
class Filter:
    """What a filter takes and gives, by the names of types; ``list`` is any list.

    ``gives`` is None for what it took, ``item`` for one of a list. ``given`` counts what stands in its brackets.
    """

    takes: frozenset[str]
    gives: Plain | str | None
    help: str
    given: int = 0


def _takes(*types: Plain | str) -> frozenset[str]:
    return frozenset(one if isinstance(one, str) else one.name for one in types)


PRINTABLE: Final = _takes(TEXT, NUMBER, URL, NOTHING)
"""What can be shown anywhere."""
LIST: Final = "list"
ITEM: Final = "item"
FILTERS: Final = {
    "default": Filter(
        PRINTABLE | _takes(HTML), None, "what to show instead of an empty value: {{ site.viewer|default('you') }}", 1
    ),
    "upper": Filter(_takes(TEXT), TEXT, "in capital letters"),
    "lower": Filter(_takes(TEXT), TEXT, "in small letters"),
    "capitalize": Filter(_takes(TEXT), TEXT, "with a capital letter first"),
    "trim": Filter(_takes(TEXT), TEXT, "without white space around it"),
    "truncate": Filter(_takes(TEXT), TEXT, "its first characters, with … where it was longer: |truncate(80)", 1),
    "length": Filter(_takes(TEXT, LIST), NUMBER, "how many things a list has, or a text characters"),
    "first": Filter(_takes(LIST), ITEM, "the first of a list"),
    "last": Filter(_takes(LIST), ITEM, "the last of a list"),
    "moment": Filter(_takes(TIME), HTML, "a time as day and time of day"),
    "day": Filter(_takes(TIME), HTML, "a time as lists show it: of today the time of day, else the day"),
    "date": Filter(_takes(TIME), HTML, "the day alone"),
    "number": Filter(_takes(NUMBER), TEXT, "a number as the reader's language writes it"),
    "size": Filter(_takes(NUMBER), TEXT, "bytes, as in 12 KB"),
    "prose": Filter(_takes(TEXT), HTML, "a longer text as paragraphs, with its addresses as links"),
}
TESTS: Final = {
    "none": "is nothing",
    "defined": "is there",
    "odd": "is an odd number",
    "even": "is an even number",
}
FUNCTIONS: Final = {"_": 1, "ngettext": 3}
"""What can be called, and how many values it is given without a name."""
COMPARED: Final = frozenset({"eq", "ne", "lt", "lteq", "gt", "gteq", "in", "notin"})
ORDERED: Final = frozenset({"lt", "lteq", "gt", "gteq"})
MOST_CHOICES: Final = 20
"""Values after ``in``."""
LOOP: Final = {"first": FLAG, "last": FLAG, "index": NUMBER, "length": NUMBER}

RESERVED: Final = frozenset(
    {
        *("_", "ngettext", "loop", "times"),
        *("self", "super", "caller", "varargs", "kwargs", "context", "environment"),
        *("site", "urls", "icons", "settings", "slots", "hooks", "page"),
    }
)
"""Names that a theme cannot give to something else. The product hands ``times`` to filters itself."""

_CALCULATION = "Themes do not calculate; what a page needs is offered ready."
_NO_PARTS: Final = {
    nodes.Concat: "Texts are not joined with ~; write one value after the other.",
    nodes.Slice: "Parts of texts and lists cannot be cut out; use truncate, first or last.",
    nodes.Getitem: "Square brackets are not part of the theme language; write a.name, or use first and last.",
    nodes.Dict: "Themes cannot make data of their own.",
    nodes.List: "Themes cannot make lists; fixed values in brackets are possible after in.",
    nodes.Tuple: "Themes cannot make lists; fixed values in brackets are possible after in.",
    nodes.BinExpr: _CALCULATION,
    nodes.UnaryExpr: _CALCULATION,
}


def reason(node: nodes.Node) -> str:
    """Return why a part of Jinja2's language is not in the language of themes."""
    for kind, sentence in _NO_PARTS.items():
        if isinstance(node, kind):
            return sentence
    return f"This ({type(node).__name__}) is not part of the theme language."
