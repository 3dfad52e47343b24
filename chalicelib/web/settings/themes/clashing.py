"""Two editors who saved files of a theme at once: the second sees both changes side by side and saves them together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.records import replace
from chalicelib.refusals import Invalid, NotFound
from chalicelib.text import whole_number
from chalicelib.themes.joining import join, settled
from chalicelib.themes.refusals import ThemeChanged
from chalicelib.themes.revisions import MAX_NOTE
from chalicelib.themes.upgrade import unsettled
from chalicelib.web.errors import fault
from chalicelib.web.settings.themes.head import head
from chalicelib.web.settings.themes.joining import chosen, conflicts, take_long_forms, view
from chalicelib.web.settings.themes.joining_contexts import ThemeClash

if TYPE_CHECKING:
    from chalicelib.refusals import Refusal
    from chalicelib.themes.joining import Joined
    from chalicelib.themes.model import Content
    from chalicelib.web.http import Response
    from chalicelib.web.visit import Visit

PERMISSION = "portal:write"
FILE = "file."
"""What the fields of your texts begin with, before the name of the file."""
_DIGITS = 6


def clash(visit: Visit, theme_id: str, yours: Content, seen: int, refusal: ThemeChanged, note: str = "") -> Response:
    """Answer a save of files that was refused: ``yours`` was made from revision ``seen``, and another was saved since.

    Nothing of ``yours`` is stored: the page carries its files.
    """
    number = visit.house.themes.get(theme_id).newest.number
    return _page(visit, _Clash(visit, theme_id, yours, seen, number), refusal, note=note)


def save(visit: Visit) -> Response:
    """Save both changes together; while something is to be chosen the page comes back with all choices."""
    take_long_forms(visit.request)
    member, form, themes = visit.member(PERMISSION), visit.request.field, visit.house.themes
    theme_id = visit.request.params.get("theme", "")
    themes.edits(theme_id, member)
    seen, number = (whole_number(form(name), _DIGITS) or 0 for name in ("seen", "theirs"))
    found = _Clash(visit, theme_id, _yours(visit, themes.content(theme_id, seen)), seen, number)
    choices = chosen(visit.request, conflicts(found.joined.files))
    if unsettled(found.joined, choices):
        return _page(visit, found, asked=True, note=form("note"))
    try:
        themes.save(visit.author(), theme_id, settled(found.joined, choices), seen=number, note=form("note"))
    except ThemeChanged as refusal:
        return clash(visit, theme_id, found.yours, seen, refusal, form("note"))
    except Invalid as refusal:
        return _page(visit, found, refusal, note=form("note"))
    shown = next((name for name, _ in found.texts()), "")
    return visit.go(visit.urls.settings("themes", theme_id, "files", file=shown), "saved")


class _Clash:
    """Two revisions that were made from one, and what they are together."""

    def __init__(self, visit: Visit, theme_id: str, yours: Content, seen: int, number: int) -> None:
        themes = visit.house.themes
        self.theme_id, self.yours, self.seen, self.number = theme_id, yours, seen, number
        self.common = themes.content(theme_id, seen)
        revision = next((one for one in themes.revisions(theme_id) if one.number == number), None)
        if revision is None:
            raise NotFound
        self.by = revision.by
        self.joined: Joined = join(self.common, yours, themes.content(theme_id, number), themes.bases)

    def texts(self) -> tuple[tuple[str, str], ...]:
        """Return the files that you changed, by name."""
        was = self.common.files
        return tuple((name, text) for name, text in self.yours.files.items() if was.get(name) != text)

    def removed(self) -> tuple[str, ...]:
        """Return the files that you took away."""
        return tuple(name for name in self.common.files if name not in self.yours.files)


def _yours(visit: Visit, common: Content) -> Content:
    """Return what was saved, as the page carried it."""
    removed = set(visit.request.fields_named("removed"))
    sent = {
        name.removeprefix(FILE): values[0].replace("\r\n", "\n")
        for name, values in visit.request.fields().items()
        if name.startswith(FILE)
    }
    kept = {name: text for name, text in common.files.items() if name not in removed}
    return replace(common, files={**kept, **sent})


def _page(visit: Visit, found: _Clash, refusal: Refusal | None = None, *, note: str, asked: bool = False) -> Response:
    joining, faults = view(found.joined.files, visit.request, mine="Yours", other=f"{found.by}’s", asked=asked)
    page = ThemeClash(
        theme=head(visit, found.theme_id, "files"),
        action=visit.urls.settings("themes", found.theme_id, "join"),
        seen=found.seen,
        theirs=found.number,
        by=found.by,
        note=note[:MAX_NOTE],
        joining=joining,
        files=found.texts(),
        removed=found.removed(),
        faults=(fault(refusal),) if isinstance(refusal, Invalid) else faults,
    )
    status = refusal.status if refusal else 422 if asked else 200
    return visit.page(page, area="settings", here="themes", status=status)
