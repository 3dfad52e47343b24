"""A conversation's page: what it is, then every visible message in order, and what can be done with it."""

from __future__ import annotations

from collections.abc import Callable

from chalicelib.attachments.model import Attachment
from chalicelib.conversations.model import Status
from chalicelib.ids import new_id
from chalicelib.wiring import House
from tests.browser import Browser, Page
from tests.people import People
from tests.wire import chain, lagging, recorded

FILE = Attachment("0" * 26, "Invoice 2026-1187.pdf", "application/pdf", 184_320)


def said(page: Page) -> list[str]:
    """Return who said what, a line a message."""
    return [f"{one.one('.by strong').text}: {one.one('.said').text}" for one in page.all("ol.messages li.message")]


def facts(page: Page) -> dict[str, str]:
    return {one.one("dt").text: one.one("dd").text for one in page.all("dl.facts div")}


def test_a_page_opens_with_status_channel_and_date(people: People, browse: Callable[..., Browser]) -> None:
    (head,) = people.plant(people.owner, channel="instagram", subject="The lamp")
    page = browse(people.owner).get(f"/conversations/{head.id}")
    assert page.title == "The lamp · Alder & Finch"
    assert page.heading == "The lamp"
    assert facts(page) == {"Status": "Open", "Channel": "Instagram", "Created": "10:31"}


def test_messages_stand_in_order_with_author_time_channel_and_files(
    people: People, browse: Callable[..., Browser]
) -> None:
    """A channel is named where it is not the conversation's own; a file with its name, kind and size."""
    (head,) = people.plant(people.owner, ("Hello?", "See the invoice."), channel="sms", attachments=(FILE,))
    people.says(people.owner, head, "Thanks.\n\nIs it paid?")
    page = browse(people.owner).get(f"/conversations/{head.id}")
    assert said(page) == [
        "You: Hello?",
        "Mina Park: See the invoice. Invoice 2026-1187.pdf PDF, 180 KB",
        "You: Thanks. Is it paid?",
    ]
    assert [one.get("id") for one in page.all("ol.messages li.message")] == ["m1", "m2", "m3"]
    assert [one.text for one in page.all("ol.messages .by .channel")] == ["Portal"]
    assert page.one("#m2 .files a")["href"] == f"/attachments/{FILE.id}"
    assert [one["datetime"][:16] for one in page.all("ol.messages time")] == ["2035-03-14T09:31"] * 3
    assert [one.text for one in page.all("#m3 .said p")] == ["Thanks.", "Is it paid?"]


def test_the_subject_is_the_agents_current_one(house: House, people: People, browse: Callable[..., Browser]) -> None:
    head = people.starts(people.owner, "lamp!!")
    house.conversations.desk.rename(people.agent, head, "A <flickering> lamp")
    page = browse(people.owner).get(f"/conversations/{head.id}")
    assert page.heading == "A <flickering> lamp"
    assert "lamp!!" not in page.body


def test_a_long_conversation_loads_earlier_messages_page_by_page(
    people: People, browse: Callable[..., Browser]
) -> None:
    """The newest are shown first; each page leads to the one before it and back to the newest."""
    (head,) = people.plant(people.owner, tuple(f"Message {number}" for number in range(1, 124)))
    browser = browse(people.owner)
    page = browser.get(f"/conversations/{head.id}")
    newest = said(page)
    seen = newest
    pages = 1
    while page.all("a[data-earlier]"):
        page = browser.get(page.one("a[data-earlier]")["href"])
        seen = said(page) + seen
        pages += 1
        assert page.link("Show the newest messages") == f"/conversations/{head.id}"
    assert pages == 3
    assert [one.rpartition(" ")[2] for one in seen] == [str(number) for number in range(1, 124)]
    assert said(browser.get(page.link("Show the newest messages"))) == newest


def test_a_page_before_nothing_is_a_page(people: People, browse: Callable[..., Browser]) -> None:
    (head,) = people.plant(people.owner, ("One", "Two"))
    browser = browse(people.owner)
    for before in ("0", "1", "-1", "abc", "999999999999", "٣", "1%00", "3.5"):
        page = browser.get(f"/conversations/{head.id}?before={before}")
        assert page.status == 200
        assert len(said(page)) in {0, 2}


def test_a_snoozed_conversation_says_until_when_and_takes_a_reply(
    people: People, browse: Callable[..., Browser]
) -> None:
    head = people.starts(people.owner)
    people.snoozes(head, hours=3)
    browser = browse(people.owner)
    page = browser.get(f"/conversations/{head.id}")
    assert facts(page)["Status"] == "Snoozed"
    assert "Snoozed until: 13:30. If you reply, the conversation opens again." in page.text
    page = browser.submit("Send", body="Still there?")
    assert facts(page)["Status"] == "Open"
    assert "Snoozed" not in page.text


