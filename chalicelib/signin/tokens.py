"""The rules for tokens of custom sign-on, besides those of every JSON Web Token: how long they live, whom they name."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from chalicelib.channels.contract import MAX_HANDLE
from chalicelib.customers.model import normal_identity
from chalicelib.records import dataclass
from chalicelib.refusals import FetchRefused, Invalid
from chalicelib.signin import jose
from chalicelib.signin.jose import Expected, Finding, Findings, Keys, Reading, seconds, shown
from chalicelib.text import clean_line

MAX_LIFETIME = 300
"""Seconds from ``iat`` to ``exp``."""
MAX_ID = 200
MAX_NAME = 80
_LOCALE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")

RULES = {
    "token_malformed": f"Three parts of base64url, the first two JSON objects, at most {jose.MAX_TOKEN:,} characters.",
    "algorithm_refused": "“alg” is one that a live key is for: HS256 with a shared secret, RS256 or ES256 by JWKS.",
    "key_unknown": "“kid”, if present, names a live key.",
    "signature_wrong": "A live key of that algorithm made the signature.",
    "keys_unavailable": "The JWKS address answers with the keys.",
    "issuer_missing": "“iss” is there.",
    "issuer_wrong": "“iss” is exactly what the settings say.",
    "audience_missing": "“aud” is there.",
    "audience_wrong": "“aud” is this portal's address, or a list with it.",
    "issued_missing": "“iat” is there, in seconds since 1970.",
    "issued_in_future": f"“iat” is at most {jose.TOLERANCE} seconds in the future.",
    "issued_too_long_ago": f"“iat” is at most {jose.TOLERANCE} seconds in the past.",
    "expiry_missing": "“exp” is there, in seconds since 1970.",
    "expired": "“exp” is in the future.",
    "lifetime_too_long": f"“exp” is after “iat”, by at most {MAX_LIFETIME} seconds.",
    "not_yet_valid": "“nbf”, if present, is in the past.",
    "id_missing": f"“jti” is there: a text of 1 to {MAX_ID} printable characters, different in each token.",
    "identity_missing": "“external_id” is there, or “email”, or both.",
    "external_id_refused": f"“external_id” is a text of 1 to {MAX_HANDLE} printable characters, "
    "without space around it.",
    "email_refused": "“email” is an e-mail address that mail can be sent to.",
    "email_unverified": "“email” alone names somebody only with “email_verified”: true.",
    "name_refused": "“name”, if present, is a text.",
    "locale_refused": "“locale”, if present, is a text such as de or pt-BR.",
    "identity_conflict": "“external_id” and “email” do not belong to two customers.",
    "token_used": "No earlier token had this “jti”.",
}
"""Every rule by its stable name, in the order in which they are checked, with what must be true."""


@dataclass(frozen=True, slots=True)
class Person:
    """Whom a token names. ``identities`` are the ones it proves, kind to value."""

    identities: Mapping[str, str]
    name: str
    locale: str


@dataclass(frozen=True, slots=True)
class Examined:
    """A token and the result of each rule. Only trust ``person`` if no rule is broken."""

    reading: Reading
    person: Person
    token_id: str
    ends: int

    @property
    def broken(self) -> tuple[Finding, ...]:
        """The rules it breaks, in order."""
        return self.reading.broken


def examine(token: str, keys: Keys, expected: Expected, now: datetime) -> Examined:
    """Return what a token says and which rules it keeps and breaks. The caller checks whether it was used before."""
    try:
        reading = jose.read(token, keys, replace(expected, max_age=jose.TOLERANCE), now)
    except FetchRefused as refusal:
        fault = Finding("keys_unavailable", broken=True, sentence=f"The JWKS address gave no keys: {refusal.sentence}")
        return Examined(Reading({}, {}, (fault,)), Person({}, "", ""), "", 0)
    claims = reading.claims
    found = Findings()
    if any(one.rule == "token_malformed" and one.broken for one in reading.findings):
        return Examined(reading, Person({}, "", ""), "", 0)
    _look_at_lifetime(found, claims)
    token_id = _token_id(found, claims)
    person = _person(found, claims)
    whole = Reading(reading.header, claims, (*reading.findings, *found.all()))
    return Examined(whole, person, token_id, int(seconds(claims.get("exp")) or 0))


def _look_at_lifetime(found: Findings, claims: Mapping[str, Any]) -> None:
    issued, ends = seconds(claims.get("iat")), seconds(claims.get("exp"))
    if issued is None or ends is None:
        return  # said before
    if not 0 < ends - issued <= MAX_LIFETIME:
        sentence = f"“exp” is {ends - issued:.0f} seconds after “iat”; it must be 1 to {MAX_LIFETIME}."
        found.broken("lifetime_too_long", sentence)
    else:
        found.kept("lifetime_too_long", f"“exp” is {ends - issued:.0f} seconds after “iat”.")


def _token_id(found: Findings, claims: Mapping[str, Any]) -> str:
    value = claims.get("jti")
    if not isinstance(value, str) or not 0 < len(value) <= MAX_ID or not value.isprintable():
        found.broken("id_missing", f"The claim “jti” is missing, or is no text of 1 to {MAX_ID} printable characters.")
        return ""
    found.kept("id_missing", f"“jti” is {shown(value)}.")
    return value


def _person(found: Findings, claims: Mapping[str, Any]) -> Person:
    identities: dict[str, str] = {}
    external_id, email = claims.get("external_id"), claims.get("email")
    if external_id is not None:
        _identity(found, identities, "external_id", external_id)
    if email is not None:
        verified = claims.get("email_verified") is True
        address: dict[str, str] = {}
        _identity(found, address, "email", email)
        if address and verified:
            identities.update(address)
            found.kept("email_unverified", "“email” is verified: the customer is found by it, too.")
        elif address and external_id is not None:
            found.kept("email_unverified", "“email” is not verified, so only “external_id” counts.")
        elif address:
            found.broken(
                "email_unverified",
                "Only “email” names the customer, and “email_verified” is not true. Your site must have verified the "
                "address.",
            )
    if external_id is None and email is None:
        found.broken("identity_missing", "There is neither “external_id” nor “email”, so the token names nobody.")
    else:
        found.kept("identity_missing", "The token names somebody.")
    return Person(identities, _name(found, claims), _locale(found, claims))


def _identity(found: Findings, identities: dict[str, str], kind: str, value: object) -> None:
    rule = f"{kind}_refused"
    normal = ""
    if isinstance(value, str) and (kind == "email" or value == value.strip()):
        try:
            normal = normal_identity(kind, value)
        except Invalid:
            normal = ""
    if normal:
        identities[kind] = normal
        found.kept(rule, f"“{kind}” is {shown(value)}.")
    else:
        hint = "Leave the claim out if you have no value." if value in ("", None) else RULES[rule]
        found.broken(rule, f"“{kind}” is {shown(value)}, which names nobody. {hint}")


def _name(found: Findings, claims: Mapping[str, Any]) -> str:
    value = claims.get("name")
    if value is None:
        return ""
    if not isinstance(value, str):
        found.broken("name_refused", f"“name” is {shown(value)}; it must be a text.")
        return ""
    found.kept("name_refused", f"“name” is {shown(value)}.")
    return clean_line(value)[:MAX_NAME].strip()


def _locale(found: Findings, claims: Mapping[str, Any]) -> str:
    value = claims.get("locale")
    if value is None:
        return ""
    if not isinstance(value, str) or not _LOCALE.fullmatch(value):
        found.broken("locale_refused", f"“locale” is {shown(value)}; it must be a text such as de or pt-BR.")
        return ""
    found.kept("locale_refused", f"“locale” is {value}.")
    return value.replace("_", "-").partition("-")[0].lower()
