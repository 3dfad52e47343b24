"""Staff as items: the profile, the list of all, and a claim for each e-mail address; each change with its audit entry.

A change of the profile changes the entry in the list with it, so that the list needs no further reads.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.audit.model import OPERATOR, Author, Change, differences
from chalicelib.aws import keys
from chalicelib.aws.items import Item
from chalicelib.aws.table import Check, Delete, Later, Put, Query, Reads, Refused, Table, Update, Write
from chalicelib.clock import moment, stamp
from chalicelib.ids import hashed, made_at, new_id
from chalicelib.records import replace
from chalicelib.refusals import AddressRefused, ChangedMeanwhile, IdentityTaken, LastAdmin, NotFound
from chalicelib.staff.model import ADMIN, Member, check_name, check_role
from chalicelib.text import normal_email

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from chalicelib.audit.store import Audit

_TRIES = 5


class Staff:
    """Reads and writes staff members."""

    def __init__(self, table: Table, audit: Audit) -> None:
        """Take the table, and the audit log."""
        self._table, self._audit = table, audit

    # reading

    def later(self, reads: Reads, staff_id: str) -> Later[Member | None]:
        """Read a member together with other items."""
        return reads.want(keys.staff(staff_id), _member)

    def get(self, staff_id: str, *, consistent: bool = False) -> Member | None:
        """Return a member, or None."""
        return _member(self._table.get(keys.staff(staff_id), consistent=consistent))

    def owner(self, email: str, *, consistent: bool = False) -> str | None:
        """Return the id of the active member with this address."""
        item = self._table.get(keys.claim("staff", normal_email(email)), consistent=consistent)
        return str(item["owner"]) if item and item.get("active", True) else None

    def all(self) -> tuple[Member, ...]:
        """Return every member, inactive ones too, by name; only here ``seen_at`` is known."""
        return _by_name(self._table.walk(keys.STAFF, consistent=True))

    def of_address(self, email: str) -> Member | None:
        """Return the member with this address, active or not; None also for what is no address."""
        try:
            address = normal_email(email)
        except AddressRefused:
            return None
        return next((one for one in self.all() if one.email == address), None)

    def all_later(self, reads: Reads) -> Later[tuple[Member, ...]]:
        """Read the same together with other items."""
        return reads.ask(
            Query(keys.STAFF, consistent=True), lambda items, more: self.all() if more else _by_name(items)
        )

    # changing

    def invite(self, name: str, email: str, role: str, now: datetime, *, author: Author = OPERATOR) -> Member:
        """Return a new member, who can sign in from now on; refuse an address that is taken."""
        member = Member(
            new_id(now), check_name(name), normal_email(email), check_role(role), active=True, created_at=now
        )
        item = {
            "id": member.id,
            "name": member.name,
            "email": member.email,
            "role": role,
            "active": True,
            "created_at": stamp(now),
        }
        absent = [("pk", "absent", None)]
        writes: list[Write] = [
            Put(keys.claim("staff", member.email), {"owner": member.id}, when=absent),
            Put(keys.staff(member.id), item, when=absent),
            Put(keys.staff_listed(member.id), item),
        ]
        try:
            self._audit.commit(writes, _change(author, "staff:invite", member, after=_told(member)))
        except Refused as refused:
            sentence = "A staff member with that address exists already."
            if self.owner(member.email, consistent=True) is None:
                sentence = "Somebody deactivated has that address. Open them in the list and reactivate them."
            raise IdentityTaken(sentence, field="email") from refused
        return member

    def invited_again(self, member: Member, author: Author) -> None:
        """Put on record that a member's invitation is sent once more."""
        self._audit.commit([], _change(author, "staff:invite-again", member, after={"email": member.email}))

    def change_role(self, staff_id: str, role: str, *, author: Author = OPERATOR) -> Member:
        """Give a member another role; refuse to take it from the last active admin."""
        return self.change(staff_id, role=role, author=author)

    def deactivate(self, staff_id: str, *, author: Author = OPERATOR) -> Member:
        """Take every right from a member at once: the next request is refused. The last active admin stays."""
        return self._edit(staff_id, None, "staff:deactivate", author, active=False)

    def reactivate(self, staff_id: str, *, author: Author = OPERATOR) -> Member:
        """Let a member sign in again, in the role they had."""
        return self._edit(staff_id, None, "staff:reactivate", author, active=True)

    def change(
        self,
        staff_id: str,
        *,
        name: str | None = None,
        role: str | None = None,
        version: int | None = None,
        author: Author = OPERATOR,
    ) -> Member:
        """Change name, role or both; None leaves one as it is.

        ``version`` is that of the member the author saw, None where it does not matter: a change that came in between
        is refused with :class:`~chalicelib.refusals.ChangedMeanwhile`.
        """
        changes = {} if name is None else {"name": check_name(name)}
        changes |= {} if role is None else {"role": check_role(role)}
        return self._edit(staff_id, version, "staff:change", author, **changes)

    def readdress(self, staff_id: str, email: str, *, author: Author) -> Member:
        """Give a member another address, and nobody theirs of before; IdentityTaken where somebody else has it.

        A code that is on its way to the old address signs nobody in any more.
        """
        address = normal_email(email)
        before = self.get(staff_id, consistent=True)
        if before is None or not before.active:
            raise NotFound
        after = replace(before, email=address, version=before.version + 1)
        put = {"email": address, "version": after.version}
        writes: list[Write] = [
            Put(keys.claim("staff", address), {"owner": staff_id}, when=[("pk", "absent", None)]),
            Delete(keys.claim("staff", before.email), when=[("owner", "=", staff_id)]),
            Delete(keys.challenge("staff", hashed(before.email))),
            Update(keys.staff(staff_id), put=put, when=[_unchanged(before), ("active", "=", True)]),
            Update(keys.staff_listed(staff_id), put=put),
        ]
        old, new = differences(_told(before), _told(after))
        try:
            self._audit.commit(writes, _change(author, "staff:readdress", after, before=old, after=new))
        except Refused as refused:
            if 0 in refused.failed:
                raise IdentityTaken(field="email") from refused
            raise ChangedMeanwhile from refused
        return after

    def save_time_zone(self, staff_id: str, time_zone: str) -> None:
        """Save the zone in which a member reads times; empty for that of the browser. No part of the setup."""
        self._table.write(Update(keys.staff(staff_id), put={"time_zone": time_zone}, when=[("pk", "present", None)]))

    def _edit(
        self,
        staff_id: str,
        version: int | None,
        action: str,
        author: Author,
        **changes: Any,  # noqa: ANN401 - each field's type
    ) -> Member:
        for _ in range(_TRIES):
            before = self.get(staff_id, consistent=True)
            if before is None:
                raise NotFound
            if version is not None and version != before.version:
                raise ChangedMeanwhile
            after = replace(before, **changes)
            if after == before:
                return before
            after = replace(after, version=before.version + 1)
            old, new = differences(_told(before), _told(after))
            try:
                self._audit.commit(self._writes(before, after), _change(author, action, after, before=old, after=new))
            except Refused:
                continue
            return after
        raise ChangedMeanwhile

    def _writes(self, before: Member, after: Member) -> list[Write]:
        put = {"name": after.name, "role": after.role, "active": after.active, "version": after.version}
        writes: list[Write] = [
            Update(keys.staff(after.id), put=put, when=[_unchanged(before)]),
            Update(keys.staff_listed(after.id), put=put),
        ]
        if after.active != before.active:
            writes.append(Update(keys.claim("staff", after.email), put={"active": after.active}))
        if _rules(before) and not _rules(after):
            writes.append(self._another_admin(before))
        return writes

    def _another_admin(self, member: Member) -> Check:
        """Return the check that another admin stays one, or refuse where there is none.

        Two admins who demote each other at the same moment would each be the other's: one of the checks fails.
        """
        other = next((one for one in self.all() if _rules(one) and one.id != member.id), None)
        if other is None:
            raise LastAdmin
        return Check(keys.staff(other.id), [("role", "=", ADMIN), ("active", "=", True)])


def _unchanged(member: Member) -> tuple[str, str, Any]:
    return ("version", "=", member.version) if member.version else ("version", "absent", None)


def _rules(member: Member) -> bool:
    return member.active and member.role == ADMIN


def _told(member: Member) -> dict[str, Any]:
    """Return what the audit log tells of a member."""
    return {"name": member.name, "email": member.email, "role": member.role, "active": member.active}


def _change(
    author: Author,
    action: str,
    member: Member,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> Change:
    return Change(author, action, member.name, before or {}, after or {}, member.id)


def _by_name(items: Iterable[Item]) -> tuple[Member, ...]:
    return tuple(sorted(map(_listed, items), key=lambda one: (one.name.casefold(), one.id)))


def _listed(item: Item) -> Member:
    seen_at, created_at = item.get("seen_at"), item.get("created_at")
    return Member(
        id=item["sk"],
        name=item["name"],
        email=item["email"],
        role=item["role"],
        active=item.get("active", True),
        # Who was invited before there was a staff page has an entry without it, and an id that tells.
        created_at=moment(created_at) if created_at else made_at(item["sk"]),
        version=item.get("version", 0),
        seen_at=moment(seen_at) if seen_at else None,
    )


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
        version=item.get("version", 0),
    )
