"""Closed conversations: reopened with a message where the organization allows it, continued in a new one where not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.conversations.model import Status
from chalicelib.wiring import House
from tests.browser import Browser, Page
from tests.people import People


def channels(page: Page) -> list[str]:
    """Return the channel each message names, where it is not the conversation's own."""
    return [" ".join(c.text for c in one.all(".by .channel")) for one in page.all("ol.messages li.message")]


def test_reopening_sends_the_message_and_opens_the_conversation(people: People, browse: Callable[..., Browser]) -> None:
    """From there on it is a conversation of the portal, whatever channel it began on."""
    (head,) = people.plant(people.owner, ("Hello?", "Yes?"), channel="facebook", status=Status.DONE)
    browser = browse(people.owner)
    page = browser.get(f"/conversations/{head.id}")
    assert "Closed: " in page.one("section.reply").text
    page = browser.submit("Reopen and send", body="It flickers again.")
    assert page.notice == "The conversation is open again and your message was sent."
    assert page.one("[data-status]").text == "Open"
    assert page.path == f"/conversations/{head.id}#m3"
    assert page.has_form("Send")
    people.answers(head, "Oh no.")
    browser.get(f"/conversations/{head.id}")
    page = browser.submit("Send", body="Oh yes.")
    assert channels(page) == ["", "", "Portal", "Portal", "Portal"]
    assert "Facebook" in page.one("dl.facts").text
    tabs = browser.get("/conversations").one("nav.tabs").text
    assert tabs == "All 1 Open 1 Closed 0"


def test_reopening_needs_something_to_say(people: People, browse: Callable[..., Browser]) -> None:
    head = people.closes(people.starts(people.owner))
    browser = browse(people.owner)
    browser.get(f"/conversations/{head.id}")
    page = browser.submit("Reopen and send", body=" ")
    assert (page.status, page.faults) == (422, ["Write a message or attach a file before sending."])
    page = browser.submit("Reopen and send", body="x" * 10_241)
    assert page.status == 422
    assert page.one("textarea").content.strip() == "x" * 10_241
    assert people.head(head.id).closed


def test_reopening_what_was_opened_meanwhile_becomes_a_reply_with_one_press(
    house: House, people: People, browse: Callable[..., Browser]
) -> None:
    head = people.closes(people.starts(people.owner))
    browser = browse(people.owner)
    browser.get(f"/conversations/{head.id}")
    house.conversations.desk.reopen(people.agent, head)
    page = browser.submit("Reopen and send", body="Again.")
    assert page.status == 409
    assert page.faults == ["This conversation is already open. You can simply reply."]
    assert browser.submit("Send").status == 200
    assert people.messages(head)[-1].body == "Again."


def test_where_nothing_is_reopened_the_page_offers_a_new_one(
    house: House, people: People, browse: Callable[..., Browser]
) -> None:
    house.portal.settings.change(reopen_allowed=False)
    head = people.closes(people.starts(people.owner, "The lamp"))
    browser = browse(people.owner)
    page = browser.get(f"/conversations/{head.id}")
    assert page.one("section.reply").text.startswith(
        "This conversation is closed Alder & Finch does not reopen closed conversations."
    )
    assert not page.all("textarea")
    page = browser.get(page.link("Start a new conversation"))
    assert "It will link back to your closed conversation “The lamp”." in page.text
    assert page.one("input[name=subject]")["value"] == "Re: The lamp"
    page = browser.submit("Start the conversation", body="It flickers again.")
    assert page.heading == "Re: The lamp"
    assert browser.get(page.link("Continues an earlier conversation")).heading == "The lamp"
    assert people.head(head.id).closed


def test_a_form_that_reopens_is_refused_once_reopening_was_switched_off(
    house: House, people: People, browse: Callable[..., Browser]
) -> None:
    """The page was open before; what was typed is kept in the form of a new conversation that links back."""
    head = people.closes(people.starts(people.owner, "The lamp"))
    browser = browse(people.owner)
    browser.get(f"/conversations/{head.id}")
    house.portal.settings.change(reopen_allowed=False)
    page = browser.submit("Reopen and send", body="Again 🙂")
    assert page.status == 409
    assert page.faults == [
        "Closed conversations cannot be reopened here. Start a new one: it will link back to this one."
    ]
    page = browser.submit("Start the conversation")
    assert page.status == 200
    assert page.link("Continues an earlier conversation") == f"/conversations/{head.id}"
    assert page.all("ol.messages .said")[0].text == "Again 🙂"


def test_a_double_click_on_reopen_says_it_once(people: People, browse: Callable[..., Browser]) -> None:
    head = people.closes(people.starts(people.owner))
    browser = browse(people.owner)
    form = browser.get(f"/conversations/{head.id}").form("Reopen and send")
    first = browser.submit(form, body="Again.", follow=False)
    second = browser.submit(form, body="Again.", follow=False)
    assert (first.status, first.header("Location")) == (second.status, second.header("Location"))
    assert len(people.messages(head)) == 2


@pytest.mark.parametrize("allowed", [True, False])
def test_staff_can_always_reopen(house: House, people: People, browse: Callable[..., Browser], allowed: bool) -> None:
    """The switch is about customers."""
    house.portal.settings.change(reopen_allowed=allowed)
    head = people.closes(people.starts(people.owner))
    agent = browse(people.agent)
    agent.get(f"/desk/conversations/{head.id}")
    assert agent.submit("Reopen").notice == "The conversation is open."
    assert people.head(head.id).status is Status.OPEN
