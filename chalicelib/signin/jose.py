"""JSON Web Tokens: which key may verify one, whether it does, and the registered claims. Each rule has a name.

PyJWT reads the tokens. pycryptodome verifies RS256 and ES256, because the library PyJWT uses for them is larger than
the whole product. A key is bound to one algorithm, so a public key can never pass for a shared secret.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, NoReturn, Protocol

from Crypto.Hash import SHA256
from Crypto.PublicKey import ECC, RSA
from Crypto.Signature import DSS, pkcs1_15
from jwt.algorithms import Algorithm
from jwt.api_jws import PyJWS
from jwt.exceptions import PyJWTError
from jwt.utils import base64url_decode

from chalicelib.records import dataclass
from chalicelib.refusals import FetchRefused, LoginRefused

if TYPE_CHECKING:
    from chalicelib.clock import Clock

ALGORITHMS = ("HS256", "RS256", "ES256")
ASYMMETRIC = ("RS256", "ES256")
MAX_TOKEN = 8_192
"""Characters of a token; the header of a request could not carry more either."""
TOLERANCE = 60
"""Seconds by which two clocks may differ."""
MIN_SECRET = 32
"""Bytes of a shared secret: as many as HS256's hash has (RFC 7518, 3.2)."""

_MAX_KEYS = 20
"""Keys that are made of a JWKS document, counted after those with another use, of which some have many."""
_RSA_BITS = (2_048, 8_192)
_CURVE_BYTES = 32
_MAX_NUMBER = 1e11
_MAX_KID = 200
_MAX_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Key:
    """What verifies tokens of one algorithm. ``material`` is bytes for HS256, else a public key of pycryptodome."""

    id: str
    algorithm: str
    material: Any


class Keys(Protocol):
    """Where keys come from."""

    def find(self, kid: str | None, algorithm: str) -> Sequence[Key]:
        """Return the keys a token of this ``kid`` (None: it names none) and algorithm may be verified by."""
        ...


class Ring:
    """A few keys that are at hand."""

    def __init__(self, keys: Sequence[Key]) -> None:
        """Take the keys."""
        self._keys = tuple(keys)

    def find(self, kid: str | None, algorithm: str) -> Sequence[Key]:
        """Return those of the algorithm that have this id; all of the algorithm where the token names none."""
        return [key for key in self._keys if key.algorithm == algorithm and (kid is None or key.id == kid)]


class GetsJson(Protocol):
    """What reads a key set."""

    def get_json(self, url: str) -> dict[str, Any]:
        """Return the JSON object at an address, or raise FetchRefused."""
        ...


class KeySet:
    """The public keys at an address, kept for 10 minutes. For an unknown id they are read again, once a minute at most.

    If newer keys cannot be read, older ones are not used instead: a removed key stops working after 10 minutes.
    """

    def __init__(self, fetcher: GetsJson, url: str, clock: Clock) -> None:
        """Take the address, of a JWKS document. Nothing is read yet."""
        self._fetcher, self._url, self._clock = fetcher, url, clock
        self._ring = Ring(())
        self._read_at: datetime | None = None

    def find(self, kid: str | None, algorithm: str) -> Sequence[Key]:
        """Return the keys that fit, read anew where they are old or have no such id; FetchRefused where it fails."""
        if algorithm not in ASYMMETRIC:
            return ()
        if self._age() >= timedelta(minutes=10):
            self._read()
        found = self._ring.find(kid, algorithm)
        if not found and self._age() >= timedelta(minutes=1):
            self._read()
            found = self._ring.find(kid, algorithm)
        return found

    def _age(self) -> timedelta:
        return self._clock() - self._read_at if self._read_at else timedelta.max

    def _read(self) -> None:
        keys = public_keys(self._fetcher.get_json(self._url))
        self._ring, self._read_at = Ring(keys), self._clock()


