"""A small provider of our own: it plays by the rules, PKCE and client secret included, until a test makes it lie."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from Crypto.Hash import SHA256
from Crypto.PublicKey import ECC
from Crypto.Signature import DSS

from tests.people import Clock

CLIENT = "foyer-portal"
SECRET = "a-secret:with/odd+characters-0123456789"

Tamper = Callable[[dict[str, Any]], dict[str, Any]]


def text(raw: bytes) -> str:
    """Return base64url without padding."""
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def _same(given: dict[str, Any]) -> dict[str, Any]:
    return given


class Lying:
    """A provider on a port of this machine. ``told`` are the requests it had, ``codes`` those not yet used."""

    def __init__(self) -> None:
        """Listen."""
        self.key, self.other_key = ECC.generate(curve="P-256"), ECC.generate(curve="P-256")
        self.clock = Clock()
        self.reset()
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider.answer(self, b"")

            def do_POST(self) -> None:
                provider.answer(self, self.rfile.read(int(self.headers.get("Content-Length", 0))))

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
                del format, args

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.issuer = f"http://localhost:{self._server.server_address[1]}"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def reset(self) -> None:
        """Be honest again, and forget everything."""
        self.person: dict[str, Any] = {
            "sub": "account-1",
            "email": "dana@alder-finch.example",
            "email_verified": True,
            "name": "Dana Holt",
            "groups": ["support"],
        }
        self.document: Tamper = _same
        self.claims: Tamper = _same
        self.header: Tamper = _same
        self.token: Tamper = _same
        self.userinfo: dict[str, Any] | None = None
        self.signer: ECC.EccKey | None = None
        self.signature: bytes | None = None
        self.codes: dict[str, dict[str, str]] = {}
        self.told: list[tuple[str, str]] = []
        self.secrets: list[str] = []

    def stop(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._server.server_close()

    def authorize(self, url: str) -> dict[str, str]:
        """Sign somebody in at the address a browser was sent to; return the query it is sent back with."""
        assert url.startswith(f"{self.issuer}/authorize?"), url
        query = {name: values[-1] for name, values in parse_qs(urlsplit(url).query).items()}
        assert query["response_type"] == "code"
        assert query["client_id"] == CLIENT
        assert query["code_challenge_method"] == "S256"
        code = f"code-{len(self.codes) + 1}"
        self.codes[code] = query
        return {"code": code, "state": query["state"], "iss": self.issuer}

    def answer(self, request: BaseHTTPRequestHandler, body: bytes) -> None:
        """Answer one request of the portal."""
        path = urlsplit(request.path).path
        self.told.append((request.command, path))
        if path == "/.well-known/openid-configuration":
            self._send(request, self.document(self._document()))
        elif path == "/keys":
            self._send(request, {"keys": [self._jwk(self.key)]})
        elif path == "/token":
            self._send_token(request, body)
        elif path == "/userinfo" and request.headers.get("Authorization") == "Bearer access":
            self._send(request, self.userinfo or self.person)
        else:
            self._send(request, {"error": "not_found"}, 404)

    def _send_token(self, request: BaseHTTPRequestHandler, body: bytes) -> None:
        fields = {name: values[-1] for name, values in parse_qs(body.decode()).items()}
        asked = self.codes.pop(fields.get("code", ""), None)
        given = request.headers.get("Authorization", "").removeprefix("Basic ")
        client, _, secret = base64.b64decode(given).decode().partition(":")
        self.secrets.append(unquote(secret))
        fits = asked is not None and (
            (unquote(client), unquote(secret)) == (CLIENT, SECRET)
            and fields.get("redirect_uri") == asked["redirect_uri"]
            and text(hashlib.sha256(fields.get("code_verifier", "").encode()).digest()) == asked["code_challenge"]
        )
        if not fits or asked is None:
            self._send(request, {"error": "invalid_grant"}, 400)
            return
        id_token = self._signed(asked["nonce"])
        self._send(request, self.token({"id_token": id_token, "access_token": "access", "token_type": "Bearer"}))

    def _signed(self, nonce: str) -> str:
        now = int(self.clock.now.timestamp())
        sides = {"iss": self.issuer, "aud": CLIENT, "iat": now, "exp": now + 300, "nonce": nonce}
        claims = self.claims({**sides, **self.person})
        header = self.header({"alg": "ES256", "typ": "JWT", "kid": "one"})
        signed = f"{text(json.dumps(header).encode())}.{text(json.dumps(claims).encode())}"
        key = self.signer or self.key
        signature = DSS.new(key, "fips-186-3").sign(SHA256.new(signed.encode()))
        return f"{signed}.{text(signature if self.signature is None else self.signature)}"

    def _document(self) -> dict[str, Any]:
        return {
            "issuer": self.issuer,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "userinfo_endpoint": f"{self.issuer}/userinfo",
            "response_types_supported": ["code"],
            "code_challenge_methods_supported": ["S256"],
            "id_token_signing_alg_values_supported": ["ES256"],
            "authorization_response_iss_parameter_supported": True,
            "scopes_supported": ["openid", "email", "profile"],
        }

    @staticmethod
    def _jwk(key: ECC.EccKey) -> dict[str, str]:
        point = key.public_key().pointQ
        x, y = (int(one).to_bytes(32, "big") for one in (point.x, point.y))
        return {"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "one", "x": text(x), "y": text(y)}

    @staticmethod
    def _send(request: BaseHTTPRequestHandler, content: dict[str, Any], status: int = 200) -> None:
        body = json.dumps(content).encode()
        request.send_response(status)
        request.send_header("Content-Type", "application/json")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)
