"""Finds the links of an article that lead nowhere, as far as this product can know: it asks no other site.

What they lead to is looked up as readers would: headings of this article and of others, articles, categories and pages
of this help centre, also where they are named by its whole address. Editors are told; nothing is refused for it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urljoin, urlsplit

from markupsafe import escape

from chalicelib.aws import article_keys, keys
from chalicelib.knowledge.article_items import article_of
from chalicelib.knowledge.article_store import SLUG_CLAIM
from chalicelib.knowledge.markdown import PAGES_OWN, SCHEMES
from chalicelib.knowledge.model import Scope, meant_slug, pick
from chalicelib.links import links, mail_in
from chalicelib.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from chalicelib.aws.items import Item
    from chalicelib.aws.table import Table
    from chalicelib.knowledge.article import Article
    from chalicelib.knowledge.markdown import Rendered
    from chalicelib.knowledge.model import Tree

MAX_LOOKED_UP: Final = 200
"""Links that are looked at; a longer article has its others checked once these are right."""
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_NO_SCHEME: Final = "Links can begin with https, http, mailto or tel."
_NO_ADDRESS: Final = "This link has no address."
_NO_SITE: Final = "This address names no site, such as example.com."
_NO_PAGE: Final = "This help centre has no such page."
_NO_ARTICLE: Final = "There is no article with this address."
_NO_CATEGORY: Final = "There is no category with this address."


@dataclass(frozen=True, slots=True)
class DeadLink:
    """A link that leads nowhere: its words, its address, and why in a sentence for editors."""

    words: str
    address: str
    why: str


@dataclass(frozen=True, slots=True)
class _To:
    """An article that a link leads to, and the part of it."""

    slug: str
    part: str
    internal: bool


class DeadLinks:
    """Looks for them in a text that is rendered."""

    def __init__(self, table: Table, site: str, has_page: Callable[[str], bool]) -> None:
        """Take the table, the address of this portal, and what tells whether a path is a page of ours."""
        self._table, self._site, self._has_page = table, urlsplit(site), has_page

    def among(
        self, rendered: Rendered, *, article: Article | None, language: str, own: str, tree: Tree
    ) -> tuple[DeadLink, ...]:
        """Return the links of a text in ``language`` that lead nowhere; ``article`` is None where it belongs to none.

        ``own`` is the organization's own language, ``tree`` has the categories.
        """
        slugs = {article.slug, *article.old_slugs} if article else set()
        found: dict[tuple[str, str], str | _To] = {}
        unmade = " ".join(address for _, address in rendered.unmade)
        for words, address in list(dict.fromkeys(rendered.leads))[:MAX_LOOKED_UP]:
            where = self._where(address, rendered, tree)
            if isinstance(where, _To) and where.slug in slugs:
                where = _part_of_this(where.part, rendered.ids)
            bare = next(links(words), None)
            if bare is None or words not in unmade:  # a bare address within what was to be a link: said once
                found[words, address] = where
        tos = [one for one in found.values() if isinstance(one, _To)]
        others = _articles(self._table, {one.slug for one in tos})
        pages = _pages(self._table, tos, others, language, own)
        internal = article is not None and article.scope is Scope.INTERNAL
        dead = [
            DeadLink(words, unquote(address), why)
            for (words, address), where in found.items()
            if (why := where if isinstance(where, str) else _why(where, others, pages, internal=internal))
        ]
        return (*dead, *(DeadLink(words, address, _why_unmade(address)) for words, address in rendered.unmade))

    def _where(self, address: str, rendered: Rendered, tree: Tree) -> str | _To:
        """Return the article a link leads to, or why it leads nowhere; nothing where it leads somewhere else."""
        if address[:1] in {"", "#"}:
            return _part_of_this(unquote(address[1:]), rendered.ids) if address else _NO_ADDRESS
        scheme = _SCHEME.match(address)
        kind = scheme[1].lower() if scheme else ""
        if kind and kind not in {"http", "https"}:
            return _of_kind(kind, address)
        try:
            to = urlsplit(address if kind else urljoin("/articles/this", address))
            host, port = to.hostname or "", to.port
        except ValueError:
            return _NO_SITE
        ours = self._site.path.rstrip("/")
        if host or kind:
            public = "." in host.strip(".") or ":" in host or host == "localhost"
            if not kind or not public or ".." in host or re.search(r"[\s%]", host):
                return _NO_SITE if kind else "Begin the address with https://."
            if (host, port) != (self._site.hostname, self._site.port) or not to.path.startswith(ours):
                return ""
        path = unquote(to.path.removeprefix(ours) if kind else to.path) or "/"
        return _page(path, unquote(to.fragment), tree, self._has_page)


def _of_kind(kind: str, address: str) -> str:
    """Return what is wrong with an address that is no page's."""
    if kind == "mailto":
        named = [one.strip() for one in unquote(address[7:]).partition("?")[0].split(",")]
        return "" if all(mail_in(one) for one in named) else "This is no e-mail address."
    if kind == "tel":
        return "" if re.search(r"\d{2}", address) else "This is no telephone number."
    return _NO_SCHEME