def public_keys(document: Mapping[str, Any]) -> list[Key]:
    """Return those keys of a JWKS document that can verify RS256 or ES256; what is anything else is left out."""
    listed = document.get("keys")
    if not isinstance(listed, list):
        raise FetchRefused("There is no list “keys” at that address: it must be that of a JWKS document.")
    meant = [(_algorithm(one), one) for one in listed if isinstance(one, dict)]
    keys = [_public_key(jwk, algorithm) for algorithm, jwk in [one for one in meant if one[0]][:_MAX_KEYS]]
    return [key for key in keys if key]


def _algorithm(jwk: Mapping[str, Any]) -> str:
    """Return what a key verifies, empty for one with another use. Its numbers, which cost, are not looked at."""
    kind, curve, operations = jwk.get("kty"), jwk.get("crv"), jwk.get("key_ops", ["verify"])
    algorithm = "RS256" if kind == "RSA" else "ES256" if (kind, curve) == ("EC", "P-256") else ""
    named = isinstance(jwk.get("kid", ""), str) and jwk.get("alg", algorithm) == algorithm
    verifies = jwk.get("use", "sig") == "sig" and isinstance(operations, list) and "verify" in operations
    return algorithm if named and verifies else ""


def _public_key(jwk: Mapping[str, Any], algorithm: str) -> Key | None:
    kid = jwk.get("kid", "")
    try:
        if algorithm == "RS256":
            modulus, exponent = _number(jwk["n"]), _number(jwk["e"])
            if not _RSA_BITS[0] <= modulus.bit_length() <= _RSA_BITS[1] or exponent.bit_length() > _CURVE_BYTES:
                return None
            return Key(kid, algorithm, RSA.construct((modulus, exponent), consistency_check=True))
        x, y = _number(jwk["x"]), _number(jwk["y"])
        return Key(kid, algorithm, ECC.construct(curve="P-256", point_x=x, point_y=y))
    except (KeyError, TypeError, ValueError):
        return None


def _number(text: object) -> int:
    if not isinstance(text, str) or len(text) > 2 * _RSA_BITS[1] // 8:
        raise TypeError
    return int.from_bytes(base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True))


