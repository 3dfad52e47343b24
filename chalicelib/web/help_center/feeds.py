"""The help centre for machines: sitemap, robots.txt, llms.txt, Atom feed. They only contain public articles."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

from markupsafe import escape

from chalicelib.clock import stamp
from chalicelib.refusals import NotFound
from chalicelib.signin.model import network
from chalicelib.text import whole_number
from chalicelib.urls import Urls
from chalicelib.web.help_center.reading import kept, languages
from chalicelib.web.http import Response

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from chalicelib.knowledge.model import Row
    from chalicelib.knowledge.public_list import Listed
    from chalicelib.web.visit import Visit

FOR_A_WHILE = "public, max-age=300"
"""Machines may be five minutes behind."""
AT_ONCE = 2_000
"""Addresses of one sitemap, each with its other languages: below what one answer can carry. More come in parts."""
NEWEST = 30
"""Articles in the feed."""
LISTED = 2_000
"""Articles in llms.txt."""

_URLSET = (
    '<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:xhtml="http://www.w3.org/1999/xhtml">\n'
    "{}</urlset>\n"
)
_INDEX = '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{}</sitemapindex>\n'
_XML = '<?xml version="1.0" encoding="UTF-8"?>\n'
_CLOSED = ("account", "conversations", "desk", "internal", "login", "search", "settings", "staff")
"""Addresses that begin like this are not for search engines: they are personal, or endless."""


def robots(visit: Visit) -> Response:
    """Which addresses crawlers should leave alone, and where the sitemap is."""
    prefix = visit.urls.prefix
    closed = "".join(f"Disallow: {prefix}/{one}\n" for one in _CLOSED)
    text = f"User-agent: *\n{closed}\nSitemap: {_absolute(visit).sitemap()}\n"
    return kept(visit, Response(text, content_type="text/plain; charset=utf-8"), FOR_A_WHILE)


def sitemap(visit: Visit) -> Response:
    """Every public article in every language, or an index of several lists if there are many."""
    listed = _listed(visit)
    own = languages(visit)[1]
    urls = _absolute(visit)
    parts = listed.parts(AT_ONCE)
    asked, number = visit.request.arg("page"), 1
    if asked:
        number = whole_number(asked, 3) or 0
        if not 1 <= number <= len(parts):
            raise NotFound
    elif len(parts) > 1:
        places = (urls.sitemap(str(one)) for one in range(1, len(parts) + 1))
        return _xml(visit, _INDEX.format("".join(f"<sitemap><loc>{escape(one)}</loc></sitemap>\n" for one in places)))
    home = f"<url><loc>{escape(urls.home())}</loc></url>\n" if number == 1 else ""
    return _xml(visit, _URLSET.format(home + "".join(_entries(urls, parts[number - 1].rows(own, own)))))


def llms(visit: Visit) -> Response:
    """The content of the help centre as Markdown, for language models."""
    listed = _listed(visit)
    wanted, own = languages(visit)
    urls, settings = _absolute(visit), visit.settings()
    names = {one.id: one.name(wanted, own) for one in visit.house.knowledge.reading.tree().all}
    lines = [f"# {_plain(settings.organization)}", "", f"> Help centre of {_plain(settings.organization)}."]
    before = ""
    for row in islice(listed.rows(wanted, own), LISTED):
        if row.category_id != before:
            before = row.category_id
            lines += ["", f"## {_linkless(names.get(before, ''))}", ""]
        summary = f": {_linkless(row.summary)}" if row.summary else ""
        lines.append(f"- [{_linkless(row.title)}]({urls.article(row.slug, _if_several(row))}){summary}")
    text = "\n".join(lines) + "\n"
    return kept(visit, Response(text, content_type="text/plain; charset=utf-8"), FOR_A_WHILE)


def feed(visit: Visit) -> Response:
    """The articles that were published or changed last, in one language."""
    listed = _listed(visit)
    wanted, own = languages(visit)
    urls, settings = _absolute(visit), visit.settings()
    newest = listed.newest(wanted, own, NEWEST)
    updated = stamp(newest[0].updated_at) if newest else "1970-01-01T00:00:00Z"
    here = urls.feed(wanted)
    entries = "".join(
        f'<entry xml:lang="{row.language}"><id>{escape(urls.article(row.slug, row.language))}</id>'
        f"<title>{escape(_plain(row.title))}</title>"
        f'<link rel="alternate" href="{escape(urls.article(row.slug, _if_several(row)))}"/>'
        f"<published>{stamp(row.published_at)}</published><updated>{stamp(row.updated_at)}</updated>"
        f"<summary>{escape(_plain(row.summary))}</summary></entry>\n"
        for row in newest
    )
    body = (
        f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="{wanted}">\n<id>{escape(here)}</id>'
        f"<title>{escape(_plain(settings.organization))}</title><updated>{updated}</updated>"
        f"<author><name>{escape(_plain(settings.organization))}</name></author>"
        f'<link rel="self" href="{escape(here)}"/><link rel="alternate" href="{escape(urls.home())}"/>\n'
        f"{entries}</feed>\n"
    )
    return _xml(visit, body, "application/atom+xml")


def _listed(visit: Visit) -> Listed:
    """Return every public article."""
    state = visit.house.knowledge.search.later(visit.reads)
    visit.settings()  # read in one call with the state
    return visit.house.knowledge.public_list.read(state(), network(visit.request.source_ip))


def _entries(urls: Urls, rows: Iterable[Row]) -> Iterator[str]:
    for row in rows:
        if len(row.languages) == 1:
            yield f"<url><loc>{escape(urls.article(row.slug))}</loc>{_changed(row, row.language)}</url>\n"
            continue
        others = "".join(
            f'<xhtml:link rel="alternate" hreflang="{one}" href="{escape(urls.article(row.slug, one))}"/>'
            for one in sorted(row.languages)
        )
        others += f'<xhtml:link rel="alternate" hreflang="x-default" href="{escape(urls.article(row.slug))}"/>'
        for one in sorted(row.languages):
            yield f"<url><loc>{escape(urls.article(row.slug, one))}</loc>{_changed(row, one)}{others}</url>\n"


def _changed(row: Row, language: str) -> str:
    return f"<lastmod>{stamp(row.languages[language])}</lastmod>"


def _if_several(row: Row) -> str:
    return row.language if len(row.languages) > 1 else ""


def _plain(text: str) -> str:
    """Return a text on one line, without what XML cannot hold."""
    return " ".join("".join(one if one.isprintable() else " " for one in text).split())


def _linkless(text: str) -> str:
    """Return a text on one line in which Markdown sees no link."""
    return _plain(text).replace("[", "(").replace("]", ")")


def _absolute(visit: Visit) -> Urls:
    return Urls(visit.house.settings.public_url)


def _xml(visit: Visit, body: str, kind: str = "application/xml") -> Response:
    return kept(visit, Response(_XML + body, content_type=f"{kind}; charset=utf-8"), FOR_A_WHILE)
