"""What the templates of the help centre are given. The portal for staff uses them too, with its own addresses."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from markupsafe import Markup

from chalicelib.records import dataclass
from chalicelib.rendering.model import Page
from chalicelib.web.contexts import Choice, Composer, Fault


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
    """A category: the categories in it, and a page of its articles."""

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
    """Was this helpful? ``action`` is where the answer goes; ``undo`` names the answer just given, if any."""

    action: str
    undo: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class ArticlePage(Page):
    """An article. ``language`` and ``direction`` are its own; ``missing`` is the language it does not have.

    ``newest_url`` leads to the organization's own language, if that is newer than this translation.
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
    """The contact form. Customers who are signed in get ``composer``; others also enter a name and an address."""

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
    """The page after the contact form, for people who are not signed in."""

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
    """The results of a search. ``total`` counts all hits; with ``more`` there are even more than that.

    ``action`` is where the form searches again, in ``language`` if the address names one. The other addresses are empty
    if there is no such page.
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
