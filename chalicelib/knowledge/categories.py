"""What editors do with categories: add, change, order, delete. Each is in the audit log."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from chalicelib.audit.model import Author, Change, differences
from chalicelib.aws import article_keys, keys
from chalicelib.aws.table import Put, Refused, Update, Write
from chalicelib.ids import new_id
from chalicelib.knowledge.article_items import tree_item
from chalicelib.knowledge.model import Category, Tree, readable_slug, tailed
from chalicelib.refusals import CategoryNotEmpty, ChangedMeanwhile, NotFound
from chalicelib.text import clean_line

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from chalicelib.audit.store import Audit
    from chalicelib.aws.items import Item
    from chalicelib.aws.table import Later, Reads
    from chalicelib.clock import Clock
    from chalicelib.knowledge.article_store import Articles

_OLD_SLUGS = 10


class Categories:
    """The use cases of the categories' pages. ``version`` is always that of the tree the editor saw."""

    def __init__(self, store: Articles, audit: Audit, changed: Callable[[], object], clock: Clock) -> None:
        """Take the store, the audit log, what is called when readers find something new, and the clock."""
        self._store, self._audit, self._changed, self._clock = store, audit, changed, clock

    def tree(self) -> Tree:
        """Return all categories as they are now."""
        return self._store.tree()

    def tree_later(self, reads: Reads) -> Later[Tree]:
        """Read them together with other items."""
        return self._store.tree_later(reads)

    @staticmethod
    def counts_later(reads: Reads) -> Later[dict[str, int]]:
        """Read, together with other items, how many articles each category has, drafts included."""
        return reads.want(article_keys.article_counts(), _counts)

    def add(
        self, author: Author, names: Mapping[str, str], *, slug: str = "", parent: str = "", icon: str = "book"
    ) -> Category:
        """Add a category as the last of its parent; without a slug the first name that can makes one."""
        tree = self.tree()
        category_id = new_id(self._clock())
        names = _clean(names)
        order = max((one.order for one in tree.children(parent)), default=0) + 1
        made = slug or _free_slug(tree, names, category_id)
        category = Category(category_id, made, parent, order, icon, names)
        change = Change(author, "category:create", _named(category), after=_told(category), subject_id=category_id)
        counted = Update(article_keys.article_counts(), put={f"n_{category_id}": 0})
        self._commit(tree, [*tree.all, category], change, [counted])
        return category

    def change(
        self,
        author: Author,
        category_id: str,
        *,
        version: int,
        names: Mapping[str, str],
        slug: str,
        parent: str,
        icon: str,
    ) -> Category:
        """Change a category; its old address leads to the new one."""
        tree = self._seen(version)
        before = _found(tree, category_id)
        old = before.old_slugs
        if slug != before.slug:
            old = tuple(one for one in (*old, before.slug) if one != slug)[-_OLD_SLUGS:]
        order = before.order
        if parent != before.parent:
            order = max((one.order for one in tree.children(parent)), default=0) + 1
        after = Category(category_id, slug, parent, order, icon, _clean(names), old)
        told = differences(_told(before), _told(after))
        change = Change(author, "category:change", _named(before), *told, subject_id=category_id)
        self._commit(tree, [after if one.id == category_id else one for one in tree.all], change)
        return after

    def arrange(self, author: Author, category_id: str, *, version: int, place: int) -> None:
        """Put a category at a place (0 is the first) among those beside it."""
        tree = self._seen(version)
        one = _found(tree, category_id)
        beside = [other for other in tree.children(one.parent) if other.id != category_id]
        place = max(0, min(place, len(beside)))
        beside.insert(place, one)
        orders = {other.id: number for number, other in enumerate(beside, 1)}
        after = [replace(other, order=orders.get(other.id, other.order)) for other in tree.all]
        told = ({"place": tree.children(one.parent).index(one) + 1}, {"place": place + 1})
        self._commit(tree, after, Change(author, "category:move", _named(one), *told, subject_id=category_id))

    def delete(self, author: Author, category_id: str, *, version: int) -> None:
        """Delete a category that has nothing in it, neither categories nor articles, drafts included."""
        tree = self._seen(version)
        one = _found(tree, category_id)
        if tree.children(category_id):
            raise CategoryNotEmpty
        name = f"n_{category_id}"
        emptied = Update(article_keys.article_counts(), drop=[name], when=[(name, "=", 0)])
        change = Change(author, "category:delete", _named(one), _told(one), subject_id=category_id)
        self._commit(tree, [other for other in tree.all if other.id != category_id], change, [emptied])

    def _seen(self, version: int) -> Tree:
        tree = self.tree()
        if tree.version != version:
            raise ChangedMeanwhile
        return tree

    def _commit(
        self, before: Tree, categories: Sequence[Category], change: Change, further: Sequence[Write] = ()
    ) -> None:
        after = Tree(categories, before.version + 1).check()
        unchanged = [("version", "=", before.version)] if before.version else [("pk", "absent", None)]
        writes: list[Write] = [Put(article_keys.categories(), tree_item(after), when=unchanged), *further]
        writes.append(Update(keys.search_state(), add={"wanted": 1}))
        try:
            self._audit.commit(writes, change)
        except Refused as refused:
            raise CategoryNotEmpty if 0 not in refused.failed else ChangedMeanwhile from refused
        self._changed()


def _free_slug(tree: Tree, names: Mapping[str, str], category_id: str) -> str:
    base = readable_slug(names.values()) if names else tailed("category", category_id[-8:])
    taken = {slug for one in tree.all for slug in (one.slug, *one.old_slugs)}
    return next(slug for slug in (base, tailed(base, "2"), tailed(base, category_id[-8:])) if slug not in taken)


def _found(tree: Tree, category_id: str) -> Category:
    one = tree.get(category_id)
    if one is None:
        raise NotFound
    return one


def _counts(item: Item | None) -> dict[str, int]:
    return {name.removeprefix("n_"): int(count) for name, count in (item or {}).items() if name.startswith("n_")}


def _clean(names: Mapping[str, str]) -> dict[str, str]:
    cleaned = {language: clean_line(name) for language, name in names.items()}
    return {language: name for language, name in cleaned.items() if name}


def _named(category: Category) -> str:
    return next(iter(category.names.values()), category.slug)


def _told(category: Category) -> dict[str, Any]:
    return {
        "names": dict(category.names),
        "slug": category.slug,
        "parent": category.parent,
        "icon": category.icon,
    }
