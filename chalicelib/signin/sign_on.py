"""Custom sign-on: customers sign in at the organization's own login, which sends a signed token.

The use cases of the round trip (start, take) and of the settings (save, secrets, check, trial).
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode, urlsplit

from chalicelib import telemetry
from chalicelib.audit.model import Author, Change, differences
from chalicelib.ids import hashed, new_id, new_secret
from chalicelib.records import dataclass
from chalicelib.refusals import ChangedMeanwhile, FetchRefused, IdentityTaken, LoginRefused, NotFound, SettingRefused
from chalicelib.signin import jose
from chalicelib.signin.jose import Finding, Key, KeySet, Reading
from chalicelib.signin.model import Kind
from chalicelib.signin.setup import MAX_SECRETS, Secret, SignOnSettings, check
from chalicelib.signin.sign_on_store import Ring, Sealed, SignOns, Trial
from chalicelib.signin.tokens import Examined, examine

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from chalicelib.aws.table import Reads
    from chalicelib.clock import Clock
    from chalicelib.customers.model import Customer
    from chalicelib.customers.service import CustomerProfiles
    from chalicelib.fetching import Fetcher
    from chalicelib.signin.sealing import Box
    from chalicelib.signin.service import SignIn
    from chalicelib.signing import Signer

STATE_LIFETIME = timedelta(hours=1)
"""How long people can take at the organization's login. They may have to register there first."""
MAX_STATE = 2_000
MAX_SECRET = 512
SIGN_IN, TRIAL = "sign-in", "trial"


@dataclass(frozen=True, slots=True)
class State:
    """The start of a round trip. ``mode`` is SIGN_IN or TRIAL; ``target`` is where to go next, or whose trial it is."""

    mode: str
    browser: str
    ends: int
    target: str


