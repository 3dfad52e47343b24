"""The login that the staff of Alder & Finch have at work: an OpenID provider, as far as a demo needs one.

It lies under /_local/openid of the same server, as 127.0.0.1 while the portal is opened as localhost.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import secrets
import time
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from Crypto.Hash import SHA256
from Crypto.PublicKey import ECC
from Crypto.Signature import DSS

from chalicelib.audit.model import OPERATOR
from chalicelib.openid.model import Provider
from chalicelib.openid.service import CALLBACK
from chalicelib.staff.model import ROLES
from local import cast
from local.gateway import Response

if TYPE_CHECKING:
    from chalicelib.wiring import House

PATH = "/_local/openid"
CLIENT = "alder-finch-portal"
SECRET = "a-secret-of-the-demo-that-protects-nothing"
_KEY_ID = "demo"
_STYLE = """
:root { color-scheme: light dark }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 30rem; margin: 4rem auto; padding: 0 1.2rem }
h1 { font-size: 1.5rem } ul { list-style: none; padding: 0 } li { margin: .5rem 0 }
a { display: block; padding: .7rem 1rem; border: 1px solid #8886; border-radius: 8px; color: inherit }
a { text-decoration: none } a:hover { border-color: #3f8a66 } small { opacity: .8 }
"""


def prepare(house: House, port: int) -> None:
    """Set this provider up, where nobody has set up another one; it stays off until turned on."""
    before = house.openid.accounts.get(consistent=True)
    issuer = f"http://127.0.0.1:{port}{PATH}"
    if before.issuer == issuer or (before.version and PATH not in before.issuer):
        return
    wanted = Provider(
        name="Alder ID",
        client_id=CLIENT,
        domains=(cast.LEAD.email.rpartition("@")[2],),
        rules=tuple((f"{role}s", role) for role in ROLES),
    )
    wanted = replace(before if before.version else wanted, issuer=issuer, verified_by="")
    house.openid.save(wanted, SECRET, OPERATOR)


class StaffProvider:
    """Answers under /_local/openid for the portal at an address."""

    def __init__(self, portal_url: str, port: int) -> None:
        """Take where the portal is; nobody is sent anywhere else."""
        self._issuer, self._back = f"http://127.0.0.1:{port}{PATH}", portal_url + CALLBACK
        self._key = ECC.generate(curve="P-256")
        self._codes: dict[str, tuple[dict[str, str], cast.StaffMember]] = {}

    def answer(self, target: str, body: bytes, authorization: str) -> Response:
        """Return what OpenID Connect has at an address; ``authorization`` is the header of that name."""
        parts = urlsplit(target)
        query = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        match parts.path.removeprefix(PATH):
            case "/.well-known/openid-configuration":
                return _json(self._document())
            case "/keys":
                return _json({"keys": [self._jwk()]})
            case "/authorize":
                return self._authorize(query)
            case "/token":
                fields = {name: values[-1] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
                return self._token(fields, authorization)
        return _json({"error": "not_found"}, 404)

    def _authorize(self, query: dict[str, str]) -> Response:
        if query.get("redirect_uri") != self._back or query.get("client_id") != CLIENT:
            return _page("This application is not known here", "")
        member = next((one for one in cast.STAFF if one.email == query.get("as")), None)
        if member is None:
            links = "".join(
                f'<li><a href="?{html.escape(urlencode({**query, "as": one.email}))}">{html.escape(one.name)}'
                f" <small>{html.escape(one.role.replace('_', ' '))}</small></a></li>"
                for one in cast.STAFF
            )
            return _page(
                "Sign in with Alder ID", f"<p>Who are you? There are no passwords in this demo.</p><ul>{links}</ul>"
            )
        code = secrets.token_urlsafe(16)
        self._codes[code] = (query, member)
        back = urlencode({"code": code, "state": query.get("state", ""), "iss": self._issuer})
        return Response(303, [("Location", f"{self._back}?{back}"), ("Content-Length", "0")], b"")

    def _token(self, fields: dict[str, str], authorization: str) -> Response:
        query, member = self._codes.pop(fields.get("code", ""), ({}, cast.AGENT))
        challenge = _text(hashlib.sha256(fields.get("code_verifier", "").encode()).digest())
        if not query or not _is_client(authorization) or challenge != query.get("code_challenge"):
            return _json({"error": "invalid_grant"}, 400)
        now = int(time.time())
        claims = {
            "iss": self._issuer,
            "aud": CLIENT,
            "sub": member.email,
            "iat": now,
            "exp": now + 300,
            "nonce": query.get("nonce", ""),
            "email": member.email,
            "email_verified": True,
            "name": member.name,
            "groups": [f"{member.role}s"],
        }
        header = {"alg": "ES256", "typ": "JWT", "kid": _KEY_ID}
        signed = f"{_text(json.dumps(header).encode())}.{_text(json.dumps(claims).encode())}"
        signature = DSS.new(self._key, "fips-186-3").sign(SHA256.new(signed.encode()))
        return _json({"id_token": f"{signed}.{_text(signature)}", "access_token": "none", "token_type": "Bearer"})

    def _document(self) -> dict[str, object]:
        return {
            "issuer": self._issuer,
            "authorization_endpoint": f"{self._issuer}/authorize",
            "token_endpoint": f"{self._issuer}/token",
            "jwks_uri": f"{self._issuer}/keys",
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "authorization_response_iss_parameter_supported": True,
        }

    def _jwk(self) -> dict[str, str]:
        point = self._key.public_key().pointQ
        x, y = (_text(int(one).to_bytes(32, "big")) for one in (point.x, point.y))
        return {"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": _KEY_ID, "x": x, "y": y}


def _is_client(authorization: str) -> bool:
    try:
        given = base64.b64decode(authorization.removeprefix("Basic ")).decode()
    except ValueError:
        return False
    return [unquote(part) for part in given.split(":")] == [CLIENT, SECRET]


def _text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _json(content: dict[str, object], status: int = 200) -> Response:
    body = json.dumps(content).encode()
    return Response(status, [("Content-Type", "application/json"), ("Content-Length", str(len(body)))], body)


def _page(title: str, content: str) -> Response:
    body = (
        '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><style>{_STYLE}</style><h1>{title}</h1>{content}"
        "<p><small>The login of Alder &amp; Finch’s staff, played by the demo.</small></p></html>"
    ).encode()
    headers = [("Content-Type", "text/html; charset=utf-8"), ("Cache-Control", "no-store")]
    return Response(200, [*headers, ("Content-Length", str(len(body)))], body)
