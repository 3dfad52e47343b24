"""The elements and attributes that a theme can write itself. Everything else is the product's: its slots and hooks."""

from __future__ import annotations

import re
from typing import Final

_ELEMENTS = """
a abbr address article aside b bdi bdo blockquote br caption cite code col colgroup dd del details dfn div dl dt em
figcaption figure footer h1 h2 h3 h4 h5 h6 header hr i img ins kbd li main mark nav ol p pre q s samp section small span
strong sub summary sup svg table tbody td tfoot th thead time tr u ul var wbr
"""
_ATTRIBUTES = """
class id href src alt title lang dir hidden role rel target download height width tabindex datetime open start value
hreflang loading colspan rowspan scope viewbox d cx cy r rx ry x y x1 y1 x2 y2 points fill stroke stroke-width
stroke-linecap stroke-linejoin reversed translate cite
"""
ELEMENTS: Final = frozenset(_ELEMENTS.split())
"""Elements of HTML; ``svg`` begins a drawing."""
SHAPES: Final = frozenset({"use", "path", "circle", "rect", "line", "polyline", "polygon", "g"})
"""Elements inside a drawing, and only there."""
ATTRIBUTES: Final = frozenset(_ATTRIBUTES.split())
_FREE = re.compile(r"(?:aria-[a-z]{1,40}|data-theme-[a-z0-9-]{1,40})")
ADDRESSES: Final = frozenset({"href", "src", "cite"})
"""Attributes whose values lead somewhere."""
_COLOUR = re.compile(r"(?:[a-z]{1,30}|#[0-9a-f]{3,8})?", re.IGNORECASE)
FIXED: Final = {
    "target": (re.compile(r"(?:_blank)?"), "The only target is _blank."),
    "fill": (_COLOUR, "A colour of a drawing is a word, such as currentColor, or # and digits."),
    "stroke": (_COLOUR, "A colour of a drawing is a word, such as currentColor, or # and digits."),
}
"""Attributes whose values are written out: what they may be, and the sentence that says so."""

# A browser turns a backslash into a slash, leaves out tabs and line ends, and reads character references: any of them
# could make another host, or a script, of what looks like an address of the product.
_REST = r"(?:[^\s\\&<>]|&amp;)*"
_ADDRESS = re.compile(rf"(?:#|/(?![/\\])|https://(?![/\\])|mailto:|tel:){_REST}|")
_LOCAL = re.compile(rf"(?:#|/(?![/\\])){_REST}|")
_SETTLED = re.compile(rf"(?:/(?![/\\])[^\s\\&<>?#]|https://[^\s\\&<>?#/]+/){_REST}")
_OPEN = re.compile(rf"(?:(?:#|mailto:|tel:)|(?:/|https://[^\s\\&<>?#/]+)[^?#]*[?#]){_REST}")

WHY_NOT: Final = {
    "style": "Styles belong in the theme's stylesheet.",
    "srcset": "A picture has one address, in src.",
    "xlink:href": "Write href.",
    "name": "Forms are the product's; an id makes a place to link to.",
}


def is_attribute(name: str) -> bool:
    """Tell whether a theme can write an attribute of this name."""
    return name in ATTRIBUTES or _FREE.fullmatch(name) is not None


def why_no_attribute(name: str) -> str:
    """Return the sentence that refuses an attribute."""
    if name.startswith("data-"):
        return "Attributes of a theme's own begin with data-theme-; those for the product's script come from hooks."
    if name.startswith("on"):
        return "Themes have no scripts."
    return WHY_NOT.get(name, f"A theme cannot write the attribute {name[:40]}.")


def is_address(written: str, element: str) -> bool:
    """Tell whether an address that is written out is allowed; pictures and drawings are the portal's own."""
    return (_LOCAL if element in {"img", "use"} else _ADDRESS).fullmatch(written) is not None


def leads(written: str) -> bool:
    """Tell whether the beginning of an address decides where it leads, whatever follows."""
    return _SETTLED.fullmatch(written) is not None or takes_text(written)


def takes_text(written: str) -> bool:
    """Tell whether any text can follow the beginning of an address: in its query, in its fragment, as a mailbox."""
    return _OPEN.fullmatch(written) is not None
