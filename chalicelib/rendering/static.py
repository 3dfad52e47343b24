"""The static files: what they say, and a version that changes with any of them."""

from __future__ import annotations

import hashlib
from pathlib import Path


class StaticFiles:
    """Styles, scripts and icons by name, read once when a function starts."""

    def __init__(self, folder: Path, midtown: Path) -> None:
        """Read the folder, and the stylesheet of Midtown as ``midtown.css``."""
        self.files = {
            path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir()) if path.is_file()
        }
        self.files["midtown.css"] = midtown.read_text(encoding="utf-8")
        self.version = hashlib.sha256("".join(self.files.values()).encode()).hexdigest()[:12]
