"""Challenges and sessions as items. A session is in its owner's partition, and only the hash of its secret is kept."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.aws import keys
from chalicelib.aws.items import Item
from chalicelib.aws.table import Delete, Later, Put, Query, Reads, Refused, Table, Update
from chalicelib.clock import moment, stamp
from chalicelib.ids import hashed
from chalicelib.records import dataclass
from chalicelib.refusals import CodeRefused
from chalicelib.signin.model import CODE_LIFETIME, MAX_TRIES, Kind, Session, Why, refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_KEEP = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Challenge:
    """A sign-in in progress. Only the browser that asked and the mail it gets know ``secret``."""

    kind: Kind
    address_hash: str
    secret: str
    owner_id: str | None


class SignIns:
    """Reads and writes challenges and sessions."""

    def __init__(self, table: Table) -> None:
        """Take the table."""
        self.table = table

    def ask(self, challenge: Challenge, now: datetime) -> Put:
        """Return the write of a challenge. It replaces the older one of the address, which then no longer works."""
        return Put(
            keys.challenge(challenge.kind, challenge.address_hash),
            {
                "secret_hash": hashed(challenge.secret),
                "owner": challenge.owner_id,
                "tries": 0,
                "ends_at": stamp(now + CODE_LIFETIME),
                "expires": int((now + CODE_LIFETIME).timestamp()),
            },
        )

    def consume(self, kind: Kind, address_hash: str, secret: str, now: datetime) -> str:
        """Use up a challenge, once even for parallel tries, and return who signs in; CodeRefused if nobody does."""
        update = Update(
            keys.challenge(kind, address_hash),
            put={"used": True},
            when=[
                ("secret_hash", "=", hashed(secret)),
                ("used", "absent", None),
                ("tries", "<", MAX_TRIES),
                ("ends_at", ">", stamp(now)),
            ],
        )
        try:
            owner: str | None = self.table.change(update)["owner"]
        except Refused as found:  # what is there came back with it: no other call, so all refusals take as long
            raise refused(_why(found.item, secret, now)) from found
        if owner is None:
            raise CodeRefused(Why.NOBODY)
        return owner

    def missed(self, kind: Kind, address_hash: str, secret: str) -> Why:
        """Count a wrong code against the challenge it was meant for; tell whether that was the last try."""
        update = Update(
            keys.challenge(kind, address_hash), add={"tries": 1}, when=[("secret_hash", "=", hashed(secret))]
        )
        try:
            tries = self.table.change(update)["tries"]
        except Refused:
            return Why.WRONG
        return Why.TOO_MANY_TRIES if tries >= MAX_TRIES else Why.WRONG

    def begin(self, kind: Kind, session: Session) -> None:
        """Write a session. For staff, the list of all staff also records when each was last seen."""
        item = {
            "created_at": stamp(session.created_at),
            "user_agent": session.user_agent,
            "ip": session.ip,
            "by": session.by,
            "expires": int((session.created_at + _KEEP).timestamp()),
        }
        self.table.write(Put(_key(kind, session.owner_id, session.token_hash), item))
        if kind is Kind.STAFF:
            listed = keys.staff_listed(session.owner_id)
            seen = {"seen_at": item["created_at"]}
            with suppress(Refused):
                self.table.write(Update(listed, put=seen, when=[("pk", "present", None)]))

    def later(self, reads: Reads, kind: Kind, owner_id: str, token_hash: str) -> Later[Session | None]:
        """Read a session together with other items."""
        return reads.want(_key(kind, owner_id, token_hash), lambda item: _session(owner_id, token_hash, item))

    def sessions(self, kind: Kind, owner_id: str) -> Iterator[Session]:
        """Yield all sessions of somebody, ended ones included until the table drops them."""
        yield from _sessions(
            owner_id, self.table.walk(_key(kind, owner_id, "").pk, prefix=keys.SESSIONS, consistent=True)
        )

    def sessions_later(self, reads: Reads, kind: Kind, owner_id: str) -> Later[list[Session]]:
        """Read the same together with other items."""
        query = Query(_key(kind, owner_id, "").pk, prefix=keys.SESSIONS, consistent=True)
        return reads.ask(
            query, lambda items, more: list(self.sessions(kind, owner_id) if more else _sessions(owner_id, items))
        )

    def end(self, kind: Kind, owner_id: str, token_hash: str) -> None:
        """End one session, at once."""
        self.table.write(Delete(_key(kind, owner_id, token_hash)))


def _why(item: Item | None, secret: str, now: datetime) -> Why:
    """Return why a challenge cannot be used up; the table drops it some time after its end."""
    if item is None:
        return Why.EXPIRED
    if item["secret_hash"] != hashed(secret):
        return Why.REPLACED
    if "used" in item:
        return Why.USED
    return Why.EXPIRED if item["ends_at"] <= stamp(now) else Why.TOO_MANY_TRIES


def _key(kind: Kind, owner_id: str, token_hash: str) -> keys.Key:
    make = keys.staff_session if kind is Kind.STAFF else keys.customer_session
    return make(owner_id, token_hash)


def _sessions(owner_id: str, items: Iterable[Item]) -> Iterator[Session]:
    for item in items:
        session = _session(owner_id, item["sk"].removeprefix(keys.SESSIONS), item)
        if session:
            yield session


def _session(owner_id: str, token_hash: str, item: Item | None) -> Session | None:
    if item is None:
        return None
    created_at, by = moment(item["created_at"]), item.get("by", "")
    return Session(owner_id, token_hash, created_at, item["user_agent"], item["ip"], by)