@dataclass(frozen=True, slots=True)
class Checked:
    """A token that was checked but not used. ``customer`` would be signed in; None means a new customer, or nobody."""

    examined: Examined
    customer: Customer | None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The result of every rule."""
        return self.examined.reading.findings

    @property
    def good(self) -> bool:
        """Whether the token would sign somebody in."""
        return not self.examined.broken


@dataclass(frozen=True, slots=True)
class Rooms:
    """What custom sign-on stands on besides its own items. ``box`` seals shared secrets."""

    customers: CustomerProfiles
    sign_in: SignIn
    signer: Signer
    box: Box
    fetcher: Fetcher


@dataclass(frozen=True, slots=True)
class Known:
    """What is set, and what is shown of the live shared secrets, the oldest first."""

    settings: SignOnSettings
    secrets: tuple[Secret, ...]

    @property
    def missing(self) -> str:
        """A sentence that says what to do before custom sign-on can be turned on; empty for nothing."""
        if not self.settings.login_url:
            return "Enter and save the address of your login and your issuer first."
        if not self.settings.jwks_url and not any(one.readable for one in self.secrets):
            return "Make a shared secret, or enter the address of your public keys (JWKS), first."
        return ""


class SignOn:
    """The use cases."""

    def __init__(self, store: SignOns, rooms: Rooms, public_url: str, clock: Clock, *, local: bool) -> None:
        """Take the store, the rooms it stands on and the portal's address; ``local`` takes those of this machine."""
        self.store, self._customers, self._sign_in = store, rooms.customers, rooms.sign_in
        self._signer, self._box, self._fetcher = rooms.signer, rooms.box, rooms.fetcher
        self.audience, self._clock, self._local = public_url, clock, local
        self._key_sets: dict[str, KeySet] = {}

    @property
    def post_url(self) -> str:
        """Where the organization's site sends its tokens."""
        return f"{self.audience}/login/sso"

    # the round trip

    def start(self, browser: str, mode: str, target: str) -> str:
        """Return the address of the organization's login for a browser (its secret); NotFound if none is set."""
        settings = self.store.settings()
        if not settings.login_url:
            raise NotFound
        ends = int((self._clock() + STATE_LIFETIME).timestamp())
        text = json.dumps([mode, hashed(browser), ends, new_secret()[:12], target])
        path = target if mode == SIGN_IN else ""
        query = urlencode({"state": self._signer.seal("sign-on", text), **({"return_to": path} if path else {})})
        return f"{settings.login_url}{'&' if urlsplit(settings.login_url).query else '?'}{query}"

    def state(self, sealed: str) -> State | None:
        """Return the start of one of our round trips, even if it has expired; None for anything else."""
        text = self._signer.unseal("sign-on", sealed) if len(sealed) <= MAX_STATE else None
        if text is None:
            return None
        mode, browser, ends, _, target = json.loads(text)
        return State(mode, browser, ends, target)

    def belongs(self, state: State, browser: str) -> bool:
        """Tell whether a round trip began in this browser, and not too long ago."""
        return bool(browser) and state.browser == hashed(browser) and self._clock().timestamp() < state.ends

    def take(self, token: str, ip: str, user_agent: str) -> str:
        """Sign in the person a token names, once; return the session's token. LoginRefused names the broken rule."""
        settings = self.store.settings()
        examined = self._examined(settings, token)
        examined.reading.must()
        person = examined.person
        self._no_stranger(person.identities)
        if not self.store.use(settings.issuer, examined.token_id, examined.ends):
            raise LoginRefused("token_used", _USED)
        name = person.name or None
        try:
            customer, _ = self._customers.upsert(
                person.identities, name or _nameless(person.identities), keep_name=name is None, language=person.locale
            )
        except IdentityTaken as refused:
            raise LoginRefused("identity_conflict", _CONFLICT) from refused
        telemetry.count(telemetry.SIGNED_IN)
        return self._sign_in.begin(Kind.CUSTOMER, customer.id, ip, user_agent)

    def checked(self, token: str, *, unsigned: bool = True) -> Checked:
        """Check a token as :meth:`take` does, without using it up.

        Without ``unsigned``, the customer of a token that breaks a rule is not looked up. Anybody can send such a
        token, and the time of the answer would reveal who is a customer.
        """
        settings = self.store.settings()
        if unsigned:  # a member of staff wants to know how it is now
            self._fetcher.forget()
        examined = self._examined(settings, token)
        if examined.broken and not unsigned:
            return Checked(examined, None)
        more: list[Finding] = []
        customer = None
        if examined.person.identities:
            try:
                customer = self._no_stranger(examined.person.identities)
                more.append(Finding("identity_conflict", broken=False, sentence="At most one customer is meant."))
            except LoginRefused as refusal:
                more.append(Finding(refusal.rule, broken=True, sentence=refusal.detail))
        if examined.token_id:
            used = self.store.used(settings.issuer, examined.token_id)
            more.append(Finding("token_used", used, _USED if used else "The token has not come before."))
        reading = examined.reading
        whole = Reading(reading.header, reading.claims, (*reading.findings, *more))
        return Checked(replace(examined, reading=whole), customer)

    def tried(self, token: str, staff_id: str) -> Trial:
        """Use up a token in a member's trial, which signs nobody in; keep and return the result."""
        checked = self.checked(token)
        examined = checked.examined
        if checked.good:
            self.store.use(self.store.settings().issuer, examined.token_id, examined.ends)
        claims = json.dumps(dict(examined.reading.claims), indent=2, ensure_ascii=False)
        customer = checked.customer
        trial = Trial(
            self._clock(),
            claims.encode("utf-8", "replace").decode(),
            checked.findings,
            customer.id if customer else "",
            customer.name if customer else "",
        )
        self.store.keep_trial(staff_id, trial)
        return trial

    # the settings

    def save(self, author: Author, wanted: SignOnSettings) -> SignOnSettings:
        """Replace the settings of ``wanted.version``; refuse wrong values, and a key set that cannot be read."""
        before = self.store.settings()
        if wanted.version != before.version:
            raise ChangedMeanwhile
        after = check(replace(wanted, version=before.version + 1), local=self._local)
        if after.jwks_url and after.jwks_url != before.jwks_url:
            self.published(after.jwks_url)
        old, new = differences(asdict(before), asdict(after))
        old.pop("version", None)
        new.pop("version", None)
        if new:
            self.store.save(before, after, Change(author, "sign-on:change", "Custom sign-on", old, new))
        return after if new else before

    def published(self, url: str) -> list[Key]:
        """Return the keys at a JWKS address; SettingRefused if none of them could verify a token."""
        self._fetcher.forget()
        try:
            keys = jose.public_keys(self._fetcher.get_json(url))
        except FetchRefused as refusal:
            raise SettingRefused(refusal.sentence, field="jwks_url") from refusal
        if not keys:
            sentence = "There is no key at that address that could verify RS256 (2,048 bits or more) or ES256."
            raise SettingRefused(sentence, field="jwks_url")
        return keys

    def known(self) -> Known:
        """Return what the settings say as they are at this moment."""
        return Known(self.store.settings(), self.secrets())

    def known_later(self, reads: Reads) -> Callable[[], Known]:
        """Read the same together with other items."""
        settings, ring = self.store.later(reads)
        return lambda: Known(settings(), self._shown(ring()))

    def secrets(self) -> tuple[Secret, ...]:
        """Return what is shown of the live shared secrets, the oldest first."""
        return self._shown(self.store.ring())

    def _shown(self, ring: Ring) -> tuple[Secret, ...]:
        return tuple(
            Secret(one.id, one.created_at, readable=self._box.opened(one.sealed) is not None) for one in ring.secrets
        )

    def add_secret(self, author: Author, text: str = "") -> tuple[str, str]:
        """Add a live secret, a new one if no text is given; return its id and text, which is never shown again."""
        before = self.store.ring()
        if len(before.secrets) >= MAX_SECRETS:
            raise SettingRefused("Two secrets are live already. Remove the older one first.", field="secret")
        now = self._clock()
        secret = _checked_secret(text) if text else new_secret()
        one = Sealed(f"k{new_id(now)[-8:]}", now, self._box.seal(secret.encode()))
        change = Change(author, "sign-on:add-secret", "Custom sign-on", {}, {"secret": one.id}, one.id)
        self.store.save_ring(before, (*before.secrets, one), change)
        return one.id, secret

    def remove_secret(self, author: Author, secret_id: str) -> None:
        """Remove a secret: the next token it signed is refused. It is no error if the secret is already gone."""
        before = self.store.ring()
        kept = tuple(one for one in before.secrets if one.id != secret_id)
        if len(kept) == len(before.secrets):
            return
        change = Change(author, "sign-on:remove-secret", "Custom sign-on", {"secret": secret_id}, {}, secret_id)
        self.store.save_ring(before, kept, change)

    # the parts

    def _examined(self, settings: SignOnSettings, token: str) -> Examined:
        shared = self._shared()
        algorithms = ("HS256",) if shared else ()
        public = self._key_set(settings.jwks_url) if settings.jwks_url else None
        if public:
            algorithms = (*algorithms, *jose.ASYMMETRIC)
        expected = jose.Expected(algorithms, settings.issuer, self.audience)
        return examine(token.strip(), _Live(jose.Ring(shared), public), expected, self._clock())

    def _shared(self) -> list[Key]:
        """Return the live shared secrets, and seal those again that an older signing key sealed."""
        ring = self.store.ring()
        found, again, stale = [], [], False
        for one in ring.secrets:
            opened = self._box.opened(one.sealed)
            if opened is None:
                again.append(one)
                continue
            content, newest = opened
            stale = stale or not newest
            again.append(one if newest else replace(one, sealed=self._box.seal(content)))
            found.append(Key(one.id, "HS256", content))
        if stale:
            with suppress(ChangedMeanwhile):  # whoever changed them sealed them anew, or the next token does
                self.store.save_ring(ring, again, None)
        return found

    def _key_set(self, url: str) -> KeySet:
        if url not in self._key_sets:
            self._key_sets = {url: KeySet(self._fetcher, url, self._clock)}
        return self._key_sets[url]

    def _no_stranger(self, identities: Mapping[str, str]) -> Customer | None:
        """Return whose identities these are, or None for nobody; refuse those of two customers.

        If the customer of an address has another external id, they are somebody else: the organization knows two.
        """
        owners = self._customers.store.owners(identities)
        if not owners:
            return None
        if len(set(owners.values())) > 1:
            raise LoginRefused("identity_conflict", _CONFLICT)
        customer = self._customers.store.get(next(iter(owners.values())), consistent=True)
        given = identities.get("external_id")
        theirs = "external_id" in owners
        if customer and given and not theirs and customer.external_id:
            raise LoginRefused("identity_conflict", _CONFLICT)
        return customer


