"""Articles as items: what editors see of one, and from that alone, everything readers find.

What readers find of a scope lies in partitions of that scope: whoever does not see it never asks for them. A change of
an article is one transaction over the difference between what was there for readers and what is to be.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from chalicelib.aws import article_keys, keys
from chalicelib.aws.items import Item
from chalicelib.aws.keys import Key
from chalicelib.aws.table import Delete, Found, Later, Put, Query, Reads, Table, Update, Write
from chalicelib.clock import stamp
from chalicelib.knowledge.article import Article, Draft, Version
from chalicelib.knowledge.article_items import (
    article_of,
    content_item,
    draft_of,
    item_of,
    tree_of,
    version_of,
)
from chalicelib.knowledge.model import Scope, Tree
from chalicelib.refusals import ChangedMeanwhile, Refusal, SettingRefused

if TYPE_CHECKING:
    from datetime import datetime

SLUG_CLAIM = "article-slug"


class Articles:
    """Reads what editors see, and returns the writes of a change."""

    def __init__(self, table: Table) -> None:
        """Take the table."""
        self.table = table

    def get(self, article_id: str) -> Article | None:
        """Return an article as it is now."""
        item = self.table.get(article_keys.article(article_id), consistent=True)
        return article_of(item) if item else None

    def later(self, reads: Reads, article_id: str) -> Later[Article | None]:
        """Read an article together with other items."""
        return reads.want(article_keys.article(article_id), lambda item: article_of(item) if item else None)

    def tree_later(self, reads: Reads) -> Later[Tree]:
        """Read all categories together with other items."""
        return reads.want(article_keys.categories(), tree_of)

    def draft_later(self, reads: Reads, article_id: str, language: str) -> Later[Draft | None]:
        """Read what is written of an article in a language together with other items."""
        return reads.want(
            article_keys.article_draft(article_id, language), lambda item: draft_of(item) if item else None
        )

    def tree(self) -> Tree:
        """Return all categories as they are now."""
        return tree_of(self.table.get(article_keys.categories(), consistent=True))

    def drafts(self, article_id: str, languages: Sequence[str]) -> dict[str, Draft]:
        """Return what is written of an article, by language; nothing for languages nobody has written in."""
        wanted = {article_keys.article_draft(article_id, one): one for one in languages}
        found = self.table.get_many(list(wanted), consistent=True) if wanted else {}
        return {wanted[key]: draft_of(item) for key, item in found.items()}

    def version(self, article_id: str, language: str, number: int) -> Version | None:
        """Return a published version."""
        return self.version_later(self.table.together(consistent=True), article_id, language, number)()

    def version_later(self, reads: Reads, article_id: str, language: str, number: int) -> Later[Version | None]:
        """Read a published version together with other items."""
        key = article_keys.article_version(article_id, language, number)
        return reads.want(key, lambda item: version_of(item) if item else None)

    def versions_later(
        self, reads: Reads, article_id: str, language: str, *, before: int = 0, limit: int = 30
    ) -> Later[tuple[list[Version], bool]]:
        """Read published versions in a language, the newest first, and whether there are older ones, with other items.

        ``before`` is the number of a version that the first returned comes before; 0 begins with the newest.
        """
        first = article_keys.article_version(article_id, language, 0)
        prefix = first.sk[: -len("000000")]
        after = article_keys.article_version(article_id, language, before) if before else None
        query = Query(first.pk, prefix=prefix, after=after, forward=False, limit=limit, consistent=True)
        return reads.ask(query, lambda items, more: ([version_of(item) for item in items], more))

    def texts(self, article: Article) -> dict[str, tuple[Item, Item]]:
        """Return the items with which readers read an article, by language: the page's and the index's.

        A language is missing where somebody has just taken the article back, or changed whom it is for.
        """
        places = {language: _text_keys(article, language) for language in article.shown_in}
        wanted = [key for pair in places.values() for key in pair]
        found = self.table.get_many(wanted, consistent=True) if wanted else {}
        return {
            language: (_bare(found[page]), _bare(found[words]))
            for language, (page, words) in places.items()
            if page in found and words in found
        }

    def listed(self, category_id: str = "", *, after: str = "", limit: int = 50) -> tuple[list[Item], bool]:
        """Return entries of the editors' list in the order of categories' ids and places, and whether there are more.

        ``after`` continues behind an entry, by its ``sk``.
        """
        return self.listed_later(self.table.together(), category_id, after=after, limit=limit)()

    def listed_later(self, reads: Reads, category_id: str, *, after: str, limit: int) -> Later[Found]:
        """Read the same together with other items."""
        prefix = f"{category_id}#" if category_id else ""
        place = Key(article_keys.ARTICLES, after) if after else None
        query = Query(article_keys.ARTICLES, prefix=prefix, after=place, limit=limit, consistent=True)
        return reads.ask(query, lambda items, more: (items, more))

    def neighbour(self, article: Article, *, up: bool) -> str | None:
        """Return the id of the article that lists show before another in its category, or behind it."""
        before, seen, after, more = None, False, "", True
        while more:
            items, more = self.listed(article.category_id, after=after, limit=200)
            for item in items:
                after = item["sk"]
                if item["id"] == article.id:
                    if up:
                        return before
                    seen = True
                elif item["state"] != "archived":
                    before = str(item["id"])
                    if seen:
                        return before
        return None

    def last_order(self, category_id: str) -> int:
        """Return the place of the last article of a category, 0 where it has none."""
        items, _ = self.table.query(
            article_keys.ARTICLES, prefix=f"{category_id}#", forward=False, limit=1, consistent=True
        )
        return int(items[0]["order"]) if items else 0

    def due(self, until: datetime, limit: int = 60) -> list[Item]:
        """Return what was to happen up to a moment and has not, the earliest first."""
        items, _ = self.table.query(
            article_keys.SCHEDULE, low="0", high=f"{stamp(until)}~", limit=limit, consistent=True
        )
        return items

    def owner_of_slug(self, slug: str) -> str | None:
        """Return the id of the article that has, or had, this address."""
        item = self.table.get(keys.claim(SLUG_CLAIM, slug), consistent=True)
        return str(item["owner"]) if item else None


def article_writes(before: Article | None, after: Article | None, own: str) -> list[Write]:
    """Return everything that makes ``after`` of ``before`` (None: not there), except drafts, versions and texts.

    The first write is the article itself; its condition is that nobody changed it meanwhile. ``own`` is the
    organization's own language, in which the editors' list shows titles.
    """
    one = after or before
    if one is None:
        return []
    unchanged = [("version", "=", before.version)] if before else [("pk", "absent", None)]
    head: Write = (
        Put(article_keys.article(one.id), item_of(after), when=unchanged)
        if after
        else Delete(article_keys.article(one.id), when=unchanged)
    )
    return [
        head,
        *_claims(before, after),
        *_different(_items(before, own), _items(after, own)),
        *_counted(before, after),
        *_featured(before, after),
        *_pictured(before, after),
    ]


def text_writes(article: Article, language: str, page: Item, words: Item) -> list[Write]:
    """Return the writes of what readers read of an article in a language."""
    page_key, words_key = _text_keys(article, language)
    return [Put(page_key, page), Put(words_key, words)]


def text_removals(article: Article, language: str) -> list[Write]:
    """Return the writes that take it away."""
    return [Delete(key) for key in _text_keys(article, language)]


def _text_keys(article: Article, language: str) -> tuple[Key, Key]:
    scope = article.scope
    return article_keys.shown_text(scope, article.id, language), article_keys.shown_words(scope, article.id, language)


def draft_write(article_id: str, language: str, draft: Draft) -> Put:
    """Return the write of a draft, on condition that it is the one saved after the version before it."""
    content = draft.content
    when = [("version", "=", draft.version - 1)] if draft.version > 1 else [("pk", "absent", None)]
    item = {
        **content_item(content),
        "version": draft.version,
        "at": stamp(draft.at) if draft.at else "",
        "by": draft.by,
    }
    return Put(article_keys.article_draft(article_id, language), item, when=when)


def version_write(article_id: str, language: str, version: Version) -> Put:
    """Return the write that keeps a published version."""
    item = {**content_item(version.content), "number": version.number, "at": stamp(version.at), "by": version.by}
    return Put(article_keys.article_version(article_id, language, version.number), item, when=[("pk", "absent", None)])


# what is derived from an article


def _claims(before: Article | None, after: Article | None) -> list[Write]:
    had = {before.slug, *before.old_slugs} if before else set()
    has = {after.slug, *after.old_slugs} if after else set()
    taken: list[Write] = [
        Put(keys.claim(SLUG_CLAIM, slug), {"owner": after.id}, when=[("pk", "absent", None)])
        for slug in sorted(has - had)
        if after
    ]
    return [*taken, *(Delete(keys.claim(SLUG_CLAIM, slug)) for slug in sorted(had - has))]


def _different(before: Mapping[Key, Item], after: Mapping[Key, Item]) -> list[Write]:
    gone: list[Write] = [Delete(key) for key in before if key not in after]
    return [*gone, *(Put(key, item) for key, item in after.items() if before.get(key) != item)]


def _items(article: Article | None, own: str) -> dict[Key, Item]:
    """Return the items that follow from an article: its places in lists, its addresses, what is to happen with it."""
    if article is None:
        return {}
    found: dict[Key, Item] = {
        article_keys.article_listed(article.category_id, article.order, article.id): _listed(article, own)
    }
    for language, one in article.editions.items():
        for what, at in (("publish", one.publish_at), ("unpublish", one.unpublish_at)):
            if at:
                key = article_keys.article_schedule(stamp(at), article.id, language, what)
                found[key] = {"article_id": article.id, "language": language, "what": what, "due": stamp(at)}
    if article.published:
        card = card_of(article)
        found[article_keys.shown_row(article.scope, article.category_id, article.order, article.id)] = card
        found[article_keys.shown_article(article.scope, article.slug)] = card
        for slug in article.old_slugs:
            found[article_keys.shown_article(article.scope, slug)] = {"moved": article.slug}
    return found


def card_of(article: Article) -> Item:
    """Return what lists and pages of readers know of a published article."""
    return {
        "id": article.id,
        "slug": article.slug,
        "scope": article.scope.value,
        "category_id": article.category_id,
        "featured": article.featured,
        "author": article.author,
        "languages": {
            language: {
                "title": one.shown.title,
                "summary": one.shown.summary,
                "minutes": one.shown.minutes,
                "at": stamp(one.shown.at),
                "first": stamp(one.shown.first),
            }
            for language, one in sorted(article.editions.items())
            if one.shown
        },
    }


def _listed(article: Article, own: str) -> Item:
    return {
        "id": article.id,
        "slug": article.slug,
        "title": article.title(own),
        "scope": article.scope.value,
        "category_id": article.category_id,
        "order": article.order,
        "featured": article.featured,
        "state": article.state,
        "author": article.author,
        "updated_at": stamp(article.updated_at),
        "languages": {
            language: "published" if one.shown and not one.changed else "changed" if one.shown else "draft"
            for language, one in sorted(article.editions.items())
        },
        "outdated": [language for language in sorted(article.editions) if article.outdated(language, own)],
        **_to_come(article),
    }


def _to_come(article: Article) -> Item:
    """Return what is to happen with it next by itself, and whether something was to and did not."""
    editions = article.editions.values()
    times = [
        (at, what)
        for one in editions
        for at, what in ((one.publish_at, "publish"), (one.unpublish_at, "unpublish"))
        if at
    ]
    found: Item = {}
    if times:
        at, what = min(times)
        found |= {"due": stamp(at), "due_what": what}
    if any(one.trouble for one in editions):
        found["trouble"] = True
    return found


def shown_counts(article: Article | None) -> dict[Scope, Counter[str]]:
    """Return what a published article adds to the counts of its scope."""
    counts: dict[Scope, Counter[str]] = {scope: Counter() for scope in Scope}
    if article is not None and article.published:
        counts[article.scope][f"n_{article.category_id}"] = 1
        counts[article.scope].update(f"l_{language}" for language, one in article.editions.items() if one.shown)
    return counts


def _counted(before: Article | None, after: Article | None) -> list[Write]:
    writes: list[Write] = []
    old, new = shown_counts(before), shown_counts(after)
    for scope in Scope:
        changes = _changes(old[scope], new[scope])
        if changes:
            writes.append(Update(article_keys.shown_counts(scope), add=changes))
    had = Counter([f"n_{before.category_id}"] if before else [])
    has = Counter([f"n_{after.category_id}"] if after else [])
    changes = _changes(had, has)
    if changes:
        # A category that was deleted meanwhile has no count any more.
        present = [(name, "present", None) for name in changes]
        writes.append(Update(article_keys.article_counts(), add=changes, when=present))
    return writes


def _changes(before: Counter[str], after: Counter[str]) -> dict[str, int]:
    return {name: after[name] - before[name] for name in sorted({*before, *after}) if after[name] != before[name]}


def _featured(before: Article | None, after: Article | None) -> list[Write]:
    old, new = _feature(before), _feature(after)
    writes: list[Write] = []
    for scope in Scope:
        puts = {name: card for name, card in new[scope].items() if old[scope].get(name) != card}
        drops = [name for name in old[scope] if name not in new[scope]]
        if puts or drops:
            writes.append(Update(article_keys.shown_featured(scope), put=puts, drop=drops))
    return writes


def _feature(article: Article | None) -> dict[Scope, dict[str, Item]]:
    found: dict[Scope, dict[str, Item]] = {scope: {} for scope in Scope}
    if article is not None and article.featured and article.published:
        found[article.scope][f"f_{article.id}"] = {**card_of(article), "order": article.order}
    return found


def _pictured(before: Article | None, after: Article | None) -> list[Write]:
    """Return the writes that tell each picture which published article of which scope shows it."""
    old = dict.fromkeys(before.images, before.scope.value) if before else {}
    new = dict.fromkeys(after.images, after.scope.value) if after else {}
    one = after or before
    if one is None:
        return []
    name = f"u_{one.id}"
    there = [("pk", "present", None)]
    shown = [*there, ("gone", "absent", None)]
    writes: list[Write] = [
        Update(article_keys.article_image(image), put={name: scope}, when=shown)
        for image, scope in sorted(new.items())
        if old.get(image) != scope
    ]
    gone = sorted(old.keys() - new.keys())
    return [*writes, *(Update(article_keys.article_image(image), drop=[name], when=there) for image in gone)]


# items and back


def _bare(item: Item) -> Item:
    return {name: value for name, value in item.items() if name not in {"pk", "sk"}}


# what it means that somebody else was quicker


class HeadChanged(ChangedMeanwhile):
    """Somebody changed something else of the article."""


def reason(write: Write, *, first: bool) -> Refusal:
    """Return what it means that the condition of a write did not hold."""
    pk, sk = write.key
    if first:
        return HeadChanged()
    if pk.startswith("CLAIM#"):
        return SettingRefused("Another article has this address, or had it before. Choose another one.", field="slug")
    if pk.startswith("IMAGE#"):
        return SettingRefused("The text shows a picture that does not exist. Add the picture again.", field="body")
    if write.key == article_keys.article_counts():
        return SettingRefused("This category was deleted meanwhile. Choose another one.", field="category")
    return ChangedMeanwhile() if sk.startswith(article_keys.ARTICLE_DRAFTS) else HeadChanged()
