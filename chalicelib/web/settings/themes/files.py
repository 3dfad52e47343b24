"""The files of a theme: each with what is wrong in it and what it can use, saved as a draft whatever that is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.records import replace
from chalicelib.refusals import Invalid, NotFound, SettingRefused, ThemeChanged, UnknownChoice
from chalicelib.text import whole_number
from chalicelib.themes import styles
from chalicelib.themes.language.checker import check
from chalicelib.themes.language.closure import closure
from chalicelib.themes.language.reference import rows
from chalicelib.themes.manifest import additions, read
from chalicelib.themes.model import MANIFEST, MAX_FILE, STYLESHEET, TEMPLATE, Content
from chalicelib.themes.values import types
from chalicelib.web.contexts import Fault
from chalicelib.web.errors import fault
from chalicelib.web.settings.themes.checking import NAMES
from chalicelib.web.settings.themes.clashing import clash
from chalicelib.web.settings.themes.file_contexts import FileChoice, FileGroup, ThemeFile
from chalicelib.web.settings.themes.head import head
from chalicelib.web.settings.themes.publishing import found
from chalicelib.web.settings.themes.values import PAGE_LABELS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.refusals import Refusal
    from chalicelib.themes.editions import Edition
    from chalicelib.themes.model import Problem
    from chalicelib.web.http import Response
    from chalicelib.web.visit import Visit

PERMISSION = "portal:write"
_FIRST, _BEFORE = "conversations.html", "home.html"
"""The file that is shown at first, and that of themes from before the portal had pages of its own."""
_ALL_PAGES = "All pages"
_MAX_SENT = 4 * MAX_FILE
"""Bytes of a form: a file, each of whose bytes a form may need three for."""


def files(visit: Visit) -> Response:
    """Show a file of a theme: the one that the address names, or else My Conversations."""
    visit.member(PERMISSION)
    edition, number = _newest(visit)
    name = visit.request.arg("file") or (_FIRST if _FIRST in edition.files else _BEFORE)
    if name not in edition.files:
        raise NotFound
    return _page(visit, edition, number, name, edition.files[name])


def change(visit: Visit) -> Response:
    """Save a file, take Midtown's again, add one or remove one; all of it as a draft."""
    visit.request.max_form = _MAX_SENT
    member, form = visit.member(PERMISSION), visit.request.field
    theme_id, seen, name = visit.request.params.get("theme", ""), whole_number(form("seen")) or 0, form("file")
    themes = visit.house.themes
    themes.edits(theme_id, member)
    edition = visit.house.looks.editions.get(theme_id, seen)
    if edition is None or name not in edition.files:
        raise NotFound
    text = form("text").replace("\r\n", "\n")
    try:
        content, there = _changed(visit, edition, name, text)
    except Invalid as refusal:
        return _page(visit, edition, seen, name, text, refusal)
    try:
        themes.save(visit.author(), theme_id, content, seen=seen)
    except ThemeChanged as refusal:
        return clash(visit, theme_id, content, seen, refusal)
    except Invalid as refusal:
        return _page(visit, edition, seen, name, text, refusal)
    return visit.go(visit.urls.settings("themes", theme_id, "files", file=there), "saved")


def _changed(visit: Visit, edition: Edition, name: str, text: str) -> tuple[Content, str]:
    """Return the content that a form makes, and the file to show then."""
    content, midtown = edition.content, visit.house.midtowns.files(edition.content.base)
    action = visit.request.field("action")
    kept = {one: said for one, said in content.files.items() if one != name}
    if action == "save":
        origin = {name: midtown[name]} if name in midtown else {}
        return replace(content, files={**content.files, name: text}, origins={**origin, **content.origins}), name
    if action == "reset" and name in midtown:
        return replace(content, files=kept), name
    if action == "remove" and name not in midtown:
        return replace(content, files=kept), _FIRST
    if action == "add":
        fresh = visit.request.field("name").strip()
        fresh = fresh if fresh.endswith(".html") else f"{fresh}.html"
        fresh = fresh if "/" in fresh else f"parts/{fresh}"
        if not TEMPLATE.fullmatch(fresh) or fresh in edition.files:
            raise SettingRefused(
                "Give the new file a name that no other has: small letters, digits and hyphens, such as promise.",
                field="name",
            )
        return replace(content, files={**content.files, fresh: "{# What this part shows. #}\n"}), fresh
    raise UnknownChoice(field="action")


