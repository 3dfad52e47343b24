"""Signing staff in through their organization's provider: the code flow with PKCE, state and nonce, and its settings.

Everything of a sign-in under way is bound to one browser by a signed cookie; nonce and PKCE verifier are derived from
the state, so nothing secret is stored or leaves this side before its time.
"""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlencode, urlsplit

from chalicelib import telemetry
from chalicelib.audit.model import Author
from chalicelib.aws.limits import Limit
from chalicelib.ids import is_secret, new_secret
from chalicelib.openid import discovery
from chalicelib.openid.claims import completed, is_complete
from chalicelib.openid.model import Person, Provider, check_secret, faults, lets_in_all_of, person
from chalicelib.records import dataclass
from chalicelib.refusals import (
    ChangedMeanwhile,
    FetchRefused,
    IdentityTaken,
    LastAdmin,
    LoginRefused,
    NotFound,
    SettingRefused,
)
from chalicelib.signin import jose
from chalicelib.signin.model import Kind, network

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.aws.limits import Limits
    from chalicelib.clock import Clock
    from chalicelib.fetching import Fetcher
    from chalicelib.openid.store import Accounts
    from chalicelib.portal.store import Portal
    from chalicelib.signin.model import Session
    from chalicelib.signin.service import SignIn
    from chalicelib.signing import Signer
    from chalicelib.staff.model import Member
    from chalicelib.staff.store import Staff

CALLBACK = "/staff/login/openid/callback"
SIGN_IN_LIFETIME = timedelta(minutes=10)
"""How long somebody may take at the provider."""
MAX_ISSUER = 500
MAX_TOKEN_AGE = 600
"""Seconds since an ID token was made: it comes straight from the provider."""
PER_IP = Limit("openid-ip", most=120, window=900)
"""Sign-ins from one network, each counted when it begins and when it comes back."""
_FRESH = timedelta(minutes=10)
"""How long this process believes the discovery document."""
_MAX_CODE = 2_000
_WORD = re.compile(r"[a-z_]{1,60}")
_PURPOSE = "openid"


@dataclass(frozen=True, slots=True)
class Sent:
    """A sign-in that was sent to the provider, as the browser's cookie holds it."""

    state: str
    connection: int
    return_to: str


@dataclass(frozen=True, slots=True)
class Rooms:
    """What a sign-in stands on besides its own items."""

    portal: Portal
    staff: Staff
    sign_in: SignIn
    limits: Limits
    fetcher: Fetcher