def test_a_closed_conversation_offers_to_reopen_it(people: People, browse: Callable[..., Browser]) -> None:
    head = people.closes(people.starts(people.owner))
    page = browse(people.owner).get(f"/conversations/{head.id}")
    assert facts(page)["Status"] == "Closed"
    assert page.has_form("Reopen and send")
    assert not page.has_form("Send")
    assert page.link("Start a new conversation") == f"/conversations/new?continues={head.id}"


def test_public_comments_are_not_shown(people: People, browse: Callable[..., Browser]) -> None:
    (head,) = people.plant(people.owner, ("Hello?", "Yes?"), channel="twitter", public="What a giraffe!")
    browser = browse(people.owner)
    for path in (f"/conversations/{head.id}", "/conversations", "/conversations?q=giraffe", "/account/export.json"):
        page = browser.get(path)
        assert page.status == 200
        assert "What a giraffe!" not in page.body


def test_markup_in_what_people_wrote_is_text(people: People, browse: Callable[..., Browser]) -> None:
    evil = '<script>alert(1)</script><img src=x onerror="alert(1)">'
    (head,) = people.plant(people.owner, (evil, evil), subject=evil.replace("{", ""))
    browser = browse(people.owner)
    for path in (f"/conversations/{head.id}", "/conversations"):
        page = browser.get(path)
        assert "<script>" not in page.body
        assert "onerror=" not in page.body.replace("onerror=&#34;", "")
        assert not page.all("main img")
    assert said(browser.get(f"/conversations/{head.id}")) == [f"You: {evil}", f"Mina Park: {evil}"]


def test_addresses_become_links_that_tell_nobody_where_from(people: People, browse: Callable[..., Browser]) -> None:
    (head,) = people.plant(people.owner, ("See https://example.com/a?b=1&c=2, (http://example.org).",))
    page = browse(people.owner).get(f"/conversations/{head.id}")
    links = page.all("#m1 .said a")
    assert [one["href"] for one in links] == ["https://example.com/a?b=1&c=2", "http://example.org"]
    assert {one["rel"] for one in links} == {"nofollow noopener noreferrer ugc"}


def test_absent_and_foreign_conversations_are_the_same_page(people: People, browse: Callable[..., Browser]) -> None:
    head = people.starts(people.owner)
    stranger = browse(people.stranger)
    bodies = set()
    for address in (head.id, new_id(people.clock()), "0" * 26, "z" * 26):
        page = stranger.get(f"/conversations/{address}")
        assert page.status == 404
        bodies.add(page.body.replace(address, ""))
    assert len(bodies) == 1


def test_what_is_no_id_is_not_found(people: People, browse: Callable[..., Browser]) -> None:
    browser = browse(people.owner)
    for address in ("nonsense", "%2e%2e", "1", "c%23z", "CONV%23", "%00", "🙂", "new.css"):
        assert browser.get(f"/conversations/{address}").status == 404


def test_a_conversation_costs_two_calls_at_once(house: House, people: People, browse: Callable[..., Browser]) -> None:
    """Session, customer, settings and head in one, its messages in the other."""
    (head,) = people.plant(people.owner, ("Hello?", "Yes?") * 30)
    browser = browse(people.owner)
    with recorded(house.clients.dynamodb) as calls:
        earlier = browser.get(f"/conversations/{head.id}").link("Load earlier messages")
    assert ([call.operation for call in calls], chain(calls)) == (["BatchGetItem", "Query"], 1)
    with recorded(house.clients.dynamodb) as calls:
        assert browser.get(earlier).status == 200
    assert ([call.operation for call in calls], chain(calls)) == (["BatchGetItem", "Query"], 1)


def test_a_page_read_while_a_replica_lags_shows_every_message_its_version_counts(
    house: House, people: People, browse: Callable[..., Browser]
) -> None:
    """Or the page would believe to be new and never ask for the message that it lacks."""
    head = people.answers(people.starts(people.owner), "The answer")
    browser = browse(people.owner)
    with lagging(house.clients.dynamodb) as missed:
        page = browser.get(f"/conversations/{head.id}")
    assert missed == ["c#m#00000002"]
    assert said(page) == ["You: It flickers at night.", "Mina Park: The answer"]


def test_a_conversation_nobody_said_anything_visible_in_is_a_page(
    people: People, browse: Callable[..., Browser]
) -> None:
    """Such as one of public comments only."""
    (head,) = people.plant(people.owner, ("",), channel="instagram", status=Status.DONE, public="Nice!")
    page = browse(people.owner).get(f"/conversations/{head.id}")
    assert page.status == 200
    assert said(page) == ["You: "]
