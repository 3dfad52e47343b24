"""Staff as items: the profile, the list of all, and a claim for each e-mail address."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.aws import keys
from chalicelib.aws.table import Item, Later, Put, Reads, Refused, Table, Update
from chalicelib.clock import moment, stamp
from chalicelib.customers.model import normal_email
from chalicelib.ids import new_id
from chalicelib.refusals import IdentityTaken, UnknownChoice
from chalicelib.staff.model import ROLES, Member

if TYPE_CHECKING:
    from datetime import datetime


class Staff:
    """Reads and writes staff members."""

    def __init__(self, table: Table) -> None:
        """Take the table."""
        self._table = table

    def later(self, reads: Reads, staff_id: str) -> Later[Member | None]:
        """Read a member together with other items."""
        return reads.want(keys.staff(staff_id), _member)

    def get(self, staff_id: str) -> Member | None:
        """Return a member, or None."""
        return _member(self._table.get(keys.staff(staff_id)))

    def owner(self, email: str) -> str | None:
        """Return the id of the member with this address."""
        item = self._table.get(keys.claim("staff", normal_email(email)))
        return str(item["owner"]) if item else None

    def invite(self, name: str, email: str, role: str, now: datetime) -> Member:
        """Return a new member, who can sign in from now on; refuse an address that is taken."""
        if role not in ROLES:
            raise UnknownChoice(field="role")
        member = Member(new_id(now), name, normal_email(email), role, active=True, created_at=now)
        item = {
            "id": member.id,
            "name": member.name,
            "email": member.email,
            "role": role,
            "active": True,
            "created_at": stamp(now),
        }
        absent = [("pk", "absent", None)]
        try:
            self._table.transact(
                [
                    Put(keys.claim("staff", member.email), {"owner": member.id}, when=absent),
                    Put(keys.staff(member.id), item, when=absent),
                    Put(keys.staff_listed(member.id), {"name": member.name, "email": member.email, "role": role}),
                ]
            )
        except Refused as refused:
            raise IdentityTaken("A staff member with that address exists already.") from refused
        return member

    def deactivate(self, staff_id: str) -> None:
        """Take every right from a member at once: the next request is refused."""
        self._table.write(Update(keys.staff(staff_id), put={"active": False}, when=[("pk", "present", None)]))


def _member(item: Item | None) -> Member | None:
    if item is None:
        return None
    return Member(
        id=item["id"],
        name=item["name"],
        email=item["email"],
        role=item["role"],
        active=item["active"],
        created_at=moment(item["created_at"]),
        time_zone=item.get("time_zone", ""),
    )
