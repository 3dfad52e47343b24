"""All themes: the list with what each is made from, a new one, and what is done with one as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.refusals import Conflict, Invalid, Refusal, UnknownChoice
from chalicelib.themes.model import MAX_LABEL, Content
from chalicelib.themes.pages import PAGES
from chalicelib.themes.revisions import DRAFT
from chalicelib.web.brand import drawn
from chalicelib.web.contexts import Fault
from chalicelib.web.errors import fault
from chalicelib.web.settings.themes.drawing import drawing
from chalicelib.web.settings.themes.head import head
from chalicelib.web.settings.themes.list_contexts import NewTheme, ThemeCard, ThemeList, ThemeManaging
from chalicelib.web.settings.themes.samples import PAGE_LABELS

if TYPE_CHECKING:
    from chalicelib.themes.revisions import Failure, Theme
    from chalicelib.web.http import Response
    from chalicelib.web.visit import Visit

PERMISSION = "portal:write"
MIDTOWN = "midtown"
_REFUSED = (Invalid, Conflict)
_NAMED = 3
"""Changed files that are told by name."""
_PICTURES_KEPT = "private, max-age=3600"


def themes(visit: Visit) -> Response:
    """Show every theme, and Midtown."""
    visit.member(PERMISSION)
    return _list(visit)


def change_all(visit: Visit) -> Response:
    """Create a theme from Midtown, or switch themes off."""
    visit.member(PERMISSION)
    action = visit.request.field("action")
    if action == "create":
        return _create(visit)
    if action != "off":
        raise UnknownChoice(field="action")
    try:
        visit.house.themes.switch_off(visit.author())
    except Conflict as refusal:
        return _list(visit, refusal)
    return visit.go(visit.urls.settings("themes"), "theme-off")


def new(visit: Visit) -> Response:
    """Show the form of a new theme."""
    visit.member(PERMISSION)
    return _new(visit)


def manage(visit: Visit) -> Response:
    """Show what is done with a theme as a whole."""
    visit.member(PERMISSION)
    return _manage(visit)


def change_one(visit: Visit) -> Response:
    """Rename, duplicate or delete a theme; a refusal shows the page again with what was typed."""
    visit.member(PERMISSION)
    form, desk, theme_id = visit.request.field, visit.house.themes, visit.request.params.get("theme", "")
    action = form("action")
    try:
        if action == "rename":
            desk.rename(visit.author(), theme_id, form("label"))
        elif action == "duplicate":
            made = desk.duplicate(visit.author(), theme_id, form("copy_label"))
            return visit.go(visit.urls.settings("themes", made.id), "theme-made")
        elif action == "delete":
            _delete(visit, theme_id)
            return visit.go(visit.urls.settings("themes"), "deleted")
        else:
            raise UnknownChoice(field="action")
    except _REFUSED as refusal:
        return _manage(visit, refusal)
    return visit.go(visit.urls.settings("themes", theme_id, "manage"), "saved")


def picture(visit: Visit) -> Response:
    """Draw a small picture of a theme in its colours, or of ``midtown``."""
    visit.member(PERMISSION)
    desk, name = visit.house.themes, visit.request.params.get("theme", "")
    if name == MIDTOWN:
        return drawn(drawing(Content(desk.bases.newest, values={"brand": visit.settings().colour}), desk.bases))
    theme = desk.get(name)
    response = drawn(drawing(desk.content(theme.id, theme.newest.number), desk.bases))
    if visit.request.arg("v") == str(theme.newest.number):
        response.set("Cache-Control", _PICTURES_KEPT)
    return response


def _create(visit: Visit) -> Response:
    try:
        made = visit.house.themes.create(visit.author(), visit.request.field("label"))
    except _REFUSED as refusal:
        return _new(visit, refusal)
    return visit.go(visit.urls.settings("themes", made.id), "theme-made")


def _delete(visit: Visit, theme_id: str) -> None:
    if visit.request.field("sure") != "1":
        raise Invalid("Tick the box first: a theme that is deleted cannot be brought back.", field="sure")
    visit.house.themes.delete(visit.author(), theme_id)


def _list(visit: Visit, refusal: Refusal | None = None) -> Response:
    desk = visit.house.themes
    found, newest = desk.list(), desk.bases.newest
    live = next((one for one in found if one.live), None)
    shown = visit.settings().theme
    covered = shown.covered if shown else tuple(f"{page}.html" for page in PAGES)
    page = ThemeList(
        themes=tuple(_card(one, newest) for one in sorted(found, key=lambda one: not one.live)),
        newest=newest,
        live_id=live.id if live else "",
        live_base=shown.base if shown else "",
        plain_pages=tuple(label for page, label in PAGE_LABELS.items() if f"{page}.html" not in covered),
        failure=_failure(visit, live),
        faults=(fault(refusal),) if refusal else (),
    )
    return visit.page(page, area="settings", here="themes", status=refusal.status if refusal else 200)


def _failure(visit: Visit, live: Theme | None) -> Failure | None:
    """Return what went wrong last with the revision that customers see."""
    shown, found = visit.settings().theme, visit.house.themes.failure(live.id) if live else None
    return found if found and shown and found.number == shown.number else None


def _card(theme: Theme, newest: str) -> ThemeCard:
    last = theme.newest
    published = last.kind != DRAFT and last.published_at is not None
    return ThemeCard(
        id=theme.id,
        label=theme.label,
        about=_about(theme, newest),
        live=theme.live,
        draft=last.kind == DRAFT,
        customised=bool(theme.changed),
        did="Published" if published else "Saved",
        at=last.published_at or last.at,
        by=last.by,
        upgrade=newest if theme.base != newest else "",
        number=last.number,
    )


def _about(theme: Theme, newest: str) -> str:
    made_from = f"Base version Midtown {theme.base}{', the newest' if theme.base == newest else ''}."
    count = len(theme.changed)
    if not count:
        return f"{made_from} No file is changed, only settings."
    named = ", ".join(theme.changed[:_NAMED]) + (f" and {count - _NAMED} more" if count > _NAMED else "")
    return f"{made_from} {count} {'file is' if count == 1 else 'files are'} changed: {named}."


def _new(visit: Visit, refusal: Refusal | None = None) -> Response:
    page = NewTheme(
        newest=visit.house.themes.bases.newest,
        label=visit.request.field("label")[: 2 * MAX_LABEL] if refusal else "",
        max_label=MAX_LABEL,
        faults=(fault(refusal),) if refusal else (),
    )
    return visit.page(page, area="settings", here="themes", status=refusal.status if refusal else 200)


def _manage(visit: Visit, refusal: Refusal | None = None) -> Response:
    shown = head(visit, visit.request.params.get("theme", ""), "manage")
    failed = visit.request.field("action") if refusal else ""
    typed = {name: visit.request.field(name)[: 2 * MAX_LABEL] if refusal else "" for name in ("label", "copy_label")}
    page = ThemeManaging(
        theme=shown,
        action=visit.urls.settings("themes", shown.id, "manage"),
        label=typed["label"] if failed == "rename" else shown.label,
        copy_label=typed["copy_label"] if failed == "duplicate" else f"Copy of {shown.label}"[:MAX_LABEL],
        max_label=MAX_LABEL,
        revisions=len(visit.house.themes.revisions(shown.id)),
        export_url=visit.urls.settings("themes", shown.id, "export"),
        failed=failed,
        faults=(_placed(refusal, failed),) if refusal else (),
    )
    return visit.page(page, area="settings", here="themes", status=refusal.status if refusal else 200)


def _placed(refusal: Refusal, action: str) -> Fault:
    """Return a refusal beside its field: the label of a copy has one of its own."""
    found = fault(refusal)
    return Fault(found.sentence, "copy_label") if action == "duplicate" and found.field == "label" else found
