"""What a theme's stylesheet may say: at-rules, functions, pseudo-classes and attributes, and what is refused by name.

Everything that is not listed is refused, but for the names of properties: there are too many, and new ones are harmless
unless they move, hide or load something. Those are listed here.
"""

from __future__ import annotations

import re
from typing import Final


def _words(*lines: str) -> frozenset[str]:
    return frozenset(" ".join(lines).split())


GROUPING: Final = _words("media supports container layer")
"""At-rules with rules inside."""
AT_RULES: Final = GROUPING | _words("keyframes font-face property")
AT_RULES_INSTEAD: Final = {
    "import": "Put the rules of the other stylesheet into this one.",
    "charset": "Leave it out: stylesheets of themes are UTF-8.",
    "namespace": "Leave it out.",
}
"""What to do instead of some that are refused."""

FUNCTIONS: Final = _words(
    "var env calc min max clamp round mod rem abs sign sin cos tan asin acos atan atan2 pow sqrt hypot log exp",
    "rgb rgba hsl hsla hwb lab lch oklab oklch color color-mix light-dark",
    "linear-gradient radial-gradient conic-gradient",
    "repeating-linear-gradient repeating-radial-gradient repeating-conic-gradient",
    "translate translatex translatey translatez translate3d scale scalex scaley scalez scale3d skew skewx skewy",
    "rotate rotatex rotatey rotatez rotate3d matrix matrix3d perspective",
    "blur brightness contrast drop-shadow grayscale hue-rotate invert opacity saturate sepia",
    "cubic-bezier steps linear minmax repeat fit-content inset circle ellipse polygon rect xywh",
    "counter counters format tech local",
)
"""Functions of values. ``attr()`` reads what stands in the page, ``image-set()`` and others load by a text."""
SELECTOR_LISTS: Final = _words("is where not has")
"""Pseudo-classes that take selectors."""
COUNTING: Final = _words("nth-child nth-last-child nth-of-type nth-last-of-type lang dir")
"""Pseudo-classes that take numbers or words."""
CONDITIONS: Final = FUNCTIONS | SELECTOR_LISTS | COUNTING | _words("selector style font-tech font-format")
"""Functions of ``@supports`` and ``@container``."""
PSEUDO_CLASSES: Final = _words(
    "hover focus focus-visible focus-within active link any-link target target-within",
    "root empty first-child last-child only-child first-of-type last-of-type only-of-type",
    "checked disabled enabled required optional valid invalid user-valid user-invalid in-range out-of-range",
    "placeholder-shown read-only read-write indeterminate default autofill open",
    "before after first-line first-letter",
)
"""The last four are written with one colon in old stylesheets."""
ORNAMENTS: Final = _words("before after marker selection first-line first-letter")
"""Pseudo-elements besides what is an element: hiding one hides nothing that the product says."""
PSEUDO_ELEMENTS: Final = ORNAMENTS | _words("placeholder file-selector-button details-content")
VENDOR: Final = re.compile(r"-(?:webkit|moz)-[a-z-]{1,40}")
"""Pseudo-elements and properties that only some browsers have."""
ATTRIBUTES: Final = _words("dir lang type href rel target open role disabled required multiple")
"""Attributes that selectors may ask for, besides those that begin with ``aria-``. Not ``value`` and ``name``, which
read what people type and what forms carry; not ``class`` and ``id``: a part of a name could reach what is guarded by
name."""

GUARDED: Final = _words("slot notice fault faults")
"""Classes of what the product puts in and says: forms, notices, faults."""
REFUSED_CLASSES: Final = _words("skip")
GUARDED_MAY: Final = re.compile(
    r"color|background(?:-[a-z-]+)?|border(?:-[a-z-]+)?|box-shadow|outline(?:-[a-z-]+)?|(?:margin|padding)(?:-[a-z-]+)?|gap"
    r"|font-(?:family|size|style|weight)|line-height|letter-spacing|text-align|accent-color|transition(?:-[a-z-]+)?|--.+"
)
"""Properties that may be set on those themselves; margins and paddings not below zero."""
BROAD: Final = _words(
    "html body main form fieldset legend label input textarea select option button output progress div p section"
)
"""Elements that the product's parts are made of: a rule for all of them is a rule for those, too."""

REFUSED_PROPERTIES: Final = {
    "behavior": "It runs code in some browsers.",
    "-ms-behavior": "It runs code in some browsers.",
    "-moz-binding": "It runs code in some browsers.",
    "-webkit-text-security": "It decides whether what people type can be read.",
    "-webkit-user-modify": "It lets readers change the page.",
    "user-modify": "It lets readers change the page.",
    "interactivity": "It takes fields and buttons out of reach.",
    "overlay": "It decides what lies over all else.",
    "position-anchor": "It lays one thing over another.",
    "position-area": "It lays one thing over another.",
}
SPELLING: Final = _words(
    "content quotes list-style list-style-type text-overflow hyphenate-character",
    "text-emphasis text-emphasis-style -webkit-text-emphasis",
)
"""Properties that put text on the page."""
LONGEST_TEXT: Final = 8
"""Characters of text a declaration may put on the page: a sign, and no sentence. Sentences stand in templates, where
they are translated."""
LONGEST_STRING: Final = 120
"""Characters of other texts, such as names of fonts."""
MOVING: Final = _words(
    "clip clip-path -webkit-clip-path mask mask-image mask-border -webkit-mask -webkit-mask-image",
    "-webkit-mask-box-image filter -webkit-filter -webkit-opacity transform -webkit-transform translate scale rotate",
    "offset offset-path zoom all animation animation-name -webkit-animation -webkit-animation-name",
)
"""Properties that hide or move with most of what they can be set to."""
SIZES: Final = _words(
    "font font-size line-height width height max-width max-height inline-size block-size max-inline-size max-block-size"
)
"""Properties that hide when they are nothing."""
OFFSETS: Final = _words(
    "top right bottom left inset inset-block inset-inline inset-block-start inset-block-end inset-inline-start",
    "inset-inline-end",
)
"""Properties that move what has a position."""
ROOM: Final = _words(
    "margin margin-top margin-right margin-bottom margin-left margin-block margin-inline margin-block-start",
    "margin-block-end margin-inline-start margin-inline-end text-indent letter-spacing word-spacing",
)
"""Properties that move when they are below zero."""
PLACING: Final = OFFSETS | _words("position z-index isolation contain content")
"""Properties that decide where things lie."""
POSITIONS: Final = _words("static relative absolute inherit initial unset revert revert-layer")
HIGHEST: Final = 10
"""The largest z-index, and less than none; the product's own parts lie above it."""
FONT_FACE: Final = _words(
    "font-family src font-weight font-style font-stretch font-display unicode-range size-adjust ascent-override",
    "descent-override line-gap-override font-feature-settings font-variation-settings font-variant font-named-instance",
)
REGISTERED: Final = _words("syntax inherits initial-value")
"""Descriptors of ``@property``."""

NAME: Final = re.compile(r"-?-?[A-Za-z_][A-Za-z0-9_-]{0,60}")
UNIT: Final = re.compile(r"(?!e$)[a-z]{1,6}|n(?:-[0-9]{0,6})?", re.IGNORECASE)
"""Of lengths and the like, and what ``2n-1`` is read as. No unit begins like the exponent of a number."""
