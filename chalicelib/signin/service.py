"""Signing in and out, for customers and staff alike: an e-mailed code or link, bound to the browser that asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib import telemetry
from chalicelib.aws.limits import Limit
from chalicelib.ids import hashed, is_token, new_id, new_secret
from chalicelib.records import dataclass
from chalicelib.refusals import CodeRefused, CodeUnreadable
from chalicelib.signin.model import (
    CODE_DIGITS,
    Kind,
    Session,
    SignInMail,
    Why,
    code_matches,
    link_matches,
    network,
    refused,
    typed_code,
)
from chalicelib.signin.store import Challenge
from chalicelib.text import normal_email

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from chalicelib.aws.limits import Limits
    from chalicelib.aws.table import Later, Reads
    from chalicelib.clock import Clock
    from chalicelib.outbox.holder import HasOutbox
    from chalicelib.signin.store import SignIns
    from chalicelib.signing import Signer

PER_ADDRESS = Limit("sign-in-address", most=5, window=900)
PER_IP = Limit("sign-in-ip", most=40, window=3600)
TRIES_PER_IP = Limit("sign-in-try", most=60, window=3600)
MAX_USER_AGENT = 200


@dataclass(frozen=True, slots=True)
class Rooms:
    """What signing in stands on besides its own items.

    ``owners`` finds who an address belongs to, a kind each; ``house`` has the outbox, which sends codes.
    """

    owners: Mapping[Kind, Callable[[str], str | None]]
    house: HasOutbox
    limits: Limits


class SignIn:
    """The use cases of signing in and out."""

    def __init__(self, store: SignIns, rooms: Rooms, signer: Signer, clock: Clock) -> None:
        """Take the store, the rooms it stands on, and what signs codes, links and cookies."""
        self._store, self._rooms, self._signer, self._clock = store, rooms, signer, clock

    def ask(self, kind: Kind, email: str, ip: str, language: str = "en") -> str:
        """Start a sign-in and return what the browser that asked must send back.

        Known and unknown addresses cause the same calls and get the same answer. ``language`` is the language of the
        page and of the mail; it does not depend on whose the address is.
        """
        address = normal_email(email)
        address_hash = hashed(address)
        self._rooms.limits.use(PER_IP, network(ip))
        self._rooms.limits.use(PER_ADDRESS, f"{kind}:{address_hash}")
        telemetry.count(telemetry.SIGN_IN_ASKED)
        now = self._clock()
        owner = self._rooms.owners[kind](address)
        challenge = Challenge(kind, address_hash, new_secret(), owner)
        mail_id = new_id(now)
        known = owner is not None
        mail = SignInMail(kind.value, known=known, to=address, challenge=challenge.secret, language=language)
        self._store.table.transact([self._store.ask(challenge, now), self._rooms.house.outbox.put(mail_id, mail, now)])
        self._rooms.house.outbox.nudge(mail_id)
        return self._signer.seal(f"sign-in:{kind}", f"{address_hash}:{challenge.secret}:{address}")

    def asked(self, kind: Kind, pending: str) -> str | None:
        """Return the address this browser asked a code for, or None."""
        parts = self._pending(kind, pending)
        return parts[2] if parts else None

    def by_code(self, kind: Kind, pending: str, code: str, ip: str, user_agent: str) -> str:
        """Sign in with the e-mailed code; return the session's token, or refuse. What can be no code costs no try."""
        parts, digits = self._pending(kind, pending), typed_code(code)
        if parts and not digits:
            raise CodeUnreadable(Why.UNREADABLE, digits=CODE_DIGITS)
        self._rooms.limits.use(TRIES_PER_IP, f"{kind}:{network(ip)}")
        if not parts:
            raise CodeRefused(Why.LOST_BROWSER)
        address_hash, secret, _ = parts
        if not code_matches(self._signer, kind, secret, digits):
            raise refused(self._store.missed(kind, address_hash, secret))
        return self._consume(kind, address_hash, secret, ip, user_agent)

    def look_at_link(self, kind: Kind, pending: str, token: str) -> None:
        """Refuse a link that does not belong to the sign-in this browser asked for. Looking does not use it up."""
        self._linked(kind, pending, token)

    def by_link(self, kind: Kind, pending: str, token: str, ip: str, user_agent: str) -> str:
        """Sign in with the e-mailed link; return the session's token, or refuse."""
        self._rooms.limits.use(TRIES_PER_IP, f"{kind}:{network(ip)}")
        address_hash, secret = self._linked(kind, pending, token)
        return self._consume(kind, address_hash, secret, ip, user_agent)

    def begin(self, kind: Kind, owner_id: str, ip: str, user_agent: str, *, by: str = "") -> str:
        """Begin a session for somebody whose identity is proven; return its token, ``<owner id>.<secret>``.

        ``by`` says how it was proven, if not by a code.
        """
        secret = new_secret()
        session = Session(owner_id, hashed(secret), self._clock(), _printable(user_agent), ip, by)
        self._store.begin(kind, session)
        return f"{owner_id}.{secret}"

    def later(self, reads: Reads, kind: Kind, token: str) -> Later[Session | None] | None:
        """Read the session of a token together with other items; None if it cannot be a token."""
        if not is_token(token):
            return None
        owner_id, _, secret = token.partition(".")
        return self._store.later(reads, kind, owner_id, hashed(secret))

    def living(self, kind: Kind, tokens: Iterable[str], hours: int) -> str:
        """Return, of several tokens that a browser brings, that of the newest session that lives.

        Empty where none lives, and where they are different people's: nothing tells which of them it is.
        """
        reads = self._store.table.together(consistent=True)
        laters = {token: self.later(reads, kind, token) for token in tokens}
        found = {token: later() for token, later in laters.items() if later}
        alive = {token: one for token, one in found.items() if one and one.alive(self._clock(), hours)}
        if len({one.owner_id for one in alive.values()}) != 1:
            return ""
        return max(alive, key=lambda token: alive[token].created_at)

    def sessions(self, kind: Kind, owner_id: str, hours: int) -> list[Session]:
        """Return where somebody is signed in now, the newest first."""
        return self.sessions_later(self._store.table.together(), kind, owner_id, hours)()

    def sessions_later(self, reads: Reads, kind: Kind, owner_id: str, hours: int) -> Callable[[], list[Session]]:
        """Read the same together with other items."""
        later = self._store.sessions_later(reads, kind, owner_id)

        def sessions() -> list[Session]:
            now = self._clock()
            alive = [session for session in later() if session.alive(now, hours)]
            return sorted(alive, key=lambda session: session.created_at, reverse=True)

        return sessions

    def end(self, kind: Kind, owner_id: str, token_hash: str) -> None:
        """Sign out in one place."""
        self._store.end(kind, owner_id, token_hash)

    def end_all(self, kind: Kind, owner_id: str) -> None:
        """Sign out everywhere."""
        for session in self._store.sessions(kind, owner_id):
            self._store.end(kind, owner_id, session.token_hash)

    def end_all_of_customer(self, customer_id: str) -> None:
        """Sign a customer out everywhere."""
        self.end_all(Kind.CUSTOMER, customer_id)

    def _pending(self, kind: Kind, pending: str) -> tuple[str, str, str] | None:
        text = self._signer.unseal(f"sign-in:{kind}", pending)
        if text is None:
            return None
        address_hash, secret, address = text.split(":", 2)
        return address_hash, secret, address

    def _linked(self, kind: Kind, pending: str, token: str) -> tuple[str, str]:
        parts = self._pending(kind, pending)
        if not parts:
            raise CodeRefused(Why.LOST_BROWSER)
        if not link_matches(self._signer, kind, parts[1], token):
            raise CodeRefused(Why.LINK_UNKNOWN)
        return parts[:2]

    def _consume(self, kind: Kind, address_hash: str, secret: str, ip: str, user_agent: str) -> str:
        owner_id = self._store.consume(kind, address_hash, secret, self._clock())
        telemetry.count(telemetry.SIGNED_IN)
        return self.begin(kind, owner_id, ip, user_agent)


def _printable(text: str) -> str:
    return "".join(character for character in text if character.isprintable())[:MAX_USER_AGENT]
