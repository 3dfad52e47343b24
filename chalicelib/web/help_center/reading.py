"""What everybody reads: the front page, a category, an article; and whether it helped.

If nobody is signed in, a page is the same for everybody in one language: it has no token and sets no cookie. So caches
may keep it, and ask with its ETag whether it is still current.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import TYPE_CHECKING

from markupsafe import Markup

from chalicelib.knowledge.model import Sight
from chalicelib.refusals import Moved, NotFound, NotSignedIn
from chalicelib.signin.model import Kind, network
from chalicelib.speech import LANGUAGES, RIGHT_TO_LEFT
from chalicelib.urls import Urls, all_below
from chalicelib.web.contexts import Choice
from chalicelib.web.help_center.contexts import (
    Alternate,
    ArticleLine,
    ArticlePage,
    CategoryCard,
    CategoryPage,
    Crumb,
    Helpful,
    HelpHome,
    Meta,
    Section,
)
from chalicelib.web.http import Response, see_other
from chalicelib.web.security import policy

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from chalicelib.customers.model import Customer
    from chalicelib.knowledge.helpful import Vote
    from chalicelib.knowledge.model import Home, Place, Published, Row, Shelf
    from chalicelib.rendering.model import Page
    from chalicelib.web.visit import Visit

ASK_AGAIN = "public, max-age=0, must-revalidate"
"""Caches keep it, but ask us before they show it again, so a changed setting shows at once."""


def home(visit: Visit) -> Response:
    """The front page."""
    found = visit.house.knowledge.reading.home_later(visit.reads, Sight.PUBLIC)
    recognise(visit)
    return shown(visit, home_page(visit, found(Sight.PUBLIC, *languages(visit)), Ways(visit)), here="home")


def category(visit: Visit) -> Response:
    """A category, page by page."""
    slug, ways = visit.request.params["slug"], Ways(visit)
    found = visit.house.knowledge.reading.category_later(visit.reads, slug, Sight.PUBLIC)
    recognise(visit)
    place = visit.cursor(listing(slug, Sight.PUBLIC))
    try:
        shelf = found(Sight.PUBLIC, languages(visit)[0], place, languages(visit)[1])
    except Moved as moved:
        return moved_to(ways.category(moved.slug))
    return shown(visit, category_page(visit, shelf, ways, Sight.PUBLIC, first=not place))


def article(visit: Visit) -> Response:
    """An article; after an answer, with a way to undo it."""
    slug, ways = visit.request.params["slug"], Ways(visit)
    found = visit.house.knowledge.reading.article_later(visit.reads, slug, Sight.PUBLIC)
    recognise(visit)
    try:
        published = found(Sight.PUBLIC, *languages(visit))
    except Moved as moved:
        return moved_to(ways.article(moved.slug))
    voted = _voted(visit, published)
    action = visit.urls.helpful(slug)
    given = Helpful(action, visit.request.arg("voted"), voted.answer) if voted else Helpful(action)
    page = article_page(visit, published, ways, given)
    response = visit.page(page, here="article") if voted else shown(visit, page, here="article")
    return pictured(visit, response, published)


def helpful(visit: Visit) -> Response:
    """Count an answer, or undo it.

    It changes nothing that belongs to anybody, so it needs no token; a cached page could not have one. But it must come
    from one of our pages, and each network has a limit.
    """
    visit.same_site()
    request = visit.request
    slug = request.params["slug"]
    own = visit.settings().languages[0]
    published = visit.house.knowledge.reading.article(slug, Sight.PUBLIC, request.field("lang"), own)
    undo = visit.house.knowledge.helpful.read(request.field("undo"))
    if undo and undo.article_id == published.id:
        visit.house.knowledge.helpful.take_back(undo)
        return see_other(visit.urls.article_voted(slug, undo.language, ""))
    answer, whence = request.field("answer"), network(request.source_ip)
    vote = visit.house.knowledge.helpful.vote(published.id, published.language, answer, whence)
    return see_other(visit.urls.article_voted(slug, published.language, vote))


# who reads, in which language, and how they are answered


def recognise(visit: Visit) -> Customer | None:
    """Return the customer who is signed in, or None; nobody is signed in while the portal is off."""
    if not visit.token(Kind.CUSTOMER):
        return None
    with suppress(NotSignedIn, NotFound):
        return visit.customer()
    return None


def languages(visit: Visit) -> tuple[str, str]:
    """Return the language to show articles in (the address's before the reader's), and the organization's own."""
    asked = visit.request.arg("lang")
    return asked if asked in LANGUAGES else visit.speech.language, visit.settings().languages[0]


