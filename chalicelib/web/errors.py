"""Turns refusals into a page or the one JSON shape, ``{"error": {"code", "message", "field"?}}``; nothing else does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.refusals import NotPermitted, NotSignedIn, Refusal, TokenRefused, TooManyRequests
from chalicelib.speech import ENGLISH
from chalicelib.web.http import Response, answer_json, see_other
from chalicelib.web.pages import ErrorPage, Fault

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
    sentence = "This is our fault, not yours. Please try again in a moment; if it stays, tell support when it happened."


def refused(visit: Visit, refusal: Refusal, *, area: str) -> Response:
    """Answer a refusal that no page took care of."""
    request = visit.request
    if area == API or as_json(visit):
        response = answer_json(error(refusal, _speech(visit, area)), refusal.status)
    elif isinstance(refusal, NotSignedIn) and not visit.writing and request.method == "GET":
        return see_other(_sign_in_url(visit, area))
    else:
        response = _page(visit, refusal, area)
    if isinstance(refusal, TooManyRequests):
        response.set("Retry-After", str(refusal.retry_after))
    if isinstance(refusal, TokenRefused):
        response.set("WWW-Authenticate", "Bearer")
    return response


def plain(visit: Visit, refusal: Refusal) -> Response:
    """Answer a refusal where not even its page can be made; what was typed is given back all the same."""
    typed = _typed(visit)
    kept = f"\n\nWhat you wrote, to copy from here:\n\n{typed}" if typed else ""
    return Response(f"{refusal.title}. {refusal.sentence}{kept}", refusal.status, "text/plain; charset=utf-8")


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


def _typed(visit: Visit) -> str:
    """Return the text of the form that was sent, if it was one."""
    if not visit.writing or "json" in visit.request.headers.get("content-type", ""):
        return ""
    try:
        return visit.request.field("body")
    except Refusal:
        return ""


def _page(visit: Visit, refusal: Refusal, area: str) -> Response:
    speech = visit.speech_in(area)
    if isinstance(refusal, NotSignedIn):
        back, label = _sign_in_url(visit, area), speech.text("Sign in")
    elif area in STAFF_AREAS and not isinstance(refusal, NotPermitted):
        back, label = visit.urls.desk(), speech.text("Back to the desk")
    else:
        back, label = visit.urls.home(), speech.text("Back to the start")
    title, sentence = speech.text(refusal.title), refusal.said(speech)
    page = ErrorPage(refusal.status, title, sentence, _typed(visit), back, label)
    return visit.page(page, area=area, status=refusal.status)


def _sign_in_url(visit: Visit, area: str) -> str:
    here = visit.request.path if not visit.writing else ""
    return visit.urls.staff_login(here) if area in STAFF_AREAS else visit.urls.login(here)
