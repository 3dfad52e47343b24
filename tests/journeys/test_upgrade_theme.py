"""A theme from before the portal is upgraded in the browser, published and seen; zips and two editors without scripts."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from local import cast, demo_themes
from tests.journeys.conftest import Visit
from tests.journeys.test_elsewhere import PHONE, assert_fits

SHOP = '<a href="https://shop.alder-finch.example/">Shop</a>'
HEADER = """\
{% if site.area == 'internal' %}
{% elif site.viewer %}
<nav aria-label="{{ _('Main') }}">
<a href="https://shop.alder-finch.example/">Shop</a>
<a href="{{ urls.conversations }}"{% if site.here == 'conversations' %} aria-current="page"{% endif %}>{{ _('My Conversations') }}</a>
<a href="{{ urls.account }}"{% if site.here == 'account' %} aria-current="page"{% endif %}>{{ _('Account') }}</a>
</nav>
{% else %}
"""
"""What the header shows to whom: the link to the shop, and what came with the portal."""


def card(page: Page, label: str) -> Locator:
    """Return the card of a theme in the list."""
    page.goto("/settings/themes")
    return page.locator(".theme-cards > li").filter(has=page.get_by_role("heading", name=label, exact=True))


def follow(page: Page, label: str, link: str) -> None:
    """Follow a link of a theme's card."""
    card(page, label).get_by_role("link", name=link).click()


def copy(page: Page, label: str) -> None:
    """Make a copy of the demo's theme, which only one test may upgrade."""
    follow(page, demo_themes.LABEL, "Manage")
    page.get_by_label("Label of the copy").fill(label)
    page.get_by_role("button", name="Duplicate").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(label)


def test_an_upgrade_with_a_conflict_is_settled_published_and_seen(visit_as: Visit, visit: Visit) -> None:
    """The label tells the base on hover and focus; the result is a draft first; customers see both sides' work."""
    with visit_as(cast.CONTENT_MANAGER) as ellis, visit_as(cast.OWNER) as ada, visit() as stranger:
        page, hers = ellis.page, ada.page
        copy(page, "Autumn")
        label = card(page, "Autumn").locator("h2 a")
        told = page.get_by_role("tooltip").filter(has_text="Base version Midtown 1.0.19. 2 files are changed")
        expect(told).to_have_count(0)  # what is not shown has no role
        label.hover()
        expect(told).to_be_visible()
        page.keyboard.press("Escape")
        expect(told).to_have_count(0)
        page.mouse.move(0, 0)
        label.focus()
        expect(told).to_be_visible()

        follow(page, "Autumn", "Upgrade to 1.0.20")
        expect(page.locator(".progress")).to_contain_text("new: My Conversations, Conversation Detail View")
        expect(page.locator(".progress")).to_contain_text("1 to decide")
        page.get_by_role("button", name="Save as draft").click()
        expect(page.locator(".faults")).to_contain_text("Choose which lines to keep.")
        by_hand = page.get_by_label("Lines to put there")
        expect(by_hand).to_be_hidden()
        page.get_by_label("Write it myself").check()
        by_hand.fill(HEADER)
        page.get_by_role("button", name="Save and go to Publish").click()
        expect(page.locator(".notice")).to_contain_text("The upgrade is saved as a draft.")

        hers.goto("/")
        expect(hers.get_by_role("heading", name="Visit our workshop")).to_have_count(0)
        page.get_by_role("button", name="Publish", exact=True).click()
        expect(page.get_by_role("heading", name="Customers see this revision")).to_be_visible()

        hers.goto("/")
        expect(hers.get_by_role("heading", name="Visit our workshop")).to_be_visible()
        expect(hers.get_by_role("heading", name="Welcome back, Ada Lindqvist")).to_be_visible()
        expect(hers.get_by_role("link", name="Shop")).to_be_visible()
        hers.get_by_role("navigation", name="Main").get_by_role("link", name="My Conversations").click()
        ada.open("Warranty for the Wren desk lamp")
        expect(hers.get_by_role("link", name="Shop")).to_be_visible()
        stranger.page.goto("/")
        expect(stranger.page.get_by_role("link", name="Log in")).to_be_visible()

        follow(page, "Autumn", "History")
        expect(page.locator("#changes")).to_contain_text("Upgraded from Midtown 1.0.19 to 1.0.20")
        page.goto("/settings/themes")
        page.get_by_role("button", name="Switch themes off").click()
        expect(page.locator(".notice")).to_have_text("Themes are switched off. Customers see plain Midtown.")
        hers.goto("/")
        expect(hers.get_by_role("heading", name="Visit our workshop")).to_have_count(0)
