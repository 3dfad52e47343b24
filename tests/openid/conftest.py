"""Two providers on this machine: an independent one from npm, and one of our own that lies when it is told to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from chalicelib.openid.service import CALLBACK
from chalicelib.wiring import House
from tests.browser import Browser
from tests.emulators import PUBLIC_URL
from tests.openid.independent import independent as running
from tests.openid.lying import Lying
from tests.openid.world import Way, configure
from tests.people import Clock, People


@pytest.fixture(scope="session")
def independent() -> Iterator[str]:
    """The issuer of oidc-provider."""
    with running(PUBLIC_URL + CALLBACK) as issuer:
        yield issuer


@pytest.fixture(scope="session")
def _lying() -> Iterator[Lying]:
    lying = Lying()
    yield lying
    lying.stop()


@pytest.fixture
def lying(_lying: Lying, clock: Clock) -> Lying:
    """A provider of our own, honest until a test tells it otherwise."""
    _lying.reset()
    _lying.clock = clock
    return _lying


@pytest.fixture
def real_time(clock: Clock) -> Clock:
    """The clock of the test at the present moment, for a provider that has another clock than ours."""
    clock.set(datetime.now(UTC))
    return clock


@pytest.fixture
def way(house: House, people: People, lying: Lying, browse: Callable[..., Browser]) -> Way:
    """The way in through the provider of our own, which is set up and turned on; with an admin who looks after it."""
    assert people.lead.role == "admin"
    configure(house, lying.issuer)
    return Way(house, lying, browse())
