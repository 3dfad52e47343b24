"""Three quite different themes: dense and dark, large and playful, formal and right to left.

Each is a folder with ``settings.json``, ``extra.css``, which goes behind Midtown's stylesheet, and the templates that
it has of its own.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.themes.model import STYLESHEET, Content

if TYPE_CHECKING:
    from chalicelib.themes.bases import Bases

NAMES = ("evening", "carnival", "gazette")
_FOLDER = Path(__file__).parent


def content(name: str, bases: Bases) -> Content:
    """Return a theme made from Midtown's newest version."""
    folder, midtown = _FOLDER / name, bases.files(bases.newest)
    files = {
        path.relative_to(folder).as_posix(): path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.html"))
    }
    files[STYLESHEET] = midtown[STYLESHEET] + (folder / "extra.css").read_text(encoding="utf-8")
    values = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
    return Content(bases.newest, files, {one: midtown[one] for one in files if one in midtown}, values)
