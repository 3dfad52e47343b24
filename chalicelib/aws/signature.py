"""Signs requests as AWS wants it (Signature Version 4): calls, addresses for downloads, and forms for uploads.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

from __future__ import annotations

import functools
import hmac
import json
import time
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from typing import Any, NamedTuple
from urllib.parse import quote

_ALGORITHM = "AWS4-HMAC-SHA256"


class Keys(NamedTuple):
    """Credentials. ``token`` is empty for those that last."""

    id: str
    secret: str
    token: str = ""


Credentials = Callable[[], Keys]
"""Returns the keys to sign with now; those of a role change in time."""


class Signing(NamedTuple):
    """With what, for which region and when something for S3 is signed; ``at`` as :func:`moment` writes it."""

    keys: Keys
    region: str
    at: str


class Scope(NamedTuple):
    """What a signature is good for."""

    service: str
    region: str


def moment(seconds: float) -> str:
    """Return a time, in seconds since 1970, as signatures write it."""
    return _moment(int(seconds))


@functools.lru_cache(maxsize=1)
def _moment(seconds: int) -> str:
    return time.strftime("%Y%m%dT%H%M%SZ", time.gmtime(seconds))


@functools.lru_cache(maxsize=16)
def _signing(secret: str, day: str, scope: Scope) -> hmac.HMAC:
    """Return the beginning of every signature of a day, to be copied: OpenSSL takes long to begin one."""
    key = f"AWS4{secret}".encode()
    for part in (day, scope.region, scope.service, "aws4_request"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.new(key, digestmod="sha256")


def _signature(keys: Keys, scope: Scope, at: str, text: str) -> str:
    begun = _signing(keys.secret, at[:8], scope).copy()
    begun.update(text.encode())
    return begun.hexdigest()


def _place(scope: Scope, at: str) -> str:
    return f"{at[:8]}/{scope.region}/{scope.service}/aws4_request"


def _to_sign(scope: Scope, at: str, canonical: str) -> str:
    return f"{_ALGORITHM}\n{at}\n{_place(scope, at)}\n{sha256(canonical.encode()).hexdigest()}"


def sign_call(keys: Keys, scope: Scope, at: str, headers: dict[str, str], path: str, body: bytes) -> None:
    """Add date, token and signature to the headers of a POST; their names are in lower case and are all signed."""
    headers["x-amz-date"] = at
    if keys.token:
        headers["x-amz-security-token"] = keys.token
    names = sorted(headers)
    signed = ";".join(names)
    lines = "".join([f"{name}:{headers[name]}\n" for name in names])
    canonical = f"POST\n{path}\n\n{lines}\n{signed}\n{sha256(body).hexdigest()}"
    signature = _signature(keys, scope, at, _to_sign(scope, at, canonical))
    headers["authorization"] = (
        f"{_ALGORITHM} Credential={keys.id}/{_place(scope, at)}, SignedHeaders={signed}, Signature={signature}"
    )


def presigned_get(signing: Signing, origin: str, path: str, query: Mapping[str, str], seconds: int) -> str:
    """Return an address that S3 answers with an object for so many seconds. ``origin`` has no slash at its end."""
    keys, region, at = signing
    scope = Scope("s3", region)
    parts = {
        **query,
        "X-Amz-Algorithm": _ALGORITHM,
        "X-Amz-Credential": f"{keys.id}/{_place(scope, at)}",
        "X-Amz-Date": at,
        "X-Amz-Expires": str(seconds),
        "X-Amz-SignedHeaders": "host",
    }
    if keys.token:
        parts["X-Amz-Security-Token"] = keys.token
    asked = "&".join(f"{_quoted(name)}={_quoted(parts[name])}" for name in sorted(parts))
    path = quote(path, safe="/-_.~")
    host = origin.partition("://")[2]
    canonical = f"GET\n{path}\n{asked}\nhost:{host}\n\nhost\nUNSIGNED-PAYLOAD"
    return f"{origin}{path}?{asked}&X-Amz-Signature={_signature(keys, scope, at, _to_sign(scope, at, canonical))}"


def upload_form(
    signing: Signing, fields: Mapping[str, str], conditions: Sequence[Any], expires: float
) -> dict[str, str]:
    """Return the fields of a form with which a browser may upload one object to S3.

    ``fields`` are those that the browser must send as they are; ``conditions`` what else S3 shall see to. ``expires``
    in seconds since 1970.
    https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
    """
    keys, region, at = signing
    scope = Scope("s3", region)
    sent = {
        **fields,
        "x-amz-algorithm": _ALGORITHM,
        "x-amz-credential": f"{keys.id}/{_place(scope, at)}",
        "x-amz-date": at,
    }
    if keys.token:
        sent["x-amz-security-token"] = keys.token
    until = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(expires))
    policy = {"expiration": until, "conditions": [*({name: value} for name, value in sent.items()), *conditions]}
    sent["policy"] = b64encode(json.dumps(policy).encode()).decode()
    sent["x-amz-signature"] = _signature(keys, scope, at, sent["policy"])
    return sent


def _quoted(text: str) -> str:
    return quote(text, safe="-_.~")
