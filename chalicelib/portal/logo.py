"""What may be a logo: an SVG that draws, and can do nothing else."""

from __future__ import annotations

import re
from xml.parsers import expat

from chalicelib.portal.model import MAX_LOGO
from chalicelib.refusals import SettingRefused

_SVG = "http://www.w3.org/2000/svg"
_REFUSED = frozenset({"script", "foreignobject", "iframe", "embed", "object", "audio", "video", "handler", "set"})
_IMAGE = re.compile(r"data:image/(?:png|jpeg|gif);base64,[A-Za-z0-9+/=\s]*")
_OUTSIDE = re.compile(r"url\(\s*+['\"]?+\s*+(?!#)|@import|expression\s*+\(", re.IGNORECASE)
"""What loads from elsewhere. Nothing is tried twice (``+``): 40 KB of spaces would otherwise take hours."""
_DEPTH = 100


def check_logo(svg: str) -> str:
    """Return a logo as SVG text, empty for none; refuse one over 40 KB, what is no SVG, and one that does more.

    Pages show it as an image, in which browsers run nothing, and by itself it is answered with a policy that lets it
    run nothing. That it holds nothing of the kind in the first place makes it safe in mail and in other hands, too.
    """
    svg = svg.strip()
    if not svg:
        return ""
    if len(svg.encode("utf-8", "replace")) > MAX_LOGO:
        raise SettingRefused("The logo must be an SVG of at most 40 KB.", field="logo")
    parser = expat.ParserCreate("UTF-8", " ")
    looker = _Looker()
    parser.StartElementHandler, parser.EndElementHandler = looker.start, looker.end
    parser.CharacterDataHandler = looker.text
    parser.StartDoctypeDeclHandler = parser.ProcessingInstructionHandler = looker.other
    parser.buffer_text = True
    try:
        parser.Parse(svg.encode("utf-8", "replace"), True)  # noqa: FBT003 - expat takes no name
    except expat.ExpatError as error:
        raise SettingRefused("The logo must be an SVG; this is not well-formed.", field="logo") from error
    except SettingRefused as refusal:
        raise SettingRefused(refusal.sentence, field="logo") from refusal
    return svg


class _Looker:
    """Looks at each part of an SVG as it is read, and refuses."""

    def __init__(self) -> None:
        self._depth = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        if self._depth == 0 and (space, local) != (_SVG, "svg"):
            raise SettingRefused("The logo must be an SVG: its first element is <svg> of SVG's own namespace.")
        self._depth += 1
        if self._depth > _DEPTH:
            raise SettingRefused("The logo is nested too deeply.")
        if local.lower() in _REFUSED:
            raise SettingRefused(f"The logo must not contain <{local}>. Save it as a plain SVG without scripts.")
        for attribute, value in attributes.items():
            _check_attribute(attribute.rpartition(" ")[2].lower(), value)

    def end(self, _: str) -> None:
        self._depth -= 1

    def text(self, content: str) -> None:
        if _OUTSIDE.search(content):
            raise SettingRefused("The logo must not load anything from elsewhere, in its styles neither.")

    def other(self, *_: object) -> None:
        raise SettingRefused("The logo must not have a document type or style sheets. Save it as a plain SVG.")


def _check_attribute(name: str, value: str) -> None:
    if name.startswith("on"):
        raise SettingRefused(f"The logo must not contain the attribute “{name[:40]}”. Save it without scripts.")
    if name in {"href", "src"} and not value.startswith("#") and not _IMAGE.fullmatch(value):
        raise SettingRefused("The logo must not link to or load anything from elsewhere.")
    if _OUTSIDE.search(value) or "javascript:" in value.lower():
        raise SettingRefused("The logo must not load anything from elsewhere, in its styles neither.")
