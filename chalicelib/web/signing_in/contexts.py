"""What the templates of the sign-in pages are given: one dataclass a page."""

from __future__ import annotations

from typing import ClassVar

from chalicelib.records import dataclass
from chalicelib.rendering.model import Page
from chalicelib.signin.model import CODE_DIGITS, CODE_MINUTES
from chalicelib.web.contexts import Fault


@dataclass(frozen=True, slots=True)
class Login(Page):
    """Ask for an e-mail address. ``action`` is where the form posts (customers and staff share the page).

    ``sso_url`` leads to the organization's own login, if customers have one, or to the ``provider`` of staff. ``codes``
    tells whether people can sign in with an e-mailed code.
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
    """Ask for the code. ``email`` is the address entered; ``again`` is the page for a new code."""

    template: ClassVar[str] = "signing_in/login_code.html"
    action: str
    again: str
    email: str
    staff: bool = False
    digits: int = CODE_DIGITS
    minutes: int = CODE_MINUTES
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class LoginLink(Page):
    """The page that a sign-in link opens: a button that posts. ``usable`` is False in another browser."""

    template: ClassVar[str] = "signing_in/login_link.html"
    action: str
    again: str
    usable: bool
    staff: bool = False
    minutes: int = CODE_MINUTES
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class Arriving(Page):
    """Sends a token again from our own page, automatically if scripts run. With ``name`` it asks the person first."""

    template: ClassVar[str] = "signing_in/arriving.html"
    action: str
    token: str
    state: str
    return_to: str
    asks: bool
    name: str = ""


@dataclass(frozen=True, slots=True)
class Refused(Page):
    """Why the sign-in failed: a sentence for people, and the name of the rule for the support they ask."""

    template: ClassVar[str] = "signing_in/login_refused.html"
    rule: str
    again: str


@dataclass(frozen=True, slots=True)
class Leaving(Page):
    """The customer is signed out here, and goes on to the organization's own sign-out."""

    template: ClassVar[str] = "signing_in/leaving.html"
    url: str
