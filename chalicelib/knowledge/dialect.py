"""What articles' Markdown has beyond CommonMark: tables, strikethrough, remarks, ``<br>``, task lists, bare addresses.

HTML stays off. Where a text has no spaces between words, marks of emphasis work beside its punctuation, as in
``**重要：**文字``: the rule of https://github.com/tats-u/markdown-cjk-friendly, for Thai and Burmese too.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final

from markdown_it import MarkdownIt
from markdown_it.common.utils import isWhiteSpace
from markdown_it.parser_inline import ParserInline
from markdown_it.rules_inline.state_inline import Scanned, StateInline
from markdown_it.token import Token

from chalicelib.links import links

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.rules_block import StateBlock
    from markdown_it.rules_core import StateCore
    from markdown_it.utils import EnvType

_UNSPACED: Final = re.compile(
    "[\u0e00-\u0fff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u9fff\ua000-\ua4cf\ua960-\ua97f\uac00-\ud7ff"
    "\uf900-\ufaff\ufe30-\ufe4f\uff01-\uffee\U00016fe0-\U00018fff\U0001b000-\U0001b2ff\U0001f200-\U0001f2ff"
    "\U00020000-\U0003ffff]"
)
"""Letters and marks of scripts that put no spaces around a word that is emphasized."""
_BREAK: Final = re.compile(r"<[bB][rR][ \t]*/?>")
_TASK: Final = re.compile(r"\[([ xX])\](?=\s)")
_BOXES: Final = {" ": "☐", "x": "☑", "X": "☑"}
REMARK, REMARK_ENDS = "<!--", "-->"


def parser(nesting: int, bounds: Callable[[StateBlock, int, int], None]) -> MarkdownIt:
    """Return a parser that is asked for ``bounds`` before each block: a state, the block's line, where it ends."""
    options: Any = {"html": False, "maxNesting": nesting, "langPrefix": ""}
    made = MarkdownIt()
    made.inline = _Inline()
    made.configure("commonmark", options_update=options)
    made.enable(["table", "strikethrough"])

    def bounded(state: StateBlock, line: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - the parser's own form
        if not silent:
            bounds(state, line, end)
        return False

    made.block.ruler.before("table", "bounds", bounded)
    made.block.ruler.before("html_block", "remark", _remark, {"alt": ["paragraph", "reference", "blockquote"]})
    made.inline.ruler.before("html_inline", "small", _small)
    made.core.ruler.push("tasks", _tasks)
    made.core.ruler.push("bare", _bare)
    return made


class _Inline(ParserInline):
    """Parses with a state of ours; the parser has no other place to name one."""

    def parse(self, src: str, md: MarkdownIt, env: EnvType, tokens: list[Token]) -> list[Token]:
        state = _State(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


class _State(StateInline):
    """Knows where emphasis may begin and end beside letters and marks that stand without spaces."""

    def scanDelims(self, start: int, canSplitWord: bool) -> Scanned:  # noqa: N802, N803, FBT001 - the parser's names
        scanned = super().scanDelims(start, canSplitWord)
        if not canSplitWord:  # "_" is part of words
            return scanned
        end = start + scanned.length
        before = self.src[start - 1] if start else " "
        after = self.src[end] if end < self.posMax else " "
        if not (_UNSPACED.match(before) or _UNSPACED.match(after)):
            return scanned
        return Scanned(not isWhiteSpace(ord(after)), not isWhiteSpace(ord(before)), scanned.length)


def _remark(state: StateBlock, line: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - the parser's own form
    """Leave out a remark that has its lines for itself. Others are left to :func:`_small`, or stay text."""
    start = state.bMarks[line] + state.tShift[line]
    if not state.src.startswith(REMARK, start) or state.is_code_block(line):
        return False
    ends = state.env.get("remarks_end")
    if ends is None:  # once: a text can have thousands of remarks that never end
        ends = state.env["remarks_end"] = [found.start() for found in re.finditer(REMARK_ENDS, state.src)]
    place = bisect_left(ends, start + len(REMARK))
    if place == len(ends):
        return False
    last = bisect_left(state.eMarks, ends[place], line, end)
    if last >= end or state.src[ends[place] + len(REMARK_ENDS) : state.eMarks[last]].strip():
        return False
    outside = f"outside {state.blkIndent}"
    if line < state.env.get(outside, 0) <= last:  # looked for before
        return False
    for one in range(line + 1, last + 1):
        if state.sCount[one] < state.blkIndent and not state.isEmpty(one):  # the list that it is in has ended
            state.env[outside] = one
            return False
    if not silent:
        state.line = last + 1
    return True


def _small(state: StateInline, silent: bool) -> bool:  # noqa: FBT001 - the parser's own form
    """Take a remark within a line, and ``<br>``, which is the only way to a second line in a cell."""
    if state.src.startswith(REMARK, state.pos):
        if state.html_terminator_last(REMARK_ENDS) < state.pos + len(REMARK):
            return False
        end = state.src.find(REMARK_ENDS, state.pos + len(REMARK)) + len(REMARK_ENDS)
        if end > state.posMax:
            return False
        state.pos = end
        return True
    found = _BREAK.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        state.push("hardbreak", "br", 0)
    state.pos = found.end()
    return True


def _tasks(state: StateCore) -> None:
    """Make boxes of ``[ ]`` and ``[x]`` at the beginning of what a list has."""
    for item, _, inline in zip(state.tokens, state.tokens[1:], state.tokens[2:], strict=False):
        if item.type != "list_item_open" or inline.type != "inline" or not inline.children:
            continue
        first = inline.children[0]
        found = _TASK.match(first.content) if first.type == "text" else None
        if found:
            first.content = _BOXES[found[1]] + first.content[found.end() :]
            item.attrSet("class", "task")


def _bare(state: StateCore) -> None:
    """Make links of addresses that stand in the text by themselves."""
    for token in state.tokens:
        if token.type == "inline" and token.children:
            token.children = list(_linked(state.md, token.children))


def _linked(md: MarkdownIt, children: Sequence[Token]) -> Iterator[Token]:
    inside = 0
    for token in children:
        inside += token.nesting if token.type in {"link_open", "link_close"} else 0
        if token.type != "text" or inside:
            yield token
            continue
        position = 0
        for start, end, href in links(token.content):
            address = md.normalizeLink(href)
            if not md.validateLink(address):
                continue
            yield from _text(token, token.content[position:start])
            opened = Token("link_open", "a", 1, level=token.level, info="auto")
            opened.attrs = {"href": address}
            yield opened
            yield from _text(token, token.content[start:end])
            yield Token("link_close", "a", -1, level=token.level, info="auto")
            position = end
        yield from _text(token, token.content[position:])


def _text(like: Token, content: str) -> Iterator[Token]:
    if content:
        yield Token("text", "", 0, content=content, level=like.level)
