"""The cookies: one a purpose, so that a customer's and a staff member's session in one browser never mix."""

from __future__ import annotations

from chalicelib.records import dataclass
from chalicelib.signin.model import Kind


@dataclass(frozen=True, slots=True)
class Cookies:
    """Names of the cookies; over HTTPS with the prefix that ties them to this very host."""

    secure: bool

    def session(self, kind: Kind) -> str:
        """The session's token."""
        return self._name("foyer-staff" if kind is Kind.STAFF else "foyer")

    def pending(self, kind: Kind) -> str:
        """What a browser that asked for a code must bring back."""
        return self._name(f"foyer-{kind}-sign-in")

    @property
    def sign_on(self) -> str:
        """What a browser that went to the organization's own login must bring back."""
        return self._name("foyer-sign-on")

    @property
    def form(self) -> str:
        """What forms are bound to before anybody signed in."""
        return self._name("foyer-form")

    @property
    def openid(self) -> str:
        """What a browser that was sent to the staff's provider must bring back."""
        return self._name("foyer-openid")

    @property
    def notice(self) -> str:
        """What the next page says once; it also makes that page read what was just written."""
        return self._name("foyer-notice")

    @property
    def language(self) -> str:
        """The language somebody chose who is not signed in."""
        return self._name("foyer-language")

    def _name(self, name: str) -> str:
        return f"__Host-{name}" if self.secure else name
