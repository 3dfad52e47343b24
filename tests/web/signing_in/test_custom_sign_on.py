"""Custom sign-on as customers go through it: there and back, bound to one browser, and out again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from chalicelib.audit.model import OPERATOR
from chalicelib.signin.model import Kind
from chalicelib.wiring import House
from tests.browser import Browser, Page, cookies_of
from tests.people import Clock, People
from tests.signin.site import GONE, LOGIN_URL, Site, opened

CROSS_SITE = {"Sec-Fetch-Site": "cross-site", "Origin": "https://www.alder-finch.example"}


@pytest.fixture
def site(house: House, clock: Clock) -> Iterator[Site]:
    with opened(house, clock) as site:
        yield site


def depart(browser: Browser, path: str = "/login/sso") -> dict[str, str]:
    """Go to the organization's login, and return what its address says."""
    response = browser.request("GET", path)
    assert response.status == 303
    location = response.header("Location") or ""
    assert location.startswith(LOGIN_URL)
    return {name: values[0] for name, values in parse_qs(urlsplit(location).query).items()}


def arrive(browser: Browser, **fields: str) -> Page:
    """Come back from another site: no cookie of ours comes along, and none is lost by that."""
    kept = dict(browser.cookies)
    browser.cookies.clear()
    page = browser.post("/login/sso", fields, headers=CROSS_SITE)
    browser.cookies = {**kept, **browser.cookies}
    return page


def signed_in(browser: Browser) -> bool:
    """Tell whether a customer's session lies in the browser."""
    return cookies_of(browser.house).session(Kind.CUSTOMER) in browser.cookies


def settings(site: Site, **changes: object) -> None:
    """Change what custom sign-on is set to."""
    site.house.signin.sign_on.save(OPERATOR, replace(site.house.signin.sign_on.store.settings(), **changes))  # type: ignore[arg-type]


def test_the_round_trip_signs_in_and_goes_on_to_the_page_that_was_wanted(
    site: Site, browse: Callable[..., Browser], people: People
) -> None:
    """The form of another site is sent again from our own page, and only that signs in, as the known customer."""
    conversation = people.starts(people.owner, subject="Wanted")
    browser = browse()
    sent = depart(browser, f"/login/sso?return_to=/conversations/{conversation.id}")
    assert sent["return_to"] == f"/conversations/{conversation.id}"
    page = arrive(browser, token=site.token(), state=sent["state"])
    assert (page.status, page.heading, signed_in(browser)) == (200, "One moment", False)
    assert browser.submit("Continue").heading == "Wanted"
    assert cookies_of(site.house).sign_on not in browser.cookies


def test_a_new_customer_is_made_with_name_and_language(site: Site, browse: Callable[..., Browser]) -> None:
    """Whoever is not known yet is known from then on by what the token proves."""
    site.house.portal.settings.change(languages=("en", "de"))
    browser = browse()
    state = depart(browser)["state"]
    fields = {"external_id": "N-1", "email": "Neu@Example.com", "email_verified": True, "name": "Neu Mann"}
    browser.post("/login/sso", {"token": site.token(**fields, locale="de-AT"), "state": state})
    owner = site.house.customers.store.owner("external_id", "N-1")
    assert owner
    customer = site.house.customers.store.get(owner, consistent=True)
    assert customer
    assert (customer.name, customer.email, customer.language) == ("Neu Mann", "neu@example.com", "de")


def test_login_offers_both_or_leads_straight_on(site: Site, browse: Callable[..., Browser]) -> None:
    """With e-mailed codes kept, the page offers both; without, Log in leads to the organization's login alone."""
    browser = browse()
    page = browser.get("/login?return_to=/account")
    assert page.link("Sign in with Alder & Finch") == "/login/sso?return_to=%2Faccount"
    assert page.has_form("Send me a code")
    settings(site, codes=False)
    answer = browser.request("GET", "/login?return_to=/account")
    assert (answer.status, answer.header("Location")) == (303, "/login/sso?return_to=%2Faccount")
    for method, path in (("POST", "/login"), ("GET", "/login/code"), ("POST", "/login/code")):
        assert browser.request(method, path, b"", {"Sec-Fetch-Site": "same-origin"}).status == 404, path


def test_staff_sign_in_is_not_touched(site: Site, browse: Callable[..., Browser]) -> None:
    """Whatever custom sign-on is set to, staff have their own way in."""
    settings(site, codes=False, login_url="https://broken.example")
    assert browse().get("/staff/login").has_form("Send me a code")


def test_off_it_does_not_exist(site: Site, browse: Callable[..., Browser]) -> None:
    """Turned off, or with the portal off, its addresses are not found, and its tokens not looked at."""
    browser = browse()
    state = depart(browser)["state"]
    for change in ({"sign_on": False}, {"enabled": False, "sign_on": True}):
        site.house.portal.settings.change(**change)
        assert browser.get("/login/sso").status == 404
        assert browser.post("/login/sso", {"token": site.token(), "state": state}).status == 404
    assert not signed_in(browser)


