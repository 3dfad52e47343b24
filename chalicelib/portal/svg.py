"""What may be a picture: an SVG that draws, and can do nothing else."""

from __future__ import annotations

import re
from xml.parsers import expat

from chalicelib.refusals import SettingRefused

_SVG = "http://www.w3.org/2000/svg"
_OTHERS = frozenset({"http://www.w3.org/1999/xhtml", "http://www.w3.org/1998/Math/MathML"})
"""Namespaces of pages: forms, links and redirects in an image are nothing that draws."""
_REFUSED = frozenset({"script", "foreignobject", "iframe", "embed", "object", "audio", "video", "handler", "set"})
_IMAGE = re.compile(r"data:image/(?:png|jpeg|gif);base64,[A-Za-z0-9+/=\s]*")
_OUTSIDE = re.compile(r"url\(\s*+['\"]?+\s*+(?!#)|@import|expression\s*+\(", re.IGNORECASE)
"""What loads from elsewhere. Nothing is tried twice (``+``): A picture of spaces would otherwise take hours."""
_DISGUISED = re.compile(r"\\|(?:image-set|image|src)\(\s*+[\"']", re.IGNORECASE)
"""The same in styles by other words: functions that take an address as a text, and any letter written as a number."""
_ANIMATED = re.compile(r"on.*|(?:.*:)?(?:href|src|style|class)", re.IGNORECASE)
"""Attributes that no animation may change: what they become is nothing that was looked at."""
_DEPTH = 100


def check_svg(svg: str, what: str, most: int) -> str:
    """Return a picture as SVG text without space around it; refuse what is too large, no SVG, or does more than draw.

    ``what`` begins the sentence that refuses it, such as ``The logo``; ``most`` counts bytes. Pages show it as an
    image, in which browsers run nothing, and by itself it is answered with a policy that lets it run nothing. That it
    holds nothing of the kind in the first place makes it safe in mail and in other hands, too.
    """
    svg = svg.strip()
    content = svg.encode("utf-8", "replace")
    if len(content) > most:
        raise SettingRefused(f"{what} must be an SVG of at most {most // 1024} KB.")
    parser = expat.ParserCreate("UTF-8", " ")
    looker = _Looker(what)
    parser.StartElementHandler, parser.EndElementHandler = looker.start, looker.end
    parser.CharacterDataHandler = looker.text
    parser.StartDoctypeDeclHandler = parser.ProcessingInstructionHandler = looker.other
    whole = True  # nothing comes behind it
    parser.buffer_size, parser.buffer_text = 2 * most, True  # in one piece, or a word could hide across two
    try:
        parser.Parse(content, whole)
    except expat.ExpatError as error:
        raise SettingRefused(f"{what} must be an SVG; this is not well-formed.") from error
    return svg


class _Looker:
    """Looks at each part of an SVG as it is read, and refuses."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._depth = 0
        self._in_style = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        if self._depth == 0 and (space, local) != (_SVG, "svg"):
            raise SettingRefused(f"{self._what} must be an SVG: its first element is <svg> of SVG's own namespace.")
        self._depth += 1
        if self._depth > _DEPTH:
            raise SettingRefused(f"{self._what} is nested too deeply.")
        if self._in_style:
            raise SettingRefused(f"{self._what} must not have anything but text in a <style>.")
        self._in_style = local.lower() == "style"
        if local.lower() in _REFUSED or space in _OTHERS:
            raise SettingRefused(f"{self._what} must not contain <{local}>. Save it as a plain SVG without scripts.")
        for attribute, value in attributes.items():
            space, _, local = attribute.rpartition(" ")
            _check_attribute(self._what, local.lower(), value, plain=not space)

    def end(self, _: str) -> None:
        self._depth -= 1
        self._in_style = False

    def text(self, content: str) -> None:
        if _OUTSIDE.search(content) or (self._in_style and _DISGUISED.search(content)):
            raise SettingRefused(f"{self._what} must not load anything from elsewhere, in its styles neither.")

    def other(self, *_: object) -> None:
        raise SettingRefused(f"{self._what} must not have a document type or style sheets. Save it as a plain SVG.")


def _check_attribute(what: str, name: str, value: str, *, plain: bool) -> None:
    """Refuse an attribute that does more than draw; ``plain`` ones are SVG's own, of no other namespace."""
    if name.startswith("on") or (name == "attributename" and _ANIMATED.fullmatch(value.strip())):
        raise SettingRefused(f"{what} must not contain the attribute “{name[:40]}”. Save it without scripts.")
    if name == "base" or (name in {"href", "src"} and not value.startswith("#") and not _IMAGE.fullmatch(value)):
        raise SettingRefused(f"{what} must not link to or load anything from elsewhere.")
    disguised = plain and _DISGUISED.search(value)
    if _OUTSIDE.search(value) or disguised or "javascript:" in re.sub(r"[\x00-\x20]", "", value.lower()):
        raise SettingRefused(f"{what} must not load anything from elsewhere, in its styles neither.")
