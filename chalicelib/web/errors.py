"""Turns refusals into a page or the one JSON shape, ``{"error": {"code", "message", "field"?}}``; nothing else does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from chalicelib.refusals import ForgedRequest, NotFound, NotRead, NotSignedIn, Refusal, TokenRefused, Unavailable
from chalicelib.speech import ENGLISH, mark
from chalicelib.web.contexts import ErrorPage, Fault, StaffErrorPage, Wrong
from chalicelib.web.http import Response, answer_json, see_other

if TYPE_CHECKING:
    from chalicelib.speech import Speech
    from chalicelib.web.visit import Visit


API = "api"
"""The area whose refusals are JSON whatever the request says it wants."""


STAFF_AREAS = frozenset({"desk", "settings", "internal"})
"""The areas for which staff sign in."""


class Broken(Refusal):
    """A fault of ours; what was typed is given back."""

    status = 500
    code = "internal_error"
    title = "Something went wrong on our side"
    sentence = (
        "This is our fault, not yours. Please try again in a moment. "
        "If it keeps happening, tell support when it happened."
    )


def refused(visit: Visit, refusal: Refusal, *, area: str) -> Response:
    """Answer a refusal that no page took care of."""
    request, refusal = visit.request, _truly(visit, refusal)
    if area == API or as_json(visit):
        response = answer_json(error(refusal, _speech(visit, area)), refusal.status)
    elif isinstance(refusal, NotSignedIn) and not visit.writing and request.method == "GET":
        return see_other(_sign_in_url(visit, area))
    else:
        response = _page(visit, refusal, area)
    if refusal.retry_after:
        response.set("Retry-After", str(refusal.retry_after))
    if isinstance(refusal, TokenRefused):
        response.set("WWW-Authenticate", "Bearer")
    return response


def plain(visit: Visit, refusal: Refusal) -> Response:
    """Answer a refusal where not even its page can be made; what was typed is given back all the same."""
    typed, refusal = _typed(visit), _truly(visit, refusal)
    kept = f"\n\nWhat you wrote, to copy from here:\n\n{typed}" if typed else ""
    return Response(f"{refusal.title}. {refusal.sentence}{kept}", refusal.status, "text/plain; charset=utf-8")


def _truly(visit: Visit, refusal: Refusal) -> Refusal:
    """Return what is true of this request: where nothing was sent, nothing could not be saved."""
    return NotRead() if type(refusal) is Unavailable and not visit.writing else refusal


def error(refusal: Refusal, speech: Speech = ENGLISH) -> dict[str, dict[str, str]]:
    """Return the one JSON shape of errors."""
    content = {"code": refusal.code, "message": refusal.said(speech)}
    if refusal.field:
        content["field"] = refusal.field
    return {"error": content}


def fault(refusal: Refusal, speech: Speech = ENGLISH) -> Fault:
    """Return a refusal as a form shows it; ``speech`` is the reader's, English for staff."""
    return Fault(refusal.said(speech), refusal.field)


def as_json(visit: Visit) -> bool:
    """Tell whether the answer is read by a script."""
    return visit.request.wants_json or "json" in visit.request.headers.get("content-type", "")


def _speech(visit: Visit, area: str) -> Speech:
    """Return how a refusal is said: programs read English, and so does whoever's settings cannot be read just now."""
    if area == API:
        return ENGLISH
    try:
        return visit.speech_in(area)
    except Refusal:
        return ENGLISH


def _typed(visit: Visit, speech: Speech = ENGLISH, *, staff: bool = True) -> str:
    """Return what was typed into the form that was sent, if it was one: a text alone, several each with its name."""
    if not visit.writing or "json" in visit.request.headers.get("content-type", ""):
        return ""
    try:
        fields = visit.request.fields()
    except Refusal:
        return ""
    texts = [
        (name, one)
        for name, values in fields.items()
        if name not in _NOT_TYPED
        for one in values
        if one.strip() and (one != _TICKED or name == "body")
    ]
    if len(texts) == 1 and texts[0][0] == "body":
        return texts[0][1]
    return "\n\n".join(
        f"{_label(name, speech, staff=staff)}:{_BREAK if _BREAK in one else ' '}{one}" for name, one in texts
    )


def _label(name: str, speech: Speech, *, staff: bool) -> str:
    """Return what a field is called: mostly its label has the same words, and is translated by that."""
    label = "" if staff else _CUSTOMERS_LABELS.get(name, "")
    return speech.text(label or name.replace("_", " ").capitalize())


_CUSTOMERS_LABELS = {
    "body": mark("Your message"),
    "email": mark("E-mail address"),
}
"""What fields of customers' forms are called where that is not their name; catalogues have those that are."""


_BREAK = "\n"
_TICKED = "1"
_NOT_TYPED = frozenset(
    (
        *("csrf", "action", "version", "seen", "seq", "what", "until", "idempotency_key", "session", "facts"),
        *("continues", "attachment", "return_to", "again", "state", "undo", "number", "website", "lang"),
        *("logo", "token", "secret", "code"),
    )
)
"""Fields that forms carry along, and those with what is not to be shown again."""


def _page(visit: Visit, refusal: Refusal, area: str) -> Response:
    if isinstance(refusal, NotFound) and area != "internal":  # which is to answer as if it did not exist
        visit.recognise(area)
    speech = visit.speech_in(area)
    form = _form_page(visit) if isinstance(refusal, ForgedRequest) else ""
    if isinstance(refusal, NotSignedIn):
        back, label = _sign_in_url(visit, area), speech.text("Sign in")
    elif form:
        back, label = visit.urls.prefix + form, speech.text("Back to the form")
    elif area in STAFF_AREAS - {"internal"}:
        reads = not visit.permissions or "conversation:read" in visit.permissions
        back, label = visit.urls.staff_home(), "Back to the desk" if reads else "Back to the settings"
    else:
        back = visit.urls.internal() if area == "internal" else visit.urls.home()
        label = speech.text("Back to the start page")
    title, sentence = speech.text(refusal.title), refusal.said(speech)
    wrong = Wrong(refusal.status, title, sentence, _typed(visit, speech, staff=area in STAFF_AREAS), back, label)
    page = StaffErrorPage(wrong) if area in STAFF_AREAS - {"internal"} else ErrorPage(wrong)
    return visit.page(page, area=area, status=refusal.status)


def _sign_in_url(visit: Visit, area: str) -> str:
    """Return where to sign in, and from there back to this page with what was asked of it."""
    here = _form_page(visit) if visit.writing else visit.address()
    if here and not visit.local_path(here):
        here = visit.request.path
    return visit.urls.staff_login(here) if area in STAFF_AREAS else visit.urls.login(here)


def _form_page(visit: Visit) -> str:
    """Return the path of the page on which a form was filled in, as far as the browser says; empty elsewhere."""
    home = urlsplit(visit.house.settings.public_url)
    start = f"{home.scheme}://{home.netloc}{visit.urls.prefix}/"  # a domain may lead here by several base paths
    came_from = visit.request.headers.get("referer", "") if visit.writing else ""
    if not came_from.startswith(start):
        return ""
    # A form that was refused came back where it was sent to, which is no page that could be opened.
    return visit.local_path(_SENT_TO.sub(r"\1", f"/{came_from.removeprefix(start)}"))


_SENT_TO = re.compile(r"^((?:/desk)?/conversations/[0-9a-z]{26})/[a-z]+$")
