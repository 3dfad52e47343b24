"""Publishing a theme: its checks, each with a way to put right what it found, and the button."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.refusals import ChangedMeanwhile, Invalid, NotFound
from chalicelib.text import whole_number
from chalicelib.themes.model import ERROR
from chalicelib.themes.revisions import MAX_NOTE
from chalicelib.themes.values import PLACE
from chalicelib.web.errors import fault
from chalicelib.web.settings.themes.checking import checked
from chalicelib.web.settings.themes.file_contexts import Checked, Found, ThemePublish
from chalicelib.web.settings.themes.head import head

if TYPE_CHECKING:
    from chalicelib.refusals import Refusal
    from chalicelib.themes.checks import Check
    from chalicelib.themes.model import Problem
    from chalicelib.urls import Urls
    from chalicelib.web.http import Response
    from chalicelib.web.visit import Visit

PERMISSION = "portal:write"


def publish(visit: Visit) -> Response:
    """Show what the checks found in the newest revision."""
    visit.member(PERMISSION)
    return _page(visit)


def make_live(visit: Visit) -> Response:
    """Publish a revision; refuse one that is no longer the newest, errors, and warnings without a reason."""
    member, theme_id = visit.member(PERMISSION), visit.request.params.get("theme", "")
    themes = visit.house.themes
    themes.edits(theme_id, member)
    theme, number = themes.get(theme_id), whole_number(visit.request.field("revision")) or 0
    if number != theme.newest.number:
        return _page(
            visit, ChangedMeanwhile("Somebody saved this theme since. These are the checks of what it is now.")
        )
    problems = [problem for one in _checks(visit, theme_id, number) for problem in one.problems]
    try:
        themes.publish(visit.author(), theme_id, number, problems, reason=visit.request.field("reason"))
    except (Invalid, ChangedMeanwhile) as refusal:
        return _page(visit, refusal)
    return visit.go(visit.urls.settings("themes", theme_id, "publish"), "published")


def _checks(visit: Visit, theme_id: str, number: int) -> tuple[Check, ...]:
    edition = visit.house.looks.editions.get(theme_id, number)
    if edition is None:
        raise NotFound
    return checked(visit, theme_id, edition)


def _page(visit: Visit, refusal: Refusal | None = None) -> Response:
    theme_id = visit.request.params.get("theme", "")
    theme = visit.house.themes.get(theme_id)
    checks = tuple(
        Checked(one.title, tuple(found(problem, theme_id, visit.urls) for problem in one.problems), one.passed)
        for one in _checks(visit, theme_id, theme.newest.number)
    )
    page = ThemePublish(
        theme=head(visit, theme_id, "publish"),
        action=visit.urls.settings("themes", theme_id, "publish"),
        number=theme.newest.number,
        published=theme.live and theme.published is not None and theme.published.number == theme.newest.number,
        before=theme.published.number if theme.published else 0,
        stops=tuple(one for one in checks if any(problem.error for problem in one.problems)),
        warns=tuple(one for one in checks if one.problems and not any(problem.error for problem in one.problems)),
        passes=tuple(one for one in checks if not one.problems),
        history_url=visit.urls.settings("themes", theme_id, "history"),
        max_reason=MAX_NOTE,
        reason=visit.request.field("reason")[:MAX_NOTE] if refusal else "",
        faults=(fault(refusal),) if refusal else (),
    )
    return visit.page(page, area="settings", here="themes", status=refusal.status if refusal else 200)


def found(problem: Problem, theme_id: str, urls: Urls) -> Found:
    """Return a problem as a page shows it, with the address of where it is put right."""
    error = problem.level == ERROR
    if problem.file.startswith(f"{PLACE}."):
        key = problem.file.split(".")[1]
        return Found(problem.sentence, "Settings", f"{urls.settings('themes', theme_id)}#theme-{key}", error)
    if not problem.file or problem.file.startswith("assets/"):
        return Found(problem.sentence, problem.file, "", error)
    place = f"{problem.file}, line {problem.line}" if problem.line else problem.file
    where = f"#line-{problem.line}" if problem.line else ""
    return Found(problem.sentence, place, urls.settings("themes", theme_id, "files", file=problem.file) + where, error)
