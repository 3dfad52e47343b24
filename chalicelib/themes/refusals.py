"""Why a theme is not saved or published. Its editors are staff, so these sentences are in English."""

from __future__ import annotations

from datetime import datetime

from chalicelib.refusals import Conflict, Invalid


class ThemeRefused(Invalid):
    """A theme that is too large, or has errors; ``field`` is the name of the file, where it is one."""

    code = "theme_refused"
    title = "This theme cannot be used as it is"


class ThemeChanged(Conflict):
    """A theme has a newer revision than the one that was edited. ``by`` saved it, ``at`` that moment."""

    code = "theme_changed"
    title = "Somebody else saved this theme"

    def __init__(self, by: str, at: datetime) -> None:
        """Take who saved it, and when."""
        super().__init__(
            "%(name)s saved this theme while you were editing it. Nothing was overwritten, and your changes are kept.",
            name=by,
        )
        self.by, self.at = by, at
