"""Looks at what a page of a theme has become, with a parser of HTML that is not ours."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser

_ELEMENTS = """
a abbr address article aside b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt em
figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p pre q s samp section small span
strong sub summary sup svg use path circle rect line polyline polygon g table tbody td tfoot th thead time tr u ul var
wbr
"""
_ATTRIBUTES = """
class id href src alt title lang dir hidden role rel target download height width tabindex datetime open start value
hreflang loading colspan rowspan scope viewbox d cx cy r rx ry x y x1 y1 x2 y2 points fill stroke stroke-width
stroke-linecap stroke-linejoin reversed translate cite
"""
ELEMENTS, ATTRIBUTES = frozenset(_ELEMENTS.split()), frozenset(_ATTRIBUTES.split())
"""Written here a second time: what the language lets through by mistake must not be taken for right."""
LEADING = ("/", "#", "?", "https://", "mailto:", "tel:")


class _Look(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ELEMENTS:
            self.found.append(f"the element {tag}")
        for name, value in attrs:
            self.found += _of_attribute(tag, name, value or "")

    def handle_comment(self, data: str) -> None:
        self.found.append(f"the comment {data}")

    def handle_decl(self, decl: str) -> None:
        self.found.append(f"the declaration {decl}")

    def handle_pi(self, data: str) -> None:
        self.found.append(f"the instruction {data}")

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def _of_attribute(tag: str, name: str, value: str) -> Iterator[str]:
    products = name == "data-ours" or (tag == "time" and name in {"data-day", "data-date"})
    if name not in ATTRIBUTES and not name.startswith(("aria-", "data-theme-")) and not products:
        yield f"the attribute {name} of {tag}"
    if name == "data-ours" and value:
        yield f"the value {value} in a hook"
    if name in {"href", "src", "cite"} and value:
        address = value.replace("\t", "").replace("\n", "").replace("\r", "").replace("\\", "/").strip()
        if not address.startswith(LEADING) or address.startswith("//"):
            yield f"the address {value}"
        if tag in {"img", "use"} and not address.startswith(("/", "#", "?")):
            yield f"the picture {value}"


def foreign(html: str) -> list[str]:
    """Return what is in a page that no theme can write; text that became markup is, too."""
    look = _Look()
    look.feed(html)
    if "<" in look.rawdata:
        look.found.append(f"the unfinished tag {look.rawdata[:20]}")
    look.close()
    return look.found


def text(html: str) -> str:
    """Return what a page says."""
    look = _Look()
    look.feed(html)
    look.close()
    return "".join(look.text)
