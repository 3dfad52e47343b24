"""What the templates of the sign-in pages are given: one dataclass a page."""

from __future__ import annotations

from typing import ClassVar

from chalicelib.records import dataclass
from chalicelib.rendering.model import Page
from chalicelib.web.contexts import Fault


@dataclass(frozen=True, slots=True)
class Login(Page):
    """Ask for an e-mail address. ``action`` is where the form posts (customers and staff share the page).

    ``sso_url`` leads to the organization's own login, where customers have one, or to the ``provider`` of staff.
    ``codes`` tells that e-mailed codes are possible.
    """

    template: ClassVar[str] = "signing_in/login.html"
    action: str
    email: str = ""
    return_to: str = ""
    staff: bool = False
    sso_url: str = ""
    provider: str = ""
    codes: bool = True
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class LoginCode(Page):
    """Ask for the 8-digit code. ``email`` is what was typed; ``again`` is where a new code is asked for."""

    template: ClassVar[str] = "signing_in/login_code.html"
    action: str
    again: str
    email: str
    staff: bool = False
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class LoginLink(Page):
    """The page a sign-in link opens: a button that posts. ``usable`` is False in another browser."""

    template: ClassVar[str] = "signing_in/login_link.html"
    action: str
    again: str
    usable: bool
    staff: bool = False
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Arriving(Page):
    """Sends a token again from our own page, by itself where scripts run. ``name``: ask first, nobody had asked."""

    template: ClassVar[str] = "signing_in/arriving.html"
    action: str
    token: str
    state: str
    return_to: str
    asks: bool
    name: str = ""


@dataclass(frozen=True, slots=True)
class Refused(Page):
    """Why signing in did not work: for people a sentence, for whoever they ask the rule's name."""

    template: ClassVar[str] = "signing_in/login_refused.html"
    rule: str
    again: str


@dataclass(frozen=True, slots=True)
class Leaving(Page):
    """Signed out here, and on the way to the organization's own sign-out."""

    template: ClassVar[str] = "signing_in/leaving.html"
    url: str
