"""One request on its way through: who it is, whether the form is ours, and how its pages are put together."""

from __future__ import annotations

from contextlib import suppress
from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from chalicelib import zones
from chalicelib.audit.model import Author
from chalicelib.ids import hashed, is_id, is_token, new_secret
from chalicelib.refusals import BeingMerged, CursorRefused, ForgedRequest, NotFound, NotPermitted, NotSignedIn, Refusal
from chalicelib.rendering.model import Page
from chalicelib.signin.model import STAFF_SESSION_HOURS, Kind
from chalicelib.speech import ENGLISH, LANGUAGES, Speech, asked, mark, speech
from chalicelib.staff.model import ROLES
from chalicelib.urls import Urls
from chalicelib.web.contexts import Site
from chalicelib.web.cookies import Cookies
from chalicelib.web.http import Response, see_other
from chalicelib.web.security import policy

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from chalicelib.customers.model import Customer
    from chalicelib.portal.model import PortalSettings
    from chalicelib.rendering.model import Look
    from chalicelib.signin.model import Session
    from chalicelib.staff.model import Member
    from chalicelib.web.http import Request
    from chalicelib.wiring import House

NOTICES = {
    "signed-in": "",
    "signed-out": mark("You are signed out."),
    "everywhere": mark("You are signed out everywhere."),
    "ended": mark("That device is signed out."),
    "sent": mark("Your message was sent."),
    "reopened": mark("The conversation is open again and your message was sent."),
    "started": mark("Your conversation has started. We will reply here and by e-mail."),
    "seen": "",
    "saved": mark("Your changes were saved."),
    "answered": "Your answer was sent.",
    "noted": "The note was added.",
    "closed": "The conversation is closed.",
    "snoozed": "The conversation is snoozed.",
    "opened": "The conversation is open.",
    "renamed": "The subject was changed.",
    "redacted": "It was removed for good.",
    "resent": "The e-mail is on its way again.",
    "merged": "The two are one customer now.",
    "merging": "The merge has begun and goes on by itself.",
    "invited": "The invitation is on its way by e-mail.",
    "deactivated": "They are signed out everywhere and cannot sign in any more.",
    "left": "You are signed out everywhere and cannot sign in any more.",
    "reactivated": "They can sign in again.",
    "removed": "It was removed.",
    "published": "It is published: readers see it now.",
    "unpublished": "It is taken back: readers do not find it any more.",
    "restored": "The draft says what that version said. Publish it when it is right.",
    "deleted": "It was deleted.",
    "labelled": "The details were saved.",
    "theme-made": "The theme was created. Customers see it once it is published.",
    "theme-restored": "The newest draft is what that revision was. Customers see it once it is published.",
    "theme-upgraded": "The upgrade is saved as a draft. Look at it in the preview, then publish it.",
    "theme-imported": "The zip is the newest draft. Customers see it once it is published.",
    "theme-off": "Themes are switched off. Customers see plain Midtown.",
}
"""What a page says once after a form; an empty one only makes the page read what was just written."""
_NOTICE_SECONDS = 20
_LONGEST_PATH = 500
_ENGLISH_AREAS = frozenset({"desk", "settings"})
_SAFE = frozenset({"GET", "HEAD"})


