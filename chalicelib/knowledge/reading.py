"""The knowledge base as readers read it: home, categories, articles, each in few reads and only within a sight.

What only another sight shows is refused as what does not exist is, for it is never looked for. Pages ask with
``…_later`` before they know who reads and in which language, so that what they need is read in one call with that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from chalicelib.aws import article_keys
from chalicelib.aws.items import Item
from chalicelib.aws.keys import Key
from chalicelib.aws.table import Later, Query, Reads, Table
from chalicelib.clock import moment
from chalicelib.knowledge.article_items import tree_of
from chalicelib.knowledge.model import (
    RELATED,
    Category,
    Heading,
    Home,
    Place,
    Published,
    Row,
    Scope,
    Shelf,
    Sight,
    Tree,
    meant_slug,
    pick,
)
from chalicelib.refusals import Moved, NotFound

PAGE = 25
"""Articles on a page of a category."""
_BATCH = 50


class Reading:
    """Reads what is published."""

    def __init__(self, table: Table) -> None:
        """Take the table."""
        self._table = table

    # pages. ``own`` is the organization's own language, shown where the reader's is missing

    def home(self, sight: Sight, language: str, own: str = "") -> Home:
        """Return the categories that have something for the reader, with counts, and the featured articles."""
        return self.home_later(self._table.together(), sight)(sight, language, own)

    def home_later(self, reads: Reads, widest: Sight) -> Callable[[Sight, str, str], Home]:
        """Return what gives the front page in one read, made together with other items.

        ``widest`` is the most the reader may turn out to see; the sight given later is within it.
        """
        where = self._where_later(reads, widest)
        featured = {scope: reads.want(article_keys.shown_featured(scope), _features) for scope in widest.scopes}

        def home(sight: Sight, language: str, own: str = "") -> Home:
            places = where(sight, language, own)
            cards = [card for scope in sight.scopes for card in featured[scope]()]
            cards.sort(key=lambda card: (card["order"], card["id"]))
            return Home(places.top(), tuple(row_of(card, language, own) for card in cards))

        return home

    def category(self, slug: str, sight: Sight, language: str, cursor: str = "", own: str = "") -> Shelf:
        """Return a page of a category, beginning behind ``cursor`` (``more`` of the page before).

        Raises NotFound for one that has nothing for the reader, and :class:`Moved` for an old address.
        """
        return self.category_later(self._table.together(), slug, sight)(sight, language, cursor, own)

    def category_later(self, reads: Reads, slug: str, widest: Sight) -> Callable[[Sight, str, str, str], Shelf]:
        """Return what gives a page of a category: one read made together with others, one query of each scope."""
        where = self._where_later(reads, widest)

        def category(sight: Sight, language: str, cursor: str = "", own: str = "") -> Shelf:
            places = where(sight, language, own)
            path = places.found(slug)
            here = path[-1]
            rows, more = self._rows(here.id, sight, language, own, after=cursor, limit=PAGE)
            return Shelf(here, path[:-1], tuple(rows), more)

        return category

    def article(self, slug: str, sight: Sight, language: str, own: str = "") -> Published:
        """Return an article in a language, or in another with ``language`` telling which.

        Raises NotFound for what the sight does not show, and :class:`Moved` for an old address of what it shows, or one
        in capitals.
        """
        return self.article_later(self._table.together(), slug, sight)(sight, language, own)

    def article_later(self, reads: Reads, slug: str, widest: Sight) -> Callable[[Sight, str, str], Published]:
        """Return what gives an article: one read together with others, then its text and what stands beside it."""
        where = self._where_later(reads, widest)
        meant = meant_slug(slug)
        possible = widest.scopes if meant else ()
        cards = {scope: reads.want(article_keys.shown_article(scope, meant), _as_it_is) for scope in possible}

        def article(sight: Sight, language: str, own: str = "") -> Published:
            asked = (cards[scope] for scope in sight.scopes if scope in cards)
            card = next((found for later in asked if (found := later())), None)
            if card is None:
                raise NotFound
            if "moved" in card or slug != meant:
                raise Moved(str(card.get("moved", meant)))
            shown = pick(card["languages"], language, own)
            more = self._table.together(consistent=reads.consistent)
            text_now = more.want(article_keys.shown_text(card["scope"], card["id"], shown), _as_it_is)
            related_now = self._related(more, card, language, own)
            text = text_now()
            if text is None:  # taken away between the two reads
                raise NotFound
            path = where(sight, language, own).path(card["category_id"])
            return _published(card, shown, text, own, related=related_now(), path=path)

        return article

    def _related(self, reads: Reads, card: Item, language: str, own: str) -> Later[tuple[Row, ...]]:
        """Read what stands beside an article in its category, of its own scope."""
        query = Query(article_keys.shown_rows(card["scope"], card["category_id"]), limit=RELATED + 1)

        def related(items: list[Item]) -> tuple[Row, ...]:
            return tuple(row_of(item, language, own) for item in items if item["id"] != card["id"])[:RELATED]

        return reads.ask(query, lambda items, _: related(items))

    # for machines

    def cards(self, scope: Scope) -> Iterator[Item]:
        """Yield every published article of a scope once, by category, as it is stored for lists."""
        for category in self.tree().all:
            yield from self._table.walk(article_keys.shown_rows(scope, category.id))

    def everything(self, scope: Scope, seen: Callable[[Item], None] | None = None) -> Iterator[Published]:
        """Yield every published article of a scope in every language it is published in, with ``text``, no ``html``.

        ``seen`` is told each article once, as :meth:`cards` yields it.
        """
        tree = self.tree()
        waiting: list[tuple[Item, str]] = []
        for category in tree.all:
            for card in self._table.walk(article_keys.shown_rows(scope, category.id), consistent=True):
                if seen:
                    seen(card)
                waiting += ((card, language) for language in card["languages"])
                if len(waiting) >= _BATCH:
                    yield from self._read(waiting, tree)
                    waiting = []
        yield from self._read(waiting, tree)

    def tree(self) -> Tree:
        """Return all categories, whoever may see them."""
        return tree_of(self._table.get(article_keys.categories()))

    def counts(self, scope: Scope) -> Mapping[str, int]:
        """Return how many articles of a scope are published in each language."""
        found = _counts(self._table.get(article_keys.shown_counts(scope)))
        return {name.removeprefix("l_"): count for name, count in found.items() if name.startswith("l_") and count}

    def _read(self, wanted: list[tuple[Item, str]], tree: Tree) -> Iterator[Published]:
        places = {(card["id"], one): article_keys.shown_words(card["scope"], card["id"], one) for card, one in wanted}
        found = self._table.get_many(list(places.values()), consistent=True) if places else {}
        for card, language in wanted:
            words = found.get(places[card["id"], language])
            if words is not None:
                path = tuple(_place(one, 0, language, "") for one in tree.path(card["category_id"]))
                yield _published(card, language, words, "", path=path)

    # where things are

    def _where_later(self, reads: Reads, widest: Sight) -> Callable[[Sight, str, str], _Places]:
        tree = reads.want(article_keys.categories(), tree_of)
        counts: dict[Scope, Later[dict[str, int]]] = {
            scope: reads.want(article_keys.shown_counts(scope), _counts) for scope in widest.scopes
        }

        def where(sight: Sight, language: str, own: str) -> _Places:
            return _Places(tree(), [counts[scope]() for scope in sight.scopes], language, own)

        return where

    def _rows(
        self, category_id: str, sight: Sight, language: str, own: str, *, after: str, limit: int
    ) -> tuple[list[Row], str]:
        """Return rows of all scopes of a sight in one order, and where to go on; each scope is read no further."""
        reads, found, unread = self._table.together(), list[Item](), False
        partitions = [article_keys.shown_rows(scope, category_id) for scope in sight.scopes]
        asked = [
            reads.ask(
                Query(one, after=Key(one, after) if after else None, limit=limit + 1), lambda items, more: (items, more)
            )
            for one in partitions
        ]
        for later in asked:
            items, more = later()
            found += items
            unread = unread or more
        found.sort(key=lambda item: str(item["sk"]))
        shown = found[:limit]
        more_there = len(found) > limit or (unread and bool(shown))
        return [row_of(item, language, own) for item in shown], shown[-1]["sk"] if more_there else ""


class _Places:
    """The categories as one reader sees them."""

    def __init__(self, tree: Tree, counts: list[dict[str, int]], language: str, own: str) -> None:
        self._tree, self._language, self._own = tree, language, own
        self._count = {one.id: sum(per_scope.get(f"n_{one.id}", 0) for per_scope in counts) for one in tree.all}

    def top(self) -> tuple[Place, ...]:
        """Return those at the top that have something in or below them."""
        return self._below("")

    def _below(self, category_id: str) -> tuple[Place, ...]:
        made = (self._made(one) for one in self._tree.children(category_id))
        return tuple(one for one in made if one.count)

    def _made(self, category: Category) -> Place:
        children = self._below(category.id)
        count = self._count[category.id] + sum(one.count for one in children)
        return _place(category, count, self._language, self._own, children)

    def found(self, slug: str) -> tuple[Place, ...]:
        """Return the way to the category with an address, itself last."""
        meant = meant_slug(slug)
        category = self._tree.by_slug(meant)
        former = None if category else self._tree.by_old_slug(meant)
        one = category or former
        place = self._made(one) if one else None
        if one is None or place is None or not place.count:
            raise NotFound
        if former or slug != meant:
            raise Moved(one.slug)
        return (*self.path(one.parent), place)

    def path(self, category_id: str) -> tuple[Place, ...]:
        """Return the way to a category, itself last."""
        return tuple(self._made(one) for one in self._tree.path(category_id))


def _place(category: Category, count: int, language: str, own: str, children: tuple[Place, ...] = ()) -> Place:
    return Place(category.id, category.slug, category.name(language, own), category.icon, count, children)


def _as_it_is(item: Item | None) -> Item | None:
    return item


def _counts(item: Item | None) -> dict[str, int]:
    return {name: value for name, value in (item or {}).items() if name.startswith(("n_", "l_"))}


def _features(item: Item | None) -> list[Item]:
    return [card for name, card in (item or {}).items() if name.startswith("f_")]


def _languages(card: Item) -> dict[str, Any]:
    return {language: moment(one["at"]) for language, one in card["languages"].items()}


def row_of(card: Item, language: str, own: str) -> Row:
    """Return an article as a list shows it, in a language where it has it, else in the organization's own."""
    found = pick(card["languages"], language, own)
    one = card["languages"][found]
    return Row(
        id=card["id"],
        slug=card["slug"],
        scope=Scope(card["scope"]),
        category_id=card["category_id"],
        language=found,
        title=one["title"],
        summary=one["summary"],
        minutes=one["minutes"],
        published_at=moment(one["first"]),
        updated_at=moment(one["at"]),
        languages=_languages(card),
        featured=card["featured"],
    )


def _published(
    card: Item, language: str, text: Item, own: str, *, related: tuple[Row, ...] = (), path: tuple[Place, ...] = ()
) -> Published:
    one, languages = card["languages"][language], _languages(card)
    ours = languages.get(own)
    return Published(
        id=card["id"],
        slug=card["slug"],
        scope=Scope(card["scope"]),
        category_id=card["category_id"],
        language=language,
        title=one["title"],
        summary=one["summary"],
        html=text.get("html", ""),
        text=text.get("text", ""),
        headings=tuple(Heading(raw["level"], raw["id"], raw["text"]) for raw in text["headings"]),
        minutes=one["minutes"],
        published_at=moment(one["first"]),
        updated_at=moment(one["at"]),
        languages=languages,
        author=card["author"],
        outdated=ours is not None and language != own and ours > languages[language],
        featured=card["featured"],
        related=related,
        path=path,
        has_images=bool(text.get("images")),
    )