def shown(visit: Visit, page: Page, here: str = "") -> Response:
    """Return a page. Caches may keep it if nobody is signed in and it has no notice."""
    if visit.token(Kind.CUSTOMER) or visit.request.cookie(visit.cookies.notice):
        return visit.page(page, here=here)
    return kept(visit, Response(visit.render(page, here=here, token=False)), ASK_AGAIN)


def kept(visit: Visit, response: Response, cache: str) -> Response:
    """Return a response that caches may keep, or 304 if the browser already has it."""
    tag = f'W/"{hashlib.sha256(response.body.encode()).hexdigest()[:32]}"'
    given = (one.strip() for one in visit.request.headers.get("if-none-match", "").split(","))
    if tag in given:
        response.body, response.status = "", 304
    response.set("ETag", tag).set("Vary", "Accept-Language, Cookie")
    return response.set("Cache-Control", cache)


def pictured(visit: Visit, response: Response, published: Published) -> Response:
    """Allow a page with pictures of an article to load them from S3."""
    if published.has_images:
        response.set(
            "Content-Security-Policy", policy(visit.house.files.upload_origin, visit.house.files.picture_origin)
        )
    return response


class Ways:
    """Where the links of these pages lead: to the help centre or the portal for staff, in the chosen language."""

    def __init__(self, visit: Visit, *, internal: bool = False) -> None:
        """Take the visit; a language in the address stays in it."""
        asked = visit.request.arg("lang")
        self.urls, self.internal = visit.urls, internal
        self.language = asked if asked in LANGUAGES else ""

    def home(self) -> str:
        """The front page."""
        return self.urls.internal(lang=self.language) if self.internal else self.urls.help_home(self.language)

    def category(self, slug: str, cursor: str = "") -> str:
        """A category, or a further page of it."""
        if self.internal:
            return self.urls.internal("categories", slug, lang=self.language, cursor=cursor)
        return self.urls.category(slug, self.language, cursor)

    def article(self, slug: str, language: str = "") -> str:
        """An article, in a language or the one asked for."""
        if self.internal:
            return self.urls.internal("articles", slug, lang=language or self.language)
        return self.urls.article(slug, language or self.language)


# the pages, for everybody and for staff


def home_page(visit: Visit, found: Home, ways: Ways) -> HelpHome:
    """Return the front page."""
    settings = visit.settings()
    meta = None
    welcome = "" if ways.internal else _welcome(visit)
    if not ways.internal:
        title = visit.speech.text("Help centre")
        absolute = Urls(visit.house.settings.public_url)
        meta = Meta(
            title=f"{title} · {settings.organization}",
            description=welcome[:300] or f"{title} · {settings.organization}",
            canonical=absolute.help_home(ways.language),
            alternates=_alternates(settings.languages, absolute.help_home),
            feed=visit.urls.feed(ways.language),
        )
    return HelpHome(
        welcome=welcome,
        categories=tuple(_card(one, ways) for one in found.places),
        featured=tuple(line(one, ways) for one in found.featured),
        meta=meta,
    )


