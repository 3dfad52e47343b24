"""Attack 23: where custom sign-on sends browsers on to, whatever stands in ``return_to`` and in the settings."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from chalicelib.audit.model import OPERATOR
from chalicelib.wiring import House
from tests.browser import Browser
from tests.people import Clock
from tests.signin.site import LOGIN_URL, Site, opened

ELSEWHERE = (
    "//evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "https:evil.example",
    "https://evil.example",
    "/%0d%0aLocation: https://evil.example",
    "/\r\nSet-Cookie: a=b",
    "javascript:alert(1)",
    "/conversations//evil.example",
    "data:text/html,x",
    "evil.example",
    " /account",
)


@pytest.fixture
def site(house: House, clock: Clock) -> Iterator[Site]:
    with opened(house, clock) as site:
        yield site


@pytest.mark.parametrize("target", ELSEWHERE)
def test_a_round_trip_never_ends_elsewhere(target: str, site: Site, browse: Callable[..., Browser]) -> None:
    """The way there goes to the address of the settings, the way back to a path of ours, for each kind of sign-in."""
    browser = browse()
    there = browser.request("GET", f"/login/sso?return_to={quote(target)}")
    location = there.header("Location") or ""
    assert location.startswith(f"{LOGIN_URL}?state=")
    assert "return_to" not in location
    state = parse_qs(urlsplit(location).query)["state"][0]
    fields = {"token": site.token(), "state": state, "return_to": target}
    back = browser.post("/login/sso", fields, follow=False)
    assert (back.status, back.header("Location")) == (303, "/conversations")

    site.house.signin.sign_on.save(OPERATOR, replace(site.house.signin.sign_on.store.settings(), unasked=True))
    other = browse()
    other.post("/login/sso", {"token": site.token(), "return_to": target})
    back = other.submit("Continue", follow=False)
    assert (back.status, back.header("Location")) == (303, "/conversations")


def test_a_state_is_not_ours_once_it_was_changed(site: Site, browse: Callable[..., Browser]) -> None:
    """Where to go on stands in the state, sealed: whoever changes it has none."""
    browser = browse()
    location = browser.request("GET", "/login/sso?return_to=/account").header("Location") or ""
    state = parse_qs(urlsplit(location).query)["state"][0]
    body, _, signature = state.partition(".")
    other = "B" if signature.endswith("A") else "A"
    for changed in (f"{body[:-2]}__.{signature}", f"{body}.{signature[:-1]}{other}", body, f"{body}..{signature}"):
        assert browser.post("/login/sso", {"token": site.token(), "state": changed}).status == 422


def test_an_address_with_a_question_of_its_own_keeps_it(site: Site, browse: Callable[..., Browser]) -> None:
    """What the settings' address asks for stays; the state follows it."""
    wanted = replace(site.house.signin.sign_on.store.settings(), login_url=f"{LOGIN_URL}?app=support")
    site.house.signin.sign_on.save(OPERATOR, wanted)
    location = browse().request("GET", "/login/sso").header("Location") or ""
    assert location.startswith(f"{LOGIN_URL}?app=support&state=")
