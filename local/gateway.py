"""API Gateway on one machine: HTTP requests become REST proxy events (payload version 1), answers become HTTP again.

What API Gateway would refuse, mangle or add on the way, this does too, so that what works here works deployed.
"""

from __future__ import annotations

import base64
import gzip
import json
import logging
import re
import threading
import time
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any, NamedTuple
from urllib.parse import parse_qsl

from local.lambda_events import ACCOUNT, Context

LOG = logging.getLogger("local.gateway")

MAX_REQUEST = 10 * 1024 * 1024
"""Bytes of a body API Gateway takes."""
MAX_HEADERS = 10_240
"""Bytes of request line and headers together."""
MAX_PAYLOAD = 6 * 1024 * 1024
"""Bytes of JSON Lambda takes and gives in one synchronous invocation."""
TIMEOUT = 29.0
"""Seconds API Gateway waits for an answer."""

Headers = Mapping[str, str] | Iterable[tuple[str, str]]
Handler = Callable[[dict[str, Any], Context], Any]

_NO_BODY = frozenset({HTTPStatus.NO_CONTENT, HTTPStatus.NOT_MODIFIED})
_HOP_BY_HOP = frozenset({"connection", "content-length", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade"})
_REMAPPED = frozenset(
    {"connection", "content-length", "content-md5", "date", "host", "server", "user-agent", "www-authenticate"}
)
_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


@dataclass(frozen=True, slots=True)
class Response:
    """What the browser gets; header names keep their case and may repeat."""

    status: int
    headers: list[tuple[str, str]] = field(default_factory=list)
    body: bytes = b""

    def header(self, name: str) -> str | None:
        """Return the last value of a header, or None."""
        values = self.all(name)
        return values[-1] if values else None

    def all(self, name: str) -> list[str]:
        """Return every value of a header, in order."""
        return [value for key, value in self.headers if key.lower() == name.lower()]

    @property
    def text(self) -> str:
        """The body as UTF-8 text, unpacked where it was compressed."""
        packed = self.header("Content-Encoding") == "gzip"
        return (gzip.decompress(self.body) if packed else self.body).decode()

    def json(self) -> Any:
        """Return the body read as JSON."""
        return json.loads(self.text)


class MalformedError(ValueError):
    """An answer API Gateway cannot turn into HTTP; browsers see 502."""


class _Request(NamedTuple):
    method: str
    path: str
    """Without query, as sent: without the stage of an execute-api host, with the base path of a custom domain."""
    full: str
    """The same with the stage."""
    query: str
    headers: list[tuple[str, str]]
    body: bytes
    source_ip: str
    id: str


class _Route(NamedTuple):
    order: tuple[int, ...]
    pattern: re.Pattern[str]
    resource: str
    methods: frozenset[str]


class Gateway:
    """One REST API in front of one function; one request at a time, as in one Lambda environment."""

    def __init__(
        self,
        app: Any,
        *,
        handler: Handler | None = None,
        domain: str = "localhost",
        stage: str = "api",
        prefix: bool = False,
        mappings: Sequence[str] = (),
        scheme: str = "http",
        function_name: str = "foyer-local",
        compress_from: int | None = None,
        absent: tuple[int, str] | None = None,
    ) -> None:
        """Take the Chalice app (its routes and binary types), and what answers events: the app itself by default.

        ``domain`` is the host the API is configured for. With ``prefix`` the addresses begin with the stage, as on an
        execute-api host; without, they stand at the root of a custom domain. ``mappings`` are the base paths of a
        custom domain that lead to this API, such as ``/help``; ``""`` is the root. They name the stage, or with
        ``prefix`` it follows. ``compress_from`` is the API's minimum compression size in bytes, ``absent`` the status
        and page that a deployment set for unknown addresses.
        """
        self._handler: Handler = handler or app
        self._domain = domain
        self._stage = stage
        self._stage_path = f"/{stage}" if prefix else ""
        self._mapped = bool(mappings)
        self._mappings = sorted(mappings or ("",), key=len, reverse=True)
        self._scheme = scheme
        self._function_name = function_name
        self._compress_from = compress_from
        self._absent = absent
        self._binary = frozenset(kind.lower() for kind in app.api.binary_types)
        self._routes = sorted(
            (_route(path, methods) for path, methods in app.routes.items()), key=lambda one: one.order
        )
        self._lock = threading.Lock()

    def call(
        self,
        method: str,
        path: str,
        headers: Headers = (),
        body: bytes | str = b"",
        source_ip: str = "127.0.0.1",
    ) -> Response:
        """Answer one request. ``path`` is the request target as sent: still percent-encoded, with its query."""
        pairs = list(headers.items()) if isinstance(headers, Mapping) else list(headers)
        raw = body.encode() if isinstance(body, str) else body
        request_id = str(uuid.uuid4())
        if len(raw) > MAX_REQUEST:
            return _refusal(413, "Request Too Long", "RequestTooLargeException", request_id)
        if len(method) + len(path) + sum(len(name) + len(value) + 4 for name, value in pairs) > MAX_HEADERS:
            return _refusal(431, "Request Header Fields Too Large", "RequestTooLargeException", request_id)
        target, _, query = path.partition("#")[0].partition("?")
        base = next((one for one in self._mappings if f"{target}/".startswith(f"{one}/")), None)
        inner = None if base is None else self._strip(target.removeprefix(base))
        found = None if inner is None else self._match(method, inner)
        if inner is None or found is None:
            return self._nothing(request_id, mapped=base is not None)
        path, full = (target or "/", target or "/") if self._mapped else (inner, self._stage_path + inner)
        request = _Request(method, path, full, query, pairs, raw, source_ip, request_id)
        payload = json.dumps(self._event(request, *found))
        if len(payload) > MAX_PAYLOAD:
            return _refusal(413, "Request Too Long", "RequestTooLargeException", request_id)
        try:
            response = self._response(self._invoke(payload), pairs)
        except Exception:  # whatever goes wrong behind it, API Gateway says 502
            LOG.exception("%s %s failed", method, target)
            return _refusal(502, "Internal server error", "InternalServerErrorException", request_id)
        return self._finish(request, response)

    def _nothing(self, request_id: str, *, mapped: bool) -> Response:
        if not mapped:  # no API is asked, so none answers with a page of its own
            return _refusal(403, "Forbidden", "ForbiddenException", request_id)
        if self._absent is not None:
            return _page_of(*self._absent, request_id)
        return _refusal(403, "Missing Authentication Token", "MissingAuthenticationTokenException", request_id)

    def _invoke(self, payload: str) -> Any:
        """Run the function once; event and answer both go through JSON, as they do on their way to Lambda."""
        with self._lock:
            answer = json.dumps(self._handler(json.loads(payload), Context(self._function_name, TIMEOUT)))
        if len(answer) > MAX_PAYLOAD:
            raise MalformedError("the answer is larger than 6 MB")
        return json.loads(answer)

    def _strip(self, path: str) -> str | None:
        """Return a path without the stage's, None where it does not begin with it."""
        return path.removeprefix(self._stage_path) or "/" if f"{path}/".startswith(f"{self._stage_path}/") else None

    def _match(self, method: str, path: str) -> tuple[str, dict[str, str] | None] | None:
        bare = path[:-1] if len(path) > 1 and path.endswith("/") else path
        for route in self._routes:
            match = route.pattern.fullmatch(bare)
            if match and method in route.methods:
                return route.resource, match.groupdict() or None
        return None

    def _event(self, request: _Request, resource: str, parameters: dict[str, str] | None) -> dict[str, Any]:
        sent = self._request_headers(request.headers, request.source_ip)
        many = _gathered(sent)
        values: dict[str, list[str]] = {}
        for name, value in parse_qsl(request.query, keep_blank_values=True):
            values.setdefault(name, []).append(value)
        content_type = next((value for name, value in reversed(sent) if name.lower() == "content-type"), "")
        binary = bool(request.body) and self._is_binary(content_type)
        agent = next((value for name, value in reversed(sent) if name.lower() == "user-agent"), None)
        now = datetime.now(UTC)
        return {
            "resource": resource,
            "path": request.path,
            "httpMethod": request.method,
            "headers": {name: listed[-1] for name, listed in many.items()},
            "multiValueHeaders": many,
            "queryStringParameters": {name: listed[-1] for name, listed in values.items()} or None,
            "multiValueQueryStringParameters": values or None,
            "pathParameters": parameters,
            "stageVariables": None,
            "requestContext": {
                "resourceId": "local",
                "resourcePath": resource,
                "httpMethod": request.method,
                "extendedRequestId": request.id.replace("-", "")[:16] + "=",
                "requestTime": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
                "path": request.full,
                "accountId": ACCOUNT,
                "protocol": "HTTP/1.1",
                "stage": self._stage,
                "domainPrefix": self._domain.partition(".")[0],
                "requestTimeEpoch": int(time.time() * 1000),
                "requestId": request.id,
                "identity": {
                    "cognitoIdentityPoolId": None,
                    "accountId": None,
                    "cognitoIdentityId": None,
                    "caller": None,
                    "sourceIp": request.source_ip,
                    "principalOrgId": None,
                    "accessKey": None,
                    "cognitoAuthenticationType": None,
                    "cognitoAuthenticationProvider": None,
                    "userArn": None,
                    "userAgent": agent,
                    "user": None,
                },
                "domainName": self._domain,
                "deploymentId": "local",
                "apiId": "local",
            },
            "body": _body_text(request.body, binary=binary),
            "isBase64Encoded": binary,
        }

    def _request_headers(self, headers: list[tuple[str, str]], source_ip: str) -> list[tuple[str, str]]:
        forwarded = [value for name, value in headers if name.lower() == "x-forwarded-for"]
        own = {"x-forwarded-for", "x-forwarded-port", "x-forwarded-proto", "x-amzn-trace-id"}
        sent = [(name, value) for name, value in headers if name.lower() not in own | _HOP_BY_HOP]
        if not any(name.lower() == "host" for name, _ in sent):
            sent.append(("Host", self._domain))
        port = "443" if self._scheme == "https" else self._domain.partition(":")[2] or "80"
        return [
            *sent,
            ("X-Amzn-Trace-Id", f"Root=1-{int(time.time()):08x}-{uuid.uuid4().hex[:24]}"),
            ("X-Forwarded-For", ", ".join([*forwarded, source_ip])),
            ("X-Forwarded-Port", port),
            ("X-Forwarded-Proto", self._scheme),
        ]

    def _is_binary(self, content_type: str) -> bool:
        return "*/*" in self._binary or content_type.partition(";")[0].strip().lower() in self._binary

    def _response(self, answer: Any, request_headers: list[tuple[str, str]]) -> Response:
        if not isinstance(answer, dict):
            raise MalformedError("the function did not return an object")
        status = answer.get("statusCode")
        if isinstance(status, bool) or not str(status).isdigit() or int(str(status)) not in range(100, 600):
            raise MalformedError(f"statusCode is {status!r}")
        body = answer.get("body")
        if body is None:
            body = ""
        if not isinstance(body, str):
            raise MalformedError(f"body is a {type(body).__name__}, not a string")
        data = body.encode()
        if answer.get("isBase64Encoded") is True and self._wants_binary(request_headers):
            data = base64.b64decode(body, validate=True)
        return Response(int(str(status)), _answer_headers(answer), data)

    def _wants_binary(self, request_headers: list[tuple[str, str]]) -> bool:
        """Tell whether the text is decoded: API Gateway looks at the first type of Accept and nothing else."""
        accepted = next((value for name, value in request_headers if name.lower() == "accept"), "")
        return self._is_binary(accepted.partition(",")[0])

    def _finish(self, request: _Request, response: Response) -> Response:
        headers = list(response.headers)
        data = b"" if response.status in _NO_BODY else response.body
        accepts = ",".join(value for name, value in request.headers if name.lower() == "accept-encoding")
        if (
            self._compress_from is not None
            and len(data) >= self._compress_from
            and re.search(r"\bgzip\b", accepts)
            and response.header("Content-Encoding") is None
        ):
            data = gzip.compress(data, mtime=0)
            headers.append(("Content-Encoding", "gzip"))
        headers.append(("x-amzn-RequestId", request.id))
        if response.status not in _NO_BODY:
            headers.append(("Content-Length", str(len(data))))
        return Response(response.status, headers, b"" if request.method == "HEAD" else data)


def _route(resource: str, methods: Mapping[str, Any]) -> _Route:
    """Return a route; those with fixed segments come before those with parameters."""
    segments = resource.split("/")
    order, pattern = [], []
    for segment in segments:
        if segment.startswith("{") and segment.endswith("+}"):
            order.append(2)
            pattern.append(f"(?P<{segment[1:-2]}>.+)")
        elif segment.startswith("{"):
            order.append(1)
            pattern.append(f"(?P<{segment[1:-1]}>[^/]+)")
        else:
            order.append(0)
            pattern.append(re.escape(segment))
    return _Route(tuple(order), re.compile("/".join(pattern)), resource, frozenset(methods))


def _gathered(pairs: list[tuple[str, str]]) -> dict[str, list[str]]:
    """Return every value by name; a name that came in two spellings keeps the first."""
    spelling: dict[str, str] = {}
    gathered: dict[str, list[str]] = {}
    for name, value in pairs:
        gathered.setdefault(spelling.setdefault(name.lower(), name), []).append(value)
    return gathered


def _body_text(body: bytes, *, binary: bool) -> str | None:
    if not body:
        return None
    return base64.b64encode(body).decode() if binary else body.decode("utf-8", "replace")


def _answer_headers(answer: Mapping[str, Any]) -> list[tuple[str, str]]:
    single = answer.get("headers") or {}
    multi = answer.get("multiValueHeaders") or {}
    if not isinstance(single, dict) or not isinstance(multi, dict):
        raise MalformedError("headers are not an object")
    named = {name.lower() for name in multi}
    pairs = [(name, value) for name, value in single.items() if name.lower() not in named]
    for name, values in multi.items():
        if not isinstance(values, list):
            raise MalformedError(f"multiValueHeaders[{name!r}] is not a list")
        pairs += [(name, value) for value in values]
    headers = []
    for name, value in pairs:
        text = str(value).lower() if isinstance(value, bool) else str(value)
        if not isinstance(value, str | int | float) or not _HEADER_NAME.fullmatch(name) or set(text) & set("\r\n\0"):
            raise MalformedError(f"header {name!r} cannot be {value!r}")
        headers.append((f"x-amzn-Remapped-{name}" if name.lower() in _REMAPPED else name, text))
    if not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("Content-Type", "application/json"))
    return headers


def _page_of(status: int, page: str, request_id: str) -> Response:
    """Return an answer that a deployment set for the gateway to give by itself."""
    body = page.encode()
    headers = [
        ("Content-Type", "text/html; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Cache-Control", "no-store"),
        ("x-amzn-RequestId", request_id),
    ]
    return Response(status, headers, body)


def _refusal(status: int, message: str, kind: str, request_id: str) -> Response:
    """Return an answer API Gateway gives by itself, without asking the function."""
    body = json.dumps({"message": message}).encode()
    headers = [
        ("Content-Type", "application/json"),
        ("Content-Length", str(len(body))),
        ("x-amzn-RequestId", request_id),
        ("x-amzn-ErrorType", kind),
    ]
    return Response(status, headers, body)
