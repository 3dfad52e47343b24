"""Setting up the portal as a content manager, each step checked from the customer's browser at once."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from local import cast
from tests.journeys.conftest import Visit
from tests.journeys.test_accessibility import AXE, PROFILE, assert_accessible
from tests.journeys.test_elsewhere import PHONE, assert_fits

SUBJECT = "Warranty for the Wren desk lamp"
CLOSED = "Opening hours between the years"
SAVED = "Your changes were saved."


def save(page: Page) -> None:
    """Press Save and see that it was."""
    page.get_by_role("button", name="Save", exact=True).last.click()
    expect(page.locator(".notice")).to_have_text(SAVED)


def names(page: Page) -> list[str]:
    """Return what the head of a conversation shows, by name."""
    return page.locator("dl.facts dt").all_inner_texts()


def row(page: Page, name: str) -> Locator:
    """Return the line of an attribute that is shown."""
    return page.locator("[data-row]").filter(has_text=name)


def test_a_content_manager_sets_the_portal_up(visit: Visit, visit_as: Visit) -> None:
    """Off and on, attributes with a snippet's name, a shorter session, no reopening: seen by Ada each time."""
    with visit() as ellis, visit_as(cast.OWNER) as ada, visit() as stranger:
        ellis.sign_in(cast.CONTENT_MANAGER)
        page, hers = ellis.page, ada.page
        expect(page.get_by_role("heading", level=1)).to_have_text("Configuration")

        # off, and nothing is left of it; on, and Log in is there
        page.goto("/settings/portal")
        page.get_by_role("switch", name="Turn on My Conversations").uncheck()
        expect(page.get_by_text("There are changes that are not saved.")).to_be_visible()
        save(page)
        stranger.page.goto("/")
        expect(stranger.page.get_by_role("link", name="Log in", exact=True)).to_have_count(0)
        answer = hers.goto("/conversations")
        assert answer
        assert answer.status == 404
        page.get_by_role("switch", name="Turn on My Conversations").check()
        save(page)
        stranger.page.goto("/")
        expect(stranger.page.get_by_role("link", name="Log in", exact=True)).to_be_visible()

        # attributes: a typed name, a name from a snippet, put in order by keyboard and by hand
        hers.goto("/conversations")
        ada.open(SUBJECT)
        first = names(hers)
        assert first == ["Status", "Channel", "Created", "Order number", "Delivery date"]
        page.get_by_role("link", name="Choose attributes").click()
        page.get_by_label("Add an attribute").select_option(label="Lamp")
        page.get_by_role("button", name="Add", exact=True).click()
        expect(page.get_by_text("This is not saved yet.")).to_be_visible()
        row(page, "lamp").get_by_label("Display name").fill("Your lamp")
        up = page.get_by_role("button", name="Move Lamp up")
        up.focus()
        up.press("Enter")
        page.keyboard.press("Enter")
        expect(page.locator("[data-row] strong").first).to_have_text("Lamp")
        row(page, "delivery_date").get_by_label("or from a snippet").select_option("order-number")
        grip, goal = row(page, "delivery_date").locator("[data-grip]"), page.locator("[data-row]").first
        start, end = grip.bounding_box(), goal.bounding_box()
        assert start
        assert end
        page.mouse.move(start["x"] + 8, start["y"] + 8)
        page.mouse.down()
        page.mouse.move(start["x"] + 8, start["y"] - 60, steps=6)
        page.mouse.move(start["x"] + 8, end["y"] + 4, steps=12)
        page.mouse.up()
        expect(page.locator("[data-row] strong").first).to_have_text("Delivery date")
        page.get_by_role("button", name="Remove Order number").click()
        expect(page.locator("[data-row]")).to_have_count(2)
        save(page)
        hers.reload()
        assert names(hers) == ["Status", "Channel", "Created", "Order number", "Your lamp"]
        expect(hers.locator("dl.facts")).to_contain_text("Wren")

        # a shorter session, and no reopening
        page.goto("/settings/portal")
        page.get_by_label("Session lifetime", exact=True).fill("0")
        page.get_by_label("Unit of the session lifetime").select_option("hours")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator("#portal-session_hours-fault")).to_have_text(
            "A session lasts at least 1 hour and at most 365 days."
        )
        page.get_by_label("Session lifetime", exact=True).fill("2")
        page.get_by_role("switch", name="Reopen conversation").uncheck()
        save(page)
        hers.goto("/account")
        expect(hers.locator("main")).to_contain_text("2 hours")
        hers.goto("/conversations")
        ada.open(CLOSED)
        expect(hers.get_by_role("button", name="Reopen and send")).to_have_count(0)
        expect(hers.get_by_role("link", name="Start a new conversation")).to_be_visible()

        # as it was, for whoever comes next
        page.get_by_label("Session lifetime", exact=True).fill("1")
        page.get_by_label("Unit of the session lifetime").select_option("days")
        page.get_by_role("switch", name="Reopen conversation").check()
        save(page)
        hers.reload()
        expect(hers.get_by_role("button", name="Reopen and send")).to_be_visible()


