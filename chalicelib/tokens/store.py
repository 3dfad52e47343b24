"""API tokens as items: one under the hash of the secret while the token works, one in the list of all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.audit.model import Author, Change
from chalicelib.aws import keys
from chalicelib.aws.items import Item
from chalicelib.aws.table import Delete, Put, Refused, Table, Update
from chalicelib.clock import moment, stamp
from chalicelib.refusals import NotFound
from chalicelib.tokens.model import Token

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.audit.store import Audit


class Tokens:
    """Reads and writes tokens."""

    def __init__(self, table: Table, audit: Audit) -> None:
        """Take the table and the audit log."""
        self._table, self._audit = table, audit

    def get(self, token_hash: str) -> Token | None:
        """Return the token with this hash while it works, as it is at this moment."""
        item = self._table.get(keys.token(token_hash), consistent=True)
        return _token(item) if item else None

    def everyone(self) -> list[Token]:
        """Return all tokens, revoked ones too, the oldest first."""
        return [_token(item) for item in self._table.walk(keys.token_listed("").pk, consistent=True)]

    def add(self, token: Token, token_hash: str, author: Author) -> None:
        """Write a new token; neither its secret nor the hash of it reaches the audit log."""
        item = {
            "id": token.id,
            "name": token.name,
            "scopes": sorted(token.scopes),
            "created_at": stamp(token.created_at),
        }
        absent = [("pk", "absent", None)]
        listed = Put(keys.token_listed(token.id), {**item, "hash": token_hash}, when=absent)
        change = Change(author, "token:create", token.name, {}, {"scopes": item["scopes"]}, token.id)
        self._audit.commit([Put(keys.token(token_hash), item, when=absent), listed], change)

    def revoke(self, token_id: str, now: datetime, author: Author) -> Token:
        """Take a token away for good, at once; return it. Doing it again is no fault, an unknown one is."""
        item = self._table.get(keys.token_listed(token_id), consistent=True)
        if item is None:
            raise NotFound("There is no API token with this id.")
        revoked = Update(
            keys.token_listed(token_id), put={"revoked_at": stamp(now)}, when=[("revoked_at", "absent", None)]
        )
        change = Change(author, "token:revoke", item["name"], {"scopes": item["scopes"]}, {}, token_id)
        try:
            self._audit.commit([Delete(keys.token(item["hash"])), revoked], change)
        except Refused:
            return _token(item)
        return _token({**item, "revoked_at": stamp(now)})


def _token(item: Item) -> Token:
    revoked_at = item.get("revoked_at")
    return Token(
        item["id"],
        item["name"],
        frozenset(item["scopes"]),
        moment(item["created_at"]),
        moment(revoked_at) if revoked_at else None,
    )