class OpenId:
    """The use cases of staff who sign in through a provider."""

    def __init__(self, accounts: Accounts, rooms: Rooms, signer: Signer, clock: Clock, public_url: str) -> None:
        """Take the store, the rooms it stands on, and the address of the portal."""
        self.accounts, self._rooms, self._signer, self._clock = accounts, rooms, signer, clock
        self.redirect_uri = public_url + CALLBACK
        self._known: dict[str, tuple[datetime, discovery.Metadata]] = {}
        self._keys: dict[str, jose.KeySet] = {}

    # signing in

    def begin(self, return_to: str) -> tuple[str, str]:
        """Return where to send the browser, and what it must bring back."""
        provider = self._provider()
        metadata = self._metadata(provider.issuer)
        state = new_secret()
        query = {
            "response_type": "code",
            "client_id": provider.client_id,
            "redirect_uri": self.redirect_uri,
            "scope": provider.all_scopes,
            "state": state,
            "nonce": self._derived("nonce", state),
            "code_challenge": _challenge(self._derived("verifier", state)),
            "code_challenge_method": "S256",
        }
        joint = "&" if urlsplit(metadata.authorization).query else "?"
        pending = f"{state}:{int(self._clock().timestamp())}:{provider.connection}:{return_to}"
        return metadata.authorization + joint + urlencode(query), self._signer.seal(_PURPOSE, pending)

    def sent(self, pending: str, state: str) -> Sent:
        """Return the sign-in that came back, or refuse one that this browser did not begin just now."""
        text = self._signer.unseal(_PURPOSE, pending) or ""
        own, _, rest = text.partition(":")
        if not is_secret(own) or not self._signer.equal(own, state):
            raise LoginRefused(
                "state_wrong", "This sign-in was not begun in this browser, or it was begun once more since. Try again."
            )
        began, connection, return_to = rest.split(":", 2)
        if int(began) < (self._clock() - SIGN_IN_LIFETIME).timestamp():
            minutes = int(SIGN_IN_LIFETIME.total_seconds()) // 60
            raise LoginRefused("state_old", f"This sign-in took longer than {minutes} minutes. Try again.")
        return Sent(own, int(connection), return_to)

    def finish(self, sent: Sent, answer: Mapping[str, str], ip: str, user_agent: str) -> tuple[Member, str]:
        """Return who has signed in and the token of their session; LoginRefused names the rule that kept them out.

        ``answer`` is what the provider sent the browser back with: ``code``, ``iss`` or ``error``.
        """
        self._rooms.limits.use(PER_IP, network(ip))
        provider = self._provider()
        if sent.connection != provider.connection:
            raise LoginRefused("connection_changed", "The settings were changed meanwhile. Try again.")
        if not self.accounts.use(sent.state, self._clock()):
            raise LoginRefused("state_used", "This sign-in was used already. Try again.")
        metadata = self._metadata(provider.issuer)
        _look_at_answer(provider, metadata, answer)
        claims = self._claims(provider, metadata, answer["code"], sent.state)
        member = self._member(provider, person(provider, claims), ip)
        telemetry.count(telemetry.SIGNED_IN)
        return member, self._rooms.sign_in.begin(Kind.STAFF, member.id, ip, user_agent, by=provider.proof)

    def _provider(self) -> Provider:
        if not self._rooms.portal.get().openid:
            raise NotFound
        return self.accounts.get(consistent=True)

    def _metadata(self, issuer: str) -> discovery.Metadata:
        read_at, metadata = self._known.get(issuer, (None, None))
        if metadata is None or read_at is None or self._clock() - read_at > _FRESH:
            metadata = discovery.read(self._rooms.fetcher, issuer)
            self._known = {issuer: (self._clock(), metadata)}
        return metadata

    def _key_set(self, url: str) -> jose.KeySet:
        if url not in self._keys:
            self._keys = {url: jose.KeySet(self._rooms.fetcher, url, self._clock)}
        return self._keys[url]

    def _derived(self, purpose: str, state: str) -> str:
        """Return 64 characters that only this side knows of a state."""
        return "".join(self._signer.sign(f"openid-{purpose}-{part}", state) for part in "12")

    def _claims(self, provider: Provider, metadata: discovery.Metadata, code: str, state: str) -> dict[str, Any]:
        tokens = self._exchange(provider, metadata, code, self._derived("verifier", state))
        id_token = tokens.get("id_token")
        claims = jose.decode(
            id_token if isinstance(id_token, str) else "",
            self._key_set(metadata.keys),
            jose.Expected(metadata.algorithms, provider.issuer, provider.client_id, MAX_TOKEN_AGE),
            self._clock(),
        )
        _look_at_party(claims, provider.client_id)
        nonce = claims.get("nonce")
        if not isinstance(nonce, str) or not self._signer.equal(nonce, self._derived("nonce", state)):
            raise LoginRefused("nonce_wrong", "The ID token was made for another sign-in (“nonce”).")
        return self._with_userinfo(provider, metadata, claims, tokens.get("access_token"))

    def _exchange(self, provider: Provider, metadata: discovery.Metadata, code: str, verifier: str) -> dict[str, Any]:
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self.redirect_uri,
            "code_verifier": verifier,
        }
        headers = {}
        secret = self.accounts.secret() if provider.has_secret else ""
        if not secret or metadata.secret_in_form:
            fields["client_id"] = provider.client_id
        if secret and metadata.secret_in_form:
            fields["client_secret"] = secret
        elif secret:  # each part is encoded before they are joined (RFC 6749, 2.3.1)
            pair = f"{quote(provider.client_id, safe='')}:{quote(secret, safe='')}"
            headers["Authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
        try:
            return self._rooms.fetcher.post_form(metadata.token, fields, headers)
        except FetchRefused as refused:
            raise LoginRefused("code_refused", f"The code was not taken. {refused.sentence}") from refused

    def _with_userinfo(
        self, provider: Provider, metadata: discovery.Metadata, claims: dict[str, Any], access_token: object
    ) -> dict[str, Any]:
        """Return the claims with what the ID token lacks: many providers keep it for the userinfo endpoint."""
        name = provider.claim if provider.rules else ""
        if is_complete(claims, name) or not metadata.userinfo or not isinstance(access_token, str):
            return claims
        more = self._rooms.fetcher.get_json(metadata.userinfo, {"Authorization": f"Bearer {access_token}"})
        if more.get("sub") != claims.get("sub"):
            raise LoginRefused("subject_wrong", "The provider's userinfo is about somebody else.")
        return completed(claims, more, name)

    # members

    def _member(self, provider: Provider, who: Person, ip: str) -> Member:
        """Return the member an account belongs to: it is theirs already, or their address is, or they are new."""
        staff = self._rooms.staff
        author = Author("openid", provider.name, ip)
        owner = self.accounts.owner(provider.issuer, who.subject)
        if owner is None:
            owner = staff.owner(who.email, consistent=True) or self._new(who, author)
            member = staff.get(owner, consistent=True)
            joined = member and self.accounts.join(member, provider.issuer, who.subject, author, self._clock())
            if member and not joined and self.accounts.owner(provider.issuer, who.subject) != owner:
                raise LoginRefused("account_taken", f"{who.email} signs in with another account. Ask an admin.")
        member = staff.get(owner, consistent=True)
        if member is None or not member.active:
            raise LoginRefused("member_inactive", f"{who.email} is no longer active here. Ask an admin.")
        if member.email != who.email:
            member = self._follow(member, who, author)
        if provider.rules and member.role != who.role:
            try:
                member = staff.change_role(member.id, who.role, author=author)
            except LastAdmin:
                return member  # somebody must stay who can change the rules
        return member

    def _follow(self, member: Member, who: Person, author: Author) -> Member:
        """Return the member with the address that their account has now; theirs of before may be somebody's by now.

        So whoever is signed in as them must prove it again. An address of another member stays that member's.
        """
        try:
            member = self._rooms.staff.readdress(member.id, who.email, author=author)
        except IdentityTaken:
            self.accounts.note_taken(member, who.email, author)
            return member
        self._rooms.sign_in.end_all(Kind.STAFF, member.id)
        return member

    def _new(self, who: Person, author: Author) -> str:
        staff = self._rooms.staff
        try:
            return staff.invite(who.name, who.email, who.role, self._clock(), author=author).id
        except IdentityTaken as taken:
            owner = staff.owner(who.email, consistent=True)
            if owner:  # made at the same moment
                return owner
            raise LoginRefused("member_inactive", f"{who.email} is no longer active here. Ask an admin.") from taken

    # settings

    def look_at(self, issuer: str) -> list[discovery.Finding]:
        """Return what an issuer says of itself at this moment, each point with whether it will do."""
        self._rooms.fetcher.forget()
        return discovery.look_at(self._rooms.fetcher, issuer)[0]

    def faults(self, provider: Provider, secret: str | None) -> list[SettingRefused]:
        """Return everything that cannot be, each with its field."""
        found = list(faults(provider))
        if len(provider.issuer) > MAX_ISSUER:
            found.insert(0, SettingRefused(f"An issuer has at most {MAX_ISSUER} characters.", field="issuer"))
        try:
            discovery.check_issuer(self._rooms.fetcher, provider.issuer)
        except FetchRefused as refused:
            found.insert(0, SettingRefused(refused.sentence, field="issuer"))
        try:
            check_secret(secret or "")
        except SettingRefused as refused:
            found.append(refused)
        return found

    def save(self, after: Provider, secret: str | None, author: Author) -> Provider:
        """Change the settings, made from ``after.version`` of them. ``secret`` is empty for none, None as it is.

        Another issuer never gets the secret of the one before. Where somebody may be kept out who came in before,
        e-mailed codes work again: nobody has signed in that way yet.
        """
        for fault in self.faults(after, secret):
            raise fault
        before = self.accounts.get(consistent=True)
        if secret is None and before.issuer != after.issuer and before.has_secret:
            secret = ""
        if before.version != after.version:
            raise ChangedMeanwhile
        after = replace(after, has_secret=before.has_secret)
        if secret is not None or not lets_in_all_of(after, before):
            self._codes_again(author)
        return self.accounts.save(before, after, secret, author)

    def switch(self, author: Author, *, on: bool) -> None:
        """Turn OpenID Connect on or off; off, e-mailed codes work again."""
        portal = self._rooms.portal
        if not on:
            portal.change(author=author, openid=False, staff_codes=True)
            return
        provider = self.accounts.get(consistent=True)
        if not provider.complete:
            raise SettingRefused("Save the settings of the provider first.")
        for one in self.look_at(provider.issuer):
            if one.outcome == "bad":
                raise SettingRefused(f"It cannot be turned on yet. {one.sentence}", field="issuer")
        portal.change(author=author, openid=True)

    def switch_codes(self, author: Author, session: Session, *, on: bool) -> None:
        """Switch e-mailed codes for staff on or off; off only by who is signed in through the provider as it is set."""
        portal = self._rooms.portal
        if not on and not self.proven(session):
            provider = self.accounts.get()
            raise SettingRefused(
                f"Sign out and sign in with {provider.name or 'the provider'} first: that proves that the way in "
                "without codes works."
            )
        portal.change(author=author, staff_codes=on)

    def proven(self, session: Session) -> bool:
        """Tell whether a session was begun through the provider as it is set now, and that is on."""
        return self._rooms.portal.get(consistent=True).openid and session.by == self.accounts.get(consistent=True).proof

    def release(self, email: str, author: Author) -> Member:
        """Forget which account the member with an address signs in with; refuse where there is none."""
        owner = self._rooms.staff.owner(email)
        member = self._rooms.staff.get(owner, consistent=True) if owner else None
        if member is None or not self.accounts.release(member, author):
            raise SettingRefused("No active member with this address signs in with an account.", field="email")
        return member

    def _codes_again(self, author: Author) -> None:
        if not self._rooms.portal.get(consistent=True).staff_codes:
            self._rooms.portal.change(author=author, staff_codes=True)


def _challenge(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def _look_at_answer(provider: Provider, metadata: discovery.Metadata, answer: Mapping[str, str]) -> None:
    """Refuse an answer of another provider (RFC 9207), one that says no, and one without a code."""
    issuer = answer.get("iss", "")
    if issuer != provider.issuer and (issuer or metadata.names_itself):
        raise LoginRefused("issuer_wrong", "The answer came from another provider (“iss”).")
    error = answer.get("error", "")
    if error:
        said = f" ({error})" if _WORD.fullmatch(error) else ""
        raise LoginRefused("provider_refused", f"{provider.name} did not sign you in{said}.")
    code = answer.get("code", "")
    if not code or len(code) > _MAX_CODE or not code.isprintable():
        raise LoginRefused("code_missing", f"{provider.name} sent no code.")


def _look_at_party(claims: Mapping[str, Any], client_id: str) -> None:
    """Refuse an ID token that several may use, or another (OpenID Connect Core, 3.1.3.7)."""
    audience, party = claims.get("aud"), claims.get("azp")
    if (party is not None and party != client_id) or (isinstance(audience, list) and len(audience) > 1 and not party):
        raise LoginRefused("party_wrong", "The ID token was made for another application (“azp”).")