def _newest(visit: Visit) -> tuple[Edition, int]:
    theme = visit.house.themes.get(visit.request.params.get("theme", ""))
    edition = visit.house.looks.editions.get(theme.id, theme.newest.number)
    if edition is None:
        raise NotFound
    return edition, theme.newest.number


def _page(visit: Visit, edition: Edition, seen: int, name: str, text: str, refusal: Refusal | None = None) -> Response:
    theme_id, urls = visit.request.params.get("theme", ""), visit.urls
    midtown = visit.house.midtowns.files(edition.content.base)
    entry = _page_of(edition.files, name)
    names = NAMES[entry]
    offered = replace(names, names={**names.names, "settings": types(edition.manifest)})
    told: tuple[Fault, ...] = (fault(refusal),) if refusal else ()
    page = ThemeFile(
        theme=head(visit, theme_id, "files"),
        action=urls.settings("themes", theme_id, "files"),
        seen=seen,
        name=name,
        text=text,
        changed=name in edition.content.files and name in midtown,
        own=name not in midtown,
        groups=_groups(visit, edition, midtown, name),
        problems=tuple(found(one, theme_id, urls) for one in _problems(edition, midtown, name) if one.file == name),
        offered=tuple(rows(offered)) if name.endswith(".html") else (),
        offered_by=PAGE_LABELS[entry.removesuffix(".html")],
        preview_url=urls.settings("themes", theme_id, "preview", entry.removesuffix(".html")),
        editor=urls.static(EDITOR) if EDITOR in visit.house.static.files else "",
        typed_name=visit.request.field("name") if refusal else "",
        faults=told,
    )
    return visit.page(page, area="settings", here="themes", status=refusal.status if refusal else 200)


EDITOR = "code-editor.js"
"""The editor of code that ``make build`` bundles; where it is missing, a text area does."""


def _page_of(files: Mapping[str, str], name: str) -> str:
    """Return the page whose offers and preview go with a file: its own, or the first that is made of it."""
    if name in NAMES and name.removesuffix(".html") in PAGE_LABELS:
        return name
    pages = (f"{page}.html" for page in PAGE_LABELS)
    return next((one for one in pages if name in closure(files, one)), _FIRST)


def _groups(visit: Visit, edition: Edition, midtown: Mapping[str, str], current: str) -> tuple[FileGroup, ...]:
    place = visit.request.params.get("theme", "")

    def choice(name: str) -> FileChoice:
        return FileChoice(
            name=name,
            url=visit.urls.settings("themes", place, "files", file=name),
            current=name == current,
            changed=name in edition.content.files and name in midtown,
            own=name not in midtown,
        )

    made = {page: closure(edition.files, f"{page}.html") for page in PAGE_LABELS}
    everywhere = frozenset.intersection(*made.values())
    shared = [*sorted(everywhere), STYLESHEET, MANIFEST]
    grouped = [
        FileGroup(label, tuple(choice(one) for one in sorted(made[page] - everywhere)))
        for page, label in PAGE_LABELS.items()
    ]
    listed = {one for group in made.values() for one in group} | set(shared)
    rest = sorted(name for name in edition.files if name not in listed)
    return (
        FileGroup(_ALL_PAGES, tuple(choice(one) for one in shared)),
        *grouped,
        *([FileGroup("On no page yet", tuple(choice(one) for one in rest))] if rest else []),
    )


def _problems(edition: Edition, midtown: Mapping[str, str], name: str) -> list[Problem]:
    """Return what is wrong with a file by itself; what only the whole theme shows is for publishing."""
    if name == STYLESHEET:
        return styles.check(edition.files[name])
    if name == MANIFEST:
        own, problems = read(edition.files[name])
        return [*problems, *additions(read(midtown[name])[0], own)]
    settings = types(edition.manifest)
    pages = {entry: replace(one, names={**one.names, "settings": settings}) for entry, one in NAMES.items()}
    return check(edition.files, pages)
