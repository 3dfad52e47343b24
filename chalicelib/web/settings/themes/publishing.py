"""Publishing a theme: its checks, each with a way to put right what it found, and the button."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from chalicelib.refusals import ChangedMeanwhile, Invalid
from chalicelib.text import whole_number
from chalicelib.web.errors import fault
from chalicelib.web.settings.themes.checking import checked
from chalicelib.web.settings.themes.file_contexts import Checked, Preview, ThemePublish
from chalicelib.web.settings.themes.file_lists import found
from chalicelib.web.settings.themes.head import head
from chalicelib.web.settings.themes.revision import framing, revision
from chalicelib.web.settings.themes.samples import PAGE_LABELS, SAMPLES

if TYPE_CHECKING:
    from chalicelib.refusals import Refusal
    from chalicelib.themes.model import Problem
    from chalicelib.web.http import Response
    from chalicelib.web.visit import Visit

PERMISSION = "portal:write"
AXE = "axe.js"
"""axe-core, which ``make code-editor`` fetches; where it is missing, nothing is looked at in the browser."""


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
    try:
        themes.publish(
            visit.author(), theme_id, number, _problems(visit, theme_id, number), reason=visit.request.field("reason")
        )
    except (Invalid, ChangedMeanwhile) as refusal:
        return _page(visit, refusal)
    return visit.go(visit.urls.settings("themes", theme_id, "publish"), "published")


def publish_sound(visit: Visit, theme_id: str, number: int) -> Response:
    """Publish what was just saved where no check has anything to say; else the page of the checks asks what to do."""
    problems, notice = _problems(visit, theme_id, number), "saved"
    if not problems:
        with suppress(ChangedMeanwhile):  # saved again by somebody else: the page has what it is now
            visit.house.themes.publish(visit.author(), theme_id, number, problems)
            notice = "published"
    return visit.go(visit.urls.settings("themes", theme_id, "publish"), notice)


def _problems(visit: Visit, theme_id: str, number: int) -> list[Problem]:
    checks = checked(visit, theme_id, revision(visit, theme_id, number))
    return [problem for one in checks for problem in one.problems]


def _before(visit: Visit, theme_id: str, live: int) -> int:
    """Return the revision that was published last before the live one; 0 where there is none."""
    published = [
        (one.published_at, one.number)
        for one in visit.house.themes.revisions(theme_id)
        if one.published_at is not None and one.number != live
    ]
    return max(published)[1] if published and live else 0


def _page(visit: Visit, refusal: Refusal | None = None) -> Response:
    theme_id = visit.request.params.get("theme", "")
    theme = visit.house.themes.get(theme_id)
    edition = revision(visit, theme_id, theme.newest.number)
    checks = tuple(
        Checked(one.title, tuple(found(problem, edition, theme_id, visit.urls) for problem in one.problems), one.passed)
        for one in checked(visit, theme_id, edition)
    )
    urls = visit.urls
    live = theme.published.number if theme.live and theme.published else 0
    page = ThemePublish(
        theme=head(visit, theme_id, "publish"),
        action=visit.urls.settings("themes", theme_id, "publish"),
        number=theme.newest.number,
        live=live,
        before=_before(visit, theme_id, live),
        stops=tuple(one for one in checks if any(problem.error for problem in one.problems)),
        warns=tuple(one for one in checks if one.problems and not any(problem.error for problem in one.problems)),
        passes=tuple(one for one in checks if not one.problems),
        history_url=visit.urls.settings("themes", theme_id, "history"),
        axe=urls.static(AXE) if visit.house.static.has(AXE) else "",
        looks=_looks(visit, theme_id, theme.newest.number),
        reason=visit.request.field("reason") if refusal else "",
        faults=(fault(refusal),) if refusal else (),
    )
    status = refusal.status if refusal else 200
    return framing(visit, visit.page(page, area="settings", here="themes", status=status))


def _looks(visit: Visit, theme_id: str, number: int) -> tuple[Preview, ...]:
    """Return the preview of every page in every state."""
    asked = {"revision": str(number)}
    return tuple(
        Preview(
            f"{PAGE_LABELS[page]}: {one.label}",
            visit.urls.settings("themes", theme_id, "preview", page, state=one.state, **asked),
        )
        for page in PAGE_LABELS
        for one in SAMPLES[f"{page}.html"]
    )