@dataclass(frozen=True, slots=True)
class Finding:
    """The result of one rule. ``sentence`` explains it to the developer who made the token."""

    rule: str
    broken: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class Reading:
    """A token that was read. Only trust ``claims`` if nothing is ``broken``."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]
    findings: tuple[Finding, ...]

    @property
    def broken(self) -> tuple[Finding, ...]:
        """The broken rules, in the order in which they are checked."""
        return tuple(one for one in self.findings if one.broken)

    def must(self) -> None:
        """Refuse a token that breaks a rule, naming the first."""
        for one in self.broken:
            raise LoginRefused(one.rule, one.sentence)


@dataclass(frozen=True, slots=True)
class Expected:
    """What a token is held to. ``max_age`` is how many seconds ago it may have been issued; None: any time ago."""

    algorithms: Sequence[str]
    issuer: str
    audience: str
    max_age: int | None = None


def decode(token: str, keys: Keys, expected: Expected, now: datetime) -> dict[str, Any]:
    """Return the claims of a token that keeps every rule; LoginRefused names the first that it breaks."""
    reading = read(token, keys, expected, now)
    reading.must()
    return dict(reading.claims)


def read(token: str, keys: Keys, expected: Expected, now: datetime) -> Reading:
    """Return a token with the result of each rule.

    ``exp``, ``iat``, ``iss`` and ``aud`` are required. ``iat`` can be ``TOLERANCE`` seconds in the future and
    ``expected.max_age`` seconds in the past. If a token cannot be read, that is the one broken rule, and the others are
    not checked. FetchRefused if the keys could not be read.
    """
    found = Findings()
    try:
        header, claims = _parsed(token)
    except _MalformedError as fault:
        found.broken("token_malformed", fault.sentence)
        return Reading({}, {}, found.all())
    found.kept("token_malformed", "The token has three parts, and its header and claims are JSON objects.")
    _look_at_signature(found, token, header, keys, expected.algorithms)
    _look_at_sides(found, claims, expected.issuer, expected.audience)
    _look_at_times(found, claims, now.timestamp(), expected.max_age)
    return Reading(header, claims, found.all())


class Findings:
    """Collects the results of the rules."""

    def __init__(self) -> None:
        """Start with none."""
        self._all: list[Finding] = []

    def kept(self, rule: str, sentence: str) -> None:
        """Note a rule that is kept."""
        self._all.append(Finding(rule, broken=False, sentence=sentence))

    def broken(self, rule: str, sentence: str) -> None:
        """Note a rule that is broken."""
        self._all.append(Finding(rule, broken=True, sentence=sentence))

    def all(self) -> tuple[Finding, ...]:
        """Return all of them."""
        return tuple(self._all)


def shown(value: object) -> str:
    """Return a claim as a sentence quotes it: JSON, cut off where it is long."""
    text = json.dumps(value, ensure_ascii=False, default=str).encode("utf-8", "replace").decode()
    return text if len(text) <= _MAX_SHOWN else f"{text[: _MAX_SHOWN - 1]}…"


# the parts


class _MalformedError(Exception):
    """Becomes a finding."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def _parsed(token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    if not token:
        raise _MalformedError("There is no token.")
    if len(token) > MAX_TOKEN or not token.isascii():
        raise _MalformedError(f"A token has at most {MAX_TOKEN:,} characters, all of them ASCII.")
    try:
        raw = _JWS.decode_complete(token, options={"verify_signature": False})
    except (PyJWTError, ValueError, RecursionError) as error:
        raise _MalformedError(
            "This is no signed token: it must be three parts of base64url with a full stop between them, the first of "
            f"them a JSON object without “crit” and with a text as “kid”. ({error})"
        ) from error
    try:
        header = _json(base64url_decode(token.partition(".")[0]))
    except (ValueError, RecursionError) as error:
        raise _MalformedError("The header is not JSON in UTF-8, or a name stands in it twice.") from error
    try:
        claims = _json(raw["payload"])
    except (ValueError, RecursionError) as error:
        raise _MalformedError("The claims are not JSON in UTF-8, or one of them stands there twice.") from error
    if not isinstance(header, dict) or not isinstance(claims, dict):
        raise _MalformedError("Header and claims must be JSON objects.")
    return header, claims


def _json(content: bytes) -> object:
    """Return JSON that everybody reads alike: in UTF-8, each name once, numbers that are some; else ValueError."""
    return json.loads(content.decode("utf-8"), object_pairs_hook=_once, parse_constant=_no_number)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        message = "a name stands there twice"
        raise ValueError(message)
    return found


def _no_number(name: str) -> NoReturn:
    message = f"{name} is no number"
    raise ValueError(message)


def _look_at_signature(
    found: Findings, token: str, header: Mapping[str, Any], keys: Keys, algorithms: Sequence[str]
) -> None:
    algorithm, kid = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or algorithm not in algorithms:
        offered = " or ".join(algorithms) or "none, for no key is there"
        found.broken("algorithm_refused", f"“alg” is {shown(algorithm)}; possible are: {offered}.")
        return
    found.kept("algorithm_refused", f"“alg” is {algorithm}, which a live key is for.")
    if kid is not None and len(kid) > _MAX_KID:
        found.broken("key_unknown", f"“kid” is longer than {_MAX_KID} characters.")
        return
    candidates = keys.find(kid, algorithm)
    if not candidates:
        found.broken("key_unknown", f"No live key of {algorithm} has the “kid” {shown(kid)}.")
        return
    found.kept(
        "key_unknown", "“kid” names a live key." if kid is not None else "There is no “kid”: every key is tried."
    )
    if any(_verifies(token, key) for key in candidates):
        found.kept("signature_wrong", "The signature is that of a live key.")
    else:
        found.broken(
            "signature_wrong", "The signature is not that of the key: another key signed it, or it was changed."
        )


def _verifies(token: str, key: Key) -> bool:
    try:
        _JWS.decode_complete(token, key.material, algorithms=[key.algorithm])
    except PyJWTError:
        return False
    return True


