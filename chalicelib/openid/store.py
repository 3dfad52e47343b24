"""OpenID Connect as items: its settings, the sealed secret, each member's account, and states that were used."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, fields, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.audit.model import OPERATOR, Author, Change, differences
from chalicelib.aws import keys
from chalicelib.aws.items import Item
from chalicelib.aws.table import Delete, Later, Put, Reads, Refused, Table, Update, Write
from chalicelib.clock import stamp
from chalicelib.ids import hashed
from chalicelib.openid.model import Provider, lets_in_all_of
from chalicelib.refusals import ChangedMeanwhile, LoginRefused
from chalicelib.signin.sealing import Box

if TYPE_CHECKING:
    from chalicelib.audit.store import Audit
    from chalicelib.staff.model import Member

_CLAIM = "staff-openid"
_KEEP_STATE = timedelta(hours=1)
_SILENT = frozenset({"version", "connection"})
_REPLACED = "replaced"
"""All that the audit log says of a secret."""


class Accounts:
    """Reads and writes all of it."""

    def __init__(self, table: Table, audit: Audit, box: Box) -> None:
        """Take the table, the audit log, and what seals the client secret."""
        self._table, self._audit, self._box = table, audit, box

    # settings

    def later(self, reads: Reads) -> Later[Provider]:
        """Read the settings together with other items."""
        return reads.want(keys.openid(), _provider)

    def get(self, *, consistent: bool = False) -> Provider:
        """Return the settings; empty ones where nobody has set anything."""
        return _provider(self._table.get(keys.openid(), consistent=consistent))

    def secret(self) -> str:
        """Return the client secret, empty where there is none; LoginRefused where its signing key is gone."""
        item = self._table.get(keys.openid_secret(), consistent=True)
        if item is None:
            return ""
        opened = self._box.opened(item["sealed"])
        if opened is None:
            raise LoginRefused("secret_unreadable", "The client secret can no longer be read. Enter it again.")
        content, newest = opened
        if not newest:  # sealed anew on the way, so that the older signing key can be removed in the end
            unchanged = [("sealed", "=", item["sealed"])]
            with suppress(Refused):  # somebody entered another one
                self._table.write(Put(keys.openid_secret(), {"sealed": self._box.seal(content)}, when=unchanged))
        return content.decode()

    def save(self, before: Provider, after: Provider, secret: str | None, author: Author) -> Provider:
        """Write what ``before`` became, and its secret: empty for none, None as it is. Return it as it is now."""
        writes: list[Write] = []
        if secret is not None:
            after = replace(after, has_secret=bool(secret))
            sealed = Put(keys.openid_secret(), {"sealed": self._box.seal(secret.encode())})
            writes.append(sealed if secret else Delete(keys.openid_secret()))
        anew = secret is not None or not lets_in_all_of(after, before)
        after = replace(after, version=before.version + 1, connection=before.connection + anew)
        old, new = differences(_told(before), _told(after))
        if secret:
            new["secret"] = _REPLACED
        unchanged = ("version", "=", before.version) if before.version else ("pk", "absent", None)
        settings = Put(keys.openid(), {**asdict(after), "rules": [list(one) for one in after.rules]}, when=[unchanged])
        change = Change(author, "openid:change", "Staff sign-in", old, new)
        try:
            self._audit.commit([settings, *writes], change)
        except Refused as refused:
            raise ChangedMeanwhile from refused
        return after

    # sign-ins

    def use(self, state: str, now: datetime) -> bool:
        """Use a state up; tell whether it was the first time."""
        item = {"expires": int((now + _KEEP_STATE).timestamp())}
        try:
            self._table.write(Put(keys.openid_use(hashed(state)), item, when=[("pk", "absent", None)]))
        except Refused:
            return False
        return True

    def owner(self, issuer: str, subject: str) -> str | None:
        """Return the id of the member who signs in with an account."""
        item = self._table.get(keys.claim(_CLAIM, f"{issuer} {subject}"), consistent=True)
        return str(item["owner"]) if item else None

    def join(self, member: Member, issuer: str, subject: str, author: Author, now: datetime) -> bool:
        """Let a member sign in with an account from now on; tell whether that could be.

        It cannot where somebody has the account already, or the member another one of the same issuer. An account of
        the issuer before is given up, so that a member never has two, of which one would be forgotten about.
        """
        held = self._table.get(keys.openid_account(member.id), consistent=True)
        account = {"issuer": issuer, "subject": subject, "joined_at": stamp(now)}
        if held and held["issuer"] == issuer:
            return bool(held["subject"] == subject)
        same = ("issuer", "=", held["issuer"]) if held else ("pk", "absent", None)
        writes: list[Write] = [
            Put(keys.claim(_CLAIM, f"{issuer} {subject}"), {"owner": member.id}, when=[("pk", "absent", None)]),
            Put(keys.openid_account(member.id), account, when=[same]),
            Update(keys.staff(member.id), put={"active": True}, when=[("active", "=", True)]),
        ]
        before = {}
        if held:
            before = {"issuer": held["issuer"]}
            writes.append(Delete(keys.claim(_CLAIM, f"{held['issuer']} {held['subject']}")))
        change = Change(author, "openid:join", member.name, before, {"issuer": issuer}, member.id)
        try:
            self._audit.commit(writes, change)
        except Refused:
            return False
        return True

    def note_taken(self, member: Member, email: str, author: Author) -> None:
        """Record once that a member's account has an address that is somebody else's here: they keep the one before."""
        held = self._table.get(keys.openid_account(member.id), consistent=True)
        if held is None or held.get("taken") == email:
            return
        noted = Update(keys.openid_account(member.id), put={"taken": email}, when=[("subject", "=", held["subject"])])
        change = Change(
            author, "openid:address-taken", member.name, {"email": member.email}, {"email": email}, member.id
        )
        with suppress(Refused):  # an admin forgot the account meanwhile
            self._audit.commit([noted], change)

    def release(self, member: Member, author: Author = OPERATOR) -> bool:
        """Forget a member's account, so that the next one with their address takes its place; tell if there was one."""
        held = self._table.get(keys.openid_account(member.id), consistent=True)
        if held is None:
            return False
        writes: list[Write] = [
            Delete(keys.openid_account(member.id), when=[("subject", "=", held["subject"])]),
            Delete(keys.claim(_CLAIM, f"{held['issuer']} {held['subject']}")),
        ]
        change = Change(author, "openid:release", member.name, {"issuer": held["issuer"]}, {}, member.id)
        try:
            self._audit.commit(writes, change)
        except Refused as refused:
            raise ChangedMeanwhile from refused
        return True


def _told(provider: Provider) -> dict[str, Any]:
    told = {name: value for name, value in asdict(provider).items() if name not in _SILENT}
    return {**told, "domains": list(provider.domains), "rules": [list(one) for one in provider.rules]}


_FIELDS = tuple(one.name for one in fields(Provider))


def _provider(item: Item | None) -> Provider:
    if item is None:
        return Provider()
    found = {name: item[name] for name in _FIELDS if name in item}
    rules = tuple((value, role) for value, role in found.get("rules", ()))
    return Provider(**{**found, "domains": tuple(found.get("domains", ())), "rules": rules})
