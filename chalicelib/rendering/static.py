"""The static files: what they say, and a version that changes with any of them."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

_LATE = frozenset({"axe.js", "code-editor.js"})
"""Files that are large, there where ``make code-editor`` found an npm, and needed by few pages: no start reads them."""
_COMMENT = re.compile(r"/\*.*?\*/[ \n]*", re.DOTALL)


class StaticFiles:
    """Styles, scripts and icons by name, read once when a function starts; styles come without their comments."""

    def __init__(self, folder: Path, midtown: Path) -> None:
        """Read the folder, and the stylesheet of Midtown as ``midtown.css``."""
        paths = [path for path in sorted(folder.iterdir()) if path.is_file()]
        self.files = {path.name: _served(path) for path in paths if path.name not in _LATE}
        self.files["midtown.css"] = _served(midtown)
        self._late = {path.name: path for path in paths if path.name in _LATE}
        sizes = "".join(f"{name} {path.stat().st_size}" for name, path in self._late.items())
        self.version = hashlib.sha256(("".join(self.files.values()) + sizes).encode()).hexdigest()[:12]

    def has(self, name: str) -> bool:
        """Tell whether there is such a file."""
        return name in self.files or name in self._late

    def get(self, name: str) -> str | None:
        """Return what a file says, or None."""
        path = self._late.get(name)
        return path.read_text(encoding="utf-8") if path else self.files.get(name)


def _served(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    return _COMMENT.sub("", text) if path.suffix == ".css" else text
