"""A long conversation at the desk, page by page: all of it is there, and the page says where more is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.conversations.model import Draft
from chalicelib.conversations.timeline import ASIDES, ASIDES_ALONE, MESSAGES
from chalicelib.wiring import House
from tests.browser import Browser, Page
from tests.people import People
from tests.web.desk.test_reads import plant


def bodies(page: Page) -> list[str]:
    """Return what the messages and notes of a page begin with, such as ``direct 7``."""
    return [one.one(".said").text.partition(":")[0] for one in page.all("li.message")]


def history(page: Page) -> list[str]:
    """Return the entries of the history, such as ``event 7``."""
    return [one.text for one in page.all("li.event bdi")]


@pytest.fixture
def agent(people: People, browse: Callable[..., Browser]) -> Browser:
    return browse(people.agent)


def walk(browser: Browser, path: str) -> list[Page]:
    """Return a page and all those that "earlier" leads to."""
    pages = [browser.get(path)]
    while pages[-1].all("a[data-earlier]"):
        pages.append(browser.get(pages[-1].one("a[data-earlier]")["href"]))
    return pages


def test_everything_is_on_exactly_one_page(people: People, agent: Browser) -> None:
    """Messages of either kind, with the notes and the history of their time."""
    head = plant(people, messages=100, asides=40, public=30)
    pages = walk(agent, f"/desk/conversations/{head.id}")
    assert all(len(bodies(page)) <= MESSAGES + ASIDES for page in pages)
    found = [one for page in pages for one in (*bodies(page), *history(page))]
    expected = [f"direct {n}" for n in range(1, 101)] + [f"public {n}" for n in range(1, 31)]
    expected += [f"{kind} {n}" for kind in ("note", "event") for n in range(1, 41)]
    assert sorted(found) == sorted(expected)
    for page in pages:
        times = [one["datetime"] for one in page.all("ol.messages li time")]
        assert times == sorted(times)


def test_a_note_between_two_pages_is_not_lost(house: House, people: People, agent: Browser) -> None:
    """Behind the last message of the one and before the first of the other."""
    head = people.starts(people.owner)
    for _ in range(MESSAGES - 1):
        house.conversations.desk.answer(people.agent, people.head(head.id), Draft("Hello"))
    people.notes(head, "Between the pages: look")
    for _ in range(MESSAGES):
        house.conversations.desk.answer(people.agent, people.head(head.id), Draft("Hello"))
    pages = walk(agent, f"/desk/conversations/{head.id}")
    assert [bodies(page).count("Between the pages") for page in pages] == [0, 1]


def test_messages_come_first_and_what_found_no_room_is_said(people: People, agent: Browser) -> None:
    """Notes and history have pages of their own, from there back to the first."""
    head = plant(people, messages=20, asides=200)
    page = agent.get(f"/desk/conversations/{head.id}")
    assert [one for one in bodies(page) if one.startswith("direct")] == [f"direct {n}" for n in range(1, 21)]
    notes = [one for one in bodies(page) if one.startswith("note")]
    assert len(notes) + len(history(page)) == ASIDES
    assert not page.all("a[data-earlier]")
    gap = [one for one in page.all("li.event") if one.all("a")]
    assert [one.text for one in gap] == ["Not all notes and history are shown · Show earlier notes and history"]
    before = [one.get("id") for one in page.all("ol.messages li")][: page.all("ol.messages li").index(gap[0])]
    assert all(one.startswith("m") for one in before)
    pages = walk(agent, gap[0].one("a")["href"])
    assert all(one.one("#messages-title").text == "Notes and history" for one in pages)
    assert all(not one.all("[data-updates]") for one in pages)
    found = notes + history(page)
    for one in pages:
        assert len(bodies(one)) + len(history(one)) <= ASIDES_ALONE
        found += [*bodies(one), *history(one)]
    assert sorted(found) == sorted(f"{kind} {n}" for kind in ("note", "event") for n in range(1, 201))
    assert agent.get(pages[-1].link("Show the newest messages")).one("[data-updates]")


def test_a_note_that_was_sent_is_counted_though_as_many_are_shown(people: People, agent: Browser) -> None:
    """By that count the script knows that its draft has arrived."""
    head = plant(people, messages=2, asides=60)
    for count in (60, 61):
        page = agent.get(f"/desk/conversations/{head.id}")
        assert page.one("[data-thread]")["data-notes"] == str(count)
        assert len(page.all("li.note")) + len(history(page)) == ASIDES
        people.notes(head, "One more")


def test_a_page_further_back_does_what_the_newest_does(
    house: House, people: People, browse: Callable[..., Browser], agent: Browser
) -> None:
    """A message and a note there can be redacted, a reply written, and a mail that failed sent again."""
    head = plant(people, messages=50, asides=50)
    agent.get(f"/desk/conversations/{head.id}")
    earlier = agent.page.one("a[data-earlier]")["href"]
    lead = browse(people.lead)
    for which, button, gone in (
        ("#m5", "Remove the whole message", "This message was removed"),
        ("", "Remove the whole note", "This note was removed"),
    ):
        page = lead.get(earlier)
        entry = page.one(which) if which else page.all("li.note")[-1]
        (form,) = [one for one in entry.all("details form") if one.one("button").text == button]
        lead.submit(form)
        assert lead.get(earlier).one(f"#{entry['id']} .gone").text == gone
    agent.get(earlier)
    assert agent.submit("Send reply", body="Newest of all").notice == "Your answer was sent."
    assert bodies(agent.page)[-1] == "Newest of all"
