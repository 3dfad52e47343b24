"""Signing in and out for customers and staff: the same pages, with separate addresses, cookies and signatures."""

from __future__ import annotations

import re
from contextlib import suppress
from typing import TYPE_CHECKING

from chalicelib.refusals import (
    CodeRefused,
    CodeSpent,
    CodeUnreadable,
    ForgedRequest,
    Invalid,
    NotFound,
    NotSignedIn,
    TooManyRequests,
)
from chalicelib.signin import refusal_log
from chalicelib.signin.model import CODE_LIFETIME, Kind, Why
from chalicelib.signin.refusal_log import Way
from chalicelib.text import MAX_EMAIL, readable_email
from chalicelib.web.errors import fault
from chalicelib.web.http import Response, see_other
from chalicelib.web.routing import Route
from chalicelib.web.signing_in.contexts import Login, LoginCode, LoginLink, SignIn, StaffSignIn

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from chalicelib.refusals import Refusal
    from chalicelib.web.visit import Visit

_TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
_LONGEST_SHOWN = 60
"""Characters given back of what was typed and is no code."""


class Door:
    """The sign-in pages of one kind of people."""

    def __init__(self, kind: Kind) -> None:
        """Take the kind of people."""
        self.kind = kind
        self.staff = kind is Kind.STAFF
        self.area = "desk" if self.staff else "portal"

    def routes(self) -> tuple[Route, ...]:
        """Return the routes: ask, code, link, sign out."""
        base = "/staff/login" if self.staff else "/login"
        views: tuple[tuple[str, str, Callable[[Visit], Response]], ...] = (
            ("GET", base, self.ask_page),
            ("POST", base, self.ask),
            ("GET", f"{base}/code", self.code_page),
            ("POST", f"{base}/code", self.code),
            ("GET", f"{base}/link/{{token}}", self.link_page),
            ("POST", f"{base}/link/{{token}}", self.link),
            ("POST", "/staff/logout" if self.staff else "/logout", self.out),
        )
        return tuple(Route(method, path, view, self.area) for method, path, view in views)

    def ask_page(self, visit: Visit) -> Response:
        """Ask for the e-mail address, or go to the organization's own login if that is the only way."""
        return_to = visit.local_path(visit.request.arg("return_to"))
        if not self.staff and visit.portal_on().sign_on and not visit.house.signin.sign_on.store.settings().codes:
            return see_other(visit.urls.login_sso(return_to))
        return self._ask_page(visit, "", return_to)

    def come_in(self, visit: Visit, token: str, return_to: str) -> Response:
        """Continue with a session that did not begin with a code."""
        return visit.start_session(self.kind, token, self._target(visit, return_to))

    def stay_out(self, visit: Visit, refusal: Invalid | TooManyRequests, return_to: str = "") -> Response:
        """Show the sign-in page, and say why another way of signing in failed."""
        return self._ask_page(visit, "", return_to, refusal)

    def ask(self, visit: Visit) -> Response:
        """Send the mail, whether or not the address is known, and continue with the code."""
        self._open(visit)
        email = visit.request.field("email")
        return_to = visit.local_path(visit.request.field("return_to"))
        try:
            with self._watched(visit, Way.CODE):
                visit.anonymous_form()
                language = visit.speech_in(self.area).language
                pending = visit.house.signin.sign_in.ask(self.kind, email, visit.request.source_ip, language)
        except (Invalid, ForgedRequest, TooManyRequests) as refusal:
            return self._ask_page(visit, email[:MAX_EMAIL], return_to, refusal)
        response = see_other(self._code_url(visit))
        cookies, secure = visit.cookies, visit.house.settings.secure
        value = f"{pending}~{visit.house.signer.seal('return', return_to)}"
        seconds = int(CODE_LIFETIME.total_seconds())
        return response.cookie(cookies.pending(self.kind), value, seconds=seconds, secure=secure)

    def code_page(self, visit: Visit) -> Response:
        """Ask for the code."""
        self._open(visit)
        if self._email(visit) is None:
            return see_other(self._ask_url(visit))
        return self._code_page(visit)

    def code(self, visit: Visit) -> Response:
        """Sign in with the code."""
        self._open(visit)
        pending, return_to = self._pending(visit)
        request = visit.request
        try:
            with self._watched(visit, Way.CODE):
                visit.anonymous_form()
                token = visit.house.signin.sign_in.by_code(
                    self.kind, pending, request.field("code"), request.source_ip, request.headers.get("user-agent", "")
                )
        except (CodeRefused, ForgedRequest, TooManyRequests) as refusal:
            return self._code_page(visit, refusal)
        return visit.start_session(self.kind, token, self._target(visit, return_to), by_code=True)

    def link_page(self, visit: Visit) -> Response:
        """Show the button that signs in. Opening the page does not use up the link."""
        self._open(visit)
        token = self._token(visit)
        if visit.request.method == "GET":  # with HEAD nobody sees a page
            with suppress(CodeRefused), self._watched(visit, Way.LINK):
                visit.house.signin.sign_in.look_at_link(self.kind, self._pending(visit)[0], token)
        return self._link_page(visit, token)

    def link(self, visit: Visit) -> Response:
        """Sign in with the link."""
        self._open(visit)
        token = self._token(visit)
        pending, return_to = self._pending(visit)
        request = visit.request
        try:
            with self._watched(visit, Way.LINK):
                visit.anonymous_form()
                session = visit.house.signin.sign_in.by_link(
                    self.kind, pending, token, request.source_ip, request.headers.get("user-agent", "")
                )
        except (CodeRefused, ForgedRequest, TooManyRequests) as refusal:
            return self._link_page(visit, token, refusal)
        return visit.start_session(self.kind, session, self._target(visit, return_to), by_code=True)

    def out(self, visit: Visit) -> Response:
        """Sign out here."""
        try:
            who = visit.member(None) if self.staff else visit.customer()
            visit.house.signin.sign_in.end(self.kind, who.id, visit.session.token_hash)
        except NotSignedIn:
            visit.same_site()  # or another site could take the session's cookie away
        elsewhere = "" if self.staff else own_sign_out(visit)
        if elsewhere:
            return visit.end_session(self.kind, elsewhere, "signed-in")
        home = visit.urls.staff_login() if self.staff else visit.urls.home()
        return visit.end_session(self.kind, home, "signed-out")

    # the parts

    def _watched(self, visit: Visit, way: Way) -> AbstractContextManager[None]:
        return refusal_log.watched(way, self.kind, visit.request.id)

    def _open(self, visit: Visit) -> None:
        if not self.staff and visit.portal_on().sign_on and not visit.house.signin.sign_on.store.settings().codes:
            raise NotFound  # the organization's own login is the only one
        if self.staff and not _staff_codes(visit):
            raise NotFound

    def _pending(self, visit: Visit) -> tuple[str, str]:
        """Return what this browser got when it asked, and where it wanted to go."""
        sign_in = visit.house.signin.sign_in
        value = visit.request.cookie(
            visit.cookies.pending(self.kind), lambda one: bool(sign_in.asked(self.kind, one.partition("~")[0]))
        )
        pending, _, sealed = value.partition("~")
        return pending, visit.local_path(visit.house.signer.unseal("return", sealed) or "")

    def _email(self, visit: Visit) -> str | None:
        return visit.house.signin.sign_in.asked(self.kind, self._pending(visit)[0])

    def _token(self, visit: Visit) -> str:
        token = visit.request.params.get("token", "")
        if not _TOKEN.fullmatch(token):
            if visit.request.method != "HEAD":
                refusal_log.refused(Way.LINK, self.kind, visit.request.id, CodeRefused(Why.LINK_UNKNOWN))
            raise NotFound
        return token

    def _target(self, visit: Visit, return_to: str) -> str:
        home = visit.urls.staff_home() if self.staff else visit.urls.conversations()
        return visit.urls.prefix + return_to if return_to else home

    def _ask_url(self, visit: Visit) -> str:
        return visit.urls.staff_login() if self.staff else visit.urls.login()

    def _code_url(self, visit: Visit) -> str:
        return visit.urls.staff_login_code() if self.staff else visit.urls.login_code()

    def _ask_page(
        self, visit: Visit, email: str, return_to: str, refusal: Invalid | ForgedRequest | TooManyRequests | None = None
    ) -> Response:
        openid = self.staff and visit.settings().openid
        sso_url = visit.urls.login_sso(return_to) if not self.staff and visit.settings().sign_on else ""
        step = Login(
            action=self._ask_url(visit),
            email=email,
            return_to=return_to,
            sso_url=visit.urls.staff_login_openid(return_to) if openid else sso_url,
            provider=visit.house.openid.accounts.get().name if openid else "",
            codes=not self.staff or _staff_codes(visit),
            fault=fault(refusal, visit.speech_in(self.area)) if refusal else None,
        )
        return self._shown(visit, step, refusal)

    def _code_page(
        self, visit: Visit, refusal: CodeRefused | ForgedRequest | TooManyRequests | None = None
    ) -> Response:
        spent, unreadable = isinstance(refusal, CodeSpent), isinstance(refusal, CodeUnreadable)
        step = LoginCode(
            action=self._code_url(visit),
            again=self._ask_url(visit),
            email=readable_email(self._email(visit) or ""),
            typed=visit.request.field("code")[:_LONGEST_SHOWN] if unreadable else "",
            spent=spent,
            return_to=self._pending(visit)[1] if spent else "",
            contact_url="" if self.staff else visit.urls.contact(),
            fault=fault(refusal, visit.speech_in(self.area)) if refusal else None,
        )
        return self._shown(visit, step, refusal)

    def _link_page(
        self, visit: Visit, token: str, refusal: CodeRefused | ForgedRequest | TooManyRequests | None = None
    ) -> Response:
        urls = visit.urls
        step = LoginLink(
            action=urls.staff_login_link(token) if self.staff else urls.login_link(token),
            again=self._ask_url(visit),
            usable=not isinstance(refusal, CodeSpent) and self._usable(visit, token),
            fault=fault(refusal, visit.speech_in(self.area)) if refusal else None,
        )
        return self._shown(visit, step, refusal)

    def _usable(self, visit: Visit, token: str) -> bool:
        try:
            visit.house.signin.sign_in.look_at_link(self.kind, self._pending(visit)[0], token)
        except CodeRefused:
            return False
        return True

    def _shown(self, visit: Visit, step: Login | LoginCode | LoginLink, refusal: Refusal | None) -> Response:
        page = StaffSignIn(step) if self.staff else SignIn(step)
        response = visit.page(page, area=self.area, status=refusal.status if refusal else 200)
        response.set("Referrer-Policy", "no-referrer")
        if isinstance(refusal, TooManyRequests):
            response.set("Retry-After", str(refusal.retry_after))
        return response


def own_sign_out(visit: Visit) -> str:
    """Return the page that leads to the organization's own sign-out; empty if there is none."""
    settings = visit.settings()
    own = settings.enabled and settings.sign_on and visit.house.signin.sign_on.store.settings().logout_url
    return visit.urls.login_out() if own else ""


def _staff_codes(visit: Visit) -> bool:
    settings = visit.settings()
    return settings.staff_codes or not settings.openid


ROUTES = (*Door(Kind.CUSTOMER).routes(), *Door(Kind.STAFF).routes())
