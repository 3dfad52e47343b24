"""Signatures: short texts that come back to us unchanged or not at all (cursors, form tokens, reply addresses, codes).

Keys come in order of age: the first signs, all of them verify, so a key is rotated by putting a new one in front.
"""

from __future__ import annotations

import base64
import hmac
from collections.abc import Sequence


class Signer:
    """HMAC-SHA-256 under one or more keys; every signature is bound to a purpose."""

    def __init__(self, keys: Sequence[bytes]) -> None:
        """Take at least one key, the newest first."""
        if not keys:
            message = "a signer needs at least one key"
            raise ValueError(message)
        self._begun = tuple(hmac.new(key, digestmod="sha256") for key in keys)

    def digest(self, purpose: str, text: str) -> bytes:
        """Return the 32 bytes under the newest key."""
        return _digest(self._begun[0], purpose, text)

    def sign(self, purpose: str, text: str) -> str:
        """Return a URL-safe signature of 32 characters (192 bits)."""
        return base64.urlsafe_b64encode(self.digest(purpose, text)[:24]).decode()

    def verifies(self, purpose: str, text: str, signature: str) -> bool:
        """Tell whether ``signature`` was made by one of the keys; takes the same time either way."""
        given = signature.encode("utf-8", "replace")
        good = False
        for key in self._begun:
            wanted = base64.urlsafe_b64encode(_digest(key, purpose, text)[:24])
            good |= hmac.compare_digest(wanted, given)
        return good

    def seal(self, purpose: str, text: str) -> str:
        """Return ``text`` with its signature as one URL-safe token."""
        return f"{_opaque(text)}.{self.sign(purpose, text)}"

    def unseal(self, purpose: str, token: str) -> str | None:
        """Return the text that :meth:`seal` took, or None for anything else."""
        body, dot, signature = token.partition(".")
        if not dot or not token.isascii():
            return None
        try:
            text = base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)).decode()
        except ValueError:
            return None
        return text if body == _opaque(text) and self.verifies(purpose, text, signature) else None

    def code(self, purpose: str, text: str, digits: int) -> str:
        """Return so many decimal digits derived from ``text`` under the newest key."""
        return _decimal(self.digest(purpose, text), digits)

    def codes(self, purpose: str, text: str, digits: int) -> list[str]:
        """Return the digits under every key, so that a rotation does not kill codes under way."""
        return [_decimal(_digest(key, purpose, text), digits) for key in self._begun]

    @staticmethod
    def equal(one: str, other: str) -> bool:
        """Compare two texts in a time that does not tell where they differ."""
        return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))


def _decimal(digest: bytes, digits: int) -> str:
    return f"{int.from_bytes(digest[:8]) % 10**digits:0{digits}d}"


def _opaque(text: str) -> str:
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _digest(begun: hmac.HMAC, purpose: str, text: str) -> bytes:
    # With its length in front no purpose can run over into the text, whatever stands in either.
    bound, said = purpose.encode("utf-8", "surrogatepass"), text.encode("utf-8", "surrogatepass")
    made = begun.copy()  # OpenSSL takes long to begin one
    made.update(b"%d:%b%b" % (len(bound), bound, said))
    return made.digest()