def _page(path: str, part: str, tree: Tree, has_page: Callable[[str], bool]) -> str | _To:
    if found := re.fullmatch(r"(/internal)?/articles/([^/]+)", path):
        slug = meant_slug(found[2])
        return _To(slug, part, bool(found[1])) if slug else _NO_ARTICLE
    if found := re.fullmatch(r"(?:/internal)?/categories/([^/]+)", path):
        slug = meant_slug(found[1])
        return "" if tree.by_slug(slug) or tree.by_old_slug(slug) else _NO_CATEGORY
    return "" if has_page(path) else _NO_PAGE


def _part_of_this(part: str, ids: frozenset[str]) -> str:
    if part in {"", "top"} or part in ids or part in PAGES_OWN:
        return ""
    return f"This article has no heading “{_heading(part)}”."


def _heading(part: str) -> str:
    return part.removeprefix("s-")[:80]


def _articles(table: Table, slugs: set[str]) -> dict[str, Article]:
    """Return the articles that have, or had, some addresses, by these."""
    claims = {keys.claim(SLUG_CLAIM, slug): slug for slug in slugs}
    owners = {claims[key]: str(item["owner"]) for key, item in _found(table, list(claims))}
    heads = {article_keys.article(owner): owner for owner in owners.values()}
    articles = {heads[key]: article_of(item) for key, item in _found(table, list(heads))}
    return {slug: articles[owner] for slug, owner in owners.items() if owner in articles}


def _pages(table: Table, tos: list[_To], articles: Mapping[str, Article], language: str, own: str) -> dict[str, str]:
    """Return what readers read of those articles of which a part is named, as HTML by address."""
    wanted = {}
    for to in tos:
        article = articles.get(to.slug)
        if article and article.published and to.part:
            shown = pick(article.shown_in, language, own)
            wanted[article_keys.shown_text(article.scope.value, article.id, shown)] = article.id
    pages = {wanted[key]: str(item.get("html", "")) for key, item in _found(table, list(wanted))}
    return {slug: pages[one.id] for slug, one in articles.items() if one.id in pages}


def _found(table: Table, wanted: list[keys.Key]) -> Iterator[tuple[keys.Key, Item]]:
    yield from table.get_many(wanted, consistent=True).items() if wanted else ()


def _why(to: _To, articles: Mapping[str, Article], pages: Mapping[str, str], *, internal: bool) -> str:
    """Return why a link to another article leads nowhere for those who read this one; nothing where it does not."""
    article = articles.get(to.slug)
    if article is None:
        return _NO_ARTICLE
    if not article.published:
        return "This article is not published."
    if not internal and (to.internal or article.scope is Scope.INTERNAL):
        return "Only staff can read that page."
    if not to.internal and article.scope is Scope.INTERNAL:
        return f"It is for staff only, at /internal/articles/{article.slug}."
    if to.part and to.part not in {"top", *PAGES_OWN} and f' id="{escape(to.part)}"' not in pages.get(to.slug, ""):
        return f"That article has no heading “{_heading(to.part)}”."
    return ""


def _why_unmade(address: str) -> str:
    scheme = _SCHEME.match(address)
    if scheme and scheme[1].lower() not in SCHEMES:
        return _NO_SCHEME
    if re.search(r"\s", address.strip()):
        return "This became no link: an address has no spaces. Write %20 for each."
    return "This became no link: check its brackets and its address."
