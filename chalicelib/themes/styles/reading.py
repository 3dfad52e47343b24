"""Reads a stylesheet: first its shape, without a parser, then with tinycss2.

tinycss2 is imported when the first stylesheet is read: no plain request needs it. What it gives is never text of the
sheet but what it understood, so that :func:`written` leaves nothing that another reader could take for something else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, TypeAlias

from chalicelib.themes.model import MAX_FILE, STYLESHEET, Problem

Node: TypeAlias = Any
"""A node of tinycss2, which has no types: every one has ``type``, ``source_line`` and ``source_column``."""

DEPTH: Final = 12
"""How deep rules, brackets and functions may be nested, counted together."""
MAX_PARTS: Final = 20_000
"""Words and signs of a stylesheet; one of all the bytes it may have, written as people write, has about 16,000."""
_PART: Final = re.compile(r"[\w-]+|[^\w\s-]")
_BRACKETS: Final = re.compile(r"/\*.*?\*/|\"[^\"\n]*\"|'[^'\n]*'|[()\[\]{}]|/\*|[\"']", re.DOTALL)
"""Comments and texts as a whole, brackets, and what opens a comment or text that never ends."""
_QUOTED: Final = re.compile(r"/\*.*?\*/|\"[^\"\n]*\"|'[^'\n]*'", re.DOTALL)
_NOT_ASCII: Final = re.compile(r"[^\x00-\x7f]")
_CLOSING: Final = {"(": ")", "[": "]", "{": "}"}
_CLOSED: Final = frozenset(_CLOSING.values())
_OPENING: Final = {"/*": "This comment", '"': "This text", "'": "This text"}
_CHARACTERS: Final = re.compile(
    "\\\\|</|<!--|-->|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff"
    "\ud800-\udfff]"
)
_DIGITS: Final = re.compile(r"[0-9]{31}")
"""More digits than any number has that means something; some thousands are more than Python turns into one."""
_SPACE: Final = frozenset({"whitespace", "comment"})
_APART: Final = re.compile(r"[\s{};,:]")
"""Signs that never make one word with what is beside them."""
_SHOWN: Final = 30
"""Characters of a fault that its sentence repeats."""


def plain(text: str) -> str:
    """Return a stylesheet with the line ends that lines are counted by."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def nodes(text: str) -> list[Node]:
    """Return the rules of a stylesheet."""
    from tinycss2 import parse_stylesheet

    found: list[Node] = parse_stylesheet(text, skip_whitespace=True)
    return [one for one in found if one.type != "comment"]


def inside(content: Iterable[Node]) -> list[Node]:
    """Return the declarations and rules of a block."""
    from tinycss2 import parse_blocks_contents

    found: list[Node] = parse_blocks_contents(content, skip_whitespace=True)
    return [one for one in found if one.type != "comment"]


def significant(tokens: Iterable[Node]) -> list[Node]:
    """Return tokens without white space and comments."""
    return [one for one in tokens if one.type not in _SPACE]


def shown(one: Node) -> str:
    """Return the beginning of what is wrong, for a sentence."""
    return str(one.serialize())[:_SHOWN]


# shape


def misshapen(text: str) -> Problem | None:
    """Return why a text cannot be read as a stylesheet at all: size, characters, brackets and texts left open."""
    size = len(text.encode("utf-8", "replace"))
    if size > MAX_FILE:
        sentence = f"A stylesheet has at most {MAX_FILE:,} bytes; this one has {size:,}."
        return Problem(STYLESHEET, 0, 0, "size", sentence)
    if sum(1 for _ in _PART.finditer(text)) > MAX_PARTS:
        return Problem(STYLESHEET, 0, 0, "size", f"A stylesheet has at most {MAX_PARTS:,} words and signs.")
    if found := _CHARACTERS.search(text):
        return _at(text, found.start(), "character", _told_of_character(found[0]))
    if found := _DIGITS.search(text):
        return _at(text, found.start(), "number", "This number has too many digits.")
    return _open(text) or _foreign_sign(text)


def _foreign_sign(text: str) -> Problem | None:
    """Return the first sign outside texts and comments that not all browsers read in the same way."""
    bare = _QUOTED.sub(lambda found: " " * len(found[0]), text)
    for found in _NOT_ASCII.finditer(bare):
        if not found[0].isalnum():
            return _at(text, found.start(), "character", f"“{found[0]}” belongs in quotation marks here.")
    return None


def _told_of_character(found: str) -> str:
    if found == "\\":
        return "A stylesheet has no backslashes. Write the character itself, in quotation marks where it needs them."
    if found in {"</", "<!--", "-->"}:
        return f"{found} belongs in pages, not in a stylesheet."
    return f"The invisible character U+{ord(found):04X} cannot be used. Delete it."


