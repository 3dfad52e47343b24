"""The other side of the small client: a server that answers as a test plans it, over plain HTTP or TLS."""

from __future__ import annotations

import datetime as dt
import ipaddress
import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zlib import crc32

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass(frozen=True, slots=True)
class Request:
    """One request as it arrived, and the number of the connection that it came over."""

    headers: Mapping[str, str]
    body: dict[str, Any]
    connection: int


Act = Callable[[Request], bytes | None]
"""What to do with a request: the bytes of the answer, none to close, or sleep first."""


def answer(
    content: bytes | Mapping[str, Any],
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    length: int | None = None,
) -> bytes:
    """Return an answer, with the checksum that DynamoDB adds. ``length`` is said to be its length."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    lines = {"Content-Length": str(len(body) if length is None else length), "x-amz-crc32": str(crc32(body))}
    head = "".join(f"{name}: {value}\r\n" for name, value in {**lines, **(headers or {})}.items())
    return f"HTTP/1.1 {status} Whatever\r\n{head}\r\n".encode() + body


def fault(code: str, *, status: int = 400, date: float | None = None, **more: Any) -> Act:
    """Answer that it was not done. ``date`` is the other side's clock, in seconds since 1970."""
    clock = {} if date is None else {"Date": time.strftime("%a, %d %b %Y %H:%M:%S GMT", time.gmtime(date))}
    body = {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": "No.", **more}
    return lambda _: answer(body, status=status, headers=clock)


def echo(request: Request) -> bytes:
    """Answer with what was asked."""
    return answer({"asked": request.body})


def closes(_: Request) -> None:
    """Close the connection instead of answering."""


@dataclass
class FarSide:
    """What arrived, and what is to happen with the next requests; behind the plan each is echoed."""

    address: str
    plan: list[Act] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    connections: list[socket.socket] = field(default_factory=list)
    trusted: str = ""
    """A file of certificates that vouches for this side."""
    closing: bool = False
    """Close each connection when it has been answered once, as a server does with those that lie idle."""

    def hang_up(self) -> None:
        """Close every connection."""
        for one in self.connections:
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def serve(self, connection: socket.socket, number: int) -> None:
        """Answer what comes over one connection."""
        with suppress(OSError), connection, connection.makefile("rb") as reader:
            while request := _read(reader, number):
                self.requests.append(request)
                act = self.plan.pop(0) if self.plan else echo
                content = act(request)
                if content is None:
                    return
                connection.sendall(content)
                if self.closing:
                    return


def _read(reader: Any, number: int) -> Request | None:
    line = reader.readline()
    if not line:
        return None
    headers = {}
    while (line := reader.readline().strip()) != b"":
        name, _, value = line.decode().partition(": ")
        headers[name.lower()] = value
    return Request(headers, json.loads(reader.read(int(headers["content-length"]))), number)


@contextmanager
def far_side(context: ssl.SSLContext | None = None) -> Iterator[FarSide]:
    """Give a server on this machine, with TLS where there is a context."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        made = FarSide(f"https://localhost:{port}" if context else f"http://127.0.0.1:{port}")

        def accept() -> None:
            while True:
                try:
                    connection, _ = listening.accept()
                    if context:
                        connection = context.wrap_socket(connection, server_side=True)
                except ssl.SSLError:
                    continue  # they did not trust us
                except OSError:
                    return
                made.connections.append(connection)
                number = len(made.connections)
                threading.Thread(target=made.serve, args=(connection, number), daemon=True).start()

        thread = threading.Thread(target=accept, daemon=True)
        thread.start()
        try:
            yield made
        finally:
            made.hang_up()
            with suppress(OSError):
                listening.shutdown(socket.SHUT_RDWR)


_SIGNS = x509.KeyUsage(
    digital_signature=True,
    key_cert_sign=True,
    content_commitment=False,
    key_encipherment=False,
    data_encipherment=False,
    key_agreement=False,
    crl_sign=False,
    encipher_only=False,
    decipher_only=False,
)


def certificate(folder: Path, *, names: tuple[str, ...] = ("localhost",), days: int = 2) -> Path:
    """Make a certificate that trusts itself, with its key, in one file; ``days`` below 0: it has ended."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "far side")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=9))
        .not_valid_after(now + dt.timedelta(days=days))
        .add_extension(x509.SubjectAlternativeName([_alternative(one) for one in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(key.public_key()), critical=False)
        .add_extension(_SIGNS, critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{'-'.join(names)}-{days}.pem"
    file.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return file


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def serving(file: Path) -> ssl.SSLContext:
    """Return what a server with this certificate speaks."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
