"""Checks declarations: what a property may be set to, and on what."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from chalicelib.themes.model import ASSET
from chalicelib.themes.styles import words
from chalicelib.themes.styles.reading import Node, addresses, named, shown, significant
from chalicelib.themes.styles.selectors import Reach, Tell

_PROPERTY: Final = re.compile(r"-{0,2}[a-z][a-z-]{0,60}")
_SIGNS: Final = frozenset({",", "/", "+", "-", "*"})
_PARTS: Final = frozenset({"ident", "number", "percentage", "hash", "whitespace", "comment"})
_BRACKETS: Final = frozenset({"() block", "[] block"})
_SIZES: Final = frozenset({"number", "percentage", "dimension"})
_NOTHING: Final = frozenset({"none", "auto", "normal", "initial", "unset", "revert"})
"""What changes nothing."""
_FOREIGN: Final = "url() names a file of this theme, such as assets/photo.jpg, and nothing else."
_TEXTS: Final = "Put texts in templates, where they are translated."
_POSITION: Final = "position is static, relative or absolute, written out: fixed and sticky could cover a form."
_BY_CLASS: Final = "Name what it is for by a class."
_GUARDED: Final = ", ".join(f".{one}" for one in sorted(words.GUARDED))
_Finder: TypeAlias = Callable[[Sequence[Node]], bool]
"""Finds in a value what hides."""
_FAINT: Final = 0.3
"""An opacity below it hides."""


class Declarations:
    """Checks the declarations of one stylesheet."""

    def __init__(self, tell: Tell) -> None:
        """Take what is told of faults."""
        self._tell = tell

    def check(self, node: Node, reach: Reach) -> None:
        """Look at a declaration in a rule that applies to ``reach``."""
        name = node.lower_name
        if name.startswith("--"):
            if not words.NAME.fullmatch(node.name):
                self._tell(node, "property", "The name of a custom property has letters, digits, - and _.")
        elif not _PROPERTY.fullmatch(name):
            self._tell(node, "property", f"{node.name[:40]} is no property.")
        elif name in words.REFUSED_PROPERTIES:
            self._tell(node, "property", f"{name} cannot be used in a theme. {words.REFUSED_PROPERTIES[name]}")
        self.values(node.value)
        self._placed(node, name)
        self._spelled(node, name)
        if node.important and (name in words.PLACING or _found(_HIDING, node)):
            sentence = f"This {name} cannot be !important: the product's own rules must be able to win."
            self._tell(node, "important", sentence)
        if reach.guarded:
            self._on_guarded(node, name)
        elif reach.protected:
            self._on_protected(node, name, ornament=reach.ornament)

    def descriptor(self, node: Node, rule: str) -> None:
        """Look at a declaration in ``@font-face`` or ``@property``."""
        known = words.FONT_FACE if rule == "font-face" else words.REGISTERED
        if node.lower_name not in known:
            self._tell(node, "property", f"{node.name[:40]} cannot be set in @{rule}.")
        self.values(node.value, ranges=node.lower_name == "unicode-range")

    # words

    def values(self, tokens: Sequence[Node], *, ranges: bool = False) -> None:
        """Look at the parts of a value; ``ranges`` of characters can be in fonts only."""
        for one in tokens:
            if one.type == "url" or (one.type == "function" and one.lower_name == "url"):
                if not ASSET.fullmatch(named(one)):
                    self._tell(one, "url", _FOREIGN)
            elif one.type == "function":
                self._function(one)
            elif one.type in _BRACKETS:
                self.values(one.content)
            elif one.type == "error":
                self._tell(one, *(("url", _FOREIGN) if one.kind == "bad-url" else ("syntax", "This cannot be read.")))
            elif not (one.type in _PARTS or _fits(one) or (ranges and one.type == "unicode-range")):
                self._tell(one, "syntax", f"{shown(one)} cannot be part of a value.")

    def _function(self, one: Node) -> None:
        if one.lower_name not in words.FUNCTIONS:
            self._tell(one, "function", f"{one.name[:30]}() cannot be used in a theme.")
        else:
            self.values(one.arguments)

    def _spelled(self, node: Node, name: str) -> None:
        """Look at what puts text on the page."""
        if name not in words.SPELLING:
            return
        if sum(len(one.value) for one in node.value if one.type == "string") > words.LONGEST_TEXT:
            self._tell(node, "text", f"{name} can hold {words.LONGEST_TEXT} characters. {_TEXTS}")
        for one in node.value:
            if one.type == "function" and one.lower_name not in {"url", "counter", "counters"}:
                self._tell(one, "text", f"{name} is written out here: {one.name[:30]}() cannot be part of it.")

    # places

    def _placed(self, node: Node, name: str) -> None:
        """Look at what could lie over a form."""
        value = significant(node.value)
        if name == "position" and not _is_word(value, words.POSITIONS):
            self._tell(node, "position", _POSITION)
        elif name == "z-index" and not (_is_word(value) or _whole(value, words.HIGHEST)):
            self._tell(node, "position", f"z-index is a whole number from -{words.HIGHEST} to {words.HIGHEST}.")
        elif name == "cursor" and any(True for _ in addresses(value)):
            self._tell(node, "position", "cursor is one of the browser's own: a picture could show it where it is not.")

    def _on_guarded(self, node: Node, name: str) -> None:
        """Look at what is set on forms, notices and faults of the product."""
        if not words.GUARDED_MAY.fullmatch(name):
            self._tell(node, "guarded", f"{name} cannot be set on {_GUARDED}. Style what is around or inside.")
        elif _found(_SHRINKING, node):
            self._tell(node, "guarded", f"This {name} would hide {_GUARDED}.")
        elif name.startswith(("margin", "padding")) and not all(_is_room(one) for one in significant(node.value)):
            self._tell(node, "guarded", f"{name} is written out here, and not below zero.")

    def _on_protected(self, node: Node, name: str, *, ornament: bool) -> None:
        """Look at what is set on elements that the product's parts are made of."""
        if name == "position" and not _is_word(significant(node.value), frozenset({"static", "relative"})):
            self._tell(node, "hidden", f"This could be laid over the product's forms. {_BY_CLASS}")
        elif not ornament and (_found(_HIDING, node) or _found(_SHRINKING, node)):
            self._tell(node, "hidden", f"This could hide or move the product's forms and notices. {_BY_CLASS}")


