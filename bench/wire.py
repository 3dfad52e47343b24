"""Stands between a function and its AWS and hears every call, whatever client makes it and whatever commit it is of.

A call begins when all of it has arrived here and ends when its answer is about to go back. Answers are held back a
little, as if AWS were as far away as it is: calls that a program sends together overlap by that, unless the machine
is so busy that one is sent later than that, and calls of which one waits for the other never do.
"""

from __future__ import annotations

import base64
import contextlib
import http.client
import json
import re
import threading
import time
from collections.abc import Iterator
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from bench.calls import Call, Item, key_of, key_text, written
from local import infra

AWAY = 0.03
"""Seconds that an answer is held back."""
_SERVICE = re.compile(r"Credential=[^/]+/\d+/[^/]+/([^/]+)/")
_HOPS = frozenset({"connection", "keep-alive", "content-length", "transfer-encoding", "expect"})


class Wire:
    """A proxy in front of an emulator, for as long as it is entered."""

    def __init__(self, endpoint: str) -> None:
        """Take where the emulator listens."""
        self._upstream = urlsplit(endpoint)
        self._dynamodb = infra.clients(endpoint)("dynamodb")
        self._heard: list[Call] | None = None
        self._looking = False
        self._server = _Server(self)

    @property
    def endpoint(self) -> str:
        """Where it listens itself."""
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    def __enter__(self) -> Self:
        """Begin to listen."""
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End."""
        self._server.shutdown()
        self._server.server_close()

    @contextlib.contextmanager
    def listening(self, *, looking: bool = False) -> Iterator[list[Call]]:
        """Give the calls that pass, in order of their ends, while the context lasts.

        ``looking`` reads each item before and after it is written.
        """
        heard: list[Call] = []
        self._heard, self._looking = heard, looking
        try:
            yield heard
        finally:
            self._heard = None

    def take(self, method: str, path: str, headers: Message[str, str], body: bytes) -> http.client.HTTPResponse:
        """Pass a request on and return its answer, ``read`` by the caller."""
        connection = http.client.HTTPConnection(self._upstream.hostname or "", self._upstream.port, timeout=60)
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in headers.items():
            if name.lower() not in _HOPS:
                connection.putheader(name, value)
        connection.putheader("Content-Length", str(len(body)))
        connection.endheaders(body)
        return connection.getresponse()

    def pass_on(
        self, method: str, path: str, headers: Message[str, str], body: bytes
    ) -> tuple[http.client.HTTPResponse, bytes]:
        """Pass a request on, and note the call where somebody listens."""
        heard = self._heard
        if heard is None:
            answer = self.take(method, path, headers, body)
            return answer, answer.read()
        began = time.perf_counter_ns()
        operation = _operation(method, headers)
        request = _read(headers, body)
        before = self._look(operation, request)
        answer = self.take(method, path, headers, body)
        content = answer.read()
        after = self._look(operation, request)
        time.sleep(AWAY)
        said = _read(answer.headers, content) if answer.status < http.client.BAD_REQUEST else {}
        heard.append(Call(operation, request, said, began, time.perf_counter_ns(), before, after))
        return answer, content

    def _look(self, operation: str, request: dict[str, Any]) -> dict[str, Item]:
        if not self._looking:
            return {}
        found: dict[str, Item] = {}
        for _, one in written(operation, request):
            answer = self._dynamodb.get_item(TableName=one["TableName"], Key=key_of(one), ConsistentRead=True)
            found[key_text(one)] = answer.get("Item", {})
        return found


def _operation(method: str, headers: Message[str, str]) -> str:
    """Return what AWS's API calls an operation; service and method where the request does not say it (S3, SES)."""
    target = headers.get("X-Amz-Target")
    if target:
        return target.rpartition(".")[2]
    service = _SERVICE.search(headers.get("Authorization", ""))
    return f"{service[1] if service else ''} {method}"


def _read(headers: Message[str, str], body: bytes) -> dict[str, Any]:
    """Return JSON as AWS's clients take it, with bytes as bytes; nothing of any other kind."""
    if "json" not in (headers.get("Content-Type") or "") or not body:
        return {}
    read: dict[str, Any] = json.loads(body, object_hook=_bytes)
    return read


def _bytes(found: dict[str, Any]) -> dict[str, Any]:
    packed = found.get("B")
    return {"B": base64.b64decode(packed)} if isinstance(packed, str) and len(found) == 1 else found


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, wire: Wire) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.wire = wire

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a function that was ended."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, *_: object) -> None:
        """Log nothing."""

    def _answer(self) -> None:
        answer, content = self.server.wire.pass_on(self.command, self.path, self.headers, self._body())
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.headers.items():
            if name.lower() not in _HOPS:
                self.send_header(name, value)
        size = answer.headers.get("Content-Length", "0") if self.command == "HEAD" else str(len(content))
        self.send_header("Content-Length", size)
        self.end_headers()
        self.wfile.write(content)

    do_DELETE = do_GET = do_HEAD = do_POST = do_PUT = _answer

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body
