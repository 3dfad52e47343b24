"""What the sign-in pages are made of: the page of customers, that of staff, and the steps that both can show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias

from chalicelib.records import dataclass
from chalicelib.rendering.model import Page, ThemedPage
from chalicelib.signin.model import CODE_DIGITS, CODE_MINUTES
from chalicelib.themes.language.types import HTML, TEXT, PageNames, record
from chalicelib.web.contexts import Fault
from chalicelib.web.themed import every_page

if TYPE_CHECKING:
    from chalicelib.rendering.model import Frame
    from chalicelib.speech import Speech


@dataclass(frozen=True, slots=True)
class Login:
    """Ask for an e-mail address. ``action`` is where the form posts (customers and staff share the form).

    ``sso_url`` leads to the organization's own login, if customers have one, or to the ``provider`` of staff. ``codes``
    tells whether people can sign in with an e-mailed code.
    """

    name: ClassVar[str] = "email"
    action: str
    email: str = ""
    return_to: str = ""
    sso_url: str = ""
    provider: str = ""
    codes: bool = True
    fault: Fault | None = None

    def heading(self, says: Speech) -> str:
        """Return the heading of the page."""
        return says.text("Sign in")


@dataclass(frozen=True, slots=True)
class LoginCode:
    """Ask for the code. ``email`` is the address entered; ``again`` is the page for a new code.

    ``typed`` is what was entered and can be no code. ``spent`` tells that the code is dead: then a button asks for a
    new one, and ``return_to`` goes with it. ``contact_url`` is for people who are not customers yet, none on the desk.
    """

    name: ClassVar[str] = "code"
    action: str
    again: str
    email: str
    typed: str = ""
    spent: bool = False
    return_to: str = ""
    contact_url: str = ""
    digits: int = CODE_DIGITS
    minutes: int = CODE_MINUTES
    fault: Fault | None = None

    def heading(self, says: Speech) -> str:
        """Return the heading of the page."""
        return says.text("That code no longer works") if self.spent else says.text("Enter your code")


@dataclass(frozen=True, slots=True)
class LoginLink:
    """What a sign-in link opens: a button that posts. ``usable`` is False in another browser."""

    name: ClassVar[str] = "link"
    action: str
    again: str
    usable: bool
    minutes: int = CODE_MINUTES
    fault: Fault | None = None

    def heading(self, says: Speech) -> str:
        """Return the heading of the page."""
        return says.text("Sign in")


@dataclass(frozen=True, slots=True)
class Arriving:
    """Sends a token again from our own page, automatically if scripts run. With ``person`` it asks them first."""

    name: ClassVar[str] = "arriving"
    action: str
    token: str
    state: str
    return_to: str
    person: str = ""

    def heading(self, says: Speech) -> str:
        """Return the heading of the page."""
        return says.text("Sign in as %(name)s?", name=self.person) if self.person else says.text("One moment")


@dataclass(frozen=True, slots=True)
class Refused:
    """Why the sign-in failed: a sentence for people, and the name of the rule for the support they ask."""

    name: ClassVar[str] = "refused"
    rule: str
    again: str

    def heading(self, says: Speech) -> str:
        """Return the heading of the page."""
        return says.text("We could not sign you in")


@dataclass(frozen=True, slots=True)
class Leaving:
    """The customer is signed out here, and goes on to the organization's own sign-out."""

    name: ClassVar[str] = "leaving"
    url: str

    def heading(self, says: Speech) -> str:
        """Return the heading of the page."""
        return says.text("You are signed out.")


Step: TypeAlias = Login | LoginCode | LoginLink | Arriving | Refused | Leaving


@dataclass(frozen=True, slots=True)
class SignIn(ThemedPage):
    """A step of a customer's signing in or out. Words and forms of all steps are the product's, in one slot."""

    template: ClassVar[str] = "signing_in/document.html"
    entry: ClassVar[str] = "login.html"
    names: ClassVar[PageNames] = every_page.page_names(
        record(heading=TEXT, step=TEXT), slots={"sign_in": HTML}, required=("slots.sign_in",)
    )
    step: Step

    def offered(self, frame: Frame) -> dict[str, Any]:
        """Return the heading and the name of the step; its form is a slot."""
        page = {"heading": self.step.heading(frame.says), "step": self.step.name}
        return every_page.offered(frame, page, slots={"sign_in": frame.slot("sign_in", step=self.step, staff=False)})


@dataclass(frozen=True, slots=True)
class StaffSignIn(Page):
    """A step of signing in to the desk: the same forms, in the product's own frame, in English."""

    template: ClassVar[str] = "signing_in/staff.html"
    step: Login | LoginCode | LoginLink
