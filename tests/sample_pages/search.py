"""What a search found, in the help centre and in the portal for staff."""

from __future__ import annotations

from dataclasses import replace

from markupsafe import Markup

from chalicelib.finding.model import asked, spots
from chalicelib.rendering.marking import pieces
from chalicelib.rendering.model import Page
from chalicelib.web.contexts import Site
from chalicelib.web.help_center.contexts import FoundArticle, SearchPage
from tests import samples

URLS = samples.URLS
READER = replace(samples.STRANGER, here="search")
STAFF = replace(samples.STAFF, area="internal", here="search", internal_portal=True)


def _hit(title: str, slug: str, snippet: str, category: str = "", **more: str) -> FoundArticle:
    internal = bool(more.get("internal"))
    url = URLS.internal("articles", slug) if internal else URLS.article(slug, more.get("lang", ""))
    language = more.get("lang", "en")
    titled = tuple(pieces(title, spots(asked("ceiling lamp"), title)))
    return FoundArticle(title, url, Markup(snippet), category, internal, language, titled)


_HITS = (
    _hit(
        "Fit a ceiling lamp",
        "fit-a-ceiling-lamp",
        "… Switch the light off at the fuse. Hold the <mark>lamp</mark> against the <mark>ceiling</mark> and mark both "
        "holes. The <mark>lamp</mark> holds by itself &amp; leaves both hands free …",
        "Lamps",
    ),
    _hit("Return an order", "return-an-order", "Every <mark>lamp</mark> can come back within 30 days.", "Orders"),
    _hit("Die Deckenlampe anbringen", "deckenlampe", "Die <mark>Lampe</mark> hält von selbst …", "Lampen", lang="de"),
    _hit("تركيب مصباح السقف", "ceiling-ar", "ثبّت <mark>المصباح</mark> في السقف.", "", lang="ar"),
)


def _page(*hits: FoundArticle, q: str = "ceiling lamp", **more: object) -> SearchPage:
    values: dict[str, object] = {
        "q": q,
        "hits": hits,
        "total": len(hits),
        "more": False,
        "first": 1,
        "language": "",
        "browse_url": URLS.home(),
        **more,
    }
    return SearchPage(**values)  # type: ignore[arg-type]


PAGES: dict[str, tuple[Page, Site]] = {
    "kb-search": (_page(*_HITS), READER),
    "kb-search-second": (
        _page(
            *_HITS,
            total=600,
            more=True,
            first=11,
            language="en",
            previous_url=URLS.search(q="ceiling lamp"),
            next_url=URLS.search(q="ceiling lamp", page="3"),
        ),
        READER,
    ),
    "kb-search-nothing": (_page(q="xyzzy"), READER),
    "kb-search-behind": (_page(first=31), READER),
    "kb-search-empty": (_page(q=""), READER),
    "internal-search": (
        _page(
            *_HITS[:1],
            _hit("Refunds over 500", "refunds", "Ask a lead about the <mark>lamp</mark>.", "Refunds", internal="yes"),
            browse_url=URLS.internal(),
        ),
        STAFF,
    ),
}
