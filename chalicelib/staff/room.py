"""What the room of staff offers to the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.once import Once

if TYPE_CHECKING:
    from chalicelib.clock import Clock
    from chalicelib.outbox.holder import HasOutbox
    from chalicelib.signin.service import SignIn
    from chalicelib.staff.service import Team
    from chalicelib.staff.store import Staff


class StaffRoom:
    """``store`` reads and writes members."""

    def __init__(self, store: Staff, sign_in: SignIn, house: HasOutbox, clock: Clock) -> None:
        """Take the store, what ends sessions, what sends invitations, and the clock."""
        self.store = store
        self._sign_in, self._house, self._clock = sign_in, house, clock

    @Once
    def team(self) -> Team:
        """What an admin does with staff."""
        from chalicelib.staff.service import Team

        return Team(self.store, self._sign_in, self._house, self._clock)
