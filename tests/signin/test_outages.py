"""While another service does not answer, it is asked once in a while, and people are told what to do."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

import pytest

from chalicelib import fetching
from chalicelib.fetching import PAUSE, Fetcher
from chalicelib.refusals import FetchRefused
from chalicelib.wiring import House
from local.emulator import Emulator
from tests.browser import Browser
from tests.openid.lying import Lying
from tests.openid.world import configure
from tests.people import Clock, People
from tests.security.test_15_ssrf import says, server
from tests.signin.site import Site, by_rsa, opened, rsa_key

KEYS = "https://login.example.com/keys"
RS256 = {"alg": "RS256", "kid": "rsa-1"}


class Silent:
    """A resolver that knows no host. ``asked`` counts the questions."""

    def __init__(self) -> None:
        self.asked = 0

    def __call__(self, host: str, port: int) -> list[str]:
        del host, port
        self.asked += 1
        raise OSError


@pytest.fixture
def silent() -> Silent:
    return Silent()


@pytest.fixture
def connections(monkeypatch: pytest.MonkeyPatch, ministack: Emulator) -> list[object]:
    """Where connections were made to; none of them succeeds, but for those to the emulator."""
    made: list[object] = []
    emulator = urlsplit(ministack.endpoint)
    real = socket.create_connection

    def connect(address: tuple[str, int], *how: float, **more: float) -> socket.socket:
        if address == (emulator.hostname, emulator.port):
            return real(address, *how, **more)
        made.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "create_connection", connect)
    return made


def test_a_host_that_cannot_be_reached_is_left_alone_for_a_while(silent: Silent) -> None:
    """The answer is the same meanwhile; then it is asked again, and at once where somebody tries it out."""
    now = [1000.0]
    fetcher = Fetcher(allow_local=False, resolve=silent, timer=lambda: now[0])

    def fetched() -> str:
        with pytest.raises(FetchRefused) as refused:
            fetcher.get_json(KEYS)
        return refused.value.sentence

    first = fetched()
    now[0] += PAUSE - 1
    assert (fetched(), silent.asked) == (first, 1)
    now[0] += 1
    assert (fetched(), silent.asked) == (first, 2)
    fetcher.forget()
    assert (fetched(), silent.asked) == (first, 3)


def test_only_that_host_is_left_alone(silent: Silent) -> None:
    """Another name, and another port of the same, are asked."""
    fetcher = Fetcher(allow_local=False, resolve=silent)
    for url in (KEYS, "https://login.example.com/other", "https://login.example.com:8443/", "https://other.example/"):
        with pytest.raises(FetchRefused):
            fetcher.get_json(url)
    assert silent.asked == 3


def test_what_is_posted_closes_no_door(silent: Silent) -> None:
    """A code that somebody made up may take the provider long; others are not kept out by it."""
    fetcher = Fetcher(allow_local=False, resolve=silent)
    for _ in range(2):
        with pytest.raises(FetchRefused):
            fetcher.post_form(KEYS, {"code": "made-up"})
    assert silent.asked == 2
    with pytest.raises(FetchRefused):
        fetcher.get_json(KEYS)
    with pytest.raises(FetchRefused):
        fetcher.post_form(KEYS, {"code": "made-up"})
    assert silent.asked == 3


def test_an_answer_is_no_outage() -> None:
    """A host that says no is asked again at once: it holds nobody up."""
    fetcher = Fetcher(allow_local=True)
    with server(says(b"{}", 503)) as (url, told):
        for _ in range(2):
            with pytest.raises(FetchRefused, match="status 503"):
                fetcher.get_json(url)
        assert len(told) == 2


def test_a_name_that_is_never_resolved_ends_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The resolver of the system has no limit of its own."""
    monkeypatch.setattr(fetching, "SECONDS", 0.2)
    end = threading.Event()

    def resolve(host: str, port: int) -> list[str]:
        del host, port
        end.wait(60)
        return ["93.184.216.34"]

    try:
        with pytest.raises(FetchRefused, match="could not be looked up"):
            Fetcher(allow_local=False, resolve=resolve).get_json(KEYS)
    finally:
        end.set()


@pytest.fixture
def site(house: House, clock: Clock) -> Iterator[Site]:
    with opened(house, clock) as site:
        yield site


def test_customers_are_told_to_try_again_and_the_keys_asked_for_once(
    site: Site, browse: Callable[..., Browser], people: People, connections: list[object]
) -> None:
    """The page for checking tokens asks anew each time: who looks there wants to know how it is now."""
    for _ in range(3):
        customer = browse()
        answer = customer.request("GET", "/login/sso")
        state = (answer.header("Location") or "").partition("state=")[2].partition("&")[0]
        page = customer.post("/login/sso", {"token": site.signed(RS256, by_rsa(rsa_key())), "state": state})
        assert (page.status, page.heading) == (422, "We could not sign you in")
        assert "Please try again in a minute" in page.one("main").text
    assert len(connections) == 1
    manager = browse(people.content_manager)
    for asked in (2, 3):
        manager.get("/settings/sign-on")
        token = site.signed(RS256, by_rsa(rsa_key()))
        checked = manager.post("/settings/sign-on", {"csrf": manager.csrf, "action": "check", "token": token})
        assert "The JWKS address gave no keys" in checked.one(".findings").text
        assert len(connections) == asked


@pytest.fixture
def provider() -> Iterator[Lying]:
    provider = Lying()
    yield provider
    provider.stop()


def test_staff_are_told_what_to_do_and_the_provider_asked_for_once(
    house: House, people: People, provider: Lying, browse: Callable[..., Browser], connections: list[object]
) -> None:
    """With codes, they can use one; without, somebody can let them. The settings test it anew each time."""
    assert people.lead.role == "admin"
    configure(house, provider.issuer, on=False)
    house.portal.settings.change(openid=True)
    for codes, advice in ((True, "or sign in with an e-mailed code"), (False, "can let staff in by e-mailed code")):
        house.portal.settings.change(staff_codes=codes)
        page = browse().get("/staff/login/openid")
        assert page.status == 422
        assert advice in page.faults[0]
    assert len(connections) == 1
    for asked in (2, 3):
        assert [one.outcome for one in house.openid.look_at(provider.issuer)] == ["bad"]
        assert len(connections) == asked
