"""Reading tokens as the deployed zip does: without the library that PyJWT would take, and with keys read sparingly."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from chalicelib.refusals import FetchRefused
from chalicelib.signin import jose
from tests.people import Clock
from tests.signin.site import ec_jwk, ec_key, rsa_jwk, rsa_key

ROOT = Path(__file__).resolve().parents[2]

WITHOUT = """
import sys
class Absent:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] == "cryptography":
            raise ModuleNotFoundError(name)
sys.meta_path.insert(0, Absent())
sys.path.insert(0, ".")
from datetime import UTC, datetime
from chalicelib.signin import jose
from tests.signin import site
now = datetime.now(UTC)
stamp = int(now.timestamp())
keys = jose.public_keys({"keys": [site.rsa_jwk("r", site.rsa_key()), site.ec_jwk("e", site.ec_key())]})
keys.append(jose.Key("h", "HS256", b"s" * 32))
import json
claims = json.dumps({"iss": "i", "aud": "a", "iat": stamp, "exp": stamp + 60}).encode()
signers = {"RS256": site.by_rsa(site.rsa_key()), "ES256": site.by_ec(site.ec_key()), "HS256": site.by_secret(b"s" * 32)}
for algorithm, sign in signers.items():
    token = site.signed({"alg": algorithm}, claims, sign)
    jose.decode(token, jose.Ring(keys), jose.Expected([algorithm], "i", "a"), now)
assert not any(name.split(".")[0] == "cryptography" for name in sys.modules)
print("all three")
"""


class Published:
    """A key set somewhere, which counts how often it is read."""

    def __init__(self, *keys: dict[str, Any]) -> None:
        self.document: dict[str, Any] = {"keys": list(keys)}
        self.reads = 0

    def get_json(self, url: str) -> dict[str, Any]:
        """Return the document."""
        del url
        self.reads += 1
        return self.document


def test_every_algorithm_works_without_cryptography() -> None:
    """The zip has no such library; what is verified here is verified there."""
    run = subprocess.run([sys.executable, "-c", WITHOUT], cwd=ROOT, capture_output=True, text=True, check=False)
    assert run.stdout.strip() == "all three", run.stderr


def test_a_key_set_is_kept_for_ten_minutes(clock: Clock) -> None:
    """Known keys are not asked for again, and are forgotten after that time."""
    published = Published(rsa_jwk("r", rsa_key()))
    keys = jose.KeySet(published, "https://x.example", clock)
    for _ in range(5):
        assert len(keys.find("r", "RS256")) == 1
    assert published.reads == 1
    published.document = {"keys": [ec_jwk("e", ec_key())]}
    clock.ahead(minutes=9)
    assert len(keys.find("r", "RS256")) == 1
    clock.ahead(minutes=2)
    assert keys.find("r", "RS256") == []
    assert published.reads == 2


def test_an_unknown_key_is_looked_for_at_most_once_a_minute(clock: Clock) -> None:
    """A newly published key is found at once, and made-up names cost the provider next to nothing."""
    published = Published()
    keys = jose.KeySet(published, "https://x.example", clock)
    for number in range(20):
        assert keys.find(f"made-up-{number}", "RS256") == []
    assert published.reads == 1
    published.document = {"keys": [rsa_jwk("new", rsa_key())]}
    clock.ahead(seconds=61)
    assert len(keys.find("new", "RS256")) == 1


def test_a_shared_secret_is_never_looked_for_in_a_key_set(clock: Clock) -> None:
    """HS256 does not even cause a read."""
    published = Published({"kty": "oct", "kid": "o", "k": "c2VjcmV0"})
    assert jose.KeySet(published, "https://x.example", clock).find("o", "HS256") == ()
    assert published.reads == 0


@pytest.mark.parametrize("document", [{}, {"keys": None}, {"keys": "x"}, {"keys": {}}])
def test_what_is_no_key_set_is_refused(document: dict[str, Any]) -> None:
    """An address that answers something else is no address of keys."""
    with pytest.raises(FetchRefused):
        jose.public_keys(document)


@pytest.mark.parametrize(
    "key",
    [
        {"kty": "RSA", "kid": "r"},
        {"kty": "RSA", "kid": 7, "n": "AQAB", "e": "AQAB"},
        {"kty": "RSA", "kid": "r", "n": 5, "e": "AQAB"},
        {"kty": "RSA", "kid": "r", "n": "!!!", "e": "AQAB"},
        {"kty": "RSA", "kid": "r", "n": "A" * 100_000, "e": "AQAB"},
        {"kty": "EC", "crv": "P-256", "kid": "e", "x": "AQ", "y": "AQ"},
        {"kty": "EC", "crv": "P-521", "kid": "e", "x": "AQ", "y": "AQ"},
        {"kty": "OKP", "crv": "Ed25519", "kid": "o", "x": "AQ"},
        {"kty": "oct", "kid": "o", "k": "AQAB"},
        "text",
        None,
    ],
)
def test_a_key_that_cannot_verify_is_left_out(key: object) -> None:
    """One bad key does not spoil the good ones beside it."""
    found = jose.public_keys({"keys": [key, rsa_jwk("good", rsa_key())]})
    assert [one.id for one in found] == ["good"]


OTHERS: tuple[dict[str, Any], ...] = (
    {"use": "enc"},
    {"use": "enc", "alg": "RSA-OAEP"},
    {"alg": "RS512"},
    {"alg": "PS256"},
    {"key_ops": ["encrypt"]},
    {"key_ops": "verify"},
    {"kty": "oct", "k": "AQAB"},
    {"kty": "OKP", "crv": "Ed25519", "x": "AQ"},
    {"kty": "EC", "crv": "P-384", "x": "AQ", "y": "AQ"},
    {"kty": "EC", "crv": "secp256k1", "x": "AQ", "y": "AQ"},
    {"kty": "AKP", "alg": "ML-DSA-44", "pub": "AQ"},
    {"kid": 7},
)
"""What makes a key one with another use than ours."""


@pytest.mark.parametrize("other", OTHERS, ids=str)
def test_keys_with_another_use_take_no_place_of_those_that_verify(other: dict[str, Any]) -> None:
    """However many a provider has: what verifies is found behind them."""
    many = [{**rsa_jwk(f"other-{number}", rsa_key()), **other} for number in range(60)]
    found = jose.public_keys({"keys": [*many, None, "text", rsa_jwk("r", rsa_key()), ec_jwk("e", ec_key())]})
    assert [(one.id, one.algorithm) for one in found] == [("r", "RS256"), ("e", "ES256")]


def test_only_so_many_keys_are_made_whatever_is_published() -> None:
    """Making one costs, a broken one too: the first twenty that are meant for us count."""
    broken = [{"kty": "RSA", "kid": f"b-{number}", "n": "AQAB", "e": "AQAB"} for number in range(12)]
    good = [rsa_jwk(f"g-{number}", rsa_key()) for number in range(30)]
    found = jose.public_keys({"keys": [*broken, *good]})
    assert [one.id for one in found] == [f"g-{number}" for number in range(8)]
