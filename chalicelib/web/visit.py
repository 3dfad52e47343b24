"""One request on its way through: who it is, whether the form is ours, and how its pages are put together."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from chalicelib.audit.model import Author
from chalicelib.ids import hashed, is_id, new_secret
from chalicelib.refusals import CursorRefused, ForgedRequest, NotFound, NotPermitted, NotSignedIn
from chalicelib.signin.model import STAFF_SESSION_HOURS, Kind
from chalicelib.speech import Speech, speech
from chalicelib.staff.model import ROLES
from chalicelib.web.http import Response, see_other
from chalicelib.web.pages import Page, Site
from chalicelib.web.urls import Urls

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.customers.model import Customer
    from chalicelib.portal.model import PortalSettings
    from chalicelib.signin.model import Session
    from chalicelib.staff.model import Member
    from chalicelib.web.http import Request
    from chalicelib.wiring import House

NOTICES = {
    "signed-in": "",
    "signed-out": "You are signed out.",
    "everywhere": "You are signed out everywhere.",
    "ended": "That sign-in has been ended.",
    "sent": "Your message was sent.",
    "reopened": "The conversation is open again and your message was sent.",
    "started": "Your conversation has started. We answer here and by e-mail.",
    "seen": "",
    "saved": "Your changes were saved.",
    "answered": "Your answer was sent.",
    "noted": "The note was added.",
    "closed": "The conversation is closed.",
    "snoozed": "The conversation is snoozed.",
    "opened": "The conversation is open.",
    "renamed": "The subject was changed.",
    "redacted": "It was removed for good.",
    "resent": "The e-mail is on its way again.",
}
"""What a page says once after a form; an empty one only makes the page read what was just written."""
_NOTICE_SECONDS = 20
_SAFE = frozenset({"GET", "HEAD"})


class Visit:
    """A request with everything that is known of it. Reads are collected and made together when first needed."""

    def __init__(self, house: House, request: Request) -> None:
        """Look at nothing yet; settings are read together with whatever is asked for first."""
        self.house, self.request = house, request
        self.urls = Urls(request.prefix, house.static_version)
        self.writing = request.method not in _SAFE
        code = request.cookie(house.cookies.notice)
        self._notice = code if code in NOTICES else ""
        self.reads = house.table.together(consistent=self.writing or bool(self._notice))
        self._settings = house.portal.later(self.reads)
        self._who: Customer | Member | None = None
        self._session: Session | None = None
        self._new_form_secret = ""
        self.now: datetime = house.clock()

    # who it is

    def settings(self) -> PortalSettings:
        """Return the portal's settings."""
        return self._settings()

    def portal_on(self) -> PortalSettings:
        """Return the settings, or refuse: where the portal is off, none of its pages exists."""
        settings = self._settings()
        if not settings.enabled:
            raise NotFound
        return settings

    def customer(self) -> Customer:
        """Return the customer who is signed in; a post must carry this session's form token as well."""
        token = self.request.cookie(self.house.cookies.session(Kind.CUSTOMER))
        later = self.house.sign_in.later(self.reads, Kind.CUSTOMER, token)
        if later is None:
            self.portal_on()
            raise NotSignedIn
        customer_later = self.house.customers.later(self.reads, token.partition(".")[0])
        settings = self.portal_on()
        session, customer = later(), customer_later()
        if session is None or customer is None or not session.alive(self.now, settings.session_hours):
            raise NotSignedIn
        self._who, self._session = customer, session
        self._guard()
        return customer

    def member(self, permission: str | None) -> Member:
        """Return the staff member who is signed in and may do what ``permission`` names (None: anybody)."""
        token = self.request.cookie(self.house.cookies.session(Kind.STAFF))
        later = self.house.sign_in.later(self.reads, Kind.STAFF, token)
        if later is None:
            raise NotSignedIn
        member_later = self.house.staff.later(self.reads, token.partition(".")[0])
        session, member = later(), member_later()
        if session is None or member is None or not member.active or not session.alive(self.now, STAFF_SESSION_HOURS):
            raise NotSignedIn
        self._who, self._session = member, session
        self._guard()
        if permission is not None and not member.may(permission):
            raise NotPermitted
        return member

    @property
    def session(self) -> Session:
        """The session of whoever is signed in."""
        if self._session is None:
            raise NotSignedIn
        return self._session

    # whether the form is ours

    def anonymous_form(self) -> None:
        """Refuse a form of somebody not signed in that did not come from our own page in this browser."""
        self.same_site()
        secret = self.request.cookie(self.house.cookies.form)
        if not secret or not self.house.signer.verifies("form", secret, self._form_token()):
            raise ForgedRequest

    def csrf(self) -> str:
        """Return the token of this page's forms: bound to the session, or before sign-in to this browser."""
        if self._session is not None:
            return self.house.signer.sign("form", self._session.token_hash)
        secret = self.request.cookie(self.house.cookies.form) or self._new_form_secret
        if not secret:
            secret = self._new_form_secret = new_secret()
        return self.house.signer.sign("form", secret)

    def _guard(self) -> None:
        if not self.writing:
            return
        self.same_site()
        if not self.house.signer.verifies("form", self.session.token_hash, self._form_token()):
            raise ForgedRequest

    def same_site(self) -> None:
        """Refuse what the browser says another site sent."""
        if self.request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            raise ForgedRequest

    def _form_token(self) -> str:
        return self.request.headers.get("x-csrf-token") or (
            "" if "json" in self.request.headers.get("content-type", "") else self.request.field("csrf")
        )

    # what was asked for

    def id(self, name: str) -> str:
        """Return an id of the address; what cannot be one is not found."""
        value = self.request.params.get(name, "")
        if not is_id(value):
            raise NotFound
        return value

    def cursor(self, listing: str) -> str:
        """Return the place a signed cursor stands for in ``listing`` (whose list, which filter, which order)."""
        token = self.request.arg("cursor")
        if not token:
            return ""
        place = self.house.signer.unseal(f"cursor:{listing}", token)
        if place is None:
            raise CursorRefused
        return place

    def cursor_for(self, listing: str, place: str) -> str:
        """Return the signed cursor of a place."""
        return self.house.signer.seal(f"cursor:{listing}", place)

    def local_path(self, text: str) -> str:
        """Return where to go on after signing in: a path of our own, or empty."""
        plain = text.isascii() and text.isprintable() and "\\" not in text and "//" not in text and ":" not in text
        return text if plain and text.startswith("/") and len(text) <= 500 and " " not in text else ""  # noqa: PLR2004

    # how it is answered

    @cached_property
    def speech(self) -> Speech:
        """How this page speaks: the reader's own choice, else what their browser asks for, of what is offered."""
        offered = self._settings().languages
        asked = (
            part.partition(";")[0].strip().lower()
            for part in self.request.headers.get("accept-language", "").split(",")
        )
        return speech(next((one.partition("-")[0] for one in asked if one.partition("-")[0] in offered), offered[0]))

    def author(self) -> Author:
        """Return the signed-in member of staff as the audit log names them."""
        if self._who is None:
            raise NotSignedIn
        return Author(self._who.id, self._who.name, self.request.source_ip)

    def page(self, page: Page, *, area: str = "portal", here: str = "", status: int = 200) -> Response:
        """Return a page."""
        response = Response(self.render(page, area=area, here=here), status)
        secure = self.house.settings.secure
        if self._new_form_secret:
            response.cookie(self.house.cookies.form, self._new_form_secret, secure=secure)
        if self._notice:
            response.cookie(self.house.cookies.notice, "", seconds=0, secure=secure)
        return response

    def render(self, page: Page, *, area: str = "portal", here: str = "") -> str:
        """Return a page, or a part of one, as HTML."""
        settings = self._settings()
        zone_name = getattr(self._who, "time_zone", "")
        site = Site(
            organization=settings.organization,
            urls=self.urls,
            area=area,
            csrf=self.csrf(),
            brand_version=settings.version,
            has_logo=settings.has_logo,
            portal_on=settings.enabled,
            viewer=self._who.name if self._who else "",
            notice=NOTICES.get(self._notice, ""),
            here=here,
            time_zone=zone_name,
            language=self.speech.language,
            direction=self.speech.direction,
            permissions=ROLES.get(getattr(self._who, "role", ""), frozenset()),
            internal_portal=settings.internal_portal,
        )
        zone = ZoneInfo(zone_name or settings.time_zone)
        return self.house.renderer.page(page, site, zone, self.now, self.speech)

    def go(self, url: str, notice: str) -> Response:
        """Redirect after a form; the page there shows what was written, and says ``notice``."""
        response = see_other(url)
        secure = self.house.settings.secure
        return response.cookie(self.house.cookies.notice, notice, seconds=_NOTICE_SECONDS, secure=secure)

    def start_session(self, kind: Kind, token: str, url: str) -> Response:
        """Redirect somebody who has just signed in; the browser forgets what it asked with and how forms were bound."""
        secure, cookies = self.house.settings.secure, self.house.cookies
        response = self.go(url, "signed-in")
        response.cookie(cookies.session(kind), token, secure=secure)
        response.cookie(cookies.pending(kind), "", seconds=0, secure=secure)
        return response.cookie(cookies.form, "", seconds=0, secure=secure)

    def end_session(self, kind: Kind, url: str, notice: str) -> Response:
        """Redirect somebody who has just signed out."""
        response = self.go(url, notice)
        return response.cookie(self.house.cookies.session(kind), "", seconds=0, secure=self.house.settings.secure)

    def token_hash(self, kind: Kind) -> str:
        """Return the hash of this browser's session token."""
        return hashed(self.request.cookie(self.house.cookies.session(kind)).partition(".")[2])
