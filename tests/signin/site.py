"""The organization's own site as tests play it: it signs tokens, right and wrong ones, and publishes its keys."""

from __future__ import annotations

import base64
import functools
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from Crypto.Hash import HMAC, SHA256
from Crypto.PublicKey import ECC, RSA
from Crypto.Signature import DSS, pkcs1_15

from chalicelib.audit.model import OPERATOR
from chalicelib.ids import new_secret
from chalicelib.signin.setup import SignOnSettings
from chalicelib.wiring import House
from tests.people import Clock

ISSUER = "https://www.alder-finch.example"
LOGIN_URL = "https://www.alder-finch.example/support-login"
GONE = "—"
"""A claim or header that is to be left out."""


def part(content: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def number(value: int, size: int = 0) -> str:
    """Return a number as JWKS has it."""
    return part(value.to_bytes(size or (value.bit_length() + 7) // 8))


@functools.cache
def rsa_key(name: str = "first", bits: int = 2048) -> RSA.RsaKey:
    """Return an RSA key, the same for a name; making one takes a second."""
    del name
    return RSA.generate(bits)


@functools.cache
def ec_key(name: str = "first") -> ECC.EccKey:
    """Return a key on P-256, the same for a name."""
    del name
    return ECC.generate(curve="P-256")


def rsa_jwk(kid: str, key: RSA.RsaKey, **more: Any) -> dict[str, Any]:
    """Return the public half of an RSA key as JWKS has it."""
    return {"kty": "RSA", "kid": kid, "use": "sig", "n": number(key.n), "e": number(key.e), **more}


def ec_jwk(kid: str, key: ECC.EccKey, **more: Any) -> dict[str, Any]:
    """Return the public half of an EC key as JWKS has it."""
    point = key.pointQ
    return {
        "kty": "EC",
        "crv": "P-256",
        "kid": kid,
        "x": number(int(point.x), 32),
        "y": number(int(point.y), 32),
    } | more


def signed(header: Mapping[str, Any], content: bytes, sign: Callable[[bytes], bytes]) -> str:
    """Return a token of any header and content."""
    text = f"{part(json.dumps(dict(header)).encode())}.{part(content)}"
    return f"{text}.{part(sign(text.encode()))}"


def by_secret(secret: str | bytes) -> Callable[[bytes], bytes]:
    """Return what signs by HS256."""
    key = secret.encode() if isinstance(secret, str) else secret
    return lambda text: HMAC.new(key, text, SHA256).digest()


def by_rsa(key: RSA.RsaKey) -> Callable[[bytes], bytes]:
    """Return what signs by RS256."""
    return lambda text: pkcs1_15.new(key).sign(SHA256.new(text))


def by_ec(key: ECC.EccKey) -> Callable[[bytes], bytes]:
    """Return what signs by ES256."""
    return lambda text: DSS.new(key, "fips-186-3").sign(SHA256.new(text))


@dataclass
class Site:
    """A site whose secret the portal knows, and whose keys lie at ``jwks_url`` where there is one."""

    house: House
    clock: Clock
    key_id: str
    secret: str
    published: dict[str, Any]
    jwks_url: str = ""

    def claims(self, **changes: Any) -> dict[str, Any]:
        """Return the claims of a token that is good now; GONE leaves one out."""
        now = int(self.clock.now.timestamp())
        claims = {
            "iss": ISSUER,
            "aud": self.house.settings.public_url,
            "iat": now,
            "exp": now + 120,
            "jti": new_secret(),
            "external_id": "AF-10041",
            "name": "Ada Lindqvist",
            **changes,
        }
        return {name: value for name, value in claims.items() if value != GONE}

    def token(self, header: Mapping[str, Any] | None = None, **changes: Any) -> str:
        """Return a token by HS256."""
        head = {"alg": "HS256", "typ": "JWT", "kid": self.key_id, **(header or {})}
        return self.signed({n: v for n, v in head.items() if v != GONE}, by_secret(self.secret), **changes)

    def signed(self, header: Mapping[str, Any], sign: Callable[[bytes], bytes], **changes: Any) -> str:
        """Return a token of another header and signature."""
        return signed(header, json.dumps(self.claims(**changes)).encode(), sign)

    def moment(self, seconds: float) -> float:
        """Return a moment so many seconds from now."""
        return int(self.clock.now.timestamp()) + seconds


@contextmanager
def publishing(document: dict[str, Any]) -> Iterator[str]:
    """Serve a JSON document, as it is at each moment, and give its address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = json.dumps(document).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/keys.json"
    finally:
        server.shutdown()
        server.server_close()


@contextmanager
def opened(house: House, clock: Clock, *, on: bool = True, **settings: Any) -> Iterator[Site]:
    """Set custom sign-on up with a shared secret and published keys, and give the site."""
    published = {"keys": [rsa_jwk("rsa-1", rsa_key()), ec_jwk("ec-1", ec_key())]}
    with publishing(published) as url:
        wanted = {"login_url": LOGIN_URL, "issuer": ISSUER, "jwks_url": url, **settings}
        house.signin.sign_on.save(OPERATOR, SignOnSettings(**wanted))
        key_id, secret = house.signin.sign_on.add_secret(OPERATOR)
        if on:
            house.portal.settings.change(sign_on=True)
        yield Site(house, clock, key_id, secret, published, url)
