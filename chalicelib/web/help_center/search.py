"""Search over articles: a page for people, JSON for the contact form, and the same in the portal for staff."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.knowledge import MAX_QUESTION
from chalicelib.knowledge.model import Scope, Sight
from chalicelib.signin.model import network
from chalicelib.text import whole_number
from chalicelib.web.help_center.contexts import FoundArticle, SearchPage
from chalicelib.web.help_center.internal import enter, inside
from chalicelib.web.help_center.reading import Ways, languages, recognise
from chalicelib.web.http import Response, answer_json

if TYPE_CHECKING:
    from chalicelib.knowledge.index_state import State
    from chalicelib.knowledge.search.service import Found, Hit
    from chalicelib.web.visit import Visit

PAGE = 10
"""Hits on a page."""
_MAX_PAGE = 100


def public(visit: Visit) -> Response:
    """Search what everybody may read."""
    state = visit.house.knowledge.search.later(visit.reads)
    recognise(visit)
    q, number = _asked(visit)
    if q:
        visit.house.knowledge.search.admit(network(visit.request.source_ip))
    found = _found(visit, q, Sight.PUBLIC, number, state())
    if visit.request.wants_json:
        return _json(visit, found)
    return visit.page(_page(visit, q, found, number, internal=False), here="search")


@inside
def internal(visit: Visit) -> Response:
    """Search what staff may read in their portal."""
    state = visit.house.knowledge.search.later(visit.reads)
    sight = enter(visit)
    q, number = _asked(visit)
    found = _found(visit, q, sight, number, state())
    return visit.page(_page(visit, q, found, number, internal=True), area="internal", here="search")


def _asked(visit: Visit) -> tuple[str, int]:
    """Return the search words, and the page of the hits (1 is the first)."""
    q = " ".join(visit.request.arg("q")[: 4 * MAX_QUESTION].split())[:MAX_QUESTION]
    number = whole_number(visit.request.arg("page"), 3) or 1
    return q, max(1, min(number, _MAX_PAGE))


def _found(visit: Visit, q: str, sight: Sight, number: int, state: State) -> Found:
    offset = (number - 1) * PAGE
    return visit.house.knowledge.search.find(q, sight, languages(visit)[0], limit=PAGE, offset=offset, state=state)


def _json(visit: Visit, found: Found) -> Response:
    hits = [
        {
            "title": hit.title,
            "titled": hit.titled,
            "url": _address(visit, Ways(visit), hit),
            "snippet": hit.snippet.striptags(),
        }
        for hit in found.hits
    ]
    return answer_json({"hits": hits, "total": found.total})


def _page(visit: Visit, q: str, found: Found, number: int, *, internal: bool) -> SearchPage:
    ways = Ways(visit, internal=internal)

    def page(wanted: int) -> str:
        query = {"q": q, "lang": ways.language, "page": str(wanted) if wanted > 1 else ""}
        return visit.urls.internal("search", **query) if internal else visit.urls.search(**query)

    return SearchPage(
        q=q,
        hits=tuple(
            FoundArticle(
                hit.title,
                _address(visit, ways, hit),
                hit.snippet,
                hit.category,
                hit.scope is Scope.INTERNAL,
                hit.language,
                hit.titled,
            )
            for hit in found.hits
        ),
        total=found.total,
        more=found.more,
        first=(number - 1) * PAGE + 1,
        language=ways.language,
        browse_url=ways.home(),
        previous_url=page(number - 1) if number > 1 else "",
        next_url=page(number + 1) if number * PAGE < found.total else "",
    )


def _address(visit: Visit, ways: Ways, hit: Hit) -> str:
    """Return the address of an article, with the language it was found in if the reader would get another."""
    return ways.article(hit.slug, hit.language if hit.language != languages(visit)[0] else "")
