"""What pages of the help centre are made of and offer to themes; the portal for staff has them at its own addresses."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from markupsafe import Markup

from chalicelib.records import dataclass
from chalicelib.rendering.filters import prose
from chalicelib.rendering.marking import marked
from chalicelib.rendering.model import ThemedPage
from chalicelib.themes.language.types import (
    ATTRIBUTES,
    FLAG,
    HTML,
    NUMBER,
    TEXT,
    TIME,
    URL,
    Many,
    PageNames,
    record,
)
from chalicelib.web.contexts import Choice, Composer, Fault
from chalicelib.web.themed import every_page

if TYPE_CHECKING:
    from collections.abc import Iterable

    from chalicelib.rendering.model import Frame

CRUMB = record(name=TEXT, url=URL)
TOPIC = record(name=TEXT, url=URL, icon=URL, count=NUMBER, topics=Many(CRUMB))
LINE = record(title=TEXT, summary=TEXT, url=URL, internal=FLAG, language=TEXT)
HIT = record(title=TEXT, url=URL, snippet=HTML, category=TEXT, internal=FLAG, language=TEXT, marked_title=HTML)
_DOCUMENT = "help_document.html"


@dataclass(frozen=True, slots=True)
class Alternate:
    """The same page in another language; ``url`` is complete. ``language`` is ``x-default`` for all other readers."""

    language: str
    url: str


@dataclass(frozen=True, slots=True)
class Meta:
    """What search engines and link previews read. ``canonical`` is complete; ``kind`` is Open Graph's."""

    title: str
    description: str
    canonical: str
    kind: str = "website"
    alternates: tuple[Alternate, ...] = ()
    feed: str = ""


