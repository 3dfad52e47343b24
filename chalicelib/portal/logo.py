"""What may be a logo: an SVG that draws, and can do nothing else."""

from __future__ import annotations

import hashlib

from chalicelib.portal.model import MAX_LOGO
from chalicelib.portal.svg import check_svg
from chalicelib.refusals import SettingRefused


def logo_mark(svg: str) -> str:
    """Return a few characters that tell this logo from others, whatever its line ends; empty for none."""
    plain = svg.replace("\r\n", "\n").strip()
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()[:12] if plain else ""


def check_logo(svg: str) -> str:
    """Return a logo as SVG text, empty for none, or refuse it."""
    try:
        return check_svg(svg, "The logo", MAX_LOGO) if svg.strip() else ""
    except SettingRefused as refusal:
        raise SettingRefused(refusal.sentence, field="logo") from refusal
