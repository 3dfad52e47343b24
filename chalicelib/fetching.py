"""Reads what other services publish, such as key sets, without letting an address lead into our own network.

An address comes from somebody's settings page, so it is looked at first: only HTTPS, only host names, no user name in
it. The name is resolved once, every address it has must be public, and the connection goes to one of those looked at.

All of it has one limit of time, and a host that could not be reached is left alone for a while: another service's
outage must not hold the functions that everybody else's requests need.
"""

from __future__ import annotations

import io
import json
import re
import socket
import ssl
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from ipaddress import IPv6Address, ip_address
from threading import Thread
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlencode, urlsplit

from chalicelib.records import dataclass
from chalicelib.refusals import FetchRefused

if TYPE_CHECKING:
    from collections.abc import Sequence

    from _typeshed import WriteableBuffer

_REDIRECTS = range(300, 400)
MAX_BYTES = 64 * 1024
"""Of an answer, headers included."""
SECONDS = 3.0
"""For all of one exchange: resolving the name, connecting, sending and reading, however slowly it drips."""
PAUSE = 30.0
"""Seconds for which a host that could not be reached is not asked again by this process."""
MAX_URL = 2_000
_PRINTABLE = re.compile(r"[!-~]+")
_NAME = re.compile(r"(?=.{4,253}$)([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?")
"""A host name with a dot whose last part begins with a letter: never a number in any of its spellings."""
_LOCAL = frozenset({"localhost", "127.0.0.1"})
_PLAIN_ERROR = re.compile(r"[a-z_]{1,40}")

Resolve = Callable[[str, int], "Sequence[str]"]


def resolve(host: str, port: int) -> list[str]:
    """Return the IP addresses of a host; OSError where it has none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True)
class _Target:
    host: str
    port: int
    path: str
    tls: bool


class Fetcher:
    """Fetches JSON from elsewhere. Every fault is a :class:`~chalicelib.refusals.FetchRefused` that says what it was.

    ``allow_local`` lets ``http://localhost`` and ``http://127.0.0.1`` through, for tests and a developer's machine.
    """

    def __init__(
        self, *, allow_local: bool, resolve: Resolve = resolve, timer: Callable[[], float] = time.monotonic
    ) -> None:
        """Take what finds the addresses of a host and what counts seconds, which tests may set."""
        self._allow_local, self._resolve, self._timer = allow_local, resolve, timer
        self._silent: dict[tuple[str, int], tuple[float, str]] = {}

    def check(self, url: str) -> None:
        """Refuse an address that could never be fetched, without resolving its name."""
        self._target(url)

    def forget(self) -> None:
        """Ask every host again, whatever failed a moment ago: for those who try out an address."""
        self._silent.clear()

    def get_json(self, url: str, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Return the JSON object at an address."""
        return self._exchange("GET", url, b"", headers or {})

    def post_form(
        self, url: str, fields: Mapping[str, str], headers: Mapping[str, str] | None = None
    ) -> dict[str, Any]:
        """Send a form and return the JSON object that answers it."""
        content = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._exchange("POST", url, urlencode(fields).encode(), {**content, **(headers or {})})

    def _target(self, url: str) -> _Target:
        if len(url) > MAX_URL or not _PRINTABLE.fullmatch(url) or "\\" in url:
            raise FetchRefused("That is no address. It must look like https://login.example.com.")
        try:
            parts = urlsplit(url)
            host, port = (parts.hostname or "").removesuffix("."), parts.port
        except ValueError as error:
            raise FetchRefused("That is no address. It must look like https://login.example.com.") from error
        if "@" in parts.netloc:
            raise FetchRefused("The address must not contain a user name or password.")
        if "#" in url:
            raise FetchRefused("The address must not contain “#”.")
        if self._allow_local and parts.scheme == "http" and host in _LOCAL:
            return _Target(host, port or 80, _path(parts), tls=False)
        if parts.scheme != "https":
            raise FetchRefused("The address must begin with https://.")
        if not _NAME.fullmatch(host):
            raise FetchRefused("The address needs a full host name, such as login.example.com; numbers are not taken.")
        return _Target(host, port or 443, _path(parts), tls=True)

    def _addresses(self, target: _Target, ends: float) -> Sequence[str]:
        try:
            found = self._resolved(target, ends)
        except TimeoutError as error:
            raise _Silent(f"The name {target.host} could not be looked up within {SECONDS:.0f} seconds.") from error
        except (OSError, UnicodeError) as error:
            raise _Silent(f"There is no host with the name {target.host}.") from error
        if not found:
            raise _Silent(f"There is no host with the name {target.host}.")
        fitting = is_public if target.tls else _is_loopback
        if not all(fitting(one) for one in found):
            raise FetchRefused(f"The host {target.host} lies in a private network, which is not read.")
        return found

    def _resolved(self, target: _Target, ends: float) -> Sequence[str]:
        """Return the addresses of a host, or TimeoutError at a moment.

        The resolver knows no limit of time, so it is asked in a thread of its own, and left behind where it is late.
        """
        answers: list[Sequence[str] | OSError | UnicodeError] = []

        def ask() -> None:
            try:
                answers.append(self._resolve(target.host, target.port))
            except (OSError, UnicodeError) as error:
                answers.append(error)

        asking = Thread(target=ask, daemon=True)
        asking.start()
        asking.join(_remaining(ends))
        if not answers:
            raise TimeoutError
        answer = answers[0]
        if isinstance(answer, OSError | UnicodeError):
            raise answer
        return answer

    def _exchange(self, method: str, url: str, body: bytes, headers: Mapping[str, str]) -> dict[str, Any]:
        target = self._target(url)
        host = target.host, target.port
        until, sentence = self._silent.get(host, (0.0, ""))
        if sentence and self._timer() < until:
            raise FetchRefused(sentence)
        try:
            status, kind, content = self._asked(target, method, body, headers)
        except _Silent as silent:
            if method == "GET":  # what is posted came from somebody, who must not close the door to everybody else
                self._silent[host] = self._timer() + PAUSE, silent.sentence
            raise FetchRefused(silent.sentence) from silent
        self._silent.pop(host, None)
        return _read(target.host, status, kind, content)

    def _asked(
        self, target: _Target, method: str, body: bytes, headers: Mapping[str, str]
    ) -> tuple[int, str, bytes | None]:
        """Return what was answered; _Silent where nothing was, in time."""
        ends = time.monotonic() + SECONDS
        addresses = self._addresses(target, ends)
        try:
            wire = _connect(target, addresses, ends)
            try:
                return _ask(wire, target, method, body, headers)
            finally:
                wire.done()
        except ssl.SSLCertVerificationError as error:
            raise _Silent(f"The certificate of {target.host} is not valid.") from error
        except TimeoutError as error:
            raise _Silent(f"{target.host} took longer than {SECONDS:.0f} seconds to answer.") from error
        except (OSError, HTTPException, ValueError) as error:
            raise _Silent(f"{target.host} could not be reached, or did not answer in HTTP.") from error


