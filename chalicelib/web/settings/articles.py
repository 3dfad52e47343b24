"""Articles for content managers: the list, a new one, and what was published before with what changed since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.clock import moment
from chalicelib.ids import is_id
from chalicelib.knowledge.article import MAX_TITLE, Content, Draft
from chalicelib.knowledge.model import MAX_SLUG, Scope
from chalicelib.knowledge.text_diff import compare
from chalicelib.refusals import Conflict, Invalid, NotFound, Refusal
from chalicelib.signin.model import Kind
from chalicelib.speech import LANGUAGES
from chalicelib.text import whole_number
from chalicelib.web.errors import fault
from chalicelib.web.settings.article_contexts import ArticleRow, ArticlesPage, NewArticle, Option, VersionsPage
from chalicelib.words import signs

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.aws.items import Item
    from chalicelib.aws.table import Found, Later, Reads
    from chalicelib.knowledge.article_store import Articles
    from chalicelib.knowledge.helpful import Votes
    from chalicelib.knowledge.model import Tree
    from chalicelib.web.http import Response
    from chalicelib.web.visit import Visit

PERMISSION = "article:write"
REFUSED = (Invalid, Conflict)
STATES = {"draft": "Draft", "published": "Published", "changed": "Published, newer draft", "archived": "Archived"}
FILTERS = {**STATES, "outdated": "Translation out of date", "due": "Set for a time"}
_PAGE = 40
MAX_QUERY = 100
_VERSION_DIGITS = 6
_LOOKED = 600
"""Articles that one page of the list looks at, at most, where a filter leaves out most."""


def category_options(tree: Tree, own: str) -> tuple[Option, ...]:
    """Return all categories for a menu, what lies in another set in."""
    return tuple(Option(one.id, "\u2003" * depth + one.name(own)) for depth, one in tree.flat())


def articles(visit: Visit) -> Response:
    """Show all articles, by category, or those a filter leaves."""
    asked, store = visit.request.arg, visit.house.knowledge.editing.store
    q, category, state, scope = (asked(name)[:MAX_QUERY] for name in ("q", "category", "state", "scope"))
    tree_later, early = visit.house.knowledge.categories.tree_later(visit.reads), _early(visit, category)
    visit.member(PERMISSION)
    tree, own = tree_later(), visit.settings().languages[0]
    if category and tree.get(category) is None:
        category, early = "", None
    listing = f"articles:{category}"
    wanted = signs(q).text.split()

    def fits(item: Item) -> bool:
        said = signs(f"{item['title']} {item['slug']}").text
        return _is(item, state) and (not scope or item["scope"] == scope) and all(word in said for word in wanted)

    place = visit.cursor(listing)
    found: list[Item] = []
    looked, more = 0, True
    while more and len(found) < _PAGE and looked < _LOOKED:
        items, more = early() if early else store.listed(category, after=place, limit=_PAGE)
        early = None
        for number, item in enumerate(items, 1):
            place = item["sk"]
            looked += 1
            if fits(item):
                found.append(item)
                if len(found) == _PAGE:
                    more = more or number < len(items)
                    break
    kept = {"q": q, "category": category, "state": state if state in FILTERS else "", "scope": scope}
    helpful = visit.house.knowledge.helpful.totals({item["id"]: item["languages"] for item in found})
    page = ArticlesPage(
        articles=tuple(_row(visit, item, tree, own, helpful.get(item["id"])) for item in found),
        categories=category_options(tree, own),
        states=tuple(Option(value, label) for value, label in FILTERS.items()),
        **kept,
        max_q=MAX_QUERY,
        filtered=any(kept.values()),
        more_url=visit.urls.settings("articles", **kept, cursor=visit.cursor_for(listing, place)) if more else "",
        first_url=visit.urls.settings("articles", **kept) if asked("cursor") else "",
    )
    return visit.page(page, area="settings", here="articles")


def _early(visit: Visit, category: str) -> Later[Found] | None:
    """Ask for the list at the same moment as for the session; None where nobody is named, or something is wrong."""
    if not visit.claimed(Kind.STAFF) or (category and not is_id(category)):
        return None
    try:
        place = visit.cursor(f"articles:{category}")
    except Refusal:
        return None  # refused as soon as it is known who asks
    return visit.house.knowledge.editing.store.listed_later(visit.reads, category, after=place, limit=_PAGE)


def _is(item: Item, state: str) -> bool:
    """Tell whether an article is in a state that the list can be narrowed to; without one, the archived are not."""
    if state in {"outdated", "due"}:
        return bool(item.get(state)) and item["state"] != "archived"
    return bool(item["state"] == state if state in STATES else item["state"] != "archived")


def _row(visit: Visit, item: Item, tree: Tree, own: str, helpful: Votes | None) -> ArticleRow:
    category = tree.get(item["category_id"])
    return ArticleRow(
        url=visit.urls.settings("articles", item["id"]),
        title=item["title"],
        category=category.name(own) if category else "",
        state=item["state"],
        state_label=STATES[item["state"]],
        internal=item["scope"] == Scope.INTERNAL.value,
        featured=item["featured"],
        languages=tuple((language, state) for language, state in item["languages"].items()),
        outdated=tuple(LANGUAGES.get(one, one) for one in item["outdated"]),
        updated_at=moment(item["updated_at"]),
        due=moment(item["due"]) if "due" in item else None,
        due_what=item.get("due_what", ""),
        trouble=item.get("trouble", False),
        helpful=helpful if helpful and helpful.all else None,
    )


def new(visit: Visit) -> Response:
    """Show the form of a new article."""
    tree = visit.house.knowledge.categories.tree_later(visit.reads)
    visit.member(PERMISSION)
    return _new(visit, tree(), category=visit.request.arg("category"), language=visit.settings().languages[0])


def create(visit: Visit) -> Response:
    """Begin an article and go on to its editor."""
    visit.member(PERMISSION)
    form = visit.request.field
    offered = visit.settings().languages
    typed = {name: form(name) for name in ("title", "slug", "category", "scope", "language")}
    language = typed["language"] if typed["language"] in offered else offered[0]
    try:
        made = visit.house.knowledge.editing.create(
            visit.author(),
            typed["title"],
            typed["category"] if is_id(typed["category"]) else "",
            scope=scope_of(typed["scope"]),
            language=language,
            slug=typed["slug"].strip(),
        )
    except REFUSED as refusal:
        return _new(visit, visit.house.knowledge.categories.tree(), refusal, **{**typed, "language": language})
    return visit.go(visit.urls.settings("articles", made.id, lang=language), "saved")


def scope_of(text: str) -> Scope:
    """Return what a form says of who an article is for."""
    return Scope.INTERNAL if text == Scope.INTERNAL.value else Scope.PUBLIC


def _new(visit: Visit, tree: Tree, refusal: Refusal | None = None, **typed: str) -> Response:
    settings = visit.settings()
    page = NewArticle(
        categories=category_options(tree, settings.languages[0]),
        languages=tuple(Option(one, LANGUAGES[one]) for one in settings.languages),
        internal_kb=settings.internal_kb,
        max_title=MAX_TITLE,
        max_slug=MAX_SLUG,
        faults=(fault(refusal),) if refusal else (),
        **typed,
    )
    return visit.page(page, area="settings", here="articles", status=refusal.status if refusal else 200)


def versions(visit: Visit) -> Response:
    """Show what was published of an article in a language, and what changed between two of its versions."""
    store = visit.house.knowledge.editing.store
    article_later = store.later(visit.reads, visit.id("article_id"))
    visit.member(PERMISSION)
    article = article_later()
    own = visit.settings().languages[0]
    language = visit.request.arg("lang") or own
    edition = article.editions.get(language) if article else None
    if article is None or edition is None or not edition.last:
        raise NotFound
    reads = visit.house.table.together(consistent=True)
    draft_later = store.draft_later(reads, article.id, language)
    before = _chosen(visit, "before")
    kept_later = store.versions_later(reads, article.id, language, before=whole_number(before) or 0)
    old, new_one = _chosen(visit, "old") or str(edition.last), _chosen(visit, "new") or "draft"
    chosen = [_content(reads, store, article.id, language, one) for one in (old, new_one)]
    draft, (kept, more) = draft_later() or Draft(Content()), kept_later()
    was, now = (one() if one else draft.content for one in chosen)
    parts = {
        "Title": compare(was.title, now.title),
        "Summary": compare(was.summary, now.summary),
        "Text": compare(was.body, now.body),
    }
    here = visit.urls.settings("articles", article.id, "versions", lang=language)
    page = VersionsPage(
        title=article.title(own),
        language=language,
        language_name=LANGUAGES.get(language, language),
        here=visit.urls.settings("articles", article.id, "versions"),
        back=visit.urls.settings("articles", article.id, lang=language),
        versions=tuple(kept),
        current=edition.shown.number if edition.shown else 0,
        old=old,
        new=new_one,
        changes=tuple((name, lines) for name, lines in parts.items() if lines),
        draft_version=draft.version,
        draft_alone=edition.changed and all(one.content != draft.content for one in kept),
        older_url=f"{here}&before={kept[-1].number}" if more else "",
        newest_url=here if before else "",
    )
    return visit.page(page, area="settings", here="articles")


def _chosen(visit: Visit, name: str) -> str:
    """Return a version's number, or ``draft``, as the address has it; empty for anything else."""
    text = visit.request.arg(name)
    number = whole_number(text, _VERSION_DIGITS)
    return str(number) if number else "draft" if text == "draft" else ""


def _content(reads: Reads, store: Articles, article_id: str, language: str, which: str) -> Callable[[], Content] | None:
    """Read what a version says together with other items; None for the draft."""
    if which == "draft":
        return None
    later = store.version_later(reads, article_id, language, int(which))

    def content() -> Content:
        found = later()
        if found is None:
            raise NotFound
        return found.content

    return content