def test_two_who_save_the_same_page_choose(visit: Visit, visit_as: Visit) -> None:
    """The second is shown both values, and nothing that was typed is lost."""
    with visit_as(cast.CONTENT_MANAGER) as ellis, visit_as(cast.LEAD) as ruth:
        ellis.page.goto("/settings/general")
        ruth.page.goto("/settings/general")
        ruth.page.get_by_label("Sender of e-mails").fill("Ruth's desk")
        save(ruth.page)
        ellis.page.get_by_label("Sender of e-mails").fill("Ellis's desk")
        ellis.page.get_by_role("button", name="Save", exact=True).click()
        expect(ellis.page.get_by_role("heading", level=1)).to_have_text("Somebody else saved first")
        expect(ellis.page.get_by_label("Yours Ellis's desk")).to_be_checked()
        ellis.page.get_by_label("Saved now Ruth's desk").check()
        ellis.page.get_by_role("button", name="Save this choice").click()
        expect(ellis.page.get_by_label("Sender of e-mails")).to_have_value("Ruth's desk")
        ellis.page.get_by_label("Sender of e-mails").fill("")
        save(ellis.page)


def test_configuration_works_without_scripts(visit_as: Visit) -> None:
    """Adding, moving and saving by buttons alone."""
    with visit_as(cast.CONTENT_MANAGER, java_script_enabled=False) as ellis:
        page = ellis.page
        page.goto("/settings/details")
        before = page.locator("[data-row] strong").all_inner_texts()
        page.get_by_label("Add an attribute").select_option(label="Under warranty")
        page.get_by_role("button", name="Add", exact=True).click()
        page.get_by_role("button", name="Move Under warranty up").click()
        save(page)
        assert page.locator("[data-row] strong").all_inner_texts() == [*before[:-1], "Under warranty", before[-1]]
        page.get_by_role("button", name="Remove Under warranty").click()
        save(page)


PAGES = ("general", "portal", "internal-kb", "attributes", "attributes/new", "attributes/lamp", "details")


@pytest.mark.skipif(not AXE.exists(), reason="axe-core is not here; “make axe” fetches it where npm is")
def test_pages_of_the_configuration_are_accessible(visit_as: Visit) -> None:
    """Fresh, and with every fault a form can have."""
    with visit_as(cast.CONTENT_MANAGER, **PROFILE) as ellis:
        page = ellis.page
        for path in PAGES:
            page.goto(f"/settings/{path}")
            assert_accessible(ellis, path)
        page.goto("/settings/general")
        page.get_by_label("Name", exact=True).fill("")
        page.get_by_label("Colour", exact=True).fill("green")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator("[data-faults]")).to_be_visible()
        assert_accessible(ellis, "general, refused")


def test_the_configuration_fits_a_phone(visit_as: Visit) -> None:
    with visit_as(cast.CONTENT_MANAGER, **PHONE) as ellis:
        for path in PAGES:
            ellis.page.goto(f"/settings/{path}")
            assert_fits(ellis)
