"""Custom sign-on set up in the browser with the demo's own website: tried, turned on, used, signed out, turned off."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from local import cast
from tests.journeys.conftest import Visit
from tests.journeys.portal import Portal
from tests.journeys.test_accessibility import AXE, PROFILE, assert_accessible


@pytest.fixture
def switched_off(visit_as: Visit) -> Iterator[None]:
    """Leave the portal as it was, whatever happens: the other journeys sign in by code."""
    yield
    with visit_as(cast.CONTENT_MANAGER) as ellis:
        ellis.page.goto("/settings/sign-on")
        off = ellis.page.get_by_role("button", name="Turn off")
        if off.count():
            off.click()
            expect(ellis.page.get_by_role("button", name="Turn on")).to_be_visible()


def shop(portal: Portal) -> str:
    """Return where the demo's own website is."""
    return f"http://127.0.0.1:{portal.port}"


def at_the_shop(page: Page, portal: Portal) -> None:
    """See that the page is the organization's own website, which is another site to the browser."""
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in at Alder & Finch")
    assert page.url.startswith(shop(portal))


@pytest.mark.usefixtures("switched_off")
def test_a_content_manager_turns_it_on_and_a_customer_uses_it(visit: Visit, visit_as: Visit, portal: Portal) -> None:
    """The trial shows whom it would sign in; turned on, the customer gets in by the website and out by it."""
    with visit_as(cast.CONTENT_MANAGER) as ellis:
        ellis.goes_to(shop(portal))
        page = ellis.page
        page.goto("/settings/sign-on")
        with ellis.context.expect_page() as opened:
            page.get_by_role("link", name="Try it").click()
        tab = opened.value
        at_the_shop(tab, portal)
        tab.get_by_role("link", name=cast.OWNER.name).click()
        expect(tab.get_by_role("heading", level=1)).to_have_text("Trial of custom sign-on")
        expect(tab.locator(".notice")).to_contain_text(f"This token would sign in {cast.OWNER.name}")
        expect(tab.get_by_text("Broken", exact=True)).to_have_count(0)
        tab.get_by_role("button", name="Turn on").click()
        expect(tab.get_by_role("heading", level=2, name="Custom sign-on is on")).to_be_visible()
    with visit() as ada:
        ada.goes_to(shop(portal))
        page = ada.page
        page.goto("/conversations")
        page.get_by_role("link", name="Sign in with Alder & Finch").click()
        at_the_shop(page, portal)
        page.get_by_role("link", name=cast.OWNER.name).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("My Conversations")
        page.get_by_role("button", name="Sign out").click()
        expect(page).to_have_url(re.compile(r"127\.0\.0\.1.*/out$"))
        page.goto("/conversations")
        expect(page.get_by_role("heading", level=1)).to_have_text("Sign in")


@pytest.mark.usefixtures("switched_off")
def test_without_scripts_it_is_a_button_more(visit: Visit, visit_as: Visit, portal: Portal) -> None:
    """Where no script runs, customers press a button at either site, and get in all the same."""
    with visit_as(cast.CONTENT_MANAGER) as ellis:
        ellis.page.goto("/settings/sign-on")
        ellis.page.get_by_role("button", name="Turn on").click()
        expect(ellis.page.get_by_role("button", name="Turn off")).to_be_visible()
    with visit(java_script_enabled=False) as jonas:
        jonas.goes_to(shop(portal))
        page = jonas.page
        page.goto("/login/sso")
        page.get_by_role("link", name=cast.COLLEAGUE.name).click()
        page.get_by_role("button", name="To the support portal").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("One moment")
        page.get_by_role("button", name="Continue").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("My Conversations")


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not here; “make axe” fetches it where npm is")
def test_its_pages_are_accessible(visit_as: Visit) -> None:
    """The settings with a token checked and a fault, the trial, and merging."""
    with visit_as(cast.LEAD, **PROFILE) as ruth:
        page = ruth.page
        page.goto("/settings/sign-on")
        for details in page.locator("details").all():
            details.evaluate("one => { one.open = true }")
        assert_accessible(ruth, "sign-on")
        page.get_by_role("textbox", name="Token", exact=True).fill("eyJhbGciOiJub25lIn0.e30.")
        page.get_by_role("button", name="Check it").click()
        expect(page.get_by_text("This token would be refused")).to_be_visible()
        assert_accessible(ruth, "token checked")
        page.get_by_label("Issuer").fill("not an issuer")
        page.get_by_role("button", name="Save").click()
        expect(page.locator("#sign-on-issuer-fault")).to_be_visible()
        assert_accessible(ruth, "sign-on refused")
        page.goto("/settings/sign-on/try")
        assert_accessible(ruth, "trial")
        page.goto("/settings/customers?one=AF-10041&other=nobody@example.com")
        assert_accessible(ruth, "nobody to merge")
        page.goto("/settings/customers?one=AF-10041&other=AF-10042")
        assert_accessible(ruth, "two to merge")
