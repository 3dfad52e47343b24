"""What an admin does with staff: invite, rename, give a role, deactivate and take back. Each needs ``staff:write``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.ids import new_id
from chalicelib.refusals import NotFound
from chalicelib.signin.model import STAFF_SESSION_HOURS, Kind, Session
from chalicelib.staff.model import InvitationMail

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.audit.model import Author
    from chalicelib.aws.table import Reads
    from chalicelib.clock import Clock
    from chalicelib.outbox.holder import HasOutbox
    from chalicelib.signin.service import SignIn
    from chalicelib.staff.model import Member
    from chalicelib.staff.store import Staff

_PERMISSION = "staff:write"


class Team:
    """The use cases of managing staff. ``admin`` is who acts, ``author`` the same as the audit log names them."""

    def __init__(self, staff: Staff, sign_in: SignIn, house: HasOutbox, clock: Clock) -> None:
        """Take the store, what ends sessions, and what sends invitations."""
        self._staff, self._sign_in, self._house, self._clock = staff, sign_in, house, clock

    def everyone_later(self, reads: Reads) -> Callable[[Member], tuple[Member, ...]]:
        """Read every member together with the session; what is returned takes the admin, once it is known."""
        later = self._staff.all_later(reads)

        def everyone(admin: Member) -> tuple[Member, ...]:
            admin.must(_PERMISSION)
            return later()

        return everyone

    def later(self, reads: Reads, staff_id: str) -> Callable[[Member], tuple[Member, list[Session]]]:
        """Read a member, and where they are signed in, together with the session in the same way."""
        found_later = self._staff.later(reads, staff_id)
        sessions = self._sign_in.sessions_later(reads, Kind.STAFF, staff_id, STAFF_SESSION_HOURS)

        def member(admin: Member) -> tuple[Member, list[Session]]:
            admin.must(_PERMISSION)
            found = found_later()
            if found is None:
                raise NotFound
            return found, sessions()

        return member

    def everyone(self, admin: Member) -> tuple[Member, ...]:
        """Return every member, inactive ones too, by name."""
        admin.must(_PERMISSION)
        return self._staff.all()

    def get(self, admin: Member, staff_id: str) -> Member:
        """Return a member as it is at this moment."""
        admin.must(_PERMISSION)
        found = self._staff.get(staff_id, consistent=True)
        if found is None:
            raise NotFound
        return found

    def sessions(self, admin: Member, staff_id: str) -> list[Session]:
        """Return where a member is signed in, the newest first."""
        admin.must(_PERMISSION)
        return self._sign_in.sessions(Kind.STAFF, staff_id, STAFF_SESSION_HOURS)

    def invite(self, admin: Member, author: Author, name: str, email: str, role: str) -> Member:
        """Return a new member, who is told by e-mail where to sign in."""
        admin.must(_PERMISSION)
        member = self._staff.invite(name, email, role, self._clock(), author=author)
        self._tell(member, author)
        return member

    def invite_again(self, admin: Member, author: Author, staff_id: str) -> Member:
        """Send an active member the invitation once more."""
        member = self.get(admin, staff_id)
        if not member.active:
            raise NotFound
        self._staff.invited_again(member, author)
        self._tell(member, author)
        return member

    def change(
        self, admin: Member, author: Author, staff_id: str, *, name: str, role: str, version: int | None
    ) -> Member:
        """Give a member a name and a role, made from ``version`` of them."""
        admin.must(_PERMISSION)
        return self._staff.change(staff_id, name=name, role=role, version=version, author=author)

    def deactivate(self, admin: Member, author: Author, staff_id: str) -> Member:
        """Keep a member out from now on: no request more is answered, and every session ends."""
        admin.must(_PERMISSION)
        member = self._staff.deactivate(staff_id, author=author)
        self._sign_in.end_all(Kind.STAFF, staff_id)
        return member

    def reactivate(self, admin: Member, author: Author, staff_id: str) -> Member:
        """Let a member in again. What was begun while they were out counts for nothing."""
        admin.must(_PERMISSION)
        self._sign_in.end_all(Kind.STAFF, staff_id)
        return self._staff.reactivate(staff_id, author=author)

    def _tell(self, member: Member, author: Author) -> None:
        now = self._clock()
        mail_id = new_id(now)
        self._house.outbox.add(mail_id, InvitationMail(member.id, author.name), now)
        self._house.outbox.nudge(mail_id)
