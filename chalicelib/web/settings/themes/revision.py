"""The revision of a theme that a page is about, and what lets a page show previews in a frame."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.refusals import NotFound
from chalicelib.web.security import policy

if TYPE_CHECKING:
    from chalicelib.themes.editions import Edition
    from chalicelib.web.http import Response
    from chalicelib.web.visit import Visit


def newest(visit: Visit) -> tuple[Edition, int]:
    """Return the newest revision of the theme of the address, with its number, or refuse (NotFound)."""
    theme = visit.house.themes.get(visit.request.params.get("theme", ""))
    return revision(visit, theme.id, theme.newest.number), theme.newest.number


def revision(visit: Visit, theme_id: str, number: int) -> Edition:
    """Return a revision, or refuse (NotFound)."""
    edition = visit.house.looks.editions.get(theme_id, number)
    if edition is None:
        raise NotFound
    return edition


def framing(visit: Visit, response: Response) -> Response:
    """Return a page that may show previews of ours, and pictures of themes."""
    files = visit.house.files
    allowed = policy(files.upload_origin, files.picture_origin, frames=True)
    return response.set("Content-Security-Policy", allowed)
