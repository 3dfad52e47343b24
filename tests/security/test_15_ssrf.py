"""Attack 15: an address that somebody typed into a setting never leads into our own network, however it is written."""

from __future__ import annotations

import http.server
import itertools
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from chalicelib import fetching
from chalicelib.fetching import Fetcher, is_public
from chalicelib.refusals import FetchRefused
from chalicelib.wiring import House
from tests.browser import Browser
from tests.people import People

NEVER = (
    "http://login.example.com/",
    "ftp://login.example.com/",
    "file:///etc/passwd",
    "gopher://login.example.com/",
    "javascript:alert(1)",
    "//login.example.com/",
    "login.example.com",
    "",
    "https://",
    "https:///path",
    "http://169.254.169.254/latest/meta-data/",
    "https://169.254.169.254/latest/meta-data/",
    "https://127.0.0.1/",
    "https://10.0.0.1/",
    "https://8.8.8.8/",
    "https://[::1]/",
    "https://[::ffff:169.254.169.254]/",
    "https://[fd00:ec2::254]/",
    "https://[fe80::1%25eth0]/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://0177.0.0.1/",
    "https://127.1/",
    "https://0/",
    "https://1.1.1.0x1/",
    "https://localhost/",
    "https://localhost./",
    "https://intranet/",
    "https://user@login.example.com/",
    "https://user:password@login.example.com/",
    "https://login.example.com@169.254.169.254/",
    "https://login.example.com\\@169.254.169.254/",
    "https://login.example.com\\.evil.example/",
    "https://login.example.com/#fragment",
    "https://login.example.com#@evil.example/",
    "https://login.example.com:99999/",
    "https://login.example.com:x/",
    "https://login.example.com/a b",
    "https://login.example.com/\r\nHost: evil.example",
    "https://login.example.com\t/",
    " https://login.example.com/",
    "https://login.ex\u0430mple.com/",
    "https://\u2460\u2461\u2466.0.0.1/",
    "https://login.example\u3002com/",
    "https://-login.example.com/",
    "https://login..example.com/",
    "https://login_.example.com/",
    "https://login.example.com/" + "a" * 2_000,
)

PRIVATE = (
    "0.0.0.0",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "127.9.9.9",
    "169.254.169.254",
    "169.254.170.2",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.2.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "239.255.255.255",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::7f00:1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b::808:808",
    "2001::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:808:808::",
    "fc00::1",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "no address",
    "",
)
PUBLIC = ("8.8.8.8", "1.1.1.1", "93.184.216.34", "2606:4700:4700::1111", "2a00:1450:4001:80b::200e")


