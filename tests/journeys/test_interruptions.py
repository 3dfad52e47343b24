"""What people do all day: press twice, go back, reload, use two tabs, come back after the session has ended."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from local import cast
from tests.journeys.conftest import Visit

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.journeys.visitor import Visitor

SUBJECT = "Lamps that interrupt"


@pytest.fixture
def sakura(visit_as: Visit) -> Iterator[Visitor]:
    """Sakura, in a conversation she has just started."""
    with visit_as(cast.SAKURA) as sakura:
        sakura.page.goto("/conversations/new")
        sakura.page.get_by_label("Subject").fill(SUBJECT)
        sakura.write("They go on and off.", button="Start the conversation")
        yield sakura


def test_pressing_twice_sends_once(sakura: Visitor) -> None:
    """A double click is one message."""
    page = sakura.page
    page.get_by_label("Your message").fill("Just once.")
    page.get_by_role("button", name="Send", exact=True).dblclick()
    expect(page.locator(".notice")).to_be_visible()
    page.reload()
    expect(page.locator(".message .said")).to_have_text(["They go on and off.", "Just once."])


def test_going_back_and_reloading_send_nothing_again(sakura: Visitor) -> None:
    """The page before has an empty field that works; a reload of the answer is no second message."""
    page = sakura.page
    sakura.write("First.")
    page.reload()
    page.go_back()
    page.go_back()
    page.go_forward()
    page.go_forward()
    expect(page.get_by_label("Your message")).to_have_value("")
    sakura.write("Second.")
    expect(page.locator(".message .said")).to_have_text(["They go on and off.", "First.", "Second."])


def test_sending_the_page_before_once_more_adds_nothing(sakura: Visitor) -> None:
    """A form that comes back from the browser's memory with what was sent is answered as the first time."""
    page = sakura.page
    form = page.locator("[data-composer]")
    fields = form.evaluate("one => Object.fromEntries(new FormData(one))") | {"body": "Sent from two places."}
    action = str(form.get_attribute("action"))
    for _ in range(2):
        answer = page.request.post(action, form=fields, max_redirects=0)
        assert answer.status == 303
    changed = page.request.post(action, form=fields | {"body": "Other words."}, max_redirects=0)
    assert changed.status == 409
    assert "Other words." in changed.text()
    page.reload()
    expect(page.locator(".message .said")).to_have_text(["They go on and off.", "Sent from two places."])


def test_a_refused_page_reloaded_is_refused_again(sakura: Visitor) -> None:
    """Reloading the answer to a refused form asks the same again, and gets the same answer."""
    page = sakura.page
    text = "z" * 10_241
    page.get_by_label("Your message").fill(text)
    page.evaluate("document.querySelector('[data-composer]').submit()")
    expect(page.locator("[data-faults]")).to_be_visible()
    page.reload()
    expect(page.locator("[data-faults]")).to_be_visible()
    expect(page.get_by_label("Your message")).to_have_value(text)
    page.go_back()
    expect(page.locator(".message")).to_have_count(1)


def test_two_tabs_of_one_conversation(sakura: Visitor) -> None:
    """What is said in one tab shows in the other within a quarter of a minute; both can go on."""
    page = sakura.page
    page.clock.install()
    page.reload()
    other = sakura.context.new_page()
    other.goto(page.url)
    other.get_by_label("Your message").fill("From the other tab.")
    other.get_by_role("button", name="Send", exact=True).click()
    expect(other.locator(".notice")).to_be_visible()
    page.clock.fast_forward(15_000)
    expect(page.locator(".message .said")).to_have_text(["They go on and off.", "From the other tab."])
    sakura.write("From the first tab.")
    expect(page.locator(".message")).to_have_count(3)


def test_a_draft_outlives_leaving_the_page(sakura: Visitor) -> None:
    """Half a message is still there when one comes back, in this tab only."""
    page = sakura.page
    page.get_by_label("Your message").fill("Half a mess")
    page.get_by_role("link", name="My Conversations").first.click()
    sakura.open(SUBJECT)
    expect(page.get_by_label("Your message")).to_have_value("Half a mess")
    other = sakura.context.new_page()
    other.goto(page.url)
    expect(other.get_by_label("Your message")).to_have_value("")


