"""Articles, what is written of them, and categories as items: how they are stored and read back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.aws.items import Item
from chalicelib.clock import moment, stamp
from chalicelib.knowledge.article import RENDERING, Article, Content, Draft, Edition, Shown, Version
from chalicelib.knowledge.model import Category, Scope, Tree

if TYPE_CHECKING:
    from chalicelib.knowledge.markdown import Rendered


def item_of(article: Article) -> Item:
    """Return an article as it is stored."""
    return {
        "id": article.id,
        "slug": article.slug,
        "category_id": article.category_id,
        "scope": article.scope.value,
        "order": article.order,
        "author": article.author,
        "author_id": article.author_id,
        "created_at": stamp(article.created_at),
        "updated_at": stamp(article.updated_at),
        "featured": article.featured,
        "archived": article.archived,
        "version": article.version,
        "facts": article.facts,
        "old_slugs": article.old_slugs,
        "editions": {language: _edition_item(one) for language, one in article.editions.items()},
    }


def _edition_item(one: Edition) -> Item:
    item: Item = {"title": one.title, "draft": one.draft, "last": one.last, "changed": one.changed}
    if one.trouble:
        item["trouble"] = one.trouble
    for name, at in (("publish_at", one.publish_at), ("unpublish_at", one.unpublish_at)):
        if at:
            item[name] = stamp(at)
    if one.shown:
        shown = one.shown
        item["shown"] = {
            "number": shown.number,
            "title": shown.title,
            "summary": shown.summary,
            "minutes": shown.minutes,
            "at": stamp(shown.at),
            "first": stamp(shown.first),
            "images": shown.images,
        }
    return item


def article_of(item: Item) -> Article:
    """Return an article of its item."""
    names = ("id", "slug", "category_id", "order", "author", "author_id", "featured", "archived", "version", "facts")
    return Article(
        **{name: item[name] for name in names},
        scope=Scope(item["scope"]),
        created_at=moment(item["created_at"]),
        updated_at=moment(item["updated_at"]),
        old_slugs=tuple(item["old_slugs"]),
        editions={language: _edition_of(one) for language, one in item["editions"].items()},
    )


def _edition_of(item: Item) -> Edition:
    raw: dict[str, Any] | None = item.get("shown")
    shown = (
        Shown(
            raw["number"],
            raw["title"],
            raw["summary"],
            raw["minutes"],
            moment(raw["at"]),
            moment(raw["first"]),
            tuple(raw["images"]),
        )
        if raw
        else None
    )
    times = {name: moment(item[name]) for name in ("publish_at", "unpublish_at") if name in item}
    return Edition(
        item["title"], item["draft"], item["last"], shown, item["changed"], trouble=item.get("trouble", ""), **times
    )


def content_item(content: Content) -> Item:
    """Return a text as it is stored in a draft or a version."""
    return {"title": content.title, "summary": content.summary, "body": content.body}


def _content_of(item: Item) -> Content:
    return Content(item["title"], item["summary"], item["body"])


def draft_of(item: Item) -> Draft:
    """Return a draft of its item."""
    return Draft(_content_of(item), item["version"], moment(item["at"]) if item["at"] else None, item["by"])


def version_of(item: Item) -> Version:
    """Return a published version of its item."""
    return Version(item["number"], _content_of(item), moment(item["at"]), item["by"])


def text_items(rendered: Rendered) -> tuple[Item, Item]:
    """Return a text as readers read it, as it is stored: for its page, and for the search index."""
    headings = [{"level": one.level, "id": one.id, "text": one.text} for one in rendered.headings]
    page = {"html": rendered.html, "headings": headings, "images": len(rendered.images), "rendering": RENDERING}
    return page, {"text": rendered.text, "headings": headings}


def tree_of(item: Item | None) -> Tree:
    """Return all categories of their item."""
    if item is None:
        return Tree(())
    return Tree([_category_of(one) for one in item["categories"]], item["version"])


def _category_of(item: Item) -> Category:
    return Category(**{**item, "names": dict(item["names"]), "old_slugs": tuple(item["old_slugs"])})


def tree_item(tree: Tree) -> Item:
    """Return all categories as they are stored."""
    names = ("id", "slug", "parent", "order", "icon", "names", "old_slugs")
    return {
        "version": tree.version,
        "categories": [{name: getattr(one, name) for name in names} for one in tree.all],
    }
