"""Reads a file into tokens that know their columns, and counts its shape before anything parses it.

Jinja2's parser recurses with each bracket and block, its lexer turns numbers and escapes into values, and some sources
make it fail with other errors than its own. So what it is given is bounded first. Lexing itself does not recurse.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from jinja2 import Environment, TemplateSyntaxError, nodes
from jinja2.lexer import TokenStream

from chalicelib.themes.language.findings import shown
from chalicelib.themes.language.vocabulary import NO_TAGS, OPENING, SYNTAX, TAGS

if TYPE_CHECKING:
    from chalicelib.themes.language.limits import Limits

_NEWLINE = re.compile(r"\r\n?")
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
"""Controls, what some read as the end of a line, overrides of direction, half characters, and byte order marks."""
_LONGEST_NUMBER: Final = 9
_FREE: Final = frozenset({"whitespace", "data"})
"""Tokens that are not counted: a regular expression finds each whole."""
_BRACKETS: Final = {"(": 1, "[": 1, "{": 1, ")": -1, "]": -1, "}": -1}


class Line(int):
    """The number of a line, which is what Jinja2's nodes keep of their place; this one knows the column, too."""

    column: int = 0

    @classmethod
    def at(cls, line: int, column: int) -> Line:
        """Return a line with a column, both from 1."""
        made = cls(line)
        made.column = column
        return made

    def moved(self, text: str) -> Line:
        """Return the place behind a text that begins here."""
        lines = text.count("\n")
        return Line.at(self + lines, len(text) - text.rfind("\n") if lines else self.column + len(text))


class Token(NamedTuple):
    """One token of Jinja2's lexer, as it stands in the file."""

    line: Line
    kind: str
    value: str


class Unreadable(Exception):
    """Why a file cannot be read on: place, stable word, and sentence for people."""

    def __init__(self, at: Line, kind: str, sentence: str) -> None:
        super().__init__(sentence)
        self.at, self.kind, self.sentence = at, kind, sentence


class _Parsing(Environment):
    """Parses tokens that were made, and counted, before. Never compiles."""

    def __init__(self, tokens: list[Token]) -> None:
        super().__init__(autoescape=True, **SYNTAX)  # type: ignore[arg-type]  # switches
        self._tokens = tokens

    def _tokenize(self, *_: object, **__: object) -> TokenStream:
        return TokenStream(self.lexer.wrap(self._tokens), None, None)


_LEXER: Final = Environment(autoescape=True, **SYNTAX).lexer  # type: ignore[arg-type]  # switches


def parse(source: str, limits: Limits) -> tuple[nodes.Template, int]:
    """Return the tree of a file, whose lines know their columns, and how many tokens it has; or raise Unreadable."""
    tokens, counted = _Shape(limits).read(source)
    try:
        return _Parsing(tokens).parse(""), counted
    except TemplateSyntaxError as error:
        at = error.lineno if isinstance(error.lineno, Line) else Line(error.lineno)
        raise Unreadable(at, "syntax", _cannot_be_read(error)) from error


def tokens(source: str) -> Iterator[Token]:
    """Yield the tokens of a file one by one, so that whoever has seen enough stops; or raise Unreadable."""
    text = _NEWLINE.sub("\n", source)
    position, here = 0, Line.at(1, 1)
    lexed = _LEXER.tokeniter(source, None)
    while True:
        try:
            _, kind, value = next(lexed)
        except StopIteration:
            return
        except TemplateSyntaxError as error:
            raise Unreadable(here, "syntax", _reason(error, text[position : position + 1])) from error
        begins = text.find(value, position)
        here = here.moved(text[position:begins])
        yield Token(here, kind, value)
        position, here = begins + len(value), here.moved(value)


def _reason(error: TemplateSyntaxError, found: str) -> str:
    message = error.message or ""
    if message.startswith("unexpected char"):
        return f"The character {found} cannot be here. If it begins a text in quotes, the text has no end."
    return _cannot_be_read(error)


def _cannot_be_read(error: TemplateSyntaxError) -> str:
    return f"This cannot be read: {(error.message or '').removesuffix('.')}."


