"""My Conversations: all of a customer's own, filtered, sorted, searched, page by page, with counts that are true."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

import pytest

from chalicelib.channels.model import CHANNELS
from chalicelib.conversations import searching
from chalicelib.conversations.model import Status
from chalicelib.wiring import House
from tests.browser import Browser, Page
from tests.people import Clock, People
from tests.wire import chain, recorded


def subjects(page: Page) -> list[str]:
    return [one.text for one in page.all("ol.rows h2 a")]


def counts(page: Page) -> dict[str, int]:
    """Return what the tabs say."""
    tabs = [one.text.rpartition(" ") for one in page.all("nav.tabs a")]
    return {label: int(count.replace(",", "")) for label, _, count in tabs}


def summary(page: Page) -> str:
    return page.one(".more .hint").text


def test_a_row_says_what_a_conversation_is(people: People, browse: Callable[..., Browser]) -> None:
    """Subject, status, channel with its icon, the last visible message and who said it, and when."""
    (head,) = people.plant(people.owner, ("Hello?",), subject="The lamp", channel="whatsapp")
    page = browse(people.owner).get("/conversations")
    row = page.one("ol.rows li")
    assert row.text == "The lamp 10:31 You: Hello? Open WhatsApp"
    assert row.one("h2 a")["href"] == f"/conversations/{head.id}"
    assert row.one(".channel use")["href"].endswith("#channel-whatsapp")
    assert row.one("time")["datetime"] == "2035-03-14T09:31:00Z"
    people.answers(head, "Which lamp\nis it?")
    row = browse(people.owner).get("/conversations").one("ol.rows li")
    assert row.one(".preview").text == "Which lamp is it?"


def test_every_channel_is_there_with_name_and_icon(people: People, browse: Callable[..., Browser]) -> None:
    for channel in CHANNELS:
        people.plant(people.owner, subject=channel, channel=channel)
    page = browse(people.owner).get("/conversations")
    icons = browse().get(page.one("link[rel=icon]")["href"].replace("favicon", "icons"))
    assert subjects(page) == list(reversed(CHANNELS))
    for row in page.all("ol.rows li"):
        channel = CHANNELS[row.one("h2 a").text]
        assert channel.name in row.one(".meta").text
        assert row.one(".channel use")["href"].endswith(f"#channel-{channel.key}")
        assert f'id="channel-{channel.key}"' in icons.body


def test_open_snoozed_and_closed_are_shown_and_filtered(people: People, browse: Callable[..., Browser]) -> None:
    people.plant(people.owner, subject="Closed {}", count=2, status=Status.DONE)
    people.plant(people.owner, subject="Snoozed", status=Status.SNOOZED)
    people.plant(people.owner, subject="Open", status=Status.OPEN)
    browser = browse(people.owner)
    page = browser.get("/conversations")
    assert subjects(page) == ["Open", "Snoozed", "Closed 2", "Closed 1"]
    assert [one.text for one in page.all("ol.rows .pill")] == ["Open", "Snoozed", "Closed", "Closed"]
    assert counts(page) == {"All": 4, "Open": 2, "Closed": 2}
    assert summary(page) == "Showing 4 of 4"
    for label, expected in (("Open 2", ["Open", "Snoozed"]), ("Closed 2", ["Closed 2", "Closed 1"])):
        page = browser.get(page.link(label))
        assert subjects(page) == expected
        assert page.one("nav.tabs a[aria-current=page]").text == label
        assert summary(page) == "Showing 2 of 2"


def test_a_list_of_many_is_paged_with_true_counts(people: People, browse: Callable[..., Browser]) -> None:
    people.plant(people.owner, count=60, subject="Open {}")
    people.plant(people.owner, count=1240, subject="Closed {}", status=Status.DONE)
    browser = browse(people.owner)
    page = browser.get("/conversations?status=open")
    assert counts(page) == {"All": 1300, "Open": 60, "Closed": 1240}
    assert summary(page) == "Showing 25 of 60"
    seen = subjects(page)
    while "Next page" in page.text:
        page = browser.get(page.link("Next page"))
        assert page.one("nav.tabs a[aria-current=page]").text == "Open 60"
        seen += subjects(page)
    assert seen == [f"Open {number}" for number in range(60, 0, -1)]
    assert summary(page) == "10 on this page, 60 in all"
    assert subjects(browser.get(page.link("First page"))) == seen[:25]
    assert "Closed 1,240" in page.text


def test_the_oldest_can_come_first(people: People, browse: Callable[..., Browser]) -> None:
    """The order is kept over pages, filters and searches."""
    people.plant(people.owner, count=30, subject="Lamp {}")
    browser = browse(people.owner)
    page = browser.get(browser.get("/conversations?status=open").link("Oldest activity first"))
    assert subjects(page) == [f"Lamp {number}" for number in range(1, 26)]
    assert page.one("nav.tabs a[aria-current=page]").text == "Open 30"
    page = browser.get(page.link("Next page"))
    assert subjects(page) == [f"Lamp {number}" for number in range(26, 31)]
    page = browser.submit("Search", q="lamp")
    assert subjects(page) == [f"Lamp {number}" for number in range(1, 26)]


def test_nothing_yet_and_nothing_here_and_nothing_found_are_told_apart(
    people: People, browse: Callable[..., Browser]
) -> None:
    newcomer = browse(people.stranger)
    page = newcomer.get("/conversations")
    assert page.one(".empty h2").text == "No conversations yet"
    assert page.link("Start a conversation") == "/conversations/new"
    assert not page.all("nav.tabs")

    people.plant(people.owner)
    browser = browse(people.owner)
    page = browser.get("/conversations?status=done")
    assert page.one(".empty h2").text == "Nothing here"
    assert counts(page) == {"All": 1, "Open": 1, "Closed": 0}
    assert subjects(browser.get(page.link("Show all conversations"))) == ["Conversation 1"]
    page = browser.submit("Search", q="giraffe <b>")
    assert page.one(".empty h2").text == "Nothing found for “giraffe <b>”"
    assert page.one("#q")["value"] == "giraffe <b>"
    assert summary(page) == "Searched 1 conversation."
    assert subjects(browser.get(page.link("Clear the search"))) == ["Conversation 1"]


def test_search_finds_subjects_and_visible_text(people: People, browse: Callable[..., Browser]) -> None:
    people.plant(people.owner, ("The heron lamp",), subject="First")
    people.plant(people.owner, ("Hello?",), subject="A heron")
    people.plant(people.owner, ("Hello?",), subject="Third", status=Status.DONE)
    people.plant(people.stranger, ("heron",), subject="Not yours")
    browser = browse(people.owner)
    browser.get("/conversations")
    page = browser.submit("Search", q="  HERON ")
    assert subjects(page) == ["A heron", "First"]
    assert "2 conversations found for “HERON”" in page.text
    assert summary(page) == "Searched all 3 conversations."
    browser.get("/conversations?status=done")
    assert subjects(browser.submit("Search", q="third")) == ["Third"]
    assert "One conversation" in browser.page.text


def test_a_search_that_is_not_through_says_so_and_goes_on(
    people: People, browse: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "SEARCH_CONVERSATIONS", 50)
    people.plant(people.owner, subject="Needle")
    people.plant(people.owner, count=70, subject="Hay {}")
    browser = browse(people.owner)
    page = browser.get("/conversations?q=needle")
    assert "Nothing found so far" in page.text
    assert summary(page) == "Searched 50 of 71 conversations."
    page = browser.get(page.link("Keep looking"))
    assert subjects(page) == ["Needle"]
    assert "Keep looking" not in page.text
    assert "One conversation found for" in page.text
    assert summary(page) == "Searched all 71 conversations."


def test_the_end_of_a_search_remembers_what_was_found_before(
    people: People, browse: Callable[..., Browser], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A last page without hits says neither that nothing was found, nor that it looked through no more than its own."""
    monkeypatch.setattr(searching, "SEARCH_CONVERSATIONS", 25)
    people.plant(people.owner, count=20, subject="Hay {}")
    people.plant(people.owner, count=20, subject="Needle {}")
    browser = browse(people.owner)
    page = browser.get("/conversations?q=needle")
    assert "20 conversations found so far for" in page.text
    assert summary(page) == "Searched 25 of 40 conversations."
    page = browser.get(page.link("Keep looking"))
    assert page.one(".empty h2").text == "Nothing more found for “needle”"
    assert summary(page) == "Searched all 40 conversations."


