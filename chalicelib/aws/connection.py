"""Connections that are kept open between calls, and noticed when the other side has closed them."""

from __future__ import annotations

import select
import socket
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from chalicelib.aws.answers import NoAnswer
from chalicelib.once import Once

if TYPE_CHECKING:
    from ssl import SSLContext

CONNECT_SECONDS = 2.0
ANSWER_SECONDS = 5.0
_KEPT = 8
"""Connections that lie idle at most; a request sends fewer calls at once."""
_FRESH = 1.0
"""Seconds for which a connection is taken again without a look whether it is still there."""
_PIECE = 1 << 16
_LONGEST_HEAD = 1 << 16


class Received(NamedTuple):
    """An answer. ``head`` is all before the body, in lower case."""

    status: int
    head: str
    body: bytes

    def header(self, name: str) -> str:
        """Return the value of a header, in lower case as its name is given; empty where it is not there."""
        return _header(self.head, name)


def _header(head: str, name: str) -> str:
    return head.partition(f"\r\n{name}:")[2].partition("\r\n")[0].strip()


class Connection:
    """One connection; one request at a time."""

    def __init__(self, connected: socket.socket) -> None:
        """Take a socket that is connected."""
        self._socket = connected
        self._came = b""
        self._quiet_since = time.time()
        self.used = False
        """Whether an answer has come over it before: if it breaks now, the other side may simply have closed it."""

    @property
    def stale(self) -> bool:
        """Whether something came that nobody asked for, such as its end. Asked of one that has been quiet a while."""
        quiet = time.time() - self._quiet_since
        return not 0 <= quiet < _FRESH and bool(select.select([self._socket], [], [], 0)[0])

    def send(self, request: bytes) -> None:
        """Send a whole request."""
        try:
            self._socket.sendall(request)
        except OSError as error:
            self.close()
            raise NoAnswer(str(error)) from error

    def receive(self) -> tuple[Received, bool]:
        """Return the whole answer, and whether the connection can be used again."""
        try:
            head = self._until(b"\r\n\r\n").lower()
            ends = not head.startswith("http/1.1 ") or _header(head, "connection") == "close"
            received = Received(int(head[9:12]), head, self._body(head))
        except (OSError, ValueError) as error:  # what is no HTTP is no number either
            self.close()
            raise NoAnswer(str(error) or type(error).__name__) from error
        if ends or self._came:
            self.close()
        self.used, self._quiet_since = True, time.time()
        return received, not ends and not self._came

    def _body(self, head: str) -> bytes:
        length = _header(head, "content-length")
        if length:
            return self._take(int(length))
        return self._pieces() if _header(head, "transfer-encoding") == "chunked" else self._rest()

    def _pieces(self) -> bytes:
        pieces = []
        while size := int(self._until(b"\r\n").partition(";")[0], 16):
            pieces.append(self._take(size + 2)[:size])
        while self._until(b"\r\n"):
            pass  # what follows the last piece are more headers, and an empty line
        return b"".join(pieces)

    def _until(self, end: bytes) -> str:
        """Return what comes before ``end``, which is taken as well."""
        while end not in self._came:
            if len(self._came) > _LONGEST_HEAD:
                message = "the head of the answer has no end"
                raise ValueError(message)
            self._came += self._more()
        line, _, self._came = self._came.partition(end)
        return line.decode("latin-1")

    def _take(self, size: int) -> bytes:
        pieces, missing = [self._came], size - len(self._came)
        while missing > 0:
            pieces.append(self._more())
            missing -= len(pieces[-1])
        came = b"".join(pieces)
        self._came = came[size:]
        return came[:size]

    def _rest(self) -> bytes:
        while piece := self._socket.recv(_PIECE):
            self._came += piece
        whole, self._came = self._came, b"\0"  # nothing can follow: the connection has ended
        return whole

    def _more(self) -> bytes:
        piece = self._socket.recv(_PIECE)
        if not piece:
            message = "the connection was closed"
            raise ValueError(message)
        return piece

    def close(self) -> None:
        """Close it."""
        self._socket.close()

    def __del__(self) -> None:
        """Close what nobody waits for any more."""
        self._socket.close()


class Connections:
    """The connections to one host: idle ones are taken again, each by one thread at a time."""

    def __init__(self, endpoint: str, certificates: str = "") -> None:
        """Take an address like ``https://host`` or ``http://host:port``, and a file of certificates to trust."""
        parts = urlsplit(endpoint)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            message = f"{endpoint} is no address of a service"
            raise ValueError(message)
        self._secure = parts.scheme == "https"
        self._address = (parts.hostname, parts.port or (443 if self._secure else 80))
        self.host = parts.netloc.rpartition("@")[2]
        self.path = parts.path or "/"
        self._certificates = certificates
        self._idle: list[Connection] = []

    def take(self, *, fresh: bool = False) -> Connection:
        """Return a connection: an idle one that is still open, or (always with ``fresh``) a new one."""
        while not fresh:
            try:
                connection = self._idle.pop()
            except IndexError:
                break
            if not connection.stale:
                return connection
            connection.close()
        return self._connected()

    def give_back(self, connection: Connection) -> None:
        """Keep a connection for the next call."""
        if len(self._idle) < _KEPT:
            self._idle.append(connection)
        else:
            connection.close()

    def _connected(self) -> Connection:
        try:
            made = self._secured() if self._secure else self._reached()
            made.settimeout(ANSWER_SECONDS)
        except OSError as error:
            raise NoAnswer(str(error)) from error
        return Connection(made)

    def _reached(self) -> socket.socket:
        made = socket.create_connection(self._address, CONNECT_SECONDS)
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made

    def _secured(self) -> socket.socket:
        """Return a connection to whom a trusted certificate names, by Amazon's own roots before all others."""
        from ssl import SSLCertVerificationError

        if self._quick:
            try:
                return self._quick.wrap_socket(self._reached(), server_hostname=self._address[0])
            except SSLCertVerificationError:
                self.__dict__["_quick"] = None  # perhaps somebody else vouches for it
        return self._thorough.wrap_socket(self._reached(), server_hostname=self._address[0])

    @Once
    def _quick(self) -> SSLContext | None:
        from chalicelib.aws import trust

        return None if self._certificates else trust.amazons(trust.bundle())

    @Once
    def _thorough(self) -> SSLContext:
        from chalicelib.aws import trust

        return trust.context(Path(self._certificates) if self._certificates else trust.bundle())
