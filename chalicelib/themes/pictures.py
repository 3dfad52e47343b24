"""Pictures and fonts of themes: what may be uploaded, and which that a theme names are missing or too heavy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any, Final

from chalicelib.attachments.content.unfit import Unfit
from chalicelib.records import dataclass
from chalicelib.refusals import SettingRefused
from chalicelib.themes import styles
from chalicelib.themes.assets import SVG, TYPES
from chalicelib.themes.manifest import Manifest
from chalicelib.themes.model import ASSET, ERROR, WARNING, Asset, Problem
from chalicelib.themes.values import PLACE

MAX_PICTURE: Final = 1024 * 1024
MAX_FONT: Final = 300 * 1024
MAX_SVG: Final = 100 * 1024
"""Bytes of each."""
MAX_EDGE: Final = 8_192
"""Pixels of the width and of the height of a picture: a small file can unpack to far more than a telephone can hold."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A checked file: its content type, its bytes, and width and height in pixels, 0 where there are none."""

    type: str
    data: bytes
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class _Kind:
    """What is known of an extension; ``checker`` is a module with ``check`` and, for pictures, ``size``."""

    label: str
    most: int
    checker: str = ""


_ATTACHED: Final = "chalicelib.attachments.content"
_OWN: Final = "chalicelib.themes.content"
_KINDS: Final[Mapping[str, _Kind]] = {
    "png": _Kind("PNG", MAX_PICTURE, f"{_ATTACHED}.png"),
    "jpg": _Kind("JPG", MAX_PICTURE, f"{_ATTACHED}.jpeg"),
    "gif": _Kind("GIF", MAX_PICTURE, f"{_ATTACHED}.gif"),
    "webp": _Kind("WebP", MAX_PICTURE, f"{_OWN}.webp"),
    "woff2": _Kind("WOFF2", MAX_FONT, f"{_OWN}.woff2"),
    "svg": _Kind("SVG", MAX_SVG),
}


def checked(name: str, data: bytes) -> Picture | Problem:
    """Return a picture or font that a theme may have, or why it may not; ``name`` is such as ``assets/photo.jpg``."""
    if not ASSET.fullmatch(name):
        return _problem(name, "name", f"A file is named like assets/photo-1.jpg, and ends in {', '.join(_KINDS)}.")
    ending = name.rpartition(".")[2]
    kind = _KINDS[ending]
    if len(data) > kind.most:
        return _problem(name, "size", f"A {kind.label} can have at most {kind.most // 1024:,} KB.")
    try:
        made = _by_structure(kind, TYPES[ending], data) if kind.checker else _drawing(data)
    except (Unfit, SettingRefused, UnicodeDecodeError) as error:
        return _problem(name, "content", _told(error, kind))
    if max(made.width, made.height) > MAX_EDGE:
        sentence = (
            f"A picture is at most {MAX_EDGE:,} pixels wide and high; this one has {made.width:,} × {made.height:,}."
        )
        return _problem(name, "size", sentence)
    return made


def _told(error: Unfit | SettingRefused | UnicodeDecodeError, kind: _Kind) -> str:
    if isinstance(error, Unfit):
        return f"This file was not taken: {error.reason % {'kind': kind.label, **error.values}}"
    return (
        error.sentence if isinstance(error, SettingRefused) else "The drawing must be an SVG in UTF-8. Save it again."
    )


def _drawing(data: bytes) -> Picture:
    from chalicelib.portal.svg import check_svg

    text = data.decode("utf-8-sig")
    return Picture(SVG, check_svg(text, "The drawing", MAX_SVG).encode())


def _by_structure(kind: _Kind, content_type: str, data: bytes) -> Picture:
    checker = import_module(kind.checker)
    checker.check(data)
    size: Callable[[bytes], tuple[int, int]] | None = getattr(checker, "size", None)
    return Picture(content_type, data, *(size(data) if size else ()))


def missing(
    manifest: Manifest, values: Mapping[str, Any], stylesheet: str, assets: Mapping[str, Asset]
) -> list[Problem]:
    """Return each place of settings and stylesheet that names a file the theme has not."""
    problems = [
        _problem(f"{PLACE}.{key}", "missing", f"The theme has no file {name}. Upload it, or choose another.")
        for key, name, _ in _chosen(manifest, values)
        if name not in assets
    ]
    return problems + styles.missing(stylesheet, assets)


def heavy(manifest: Manifest, values: Mapping[str, Any], assets: Mapping[str, Asset]) -> list[Problem]:
    """Return a warning for each picture chosen in settings that is heavier than its place should be."""
    return [
        _problem(
            f"{PLACE}.{key}",
            "weight",
            f"{name} has {-(-assets[name].size // 1024):,} KB. Here it should have at most {most:g} KB.",
            WARNING,
        )
        for key, name, most in _chosen(manifest, values)
        if name in assets and assets[name].size > most * 1024
    ]


def _chosen(manifest: Manifest, values: Mapping[str, Any]) -> list[tuple[str, str, float]]:
    """Return the pictures that are chosen: the key of the setting, the name, and the KB it may have."""
    images = [(one, values.get(one.key, one.default)) for one in manifest.settings() if one.kind == "image"]
    return [(one.key, name, one.most) for one, name in images if name]


def _problem(place: str, kind: str, sentence: str, level: str = ERROR) -> Problem:
    return Problem(place, 0, 0, kind, sentence, level)
