"""The files of a theme: each with what is wrong in it and what it can use, saved as a draft whatever that is."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from chalicelib.knowledge.text_diff import compare
from chalicelib.records import replace
from chalicelib.refusals import Invalid, NotFound, SettingRefused, UnknownChoice
from chalicelib.text import whole_number
from chalicelib.themes.language.reference import rows
from chalicelib.themes.model import TEMPLATE, Content
from chalicelib.themes.refusals import ThemeChanged
from chalicelib.web.errors import fault
from chalicelib.web.settings.contexts import Option
from chalicelib.web.settings.themes.clashing import clash
from chalicelib.web.settings.themes.file_contexts import ThemeFile
from chalicelib.web.settings.themes.file_lists import (
    elsewhere,
    found,
    groups,
    offered,
    page_of,
    pages_of,
    problems_of,
)
from chalicelib.web.settings.themes.head import head
from chalicelib.web.settings.themes.publishing import publish_sound
from chalicelib.web.settings.themes.revision import framing, newest, revision
from chalicelib.web.settings.themes.samples import PAGE_LABELS, SAMPLES
from chalicelib.web.settings.themes.typed import MAX_TYPED, with_typed
from chalicelib.web.themed.meanings import MEANINGS

if TYPE_CHECKING:
    from chalicelib.refusals import Refusal
    from chalicelib.themes.editions import Edition
    from chalicelib.web.http import Response
    from chalicelib.web.visit import Visit

PERMISSION = "portal:write"
EDITOR = "code-editor.js"
"""The editor of code that ``make build`` bundles; where it is missing, a text area does."""
_FRESH = "{# What this part shows. #}\n"
_PARTS = "parts/"
_DIGITS = 6


def files(visit: Visit) -> Response:
    """Show a file of a theme: the one that the address names, or that of the page it names."""
    visit.member(PERMISSION)
    (edition, number), wished = newest(visit), visit.request.arg("page")
    name = visit.request.arg("file") or f"{wished if wished in pages_of(edition) else pages_of(edition)[0]}.html"
    if name not in edition.files:
        raise NotFound
    return _page(visit, edition, number, name, wished)


def change(visit: Visit) -> Response:
    """Save a file, take Midtown's again, add one or remove one; all of it as a draft."""
    visit.request.max_form = MAX_TYPED
    member, form = visit.member(PERMISSION), visit.request.field
    theme_id, seen, name = visit.request.params.get("theme", ""), whole_number(form("seen"), _DIGITS) or 0, form("file")
    themes = visit.house.themes
    themes.edits(theme_id, member)
    edition = revision(visit, theme_id, seen)
    if name not in edition.files:
        raise NotFound
    content = edition.content
    try:
        content, there = _changed(visit, edition, name)
        saved = themes.save(visit.author(), theme_id, content, seen=seen)
    except ThemeChanged as refusal:
        return clash(visit, theme_id, content, seen, refusal)
    except Invalid as refusal:
        return _page(visit, edition.with_content(content), seen, name, form("page"), refusal)
    if form("then") == "publish":
        return publish_sound(visit, theme_id, saved.number)
    return visit.go(_address(visit, form("page"), there), "saved")


def _changed(visit: Visit, edition: Edition, name: str) -> tuple[Content, str]:
    """Return the content that a form makes, and the file to show then."""
    content, midtown = edition.content, visit.house.midtowns.files(edition.content.base)
    action = visit.request.field("action")
    kept = {one: text for one, text in content.files.items() if one != name}
    if action == "save":
        return with_typed(visit, content, name), name
    if action == "reset" and name in midtown:
        return replace(content, files=kept), name
    if action == "remove" and name not in midtown:
        return replace(content, files=kept), f"{page_of(edition, name, visit.request.field('page'))}.html"
    if action == "add":
        fresh = _fresh_name(visit.request.field("path"))
        if not TEMPLATE.fullmatch(fresh) or fresh in edition.files:
            raise SettingRefused(
                "Give the new file a name that no other has: small letters, digits and hyphens, such as promise.",
                field="path",
            )
        return replace(content, files={**content.files, fresh: _FRESH}), fresh
    raise UnknownChoice(field="action")


def _address(visit: Visit, page: str, name: str) -> str:
    return visit.urls.settings("themes", visit.request.params["theme"], "files", page=page, file=name)


def _fresh_name(typed: str) -> str:
    """Return the name of a new file: a part, whatever is left out of its name."""
    name = typed.strip()
    name = name if name.endswith(".html") else f"{name}.html"
    return name if "/" in name else f"{_PARTS}{name}"


def _page(
    visit: Visit, edition: Edition, seen: int, name: str, wished: str, refusal: Refusal | None = None
) -> Response:
    theme_id, urls, pages = visit.request.params.get("theme", ""), visit.urls, pages_of(edition)
    midtown = visit.house.midtowns.files(edition.content.base)
    page, problems = page_of(edition, name, wished), problems_of(edition, midtown, name)
    template = name.endswith(".html")
    shown = ThemeFile(
        theme=head(visit, theme_id, "files"),
        action=urls.settings("themes", theme_id, "files"),
        seen=seen,
        page=page,
        page_label=PAGE_LABELS[page],
        pages=tuple(Option(one, PAGE_LABELS[one], one == page) for one in pages),
        missing=tuple(label for one, label in PAGE_LABELS.items() if one not in pages),
        groups=groups(edition, midtown, page, partial(_address, visit, page), name),
        name=name,
        text=edition.files[name],
        changed=name in midtown and edition.files[name] != midtown[name],
        own=name not in midtown,
        differs=compare(midtown[name], edition.files[name]) if name in midtown else (),
        problems=tuple(found(one, edition, theme_id, urls) for one in problems if one.file == name),
        elsewhere=elsewhere(problems, name, theme_id, urls),
        offered=tuple(rows(offered(edition, page), MEANINGS)) if template else (),
        preview_url=urls.settings("themes", theme_id, "preview", page),
        states=tuple((one.state, one.label) for one in SAMPLES[f"{page}.html"]),
        shows_typed=template,
        editor=urls.static(EDITOR) if visit.house.static.has(EDITOR) else "",
        typed_path=visit.request.field("path") if refusal else "",
        faults=(fault(refusal),) if refusal else (),
    )
    status = refusal.status if refusal else 200
    return framing(visit, visit.page(shown, area="settings", here="themes", status=status))
