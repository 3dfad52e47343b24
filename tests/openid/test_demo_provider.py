"""The provider that the demo plays works with the portal, and knows nobody but its own application."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator

import pytest

from chalicelib.audit.model import OPERATOR
from chalicelib.wiring import House
from local import cast, staff_provider
from local.server import Server
from tests.browser import Browser, fetch_url
from tests.emulators import PUBLIC_URL
from tests.openid.world import query_of
from tests.people import Clock, People


@pytest.fixture
def port() -> Iterator[int]:
    """Where the local server runs, with the provider and nothing else."""
    server = Server(0)
    port = int(server.server_address[1])
    server.provider = staff_provider.StaffProvider(PUBLIC_URL, port)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield port
    server.shutdown()
    server.server_close()


def test_the_cast_signs_in_with_the_role_they_have(
    house: House, people: People, port: int, clock: Clock, real_time: Clock, browse: Callable[..., Browser]
) -> None:
    assert clock is real_time
    assert people.lead.role == "admin"
    staff_provider.prepare(house, port)
    assert not house.portal.settings.get(consistent=True).openid
    house.openid.switch(OPERATOR, on=True)
    browser = browse()
    browser.get("/staff/login")
    there = browser.request("GET", browser.page.link("Sign in with Alder ID")).header("Location") or ""
    assert there.startswith(f"http://127.0.0.1:{port}/_local/openid/authorize?")
    chosen = fetch_url(f"{there}&as={cast.CONTENT_MANAGER.email}")
    assert browser.get(chosen.headers["location"].removeprefix(PUBLIC_URL)).status == 200
    owner = house.staff.store.owner(cast.CONTENT_MANAGER.email, consistent=True)
    assert owner
    member = house.staff.store.get(owner, consistent=True)
    assert member
    assert member.role == "content_manager"


def test_it_sends_nobody_anywhere_else(house: House, port: int, real_time: Clock) -> None:
    assert real_time.now
    staff_provider.prepare(house, port)
    house.openid.switch(OPERATOR, on=True)
    url, _ = house.openid.begin("")
    back = query_of(url)["redirect_uri"]
    assert fetch_url(url.replace(back.rpartition("/")[2], "elsewhere") + f"&as={cast.AGENT.email}").status == 200
    assert fetch_url(f"http://127.0.0.1:{port}/_local/openid/token", "POST", b"code=x").status == 400


def test_what_somebody_set_up_is_left_alone(house: House, port: int) -> None:
    staff_provider.prepare(house, port)
    saved = house.openid.accounts.get(consistent=True)
    staff_provider.prepare(house, port)
    assert house.openid.accounts.get(consistent=True) == saved
    staff_provider.prepare(house, port + 1)
    assert str(port + 1) in house.openid.accounts.get(consistent=True).issuer
