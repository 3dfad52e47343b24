"""The portal for staff, under ``/internal``: public and internal articles, or only internal ones.

When it is off, none of its addresses exists for anybody: they answer like any address that does not exist.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING

from chalicelib.knowledge.model import Sight
from chalicelib.refusals import Moved, NotFound
from chalicelib.web import errors
from chalicelib.web.help_center.reading import (
    Ways,
    article_page,
    category_page,
    home_page,
    languages,
    listing,
    moved_to,
    pictured,
    recognise,
)
from chalicelib.web.http import Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.web.routing import View
    from chalicelib.web.visit import Visit

PERMISSION = "article:read"


class _Closed(NotFound):
    """The portal for staff is switched off."""


def inside(view: Callable[[Visit], Response]) -> View:
    """If the portal for staff is off, answer everybody as if the address did not exist."""

    @wraps(view)
    def guarded(visit: Visit) -> Response:
        try:
            return view(visit)
        except _Closed:
            recognise(visit)
            return errors.refused(visit, NotFound(), area="portal")

    return guarded


def enter(visit: Visit) -> Sight:
    """Return what the signed-in member of staff can see here."""
    visit.member(PERMISSION, first=lambda: _open(visit))
    return Sight.INTERNAL_ONLY if visit.settings().internal_only else Sight.STAFF


def _open(visit: Visit) -> None:
    settings = visit.settings()
    if not (settings.internal_portal and settings.internal_kb):
        raise _Closed


@inside
def home(visit: Visit) -> Response:
    """The front page for staff."""
    found = visit.house.knowledge.reading.home_later(visit.reads, Sight.STAFF)
    sight = enter(visit)
    page = home_page(visit, found(sight, *languages(visit)), Ways(visit, internal=True))
    return visit.page(page, area="internal", here="home")


@inside
def category(visit: Visit) -> Response:
    """A category, page by page."""
    slug, ways = visit.request.params["slug"], Ways(visit, internal=True)
    found = visit.house.knowledge.reading.category_later(visit.reads, slug, Sight.STAFF)
    sight = enter(visit)
    place = visit.cursor(listing(slug, sight))
    wanted, own = languages(visit)
    try:
        shelf = found(sight, wanted, place, own)
    except Moved as moved:
        return moved_to(ways.category(moved.slug))
    return visit.page(category_page(visit, shelf, ways, sight, first=not place), area="internal")


@inside
def article(visit: Visit) -> Response:
    """An article."""
    slug, ways = visit.request.params["slug"], Ways(visit, internal=True)
    found = visit.house.knowledge.reading.article_later(visit.reads, slug, Sight.STAFF)
    sight = enter(visit)
    try:
        published = found(sight, *languages(visit))
    except Moved as moved:
        return moved_to(ways.article(moved.slug))
    page = article_page(visit, published, ways, None)
    return pictured(visit, visit.page(page, area="internal", here="article"), published)
