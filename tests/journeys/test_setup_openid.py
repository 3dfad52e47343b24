"""An admin sets up how staff sign in: a provider is tested and turned on, used by staff, and codes are switched off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from chalicelib.openid.service import CALLBACK
from local import cast
from tests.journeys.conftest import Visit
from tests.journeys.portal import Portal
from tests.journeys.test_accessibility import AXE, PROFILE, assert_accessible
from tests.journeys.visitor import Visitor
from tests.openid.independent import independent
from tests.openid.world import CLIENT, DOMAIN, SECRET


@pytest.fixture
def issuer(portal: Portal) -> Iterator[str]:
    """An independent provider that knows the portal."""
    with independent(portal.url + CALLBACK) as found:
        yield found


def sign_in_elsewhere(visitor: Visitor, account: str) -> None:
    """Press the button, sign in at the provider and agree there."""
    page = visitor.page
    page.goto("/staff/login")
    page.get_by_role("link", name="Sign in with Alder ID").click()
    page.get_by_placeholder("Enter any login").fill(account)
    page.get_by_placeholder("and password").fill("any")
    page.get_by_role("button", name="Sign-in").click()
    page.get_by_role("button", name="Continue").click()
    expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    visitor.expects("asked somebody else")


def test_set_up_used_and_made_the_only_way_in(visit: Visit, visit_as: Visit, issuer: str) -> None:
    with visit_as(cast.LEAD) as ruth:
        page = ruth.page
        page.goto("/settings/roles")
        page.get_by_role("link", name="Staff sign-in").click()
        page.get_by_label("Name", exact=True).fill("Alder ID")
        page.get_by_label("Issuer", exact=True).fill(issuer)
        page.get_by_label("Client id").fill(CLIENT)
        page.get_by_label("Client secret").fill(SECRET)
        page.get_by_label("More scopes").fill("groups")
        page.get_by_role("button", name="Test the provider").click()
        expect(page.get_by_text("This provider can be used. Nothing was saved.")).to_be_visible()
        page.get_by_label("E-mail domains").fill(DOMAIN)
        page.get_by_label("Group of rule 1").fill("it")
        page.get_by_label("Role of rule 1").select_option("Admin")
        page.get_by_label("Everybody else").select_option("Agent")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator(".notice")).to_have_text("Your changes were saved.")
        page.get_by_role("button", name="Turn on").click()
        expect(page.get_by_text("OpenID Connect is on")).to_be_visible()
        expect(page.get_by_role("button", name="Switch codes off")).to_have_count(0)

    with visit() as tom:
        sign_in_elsewhere(tom, "tom")
        expect(tom.page.get_by_role("heading", level=1)).to_have_text("Conversations")
        tom.page.get_by_role("link", name="Your account").click()
        expect(tom.page.get_by_text("by OpenID Connect")).to_be_visible()

    with visit() as ruth:
        sign_in_elsewhere(ruth, "ruth")
        page = ruth.page
        page.goto("/settings/openid")
        page.get_by_role("button", name="Switch codes off").click()
        expect(page.get_by_text("Off: staff can only sign in with Alder ID.")).to_be_visible()
        with visit() as somebody:
            somebody.page.goto("/staff/login")
            expect(somebody.page.get_by_role("link", name="Sign in with Alder ID")).to_be_visible()
            expect(somebody.page.get_by_label("E-mail address")).to_have_count(0)
        page.get_by_role("button", name="Turn off").click()
        expect(page.get_by_text("The only way in while OpenID Connect is off.")).to_be_visible()


@pytest.mark.skipif(not Path(AXE).exists(), reason="axe-core is not here; “make axe” fetches it where npm is")
def test_its_pages_are_accessible(visit_as: Visit) -> None:
    """The settings empty, refused and tested; the account of a member."""
    with visit_as(cast.LEAD, **PROFILE) as ruth:
        page = ruth.page
        page.goto("/settings/openid")
        assert_accessible(ruth, "openid")
        page.get_by_label("Issuer", exact=True).fill("https://nowhere.invalid")
        page.get_by_role("button", name="Test the provider").click()
        expect(page.get_by_text("This provider cannot be used yet.")).to_be_visible()
        assert_accessible(ruth, "openid tested")
        page.locator("form:has(#openid-domains)").evaluate("form => { form.noValidate = true }")
        page.get_by_label("E-mail domains").fill("no domain")
        page.get_by_role("button", name="Add a rule").click()
        page.locator("form:has(#openid-domains)").evaluate("form => { form.noValidate = true }")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator("[data-faults]")).to_be_visible()
        assert_accessible(ruth, "openid refused")
        page.goto("/staff/account")
        assert_accessible(ruth, "account of staff")
