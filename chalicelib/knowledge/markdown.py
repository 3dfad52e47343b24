"""Markdown to the HTML that readers are shown, when an article is published and in the editor's preview.

CommonMark with tables and strikethrough. HTML in it stays text; what comes out passes an allow-list once more, so that
neither a fault of the parser nor one of ours reaches a reader. The only pictures are the knowledge base's own.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import nh3
from markdown_it import MarkdownIt
from markupsafe import escape

from chalicelib.knowledge.article import IMAGE, check_length
from chalicelib.knowledge.model import Heading
from chalicelib.records import dataclass
from chalicelib.refusals import SettingRefused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markdown_it.rules_block import StateBlock
    from markdown_it.token import Token

MAX_HTML: Final = 250_000
"""Bytes of HTML of one article: it is kept in one item."""
_MAX_KEPT: Final = 380_000
"""Bytes of that and the headings, which lie in the same item; one can have 400 KB."""
WORDS_A_MINUTE: Final = 200
CHARACTERS_A_MINUTE: Final = 500
"""Of scripts that write without spaces."""
_NESTING: Final = 12
"""Levels of lists (two each) and quotes (one each) inside each other."""
_MAX_CELLS: Final = 8_000
"""Cells of all tables, also those that Markdown adds where a row is short: making them is what costs."""
_DELIMITERS: Final = re.compile(r"[ \t>]*+\|?+[ \t]*+:?+-[-:| \t]*+")
"""The line below a table's head. Nothing is tried twice (``+``), or a line of 40,000 spaces would take a minute."""
_TOO_LARGE: Final = "This text becomes too large a page. Make two articles of it."
_MAX_HEADINGS: Final = 200
_LEVELS: Final = (2, 4)

_TAGS: Final = {
    "a", "blockquote", "br", "code", "del", "div", "em", "h2", "h3", "h4", "hr", "img", "li", "ol", "p", "pre", "s",
    "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES: Final = {
    "a": {"href", "title"},
    "img": {"src", "alt", "title", "loading"},
    "h2": {"id"},
    "h3": {"id"},
    "h4": {"id"},
    "ol": {"start"},
    "pre": {"tabindex"},
    "div": {"tabindex"},
}
_CLASSES: Final = {"div": {"scroll"}, "td": {"end", "center"}, "th": {"end", "center"}}
_SCHEMES: Final = {"http", "https", "mailto", "tel"}
_ALIGNED: Final = {"text-align:right": "end", "text-align:center": "center"}
_UNSPACED: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0e7f]")
_WORD: Final = re.compile(r"\w+(?:['’-]\w+)*")


@dataclass(frozen=True, slots=True)
class Rendered:
    """An article's text, rendered. ``text`` is plain, for search; ``images`` are the ids of its pictures."""

    html: str
    text: str
    headings: tuple[Heading, ...]
    minutes: int
    images: tuple[str, ...]


def render(body: str) -> Rendered:
    """Return Markdown rendered, or refuse (field ``body``) what is too long once it is HTML."""
    check_length(body)
    tokens = _parser().parse(body)
    if _weight(tokens) > MAX_HTML:  # before it is made: a long address used a thousand times is a hundred megabytes
        raise SettingRefused(_TOO_LARGE, field="body")
    headings = _headings(tokens)
    images: dict[str, None] = {}
    said: list[str] = []
    for token in tokens:
        if token.type == "inline":
            said.append(_plain(token.children or (), images))
        elif token.type in {"fence", "code_block"}:
            said.append(token.content)
        elif token.type in {"th_open", "td_open"}:
            style = str(token.attrs.pop("style", ""))
            if style in _ALIGNED:
                token.attrs["class"] = _ALIGNED[style]
    html = _safe(_parser().renderer.render(tokens, _parser().options, {}))
    size = len(html.encode())
    if size > MAX_HTML or size + sum(len(f"{one.id}{one.text}".encode()) for one in headings) > _MAX_KEPT:
        raise SettingRefused(_TOO_LARGE, field="body")
    text = "\n".join(part.strip() for part in said if part.strip())
    return Rendered(html, text, tuple(headings), minutes(text), tuple(images))


def minutes(text: str) -> int:
    """Return how many minutes reading a plain text takes, at least 1."""
    unspaced = len(_UNSPACED.findall(text))
    words = len(_WORD.findall(_UNSPACED.sub(" ", text))) if unspaced else len(_WORD.findall(text))
    return max(1, round(words / WORDS_A_MINUTE + unspaced / CHARACTERS_A_MINUTE))