def test_what_is_not_offered_is_refused(people: People, browse: Callable[..., Browser]) -> None:
    browser = browse(people.owner)
    for query in ("status=closed", "status=OPEN", "sort=subject", "sort=newest'", "sort=id", "status=open%00"):
        page = browser.get(f"/conversations?{query}")
        assert page.status == 422
        assert page.one(".lead").text == "That choice does not exist. Choose one from the list."


def test_a_cursor_is_good_for_its_own_list_alone(people: People, browse: Callable[..., Browser]) -> None:
    """Changed, cut, somebody else's, or taken into another filter, order or search: refused."""
    for customer in (people.owner, people.stranger):
        people.plant(customer, count=30)
    mine, theirs = browse(people.owner), browse(people.stranger)
    link = mine.get("/conversations").link("Next page")
    cursor = link.partition("cursor=")[2]
    assert mine.get(link).status == 200
    assert theirs.get(link).status == 422
    for address in (
        f"/conversations?status=open&cursor={cursor}",
        f"/conversations?sort=oldest&cursor={cursor}",
        f"/conversations?q=hello&cursor={cursor}",
        f"/conversations?cursor={cursor[:-1]}",
        f"/conversations?cursor={cursor}A",
        f"/conversations?cursor={cursor[:4]}A{cursor[5:]}",
        "/conversations?cursor=.",
        f"/conversations?cursor={quote('🙂')}",
    ):
        page = mine.get(address)
        assert (page.status, page.heading) == (422, "This page link does not work"), address


