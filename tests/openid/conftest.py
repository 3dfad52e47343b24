"""Two providers on this machine: an independent one from npm, and one of our own that lies when it is told to."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from chalicelib.openid.service import CALLBACK
from chalicelib.wiring import House
from local import cast
from tests.browser import Browser
from tests.emulators import PUBLIC_URL
from tests.openid.lying import Lying
from tests.openid.world import CLIENT, DOMAIN, SECRET, Way, configure
from tests.people import Clock, People

HERE = Path(__file__).resolve().parent
ACCOUNTS = {
    "tom": {"email": cast.SECOND_AGENT.email, "email_verified": True, "name": "Tom Okafor", "groups": ["support"]},
    "mina": {"email": f"Mina.Park@{DOMAIN.upper()}", "email_verified": True, "name": "M. Park", "groups": []},
    "lena": {"email": f"lena@{DOMAIN}", "email_verified": True, "name": "Lena Ek", "groups": ["it", "support"]},
    "vera": {"email": f"vera@{DOMAIN}", "email_verified": False, "name": "Vera", "groups": ["it"]},
    "eve": {"email": "eve@elsewhere.example", "email_verified": True, "name": "Eve", "groups": ["it"]},
}


@pytest.fixture(scope="session")
def independent() -> Iterator[str]:
    """The issuer of oidc-provider, with the accounts above."""
    node = shutil.which("node")
    if node is None or not (HERE / "node_modules/oidc-provider").is_dir():
        pytest.skip("no node here, or no tests/openid/node_modules: “make test” fetches it where there is an npm")
    given = {
        "port": 0,
        "client_id": CLIENT,
        "client_secret": SECRET,
        "redirect_uris": [PUBLIC_URL + CALLBACK],
        "accounts": ACCOUNTS,
    }
    command = [node, str(HERE / "provider.mjs"), json.dumps(given)]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert running.stdout is not None
    issuer = running.stdout.readline().strip()
    if not issuer:
        pytest.skip(f"this node does not run oidc-provider: {node}")
    yield issuer
    running.terminate()
    running.wait(10)


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
