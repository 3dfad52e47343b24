"""What the knowledge base consists of as readers see it, and the rules of categories, addresses and languages."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import field
from datetime import datetime
from enum import Enum, StrEnum
from typing import Final
from urllib.parse import unquote

from chalicelib.records import dataclass
from chalicelib.refusals import SettingRefused

MAX_DEPTH: Final = 3
"""Categories inside each other."""
MAX_CATEGORIES: Final = 100
"""All of them lie in one item, which pages read whole."""
MAX_NAME: Final = 80
"""Code points of a category's name."""
MAX_SLUG: Final = 80
MAX_FEATURED: Final = 12
"""Featured articles of one scope: the front page shows them all."""
RELATED: Final = 5
"""Related articles beside an article."""
ICONS: Final = ("book", "start", "order", "truck", "card", "wrench", "shield", "person", "lamp", "question", "team")
"""What a category can be marked with: symbols ``kb-<icon>`` of the sprite."""
RESERVED_SLUGS: Final = frozenset({"images"})
"""Addresses below ``/articles`` that are something else."""


class Scope(StrEnum):
    """Who an article is for."""

    PUBLIC = "public"
    INTERNAL = "internal"


class Sight(Enum):
    """Which scopes a reader sees."""

    PUBLIC = (Scope.PUBLIC,)
    STAFF = (Scope.PUBLIC, Scope.INTERNAL)
    INTERNAL_ONLY = (Scope.INTERNAL,)

    @property
    def scopes(self) -> tuple[Scope, ...]:
        """The scopes, public first."""
        found: tuple[Scope, ...] = self.value
        return found


@dataclass(frozen=True, slots=True)
class Category:
    """A category. ``parent`` is an id, empty at the top; ``names`` are by language; ``icon`` is one of ICONS."""

    id: str
    slug: str
    parent: str = ""
    order: int = 0
    icon: str = "book"
    names: Mapping[str, str] = field(default_factory=dict)
    old_slugs: tuple[str, ...] = ()

    def name(self, language: str, own: str = "") -> str:
        """Return the name in a language, else in the organization's own, else in any."""
        return self.names.get(pick(self.names, language, own), self.slug)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading of an article, for its table of contents. ``level`` is 2 to 4, ``id`` what links lead to."""

    level: int
    id: str
    text: str


@dataclass(frozen=True, slots=True)
class Row:
    """A published article in a list, in the language that was found for its reader.

    ``languages`` are all it is published in, with the moment each was; ``minutes`` is how long reading takes.
    """

    id: str
    slug: str
    scope: Scope
    category_id: str
    language: str
    title: str
    summary: str
    minutes: int
    published_at: datetime
    updated_at: datetime
    languages: Mapping[str, datetime]
    featured: bool = False

    @property
    def internal(self) -> bool:
        """Whether only staff see it."""
        return self.scope is Scope.INTERNAL


@dataclass(frozen=True, slots=True)
class Place:
    """A category as one reader sees it: its name in their language, and how many articles they find in and below it."""

    id: str
    slug: str
    name: str
    icon: str
    count: int
    children: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Home:
    """The front page: the top categories that have something for the reader, and the featured articles."""

    places: tuple[Place, ...]
    featured: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Shelf:
    """A page of one category: ``path`` leads to it from the top, itself not included.

    ``more`` is where the next page begins, empty on the last. ``place.children`` are its categories.
    """

    place: Place
    path: tuple[Place, ...]
    rows: tuple[Row, ...]
    more: str = ""


@dataclass(frozen=True, slots=True)
class Published:
    """A published article in one language.

    ``language`` tells which it is in: the one asked for, the organization's own, or whichever there is. ``outdated``
    says that the organization's own was published after this translation. ``html`` is safe, its addresses begin at
    ``/`` (see ``urls.all_below``). ``text`` is for search, and empty on pages, as ``html`` is where all articles are
    walked through. ``path`` leads to it through the categories.
    """

    id: str
    slug: str
    scope: Scope
    category_id: str
    language: str
    title: str
    summary: str
    html: str
    text: str
    headings: tuple[Heading, ...]
    minutes: int
    published_at: datetime
    updated_at: datetime
    languages: Mapping[str, datetime]
    author: str = ""
    outdated: bool = False
    featured: bool = False
    related: tuple[Row, ...] = ()
    path: tuple[Place, ...] = ()
    has_images: bool = False

    @property
    def internal(self) -> bool:
        """Whether only staff see it."""
        return self.scope is Scope.INTERNAL


def pick(languages: Collection[str], language: str, own: str = "") -> str:
    """Return of the languages there are the one wanted, else the organization's own, else the first by name."""
    if language in languages:
        return language
    return own if own in languages else min(languages, default="")


_SLUG = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def is_slug(text: str) -> bool:
    """Tell whether a text could be a slug."""
    return len(text) <= MAX_SLUG and bool(_SLUG.fullmatch(text))


def check_slug(slug: str) -> str:
    """Return a slug, or refuse what cannot stand in an address."""
    if not is_slug(slug):
        raise SettingRefused(
            f"The address has small letters, digits and single hyphens, at most {MAX_SLUG} of them.", field="slug"
        )
    if slug in RESERVED_SLUGS:
        raise SettingRefused("This address is taken by the product itself. Choose another one.", field="slug")
    return slug


