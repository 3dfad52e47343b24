"""Categories of articles for content managers: the tree, and a form for each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from chalicelib.ids import is_id
from chalicelib.knowledge.model import MAX_DEPTH
from chalicelib.refusals import ChangedMeanwhile, NotFound, Refusal, UnknownChoice
from chalicelib.speech import LANGUAGES, RIGHT_TO_LEFT
from chalicelib.text import whole_number
from chalicelib.web.errors import fault
from chalicelib.web.settings.article_contexts import CategoriesPage, CategoryPage, CategoryRow, NameField, Option
from chalicelib.web.settings.articles import PERMISSION, REFUSED

if TYPE_CHECKING:
    from chalicelib.aws.table import Reads
    from chalicelib.knowledge.model import Category, Tree
    from chalicelib.web.http import Response
    from chalicelib.web.visit import Visit


def categories(visit: Visit) -> Response:
    """Show all categories."""
    known = _known(visit, visit.reads)
    visit.member(PERMISSION)
    return _list(visit, known())


def add(visit: Visit) -> Response:
    """Add a category, or change the order."""
    visit.member(PERMISSION)
    form = visit.request.field
    room = visit.house.knowledge.categories
    if form("action") == "move":
        try:
            category = form("category") if is_id(form("category")) else ""
            place = _number(form("place"))
            room.arrange(visit.author(), category, version=_number(form("version")), place=place)
        except (*REFUSED, NotFound) as refusal:
            return _list(visit, _now(visit), refusal)
        return visit.go(visit.urls.settings("categories"), "saved")
    try:
        parent = _parent(visit)
        room.add(visit.author(), _names(visit), slug=form("slug").strip(), parent=parent, icon=form("icon"))
    except REFUSED as refusal:
        return _form(visit, _now(visit), None, refusal)
    return visit.go(visit.urls.settings("categories"), "saved")


def new(visit: Visit) -> Response:
    """Show the form of a new category."""
    known = _known(visit, visit.reads)
    visit.member(PERMISSION)
    return _form(visit, known(), None)


def category(visit: Visit) -> Response:
    """Show the form of a category."""
    known = _known(visit, visit.reads)
    visit.member(PERMISSION)
    return _form(visit, known(), _found(visit, known()))


def change(visit: Visit) -> Response:
    """Save or delete a category; a refusal shows the form again with what was typed."""
    known = _known(visit, visit.reads)
    visit.member(PERMISSION)
    form, room, before = visit.request.field, visit.house.knowledge.categories, _found(visit, known())
    action = form("action")
    try:
        version = _number(form("version"))
        if action == "save":
            room.change(
                visit.author(),
                before.id,
                version=version,
                names={**before.names, **_names(visit)},
                slug=form("slug").strip(),
                parent=_parent(visit),
                icon=form("icon"),
            )
        elif action == "delete":
            room.delete(visit.author(), before.id, version=version)
        else:
            raise UnknownChoice(field="action")
    except REFUSED as refusal:
        now = _now(visit)
        return _form(visit, now, _found(visit, now), refusal, typed=action == "save")
    return visit.go(visit.urls.settings("categories"), "deleted" if action == "delete" else "saved")


class _Known(NamedTuple):
    """All categories, and how many articles each has."""

    tree: Tree
    counts: Mapping[str, int]


def _known(visit: Visit, reads: Reads) -> Callable[[], _Known]:
    """Read them together with other items."""
    room = visit.house.knowledge.categories
    tree, counts = room.tree_later(reads), room.counts_later(reads)
    return lambda: _Known(tree(), counts())


def _now(visit: Visit) -> _Known:
    """Return them as they are after what was tried."""
    return _known(visit, visit.house.table.together(consistent=True))()


def _list(visit: Visit, known: _Known, refusal: Refusal | None = None) -> Response:
    languages, (tree, counts) = visit.settings().languages, known

    def row(depth: int, one: Category) -> CategoryRow:
        beside = tree.children(one.parent)
        place = beside.index(one)
        return CategoryRow(
            id=one.id,
            url=visit.urls.settings("categories", one.id),
            articles_url=visit.urls.settings("articles", category=one.id),
            name=one.name(languages[0]),
            slug=one.slug,
            icon=one.icon,
            depth=depth,
            parent=one.parent,
            articles=counts.get(one.id, 0),
            missing=tuple(LANGUAGES[language] for language in languages if language not in one.names),
            place=place,
            first=place == 0,
            last=place == len(beside) - 1,
        )

    page = CategoriesPage(
        tuple(row(depth, one) for depth, one in tree.flat()), tree.version, (fault(refusal),) if refusal else ()
    )
    return visit.page(page, area="settings", here="categories", status=refusal.status if refusal else 200)


def _found(visit: Visit, known: _Known) -> Category:
    found = known.tree.get(visit.request.params.get("category_id", ""))
    if found is None:
        raise NotFound
    return found


def _form(
    visit: Visit, known: _Known, one: Category | None, refusal: Refusal | None = None, *, typed: bool = True
) -> Response:
    languages, (tree, counts) = visit.settings().languages, known
    now: dict[str, Any] = {
        "names": dict(one.names) if one else {},
        "slug": one.slug if one else "",
        "parent": one.parent if one else visit.request.arg("parent"),
        "icon": one.icon if one else "book",
    }
    kept = now
    if refusal and typed:
        form = visit.request.field
        kept = {"names": _names(visit), **{name: form(name) for name in ("slug", "parent", "icon")}}
    clash = isinstance(refusal, ChangedMeanwhile)
    shown = [*languages, *(language for language in sorted(now["names"]) if language not in languages)]
    names = tuple(
        NameField(
            language,
            LANGUAGES.get(language, language),
            "rtl" if language in RIGHT_TO_LEFT else "ltr",
            kept["names"].get(language, ""),
            now["names"].get(language, "")
            if clash and kept["names"].get(language, "") != now["names"].get(language, "")
            else None,
        )
        for language in shown
    )
    page = CategoryPage(
        id=one.id if one else "",
        version=tree.version,
        action=visit.urls.settings("categories", one.id) if one else visit.urls.settings("categories"),
        names=names,
        slug=kept["slug"],
        parent=kept["parent"],
        icon=kept["icon"],
        parents=_parents(tree, one, languages[0]),
        articles=counts.get(one.id, 0) if one else 0,
        inside=len(tree.children(one.id)) if one else 0,
        title=one.name(languages[0]) if one else "",
        clash=clash,
        theirs=_theirs(tree, now, kept, languages[0]) if clash else {},
        faults=(fault(refusal),) if refusal and not clash else (),
    )
    return visit.page(page, area="settings", here="categories", status=refusal.status if refusal else 200)


def _theirs(tree: Tree, now: Mapping[str, str], typed: Mapping[str, str], own: str) -> dict[str, str]:
    """Return what differs of address, place and icon as it is now, in words."""
    found = {name: now[name] for name in ("slug", "parent", "icon") if now[name] != typed[name]}
    if "parent" in found:
        parent = tree.get(found["parent"])
        found["parent"] = parent.name(own) if parent else "The top"
    return found


def _parents(tree: Tree, one: Category | None, own: str) -> tuple[Option, ...]:
    """Return the categories that one may lie in: not in itself, and not too deep."""
    inside = {one.id, *(below.id for below in tree.below(one.id))} if one else set()
    height = tree.height(one.id) if one else 1
    return tuple(
        Option(other.id, "\u2003" * depth + other.name(own))
        for depth, other in tree.flat()
        if other.id not in inside and depth + 1 + height <= MAX_DEPTH
    )


def _names(visit: Visit) -> dict[str, str]:
    sent = visit.request.fields()
    return {language: sent[f"name_{language}"][0] for language in LANGUAGES if f"name_{language}" in sent}


def _parent(visit: Visit) -> str:
    text = visit.request.field("parent")
    return text if is_id(text) or not text else "nowhere"


def _number(text: str) -> int:
    number = whole_number(text)
    return -1 if number is None else number
