"""Which paths are pages that an article can lead to: of the help centre, of customers, of signing in, and of staff."""

from __future__ import annotations

import re
from functools import cache


def has_page(path: str) -> bool:
    """Tell whether a path (without a stage's) is a page of the portal, or of something in it, whatever its id."""
    return bool(_pages().fullmatch(path.rstrip("/") or "/"))


@cache
def _pages() -> re.Pattern[str]:
    from chalicelib.web import customer, help_center, signing_in

    paths = [
        route.path
        for surface in (customer, help_center, signing_in)
        for route in surface.ROUTES
        if route.method == "GET" and not route.path.endswith("/updates")
    ]
    parts = (re.split(r"\{\w+\}", path) for path in paths)
    return re.compile(
        "|".join("[^/]+".join(re.escape(part) for part in one) for one in parts) + "|/(?:desk|settings|staff)(?:/.*)?"
    )