def answering(*answers: list[str]) -> tuple[Fetcher, list[str]]:
    """Return a fetcher whose names have these addresses, one list a question, and the names it asked for."""
    asked: list[str] = []
    given = iter(answers)

    def resolve(host: str, port: int) -> list[str]:
        asked.append(f"{host}:{port}")
        return next(given)

    return Fetcher(allow_local=False, resolve=resolve), asked


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Where connections were made to; none of them succeeds."""
    made: list[tuple[str, int]] = []

    def connect(address: tuple[str, int], **_: object) -> socket.socket:
        made.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    return made


@pytest.mark.parametrize("url", NEVER)
def test_an_address_that_could_mean_something_else_is_not_even_looked_up(
    url: str, connections: list[tuple[str, int]]
) -> None:
    """Other schemes, IP addresses in any spelling, names without a dot, user names, look-alikes, control characters."""
    fetcher, asked = answering(["93.184.216.34"])
    for fetch in (fetcher.check, fetcher.get_json, lambda one: fetcher.post_form(one, {"a": "b"})):
        with pytest.raises(FetchRefused):
            fetch(url)
    assert not asked
    assert not connections


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_that_leads_inside_is_not_connected_to(address: str, connections: list[tuple[str, int]]) -> None:
    """Whatever form the address has, and also when public ones stand beside it."""
    assert not is_public(address)
    for answer in ([address], ["93.184.216.34", address], [address, "93.184.216.34"]):
        fetcher, _ = answering(answer)
        with pytest.raises(FetchRefused, match="private network"):
            fetcher.get_json("https://login.example.com/keys")
    assert not connections


@pytest.mark.parametrize("address", PUBLIC)
def test_a_public_address_is_connected_to(address: str, connections: list[tuple[str, int]]) -> None:
    """Or nothing above would prove anything."""
    assert is_public(address)
    fetcher, _ = answering([address])
    with pytest.raises(FetchRefused, match="could not be reached"):
        fetcher.get_json("https://login.example.com/keys")
    assert connections == [(address, 443)]


def test_a_name_is_resolved_once_and_its_address_used(connections: list[tuple[str, int]]) -> None:
    """Rebinding: a second answer, of a private address, is never asked for."""
    fetcher, asked = answering(["93.184.216.34", "1.1.1.1"], ["127.0.0.1"])
    with pytest.raises(FetchRefused):
        fetcher.get_json("https://login.example.com:8443/keys")
    assert asked == ["login.example.com:8443"]
    assert connections == [("93.184.216.34", 8443), ("1.1.1.1", 8443)]


def test_a_name_without_an_address_is_refused() -> None:
    def resolve(host: str, port: int) -> list[str]:
        raise socket.gaierror(host, port)

    with pytest.raises(FetchRefused, match="no host"):
        Fetcher(allow_local=False, resolve=resolve).get_json("https://login.example.com/")
    with pytest.raises(FetchRefused, match="no host"):
        answering([])[0].get_json("https://login.example.com/")


def test_only_a_local_run_reads_this_machine(connections: list[tuple[str, int]]) -> None:
    """And of this machine only what is named so: a name that somebody's server resolves to it is still refused."""
    for url in ("http://localhost:9/", "http://127.0.0.1:9/"):
        with pytest.raises(FetchRefused):
            Fetcher(allow_local=False).get_json(url)
    assert not connections
    local = Fetcher(allow_local=True, resolve=lambda _host, _port: ["127.0.0.1"])
    for url in ("http://login.example.com/", "http://0.0.0.0:9/", "http://[::1]:9/", "http://169.254.169.254/"):
        with pytest.raises(FetchRefused):
            local.get_json(url)
    with pytest.raises(FetchRefused, match="private network"):
        local.get_json("https://login.example.com/")
    with pytest.raises(FetchRefused, match="private network"):
        Fetcher(allow_local=True, resolve=lambda _host, _port: ["10.0.0.1"]).get_json("http://localhost:9/")
    assert not connections


# what a server does that is reached

Answer = Callable[[http.server.BaseHTTPRequestHandler], None]


@contextmanager
def server(answer: Answer) -> Iterator[tuple[str, list[str]]]:
    """Run a server on this machine; yield its address and the requests it had."""
    told: list[str] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.append(self.path)
            with suppress(OSError):
                answer(self)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            del format, args

    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=running.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://localhost:{running.server_address[1]}", told
    finally:
        running.shutdown()
        running.server_close()


def says(content: bytes, status: int = 200, **headers: str) -> Answer:
    """Return what answers with this."""

    def answer(request: http.server.BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            request.send_header(name.replace("_", "-"), value)
        request.end_headers()
        request.wfile.write(content)

    return answer


LOCAL = Fetcher(allow_local=True, timer=itertools.count(step=3600).__next__)
"""Asks again at once what did not answer: a port may come back with another server."""


def test_what_is_as_it_should_be_is_read() -> None:
    with server(says(b'{"keys": []}')) as (url, told):
        assert LOCAL.get_json(f"{url}/keys?a=b") == {"keys": []}
        assert told == ["/keys?a=b"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(status: int) -> None:
    with server(says(b"{}")) as (inside, told), server(says(b"{}", status, Location=f"{inside}/secret")) as (url, _):
        with pytest.raises(FetchRefused, match="redirect"):
            LOCAL.get_json(url)
        assert not told


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (says(b"[]"), "no JSON object"),
        (says(b"<html>"), "no JSON object"),
        (says(b"[" * 60_000), "no JSON object"),
        (says(b"\xff\xfe"), "no JSON object"),
        (says(b"{}", 500), "status 500"),
        (says(b'{"error": "invalid_grant"}', 400), r"status 400 \(invalid_grant\)"),
        (says(b'{"error": "<b>"}', 400), r"status 400\."),
        (says(b"{}", 200, Content_Encoding="gzip"), "no JSON object"),
        (says(b"{}", 204), "status 204"),
    ],
)
def test_anything_but_a_json_object_is_refused(answer: Answer, why: str) -> None:
    """And of what it says only a plain word is repeated."""
    with server(answer) as (url, _), pytest.raises(FetchRefused, match=why):
        LOCAL.get_json(url)


