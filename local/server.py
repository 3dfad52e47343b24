"""The local web server: sockets in front of the gateway, and beside it, under /_local/, what no deployment has."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from local.gateway import MAX_REQUEST, Gateway, Response
from local.login_site import PATH, LoginSite
from local.mailbox import Mailbox
from local.mailbox_page import page
from local.staff_provider import PATH as PROVIDER
from local.staff_provider import StaffProvider

LOG = logging.getLogger("local.server")
REQUESTS = logging.getLogger("local.requests")

MAX_LINES = 1000
"""Lines of a chunked body; nothing that runs here sends more."""


class Server(ThreadingHTTPServer):
    """Listens on the loopback address only; a thread a connection."""

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, port: int) -> None:
        """Take the port at once, so that somebody else's is noticed before anything is started (OSError)."""
        super().__init__(("127.0.0.1", port), _Handler)
        self.gateway: Gateway | None = None
        self.mailbox: Mailbox | None = None
        self.cast: Sequence[dict[str, Any]] = ()
        self.site: LoginSite | None = None
        self.provider: StaffProvider | None = None

    def handle_error(self, *_: object) -> None:
        """Say nothing of browsers that leave in the middle of an answer."""
        LOG.debug("a connection ended early")


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "foyer-local"
    sys_version = ""
    timeout = 75
    disable_nagle_algorithm = True  # or a body waits 40 ms until the browser acknowledges the headers
    server: Server

    def log_message(self, *_: object) -> None:
        """Log in our own form, in :meth:`_answer`."""

    def _answer(self) -> None:
        began = time.monotonic()
        body = self._body()
        if body is None:
            return
        response = self._local(body) if self.path.startswith("/_local/") else self._call(body)
        self.send_response_only(response.status)
        self.send_header("Date", self.date_time_string())
        for name, value in response.headers:
            self.send_header(name, value.encode().decode("latin-1"))
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(response.body)
        milliseconds = (time.monotonic() - began) * 1000
        REQUESTS.info("%s %s %d %.0f ms", self.command, self.path, response.status, milliseconds)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _answer

    def _call(self, body: bytes) -> Response:
        if self.server.gateway is None:
            return _plain(503, "Foyer is starting. Try again in a moment.")
        target = self.path
        if not target.startswith("/"):  # the absolute form that proxies send
            target = "/" + target.partition("://")[2].partition("/")[2]
        return self.server.gateway.call(
            self.command, target, self.headers.items(), body, source_ip=str(self.client_address[0])
        )

    def _body(self) -> bytes | None:
        """Return the request's body, or None where the connection is of no further use."""
        if self.headers.get("Transfer-Encoding", "").lower() == "chunked":
            return self._chunks()
        try:
            length = int(self.headers.get("Content-Length") or 0)
        except ValueError:
            self.send_error(HTTPStatus.BAD_REQUEST)
            return None
        if length > MAX_REQUEST:
            self.close_connection = True
            return b"\0" * (MAX_REQUEST + 1)  # not read, and refused by the gateway in its own words
        return self.rfile.read(length)

    def _chunks(self) -> bytes | None:
        whole = bytearray()
        while len(whole) <= MAX_REQUEST:
            try:
                size = int(self.rfile.readline(MAX_LINES).partition(b";")[0], 16)
            except ValueError:
                self.send_error(HTTPStatus.BAD_REQUEST)
                return None
            if size == 0:
                while self.rfile.readline(MAX_LINES).strip():
                    pass
                return bytes(whole)
            whole += self.rfile.read(min(size, MAX_REQUEST + 1))
            self.rfile.readline(MAX_LINES)
        self.close_connection = True
        return bytes(whole)

    def _local(self, body: bytes) -> Response:
        host = (self.headers.get("Host") or "").rpartition(":")[0] or self.headers.get("Host")
        path = self.path.partition("?")[0]
        posted = self.command == "POST" and path == f"{PROVIDER}/token"
        if host not in {"localhost", "127.0.0.1"} or not (posted or self.command in {"GET", "HEAD"}):
            return _plain(403, "Only this machine's own browser may look here.")  # not a name that points here
        played = self._played(path, body)
        if played:
            return played
        if path == "/_local/cast":
            return _json(list(self.server.cast))
        if path == "/_local/mail" and self.server.mailbox is not None:
            mails = [mail.as_json() for mail in self.server.mailbox.mails()]
            if "application/json" in (self.headers.get("Accept") or ""):
                return _json(mails)
            return _typed(200, "text/html; charset=utf-8", page(mails[:50]).encode())
        return _plain(404, "Under /_local/ there are /_local/mail and /_local/cast.")

    def _played(self, path: str, body: bytes) -> Response | None:
        """Return what the organization's own logins answer, which the demo plays; None where it is none of theirs."""
        if path in {PATH, f"{PATH}/out"} and self.server.site is not None:
            return self.server.site.answer(self.path, self.headers.get("Cookie") or "")
        if path.startswith(f"{PROVIDER}/") and self.server.provider is not None:
            return self.server.provider.answer(self.path, body, self.headers.get("Authorization") or "")
        return None


def _json(value: Any) -> Response:
    return _typed(200, "application/json", json.dumps(value, ensure_ascii=False, indent=1).encode())


def _plain(status: int, text: str) -> Response:
    return _typed(status, "text/plain; charset=utf-8", f"{text}\n".encode())


def _typed(status: int, kind: str, body: bytes) -> Response:
    headers = [("Content-Type", kind), ("Cache-Control", "no-store"), ("Content-Length", str(len(body)))]
    return Response(status, headers, body)
