"""The files of themes: stylesheets, settings as custom properties, pictures, fonts. Those of drafts are for editors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.ids import is_id
from chalicelib.refusals import NotFound, NotPermitted, NotSignedIn
from chalicelib.text import whole_number
from chalicelib.themes.assets import SVG, file_name
from chalicelib.themes.model import STYLESHEET
from chalicelib.web.brand import YEAR, kept, picture
from chalicelib.web.http import Response

if TYPE_CHECKING:
    from chalicelib.themes.editions import Edition
    from chalicelib.web.visit import Visit

_CSS = "text/css; charset=utf-8"
_MIDTOWN = "midtown"
_EDITS = "portal:write"


def stylesheet(visit: Visit) -> Response:
    """The stylesheet of a revision, written anew from what was checked; Midtown's where that cannot be.

    What was published was checked then; a draft is checked now.
    """
    edition, public = _edition(visit)
    if not public and _refused(edition):
        return Response(visit.house.static.files["midtown.css"], content_type=_CSS)
    live, failures = visit.settings().theme, visit.house.looks.failures
    try:
        response = Response(edition.stylesheet, content_type=_CSS)
    except ValueError as error:
        if live and live.name == edition.name:
            failures.note(live, STYLESHEET, error)
        return Response(visit.house.static.files["midtown.css"], content_type=_CSS)
    return kept(visit, response, visit.house.static.version) if public else response


def settings(visit: Visit) -> Response:
    """The settings of a revision as custom properties; of ``midtown`` those that its own pages take from the theme."""
    edition, public = (None, True) if _name(visit) == _MIDTOWN else _edition(visit)
    style = visit.house.looks.properties(visit.settings(), edition)
    response = Response(style, content_type=_CSS)
    return kept(visit, response, str(visit.settings().version)) if public else response


def asset(visit: Visit) -> Response:
    """A picture or font. What is in no theme that was ever published does not exist for customers."""
    found = visit.house.themes.asset(_name(visit).partition(".")[0])
    if _name(visit) != file_name(found.sha256, found.type):
        raise NotFound
    if not found.public:
        _editor(visit)
    response = picture(visit, found.sha256, found.type)
    return response.set("Cache-Control", YEAR) if found.public and found.type == SVG else response


def _refused(edition: Edition) -> bool:
    from chalicelib.themes import styles

    return bool(styles.check(edition.files[STYLESHEET]))


def _name(visit: Visit) -> str:
    return visit.request.params.get("name", "")


def _edition(visit: Visit) -> tuple[Edition, bool]:
    """Return the revision that an address names, and whether everybody may have it; to others drafts do not exist."""
    theme_id, _, text = _name(visit).partition("-")
    number = whole_number(text, 6)
    if not is_id(theme_id) or not number or _name(visit) != f"{theme_id}-{number}":
        raise NotFound
    editions, live = visit.house.looks.editions, visit.settings().theme
    public = (live is not None and live.name == _name(visit)) or editions.published(theme_id, number)
    if not public:
        _editor(visit)
    edition = editions.get(theme_id, number)
    if edition is None:
        raise NotFound
    return edition, public


def _editor(visit: Visit) -> None:
    try:
        visit.member(_EDITS)
    except (NotSignedIn, NotPermitted) as refusal:
        raise NotFound from refusal
