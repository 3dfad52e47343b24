"""Upgrading a theme to the newest Midtown: what becomes of each file, and conflicts settled side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.refusals import Invalid, UnknownChoice
from chalicelib.text import whole_number
from chalicelib.themes.merge import Choice, Take
from chalicelib.themes.refusals import ThemeChanged
from chalicelib.themes.upgrade import Outcome, plan, settled, to_look_at, unsettled
from chalicelib.web.errors import fault
from chalicelib.web.http import see_other
from chalicelib.web.settings.themes.head import head
from chalicelib.web.settings.themes.joining import chosen, conflicts, take_long_forms, view
from chalicelib.web.settings.themes.joining_contexts import ThemeUpgrade
from chalicelib.web.settings.themes.samples import PAGE_LABELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.refusals import Refusal
    from chalicelib.themes.model import Content, Problem
    from chalicelib.themes.upgrade import Upgrade
    from chalicelib.web.http import Response
    from chalicelib.web.visit import Visit

PERMISSION = "portal:write"
_DIGITS = 6


def upgrade(visit: Visit) -> Response:
    """Show what an upgrade would do; a theme that is made from the newest version has none."""
    visit.member(PERMISSION)
    theme = visit.house.themes.get(visit.request.params.get("theme", ""))
    if theme.base == visit.house.themes.bases.newest:
        return see_other(visit.urls.settings("themes", theme.id))
    return _page(visit, _plan(visit, theme.newest.number), theme.newest.number)


def save(visit: Visit) -> Response:
    """Save the upgraded theme as a draft; while something is to be chosen the page comes back with all choices."""
    take_long_forms(visit.request)
    member = visit.member(PERMISSION)
    theme_id, seen = visit.request.params.get("theme", ""), whole_number(visit.request.field("seen"), _DIGITS) or 0
    visit.house.themes.edits(theme_id, member)
    planned = _plan(visit, seen)
    choices = chosen(visit.request, conflicts(planned.files))
    if unsettled(planned, choices):
        return _page(visit, planned, seen, asked=True)
    note = f"Upgraded from Midtown {planned.content.base} to {planned.until}"
    try:
        visit.house.themes.save(visit.author(), theme_id, settled(planned, choices), seen=seen, note=note)
    except ThemeChanged as refusal:
        return _overtaken(visit, planned, seen, refusal)
    except Invalid as refusal:
        return _page(visit, planned, seen, refusal)
    rest = ("publish",) if visit.request.field("then") == "publish" else ()
    return visit.go(visit.urls.settings("themes", theme_id, *rest), "theme-upgraded")


def _plan(visit: Visit, number: int) -> Upgrade:
    """Return what becomes of a revision in the newest version of Midtown."""
    themes = visit.house.themes
    content, newest = themes.content(visit.request.params.get("theme", ""), number), themes.bases.newest
    if content.base == newest:
        raise UnknownChoice(field="seen")
    return plan(content, themes.bases, newest)


def _overtaken(visit: Visit, planned: Upgrade, seen: int, refusal: ThemeChanged) -> Response:
    """Show the upgrade of what somebody saved meanwhile, with the choices that fit; or that it is upgraded by now."""
    theme = visit.house.themes.get(visit.request.params.get("theme", ""))
    if theme.base == planned.until:
        return _page(visit, planned, seen, refusal, overtaken=True)
    return _page(visit, _plan(visit, theme.newest.number), theme.newest.number, refusal)


def _page(
    visit: Visit,
    planned: Upgrade,
    seen: int,
    refusal: Refusal | None = None,
    *,
    asked: bool = False,
    overtaken: bool = False,
) -> Response:
    joining, faults = view(planned.files, visit.request, mine="Yours", other=f"Midtown {planned.until}", asked=asked)
    shown = head(visit, visit.request.params.get("theme", ""), "upgrade")
    page = ThemeUpgrade(
        theme=shown,
        action=visit.urls.settings("themes", shown.id, "upgrade"),
        seen=seen,
        until=planned.until,
        changes=planned.changes,
        joining=joining,
        added=_names(planned, Outcome.NEW),
        pages=tuple(label for page, label in PAGE_LABELS.items() if f"{page}.html" in _names(planned, Outcome.NEW)),
        gone=_names(planned, Outcome.GONE),
        settings=tuple(one.sentence for one in planned.notes),
        look=_look(planned),
        overtaken=overtaken,
        faults=(fault(refusal),) if refusal else faults,
    )
    status = refusal.status if refusal else 422 if asked else 200
    return visit.page(page, area="settings", here="themes", status=status)


def _names(planned: Upgrade, outcome: Outcome) -> tuple[str, ...]:
    return tuple(one.name for one in planned.of(outcome))


def _look(planned: Upgrade) -> tuple[Problem, ...]:
    """Return where to look after the upgrade, as if all your lines were kept."""
    yours: dict[str, Sequence[Choice]] = {
        name: [Choice(Take.YOURS)] * len(file.merged.conflicts) for name, file in planned.files.items() if file.merged
    }
    content: Content = settled(planned, yours)
    return tuple(to_look_at(planned, content))
