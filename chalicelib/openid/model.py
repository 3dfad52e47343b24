"""What a provider is set to, and what is believed of somebody it vouches for."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from chalicelib.openid.claims import full_name, groups, is_of, is_verified, left_out
from chalicelib.records import dataclass
from chalicelib.refusals import AddressRefused, LoginRefused, SettingRefused
from chalicelib.staff.model import MAX_NAME, ROLES
from chalicelib.text import normal_email

MAX_DOMAINS = 20
MAX_PROVIDER = 40
"""Characters of what the sign-in button calls the provider."""
MAX_RULES = 30
MAX_TEXT = 200
MAX_SUBJECT = 255
"""Characters of ``sub`` (OpenID Connect Core, 2)."""
_PLAIN = re.compile(rf"[!-~]{{1,{MAX_TEXT}}}")
_SCOPES = re.compile(rf"[A-Za-z0-9:./_ -]{{0,{MAX_TEXT}}}")
_DOMAIN = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z][a-z0-9-]{0,61}[a-z0-9]")


@dataclass(frozen=True, slots=True)
class Provider:
    """A provider and who of those it vouches for comes in. ``name`` is what the sign-in button calls it.

    ``verified_by`` is the issuer of which an admin said that it only sends verified addresses; a provider that says so
    itself, in ``email_verified``, needs none. ``scopes`` are asked for besides ``openid email profile``. ``rules`` are
    pairs of a value of the claim ``claim``, which may be a path (``claims.found``), and the role it gives; the first
    that fits counts. ``default_role`` is for whom none fits, and empty refuses them. ``connection`` counts the changes
    after which somebody who came in before may not: of issuer, client and secret, and those that let fewer in. A
    sign-in proves only the one it was made with.
    """

    name: str = ""
    issuer: str = ""
    client_id: str = ""
    has_secret: bool = False
    scopes: str = ""
    domains: tuple[str, ...] = ()
    claim: str = "groups"
    rules: tuple[tuple[str, str], ...] = ()
    default_role: str = ""
    verified_by: str = ""
    connection: int = 0
    version: int = 0

    @property
    def complete(self) -> bool:
        """Whether enough is set for somebody to sign in."""
        return bool(self.name and self.issuer and self.client_id and self.domains)

    @property
    def vouched(self) -> bool:
        """Whether an address counts as verified where the provider says nothing of it."""
        return bool(self.issuer) and self.verified_by == self.issuer

    @property
    def proof(self) -> str:
        """What a session is marked with that was begun through this very connection."""
        return f"openid:{self.connection}"

    @property
    def all_scopes(self) -> str:
        """What is asked for."""
        return " ".join(dict.fromkeys(["openid", "email", "profile", *self.scopes.split()]))


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody the provider vouches for: an address that is theirs, of a domain that is allowed."""

    subject: str
    email: str
    name: str
    role: str


def faults(provider: Provider) -> Iterator[SettingRefused]:
    """Yield everything that cannot be, each with its field. Whether ``issuer`` can be read is looked at apart."""
    if not provider.name.strip() or len(provider.name) > MAX_PROVIDER or not provider.name.isprintable():
        yield SettingRefused(
            f"Give the provider a name of at most {MAX_PROVIDER} characters, for the button.", field="name"
        )
    if not _PLAIN.fullmatch(provider.client_id):
        yield SettingRefused("Enter the client id that the provider gave this portal.", field="client_id")
    if not _SCOPES.fullmatch(provider.scopes):
        yield SettingRefused("Scopes are words with spaces between them, such as “groups”.", field="scopes")
    if not provider.domains:
        yield SettingRefused("Enter at least one e-mail domain, or anybody at the provider comes in.", field="domains")
    elif len(provider.domains) > MAX_DOMAINS:
        yield SettingRefused(f"At most {MAX_DOMAINS} domains are possible.", field="domains")
    for domain in provider.domains:
        if not _DOMAIN.fullmatch(domain):
            yield SettingRefused(f"“{domain[:60]}” is no domain: enter it like example.com.", field="domains")
            break
    if provider.verified_by and not provider.vouched:
        yield SettingRefused(
            "You entered another issuer. Tick this again if that one only sends verified addresses too.",
            field="verified",
        )
    yield from _rule_faults(provider)


def _rule_faults(provider: Provider) -> Iterator[SettingRefused]:
    if not _line(provider.claim):
        yield SettingRefused("Enter the name of a claim, such as “groups”.", field="claim")
    if len(provider.rules) > MAX_RULES:
        yield SettingRefused(f"At most {MAX_RULES} rules are possible.", field="rules")
    for value, role in provider.rules:
        if not _line(value) or role not in ROLES:
            yield SettingRefused("Each rule needs a value of one line and one of the roles.", field="rules")
            break
    if provider.default_role and provider.default_role not in ROLES:
        yield SettingRefused("Choose one of the roles offered.", field="default_role")
    if not provider.default_role and not provider.rules:
        yield SettingRefused("Choose a role for everybody, or add a rule: else nobody could sign in.", field="rules")


def lets_in_all_of(after: Provider, before: Provider) -> bool:
    """Tell whether whoever came in by the settings before comes in by those after, as far as settings can tell."""
    if (after.issuer, after.client_id, after.scopes, after.claim) != (
        before.issuer,
        before.client_id,
        before.scopes,
        before.claim,
    ):
        return False
    if before.vouched and not after.vouched:
        return False
    all_groups = {value for value, _ in before.rules} <= {value for value, _ in after.rules}
    return set(before.domains) <= set(after.domains) and bool(
        after.default_role or (all_groups and not before.default_role)
    )


def check_secret(secret: str) -> str:
    """Return a client secret, empty for none, or refuse what cannot be one."""
    if secret and not _PLAIN.fullmatch(secret):
        raise SettingRefused(f"A client secret has at most {MAX_TEXT} characters without spaces.", field="secret")
    return secret


def _line(text: str) -> bool:
    return bool(text.strip()) and len(text) <= MAX_TEXT and text.isprintable()


def role_for(provider: Provider, claims: Mapping[str, Any]) -> str:
    """Return the role that somebody's claims give, empty where they give none."""
    values = groups(claims, provider.claim)
    return next((role for value, role in provider.rules if is_of(values, value)), provider.default_role)


def person(provider: Provider, claims: Mapping[str, Any]) -> Person:
    """Return whom verified claims are about; LoginRefused names the rule for who does not come in."""
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject or len(subject) > MAX_SUBJECT or not subject.isprintable():
        raise LoginRefused("subject_missing", f"{provider.name} did not say who signed in (“sub”).")
    said = claims.get("email")
    try:
        email = normal_email(said if isinstance(said, str) else "")
    except AddressRefused as refused:
        raise LoginRefused("email_missing", f"{provider.name} gave no e-mail address that can be used.") from refused
    if not is_verified(claims, vouched=provider.vouched):
        raise LoginRefused("email_unverified", f"{provider.name} does not say that {email} is verified.")
    if email.rpartition("@")[2] not in provider.domains:
        raise LoginRefused("domain_refused", f"{email} is not of a domain that may sign in here.")
    if provider.rules and left_out(claims, provider.claim):
        raise LoginRefused(
            "groups_left_out",
            f"{provider.name} left out the groups of {email}, because there are too many (“_claim_names”). "
            "Ask an admin to let it send only groups that are assigned to this portal.",
        )
    role = role_for(provider, claims)
    if not role:
        raise LoginRefused("role_missing", f"No rule gives {email} a role here. Ask an admin for one.")
    return Person(subject, email, (full_name(claims) or email.partition("@")[0])[:MAX_NAME].strip(), role)