def test_details_typed_at_the_desk_stay_until_they_are_saved(sakura: Visitor, visit_as: Visit) -> None:
    """Snoozing or answering sends another form of the page; what was typed in the details is still there after it."""
    url = sakura.page.url.partition("#")[0].replace("/conversations/", "/desk/conversations/")
    with visit_as(cast.SECOND_AGENT) as tom:
        page = tom.page
        page.goto(url)
        expect(page.get_by_text("Not saved yet")).to_be_hidden()
        page.get_by_label("Order number").fill("AF-1")
        expect(page.get_by_text("Not saved yet")).to_be_visible()
        page.get_by_role("button", name="Snooze").click()
        expect(page.locator("[data-status]")).to_have_text("Snoozed")
        expect(page.get_by_label("Order number")).to_have_value("AF-1")
        expect(page.get_by_text("Not saved yet")).to_be_visible()
        page.get_by_role("button", name="Save the details").click()
        expect(page.get_by_text("Not saved yet")).to_be_hidden()
        page.get_by_label("Order number").fill("AF-2")
        page.get_by_role("button", name="Close", exact=True).click()
        expect(page.locator("[data-status]")).to_have_text("Closed")
        page.reload()
        expect(page.get_by_label("Order number")).to_have_value("AF-2")
        expect(page.get_by_text("Not saved yet")).to_be_hidden()


def test_a_draft_follows_into_the_new_conversation(sakura: Visitor, visit_as: Visit) -> None:
    """What was being typed when the conversation was closed is there in the new one that is started instead."""
    page = sakura.page
    old = page.url.partition("#")[0]
    page.get_by_label("Your message").fill("Not yet sent.")
    with visit_as(cast.SECOND_AGENT) as tom:
        tom.page.goto(old.replace("/conversations/", "/desk/conversations/"))
        tom.page.get_by_role("button", name="Close").click()
        expect(tom.page.locator("[data-status]")).to_have_text("Closed")
    sakura.look_for_news()
    page.get_by_role("link", name="Reload the page").click()
    page.get_by_role("link", name="Start a new conversation").click()
    expect(page.get_by_label("Subject")).to_have_value(f"Re: {SUBJECT}")
    expect(page.get_by_label("Your message")).to_have_value("Not yet sent.")
    page.get_by_role("button", name="Start the conversation").click()
    expect(page.locator(".message .said")).to_have_text(["Not yet sent."])
    page.get_by_role("link", name="Continues an earlier conversation").click()
    expect(page).to_have_url(old)
    expect(page.get_by_label("Your message")).to_have_value("")  # sent once is enough


def test_a_session_that_ended_in_the_middle_of_typing(visit: Visit) -> None:
    """Sending then leads to a page that has the text; after signing in again it is in the field, to be sent."""
    with visit() as anil:
        page = anil.page
        anil.sign_in(cast.ANIL)
        page.goto("/conversations/new")
        page.get_by_label("Subject").fill("सत्र समाप्त")
        anil.write("पहला संदेश", button="Start the conversation")
        conversation = page.url
        page.get_by_label("Your message").fill("This took me an hour to write.")
        anil.context.clear_cookies()
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Please sign in")
        expect(page.get_by_label("What you wrote")).to_have_value("This took me an hour to write.")
        anil.sign_in(cast.ANIL)
        page.goto(conversation)
        expect(page.get_by_label("Your message")).to_have_value("This took me an hour to write.")
        page.get_by_role("button", name="Send", exact=True).click()
        expect(page.locator(".message .said")).to_have_text(["पहला संदेश", "This took me an hour to write."])


def test_a_page_left_open_notices_that_the_session_has_ended(visit: Visit, visit_as: Visit) -> None:
    """The page stops asking for news, and says nothing on the console."""
    with visit_as(cast.COLLEAGUE) as jonas:
        jonas.page.goto("/conversations")
        jonas.open("Bulbs for the bathroom")
        jonas.context.clear_cookies()
        with jonas.page.expect_response(re.compile("/updates")) as answered:
            jonas.look_for_news()
        assert answered.value.status == 401
        jonas.expects("401: GET")