def slug_of(title: str) -> str:
    """Return a slug made of a title; empty where nothing of it can stand in one (Japanese, Arabic, …)."""
    plain = unicodedata.normalize("NFKD", title[:400].replace("ß", "ss").lower())
    plain = "".join(
        one if one.isascii() else " " for one in plain if not unicodedata.combining(one) and one not in "'’"
    )
    slug = "-".join(re.findall(r"[a-z0-9]+", plain))[:MAX_SLUG].strip("-")
    return f"{slug}-article" if slug in RESERVED_SLUGS else slug


def readable_slug(titles: Iterable[str]) -> str:
    """Return the slug of the first title that makes one that says what it is about, or refuse and ask for one."""
    for title in titles:
        slug = slug_of(title)
        lost = any(one.isalpha() and not slug_of(one) for one in title)
        if slug and (not lost or re.search("[a-z]{2}", slug)):
            return slug
    raise SettingRefused(
        "There are too few Latin letters to make an address of. Type an address, such as change-the-bulb.", field="slug"
    )


def meant_slug(text: str) -> str:
    """Return the slug that an address means, whatever its case, percent-encoded or with a mark of the sentence behind.

    Empty where it can be none; what is too long for a key cannot even be asked for.
    """
    plain = unquote(text[: 3 * MAX_SLUG + 8]).strip().rstrip(".,;:!?'\")]}>…、。，」）").lower()
    return plain if is_slug(plain) else ""


def tailed(slug: str, tail: str) -> str:
    """Return a slug with a hyphen and something behind it, cut so that it still is one."""
    return f"{slug[: MAX_SLUG - len(tail) - 1].rstrip('-')}-{tail}"


class Tree:
    """All categories. It answers who lies in whom; changing it gives a new one."""

    def __init__(self, categories: Sequence[Category], version: int = 0) -> None:
        """Take the categories and the version they were read in."""
        self.version = version
        self.all = tuple(sorted(categories, key=lambda one: (one.order, one.id)))
        self._by_id = {one.id: one for one in self.all}

    def get(self, category_id: str) -> Category | None:
        """Return a category."""
        return self._by_id.get(category_id)

    def by_slug(self, slug: str) -> Category | None:
        """Return the category with this address, or None."""
        return next((one for one in self.all if one.slug == slug), None)

    def by_old_slug(self, slug: str) -> Category | None:
        """Return the category that had this address before."""
        return next((one for one in self.all if slug in one.old_slugs), None)

    def children(self, category_id: str) -> tuple[Category, ...]:
        """Return what lies directly in a category, in order; of an empty id what lies at the top."""
        return tuple(one for one in self.all if one.parent == category_id)

    def path(self, category_id: str) -> tuple[Category, ...]:
        """Return the categories from the top down to this one, itself included."""
        found: list[Category] = []
        one = self.get(category_id)
        while one is not None and len(found) < MAX_DEPTH:
            found.append(one)
            one = self.get(one.parent)
        return tuple(reversed(found))

    def below(self, category_id: str) -> tuple[Category, ...]:
        """Return everything inside a category, at any depth."""
        direct = self.children(category_id)
        return direct + tuple(inner for one in direct for inner in self.below(one.id))

    def height(self, category_id: str) -> int:
        """Return how many levels a category and what lies in it take up."""
        return 1 + max((self.height(one.id) for one in self.children(category_id)), default=0)

    def flat(self) -> list[tuple[int, Category]]:
        """Return all categories as a list with their depth (0 at the top), each before what lies in it."""

        def walk(parent: str, depth: int) -> list[tuple[int, Category]]:
            return [line for one in self.children(parent) for line in ((depth, one), *walk(one.id, depth + 1))]

        return walk("", 0)

    def check(self) -> Tree:
        """Return the tree, or refuse what it must not be."""
        if len(self.all) > MAX_CATEGORIES:
            raise SettingRefused(f"There can be at most {MAX_CATEGORIES} categories.")
        slugs = [slug for one in self.all for slug in {one.slug, *one.old_slugs}]
        if len(set(slugs)) != len(slugs):
            raise SettingRefused("Another category has this address, or had it before.", field="slug")
        for one in self.all:
            check_slug(one.slug)
            if one.icon not in ICONS:
                raise SettingRefused("Choose one of the icons offered.", field="icon")
            if not any(one.names.values()):
                raise SettingRefused("A category needs a name in at least one language.", field="name")
            if any(len(name) > MAX_NAME for name in one.names.values()):
                raise SettingRefused(f"A category's name can have at most {MAX_NAME} characters.", field="name")
            if one.parent and (one.parent not in self._by_id or not self._roots(one)):
                raise SettingRefused("Choose another category to put it in.", field="parent")
        if any(self.height(one.id) > MAX_DEPTH for one in self.children("")):
            raise SettingRefused(f"Categories can be at most {MAX_DEPTH} levels deep.", field="parent")
        return self

    def _roots(self, category: Category) -> bool:
        """Tell whether the way up from a category ends at the top."""
        seen: set[str] = set()
        here: Category | None = category
        while here is not None and here.parent:
            if here.id in seen:
                return False
            seen.add(here.id)
            here = self.get(here.parent)
        return here is not None
