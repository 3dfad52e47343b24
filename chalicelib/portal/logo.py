"""What may be a logo: an SVG that draws, and can do nothing else."""

from __future__ import annotations

import hashlib
import re
from xml.parsers import expat

from chalicelib.portal.model import MAX_LOGO
from chalicelib.refusals import SettingRefused

_SVG = "http://www.w3.org/2000/svg"
_OTHERS = frozenset({"http://www.w3.org/1999/xhtml", "http://www.w3.org/1998/Math/MathML"})
"""Namespaces of pages: forms, links and redirects in an image are nothing that draws."""
_REFUSED = frozenset({"script", "foreignobject", "iframe", "embed", "object", "audio", "video", "handler", "set"})
_IMAGE = re.compile(r"data:image/(?:png|jpeg|gif);base64,[A-Za-z0-9+/=\s]*")
_OUTSIDE = re.compile(r"url\(\s*+['\"]?+\s*+(?!#)|@import|expression\s*+\(", re.IGNORECASE)
"""What loads from elsewhere. Nothing is tried twice (``+``): A logo of spaces would otherwise take hours."""
_DISGUISED = re.compile(r"\\|(?:image-set|image|src)\(\s*+[\"']", re.IGNORECASE)
"""The same in styles by other words: functions that take an address as a text, and any letter written as a number."""
_ANIMATED = re.compile(r"on.*|(?:.*:)?(?:href|src|style|class)", re.IGNORECASE)
"""Attributes that no animation may change: what they become is nothing that was looked at."""
_DEPTH = 100


def logo_mark(svg: str) -> str:
    """Return a few characters that tell this logo from others, whatever its line ends; empty for none."""
    plain = svg.replace("\r\n", "\n").strip()
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()[:12] if plain else ""


def check_logo(svg: str) -> str:
    """Return a logo as SVG text, empty for none; refuse one that is too large, what is no SVG, and one that does more.

    Pages show it as an image, in which browsers run nothing, and by itself it is answered with a policy that lets it
    run nothing. That it holds nothing of the kind in the first place makes it safe in mail and in other hands, too.
    """
    svg = svg.strip()
    if not svg:
        return ""
    if len(svg.encode("utf-8", "replace")) > MAX_LOGO:
        raise SettingRefused(f"The logo must be an SVG of at most {MAX_LOGO // 1024} KB.", field="logo")
    parser = expat.ParserCreate("UTF-8", " ")
    looker = _Looker()
    parser.StartElementHandler, parser.EndElementHandler = looker.start, looker.end
    parser.CharacterDataHandler = looker.text
    parser.StartDoctypeDeclHandler = parser.ProcessingInstructionHandler = looker.other
    whole = True  # nothing comes behind it
    parser.buffer_size, parser.buffer_text = 2 * MAX_LOGO, True  # in one piece, or a word could hide across two
    try:
        parser.Parse(svg.encode("utf-8", "replace"), whole)
    except expat.ExpatError as error:
        raise SettingRefused("The logo must be an SVG; this is not well-formed.", field="logo") from error
    except SettingRefused as refusal:
        raise SettingRefused(refusal.sentence, field="logo") from refusal
    return svg


class _Looker:
    """Looks at each part of an SVG as it is read, and refuses."""

    def __init__(self) -> None:
        self._depth = 0
        self._in_style = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        if self._depth == 0 and (space, local) != (_SVG, "svg"):
            raise SettingRefused("The logo must be an SVG: its first element is <svg> of SVG's own namespace.")
        self._depth += 1
        if self._depth > _DEPTH:
            raise SettingRefused("The logo is nested too deeply.")
        if self._in_style:
            raise SettingRefused("The logo must not have anything but text in a <style>.")
        self._in_style = local.lower() == "style"
        if local.lower() in _REFUSED or space in _OTHERS:
            raise SettingRefused(f"The logo must not contain <{local}>. Save it as a plain SVG without scripts.")
        for attribute, value in attributes.items():
            space, _, local = attribute.rpartition(" ")
            _check_attribute(local.lower(), value, plain=not space)

    def end(self, _: str) -> None:
        self._depth -= 1
        self._in_style = False

    def text(self, content: str) -> None:
        if _OUTSIDE.search(content) or (self._in_style and _DISGUISED.search(content)):
            raise SettingRefused("The logo must not load anything from elsewhere, in its styles neither.")

    def other(self, *_: object) -> None:
        raise SettingRefused("The logo must not have a document type or style sheets. Save it as a plain SVG.")


def _check_attribute(name: str, value: str, *, plain: bool) -> None:
    """Refuse an attribute that does more than draw; ``plain`` ones are SVG's own, of no other namespace."""
    if name.startswith("on") or (name == "attributename" and _ANIMATED.fullmatch(value.strip())):
        raise SettingRefused(f"The logo must not contain the attribute “{name[:40]}”. Save it without scripts.")
    if name == "base" or (name in {"href", "src"} and not value.startswith("#") and not _IMAGE.fullmatch(value)):
        raise SettingRefused("The logo must not link to or load anything from elsewhere.")
    disguised = plain and _DISGUISED.search(value)
    if _OUTSIDE.search(value) or disguised or "javascript:" in re.sub(r"[\x00-\x20]", "", value.lower()):
        raise SettingRefused("The logo must not load anything from elsewhere, in its styles neither.")
