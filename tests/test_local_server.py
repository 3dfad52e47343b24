"""The sockets of ``make run``."""

from __future__ import annotations

import http.client
import socket
import threading
from collections.abc import Iterator

import pytest

from local.server import Server


class Watched(Server):
    """The local server, with its connections kept to look at."""

    def __init__(self) -> None:
        super().__init__(0)
        self.connections: list[socket.socket] = []

    def get_request(self) -> tuple[socket.socket, tuple[str, int]]:
        connection, address = super().get_request()
        self.connections.append(connection)
        return connection, address


@pytest.fixture
def server() -> Iterator[Watched]:
    running = Watched()
    threading.Thread(target=running.serve_forever, args=(0.05,), daemon=True).start()
    yield running
    running.shutdown()
    running.server_close()


def test_bodies_do_not_wait_for_acknowledgements(server: Watched) -> None:
    """Headers and body leave one after the other; with Nagle's algorithm the body would wait for the browser."""
    browser = http.client.HTTPConnection("127.0.0.1", server.server_port, timeout=30)
    browser.request("GET", "/_local/cast")
    assert browser.getresponse().read() == b"[]"
    (connection,) = server.connections
    assert connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    browser.close()
