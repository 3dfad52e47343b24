"""The round trip of customers through the organization's own login: there, back with a token, and out.

A token arrives in a form of another site. Browsers do not send our cookies with such a form, so we could not tell
whose browser it is. We answer with a page that sends the form again from our site. Then the browser also sends the
cookie that binds the round trip to it.
"""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING

from chalicelib.aws.limits import Limit
from chalicelib.ids import hashed, is_secret, new_secret
from chalicelib.refusals import ForgedRequest, LoginRefused, NotFound
from chalicelib.signin import refusal_log
from chalicelib.signin.jose import MAX_TOKEN
from chalicelib.signin.model import Kind, network
from chalicelib.signin.refusal_log import Way
from chalicelib.signin.sign_on import MAX_STATE, SIGN_IN, STATE_LIFETIME, TRIAL
from chalicelib.web.http import Response, see_other
from chalicelib.web.signing_in.contexts import Arriving, Leaving, Refused, SignIn

if TYPE_CHECKING:
    from chalicelib.signin.sign_on import State
    from chalicelib.web.visit import Visit

PER_IP = Limit("sign-on-ip", most=300, window=3600)
"""Tokens from one network; many people of a company can share it."""


def start(visit: Visit) -> Response:
    """Go to the organization's own login."""
    _on(visit)
    return depart(visit, SIGN_IN, visit.local_path(visit.request.arg("return_to")))


def depart(visit: Visit, mode: str, target: str) -> Response:
    """Redirect to the organization's own login, and give the browser what it must send back."""
    name = visit.cookies.sign_on
    browser = visit.request.cookie(name, is_secret)
    if not is_secret(browser):  # kept where there is one: another tab may be under way
        browser = new_secret()
    response = see_other(visit.house.signin.sign_on.start(browser, mode, target))
    response.set("Referrer-Policy", "no-referrer")
    seconds = int(STATE_LIFETIME.total_seconds())
    return response.cookie(name, browser, seconds=seconds, secure=visit.house.settings.secure)


def arrive(visit: Visit) -> Response:
    """Take the token that the organization's own login sent."""
    state = visit.house.signin.sign_on.state(visit.request.field("state"))
    trial = state is not None and state.mode == TRIAL
    if not trial:
        _on(visit)
    try:
        with nullcontext() if trial else refusal_log.watched(Way.SIGN_ON, Kind.CUSTOMER, visit.request.id):
            return _arrived(visit, state)
    except LoginRefused as refusal:
        return _refused(visit, refusal, trial=trial)


def _arrived(visit: Visit, state: State | None) -> Response:
    request, sign_on = visit.request, visit.house.signin.sign_on
    token, sealed = request.field("token"), request.field("state")
    if len(token) > MAX_TOKEN or len(sealed) > MAX_STATE:
        raise LoginRefused("token_malformed", "The token or the state is too long.")
    if state is None and not sealed and sign_on.store.settings().unasked:
        return _unasked(visit, token)
    browser = request.cookie(visit.cookies.sign_on, lambda one: state is not None and sign_on.belongs(state, one))
    if not browser and not request.field("again"):
        return _quiet(visit.page(_arriving(visit, token, sealed)))
    visit.house.limits.use(PER_IP, network(request.source_ip))
    if state is None or not sign_on.belongs(state, browser):
        raise LoginRefused("state_wrong", "The round trip did not begin in this browser.")
    if state.mode == TRIAL:
        return _tried(visit, state, token)
    return _signed_in(visit, token, state.target)


def out(visit: Visit) -> Response:
    """Go on to the organization's own sign-out, after signing out here."""
    url = visit.house.signin.sign_on.store.settings().logout_url if visit.portal_on().sign_on else ""
    if not url:
        return see_other(visit.urls.home())
    return _quiet(visit.page(SignIn(Leaving(url))))


def _on(visit: Visit) -> None:
    """If custom sign-on is off, refuse as if it did not exist."""
    if not visit.portal_on().sign_on:
        raise NotFound


def _unasked(visit: Visit, token: str) -> Response:
    """Take a token for which no sign-in here had asked, after the person has confirmed it on our page.

    Otherwise another site could sign people in as somebody else, and later read what they write.
    """
    return_to = visit.local_path(visit.request.field("return_to"))
    visit.house.limits.use(PER_IP, network(visit.request.source_ip))
    if visit.request.field("again"):
        try:
            visit.anonymous_form()
        except ForgedRequest as refusal:
            raise LoginRefused("state_wrong", "The form was not sent from this browser.") from refusal
        return _signed_in(visit, token, return_to)
    checked = visit.house.signin.sign_on.checked(token, unsigned=False)
    checked.examined.reading.must()
    person = checked.examined.person
    name = person.name or person.identities.get("email", "") or person.identities.get("external_id", "")
    return _quiet(visit.page(_arriving(visit, token, "", return_to, name)))


def _arriving(visit: Visit, token: str, sealed: str, return_to: str = "", person: str = "") -> SignIn:
    return SignIn(Arriving(visit.urls.login_sso(), token, sealed, return_to, person))


def _signed_in(visit: Visit, token: str, return_to: str) -> Response:
    request = visit.request
    session = visit.house.signin.sign_on.take(token, request.source_ip, request.headers.get("user-agent", ""))
    target = visit.local_path(return_to)
    url = visit.urls.prefix + target if target else visit.urls.conversations()
    return _forget(visit, visit.start_session(Kind.CUSTOMER, session, url))


def _tried(visit: Visit, state: State, token: str) -> Response:
    """Keep the result of a member's trial. Only the session that began it can see it."""
    staff_id, _, session = state.target.partition(" ")
    if hashed(visit.token_hash(Kind.STAFF)) != session:
        raise LoginRefused("state_wrong", "The trial was begun by somebody else, or before signing in.")
    visit.house.signin.sign_on.tried(token, staff_id)
    return _forget(visit, see_other(visit.urls.settings("sign-on", "try")))


def _forget(visit: Visit, response: Response) -> Response:
    return response.cookie(visit.cookies.sign_on, "", seconds=0, secure=visit.house.settings.secure)


def _refused(visit: Visit, refusal: LoginRefused, *, trial: bool = False) -> Response:
    """Say why. A trial starts again in the settings, because the portal may still be off."""
    if visit.request.wants_json:
        raise refusal
    again = visit.urls.settings("sign-on") if trial else visit.urls.login()
    return _quiet(visit.page(SignIn(Refused(refusal.rule, again)), status=refusal.status))


def _quiet(response: Response) -> Response:
    return response.set("Referrer-Policy", "no-referrer")