class Visit:
    """A request with everything that is known of it. Reads are collected and made together when first needed."""

    def __init__(self, house: House, request: Request) -> None:
        """Look at nothing yet; settings are read together with whatever is asked for first."""
        self.house, self.request = house, request
        self.urls = Urls(request.prefix, house.static.version)
        self.cookies = Cookies(house.settings.secure)
        self.writing = request.method not in _SAFE
        code = request.cookie(self.cookies.notice, NOTICES.__contains__)
        self._notice = code if code in NOTICES else ""
        self.reads = house.table.together(consistent=self.writing or bool(self._notice))
        self._settings = house.portal.settings.later(self.reads)
        self._who: Customer | Member | None = None
        self._session: Session | None = None
        self._new_form_secret = ""
        self._tokens: dict[Kind, str] = {}
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

    def claimed(self, kind: Kind = Kind.CUSTOMER) -> str:
        """Return the id of the customer or member that this browser's cookie names, empty where it names none.

        It proves nothing: what is read by it, to have it at the same moment as the session, is theirs only when
        :meth:`customer` or :meth:`member` returns.
        """
        token = self.token(kind)
        return token.partition(".")[0] if is_token(token) else ""

    def token(self, kind: Kind) -> str:
        """Return the token of a session that this browser brings, empty where it brings none.

        Where several come under the cookie's name, it is the one whose session lives.
        """
        if kind not in self._tokens:
            brought = self.request.cookies(self.cookies.session(kind))
            self._tokens[kind] = brought[0] if len(brought) == 1 else self._living(kind, brought) if brought else ""
        return self._tokens[kind]

    def _living(self, kind: Kind, tokens: list[str]) -> str:
        hours = STAFF_SESSION_HOURS if kind is Kind.STAFF else self._settings().session_hours
        return self.house.signin.sign_in.living(kind, tokens, hours)

    def customer(self) -> Customer:
        """Return the customer who is signed in; a post must carry this session's form token as well."""
        token = self.token(Kind.CUSTOMER)
        later = self.house.signin.sign_in.later(self.reads, Kind.CUSTOMER, token)
        if later is None:
            self.portal_on()
            raise NotSignedIn
        customer_later = self.house.customers.store.later(self.reads, token.partition(".")[0])
        settings = self.portal_on()
        session, customer = later(), customer_later()
        if session is None or customer is None or not session.alive(self.now, settings.session_hours):
            raise NotSignedIn
        if customer.merging:
            raise BeingMerged
        self._who, self._session = customer, session
        self.__dict__.pop("speech", None)  # whatever was said so far, from here on it is in the customer's own
        self._guard()
        return customer

    def member(self, permission: str | None, *, first: Callable[[], None] | None = None) -> Member:
        """Return the staff member who is signed in and may do what ``permission`` names (None: anybody).

        ``first`` may refuse before it is told who asks, by the settings, which are read together with the session.
        """
        token = self.token(Kind.STAFF)
        later = self.house.signin.sign_in.later(self.reads, Kind.STAFF, token)
        member_later = self.house.staff.store.later(self.reads, token.partition(".")[0]) if later else None
        if first:
            first()
        if later is None or member_later is None:
            raise NotSignedIn
        session, member = later(), member_later()
        if session is None or member is None or not member.active or not session.alive(self.now, STAFF_SESSION_HOURS):
            raise NotSignedIn
        self._who, self._session = member, session
        self._guard()
        if permission is not None and not member.may(permission):
            raise NotPermitted
        return member

    @property
    def permissions(self) -> frozenset[str]:
        """What the member of staff who is signed in may do; nothing for anybody else."""
        return ROLES.get(getattr(self._who, "role", ""), frozenset())

    def recognise(self, area: str) -> None:
        """Find out who is signed in, if anybody, where a page was refused before that was asked: its head says so."""
        kind = Kind.STAFF if area in _ENGLISH_AREAS else Kind.CUSTOMER
        if self._who is not None or self.writing or not self.token(kind):
            return
        with suppress(Refusal):
            if kind is Kind.STAFF:
                self.member(None)
            else:
                self.customer()

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
        token = self._form_token()
        secret = self.request.cookie(self.cookies.form, lambda one: self.house.signer.verifies("form", one, token))
        if not secret or not self.house.signer.verifies("form", secret, token):
            raise ForgedRequest

    def csrf(self) -> str:
        """Return the token of this page's forms: bound to the session, or before sign-in to this browser."""
        if self._session is not None:
            return self.house.signer.sign("form", self._session.token_hash)
        secret = self.request.cookie(self.cookies.form) or self._new_form_secret
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
        return text if plain and text.startswith("/") and len(text) <= _LONGEST_PATH and " " not in text else ""

    # how it is answered

    @cached_property
    def speech(self) -> Speech:
        """How this page speaks to its reader, in one of the languages the organization offers.

        The one that the customer chose, else the one chosen in this browser, else what the address or the browser asks
        for, else the organization's own. Pages of the desk and the settings are in English whatever this says.
        """
        offered = self._settings().languages
        wishes = (getattr(self._who, "language", ""), self._chosen_language())
        chosen = next((one for one in (*wishes, self.request.arg("lang")) if one in offered), "")
        return speech(chosen or asked(self.request.headers.get("accept-language", ""), offered) or offered[0])

    def _chosen_language(self) -> str:
        return self.request.cookie(self.cookies.language, self._settings().languages.__contains__)

    def speech_in(self, area: str) -> Speech:
        """Return how a page of an area speaks."""
        return ENGLISH if area in _ENGLISH_AREAS else self.speech

    def author(self) -> Author:
        """Return the signed-in member of staff as the audit log names them."""
        if self._who is None:
            raise NotSignedIn
        return Author(self._who.id, self._who.name, self.request.source_ip)

    def page(self, page: Page, *, area: str = "portal", here: str = "", status: int = 200) -> Response:
        """Return a page."""
        response = Response(self.render(page, area=area, here=here), status)
        if self._settings().shows_pictures:
            files = self.house.files
            response.set("Content-Security-Policy", policy(files.upload_origin, files.picture_origin))
        secure = self.house.settings.secure
        if self._new_form_secret:
            response.cookie(self.cookies.form, self._new_form_secret, secure=secure)
        if self._notice:
            response.cookie(self.cookies.notice, "", seconds=0, secure=secure)
        return response

    def render(self, page: Page, *, area: str = "portal", here: str = "", token: bool = True) -> str:
        """Return a page, or a part of one, as HTML; without ``token`` its forms are nobody's, for caches to keep."""
        settings = self._settings()
        says = self.speech_in(area)
        zone_name = getattr(self._who, "time_zone", "")
        site = Site(
            organization=settings.organization,
            urls=self.urls,
            area=area,
            csrf=self.csrf() if token else "",
            brand_version=settings.version,
            has_logo=settings.has_logo,
            portal_on=settings.enabled,
            viewer=self._who.name if self._who else "",
            notice=says.text(NOTICES.get(self._notice, "")),
            here=here,
            time_zone=zone_name,
            language=says.language,
            direction=says.direction,
            permissions=self.permissions,
            internal_portal=settings.internal_portal,
            languages=tuple((one, LANGUAGES[one]) for one in settings.languages) if self._chooses(area) else (),
            address=self.address("lang") if self._chooses(area) else "",
        )
        zone = zones.zone(zone_name, settings.time_zone)
        return self.house.renderer.page(page, site, zone, self.now, says, self._look(area, says))

    def _look(self, area: str, says: Speech) -> Look | None:
        """Return how pages of an area look; None for Midtown. The desk and the settings have no theme."""
        settings = self._settings()
        if settings.theme is None or area in _ENGLISH_AREAS:
            return None
        from chalicelib.themes.looks import Reader

        return self.house.looks.look(settings.theme, Reader(settings, self.urls, says.language))

    def _chooses(self, area: str) -> bool:
        """Tell whether a page lets its reader choose a language: not where coming back would lose what was typed."""
        return area not in _ENGLISH_AREAS and not self.writing and len(self._settings().languages) > 1

    def address(self, *without: str) -> str:
        """Return this page's address without what stands before our paths, and without the values ``without`` names."""
        query = [(name, one) for name, values in self.request.query.items() if name not in without for one in values]
        return self.request.path + (f"?{urlencode(query)}" if query else "")

    def go(self, url: str, notice: str) -> Response:
        """Redirect after a form; the page there shows what was written, and says ``notice``."""
        response = see_other(url)
        secure = self.house.settings.secure
        return response.cookie(self.cookies.notice, notice, seconds=_NOTICE_SECONDS, secure=secure)

    def start_session(self, kind: Kind, token: str, url: str, *, by_code: bool = False) -> Response:
        """Redirect somebody who has just signed in; the browser forgets what it asked with and how forms were bound.

        ``by_code`` tells that a code or link sent to their address did it: nothing else proves the address.
        """
        if kind is Kind.CUSTOMER:
            if by_code:
                self.house.customers.contacts.proven(token.partition(".")[0])
            chosen = self._chosen_language()
            if chosen in self._settings().languages:
                self.house.customers.profiles.came_with(token.partition(".")[0], chosen)
        secure, cookies = self.house.settings.secure, self.cookies
        response = self.go(url, "signed-in")
        response.cookie(cookies.session(kind), token, secure=secure)
        response.cookie(cookies.pending(kind), "", seconds=0, secure=secure)
        return response.cookie(cookies.form, "", seconds=0, secure=secure)

    def end_session(self, kind: Kind, url: str, notice: str) -> Response:
        """Redirect somebody who has just signed out."""
        response = self.go(url, notice)
        return response.cookie(self.cookies.session(kind), "", seconds=0, secure=self.house.settings.secure)

    def token_hash(self, kind: Kind) -> str:
        """Return the hash of this browser's session token."""
        return hashed(self.token(kind).partition(".")[2])
