"""My Conversations in the browser: filters, search, order, pages; and a conversation too long for one page."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from chalicelib.channels.model import CHANNELS
from local import cast
from tests.journeys.conftest import Visit


def test_filters_search_and_order(visit_as: Visit) -> None:
    """The list has all nine channels; tabs filter it and say how many there are; search finds text of messages."""
    with visit_as(cast.OWNER) as ada:
        page = ada.page
        page.goto("/conversations")
        rows = page.locator(".rows li")
        seen = set(page.locator(".rows .channel").all_inner_texts())
        assert {channel.name for channel in CHANNELS.values()} == {text.strip() for text in seen}
        counts = {
            tab.split()[0]: int(tab.split()[1])
            for tab in page.get_by_role("navigation", name="Status").get_by_role("link").all_inner_texts()
        }
        assert counts["All"] == counts["Open"] + counts["Closed"]

        page.get_by_role("link", name=re.compile("^Closed")).click()
        expect(page.locator(".rows .pill.open, .rows .pill.snoozed")).to_have_count(0)
        expect(rows).to_have_count(counts["Closed"])
        page.get_by_role("link", name="Oldest activity first").click()
        expect(rows.first).to_contain_text("Order 17 950: one box is missing")
        page.get_by_role("link", name=re.compile("^All")).click()

        search = page.get_by_role("searchbox")
        search.fill("opal glass")
        search.press("Enter")
        expect(page.get_by_text("found for")).to_be_visible()
        expect(rows).to_contain_text(["Replacement glass for a Moon pendant"])
        search.fill("springs from the old supplier")
        search.press("Enter")
        expect(page.get_by_role("heading", name="Nothing found")).to_be_visible()  # it stands in a note only
        page.get_by_role("link", name="Clear the search").click()
        expect(rows).to_have_count(counts["All"])


def test_three_hundred_conversations_page_by_page(visit_as: Visit) -> None:
    """Every conversation is on one of the pages, on just one, and the count says how many there are."""
    with visit_as(cast.REGULAR) as marta:
        page = marta.page
        page.goto("/conversations")
        expect(page.locator(".more .hint")).to_contain_text("of 300")
        links: list[str] = []
        while True:
            links += page.locator(".rows h2 a").evaluate_all("all => all.map(one => one.pathname)")
            following = page.get_by_role("link", name="Next page")
            if not following.count():
                break
            following.click()
            expect(page.get_by_role("link", name="First page")).to_be_visible()
            expect(page.locator(".rows h2 a").first).not_to_have_attribute("href", re.compile(re.escape(links[-1])))
        assert len(links) == len(set(links)) == 300
        page.get_by_role("link", name="First page").click()
        expect(page.get_by_role("link", name="First page")).to_have_count(0)


def test_earlier_messages_are_loaded_into_the_page(visit_as: Visit) -> None:
    """Two hundred messages come piece by piece, in order, and what one looks at stays where it was."""
    with visit_as(cast.OWNER) as ada:
        page = ada.page
        page.goto("/conversations")
        ada.open("Lamps for the café on Folkungagatan")
        lines = page.locator(".message")
        first_url = page.url
        while page.get_by_role("link", name="Load earlier messages").count():
            before = lines.count()
            top = lines.first.get_attribute("id")
            button = page.get_by_role("link", name="Load earlier messages")
            button.scroll_into_view_if_needed()
            where = page.locator(f"#{top}").bounding_box()
            button.click()
            expect(page.locator("[data-announce]")).to_contain_text("earlier messages loaded")
            page.wait_for_function("count => document.querySelectorAll('.message').length > count", arg=before)
            after = page.locator(f"#{top}").bounding_box()
            assert where
            assert after
            assert abs(where["y"] - after["y"]) < 60
        assert page.url == first_url
        numbers = lines.evaluate_all("all => all.map(one => Number(one.id.slice(1)))")
        assert numbers == list(range(1, 201))
        ada.look_for_news()
        assert lines.count() == 200


def test_somebody_without_conversations_is_invited_to_start_one(visit_as: Visit) -> None:
    """The empty page says what will be there, and a first conversation can be started from it."""
    with visit_as(cast.NEWCOMER) as noor:
        noor.page.goto("/conversations")
        expect(noor.page.get_by_role("heading", name="No conversations yet")).to_be_visible()
        noor.page.get_by_role("link", name="Start a conversation").click()
        noor.page.get_by_label("Subject").fill("Ein Lämpchen für 部屋")
        noor.write("Good evening, which lamp would you take for a very small room?", button="Start the conversation")
        expect(noor.page.get_by_role("heading", level=1)).to_have_text("Ein Lämpchen für 部屋")
        expect(noor.page.locator("[data-status]")).to_have_text("Open")
        noor.page.get_by_role("link", name="New conversation").or_(
            noor.page.get_by_role("link", name="My Conversations")
        ).first.click()
        expect(noor.page.locator(".rows li")).to_have_count(1)
        noor.page.goto("/conversations/new")
        expect(noor.page.get_by_label("Your message")).to_have_value("")  # the draft went with its message


def test_earlier_messages_at_the_desk_by_keyboard(visit_as: Visit) -> None:
    """The newest are there at once; what is loaded comes before them in order of time, and focus goes with it."""
    with visit_as(cast.AGENT) as mina:
        page = mina.page
        page.goto("/desk")
        while not page.get_by_role("link", name="Lamps for the café on Folkungagatan").count():
            page.get_by_role("link", name="Next page").click()
        page.get_by_role("link", name="Lamps for the café on Folkungagatan").click()
        lines = page.locator("[data-messages] > li")
        expect(page.locator("#m200")).to_have_count(1)
        pages = 0
        while page.get_by_role("link", name="Load earlier messages").count():
            before = lines.count()
            page.get_by_role("link", name="Load earlier messages").focus()
            page.keyboard.press("Enter")
            page.wait_for_function(
                "count => document.querySelectorAll('[data-messages] > li').length > count", arg=before
            )
            assert page.evaluate("document.activeElement.closest('[data-messages]') !== null")
            pages += 1
        assert pages > 1
        numbers = page.locator(".message:not(.note)").evaluate_all("all => all.map(one => Number(one.id.slice(1)))")
        assert numbers == list(range(1, 201))
        times = page.locator("[data-messages] time").evaluate_all("all => all.map(one => one.dateTime)")
        assert times == sorted(times)