def _open(text: str) -> Problem | None:
    """Return what is nested too deeply, never closed, or closes nothing, and comments that only seem to part words."""
    stack: list[tuple[str, int]] = []
    for found in _BRACKETS.finditer(text):
        if told := _told_of_sign(text, found, stack):
            return _at(text, found.start(), *told)
    if stack:
        wanted, at = stack[-1]
        return _at(text, at, "unclosed", f"What begins here is never closed: a {wanted} is missing.")
    return None


def _told_of_sign(text: str, found: re.Match[str], stack: list[tuple[str, int]]) -> tuple[str, str] | None:
    """Return what is wrong with a bracket, comment or text where it is, and keep account of open brackets."""
    sign = found[0]
    if sign in _CLOSING:
        stack.append((_CLOSING[sign], found.start()))
        return None if len(stack) <= DEPTH else ("nesting", f"Rules and brackets can be nested {DEPTH} deep.")
    if sign in _OPENING:
        return "unclosed", f"{_OPENING[sign]} is never closed."
    if sign.startswith("/*"):
        parted = _parted(text, found.start(), found.end())
        return None if parted else ("comment", "Put a space before or after this comment.")
    if sign in _CLOSED:
        wanted = stack.pop()[0] if stack else ""
        if wanted != sign:
            missing = f"A {wanted} is missing before this {sign}."
            return "unclosed", missing if wanted else f"This {sign} closes nothing."
    return None


def _parted(text: str, start: int, end: int) -> bool:
    """Whether what is before and after a comment are two words without it, too."""
    return not start or end == len(text) or bool(_APART.match(text[start - 1]) or _APART.match(text[end]))


def _at(text: str, at: int, kind: str, sentence: str) -> Problem:
    return Problem(STYLESHEET, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at), kind, sentence)


# writing


def tokens(text: str) -> list[Node]:
    """Return everything of a stylesheet, not yet told apart into rules."""
    from tinycss2 import parse_component_value_list

    found: list[Node] = parse_component_value_list(text, skip_comments=True)
    return found


def addresses(tokens: Iterable[Node]) -> Iterator[Node]:
    """Yield every ``url()`` among tokens, at whatever depth."""
    for one in tokens:
        if one.type == "url" or (one.type == "function" and one.lower_name == "url"):
            yield one
        elif one.type == "function":
            yield from addresses(one.arguments)
        elif one.type.endswith(" block"):
            yield from addresses(one.content)


def named(one: Node) -> str:
    """Return what a ``url()`` names; empty where it is not one text."""
    if one.type == "url":
        return str(one.value)
    parts = significant(one.arguments)
    return str(parts[0].value) if len(parts) == 1 and parts[0].type == "string" else ""


def rule_text(node: Node, address: Callable[[str], str]) -> str:
    """Return a rule or declaration as it is served, its pictures at their addresses."""
    if node.type == "declaration":
        important = "!important" if node.important else ""
        return f"{node.name}:{_text(node.value, address) or ' '}{important};"
    if node.type == "qualified-rule":
        return f"{_text(node.prelude, address)}{{{_body(node, address)}}}"
    if node.type == "at-rule":
        prelude = _text(node.prelude, address)
        opening = f"@{node.lower_at_keyword}{' ' if prelude else ''}{prelude}"
        return f"{opening};" if node.content is None else f"{opening}{{{_body(node, address)}}}"
    raise _unreadable(node)


def _unreadable(node: Node) -> ValueError:
    return ValueError(f"This stylesheet was not checked: line {node.source_line} cannot be read.")


def _body(node: Node, address: Callable[[str], str]) -> str:
    return "".join(rule_text(one, address) for one in inside(node.content))


def _text(tokens: Iterable[Node], address: Callable[[str], str]) -> str:
    """Return tokens as text: no comments, and one space where there was any white space, none at the ends."""
    written: list[str] = []
    for one in tokens:
        if one.type == "whitespace":
            if written and written[-1] != " ":
                written.append(" ")
        elif one.type != "comment":
            written.append(_token(one, address))
    return "".join(written).removesuffix(" ")


def _token(one: Node, address: Callable[[str], str]) -> str:
    if one.type == "url" or (one.type == "function" and one.lower_name == "url"):
        return f"url({_quoted(address(named(one)))})"
    if one.type == "function":
        return f"{one.name}({_text(one.arguments, address)})"
    if one.type == "() block":
        return f"({_text(one.content, address)})"
    if one.type == "[] block":
        return f"[{_text(one.content, address)}]"
    if one.type == "string":
        return _quoted(one.value)
    if one.type == "error":
        raise _unreadable(one)
    return str(one.serialize())


def _quoted(value: str) -> str:
    """Return a text in quotation marks; what passed the check never has both kinds, nor what would need a backslash."""
    mark = "'" if '"' in value else '"'
    if mark in value or "\\" in value or "\n" in value:
        message = "This stylesheet was not checked, or the address of a picture cannot stand in one."
        raise ValueError(message)
    return f"{mark}{value}{mark}"
