"""Staff who sign in through their organization's provider: to it, and back from it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.openid.service import PER_IP, SIGN_IN_LIFETIME
from chalicelib.refusals import FetchRefused, Invalid, LoginRefused, NotAllowed, NotFound, TooManyRequests
from chalicelib.signin import refusal_log
from chalicelib.signin.model import Kind, network
from chalicelib.signin.refusal_log import Way
from chalicelib.web.http import Response, see_other
from chalicelib.web.signing_in.codes import Door

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from chalicelib.web.visit import Visit

_DOOR = Door(Kind.STAFF)
_ANSWER = ("code", "iss", "error")


def start(visit: Visit) -> Response:
    """Send the browser to the provider."""
    _on(visit)
    return_to = visit.local_path(visit.request.arg("return_to"))
    try:
        with _watched(visit):
            # A provider that does not answer holds a function for seconds: nobody may ask for that without end.
            visit.house.limits.use(PER_IP, network(visit.request.source_ip))
            url, pending = visit.house.openid.begin(return_to)
    except TooManyRequests as refusal:
        return _DOOR.stay_out(visit, refusal, return_to)
    except (FetchRefused, LoginRefused) as refusal:
        return _refused(visit, refusal, return_to)
    response = see_other(url).set("Referrer-Policy", "no-referrer")
    cookies, secure = visit.cookies, visit.house.settings.secure
    seconds = int(SIGN_IN_LIFETIME.total_seconds())
    return response.cookie(cookies.openid, pending, seconds=seconds, secure=secure)


def arrive(visit: Visit) -> Response:
    """Take the provider's response. It signs in, once, although it is a GET: the protocol requires that."""
    _on(visit)
    request, house = visit.request, visit.house
    return_to = ""
    try:
        with _watched(visit):
            sent = house.openid.sent(request.cookie(visit.cookies.openid, _begun(visit)), request.arg("state"))
            return_to = visit.local_path(sent.return_to)
            answer = {name: request.arg(name) for name in _ANSWER}
            agent = request.headers.get("user-agent", "")
            _, token = house.openid.finish(sent, answer, request.source_ip, agent)
    except TooManyRequests as refusal:
        return _DOOR.stay_out(visit, refusal, return_to)
    except (FetchRefused, LoginRefused) as refusal:
        return _forget(visit, _refused(visit, refusal, return_to))
    return _forget(visit, _DOOR.come_in(visit, token, return_to))


def _begun(visit: Visit) -> Callable[[str], bool]:
    """Return what tells whether a cookie is that of the sign-in that comes back."""

    def begun(pending: str) -> bool:
        try:
            visit.house.openid.sent(pending, visit.request.arg("state"))
        except LoginRefused:
            return False
        return True

    return begun


def _on(visit: Visit) -> None:
    if visit.request.method != "GET":
        raise NotAllowed  # whatever only looks at a link must not use it up
    if not visit.settings().openid:
        raise NotFound


def _watched(visit: Visit) -> AbstractContextManager[None]:
    return refusal_log.watched(Way.OPENID, Kind.STAFF, visit.request.id)


def _refused(visit: Visit, refusal: FetchRefused | LoginRefused, return_to: str) -> Response:
    said = refusal.detail if isinstance(refusal, LoginRefused) else f"{refusal.sentence} {_advice(visit)}"
    return _DOOR.stay_out(visit, Invalid(f"We could not sign you in. {said}"), return_to)


def _advice(visit: Visit) -> str:
    """Return what people can do while the provider does not respond."""
    if visit.settings().staff_codes:
        return "Try again in a minute, or sign in with an e-mailed code."
    return (
        "Try again in a minute. If it does not help, the person who runs this portal can let staff in by e-mailed code."
    )


def _forget(visit: Visit, response: Response) -> Response:
    secure = visit.house.settings.secure
    return response.cookie(visit.cookies.openid, "", seconds=0, secure=secure)