@dataclass(frozen=True, slots=True)
class Crumb:
    """A step on the way from the home page to this page."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class CategoryCard:
    """A category as a card. ``count`` is how many articles this reader can open in it."""

    name: str
    url: str
    icon: str
    count: int
    children: tuple[Crumb, ...] = ()


@dataclass(frozen=True, slots=True)
class ArticleLine:
    """An article in a list; ``language`` is that of its title."""

    title: str
    summary: str
    url: str
    internal: bool
    language: str


@dataclass(frozen=True, slots=True)
class HelpHome(ThemedPage):
    """The front page: search, categories, featured articles. ``welcome`` is the organization's own text.

    ``meta`` is None in the portal for staff, which no search engine reads.
    """

    template: ClassVar[str] = _DOCUMENT
    entry: ClassVar[str] = "home.html"
    names: ClassVar[PageNames] = every_page.page_names(
        record(welcome=HTML, topics=Many(TOPIC), featured=Many(LINE)),
        slots={"find": HTML},
        required=("slots.find",),
    )
    welcome: str
    categories: tuple[CategoryCard, ...]
    featured: tuple[ArticleLine, ...]
    meta: Meta | None

    def offered(self, frame: Frame) -> dict[str, Any]:
        """Return the front page as plain data."""
        page = {
            "welcome": prose(self.welcome, times=frame.times) if self.welcome else "",
            "topics": _topics(self.categories, frame),
            "featured": _lines(self.featured),
        }
        return every_page.offered(frame, page, slots={"find": _find(frame)})


@dataclass(frozen=True, slots=True)
class CategoryPage(ThemedPage):
    """A category: the categories in it, and a page of its articles."""

    template: ClassVar[str] = _DOCUMENT
    entry: ClassVar[str] = "category.html"
    names: ClassVar[PageNames] = every_page.page_names(
        record(
            name=TEXT,
            icon=URL,
            count=NUMBER,
            crumbs=Many(CRUMB),
            topics=Many(TOPIC),
            articles=Many(LINE),
            first_page_url=URL,
            more_url=URL,
        ),
        slots={"find": HTML},
    )
    name: str
    icon: str
    count: int
    crumbs: tuple[Crumb, ...]
    children: tuple[CategoryCard, ...]
    articles: tuple[ArticleLine, ...]
    first_page_url: str
    more_url: str
    meta: Meta | None

    def offered(self, frame: Frame) -> dict[str, Any]:
        """Return the category as plain data."""
        page = {
            "name": self.name,
            "icon": _icon(self.icon, frame),
            "count": self.count,
            "crumbs": _crumbs(self.crumbs),
            "topics": _topics(self.children, frame),
            "articles": _lines(self.articles),
            "first_page_url": self.first_page_url,
            "more_url": self.more_url,
        }
        return every_page.offered(frame, page, slots={"find": _find(frame)})


@dataclass(frozen=True, slots=True)
class Section:
    """A line of the table of contents."""

    level: int
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Helpful:
    """Was this helpful? ``action`` is where the answer goes; ``undo`` names the answer just given, if any."""

    action: str
    undo: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class ArticlePage(ThemedPage):
    """An article. ``language`` and ``direction`` are its own; ``missing`` is the language it does not have.

    ``newest_url`` leads to the organization's own language, if that is newer than this translation.
    """

    template: ClassVar[str] = _DOCUMENT
    entry: ClassVar[str] = "article.html"
    names: ClassVar[PageNames] = every_page.page_names(
        record(
            title=TEXT,
            summary=TEXT,
            html=HTML,
            language=TEXT,
            direction=TEXT,
            internal=FLAG,
            updated_at=TIME,
            minutes=NUMBER,
            crumbs=Many(CRUMB),
            sections=Many(record(level=NUMBER, id=TEXT, text=TEXT)),
            languages=Many(record(language=TEXT, label=TEXT, url=URL, current=FLAG)),
            missing=TEXT,
            newest_url=URL,
            related=Many(LINE),
        ),
        slots={"find": HTML, "helpful": HTML},
        hooks={"sections": ATTRIBUTES},
        required=("slots.helpful",),
    )
    title: str
    summary: str
    html: Markup
    language: str
    direction: str
    internal: bool
    updated_at: datetime
    minutes: int
    crumbs: tuple[Crumb, ...]
    sections: tuple[Section, ...]
    languages: tuple[Choice, ...]
    missing: str
    newest_url: str
    related: tuple[ArticleLine, ...]
    helpful: Helpful | None
    meta: Meta | None

    def offered(self, frame: Frame) -> dict[str, Any]:
        """Return the article as plain data; its text is markup that the product made."""
        page = {
            "title": self.title,
            "summary": self.summary,
            "html": self.html,
            "language": self.language,
            "direction": self.direction,
            "internal": self.internal,
            "updated_at": self.updated_at,
            "minutes": self.minutes,
            "crumbs": _crumbs(self.crumbs),
            "sections": [{"level": one.level, "id": one.id, "text": one.text} for one in self.sections],
            "languages": [
                {"language": one.value, "label": one.label, "url": one.url, "current": one.current}
                for one in self.languages
            ],
            "missing": self.missing,
            "newest_url": self.newest_url,
            "related": _lines(self.related),
        }
        slots = {"find": _find(frame), "helpful": Markup()}
        if self.helpful:
            slots["helpful"] = frame.slot("helpful", helpful=self.helpful, language=self.language)
        return every_page.offered(frame, page, slots=slots, hooks={"sections": Markup("data-sections")})


@dataclass(frozen=True, slots=True)
class Contact(ThemedPage):
    """The contact form. Customers who are signed in get ``composer``; others also enter a name and an address."""

    template: ClassVar[str] = "contact_document.html"
    entry: ClassVar[str] = "contact.html"
    names: ClassVar[PageNames] = every_page.page_names(
        record(signed_in=FLAG, login_url=URL), slots={"contact": HTML}, required=("slots.contact",)
    )
    meta: ClassVar[Meta | None] = None
    composer: Composer | None
    key: str
    max_body: int
    max_subject: int
    name: str = ""
    email: str = ""
    subject: str = ""
    body: str = ""
    faults: tuple[Fault, ...] = ()

    def offered(self, frame: Frame) -> dict[str, Any]:
        """Return what the form is surrounded by; ``login_url`` leads back to it, for who can sign in."""
        urls, signed_in = frame.site.urls, self.composer is not None
        page = {
            "signed_in": signed_in,
            "login_url": urls.login(urls.contact()) if frame.site.portal_on and not signed_in else "",
        }
        return every_page.offered(frame, page, slots={"contact": frame.slot("contact")})


@dataclass(frozen=True, slots=True)
class ContactSent(ThemedPage):
    """The page after the contact form, for people who are not signed in."""

    template: ClassVar[str] = _DOCUMENT
    entry: ClassVar[str] = "contact-sent.html"
    names: ClassVar[PageNames] = every_page.page_names(record())
    meta: ClassVar[Meta | None] = None

    def offered(self, frame: Frame) -> dict[str, Any]:
        """Return what every page offers."""
        return every_page.offered(frame, {})


@dataclass(frozen=True, slots=True)
class FoundArticle:
    """A hit. ``snippet`` is safe HTML, the words in ``<mark>``; ``language`` is the article's.

    ``titled`` is the title in pieces, every second one of which was asked for.
    """

    title: str
    url: str
    snippet: Markup
    category: str
    internal: bool
    language: str
    titled: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SearchPage(ThemedPage):
    """The results of a search. ``total`` counts all hits; with ``more`` there are even more than that.

    The form searches again in ``language``, if the address names one. ``previous_url`` and ``next_url`` are empty if
    there is no such page.
    """

    template: ClassVar[str] = _DOCUMENT
    entry: ClassVar[str] = "search.html"
    names: ClassVar[PageNames] = every_page.page_names(
        record(
            q=TEXT,
            hits=Many(HIT),
            total=NUMBER,
            more=FLAG,
            first=NUMBER,
            browse_url=URL,
            previous_url=URL,
            next_url=URL,
            contact_url=URL,
        ),
        slots={"find": HTML},
        required=("slots.find",),
    )
    meta: ClassVar[Meta | None] = None
    q: str
    hits: tuple[FoundArticle, ...]
    total: int
    more: bool
    first: int
    language: str
    browse_url: str
    previous_url: str = ""
    next_url: str = ""

    def offered(self, frame: Frame) -> dict[str, Any]:
        """Return the results as plain data; ``contact_url`` begins the contact form with the words."""
        page = {
            "q": self.q,
            "hits": [
                {
                    "title": one.title,
                    "url": one.url,
                    "snippet": one.snippet,
                    "category": one.category,
                    "internal": one.internal,
                    "language": one.language,
                    "marked_title": marked(one.titled) if len(one.titled) > 1 else "",
                }
                for one in self.hits
            ],
            "total": self.total,
            "more": self.more,
            "first": self.first,
            "browse_url": self.browse_url,
            "previous_url": self.previous_url,
            "next_url": self.next_url,
            "contact_url": frame.site.urls.contact(self.q),
        }
        return every_page.offered(frame, page, slots={"find": _find(frame, self.q, self.language)})


def _find(frame: Frame, q: str = "", language: str = "") -> Markup:
    """Return the form that searches articles."""
    return frame.slot("find", q=q, language=language)


def _icon(name: str, frame: Frame) -> str:
    return f"{frame.site.urls.static('icons.svg')}#{name}"


def _crumbs(crumbs: Iterable[Crumb]) -> list[dict[str, Any]]:
    return [{"name": one.name, "url": one.url} for one in crumbs]


def _topics(cards: Iterable[CategoryCard], frame: Frame) -> list[dict[str, Any]]:
    return [
        {
            "name": one.name,
            "url": one.url,
            "icon": _icon(one.icon, frame),
            "count": one.count,
            "topics": _crumbs(one.children),
        }
        for one in cards
    ]


def _lines(articles: Iterable[ArticleLine]) -> list[dict[str, Any]]:
    return [
        {
            "title": one.title,
            "summary": one.summary,
            "url": one.url,
            "internal": one.internal,
            "language": one.language,
        }
        for one in articles
    ]
