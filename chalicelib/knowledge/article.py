"""An article as its editors see it: what is written, what is published of it, in which language, and when."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field, replace
from datetime import datetime
from typing import Final

from chalicelib.knowledge.model import Scope, check_slug
from chalicelib.records import dataclass
from chalicelib.refusals import SettingRefused
from chalicelib.text import clean_line

IMAGE: Final = re.compile(r"/articles/images/([0-9a-hjkmnp-tv-z]{26})")
"""The address of a picture of ours, with its id."""
MAX_TITLE: Final = 150
MAX_SUMMARY: Final = 400
MAX_BODY: Final = 40_000
"""Code points of an article's Markdown in one language."""
MAX_LINES: Final = 8_000
"""Lines of it: each costs, however short it is."""
MAX_IMAGES: Final = 30
"""Pictures of one article, all languages together: publishing marks each of them in the same transaction."""
MAX_OLD_SLUGS: Final = 10
"""Former addresses that still lead to an article."""
MAX_ORDER: Final = 10**8 - 1
RENDERING: Final = 2
"""How Markdown is rendered now; what is published says how it was, 1 where it says nothing. See ``renewing.py``."""


@dataclass(frozen=True, slots=True)
class Content:
    """What is written in one language. ``body`` is Markdown."""

    title: str = ""
    summary: str = ""
    body: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is written in one language, saved or not yet published. ``version`` counts how often it was saved."""

    content: Content
    version: int = 0
    at: datetime | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Version:
    """What was published in one language. ``number`` counts from 1."""

    number: int
    content: Content
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What lists show of an article's published version ``number``. ``first`` is when it was first published."""

    number: int
    title: str
    summary: str
    minutes: int
    at: datetime
    first: datetime
    images: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edition:
    """Where an article stands in one language.

    ``title`` is that of the draft, whose version is ``draft``; ``last`` is the newest published version's number, 0
    for none; ``shown`` is what readers see, None where it is not published. ``changed`` tells that the draft says
    something else. ``publish_at`` and ``unpublish_at`` are set while it is to happen by itself; ``trouble`` is why that
    did not work.
    """

    title: str
    draft: int = 0
    last: int = 0
    shown: Shown | None = None
    changed: bool = True
    publish_at: datetime | None = None
    unpublish_at: datetime | None = None
    trouble: str = ""

    def taken_back(self) -> Edition:
        """Return it as it is once readers no longer see it, with nothing set for later."""
        return replace(self, shown=None, changed=True, publish_at=None, unpublish_at=None)

    def published_by(self, at: datetime) -> bool:
        """Tell whether readers find it at a moment, as far as is known now."""
        return self.shown is not None or (self.publish_at is not None and self.publish_at < at)


@dataclass(frozen=True, slots=True)
class Article:
    """An article. ``version`` counts every change, ``facts`` those of what is the same in all languages.

    ``order`` is its place in the category. An archived one is published nowhere and can be brought back.
    """

    id: str
    slug: str
    category_id: str
    scope: Scope
    order: int
    author: str
    author_id: str
    created_at: datetime
    updated_at: datetime
    featured: bool = False
    archived: bool = False
    version: int = 0
    facts: int = 0
    old_slugs: tuple[str, ...] = ()
    editions: Mapping[str, Edition] = field(default_factory=dict)

    @property
    def published(self) -> bool:
        """Whether readers find it in some language."""
        return any(one.shown for one in self.editions.values())

    @property
    def shown_in(self) -> tuple[str, ...]:
        """The languages in which readers find it."""
        return tuple(language for language, one in self.editions.items() if one.shown)

    @property
    def images(self) -> frozenset[str]:
        """The pictures its published versions show."""
        return frozenset(image for one in self.editions.values() if one.shown for image in one.shown.images)

    @property
    def state(self) -> str:
        """``archived``, ``draft``, ``published``, or ``changed`` where a draft is ahead of what readers see."""
        if self.archived:
            return "archived"
        if not self.published:
            return "draft"
        return "changed" if any(one.changed for one in self.editions.values()) else "published"

    def title(self, own: str) -> str:
        """Return its title in the organization's own language, or in another it is written in."""
        titles = {language: one.title for language, one in self.editions.items() if one.title}
        return titles.get(own) or next((titles[language] for language in sorted(titles)), "") or self.slug

    def outdated(self, language: str, own: str) -> bool:
        """Tell whether the organization's own language was published after the translation."""
        ours, theirs = self.editions.get(own), self.editions.get(language)
        if language == own or not ours or not theirs or not ours.shown or not theirs.shown:
            return False
        return ours.shown.at > theirs.shown.at


def clean(content: Content) -> Content:
    """Return what was typed with plain line ends, title and summary on one line, and no control characters."""
    body = content.body.replace("\r\n", "\n").replace("\r", "\n")
    body = "".join(one for one in body if one in "\n\t" or one > "\x9f" or one.isprintable())
    return Content(clean_line(content.title), clean_line(content.summary), body.rstrip())


def check(content: Content) -> Content:
    """Return what is to be saved, or refuse what is too long. A draft may be empty."""
    if len(content.title) > MAX_TITLE:
        raise SettingRefused(f"A title can have at most {MAX_TITLE} characters.", field="title")
    if len(content.summary) > MAX_SUMMARY:
        raise SettingRefused(f"A summary can have at most {MAX_SUMMARY} characters.", field="summary")
    check_length(content.body)
    return content


def check_length(body: str) -> None:
    """Refuse a text that is too long, in characters or in lines."""
    if len(body) > MAX_BODY:
        raise SettingRefused(
            f"An article can have at most {MAX_BODY:,} characters; this one has {len(body):,}. Make two of it.",
            field="body",
        )
    if body.count("\n") >= MAX_LINES:
        raise SettingRefused(f"An article can have at most {MAX_LINES:,} lines. Make two of it.", field="body")


def check_publishable(content: Content) -> Content:
    """Return what is to be published, or refuse what has no title or no text."""
    if not content.title:
        raise SettingRefused("An article needs a title before it can be published.", field="title")
    if not content.body.strip():
        raise SettingRefused("An article needs some text before it can be published.", field="body")
    return check(content)


def moved(article: Article, slug: str) -> tuple[str, ...]:
    """Return the former addresses of an article once ``slug`` is its address; the oldest go first."""
    check_slug(slug)
    if slug == article.slug:
        return article.old_slugs
    kept = [one for one in (*article.old_slugs, article.slug) if one != slug]
    return tuple(kept[-MAX_OLD_SLUGS:])
