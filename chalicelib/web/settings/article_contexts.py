"""What the templates of articles and categories in the settings are given: one dataclass a page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from chalicelib.attachments.model import MAX_SIZE
from chalicelib.knowledge.article import MAX_BODY, MAX_IMAGES, MAX_SUMMARY, MAX_TITLE
from chalicelib.knowledge.model import ICONS, MAX_DEPTH, MAX_NAME, MAX_SLUG
from chalicelib.records import dataclass
from chalicelib.rendering.model import Page
from chalicelib.web.contexts import Fault

if TYPE_CHECKING:
    from markupsafe import Markup

    from chalicelib.knowledge.article import Article, Content, Draft, Edition, Version
    from chalicelib.knowledge.dead_links import DeadLink
    from chalicelib.knowledge.helpful import Votes
    from chalicelib.knowledge.text_diff import Line

# articles


@dataclass(frozen=True, slots=True)
class Option:
    """A choice of a menu."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class ArticleRow:
    """An article in the list. ``languages`` are those it is written in, each with where it stands.

    ``due`` is when it is published or unpublished (``due_what``) next by itself, ``trouble`` tells that this did not
    work; ``helpful`` is what readers said of it, in all languages together.
    """

    url: str
    title: str
    category: str
    state: str
    state_label: str
    internal: bool
    featured: bool
    languages: tuple[tuple[str, str], ...]
    outdated: tuple[str, ...]
    updated_at: datetime
    due: datetime | None = None
    due_what: str = ""
    trouble: bool = False
    helpful: Votes | None = None


@dataclass(frozen=True, slots=True)
class ArticlesPage(Page):
    """All articles, or those a filter leaves. ``filtered`` tells that some may be left out."""

    template: ClassVar[str] = "settings/articles.html"
    articles: tuple[ArticleRow, ...]
    categories: tuple[Option, ...]
    states: tuple[Option, ...]
    q: str
    category: str
    state: str
    scope: str
    max_q: int
    more_url: str = ""
    first_url: str = ""
    filtered: bool = False


@dataclass(frozen=True, slots=True)
class NewArticle(Page):
    """The form of a new article."""

    template: ClassVar[str] = "settings/article_new.html"
    categories: tuple[Option, ...]
    languages: tuple[Option, ...]
    internal_kb: bool
    max_title: int
    max_slug: int
    title: str = ""
    slug: str = ""
    category: str = ""
    scope: str = "public"
    language: str = ""
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class VersionsPage(Page):
    """What was published of an article in a language, and two of its versions beside each other.

    ``old`` and ``new`` are a version's number, or ``draft``; ``changes`` are parts with their lines, where they differ.
    ``draft_alone`` tells that no version listed says what the draft says.
    """

    template: ClassVar[str] = "settings/article_versions.html"
    title: str
    language: str
    language_name: str
    here: str
    back: str
    versions: tuple[Version, ...]
    current: int
    old: str
    new: str
    changes: tuple[tuple[str, tuple[Line, ...]], ...]
    draft_version: int
    draft_alone: bool = False
    older_url: str = ""
    newest_url: str = ""


# editor


@dataclass(frozen=True, slots=True)
class Tongue:
    """A language of the article: where its tab leads and where it stands (empty, draft, published, changed)."""

    language: str
    name: str
    url: str
    current: bool
    state: str
    outdated: bool


@dataclass(frozen=True, slots=True)
class EditorPage(Page):
    """The editor. ``content`` is the draft, or what was typed and refused; ``version`` is the draft it began from.

    ``theirs`` is what somebody else saved meanwhile, with what it changes of what was typed. ``facts`` has what was
    typed of address, category and so on; ``preview`` is the text as readers will see it, ``dead_links`` what leads
    nowhere in it. ``unsaved`` tells that the page holds what is not saved; ``helpful`` is what readers of this language
    said.
    """

    template: ClassVar[str] = "settings/article.html"
    article: Article
    edition: Edition | None
    state_label: str
    title: str
    language: str
    language_name: str
    direction: str
    own_name: str
    outdated: bool
    languages: tuple[Tongue, ...]
    content: Content
    version: int
    saved_by: str
    saved_at: datetime | None
    preview: Markup
    action: str
    preview_url: str
    images_url: str
    view_url: str
    versions_url: str
    categories: tuple[Option, ...]
    internal_kb: bool
    slug: str
    category: str
    scope: str
    featured: bool
    zone: str
    at: str = ""
    helpful: Votes | None = None
    dead_links: tuple[DeadLink, ...] = ()
    max_title: int = MAX_TITLE
    max_summary: int = MAX_SUMMARY
    max_body: int = MAX_BODY
    max_slug: int = MAX_SLUG
    max_images: int = MAX_IMAGES
    max_image_size: int = MAX_SIZE
    theirs: Draft | None = None
    differences: tuple[Line, ...] = ()
    facts_clash: bool = False
    unsaved: bool = False
    faults: tuple[Fault, ...] = ()


# categories


@dataclass(frozen=True, slots=True)
class CategoryRow:
    """A category in the tree. ``missing`` are languages without a name; ``place`` counts from 0 beside its like."""

    id: str
    url: str
    articles_url: str
    name: str
    slug: str
    icon: str
    depth: int
    parent: str
    articles: int
    missing: tuple[str, ...]
    place: int
    first: bool
    last: bool


@dataclass(frozen=True, slots=True)
class CategoriesPage(Page):
    """All categories; ``version`` is that of the tree."""

    template: ClassVar[str] = "settings/categories.html"
    categories: tuple[CategoryRow, ...]
    version: int
    faults: tuple[Fault, ...] = ()
    max_depth: int = MAX_DEPTH


@dataclass(frozen=True, slots=True)
class NameField:
    """The name in one language; ``theirs`` is what somebody else saved meanwhile, where that differs."""

    language: str
    label: str
    direction: str
    text: str
    theirs: str | None = None


@dataclass(frozen=True, slots=True)
class CategoryPage(Page):
    """The form of a category; a new one has no ``id``. ``articles`` and ``inside`` say why it cannot be deleted.

    ``theirs`` is what somebody else saved meanwhile as ``slug``, ``parent`` and ``icon``, where that differs.
    """

    template: ClassVar[str] = "settings/category.html"
    id: str
    version: int
    action: str
    names: tuple[NameField, ...]
    slug: str
    parent: str
    icon: str
    parents: tuple[Option, ...]
    icons: tuple[str, ...] = ICONS
    max_name: int = MAX_NAME
    max_slug: int = MAX_SLUG
    max_depth: int = MAX_DEPTH
    articles: int = 0
    inside: int = 0
    title: str = ""
    clash: bool = False
    theirs: Mapping[str, str] = field(default_factory=dict)
    faults: tuple[Fault, ...] = ()