def test_an_unread_answer_is_marked_and_reading_it_is_no_write(
    house: House, people: People, browse: Callable[..., Browser]
) -> None:
    """The mark leads to the new message, and goes when the customer says so, not by a GET."""
    head = people.answers(people.starts(people.owner))
    browser = browse(people.owner)
    page = browser.get("/conversations")
    assert page.one("ol.rows li").get("class") == "unread"
    assert page.one("h2 .new").text == "New reply"
    assert page.one("h2 a")["href"] == f"/conversations/{head.id}#m2"
    with recorded(house.clients.dynamodb) as calls:
        browser.get(page.one("h2 a")["href"])
    assert {call.operation for call in calls} <= {"BatchGetItem", "Query"}
    assert people.head(head.id).unread
    page = browser.submit("Mark as read")
    assert page.path == "/conversations"
    assert not page.all(".new")
    assert not page.all("ol.rows li.unread")


def test_a_new_conversation_shows_at_once(people: People, browse: Callable[..., Browser], clock: Clock) -> None:
    browser = browse(people.owner)
    browser.get(browser.get("/conversations").link("Start a conversation"))
    browser.submit("Start the conversation", subject="The lamp", body="It flickers.")
    clock.ahead(minutes=3)
    page = browser.get("/conversations")
    assert subjects(page) == ["The lamp"]
    assert counts(page) == {"All": 1, "Open": 1, "Closed": 0}


def test_a_list_costs_two_calls_at_once(house: House, people: People, browse: Callable[..., Browser]) -> None:
    """Session, customer and settings in one, the page of the list in the other; behind a cursor as well."""
    people.plant(people.owner, count=30)
    browser = browse(people.owner)
    for query in ("", "?status=open", "?status=done", "?sort=oldest"):
        with recorded(house.clients.dynamodb) as calls:
            browser.get(f"/conversations{query}")
        assert [call.operation for call in calls] == ["BatchGetItem", "Query"]
        assert chain(calls) == 1
    more = browser.get("/conversations").link("Next page")
    with recorded(house.clients.dynamodb) as calls:
        assert browser.get(more).status == 200
    assert ([call.operation for call in calls], chain(calls)) == (["BatchGetItem", "Query"], 1)


def test_whatever_is_searched_for_the_answer_is_a_page(people: People, browse: Callable[..., Browser]) -> None:
    people.plant(people.owner)
    browser = browse(people.owner)
    for words in ("", "a" * 2000, "ا" * 500, "\x00", "%00", "🙂 " * 400, ".*", "\u2028"):
        page = browser.get(f"/conversations?q={quote(words)}")
        assert page.status == 200
        assert len(page.one("#q")["value"]) <= 200
