"""Attack 18, custom sign-on: a token that nobody signed does not tell who is a customer, and tokens are counted."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest

from chalicelib.audit.model import OPERATOR
from chalicelib.web.signing_in.sign_on import PER_IP
from chalicelib.wiring import House
from tests.browser import Browser
from tests.people import Clock, People
from tests.signin.site import Site, by_secret, opened
from tests.wire import recorded


@pytest.fixture
def site(house: House, clock: Clock) -> Iterator[Site]:
    """Custom sign-on that takes sign-ins which begin at the organization's site."""
    with opened(house, clock) as site:
        house.signin.sign_on.save(OPERATOR, replace(house.signin.sign_on.store.settings(), unasked=True))
        yield site


def test_a_forged_token_is_looked_up_for_nobody(site: Site, browse: Callable[..., Browser], people: People) -> None:
    """The same calls are made for a customer's address and id as for a stranger's: no timing tells them apart."""
    known = {"external_id": people.owner.external_id, "email": people.owner.email, "email_verified": True}
    nobody = {"external_id": "AF-0", "email": "nobody@example.com", "email_verified": True}
    header = {"alg": "HS256", "kid": site.key_id}
    seen = []
    for claims in (known, nobody):
        token = site.signed(header, by_secret("x" * 40), **claims)
        with recorded(site.house.clients.dynamodb) as calls:
            answer = browse().request("POST", "/login/sso", f"token={token}")
        assert answer.status == 422
        assert not [call for call in calls if "CLAIM#" in str(call.request)]
        seen.append([call.operation for call in calls])
    assert seen[0] == seen[1]


def test_tokens_that_nobody_asked_for_are_counted_from_the_first_look(
    site: Site, browse: Callable[..., Browser]
) -> None:
    """Looking at one can mean reading keys from elsewhere, and costs as much whether or not it signs in."""
    browser = browse()
    for _ in range(PER_IP.most):
        site.house.limits.use(PER_IP, browser.ip)
    assert browser.request("POST", "/login/sso", f"token={site.token()}").status == 429
