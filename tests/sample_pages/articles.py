"""Articles and categories, as a content manager writes and orders them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from markupsafe import Markup

from chalicelib.knowledge.article import MAX_TITLE, Article, Content, Draft, Edition, Shown, Version
from chalicelib.knowledge.dead_links import DeadLink
from chalicelib.knowledge.helpful import Votes
from chalicelib.knowledge.model import MAX_SLUG, Scope
from chalicelib.knowledge.text_diff import compare
from chalicelib.rendering.model import Page
from chalicelib.staff.model import ROLES
from chalicelib.web.contexts import Fault, Site
from chalicelib.web.settings.article_contexts import (
    ArticleRow,
    ArticlesPage,
    CategoriesPage,
    CategoryPage,
    CategoryRow,
    EditorPage,
    NameField,
    NewArticle,
    Option,
    Tongue,
    VersionsPage,
)
from chalicelib.web.settings.articles import FILTERS, MAX_QUERY, STATES
from tests import samples

URLS, NOW = samples.URLS, samples.NOW
EDITOR = replace(
    samples.STAFF,
    area="settings",
    here="articles",
    viewer="Ellis Moreau",
    permissions=ROLES["content_manager"],
    internal_portal=True,
)
SORTER = replace(EDITOR, here="categories")
_ID, _CATEGORY = "01hart1c1e0000000000000001", "01hcat0000000000000000001a"
_CATEGORIES = (Option(_CATEGORY, "Getting started"), Option("01hcat0000000000000000001b", "\u2003Pendants"))
_BODY = "Every pendant comes with a canopy.\n\n## Before you begin\n\n1. **Switch the fuse off**\n2. Count the parts\n"
_NEW = _BODY.replace("2. Count the parts", "2. Count the parts: four\n3. Call somebody")
_CONTENT = Content("Hang a pendant lamp", "What you need, and how high a lamp hangs well.", _BODY)
_SHOWN = Shown(2, _CONTENT.title, _CONTENT.summary, 3, NOW - timedelta(days=2), NOW - timedelta(days=40))
_EDITION = Edition(_CONTENT.title, draft=4, last=2, shown=_SHOWN, publish_at=NOW + timedelta(days=3))
_ARTICLE = Article(
    id=_ID,
    slug="hang-a-pendant-lamp",
    category_id=_CATEGORY,
    scope=Scope.PUBLIC,
    order=1,
    author="Ellis Moreau",
    author_id="01hstaff000000000000000001",
    created_at=NOW - timedelta(days=41),
    updated_at=NOW,
    featured=True,
    version=9,
    facts=2,
    editions={"en": _EDITION, "ar": Edition("علق المصباح", draft=1)},
)

_ROW = ArticleRow(
    url=URLS.settings("articles", _ID),
    title="Hang a pendant lamp",
    category="Getting started",
    state="published",
    state_label=STATES["published"],
    internal=False,
    featured=True,
    languages=(("de", "published"), ("en", "published"), ("ja", "draft")),
    outdated=("Deutsch",),
    updated_at=NOW - timedelta(days=2),
    due=NOW + timedelta(days=3),
    due_what="publish",
    helpful=Votes(12, 3),
)
_INTERNAL = replace(
    _ROW,
    title="ما يمكنك أن تعد به <العملاء>",
    internal=True,
    state="changed",
    state_label=STATES["changed"],
    outdated=(),
    due_what="unpublish",
    trouble=True,
    helpful=None,
)
LIST = ArticlesPage(
    articles=(_ROW, _INTERNAL, replace(_ROW, title="Gift cards", state="draft", state_label="Draft", featured=False)),
    categories=_CATEGORIES,
    states=tuple(Option(*one) for one in FILTERS.items()),
    q="",
    category="",
    state="",
    scope="",
    max_q=MAX_QUERY,
    more_url=URLS.settings("articles", cursor="eyJhIjoxfQ.c2lnbmF0dXJl"),
)
_TONGUES = (
    Tongue("en", "English", URLS.settings("articles", _ID, lang="en"), True, "changed", False),
    Tongue("de", "Deutsch", URLS.settings("articles", _ID, lang="de"), False, "published", True),
    Tongue("ar", "العربية", URLS.settings("articles", _ID, lang="ar"), False, "empty", False),
)
WRITING = EditorPage(
    article=_ARTICLE,
    edition=_EDITION,
    state_label=STATES["changed"],
    title=_CONTENT.title,
    language="en",
    language_name="English",
    direction="ltr",
    own_name="English",
    outdated=False,
    languages=_TONGUES,
    content=_CONTENT,
    version=4,
    saved_by="Ellis Moreau",
    saved_at=NOW - timedelta(minutes=5),
    preview=Markup("<p>Every pendant comes with a canopy.</p>\n<h2 id='s-before'>Before you begin</h2>"),
    action=URLS.settings("articles", _ID),
    preview_url=URLS.settings("article-preview"),
    images_url=URLS.settings("article-images"),
    view_url=URLS.article("hang-a-pendant-lamp", "en"),
    versions_url=URLS.settings("articles", _ID, "versions", lang="en"),
    categories=_CATEGORIES,
    internal_kb=True,
    slug="hang-a-pendant-lamp",
    category=_CATEGORY,
    scope="public",
    featured=True,
    zone="Europe/Berlin",
    helpful=Votes(9, 2),
    dead_links=(DeadLink("our terms", "/articles/terms#fees", "There is no article with this address."),),
)
EMPTY = replace(
    WRITING,
    edition=None,
    language="ar",
    language_name="العربية",
    direction="rtl",
    content=Content(),
    version=0,
    saved_by="",
    saved_at=None,
    preview=Markup(""),
    dead_links=(),
    view_url="",
    internal_kb=False,
)
CLASH = replace(
    WRITING,
    content=replace(_CONTENT, body=_NEW),
    theirs=Draft(replace(_CONTENT, title="Hang <any> lamp", summary=""), 5, NOW, "Ruth Adeyemi"),
    differences=compare(_BODY, _NEW),
    unsaved=True,
)
VERSIONS = VersionsPage(
    title=_CONTENT.title,
    language="en",
    language_name="English",
    here=URLS.settings("articles", _ID, "versions"),
    back=URLS.settings("articles", _ID, lang="en"),
    versions=(
        Version(2, _CONTENT, NOW - timedelta(days=2), "Ellis Moreau"),
        Version(1, _CONTENT, NOW - timedelta(days=40), "Ruth Adeyemi"),
    ),
    current=2,
    old="1",
    new="draft",
    changes=(("Title", compare("Hang a lamp", _CONTENT.title)), ("Text", compare(_BODY, _NEW))),
    draft_version=4,
    draft_alone=True,
    older_url=URLS.settings("articles", _ID, "versions", lang="en", before="1"),
)
_PLACE = CategoryRow(
    id=_CATEGORY,
    url=URLS.settings("categories", _CATEGORY),
    articles_url=URLS.settings("articles", category=_CATEGORY),
    name="Getting started",
    slug="getting-started",
    icon="start",
    depth=0,
    parent="",
    articles=3,
    missing=("العربية",),
    place=0,
    first=True,
    last=False,
)
TREE = CategoriesPage(
    (
        _PLACE,
        replace(_PLACE, name="Pendants", slug="pendants", depth=1, parent=_CATEGORY, articles=1, missing=(), last=True),
        replace(_PLACE, name="Care & repair", slug="care", icon="wrench", place=1, first=False, last=True),
    ),
    version=7,
)
PLACE = CategoryPage(
    id=_CATEGORY,
    version=7,
    action=URLS.settings("categories", _CATEGORY),
    names=(NameField("en", "English", "ltr", "Getting started"), NameField("ar", "العربية", "rtl", "")),
    slug="getting-started",
    parent="",
    icon="start",
    parents=_CATEGORIES,
    articles=3,
    inside=1,
    title="Getting started",
)
NEW = NewArticle(
    _CATEGORIES,
    (Option("en", "English"), Option("de", "Deutsch")),
    internal_kb=True,
    max_title=MAX_TITLE,
    max_slug=MAX_SLUG,
)

PAGES: dict[str, tuple[Page, Site]] = {
    "articles": (LIST, EDITOR),
    "articles-found": (
        replace(
            LIST, articles=(_ROW,), filtered=True, q="lamp", state="published", scope="public", category=_CATEGORY
        ),
        EDITOR,
    ),
    "articles-nothing": (
        replace(LIST, articles=(), q="zzz", more_url="", first_url=URLS.settings("articles", q="zzz")), EDITOR,
    ),
    "articles-none": (replace(LIST, articles=(), more_url=""), EDITOR),
    "articles-none-no-category": (replace(LIST, articles=(), more_url="", categories=()), EDITOR),
    "article-new": (NEW, EDITOR),
    "article-new-refused": (
        replace(
            NEW, title="Lamps", slug="Lamps!", scope="internal", language="de", category=_CATEGORY,
            faults=(Fault("The address has small letters.", "slug"),),
        ),
        EDITOR,
    ),
    "article-new-no-category": (replace(NEW, categories=(), internal_kb=False), EDITOR),
    "article": (WRITING, EDITOR),
    "article-not-written": (EMPTY, EDITOR),
    "article-clash": (CLASH, EDITOR),
    "article-refused": (
        replace(WRITING, at="2020-01-01T10:00", faults=(Fault("Choose a moment still to come.", "at"),)), EDITOR,
    ),
    "article-facts-clash": (replace(WRITING, facts_clash=True, slug="another", scope="internal"), EDITOR),
    "article-out-of-date": (
        replace(WRITING, outdated=True, edition=replace(_EDITION, trouble="An article needs a title.")), EDITOR,
    ),
    "article-archived": (
        replace(
            WRITING,
            article=replace(_ARTICLE, archived=True, scope=Scope.INTERNAL),
            edition=replace(_EDITION, shown=None, publish_at=None),
            state_label=STATES["archived"],
        ),
        EDITOR,
    ),
    "article-versions": (VERSIONS, EDITOR),
    "article-versions-same": (
        replace(VERSIONS, changes=(), old="draft", new="2", draft_alone=False, older_url="", newest_url=VERSIONS.here),
        EDITOR,
    ),
    "categories": (TREE, SORTER),
    "categories-none": (CategoriesPage((), 0, (Fault("This changed meanwhile."),)), SORTER),
    "category-edit": (PLACE, SORTER),
    "category-clash": (
        replace(
            PLACE, clash=True, names=(NameField("en", "English", "ltr", "Mine", "Theirs"), PLACE.names[1]),
            articles=0, inside=0, theirs={"slug": "begin", "parent": "Lamps", "icon": "lamp"},
        ),
        SORTER,
    ),
    "category-new": (
        replace(PLACE, id="", title="", articles=0, inside=0, faults=(Fault("A category needs a name.", "name"),)),
        SORTER,
    ),
}  # fmt: skip
