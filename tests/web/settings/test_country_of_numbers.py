"""The country of phone numbers: chosen under General, and what follows from it on the page of merges."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

import pytest

import app
from chalicelib.countries import countries
from chalicelib.customers import numbers
from chalicelib.wiring import House
from local import workers
from tests.browser import Browser
from tests.people import People

Browse = Callable[..., Browser]


@pytest.fixture
def met(house: House) -> tuple[str, str]:
    """Two customers who have one number, and a third with another; returns the ids of the two."""
    house.schema.store.finish()
    ada = house.customers.profiles.register("Ada", {"phone": "030 123456"})
    ben = house.customers.profiles.register("Ben <b>", {"phone": "+49 30 123456"})
    house.customers.profiles.register("Cem", {"phone": "040 123456"})
    return ada.id, ben.id


def test_a_content_manager_chooses_among_countries_by_name(people: People, browse: Browse, house: House) -> None:
    """None is the default; another tab's country asks before it is replaced, by its name."""
    manager, other = browse(people.content_manager), browse(people.lead)
    page = manager.get("/settings/general")
    assert len(page.all("#general-country option")) == len(countries()) + 1
    other.get("/settings/general")
    assert manager.submit("Save", country="DE").notice == "Your changes were saved."
    assert house.portal.settings.get(consistent=True).country == "DE"
    clash = other.submit("Save", country="CI")
    assert ("Germany" in clash.text, "Côte d’Ivoire" in clash.text) == (True, True)
    assert house.portal.settings.get(consistent=True).country == "DE"
    manager.get("/settings/general")
    manager.submit("Save", country="")
    assert house.portal.settings.get(consistent=True).country == ""


@pytest.mark.parametrize("country", ["XX", "de", "Germany", "001", "AQ", "DE "])
def test_what_is_no_country_is_refused_beside_the_field(manager: Browser, house: House, country: str) -> None:
    manager.get("/settings/general")
    page = manager.submit("Save", country=country, organization="Beech")
    if country.strip() == "DE":
        assert house.portal.settings.get(consistent=True).country == "DE"
        return
    assert page.status == 422
    assert page.one("#general-country-fault").text == "Choose a country from the list, or none."
    assert page.one("#general-organization")["value"] == "Beech"
    assert house.portal.settings.get(consistent=True).country == ""


@pytest.fixture
def manager(browse: Browse, people: People) -> Browser:
    return browse(people.content_manager)


def test_an_admin_is_asked_where_two_customers_have_one_number(
    people: People, browse: Browse, house: House, met: tuple[str, str]
) -> None:
    """Chosen, compared, listed, both seen, merged, and listed no more; nothing was joined before."""
    admin = browse(people.lead)
    assert not admin.get("/settings/customers").all("#shared-title")
    admin.get("/settings/general")
    admin.submit("Save", country="DE")
    assert "still being compared" in admin.get("/settings/customers").text
    workers.sweep(app)
    page = admin.get("/settings/customers")
    assert "still being compared" not in page.text
    assert [one.text for one in page.all(".sessions strong")] == ["+4930123456"]
    (link,) = page.all(".sessions a")
    assert (link["aria-label"], "Ben <b>" in page.text) == ("Compare Ada and Ben <b>", True)
    admin.get(link["href"])
    assert admin.submit("Merge", keep=met[0], sure="1").notice == "The two are one customer now."
    assert "No two customers share a phone number." in admin.get("/settings/customers").text
    assert house.customers.store.owner("phone", "030/123456") == house.customers.store.owner("phone", "+4930123456")


def test_more_numbers_than_a_page_looks_at_are_on_the_next(
    people: People, browse: Browse, house: House, met: tuple[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    house.customers.profiles.register("Dia", {"phone": "0049 30 123456"})
    house.portal.settings.change(country="DE")
    workers.sweep(app)
    monkeypatch.setattr(numbers, "LOOKED_AT", 1)
    admin = browse(people.lead)
    seen = []
    page = admin.get("/settings/customers")
    while more := [one["href"] for one in page.all("a.button") if one.text == "Show more"]:
        seen += [one["aria-label"] for one in page.all(".sessions a")]
        page = admin.get(more[0])
    seen += [one["aria-label"] for one in page.all(".sessions a")]
    assert seen == ["Compare Dia and Ben <b>", "Compare Ada and Ben <b>"]
    assert admin.get("/settings/customers?cursor=forged").status == 422


def test_who_shares_a_number_is_for_those_who_may_merge(
    people: People, browse: Browse, house: House, met: tuple[str, str]
) -> None:
    """Names and numbers of customers are on that page alone, whoever chose the country."""
    house.portal.settings.change(country="DE")
    workers.sweep(app)
    for member in (people.agent, people.collaborator, people.content_manager):
        answer = browse(member).get("/settings/customers")
        assert answer.status == 403
        assert "+4930123456" not in answer.text
    general = browse(people.content_manager).get("/settings/general")
    assert "+4930123456" not in general.text
    for stranger in (browse(people.owner), browse()):
        answer = stranger.get("/settings/customers")
        assert (answer.path.partition("?")[0], "+4930123456" in answer.text) == ("/staff/login", False)


def test_an_admin_finds_a_customer_by_a_number_however_it_is_typed(
    people: People, browse: Browse, house: House, met: tuple[str, str]
) -> None:
    """In the older form, and in any that is the same number in the organization's country."""
    house.portal.settings.change(country="DE")
    admin = browse(people.lead)
    for swept in (False, True):
        if swept:
            workers.sweep(app)
        for typed in ("040 123456", "0049 40/123456", "+49 (0)40 123456", "\u200e+49\u00a040 123456"):
            page = admin.get(f"/settings/customers?{urlencode({'one': typed, 'other': met[1]})}")
            assert [one.text for one in page.all(".two label")] == ["Cem", "Ben <b>"]