class _Live:
    """The keys that are live: shared secrets for HS256, published ones for the rest."""

    def __init__(self, shared: jose.Ring, public: KeySet | None) -> None:
        self._shared, self._public = shared, public

    def find(self, kid: str | None, algorithm: str) -> Sequence[Key]:
        """Return those that fit."""
        if algorithm == "HS256":
            return self._shared.find(kid, algorithm)
        return self._public.find(kid, algorithm) if self._public else ()


_USED = "An earlier token had this “jti”. Each token works once: make a new one for each sign-in."
_CONFLICT = (
    "“external_id” and “email” belong to two different customers here, or the customer with that address has another "
    "external id. If they are one person, an admin can merge the two."
)


def _nameless(identities: Mapping[str, str]) -> str:
    """Return the name of a new customer whose token has no name."""
    return identities.get("email", "").partition("@")[0] or identities["external_id"][:80]


def _checked_secret(text: str) -> str:
    secret = text.strip()
    if not jose.MIN_SECRET <= len(secret.encode()) <= MAX_SECRET or not secret.isprintable():
        sentence = f"A shared secret has {jose.MIN_SECRET} to {MAX_SECRET} bytes of printable text."
        raise SettingRefused(sentence, field="secret")
    if "-----BEGIN" in secret or secret.startswith("ssh-"):
        sentence = "That is a key of a pair, not a shared secret. Publish its public half at a JWKS address instead."
        raise SettingRefused(sentence, field="secret")
    return secret
