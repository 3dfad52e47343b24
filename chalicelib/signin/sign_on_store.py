"""Custom sign-on as items: its settings, the sealed secrets, used tokens, and the trials of members."""

from __future__ import annotations

import json
from dataclasses import asdict, fields
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from chalicelib.aws import keys
from chalicelib.aws.table import Later, Put, Reads, Refused, Table, Write
from chalicelib.clock import moment, stamp
from chalicelib.ids import hashed
from chalicelib.records import dataclass
from chalicelib.refusals import ChangedMeanwhile
from chalicelib.signin.jose import Finding
from chalicelib.signin.setup import SignOnSettings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.audit.model import Change
    from chalicelib.audit.store import Audit
    from chalicelib.aws.items import Item

_KEEP_USED = timedelta(hours=1)
KEEP_TRIAL = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Sealed:
    """A shared secret in its stored form."""

    id: str
    created_at: datetime
    sealed: str


@dataclass(frozen=True, slots=True)
class Ring:
    """The sealed secrets, the oldest first. ``version`` counts their changes."""

    secrets: tuple[Sealed, ...] = ()
    version: int = 0


@dataclass(frozen=True, slots=True)
class Trial:
    """The result of a trial: claims, rules, and who would be signed in (empty name: a new customer)."""

    at: datetime
    claims: str
    findings: tuple[Finding, ...]
    customer_id: str
    customer_name: str


class SignOns:
    """Reads and writes them."""

    def __init__(self, table: Table, audit: Audit) -> None:
        """Take the table and the audit log."""
        self._table, self._audit = table, audit

    def settings(self) -> SignOnSettings:
        """Return the current settings of custom sign-on."""
        return _settings(self._table.get(keys.sign_on(), consistent=True))

    @staticmethod
    def later(reads: Reads) -> tuple[Later[SignOnSettings], Later[Ring]]:
        """Read the settings and the sealed secrets together with other items."""
        return reads.want(keys.sign_on(), _settings), reads.want(keys.sign_on_secrets(), _ring)

    def save(self, before: SignOnSettings, after: SignOnSettings, change: Change) -> None:
        """Replace the settings; ChangedMeanwhile if they are no longer ``before``."""
        self._commit([Put(keys.sign_on(), asdict(after), when=[_at(before.version)])], change)

    def ring(self) -> Ring:
        """Return the current sealed secrets."""
        return _ring(self._table.get(keys.sign_on_secrets(), consistent=True))

    def save_ring(self, before: Ring, secrets: Sequence[Sealed], change: Change | None) -> None:
        """Replace the secrets; ChangedMeanwhile if they are no longer ``before``. Sealing again is not a change."""
        kept = [{"id": one.id, "created_at": stamp(one.created_at), "sealed": one.sealed} for one in secrets]
        put = Put(keys.sign_on_secrets(), {"secrets": kept, "version": before.version + 1}, when=[_at(before.version)])
        if change:
            self._commit([put], change)
            return
        try:
            self._table.write(put)
        except Refused as refused:
            raise ChangedMeanwhile from refused

    def use(self, issuer: str, token_id: str, ends: int) -> bool:
        """Record that a token was used; tell whether it is the first time. ``ends`` is its ``exp``."""
        expires = ends + int(_KEEP_USED.total_seconds())
        try:
            self._table.write(Put(_use(issuer, token_id), {"expires": expires}, when=[("pk", "absent", None)]))
        except Refused:
            return False
        return True

    def used(self, issuer: str, token_id: str) -> bool:
        """Tell whether a token was used before. Looking does not use it up."""
        return self._table.get(_use(issuer, token_id), consistent=True) is not None

    def keep_trial(self, staff_id: str, trial: Trial) -> None:
        """Keep the result of a member's trial for a while. It replaces the previous one."""
        item = {
            "at": stamp(trial.at),
            "claims": trial.claims,
            "findings": json.dumps([[one.rule, one.broken, one.sentence] for one in trial.findings]),
            "customer_id": trial.customer_id,
            "customer_name": trial.customer_name,
            "expires": int((trial.at + KEEP_TRIAL).timestamp()),
        }
        self._table.write(Put(keys.sign_on_trial(staff_id), item))

    def trial(self, staff_id: str, now: datetime) -> Trial | None:
        """Return the result of a member's last trial, if it is still kept."""
        item = self._table.get(keys.sign_on_trial(staff_id), consistent=True)
        if item is None or moment(item["at"]) + KEEP_TRIAL < now:
            return None
        findings = tuple(Finding(rule, broken, sentence) for rule, broken, sentence in json.loads(item["findings"]))
        return Trial(moment(item["at"]), item["claims"], findings, item["customer_id"], item["customer_name"])

    def _commit(self, writes: Sequence[Write], change: Change) -> None:
        try:
            self._audit.commit(writes, change)
        except Refused as refused:
            raise ChangedMeanwhile from refused


_FIELDS = tuple(one.name for one in fields(SignOnSettings))


def _at(version: int) -> tuple[str, str, Any]:
    return ("version", "=", version) if version else ("pk", "absent", None)


def _use(issuer: str, token_id: str) -> keys.Key:
    # The length stands in front, so that no issuer can run over into the id.
    return keys.sign_on_use(hashed(f"{len(issuer)}:{issuer}{token_id}"))


def _settings(item: Item | None) -> SignOnSettings:
    return SignOnSettings(**{name: item[name] for name in _FIELDS if name in item}) if item else SignOnSettings()


def _ring(item: Item | None) -> Ring:
    if item is None:
        return Ring()
    found = tuple(Sealed(one["id"], moment(one["created_at"]), one["sealed"]) for one in item["secrets"])
    return Ring(found, item["version"])
