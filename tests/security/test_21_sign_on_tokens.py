"""Attack 21: tokens of custom sign-on that are forged, confused, stale, replayed, or signed with another key.

Each row of the table is sent to the sign-in and to the page that checks tokens; both name the same rule.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from chalicelib.signin.tokens import RULES
from chalicelib.wiring import House
from tests.browser import Browser, cookies_of
from tests.people import Clock, People
from tests.signin.site import Site, by_rsa, opened, rsa_key
from tests.signin.token_table import TABLE, Row


@pytest.fixture
def site(house: House, clock: Clock) -> Iterator[Site]:
    with opened(house, clock) as site:
        yield site


def state_of(browser: Browser) -> str:
    """Begin a sign-in, and return the state that the organization's login is given."""
    response = browser.request("GET", "/login/sso")
    assert response.status == 303
    return (response.header("Location") or "").partition("state=")[2].partition("&")[0]


def rule_of(page_text: str) -> str:
    """Return the rule that a refusal names, by its sentence where it has one of its own."""
    if "has already been used" in page_text:
        return "token_used"
    if "could not check your sign-in" in page_text:
        return "keys_unavailable"
    return page_text.partition("to the support of Alder & Finch:")[2].split()[0]


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_sign_in_and_checking_page_give_the_documented_answer(
    row: Row, site: Site, browse: Callable[..., Browser], people: People
) -> None:
    """A good token signs in, a bad one names the rule it breaks; the checking page says the same and uses none up."""
    manager, customer = browse(people.content_manager), browse()
    state = state_of(customer)
    token = row.token(site)
    manager.get("/settings/sign-on")
    checked = manager.post("/settings/sign-on", {"csrf": manager.csrf, "action": "check", "token": token})
    broken = [one.one("code").text for one in checked.all(".findings li") if one.one(".pill").text == "Broken"]
    assert checked.status == 200
    assert broken[:1] == ([row.rule] if row.rule else []), broken

    answer = customer.post("/login/sso", {"token": token, "state": state}, headers={"Sec-Fetch-Site": "same-site"})
    signed_in = cookies_of(customer.house).session("customer") in customer.cookies
    if row.rule:
        assert (answer.status, rule_of(answer.one("main").text), signed_in) == (422, row.rule, False)
    else:
        assert (answer.status, answer.heading, signed_in) == (200, "My Conversations", True)
        again = customer.post("/login/sso", {"token": token, "state": state_of(customer)})
        assert (again.status, rule_of(again.one("main").text)) == (422, "token_used")


def test_every_rule_has_a_row() -> None:
    """No rule is documented that no token was ever tried against; those that no token alone can break are below."""
    assert RULES.keys() - {row.rule for row in TABLE} == {"keys_unavailable", "identity_conflict"}


def test_keys_that_cannot_be_had_refuse_and_never_fall_back(site: Site, browse: Callable[..., Browser]) -> None:
    """Where the key set does not answer, its tokens are refused, and older keys are not believed for longer."""
    header = {"alg": "RS256", "kid": "rsa-1"}
    site.house.signin.sign_on.take(site.signed(header, by_rsa(rsa_key())), "192.0.2.1", "curl")
    site.published.clear()
    site.clock.ahead(minutes=11)
    browser = browse()
    state = state_of(browser)
    answer = browser.post("/login/sso", {"token": site.signed(header, by_rsa(rsa_key())), "state": state})
    assert (answer.status, rule_of(answer.one("main").text)) == (422, "keys_unavailable")
    answer = browser.post("/login/sso", {"token": site.token(), "state": state})
    assert answer.heading == "My Conversations"


def test_two_customers_are_never_joined_by_a_token(site: Site, browse: Callable[..., Browser], people: People) -> None:
    """An id of one and an address of another are refused, and so is the address of somebody with another id."""
    owner, stranger = people.owner, people.stranger
    for changes in (
        {"external_id": owner.external_id, "email": stranger.email, "email_verified": True},
        {"external_id": "AF-99999", "email": owner.email, "email_verified": True},
    ):
        browser = browse()
        state = state_of(browser)
        answer = browser.post("/login/sso", {"token": site.token(**changes), "state": state})
        assert (answer.status, rule_of(answer.one("main").text)) == (422, "identity_conflict")
    assert people.fresh(owner) == owner
    assert people.fresh(stranger) == stranger


@pytest.mark.parametrize("name", ["af-10041", "AF-10041\u200b", "АF-10041", "ＡF-10041", "AF-1004１"])
def test_ids_that_only_look_alike_are_somebody_else(name: str, site: Site, people: People) -> None:
    """Another case, an invisible letter, a Cyrillic or a wide one: never the customer it looks like."""
    owner = people.owner
    checked = site.house.signin.sign_on.checked(site.token(external_id=name))
    assert checked.customer is None or checked.customer.id != owner.id


def test_an_address_that_is_not_verified_is_never_taken_over(site: Site, people: People) -> None:
    """The customer of an id is found by it alone; an unverified address is neither looked for nor kept."""
    owner, stranger = people.owner, people.stranger
    token = site.token(external_id=owner.external_id, email=stranger.email)
    session = site.house.signin.sign_on.take(token, "192.0.2.1", "curl")
    assert session.startswith(owner.id)
    assert people.fresh(owner).email == owner.email
    new = site.house.signin.sign_on.take(site.token(external_id="N-1", email="free@example.com"), "192.0.2.1", "curl")
    customer = site.house.customers.store.get(new.partition(".")[0], consistent=True)
    assert customer is not None
    assert customer.email is None


def test_the_reference_has_every_rule() -> None:
    """The table that developers read is the one that is enforced."""
    page = (Path(__file__).resolve().parents[2] / "docs" / "reference" / "sign-on-tokens.md").read_text(
        encoding="utf-8"
    )
    rows = dict(
        re.findall(r"^\| `(\w+)` \| (.+) \|$", page.partition("## Rules")[2].partition("## Whom")[0], re.MULTILINE)
    )
    assert rows.pop("state_wrong")
    assert rows == RULES
