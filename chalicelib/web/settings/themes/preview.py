"""What a page looks like in a theme that is not published: for its editors alone, with a made-up customer.

Nothing in a preview does anything: its forms go nowhere, and its links lead to other previews.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from chalicelib import zones
from chalicelib.records import replace
from chalicelib.refusals import NotFound
from chalicelib.speech import ENGLISH, LANGUAGES, speech
from chalicelib.text import whole_number
from chalicelib.themes.language.checker import check
from chalicelib.themes.looks import Reader
from chalicelib.themes.model import ERROR
from chalicelib.themes.palette import properties
from chalicelib.themes.sandbox import TooMuch
from chalicelib.themes.values import types
from chalicelib.web.contexts import Site
from chalicelib.web.http import Response
from chalicelib.web.security import preview_policy
from chalicelib.web.settings.themes.preview_urls import PreviewUrls
from chalicelib.web.settings.themes.revision import revision
from chalicelib.web.settings.themes.sample_conversations import NOW
from chalicelib.web.settings.themes.samples import sample
from chalicelib.web.settings.themes.typed import MAX_TYPED, typed, with_typed
from chalicelib.web.settings.themes.value_contexts import PreviewFailed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.rendering.model import ThemedPage
    from chalicelib.speech import Speech
    from chalicelib.themes.editions import Edition
    from chalicelib.urls import Urls
    from chalicelib.web.settings.themes.samples import Sample
    from chalicelib.web.visit import Visit

PERMISSION = "portal:write"
_CSS = "text/css; charset=utf-8"
_LONGEST = 6_000
"""Characters of settings in an address."""


def preview(visit: Visit) -> Response:
    """A page of a draft, or of any revision; sent a form of settings or of a file, with what was typed there."""
    visit.request.max_form = MAX_TYPED
    visit.member(PERMISSION)
    edition = _edition(visit)
    shown = sample(f"{visit.request.params.get('page', '')}.html", _asked(visit, "state"))
    if shown is None:
        raise NotFound
    return _answer(visit, _rendered(visit, edition, shown))


def look(visit: Visit) -> Response:
    """The custom properties that some settings of a theme make."""
    visit.member(PERMISSION)
    edition, text = _edition(visit), visit.request.arg("values")
    try:
        values: Any = json.loads(text) if len(text) <= _LONGEST else {}
    except (ValueError, RecursionError):
        values = {}
    changed = replace(edition.content, values=values if isinstance(values, dict) else {})
    return Response(properties(edition.manifest, edition.with_content(changed).values), content_type=_CSS)


def _asked(visit: Visit, name: str) -> str:
    return visit.request.field(name) if visit.writing else visit.request.arg(name)


def _edition(visit: Visit) -> Edition:
    theme_id = visit.request.params.get("theme", "")
    theme = visit.house.themes.get(theme_id)
    number = whole_number(_asked(visit, "revision")) or theme.newest.number
    edition = revision(visit, theme_id, number)
    if not visit.writing:
        return edition
    if name := visit.request.field("file"):
        known = name in edition.files and name.endswith(".html")
        return edition.with_content(with_typed(visit, edition.content, name)) if known else edition
    values, _ = typed(visit, edition.manifest)
    return edition.with_content(replace(edition.content, values=values))


def _rendered(visit: Visit, edition: Edition, shown: Sample) -> str:
    theme_id = visit.request.params["theme"]
    wrong = _wrong(edition, shown.page(visit.urls))
    if not wrong:
        asked = {name: one for name in ("revision", "language") if (one := _asked(visit, name))}
        try:
            return drawn(visit, theme_id, edition, shown, asked)
        except TooMuch as fault:
            wrong = (f"{shown.page(visit.urls).entry}: {fault}",)
    settings = visit.settings()
    site = _site(visit, visit.urls, shown, ENGLISH)
    plain = replace(site, area="settings", viewer="", languages=(), has_logo=settings.has_logo)
    failed = PreviewFailed(wrong, visit.urls.settings("themes", theme_id, "files"))
    return visit.house.renderer.page(failed, plain, zones.zone(settings.time_zone), NOW)


def drawn(visit: Visit, theme_id: str, edition: Edition, shown: Sample, asked: Mapping[str, str]) -> str:
    """Return a sample as a revision shows it, or raise what it fails with.

    Links lead to previews that are asked for the same: ``revision``, and ``language`` where it is not the portal's.
    The language of themes must allow the page: nothing else of a draft is ever rendered.
    """
    settings, wished = visit.settings(), asked.get("language", "ar" if shown.rtl else "")
    says = speech(wished if wished in LANGUAGES else settings.languages[0])
    shapes = {one.key for one in edition.manifest.settings() if one.kind in _SHAPING}
    urls = PreviewUrls(
        prefix=visit.urls.prefix,
        static_version=visit.urls.static_version,
        place=visit.urls.settings("themes", theme_id),
        asked=asked,
        values={key: value for key, value in edition.values.items() if key in shapes},
        logo=edition.address(edition.values.get("logo", ""), visit.urls),
    )
    site = replace(_site(visit, urls, shown, says), has_logo=bool(urls.logo))
    dressed = visit.house.looks.preview(edition, Reader(settings, urls, says.language))
    return visit.house.renderer.page(shown.page(urls), site, zones.zone(settings.time_zone), NOW, says, dressed)


def _site(visit: Visit, urls: Urls, shown: Sample, says: Speech) -> Site:
    settings = visit.settings()
    return Site(
        organization=settings.organization,
        urls=urls,
        area="portal",
        csrf="",
        brand_version=settings.version,
        has_logo=False,
        portal_on=True,
        viewer=shown.viewer,
        notice=says.text(shown.notice) if shown.notice else "",
        here=shown.here,
        time_zone=settings.time_zone,
        language=says.language,
        direction=says.direction,
        languages=tuple(LANGUAGES.items()),
        address="/",
    )


def _wrong(edition: Edition, page: ThemedPage) -> tuple[str, ...]:
    """Return what the language of themes does not allow of a page. Nothing else of a draft is ever rendered."""
    if page.entry not in edition.pages:
        return ()
    offered = replace(page.names, names={**page.names.names, "settings": types(edition.manifest)})
    return tuple(str(one) for one in check(edition.files, {page.entry: offered}) if one.level == ERROR)


_SHAPING = frozenset({"colour", "font", "size", "choice", "switch"})
"""Kinds of settings that become custom properties."""


def _answer(visit: Visit, html: str) -> Response:
    files = visit.house.files
    response = Response(html).set("X-Frame-Options", "SAMEORIGIN")
    return response.set("Content-Security-Policy", preview_policy(files.picture_origin))
