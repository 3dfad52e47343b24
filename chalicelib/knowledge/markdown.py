"""Markdown to the HTML that readers are shown, when an article is published and in the editor's preview.

CommonMark with what :mod:`chalicelib.knowledge.dialect` adds. HTML in it stays text; what comes out passes an
allow-list once more, so that neither a fault of the parser nor one of ours reaches a reader. The only pictures are the
knowledge base's own. When what comes out changes, ``RENDERING`` of ``article.py`` is counted up, and the table's form.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, unquote

import nh3
from markupsafe import escape

from chalicelib.knowledge.article import IMAGE, check_length
from chalicelib.knowledge.dialect import parser
from chalicelib.knowledge.model import Heading
from chalicelib.links import links, mail_in
from chalicelib.records import dataclass
from chalicelib.refusals import SettingRefused

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it import MarkdownIt
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
    "span", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES: Final = {
    "a": {"href", "title", "dir"},
    "img": {"src", "alt", "title", "loading"},
    "h2": {"id"},
    "h3": {"id"},
    "h4": {"id"},
    "span": {"id"},
    "ol": {"start"},
    "pre": {"tabindex"},
    "div": {"tabindex"},
}
_CLASSES: Final = {"div": {"scroll"}, "td": {"end", "center"}, "th": {"end", "center"}, "li": {"task"}}
SCHEMES: Final = {"http", "https", "mailto", "tel"}
_ALIGNED: Final = {"text-align:right": "end", "text-align:center": "center"}
_HOST: Final = re.compile(r"(?:[^\W_][\w-]*\.)+([^\W\d_]{2,24}|xn--[a-z0-9-]+)(?::\d{1,5})?(?=[/?#]|$)", re.IGNORECASE)
_FILES: Final = frozenset(
    (
        "asp",
        "aspx",
        "css",
        "csv",
        "doc",
        "docx",
        "exe",
        "gif",
        "heic",
        "htm",
        "html",
        "ics",
        "jpeg",
        "jpg",
        "js",
        "json",
        "md",
        "mov",
        "odt",
        "pdf",
        "php",
        "png",
        "ppt",
        "pptx",
        "py",
        "svg",
        "txt",
        "webp",
        "xls",
        "xlsx",
        "xml",
        "yml",
        "zip",
    )
)
"""What follows the full stop in names of files, and not in those of sites."""
_PART: Final = re.compile(r"((?:(?:/internal)?/articles/)?[A-Za-z0-9%-]+(?:\?[^#]*)?)#(.+)", re.DOTALL)
"""A part of an article, as other articles lead to it."""
PAGES_OWN: Final = frozenset({"helpful"})
"""What links can lead to on the page of an article besides its headings."""
_UNMADE: Final = re.compile(r"\[([^\[\]\n]{1,200})\]\(([^)\n]{1,300})\)")
_UNSPACED: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\u0e00-\u0e7f]")
_WORD: Final = re.compile(r"\w+(?:['’-]\w+)*")


@dataclass(frozen=True, slots=True)
class Rendered:
    """An article's text, rendered. ``text`` is plain, for search; ``images`` are the ids of its pictures.

    ``leads`` are its links, words and address; ``unmade`` what was written as a link and is none; ``ids`` what its own
    links can lead to.
    """

    html: str
    text: str
    headings: tuple[Heading, ...]
    minutes: int
    images: tuple[str, ...]
    leads: tuple[tuple[str, str], ...] = ()
    unmade: tuple[tuple[str, str], ...] = ()
    ids: frozenset[str] = frozenset()


def render(body: str) -> Rendered:
    """Return Markdown rendered, or refuse (field ``body``) what is too long once it is HTML."""
    check_length(body)
    tokens = _parser().parse(body)
    headings, ids = _headings(tokens)
    leads = tuple(_leads(tokens, ids))
    if _weight(tokens) > MAX_HTML:  # before it is made: a long address used a thousand times is a hundred megabytes
        raise SettingRefused(_TOO_LARGE, field="body")
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
    unmade = tuple(dict.fromkeys(_unmade(tokens)))
    return Rendered(html, text, tuple(headings), minutes(text), tuple(images), leads, unmade, frozenset(ids))


def minutes(text: str) -> int:
    """Return how many minutes reading a plain text takes, at least 1."""
    unspaced = len(_UNSPACED.findall(text))
    words = len(_WORD.findall(_UNSPACED.sub(" ", text))) if unspaced else len(_WORD.findall(text))
    return max(1, round(words / WORDS_A_MINUTE + unspaced / CHARACTERS_A_MINUTE))


@cache
def _parser() -> MarkdownIt:
    made = parser(_NESTING + 4, _bounds)
    renderer: Any = made.renderer
    rules = renderer.rules
    rules["image"] = _image
    rules["table_open"] = lambda *_: '<div class="scroll" tabindex="0"><table>\n'
    rules["table_close"] = lambda *_: "</table></div>\n"
    rules["fence"] = rules["code_block"] = _code
    rules["heading_open"] = _heading
    return made


def _bounds(state: StateBlock, line: int, end: int) -> None:
    """Refuse what the parser would leave out without a word, or spend seconds on."""
    if state.level > _NESTING:
        raise SettingRefused("Put at most six lists or quotes into each other.", field="body")
    if line + 2 < end and "|" in state.getLines(line, line + 1, 0, keepLastLF=False):
        below = state.getLines(line + 1, line + 2, 0, keepLastLF=False)
        if _DELIMITERS.fullmatch(below):
            rows = next((at for at in range(line + 2, end) if state.isEmpty(at)), end) - line
            cells = state.env["cells"] = state.env.get("cells", 0) + rows * (below.strip(" \t>|").count("|") + 1)
            if cells > _MAX_CELLS:
                raise SettingRefused("The tables have too many cells. Make two articles of it.", field="body")


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


def _headings(tokens: Sequence[Token]) -> tuple[list[Heading], set[str]]:
    """Give every heading its level (the page's title is the first) and an id; return them all, and all ids.

    An id that an earlier version of this code gave a heading is kept beside the new one, where they differ.
    """
    opened = [place for place, token in enumerate(tokens) if token.type == "heading_open"]
    shift = 2 - min((int(tokens[place].tag[1]) for place in opened), default=2)
    found: list[Heading] = []
    used: dict[str, int] = {}
    used_before: dict[str, int] = {}
    before: list[tuple[Token, str]] = []
    ids: set[str] = set()
    for place in opened:
        level = max(_LEVELS[0], min(_LEVELS[1], int(tokens[place].tag[1]) + shift))
        text = " ".join(_plain(tokens[place + 1].children or (), {}).split())
        identifier = _identifier(_name(text), used)
        old = "-".join(re.findall(r"[^\W_]+", text.lower()))[:60].strip("-")
        before.append((tokens[place], _identifier(old, used_before)))
        ids.add(identifier)
        tokens[place].tag = tokens[place + 2].tag = f"h{level}"
        tokens[place].attrs["id"] = identifier
        if text and len(found) < _MAX_HEADINGS:
            found.append(Heading(level, identifier, text[:200]))
    for token, old in before:
        if old not in ids:
            ids.add(old)
            token.meta["before"] = old
    return found, ids


def _identifier(name: str, used: dict[str, int]) -> str:
    """Return an id that no other heading has."""
    name = name or "section"
    used[name] = used.get(name, 0) + 1
    # The letter in front keeps ids of articles apart from those of the page.
    return f"s-{name}" if used[name] == 1 else f"s-{name}--{used[name]}"


def _name(text: str) -> str:
    """Return the words of a heading joined by hyphens; vowel signs and accents belong to the letter before them."""
    kept: list[str] = []
    for one in unicodedata.normalize("NFC", text[:200].lower()):
        mark = unicodedata.category(one) in {"Mn", "Mc"} and not "\ufe00" <= one <= "\ufe0f" and one < "\U000e0000"
        kept.append(one if one.isalnum() or (mark and kept and kept[-1] != " ") else " ")
    return "-".join("".join(kept).split())[:60].strip("-")


def _heading(tokens: Sequence[Token], place: int, *_: object) -> str:
    token = tokens[place]
    before = f'<span id="{escape(token.meta["before"])}"></span>' if "before" in token.meta else ""
    return f'<{token.tag} id="{escape(token.attrs["id"])}">{before}'


# links


def _leads(tokens: Sequence[Token], ids: set[str]) -> Iterator[tuple[str, str]]:
    """Let each link lead to what was meant; yield its words and its address. Pictures of others are links too."""
    for outer in tokens:
        opened: list[tuple[str, int]] = []
        children = outer.children or ()
        for place, token in enumerate(children):
            if token.type == "link_open":
                address = token.attrs["href"] = _meant(str(token.attrs.get("href", "")), ids)
                if token.info == "auto":  # its words are an address, which is written from left to right
                    token.attrs["dir"] = "ltr"
                opened.append((address, place))
            elif token.type == "link_close" and opened:
                address, start = opened.pop()
                yield _plain(children[start:place], {}), address
            elif token.type == "image" and not IMAGE.fullmatch(str(token.attrs.get("src", ""))):
                yield _plain(token.children or (), {}), str(token.attrs.get("src", ""))


def _meant(address: str, ids: set[str]) -> str:
    """Return the address that somebody meant who wrote one: of a heading, a site or mail without its scheme."""
    if address.startswith("#"):
        name = unquote(address[1:])
        meant = next((one for one in (name, f"s-{name}", f"s-{_name(name)}") if one in ids), None)
        return f"#{quote(meant)}" if meant else address
    if address.startswith(("/articles/", "/internal/articles/")) or not re.match(
        r"[/?.]|[A-Za-z][A-Za-z0-9+.-]*:(?!\d)", address
    ):
        plain = unquote(address)
        site = _HOST.match(plain)
        first = next(links(plain), None)
        if first and first.start == 0 and plain[:4].lower() == "www.":
            return _parser().normalizeLink(f"https://{plain}")
        if site and (site[1].lower() not in _FILES or site[0].count(".") > 1):
            return _parser().normalizeLink(f"https://{plain}")
        if mail := mail_in(plain):
            return mail
        if (part := _PART.fullmatch(address)) and not unquote(part[2]).startswith("s-") and part[2] not in PAGES_OWN:
            return f"{part[1]}#{quote('s-' + _name(unquote(part[2])))}"
    return address


def _unmade(tokens: Sequence[Token]) -> Iterator[tuple[str, str]]:
    """Yield what was written as a link and is none, its words and its address: that has a space, or a bad scheme."""
    for outer in tokens:
        if outer.type == "inline":
            children = [one for one in outer.children or () if one.info != "auto"]
            text = "".join(one.content if one.type == "text" else "\n" for one in children)
            yield from (found.groups() for found in _UNMADE.finditer(text))  # type: ignore[misc]  # it has two


def _safe(html: str) -> str:
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        allowed_classes=_CLASSES,
        url_schemes=SCHEMES,
        link_rel="noopener noreferrer",
        attribute_filter=_kept,
    )


def _kept(tag: str, attribute: str, value: str) -> str | None:
    """Return an attribute's value, or None where it must go."""
    if attribute in {"id", "dir"}:
        return value if value.startswith("s-") or (attribute, value) == ("dir", "ltr") else None
    if tag == "img" and attribute == "src":
        return value if IMAGE.fullmatch(value) else None
    if tag == "a" and attribute == "href":
        # A path that begins with two slashes names another host, whatever separates them.
        plain = re.sub(r"[\x00-\x20\\]", lambda found: "/" if found[0] == "\\" else "", value)
        return None if plain.startswith("//") else value
    return value
