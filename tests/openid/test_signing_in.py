"""Staff sign in through an independent provider, from the button to the desk."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.signin.model import Kind
from chalicelib.wiring import House
from tests.browser import Browser, Page, cookies_of
from tests.emulators import PUBLIC_URL
from tests.openid.world import Elsewhere, configure, query_of
from tests.people import Clock, People

RULES = (("it", "admin"), ("support", "agent"))


@pytest.fixture
def through(house: House, people: People, independent: str, real_time: Clock) -> Callable[..., Page]:
    """Return what signs somebody in at the provider and comes back with them."""
    assert real_time.now
    assert people.lead.role == "admin"
    configure(house, independent, scopes="groups", rules=RULES, default_role="")

    def go(browser: Browser, account: str, return_to: str = "") -> Page:
        browser.get("/staff/login" + (f"?return_to={return_to}" if return_to else ""))
        answer = browser.request("GET", browser.page.link("Sign in with Alder ID"))
        path = Elsewhere(PUBLIC_URL).sign_in(answer.header("Location") or "", account)
        return browser.get(path)

    return go


def test_somebody_new_becomes_a_member_with_the_role_of_their_group(
    house: House, browse: Callable[..., Browser], through: Callable[..., Page]
) -> None:
    page = through(browse(), "tom")
    assert (page.status, page.path) == (200, "/desk")
    assert "Tom Okafor" in page.text
    owner = house.staff.store.owner("tom.okafor@alder-finch.example")
    assert owner
    member = house.staff.store.get(owner, consistent=True)
    assert member
    assert (member.name, member.role, member.active) == ("Tom Okafor", "agent", True)
    (session,) = house.signin.sign_in.sessions(Kind.STAFF, member.id, 12)
    assert session.by == house.openid.accounts.get(consistent=True).proof


def test_who_was_invited_is_joined_by_their_verified_address(
    people: People, house: House, browse: Callable[..., Browser], through: Callable[..., Page]
) -> None:
    """In any case of letters; the name stays the one that was given to them here."""
    configure(house, house.openid.accounts.get().issuer, default_role="collaborator")
    member = people.agent
    page = through(browse(), "mina")
    assert (page.status, page.path) == (200, "/desk")
    joined = house.staff.store.get(member.id, consistent=True)
    assert joined
    assert (joined.name, joined.role) == (member.name, "agent")
    assert house.signin.sign_in.sessions(Kind.STAFF, member.id, 12)


def test_the_first_rule_that_fits_gives_the_role(
    house: House, browse: Callable[..., Browser], through: Callable[..., Page]
) -> None:
    assert through(browse(), "lena").status == 200
    member = house.staff.store.get(house.staff.store.owner("lena@alder-finch.example") or "", consistent=True)
    assert member
    assert member.role == "admin"


@pytest.mark.parametrize(
    ("account", "why"),
    [("vera", "is verified"), ("eve", "is not of a domain"), ("mina", "No rule gives")],
)
def test_who_is_not_allowed_in_is_told_why(
    house: House, browse: Callable[..., Browser], through: Callable[..., Page], account: str, why: str
) -> None:
    browser = browse()
    page = through(browser, account)
    assert page.status == 422
    assert why in page.faults[0]
    assert cookies_of(house).session(Kind.STAFF) not in browser.cookies
    assert browser.get("/desk", follow=False).status == 303


def test_the_way_back_leads_to_the_page_that_was_asked_for(
    browse: Callable[..., Browser], through: Callable[..., Page]
) -> None:
    assert through(browse(), "tom", "/staff/account").path == "/staff/account"
    assert through(browse(), "tom", "//evil.example").path == "/desk"


def test_what_is_sent_to_the_provider_has_state_nonce_and_challenge(
    browse: Callable[..., Browser], house: House, independent: str, real_time: Clock
) -> None:
    """Each of them new each time, and none of the verifier in what the browser holds."""
    assert real_time.now
    configure(house, independent)
    seen = []
    for _ in range(2):
        browser = browse()
        query = query_of(browser.request("GET", "/staff/login/openid").header("Location") or "")
        assert query["response_type"] == "code"
        assert query["redirect_uri"] == f"{PUBLIC_URL}/staff/login/openid/callback"
        assert query["code_challenge_method"] == "S256"
        seen += [query["state"], query["nonce"], query["code_challenge"]]
        cookie = browser.cookies[cookies_of(house).openid]
        assert query["nonce"] not in (house.signer.unseal("openid", cookie) or "")
    assert len(set(seen)) == 6