def category_page(visit: Visit, shelf: Shelf, ways: Ways, sight: Sight, *, first: bool) -> CategoryPage:
    """Return a page of a category."""
    place = shelf.place
    meta = None
    if not ways.internal:
        absolute = Urls(visit.house.settings.public_url)
        meta = Meta(
            title=place.name,
            description=", ".join(one.title for one in shelf.rows)[:300] or place.name,
            canonical=absolute.category(place.slug, ways.language),
            alternates=_alternates(visit.settings().languages, lambda one: absolute.category(place.slug, one)),
        )
    more = visit.cursor_for(listing(place.slug, sight), shelf.more) if shelf.more else ""
    return CategoryPage(
        name=place.name,
        icon=f"kb-{place.icon}",
        count=place.count,
        crumbs=_crumbs(visit, shelf.path, ways),
        children=tuple(_card(one, ways) for one in place.children) if first else (),
        articles=tuple(line(one, ways) for one in shelf.rows),
        first_page_url="" if first else ways.category(place.slug),
        more_url=ways.category(place.slug, more) if more else "",
        meta=meta,
    )


def article_page(visit: Visit, published: Published, ways: Ways, helpful: Helpful | None) -> ArticlePage:
    """Return the page of an article."""
    wanted, own = languages(visit)
    slug = published.slug
    meta = None
    if not ways.internal:
        absolute = Urls(visit.house.settings.public_url)
        several = len(published.languages) > 1
        meta = Meta(
            title=published.title,
            description=published.summary or published.title,
            canonical=absolute.article(slug, published.language if several else ""),
            kind="article",
            alternates=_alternates(sorted(published.languages), lambda one: absolute.article(slug, one)),
        )
    return ArticlePage(
        title=published.title,
        summary=published.summary,
        html=Markup(all_below(visit.urls.prefix, published.html)),
        language=published.language,
        direction="rtl" if published.language in RIGHT_TO_LEFT else "ltr",
        internal=published.internal,
        updated_at=published.updated_at,
        minutes=published.minutes,
        crumbs=_crumbs(visit, published.path, ways),
        sections=tuple(Section(one.level, one.id, one.text) for one in published.headings),
        languages=tuple(
            Choice(one, LANGUAGES[one], ways.article(slug, one), one == published.language)
            for one in LANGUAGES
            if one in published.languages
        ),
        missing=LANGUAGES[wanted] if published.language != wanted else "",
        newest_url=ways.article(slug, own) if published.outdated else "",
        related=tuple(line(one, ways) for one in published.related),
        helpful=helpful,
        meta=meta,
    )


def line(row: Row, ways: Ways) -> ArticleLine:
    """Return an article as lists show it."""
    return ArticleLine(row.title, row.summary, ways.article(row.slug), row.internal, row.language)


def _card(place: Place, ways: Ways) -> CategoryCard:
    children = tuple(Crumb(one.name, ways.category(one.slug)) for one in place.children)
    return CategoryCard(place.name, ways.category(place.slug), f"kb-{place.icon}", place.count, children)


def _crumbs(visit: Visit, path: Iterable[Place], ways: Ways) -> tuple[Crumb, ...]:
    start = visit.speech.text("Internal knowledge base") if ways.internal else visit.speech.text("Help centre")
    return (Crumb(start, ways.home()), *(Crumb(one.name, ways.category(one.slug)) for one in path))


def _alternates(offered: Iterable[str], url: Callable[[str], str]) -> tuple[Alternate, ...]:
    """Return the addresses of a page in each language, if there are several."""
    found = tuple(Alternate(one, url(one)) for one in offered)
    return (*found, Alternate("x-default", url(""))) if len(found) > 1 else ()


def _welcome(visit: Visit) -> str:
    settings = visit.settings()
    if not settings.welcome:
        return ""
    snippet = visit.house.snippets.get(settings.welcome, consistent=visit.reads.consistent)
    if snippet is None:
        return ""
    said = snippet.text(visit.speech.language, settings.languages[0], organization=settings.organization)
    return said.strip()


def _voted(visit: Visit, published: Published) -> Vote | None:
    token = visit.request.arg("voted")
    vote = visit.house.knowledge.helpful.read(token) if token else None
    return vote if vote and vote.article_id == published.id else None


def listing(slug: str, sight: Sight) -> str:
    """Return the name of a category's list. Its cursors are bound to that name."""
    return f"category:{sight.name}:{slug}"


def moved_to(url: str) -> Response:
    """Redirect an old address to the new one."""
    return Response(status=301).set("Location", url)