def _look_at_sides(found: Findings, claims: Mapping[str, Any], issuer: str, audience: str) -> None:
    said = claims.get("iss")
    if said is None:
        found.broken("issuer_missing", "The claim “iss” is missing.")
    elif not issuer or said != issuer:
        found.broken("issuer_wrong", f"“iss” is {shown(said)}; it must be exactly {shown(issuer)}.")
    else:
        found.kept("issuer_wrong", f"“iss” is {shown(said)}.")
    aimed = claims.get("aud")
    if aimed is None:
        found.broken("audience_missing", "The claim “aud” is missing.")
    elif aimed != audience and not (isinstance(aimed, list) and audience in aimed):
        found.broken("audience_wrong", f"“aud” is {shown(aimed)}; it must be {shown(audience)}, or a list with it.")
    else:
        found.kept("audience_wrong", "“aud” is this portal.")


def seconds(value: object) -> float | None:
    """Return a claim that is a moment, in seconds since 1970; None where it is no such number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return float(value) if 0 <= value < _MAX_NUMBER else None  # an int may be too large to become a float


def _look_at_times(found: Findings, claims: Mapping[str, Any], now: float, max_age: int | None) -> None:
    issued, ends = seconds(claims.get("iat")), seconds(claims.get("exp"))
    if issued is None:
        found.broken("issued_missing", "The claim “iat” is missing, or is no number of seconds since 1970.")
    elif issued > now + TOLERANCE:
        found.broken("issued_in_future", f"“iat” is {issued - now:.0f} seconds ahead; the limit is {TOLERANCE}.")
    elif max_age is not None and issued < now - max_age:
        found.broken("issued_too_long_ago", f"“iat” is {now - issued:.0f} seconds in the past; the limit is {max_age}.")
    else:
        found.kept("issued_in_future", "“iat” is now.")
    if ends is None:
        found.broken("expiry_missing", "The claim “exp” is missing, or is no number of seconds since 1970.")
    elif ends <= now:
        found.broken("expired", f"“exp” was {now - ends:.0f} seconds ago.")
    else:
        found.kept("expired", f"“exp” is {ends - now:.0f} seconds in the future.")
    if "nbf" in claims:
        begins = seconds(claims["nbf"])
        if begins is None or begins > now + TOLERANCE:
            found.broken("not_yet_valid", f"“nbf” is {shown(claims['nbf'])}, which is still ahead or no number.")
        else:
            found.kept("not_yet_valid", "“nbf” is past.")


class _Verifier(Algorithm):
    """An algorithm of PyJWT that only verifies, by pycryptodome."""

    def __init__(self, verify: Callable[[bytes, Any, bytes], None]) -> None:
        self._verify = verify

    def prepare_key(self, key: object) -> object:
        """Return the key, which :func:`public_keys` made."""
        return key

    def verify(self, msg: bytes, key: object, sig: bytes) -> bool:
        """Tell whether the signature is that of the key."""
        try:
            self._verify(msg, key, sig)
        except ValueError:
            return False
        return True

    def sign(self, msg: bytes, key: object) -> bytes:
        """Refuse: these keys are public."""
        raise NotImplementedError

    @staticmethod
    def to_jwk(*args: object, **kwargs: object) -> NoReturn:
        """Refuse: nothing asks for it."""
        raise NotImplementedError

    @staticmethod
    def from_jwk(jwk: object) -> NoReturn:
        """Refuse: :func:`public_keys` reads keys."""
        raise NotImplementedError


def _rs256(message: bytes, key: RSA.RsaKey, signature: bytes) -> None:
    pkcs1_15.new(key).verify(SHA256.new(message), signature)


def _es256(message: bytes, key: ECC.EccKey, signature: bytes) -> None:
    DSS.new(key, "fips-186-3").verify(SHA256.new(message), signature)


def _jws() -> PyJWS:
    made = PyJWS(algorithms=["HS256"])
    made.register_algorithm("RS256", _Verifier(_rs256))
    made.register_algorithm("ES256", _Verifier(_es256))
    return made


_JWS = _jws()
