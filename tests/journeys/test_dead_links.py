"""A content manager sees links that lead nowhere while typing, mends one, and publishes in spite of the other."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from local import cast
from tests.journeys.conftest import Visit


def test_links_that_lead_nowhere_are_listed_while_typing(visit: Visit, visit_as: Visit) -> None:
    """Listed as text with the reason, gone once they are mended; readers follow those that work."""
    with visit_as(cast.CONTENT_MANAGER) as ellis, visit() as reader:
        page = ellis.page
        page.goto("/settings/articles/new")
        page.get_by_label("Title").fill("Return a lamp")
        page.get_by_role("button", name="Begin").click()
        text, dead = page.get_by_label("Text", exact=True), page.locator("[data-dead-links]")
        expect(dead).to_be_hidden()
        body = "## Refunds\n\n[<i>one</i>](#refund) [two](/articles/nowhere) [three](#refunds) www.example.com"
        text.fill(body)
        expect(dead.locator("li")).to_have_count(2)
        expect(dead.locator("li").first).to_contain_text("#refund This article has no heading “refund”.")
        expect(dead.locator("i")).to_have_count(0)
        text.fill(body.replace("(#refund)", "(#refunds)"))
        expect(dead.locator("li")).to_have_count(1)
        page.get_by_role("button", name="Publish").click()
        expect(page.locator(".notice")).to_contain_text("published")
        expect(dead.locator("li")).to_have_count(1)

        reader.page.goto("/articles/Return-a-Lamp")
        expect(reader.page).to_have_url(re.compile("/articles/return-a-lamp$"))
        reader.page.get_by_role("link", name="three").click()
        expect(reader.page.locator("h2:target")).to_have_text("Refunds")
        reader.page.goto("/articles/return-a-lamp#s-refunds")
        expect(reader.page.locator("h2:target")).to_have_text("Refunds")
        assert (
            reader.page.get_by_role("link", name="www.example.com").get_attribute("href") == "https://www.example.com"
        )