@cache
def _parser() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": False, "maxNesting": _NESTING + 4, "langPrefix": ""})
    made.enable(["table", "strikethrough"])
    made.block.ruler.before(
        "table", "bounds", lambda state, line, end, silent: not silent and _bounds(state, line, end)
    )
    renderer: Any = made.renderer
    rules = renderer.rules
    rules["image"] = _image
    rules["table_open"] = lambda *_: '<div class="scroll" tabindex="0"><table>\n'
    rules["table_close"] = lambda *_: "</table></div>\n"
    rules["fence"] = rules["code_block"] = _code
    return made


def _bounds(state: StateBlock, line: int, end: int) -> bool:
    """Refuse what the parser would leave out without a word, or spend seconds on; never take a line itself."""
    if state.level > _NESTING:
        raise SettingRefused("Put at most six lists or quotes into each other.", field="body")
    if line + 2 < end and "|" in state.getLines(line, line + 1, 0, keepLastLF=False):
        below = state.getLines(line + 1, line + 2, 0, keepLastLF=False)
        if _DELIMITERS.fullmatch(below):
            rows = next((at for at in range(line + 2, end) if state.isEmpty(at)), end) - line
            cells = state.env["cells"] = state.env.get("cells", 0) + rows * (below.strip(" \t>|").count("|") + 1)
            if cells > _MAX_CELLS:
                raise SettingRefused("The tables have too many cells. Make two articles of it.", field="body")
    return False


def _weight(tokens: Sequence[Token]) -> int:
    """Return about how many characters the HTML of a text has in its addresses and words."""
    return sum(
        len(token.content) + sum(len(str(value)) for value in token.attrs.values())
        for outer in tokens
        for token in (outer.children or (outer,))
    )


def _code(tokens: Sequence[Token], place: int, *_: object) -> str:
    return f'<pre tabindex="0"><code>{escape(tokens[place].content)}</code></pre>\n'


def _image(tokens: Sequence[Token], place: int, *_: object) -> str:
    """Return a picture of ours, and of others a link: loading them would tell a third party who reads what."""
    token = tokens[place]
    source, words = str(token.attrs.get("src", "")), _plain(token.children or (), {})
    if IMAGE.fullmatch(source):
        return f'<img src="{escape(source)}" alt="{escape(words)}" loading="lazy">'
    return f'<a href="{escape(source)}">{escape(words or source)}</a>'


def _plain(tokens: Sequence[Token], images: dict[str, None]) -> str:
    parts: list[str] = []
    for token in tokens:
        if token.type == "image":
            found = IMAGE.fullmatch(str(token.attrs.get("src", "")))
            if found:
                images[found[1]] = None
            parts.append(_plain(token.children or (), images))
        elif token.type in {"softbreak", "hardbreak"}:
            parts.append(" ")
        else:
            parts.append(token.content)
    return "".join(parts)


def _headings(tokens: Sequence[Token]) -> list[Heading]:
    """Give every heading its level (the page's title is the first) and an id, and return them all."""
    opened = [place for place, token in enumerate(tokens) if token.type == "heading_open"]
    shift = 2 - min((int(tokens[place].tag[1]) for place in opened), default=2)
    found: list[Heading] = []
    used: dict[str, int] = {}
    for place in opened:
        level = max(_LEVELS[0], min(_LEVELS[1], int(tokens[place].tag[1]) + shift))
        text = " ".join(_plain(tokens[place + 1].children or (), {}).split())
        name = "-".join(re.findall(r"[^\W_]+", text.lower()))[:60].strip("-") or "section"
        used[name] = used.get(name, 0) + 1
        # The letter in front keeps ids of articles apart from those of the page.
        identifier = f"s-{name}" if used[name] == 1 else f"s-{name}--{used[name]}"
        tokens[place].tag = tokens[place + 2].tag = f"h{level}"
        tokens[place].attrs["id"] = identifier
        if text and len(found) < _MAX_HEADINGS:
            found.append(Heading(level, identifier, text[:200]))
    return found


def _safe(html: str) -> str:
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        allowed_classes=_CLASSES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer",
        attribute_filter=_kept,
    )


def _kept(tag: str, attribute: str, value: str) -> str | None:
    """Return an attribute's value, or None where it must go."""
    if tag == "img" and attribute == "src":
        return value if IMAGE.fullmatch(value) else None
    if tag == "a" and attribute == "href":
        # A path that begins with two slashes names another host, whatever separates them.
        plain = re.sub(r"[\x00-\x20\\]", lambda found: "/" if found[0] == "\\" else "", value)
        return None if plain.startswith("//") else value
    return value
