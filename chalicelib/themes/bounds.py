"""How much a theme may hold, and in which form it is kept: only what differs from Midtown's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from chalicelib.portal.model import MAX_THEME_VALUES
from chalicelib.records import replace
from chalicelib.themes.model import (
    ASSET,
    MANIFEST,
    MAX_FILE,
    MAX_FILES,
    MAX_SETTINGS,
    MAX_THEME,
    STYLESHEET,
    TEMPLATE,
    Content,
)
from chalicelib.themes.refusals import ThemeRefused

_MB = 1024 * 1024


def tidied(content: Content, midtown: Mapping[str, str]) -> Content:
    r"""Return a content with ``\n`` at the ends of lines and without files that are Midtown's, or refuse it.

    ``midtown`` are the files of its base. Beside each file that differs stays the text it was made from.
    """
    texts = {name: text.replace("\r\n", "\n").replace("\r", "\n") for name, text in content.files.items()}
    files = {name: text for name, text in sorted(texts.items()) if text != midtown.get(name)}
    known = {**midtown, **content.origins}
    origins = {name: known[name] for name in files if name in known}
    tidy = replace(content, files=files, origins=origins, assets=dict(sorted(content.assets.items())))
    _refuse_too_much(tidy)
    return tidy


def values_json(values: Mapping[str, Any]) -> str:
    """Return the settings of a theme as JSON."""
    return json.dumps(dict(values), ensure_ascii=False, separators=(",", ":"), sort_keys=True)


def _refuse_too_much(content: Content) -> None:
    for name, text in content.files.items():
        if not (TEMPLATE.fullmatch(name) or name in {STYLESHEET, MANIFEST}):
            raise ThemeRefused(f"“{name[:60]}” cannot be the name of a file of a theme.")
        size = len(text.encode("utf-8", "replace"))
        if size > MAX_FILE:
            raise ThemeRefused(f"{name} has {size:,} bytes. A file may have {MAX_FILE:,}.", field=name)
    for name in content.assets:
        if not ASSET.fullmatch(name):
            raise ThemeRefused(f"“{name[:60]}” cannot be the name of a picture or font of a theme.")
    count = len(content.files) + len(content.assets)
    if count > MAX_FILES:
        raise ThemeRefused(f"The theme has {count} files besides Midtown's. It may have {MAX_FILES}.")
    if size_of(content) > MAX_THEME:
        raise ThemeRefused(f"The theme is larger than {MAX_THEME // _MB} MB. Use smaller pictures or fonts.")
    if len(content.values) > MAX_SETTINGS:
        raise ThemeRefused(f"The theme sets {len(content.values)} settings. It may set {MAX_SETTINGS}.")
    if len(values_json(content.values).encode("utf-8", "replace")) > MAX_THEME_VALUES:
        raise ThemeRefused(f"The settings have more than {MAX_THEME_VALUES // 1024} KB of text. Shorten some.")


def size_of(content: Content) -> int:
    """Return the bytes of a theme: of its files, pictures and fonts."""
    texts = sum(len(text.encode("utf-8", "replace")) for text in content.files.values())
    return texts + sum(one.size for one in content.assets.values())
