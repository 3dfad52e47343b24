"""Without JavaScript everything works but attaching files: signing in, reading, replying, closing, reopening."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from local import cast
from tests.journeys.conftest import Visit


def test_reading_and_replying_without_scripts(visit_as: Visit, visit: Visit) -> None:
    """A customer signs in, reads, marks as read, searches, replies and reopens; an agent answers and closes."""
    subject = "Abajur novo: não acende"
    with (
        visit(java_script_enabled=False) as layla,
        visit_as(cast.SECOND_AGENT, java_script_enabled=False) as tom,
    ):
        layla.sign_in(cast.LAYLA)
        page = layla.page
        expect(page.locator(".unread")).to_have_count(1)
        layla.open("مصابيح لمكتب التصميم")
        expect(page.locator("noscript, .hint").get_by_text("You need JavaScript to attach files")).to_be_visible()
        expect(page.locator("input[type=file]")).to_be_hidden()
        page.get_by_role("button", name="Mark as read").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("My Conversations")
        expect(page.locator(".unread")).to_have_count(0)

        page.get_by_role("link", name="New conversation").click()
        page.get_by_label("Subject").fill(subject)
        layla.write("It came today and stays dark.", button="Start the conversation")
        layla.write("I have tried two bulbs.")
        expect(page.locator(".message")).to_have_count(2)

        tom.page.goto("/desk")
        tom.open(subject)
        tom.write("Is the switch in the cord on?", label="Message to the customer", button="Send reply")
        tom.page.locator("summary", has_text="Write an internal note").click()
        tom.write("It is always the switch.", label="Internal note", button="Add note")
        tom.page.get_by_role("button", name="Close").click()
        expect(tom.page.locator(".notice")).to_have_text("The conversation is closed.")

        # She was still writing when it was closed: the text is kept, and can be sent by reopening.
        page.get_by_label("Your message").fill("There is a switch?")
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.locator("[data-faults]")).to_contain_text("was closed")
        expect(page.get_by_label("Your message")).to_have_value("There is a switch?")
        page.get_by_role("button", name="Reopen and send").click()
        expect(page.locator(".notice")).to_contain_text("open again")
        expect(page.locator(".message .said")).to_have_text(
            [
                "It came today and stays dark.",
                "I have tried two bulbs.",
                "Is the switch in the cord on?",
                "There is a switch?",
            ]
        )
        page.get_by_role("link", name="My Conversations").first.click()
        page.get_by_role("searchbox").fill("two bulbs")
        page.get_by_role("button", name="Search").click()
        expect(page.locator(".rows li")).to_have_count(1)
        layla.open(subject)


def test_long_conversations_and_lists_are_links(visit_as: Visit) -> None:
    """Earlier messages and further pages are ordinary links."""
    with visit_as(cast.OWNER, java_script_enabled=False) as ada:
        page = ada.page
        page.goto("/conversations")
        ada.open("Lamps for the café on Folkungagatan")
        steps = 0
        while page.get_by_role("link", name="Load earlier messages").count():
            page.get_by_role("link", name="Load earlier messages").click()
            steps += 1
            expect(page).to_have_url(re.compile(r"before="))
        assert steps >= 2
        expect(page.locator("#m1")).to_be_visible()
        page.get_by_role("link", name="Show the newest messages").click()
        expect(page.locator("#m200")).to_be_visible()
        page.get_by_role("link", name="Account").click()
        page.get_by_label("Time zone").select_option("Asia/Tokyo")
        page.get_by_role("button", name="Save").click()
        expect(page.locator(".notice")).to_have_text("Your changes were saved.")
        expect(page.locator(".sessions time").first).to_have_attribute("title", re.compile("JST"))
        page.get_by_label("Time zone").select_option("Europe/Stockholm")
        page.get_by_role("button", name="Save").click()
        expect(page.locator(".notice")).to_have_text("Your changes were saved.")
