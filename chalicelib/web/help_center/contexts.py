"""What the templates of the help centre are given. The portal for staff has the same, with addresses of its own."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from markupsafe import Markup

from chalicelib.records import dataclass
from chalicelib.rendering.model import Page
from chalicelib.web.contexts import Choice, Composer, Fault


@dataclass(frozen=True, slots=True)
class Alternate:
    """The same page in another language; ``url`` is complete. ``language`` is ``x-default`` for whoever reads none."""

    language: str
    url: str


@dataclass(frozen=True, slots=True)
class Meta:
    """What search engines and link previews read of a page. ``canonical`` is complete; ``kind`` is Open Graph's."""

    title: str
    description: str
    canonical: str
    kind: str = "website"
    alternates: tuple[Alternate, ...] = ()
    feed: str = ""


@dataclass(frozen=True, slots=True)
class Crumb:
    """A step of the way from the home page to where the reader is."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class CategoryCard:
    """A category as home and the category above it show it. ``count`` is of what this reader can open in it."""

    name: str
    url: str
    icon: str
    count: int
    children: tuple[Crumb, ...] = ()


@dataclass(frozen=True, slots=True)
class ArticleLine:
    """An article in a list; ``language`` is the one of its title."""

    title: str
    summary: str
    url: str
    internal: bool
    language: str


@dataclass(frozen=True, slots=True)
class HelpHome(Page):
    """The front page: search, categories, featured articles. ``welcome`` is the organization's own text.

    ``meta`` is None in the portal for staff, which no search engine reads.
    """

    template: ClassVar[str] = "help_center/home.html"
    welcome: str
    categories: tuple[CategoryCard, ...]
    featured: tuple[ArticleLine, ...]
    meta: Meta | None


@dataclass(frozen=True, slots=True)
class CategoryPage(Page):
    """A category: those below it, and a page of its articles."""

    template: ClassVar[str] = "help_center/category.html"
    name: str
    icon: str
    count: int
    crumbs: tuple[Crumb, ...]
    children: tuple[CategoryCard, ...]
    articles: tuple[ArticleLine, ...]
    first_page_url: str
    more_url: str
    meta: Meta | None


@dataclass(frozen=True, slots=True)
class Section:
    """A line of the table of contents."""

    level: int
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Helpful:
    """Was this helpful? ``action`` is where the answer goes; ``undo`` names the one just given, and is empty before."""

    action: str
    undo: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class ArticlePage(Page):
    """An article. ``language`` and ``direction`` are its own; ``missing`` is the language it was asked for in vain.

    ``newest_url`` is where the organization's own language tells what this translation does not yet.
    """

    template: ClassVar[str] = "help_center/article.html"
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


@dataclass(frozen=True, slots=True)
class Contact(Page):
    """The contact form. A customer who is signed in has ``composer``, anybody else types name and address too."""

    template: ClassVar[str] = "help_center/contact.html"
    composer: Composer | None
    key: str
    max_body: int
    max_subject: int
    name: str = ""
    email: str = ""
    subject: str = ""
    body: str = ""
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class ContactSent(Page):
    """What follows the contact form for whoever is not signed in."""

    template: ClassVar[str] = "help_center/contact_sent.html"


@dataclass(frozen=True, slots=True)
class FoundArticle:
    """A hit. ``snippet`` is safe HTML, the words in ``<mark>``; ``language`` is the article's."""

    title: str
    url: str
    snippet: Markup
    category: str
    internal: bool
    language: str


@dataclass(frozen=True, slots=True)
class SearchPage(Page):
    """What a search found. ``total`` counts all hits, or with ``more`` those that were counted of even more.

    ``action`` is where the form asks again, in ``language`` where the address names one; the other addresses are empty
    where there is no such page.
    """

    template: ClassVar[str] = "help_center/search.html"
    q: str
    hits: tuple[FoundArticle, ...]
    total: int
    more: bool
    first: int
    action: str
    language: str
    browse_url: str
    previous_url: str = ""
    next_url: str = ""
