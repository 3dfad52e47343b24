"""The signing keys: one SSM SecureString of JSON, ``{"cookie": [...], "reply": [...]}``, each list newest first."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from chalicelib.aws.answers import NoAnswer
from chalicelib.records import dataclass
from chalicelib.refusals import Unavailable

if TYPE_CHECKING:
    from chalicelib.aws.answers import Service

MIN_KEY = 32


@dataclass(frozen=True, slots=True)
class Secrets:
    """Signing keys, the newest first: ``cookie`` for everything browsers bring back, ``reply`` for mail addresses."""

    cookie: tuple[bytes, ...]
    reply: tuple[bytes, ...]


def read(client: Service, name: str) -> Secrets:
    """Return the keys, or raise ValueError naming what is wrong with the parameter."""
    try:
        value = client.call("GetParameter", {"Name": name, "WithDecryption": True})["Parameter"]["Value"]
    except NoAnswer as error:
        raise Unavailable from error
    try:
        keys: dict[str, list[str]] = json.loads(value)
        short = [
            purpose for purpose in ("cookie", "reply") if not keys[purpose] or min(map(len, keys[purpose])) < MIN_KEY
        ]
    except (ValueError, KeyError, TypeError) as error:
        message = f'{name} must be JSON like {{"cookie": ["<key>"], "reply": ["<key>"]}}'
        raise ValueError(message) from error
    if short:
        message = f"{name}: every key of {' and '.join(short)} needs at least {MIN_KEY} characters"
        raise ValueError(message)
    cookie, reply = (tuple(key.encode() for key in keys[purpose]) for purpose in ("cookie", "reply"))
    return Secrets(cookie, reply)
