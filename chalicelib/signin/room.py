"""What the room of signing in offers to the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.once import Once
from chalicelib.signin.model import Kind
from chalicelib.signin.service import Rooms, SignIn
from chalicelib.signin.store import SignIns

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.audit.store import Audit
    from chalicelib.customers.room import CustomersRoom
    from chalicelib.deployment import Deployment
    from chalicelib.outbox.holder import HasOutbox
    from chalicelib.signin.sign_on import SignOn


class SignInRoom:
    """``sign_in`` is signing in and out with an e-mailed code or link, and all sessions."""

    def __init__(
        self,
        base: Deployment,
        customers: CustomersRoom,
        staff: Callable[[str], str | None],
        audit: Audit,
        house: HasOutbox,
    ) -> None:
        """Take who may sign in (``staff`` finds a member by address), the audit log, and what sends codes."""
        self._base, self._customers, self._audit = base, customers, audit
        owners: dict[Kind, Callable[[str], str | None]] = {
            Kind.CUSTOMER: customers.who_signs_in,
            Kind.STAFF: staff,
        }
        self.sign_in = SignIn(SignIns(base.table), Rooms(owners, house, base.limits), base.signer, base.clock)

    @Once
    def sign_on(self) -> SignOn:
        """Customers who sign in at the organization's own login."""
        from chalicelib.signin.sealing import Box
        from chalicelib.signin.sign_on import Rooms, SignOn
        from chalicelib.signin.sign_on_store import SignOns

        base = self._base
        box = Box(base.secrets.cookie, "sign-on")
        rooms = Rooms(self._customers.profiles, self.sign_in, base.signer, box, base.fetcher)
        store, settings = SignOns(base.table, self._audit), base.settings
        return SignOn(store, rooms, settings.public_url, base.clock, local=bool(settings.emulator))