# what hides


def _found(table: Mapping[str, _Finder], node: Node) -> bool:
    """Whether a table has the property of a declaration, and finds in its value what it looks for."""
    return node.lower_name in table and table[node.lower_name](significant(node.value))


def _fits(one: Node) -> bool:
    """Whether a sign, text or length is one that values are made of."""
    if one.type == "literal":
        return one.value in _SIGNS
    if one.type == "dimension":
        return bool(words.UNIT.fullmatch(one.unit))
    return one.type == "string" and len(one.value) <= words.LONGEST_STRING


def _is_word(value: Sequence[Node], among: frozenset[str] | None = None) -> bool:
    """Whether a value is one word, of those named where some are."""
    return len(value) == 1 and value[0].type == "ident" and (among is None or value[0].lower_value in among)


def _whole(value: Sequence[Node], most: int) -> bool:
    if len(value) != 1 or value[0].type != "number" or value[0].int_value is None:
        return False
    number: int = value[0].int_value
    return -most <= number <= most


def _is_room(one: Node) -> bool:
    """Whether a margin or padding is ``auto``, or a length not below zero."""
    return (one.type == "ident" and one.lower_value == "auto") or (one.type in _SIZES and bool(one.value >= 0))


def _words_among(*bad: str) -> _Finder:
    """Return what finds one of these words in a value, or a function that could give one."""
    return lambda value: any(
        one.type == "function" or (one.type == "ident" and one.lower_value in bad) for one in value
    )


def _faint(value: Sequence[Node]) -> bool:
    def visible(one: Node) -> bool:
        if one.type == "percentage":
            return bool(one.value >= _FAINT * 100)
        return one.type == "ident" or (one.type == "number" and bool(one.value >= _FAINT))

    return not all(visible(one) for one in value)


def _something(value: Sequence[Node]) -> bool:
    """Whether a value is anything but the one that changes nothing."""
    return not _is_word(value, _NOTHING)


def _nothing(value: Sequence[Node]) -> bool:
    """Whether a size is nothing, or less."""
    return any(one.type in _SIZES and one.value <= 0 for one in value)


def _negative(value: Sequence[Node]) -> bool:
    return any(one.type in _SIZES and one.value < 0 for one in value)


def _away(value: Sequence[Node]) -> bool:
    return any(one.type == "function" or (one.type in _SIZES and one.value != 0) for one in value)


def _see_through(value: Sequence[Node]) -> bool:
    return any(one.type == "ident" and one.lower_value == "transparent" for one in value)


_HIDING: Final[Mapping[str, _Finder]] = {
    "display": _words_among("none", "contents"),
    "visibility": _words_among("hidden", "collapse"),
    "content-visibility": _words_among("hidden", "auto"),
    "pointer-events": _words_among("none"),
    "cursor": _words_among("none"),
    "opacity": _faint,
    **dict.fromkeys(words.MOVING, _something),
}
"""What hides or moves, by property, and what finds a value that does."""
_SHRINKING: Final[Mapping[str, _Finder]] = {
    **dict.fromkeys(words.OFFSETS, _away),
    **dict.fromkeys(words.ROOM, _negative),
    **dict.fromkeys(words.SIZES, _nothing),
    "color": _see_through,
    "-webkit-text-fill-color": _see_through,
}
"""What makes things too small or too pale to be seen, or pushes them away, likewise."""
