"""Pictures of articles: everybody sees those of public articles, staff the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.refusals import NotFound, Refusal
from chalicelib.web.http import Response

if TYPE_CHECKING:
    from chalicelib.staff.model import Member
    from chalicelib.web.visit import Visit


def picture(visit: Visit) -> Response:
    """Redirect the browser to the picture, for a short time. What a reader may not see does not exist for them."""
    image = visit.house.knowledge.images.get(visit.request.params.get("image_id", ""))
    if not image.visible(None, internal_portal=False):
        settings = visit.settings()
        if not image.visible(_member(visit), internal_portal=settings.internal_portal and settings.internal_kb):
            raise NotFound
    return Response(status=302).set("Location", visit.house.knowledge.images.address(image))


def _member(visit: Visit) -> Member | None:
    try:
        return visit.member(None)
    except Refusal:
        return None