class _Silent(Exception):
    """Nothing was answered; asking again at once would most likely take as long."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def is_public(address: str) -> bool:
    """Tell whether an IP address is one of the open internet, and does not carry another address inside it."""
    try:
        found = ip_address(address)
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and (
        found.ipv4_mapped or found.sixtofour or found.teredo or found.is_site_local or found.scope_id
    ):
        return False
    # "reserved" covers what holds an IPv4 address in its last bits, NAT64's 64:ff9b:: among them
    return found.is_global and not (found.is_multicast or found.is_reserved or found.is_unspecified)


def _is_loopback(address: str) -> bool:
    return ip_address(address).is_loopback


def _path(parts: SplitResult) -> str:
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


class _Wire(io.RawIOBase):
    """A connection that ends at a moment and after a number of bytes, whatever the other side does."""

    def __init__(self, sock: socket.socket, ends: float) -> None:
        self._sock, self._ends, self._left = sock, ends, MAX_BYTES

    def readable(self) -> bool:
        return True

    def sendall(self, content: bytes) -> None:
        self._sock.settimeout(_remaining(self._ends))
        self._sock.sendall(content)

    def readinto(self, buffer: WriteableBuffer) -> int:
        if self._left <= 0:
            message = f"more than {MAX_BYTES} bytes"
            raise _TooMuch(message)
        self._sock.settimeout(_remaining(self._ends))
        with memoryview(buffer) as view:
            count = self._sock.recv_into(view.cast("B")[: self._left])
        self._left -= count
        return count

    def makefile(self, mode: str) -> io.BufferedReader:
        """Return what reads it, as :mod:`http.client` asks a socket."""
        del mode
        return io.BufferedReader(self)

    def close(self) -> None:
        """Do nothing: :mod:`http.client` closes a connection whose answer is still to be read."""

    def done(self) -> None:
        """End the connection."""
        self._sock.close()


class _TooMuch(Exception):
    """The answer is too large."""


def _remaining(ends: float) -> float:
    left = ends - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


def _connect(target: _Target, addresses: Sequence[str], ends: float) -> _Wire:
    """Connect to the first address that takes a connection. No name is resolved here: it could answer otherwise."""
    for place, address in enumerate(addresses):
        try:
            sock = socket.create_connection((address, target.port), timeout=_remaining(ends))
        except OSError:
            if place == len(addresses) - 1:
                raise
            continue
        try:
            sock.settimeout(_remaining(ends))
            if target.tls:
                sock = ssl.create_default_context().wrap_socket(sock, server_hostname=target.host)
        except BaseException:
            sock.close()
            raise
        return _Wire(sock, ends)
    raise OSError


def _ask(
    wire: _Wire, target: _Target, method: str, body: bytes, headers: Mapping[str, str]
) -> tuple[int, str, bytes | None]:
    """Return the status, how the content is encoded, and the content; None where it is too much."""
    usual = 443 if target.tls else 80
    connection = HTTPConnection(target.host if target.port == usual else f"{target.host}:{target.port}")
    connection.sock = wire  # as much of a socket as it uses
    sent = {"Accept": "application/json", "User-Agent": "Foyer", "Connection": "close", **headers}
    try:
        connection.request(method, target.path, body or None, sent)
        response = connection.getresponse()
        return response.status, response.headers.get("Content-Encoding", "identity"), response.read(MAX_BYTES)
    except _TooMuch:
        return 0, "", None


def _read(host: str, status: int, encoding: str, content: bytes | None) -> dict[str, Any]:
    if content is None:
        raise FetchRefused(f"The answer of {host} is larger than {MAX_BYTES // 1024} KB.")
    if status in _REDIRECTS:
        raise FetchRefused(f"{host} answered with a redirect, which is not followed. Give the final address.")
    found: Any = None
    if encoding == "identity":
        try:
            found = json.loads(content)
        except (ValueError, RecursionError):
            found = None
    if status != HTTPStatus.OK:
        reason = found.get("error") if isinstance(found, dict) else None
        said = f" ({reason})" if isinstance(reason, str) and _PLAIN_ERROR.fullmatch(reason) else ""
        raise FetchRefused(f"{host} answered with status {status}{said}.")
    if not isinstance(found, dict):
        raise FetchRefused(f"The answer of {host} is no JSON object.")
    return found