def test_a_token_of_somebody_elses_round_trip_signs_nobody_in(site: Site, browse: Callable[..., Browser]) -> None:
    """Login CSRF: with another browser's state, none, a made-up or an old one, nobody is signed in."""
    attacker, victim = browse(), browse()
    theirs = depart(attacker)["state"]
    depart(victim)
    for state in (theirs, "", "made.up", theirs[:-1]):
        page = victim.post("/login/sso", {"token": site.token(), "state": state}, headers=CROSS_SITE)
        assert (page.status, page.heading) == (422, "We could not sign you in")
    page = arrive(victim, token=site.token(), state=theirs)
    assert page.heading == "One moment"
    assert victim.submit("Continue").status == 422
    assert not signed_in(victim)


def test_a_round_trip_ends_after_an_hour(site: Site, browse: Callable[..., Browser], clock: Clock) -> None:
    """A state that was handed out too long ago is refused, although the token is good."""
    browser = browse()
    state = depart(browser)["state"]
    clock.ahead(minutes=61)
    assert browser.post("/login/sso", {"token": site.token(), "state": state}).status == 422
    assert not signed_in(browser)


def test_two_tabs_can_be_under_way(site: Site, browse: Callable[..., Browser]) -> None:
    """ConversationToRecord again in a second tab does not spoil the first."""
    browser = browse()
    first, second = depart(browser)["state"], depart(browser)["state"]
    assert browser.post("/login/sso", {"token": site.token(), "state": first}).heading == "My Conversations"
    depart(browser)
    assert first != second


def test_the_session_is_a_new_one(site: Site, browse: Callable[..., Browser], people: People) -> None:
    """What was in the browser before is no session afterwards."""
    browser = browse(people.stranger)
    name = cookies_of(site.house).session(Kind.CUSTOMER)
    before = browser.cookies[name]
    state = depart(browser)["state"]
    browser.post("/login/sso", {"token": site.token(external_id=people.owner.external_id), "state": state})
    assert browser.cookies[name] != before
    assert browser.cookies[name].startswith(people.owner.id)


def test_an_unasked_token_is_refused_until_it_is_allowed(site: Site, browse: Callable[..., Browser]) -> None:
    """A sign-in that begins at the organization's site is off by default; allowed, the customer is asked first."""
    browser = browse()
    arrive(browser, token=site.token())
    assert browser.submit("Continue").status == 422
    settings(site, unasked=True)
    page = arrive(browser, token=site.token(), return_to="/account")
    assert page.heading == "Sign in as Ada Lindqvist?"
    assert "data-go" not in page.form("Continue").attrs
    assert browser.submit("Continue").heading == "Account"


def test_an_unasked_token_needs_the_form_of_this_browser(site: Site, browse: Callable[..., Browser]) -> None:
    """Another site cannot press the button for somebody."""
    settings(site, unasked=True)
    attacker, victim = browse(), browse()
    arrive(attacker, token=site.token())
    forged = {"token": site.token(), "again": "1", "csrf": attacker.csrf}
    for headers in (CROSS_SITE, {}):
        assert victim.post("/login/sso", forged, headers=headers).status == 422
    assert arrive(victim, token=site.token(external_id=GONE)).status == 422
    assert not signed_in(victim)


def test_out_leads_to_the_organizations_sign_out(site: Site, browse: Callable[..., Browser], people: People) -> None:
    """The session ends here first; then a page leads on to the address of the settings, and nowhere else."""
    browser = browse(people.owner)
    browser.get("/conversations")
    assert browser.submit("Sign out").path == "/"
    settings(site, logout_url="https://www.alder-finch.example/out?a=1")
    browser.sign_in(people.owner)
    browser.get("/conversations")
    page = browser.submit("Sign out")
    assert page.heading == "You are signed out."
    assert page.link("Continue") == "https://www.alder-finch.example/out?a=1"
    assert page.one("meta[http-equiv=refresh]")["content"] == "0; url=https://www.alder-finch.example/out?a=1"
    assert not signed_in(browser)


def test_every_way_out_leads_to_the_organizations_sign_out(
    site: Site, browse: Callable[..., Browser], people: People
) -> None:
    """Or one press on “Log in” would undo it: signing out everywhere, and after the session has ended by itself."""
    settings(site, logout_url="https://www.alder-finch.example/out")
    browser = browse(people.owner)
    browser.get("/account")
    page = browser.submit("Sign out everywhere")
    assert page.link("Continue") == "https://www.alder-finch.example/out"
    assert "You are signed out everywhere." in page.text
    browser.sign_in(people.owner)
    browser.get("/conversations")
    site.clock.ahead(days=2)
    assert browser.submit("Sign out").link("Continue") == "https://www.alder-finch.example/out"


def test_looking_uses_nothing_up(site: Site, browse: Callable[..., Browser]) -> None:
    """Neither GET nor HEAD takes a token, whoever puts it into an address."""
    browser = browse()
    token, state = site.token(), depart(browser)["state"]
    for method in ("GET", "HEAD"):
        assert browser.request(method, f"/login/sso?token={token}&state={state}").status == 303
    assert browser.post("/login/sso", {"token": token, "state": state}).heading == "My Conversations"