def test_a_huge_answer_is_cut_off() -> None:
    """In its body, in its headers, and where it lies about how long it is."""

    def endless(request: http.server.BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        for _ in range(1_000):
            request.wfile.write(b"[" + b" " * 8_192)

    def header(request: http.server.BaseHTTPRequestHandler) -> None:
        request.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(20):
            request.wfile.write(b"X-%d: %b\r\n" % (number, b"a" * 8_192))

    large = json.dumps({"a": "a" * 70_000}).encode()
    for answer in (says(large), endless, header):
        with server(answer) as (url, _), pytest.raises(FetchRefused, match="larger than 64 KB"):
            LOCAL.get_json(url)


def test_a_slow_answer_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte now and then keeps nobody waiting longer than the whole exchange may last."""
    monkeypatch.setattr(fetching, "SECONDS", 0.3)

    def silent(request: http.server.BaseHTTPRequestHandler) -> None:
        request.rfile.read(1)

    def dripping(request: http.server.BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        for _ in range(100):
            request.wfile.write(b" ")
            time.sleep(0.05)

    def dripping_header(request: http.server.BaseHTTPRequestHandler) -> None:
        for _ in range(100):
            request.wfile.write(b"HTTP/1.1 200 OK\r\n"[:1])
            time.sleep(0.05)

    for answer in (silent, dripping, dripping_header):
        with server(answer) as (url, _), pytest.raises(FetchRefused, match=r"took longer|could not be reached"):
            LOCAL.get_json(url)


def test_a_certificate_of_nobody_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name on the certificate is checked although the connection goes to an address."""
    with server(says(b"{}")) as (url, told):
        port = int(url.rpartition(":")[2])
        monkeypatch.setattr(fetching, "is_public", lambda _address: True)
        fetcher = Fetcher(allow_local=False, resolve=lambda _host, _port: ["127.0.0.1"])
        with pytest.raises(FetchRefused, match=r"could not be reached|not valid"):
            fetcher.get_json(f"https://login.example.com:{port}/")
        assert not told


# through the product

INSIDE = (
    "https://169.254.169.254/latest",
    "https://127.0.0.1:8000",
    "https://[::1]/",
    "http://10.0.0.1/",
    "file:///etc",
)


@pytest.mark.parametrize("issuer", INSIDE)
def test_an_issuer_inside_is_neither_tested_nor_saved(
    house: House,
    people: People,
    browse: Callable[..., Browser],
    issuer: str,
) -> None:
    admin = browse(people.lead)
    admin.get("/settings/openid")
    fields = {"csrf": admin.csrf, "name": "ID", "issuer": issuer, "client_id": "c", "claim": "groups"}
    more = {"domains": "example.com", "default_role": "agent", "version": "0"}
    page = admin.post("/settings/openid", {**fields, **more, "action": "test"})
    assert "This provider cannot be used yet." in page.text
    page = admin.post("/settings/openid", {**fields, **more, "action": "save"})
    assert page.status == 422
    assert page.all("#openid-issuer-fault")
    assert house.openid.accounts.get(consistent=True).version == 0
