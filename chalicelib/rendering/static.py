"""The static files: what they say, and a version that changes with any of them."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

_COMMENT = re.compile(r"/\*.*?\*/[ \n]*", re.DOTALL)


class StaticFiles:
    """Styles, scripts and icons by name, read once when a function starts; styles come without their comments."""

    def __init__(self, folder: Path, midtown: Path) -> None:
        """Read the folder, and the stylesheet of Midtown as ``midtown.css``."""
        self.files = {path.name: _served(path) for path in sorted(folder.iterdir()) if path.is_file()}
        self.files["midtown.css"] = _served(midtown)
        self.version = hashlib.sha256("".join(self.files.values()).encode()).hexdigest()[:12]


def _served(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    return _COMMENT.sub("", text) if path.suffix == ".css" else text
