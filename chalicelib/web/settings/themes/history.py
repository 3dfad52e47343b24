"""The history of a theme: who saved what and when, what differs between two revisions, and going back to one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.refusals import Conflict, Invalid, NotFound, Refusal
from chalicelib.text import whole_number
from chalicelib.web.errors import fault
from chalicelib.web.settings.themes.comparing import files_changed, values_changed
from chalicelib.web.settings.themes.head import head
from chalicelib.web.settings.themes.history_contexts import ThemeHistory

if TYPE_CHECKING:
    from chalicelib.themes.revisions import Revision
    from chalicelib.web.http import Response
    from chalicelib.web.visit import Visit

PERMISSION = "portal:write"
_DIGITS = 6


def history(visit: Visit) -> Response:
    """Show the revisions, and what differs between two: those that were chosen, or the newest and the one before."""
    visit.member(PERMISSION)
    return _page(visit)


def restore(visit: Visit) -> Response:
    """Save an older revision again, as a draft."""
    visit.member(PERMISSION)
    theme_id = visit.request.params.get("theme", "")
    number = whole_number(visit.request.field("number"), _DIGITS) or 0
    try:
        visit.house.themes.restore(visit.author(), theme_id, number)
    except (Conflict, Invalid) as refusal:
        return _page(visit, refusal)
    return visit.go(visit.urls.settings("themes", theme_id, "history"), "theme-restored")


def _page(visit: Visit, refusal: Refusal | None = None) -> Response:
    themes, theme_id = visit.house.themes, visit.request.params.get("theme", "")
    shown = head(visit, theme_id, "history")
    revisions, live = themes.revisions(theme_id), visit.settings().theme
    number = live.number if live and live.id == theme_id else 0
    old, new = _chosen(visit, revisions, number)
    before, after = themes.content(theme_id, old), themes.content(theme_id, new)
    texts = themes.files(before), themes.files(after)
    page = ThemeHistory(
        theme=shown,
        here=visit.urls.settings("themes", theme_id, "history"),
        revisions=revisions,
        live=number,
        old=old,
        new=new,
        files=files_changed(*texts, before, after),
        values=values_changed(before, after, texts[1]),
        bases=(before.base, after.base) if before.base != after.base else None,
        failure=themes.failure(theme_id),
        faults=(fault(refusal),) if refusal else (),
    )
    return visit.page(page, area="settings", here="themes", status=refusal.status if refusal else 200)


def _chosen(visit: Visit, revisions: tuple[Revision, ...], live: int) -> tuple[int, int]:
    """Return the two revisions to compare: as the address says, else what is live or came before, and the newest."""
    numbers = [one.number for one in revisions]
    newest = numbers[0]
    usual = live if live in numbers and live != newest else numbers[1] if len(numbers) > 1 else newest
    asked = [whole_number(visit.request.arg(name), _DIGITS) for name in ("old", "new")]
    if any(one and one not in numbers for one in asked):
        raise NotFound
    return asked[0] or usual, asked[1] or newest