class _Shape:
    """Goes over the tokens of a file, and stops at the first that is too much."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._depth = self._brackets = self._counted = 0
        self._tag: list[Token] = []
        """The tag that the tokens are in, from its bracket on."""
        self._unnamed = False
        self._kinds: dict[str, Callable[[Token], None]] = {
            "integer": _check_number,
            "float": _check_number,
            "string": self._check_text,
            "operator": self._bracket,
            "block_end": self._end,
            "variable_end": self._end,
        }

    def read(self, source: str) -> tuple[list[Token], int]:
        """Return all tokens and the number of those that count."""
        self._check_characters(source)
        read: list[Token] = []
        for one in tokens(source):
            read.append(one)
            if one.kind not in _FREE:
                self._count(one)
                self._token(one)
        return read, self._counted

    def _check_characters(self, source: str) -> None:
        if found := _FORBIDDEN.search(source):
            at = Line.at(1, 1).moved(_NEWLINE.sub("\n", source[: found.start()]))
            code = f"U+{ord(found[0]):04X}"
            raise Unreadable(at, "character", f"Remove the character {code}, which cannot be seen.")
        size = len(source.encode())
        if size > self._limits.file:
            limit = self._limits.file // 1024
            raise Unreadable(
                Line.at(1, 1), "size", f"A file has at most {limit} KB; this one has {-(-size // 1024)} KB."
            )

    def _count(self, one: Token) -> None:
        self._counted += 1
        if self._counted > self._limits.tokens:
            most = f"{self._limits.tokens:,}"
            raise Unreadable(one.line, "size", f"A file has at most {most} words and signs in its tags; split it.")

    def _token(self, one: Token) -> None:
        if one.kind == "raw_begin":
            raise Unreadable(one.line, "tag", f"There is no tag raw. {NO_TAGS['raw']}")
        if one.kind in {"block_begin", "variable_begin"}:
            self._tag, self._brackets, self._unnamed = [one], 0, one.kind == "block_begin"
            return
        if not self._tag:  # a comment, or the end of one
            return
        self._tag.append(one)
        if len(self._tag) > self._limits.tag:
            raise Unreadable(self._tag[0].line, "size", f"A tag has at most {self._limits.tag} words and signs.")
        if self._unnamed:
            self._begin(one)
        elif look := self._kinds.get(one.kind):
            look(one)
        if self._depth + self._brackets > self._limits.nesting:
            most = self._limits.nesting
            raise Unreadable(one.line, "nesting", f"At most {most} blocks and brackets can be open at once.")

    def _begin(self, one: Token) -> None:
        """Take the name of a tag."""
        self._unnamed = False
        if one.kind != "name":
            raise Unreadable(one.line, "tag", "A tag begins with its name.")
        if one.value not in TAGS:
            why = NO_TAGS.get(one.value, f"Tags are {', '.join(name for name in TAGS if not name.startswith('end'))}.")
            raise Unreadable(one.line, "tag", f"There is no tag {shown(one.value)}. {why}")
        self._depth = max(0, self._depth + (one.value in OPENING) - one.value.startswith("end"))

    def _bracket(self, one: Token) -> None:
        self._brackets += _BRACKETS.get(one.value, 0)

    def _end(self, _: Token) -> None:
        """Take the end of a tag or value."""
        tag, self._tag = self._tag, []
        if tag[0].kind != "block_begin":
            return
        _, name, *rest, end = tag
        if name.value in {"include", "extends"} and [one.kind for one in rest] != ["string"]:
            at = rest[0].line if rest else end.line
            sentence = f"After {name.value} comes the name of one file in quotes, and nothing more."
            raise Unreadable(at, "file", sentence)
        if name.value == "set" and [one.value for one in rest[1:2]] != ["="]:
            self._depth += 1

    def _check_text(self, one: Token) -> None:
        if "\\" in one.value:
            sentence = "Texts have no backslash; a text with ' in it stands in \", and the other way round."
            raise Unreadable(one.line, "character", sentence)
        if len(one.value) > self._limits.text:
            raise Unreadable(one.line, "size", f"A text in quotes has at most {self._limits.text:,} characters.")


def _check_number(one: Token) -> None:
    if one.kind == "float" or not one.value.isdecimal() or len(one.value) > _LONGEST_NUMBER:
        raise Unreadable(one.line, "number", f"Numbers are whole and have at most {_LONGEST_NUMBER} digits.")
