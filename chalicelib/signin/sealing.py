"""Seals secrets that must be read again: AES-256-GCM under keys made from the deployment's signing keys."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence

from Crypto.Cipher import AES

_NONCE = 12
_TAG = 16


class Box:
    """Seals with the newest key and opens with all of them, so you rotate a key by putting a new one in front."""

    def __init__(self, keys: Sequence[bytes], purpose: str) -> None:
        """Take the signing keys, the newest first. What is sealed for one purpose cannot be opened for another."""
        self._keys = [hmac.digest(key, f"seal:{purpose}".encode(), hashlib.sha256) for key in keys]

    def seal(self, content: bytes) -> str:
        """Return ``content`` as a text that reveals nothing about it except its length."""
        nonce = secrets.token_bytes(_NONCE)
        sealed, tag = AES.new(self._keys[0], AES.MODE_GCM, nonce=nonce, mac_len=_TAG).encrypt_and_digest(content)
        return base64.b64encode(nonce + tag + sealed).decode()

    def opened(self, text: str) -> tuple[bytes, bool] | None:
        """Return what was sealed, and whether the newest key sealed it; None if no key opens it."""
        raw = base64.b64decode(text)
        nonce, tag, sealed = raw[:_NONCE], raw[_NONCE : _NONCE + _TAG], raw[_NONCE + _TAG :]
        for place, key in enumerate(self._keys):
            try:
                return AES.new(key, AES.MODE_GCM, nonce=nonce, mac_len=_TAG).decrypt_and_verify(sealed, tag), place == 0
            except ValueError:
                continue
        return None
