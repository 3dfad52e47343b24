"""Attack 8, the contact form: an address that was only typed is proven by the code sent there and nothing else."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from chalicelib.wiring import House
from tests.browser import Browser, cookies_of
from tests.people import Clock, People
from tests.signin.site import Site, opened

if TYPE_CHECKING:
    from tests.conftest import MailRoom

VICTIM = "victim@example.com"


@pytest.fixture
def site(house: House, clock: Clock) -> Iterator[Site]:
    """Custom sign-on beside e-mailed codes."""
    with opened(house, clock) as site:
        yield site


def known(house: House) -> str:
    """Return who typed the victim's address, and is known by an external id of their own as well."""
    contact = house.customers.contacts.of("Mallory", VICTIM)
    house.customers.store.claim(contact, "external_id", "AF-666")
    return contact.id


def test_no_merge_gives_a_customer_to_an_address_that_nobody_has_proven(
    people: People, browse: Callable[..., Browser]
) -> None:
    """Whoever wrote that two are one could otherwise sign in as the other; the other way round the address goes."""
    house, owner = people.house, people.owner
    contact = house.customers.contacts.of("Ada Lindqvist", VICTIM)
    admin = browse(people.lead)
    admin.get(f"/settings/customers?one={contact.id}&other={owner.id}")
    sent = {"csrf": admin.csrf, "one": contact.id, "other": owner.id, "sure": "1"}
    answer = admin.post("/settings/customers", {**sent, "keep": contact.id})
    assert answer.status == 422
    assert "Nobody has proven the address victim@example.com" in answer.text
    assert owner.email
    assert house.customers.store.owner("email", owner.email) == owner.id
    assert admin.post("/settings/customers", {**sent, "keep": owner.id}).status == 200
    assert house.customers.contacts.who_signs_in(VICTIM) is None


def test_a_token_that_names_an_external_id_proves_no_address(site: Site, browse: Callable[..., Browser]) -> None:
    """Signed in by the organization's login, the customer still has no address, and its owner is still nobody."""
    house, browser = site.house, browse()
    customer_id = known(house)
    response = browser.request("GET", "/login/sso")
    state = (response.header("Location") or "").partition("state=")[2].partition("&")[0]
    assert browser.post("/login/sso", {"token": site.token(external_id="AF-666"), "state": state}).status == 200
    assert browser.cookies[cookies_of(house).session("customer")].startswith(customer_id)
    customer = house.customers.store.get(customer_id, consistent=True)
    assert customer
    assert (customer.email, customer.contact) == (None, VICTIM)
    assert house.customers.store.owner("email", VICTIM) is None


def test_the_code_sent_there_still_proves_it(house: House, browse: Callable[..., Browser], mail_room: MailRoom) -> None:
    """Whoever reads the mail of an address owns it."""
    customer_id = known(house)
    browser = browse()
    browser.get("/login")
    browser.submit("Send me a code", email=VICTIM)
    browser.submit("Sign in", code=mail_room.code())
    assert house.customers.store.owner("email", VICTIM) == customer_id
