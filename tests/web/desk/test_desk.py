"""The desk: the conversations of each status, one conversation with all that staff see, and what they do with it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

import app
from chalicelib import zones
from chalicelib.conversations.model import Conversation, Draft, Status
from chalicelib.web.desk.conversations import snooze_until
from chalicelib.wiring import House
from local import workers
from tests.attachments.corpus import png
from tests.browser import Browser, Page, put_upload
from tests.people import Clock, People, staff_items
from tests.wire import failing, recorded

WORDS = "My <answer> & more:\n\n• one 🙂 مصباح"


@pytest.fixture
def head(people: People) -> Conversation:
    """The owner's open conversation."""
    return people.starts(people.owner)


@pytest.fixture
def agent(people: People, browse: Callable[..., Browser], head: Conversation) -> Browser:
    """An agent's browser, with the conversation open."""
    browser = browse(people.agent)
    browser.get(f"/desk/conversations/{head.id}")
    return browser


def entries(page: Page) -> list[str]:
    """Return what the thread shows, a line an entry, without times and forms."""
    found = []
    for one in page.all("ol.messages li"):
        if one.matches(".message"):
            kind = "note" if one.matches(".note") else "message"
            found.append(f"{kind} {one.one('.by strong').text}: {one.one('.said').text}")
        elif one.matches(".event"):
            found.append(f"event {one.text.partition(' ·')[0]}")
    return found


def rows(page: Page) -> list[str]:
    return [one.text for one in page.all("ol.rows h2 a")]


def test_the_desk_lists_the_conversations_of_all_customers_by_status(
    people: People, browse: Callable[..., Browser]
) -> None:
    """With customer, channel, and whether somebody waits for an answer."""
    people.plant(people.owner, ("Hello?",), subject="Waiting", channel="chat")
    people.plant(people.stranger, ("Hello?", "Yes?"), subject="Answered")
    people.plant(people.owner, subject="Snoozed", status=Status.SNOOZED)
    people.plant(people.owner, subject="Closed", status=Status.DONE)
    browser = browse(people.agent)
    page = browser.get("/desk")
    assert rows(page) == ["Answered", "Waiting"]
    answered, waiting = page.all("ol.rows li")
    assert answered.one(".meta").text == "Open Priya Raman Portal"
    assert waiting.one(".meta").text == "Waiting for an answer Ada Lindqvist Chat"
    assert (answered.one(".preview").text, waiting.one(".preview").text) == ("Answered: Yes?", "Hello?")
    assert rows(browser.get(page.link("Snoozed"))) == ["Snoozed"]
    assert rows(browser.get(page.link("Closed"))) == ["Closed"]
    assert browser.get("/desk?status=everything").status == 422


def test_a_long_desk_is_paged_and_its_cursors_are_its_own(people: People, browse: Callable[..., Browser]) -> None:
    people.plant(people.owner, count=60, subject="Lamp {}")
    browser = browse(people.agent)
    page = browser.get("/desk")
    cursor = page.link("Next page").partition("cursor=")[2]
    seen = rows(page)
    while "Next page" in page.text:
        page = browser.get(page.link("Next page"))
        seen += rows(page)
    assert seen == [f"Lamp {number}" for number in range(60, 0, -1)]
    assert rows(browser.get(page.link("First page"))) == seen[:25]
    assert browser.get(f"/desk?status=done&cursor={cursor}").status == 422
    assert browser.get(f"/desk?cursor={cursor[:-1]}").status == 422
    assert browse(people.owner).get(f"/conversations?cursor={cursor}").status == 422


def test_an_empty_desk_says_so(people: People, browse: Callable[..., Browser]) -> None:
    assert browse(people.agent).get("/desk").one(".empty h2").text == "Nothing here"


def test_a_conversation_shows_messages_notes_and_history_in_order(
    people: People, browse: Callable[..., Browser], head: Conversation
) -> None:
    people.notes(head, "Looks like a loose bulb.", by=people.collaborator)
    people.answers(head, "Which lamp is it?")
    people.snoozes(head)
    people.says(people.owner, head, "The green one.")
    people.closes(head)
    page = browse(people.agent).get(f"/desk/conversations/{head.id}")
    assert entries(page) == [
        "message Ada Lindqvist: It flickers at night.",
        "note Sven Carlsen: Looks like a loose bulb.",
        "message Mina Park: Which lamp is it?",
        "event Mina Park snoozed the conversation until 12:30",
        "event Ada Lindqvist woke the conversation",
        "message Ada Lindqvist: The green one.",
        "event Mina Park closed the conversation",
    ]
    card = page.all(".side section.card")[0]
    assert card.text == "Customer Ada Lindqvist ada.lindqvist@example.com 0 open, 1 closed"


def test_notes_and_history_stand_with_the_page_of_messages_they_belong_to(
    house: House, people: People, browse: Callable[..., Browser]
) -> None:
    """Each is on exactly one page of a long conversation."""
    head = people.starts(people.owner)
    for number in range(1, 13):
        for _ in range(9):
            house.conversations.desk.answer(people.agent, people.head(head.id), Draft("Hello"))
        people.notes(head, f"Note {number}")
    browser = browse(people.agent)
    page = browser.get(f"/desk/conversations/{head.id}")
    seen = entries(page)
    while page.all("a[data-earlier]"):
        page = browser.get(page.one("a[data-earlier]")["href"])
        seen = entries(page) + seen
    assert [one.rpartition(" ")[2] for one in seen if "note" in one] == [str(number) for number in range(1, 13)]
    assert len(seen) == 1 + 12 * 10
    assert staff_items(house, head.id)[1] == []


def test_an_answer_reaches_the_customers_page(
    people: People, browse: Callable[..., Browser], agent: Browser, head: Conversation
) -> None:
    page = agent.submit("Send reply", body=WORDS)
    assert (page.status, page.notice) == (200, "Your answer was sent.")
    assert entries(page)[-1] == f"message Mina Park: {' '.join(WORDS.split())}"
    shown = browse(people.owner).get(f"/conversations/{head.id}")
    assert shown.all("ol.messages li.message")[-1].one(".said").text == " ".join(WORDS.split())
    assert people.messages(head)[-1].body == WORDS


def test_the_box_says_where_an_answer_goes(people: People, browse: Callable[..., Browser]) -> None:
    browser = browse(people.agent)
    for customer, channel, sentence in (
        (people.owner, "email", "Goes out by e-mail to ada.lindqvist@example.com"),
        (people.owner, "sms", "Is shown in the portal; no e-mail goes out."),
        (people.caller, "whatsapp", "Is shown in the portal only: the customer has no e-mail address."),
    ):
        (head,) = people.plant(customer, channel=channel)
        assert sentence in browser.get(f"/desk/conversations/{head.id}").one("section.reply").text


def test_an_answer_with_files(people: People, browse: Callable[..., Browser], agent: Browser) -> None:
    upload = agent.upload("plan.png", "image/png", png(), path="/desk/uploads")
    page = agent.submit("Send reply", body="", attachment=[upload])
    assert page.status == 200
    assert agent.download(f"/desk/attachments/{upload}").content == png()
    assert browse(people.owner).download(f"/attachments/{upload}").content == png()


def test_refused_answers_and_notes_keep_their_own_text(agent: Browser, people: People, head: Conversation) -> None:
    """The other box stays empty."""
    for button, other in (("Send reply", "Add note"), ("Add note", "Send reply")):
        page = agent.submit(button, body=WORDS * 400)
        assert page.status == 422
        assert page.form(button).one("textarea").content.removeprefix("\n") == WORDS * 400
        assert page.form(other).one("textarea").content.strip() == ""
        assert len(page.faults) == 1
        agent.get(f"/desk/conversations/{head.id}")
        assert agent.submit(button, body=" ").faults == ["Write a message or attach a file before sending."]
    assert len(people.messages(head)) == 1


def test_an_answer_to_what_was_closed_meanwhile_keeps_text_and_files(
    people: People, agent: Browser, head: Conversation
) -> None:
    """One press reopens the conversation and gives both back to go on with; nothing is sent by that."""
    upload = agent.upload("plan.png", "image/png", png(), path="/desk/uploads")
    people.closes(head)
    page = agent.submit("Send reply", body=WORDS, attachment=[upload])
    assert page.status == 409
    assert page.faults == ["This conversation was closed before your message arrived. Your text is kept below."]
    form = page.form("Reopen and go on writing")
    assert form.one("textarea").content.removeprefix("\n") == WORDS
    page = agent.submit(form)
    assert page.status == 200
    assert page.one("[data-status]").text == "Open"
    assert len(people.messages(head)) == 1
    assert page.form("Send reply").one("textarea").content.removeprefix("\n") == WORDS
    assert agent.submit("Send reply").status == 200
    message = people.messages(head)[-1]
    assert (message.body, [one.name for one in message.attachments]) == (WORDS, ["plan.png"])


def test_reopening_with_a_kept_answer_what_somebody_else_opened_keeps_it_still(
    house: House, people: People, agent: Browser, head: Conversation
) -> None:
    closed = people.closes(head)
    page = agent.submit("Send reply", body=WORDS)
    house.conversations.desk.reopen(people.agent, closed)
    page = agent.submit("Reopen and go on writing")
    assert page.status == 409
    assert page.form("Send reply").one("textarea").content.removeprefix("\n") == WORDS


def test_a_table_under_pressure_keeps_the_answer(
    house: House, people: People, agent: Browser, head: Conversation
) -> None:
    with failing(house.clients.dynamodb, "TransactWriteItems", "ThrottlingException"):
        page = agent.submit("Send reply", body=WORDS)
    assert page.status == 503
    assert page.form("Send reply").one("textarea").content.removeprefix("\n") == WORDS
    assert agent.submit("Send reply").status == 200
    assert len(people.messages(head)) == 2


def test_a_double_click_answers_once_and_notes_once(
    house: House, people: People, agent: Browser, head: Conversation
) -> None:
    answer, note = agent.page.form("Send reply"), agent.page.form("Add note")
    for form in (answer, answer, note, note):
        assert agent.submit(form, body=WORDS, follow=False).status == 303
    assert len(people.messages(head)) == 2
    assert len(staff_items(house, head.id)[0]) == 1


def test_a_note_with_a_file_is_for_staff_alone(
    people: People, browse: Callable[..., Browser], agent: Browser, head: Conversation
) -> None:
    upload = agent.upload("secret.png", "image/png", png(), path="/desk/uploads")
    page = agent.submit("Add note", body="A zebra", attachment=[upload])
    assert page.notice == "The note was added."
    assert entries(page)[-1] == "note Mina Park: A zebra secret.png PNG, 67 bytes"
    assert agent.download(f"/desk/attachments/{upload}").status == 200
    owner = browse(people.owner)
    assert owner.get(f"/attachments/{upload}").status == 404
    assert "zebra" not in owner.get(f"/conversations/{head.id}").body


def test_closing_and_reopening(people: People, browse: Callable[..., Browser], agent: Browser) -> None:
    page = agent.submit("Close")
    assert page.notice == "The conversation is closed."
    assert page.one("[data-status]").text == "Closed"
    assert not page.has_form("Send reply")
    assert "Reopen it to reply" in page.text
    other = browse(people.lead)
    other.get(page.path)
    page = agent.submit("Reopen")
    assert page.one("[data-status]").text == "Open"
    page = other.submit("Reopen")
    assert (page.status, len(page.faults)) == (409, 1)
    assert page.one("[data-status]").text == "Open"


def test_what_was_said_comes_before_what_is_known(agent: Browser) -> None:
    """On a phone, and for who hears the page, messages and the reply stand before forms of details and actions."""
    places = [agent.page.body.index(mark) for mark in ("data-messages", "Send reply", 'id="labels-title"', ">Snooze<")]
    assert places == sorted(places)


def test_a_closed_conversation_is_reopened_beside_where_it_says_so(agent: Browser) -> None:
    page = agent.submit("Close")
    assert page.all(".reply button")[0].text == "Reopen"
    assert [form["action"] for form in page.all(".side form")][-1].endswith("/subject")


def test_closing_what_somebody_else_closed_says_so(people: People, agent: Browser, head: Conversation) -> None:
    people.closes(head)
    page = agent.submit("Close")
    assert (page.status, page.faults) == (409, ["This conversation is closed already."])
    assert page.has_form("Reopen")


@pytest.mark.parametrize("choice", ["3h", "tomorrow", "monday", "week", "month"])
def test_snoozing_for_each_choice_and_waking(agent: Browser, people: People, head: Conversation, choice: str) -> None:
    page = agent.submit("Snooze", until=choice)
    assert page.notice == "The conversation is snoozed."
    assert page.one("[data-status]").text == "Snoozed"
    until = people.head(head.id).snoozed_until
    assert until is not None
    assert until > people.clock.now
    page = agent.submit("Wake now")
    assert page.one("[data-status]").text == "Open"
    assert people.head(head.id).snoozed_until is None


def test_snoozing_for_what_is_not_offered_is_refused(agent: Browser, people: People, head: Conversation) -> None:
    for until in ("", "forever", "2035-01-01", "3h "):
        page = agent.submit(agent.page.form("Snooze"), until=until)
        assert page.status == 422
    assert people.head(head.id).status is Status.OPEN


WEDNESDAY = datetime(2035, 3, 14, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("choice", "zone", "now", "expected"),
    [
        ("3h", "Asia/Tokyo", WEDNESDAY, "2035-03-14T12:30:00+00:00"),
        ("tomorrow", "Europe/Berlin", WEDNESDAY, "2035-03-15T09:00:00+01:00"),
        ("tomorrow", "Pacific/Auckland", WEDNESDAY, "2035-03-15T09:00:00+13:00"),
        ("monday", "Europe/Berlin", WEDNESDAY, "2035-03-19T09:00:00+01:00"),
        ("monday", "Europe/Berlin", datetime(2035, 3, 19, 3, tzinfo=UTC), "2035-03-26T09:00:00+02:00"),
        ("monday", "America/New_York", datetime(2035, 3, 19, 3, tzinfo=UTC), "2035-03-19T09:00:00-04:00"),
        ("week", "UTC", WEDNESDAY, "2035-03-21T09:30:00+00:00"),
        ("week", "Europe/Berlin", datetime(2035, 3, 20, 9, tzinfo=UTC), "2035-03-27T10:00:00+02:00"),
        ("week", "America/Santiago", datetime(2035, 4, 5, 15, tzinfo=UTC), "2035-04-12T12:00:00-04:00"),
        ("week", "America/Vancouver", datetime(2026, 10, 29, 19, tzinfo=UTC), "2026-11-05T12:00:00-07:00"),
        ("month", "Australia/Lord_Howe", datetime(2035, 3, 20, 1, tzinfo=UTC), "2035-04-19T12:00:00+10:30"),
        ("month", "UTC", WEDNESDAY, "2035-04-13T09:30:00+00:00"),
    ],
)
def test_choices_are_moments_in_the_zone_of_who_chose(choice: str, zone: str, now: datetime, expected: str) -> None:
    """Nine in the morning there, on the right side of a change to summer time."""
    assert snooze_until(choice, now, zones.zone(zone)) == datetime.fromisoformat(expected)


def test_changing_the_subject(people: People, browse: Callable[..., Browser], agent: Browser) -> None:
    page = agent.submit("Save the subject", subject="  A\tgreen <lamp> ")
    assert (page.notice, page.heading) == ("The subject was changed.", "A green <lamp>")
    assert browse(people.owner).get("/conversations").one("ol.rows h2 a").text == "A green <lamp>"
    for subject in ("", " \r\n", "s" * 201):
        page = agent.submit("Save the subject", subject=subject)
        assert page.status == 422
        assert page.heading == "A green <lamp>"
        assert len(page.faults) == 1


def test_news_at_the_desk(people: People, agent: Browser, head: Conversation) -> None:
    """Of messages as of notes; nothing new is a 204."""
    agent.get(agent.page.path)

    def ask() -> tuple[int, str]:
        answer = agent.fetch("GET", agent.page.one("[data-updates]")["data-updates"])
        return answer.status, answer.text

    assert ask()[0] == 204
    people.notes(head, "A zebra")
    status, text = ask()
    assert status == 200
    assert "A zebra" in text
    agent.get(agent.page.path)
    assert ask()[0] == 204
    people.says(people.owner, head, "Hello?")
    assert "Hello?" in ask()[1]
    agent.get(agent.page.path)
    people.closes(head)
    assert '"closed": true' in ask()[1]


def test_the_desk_costs_few_calls(house: House, people: People, agent: Browser) -> None:
    people.plant(people.owner, count=30)
    people.plant(people.stranger, count=30)
    with recorded(house.clients.dynamodb) as calls:
        agent.get("/desk")
    assert [call.operation for call in calls] == ["BatchGetItem", *["Query"] * 4, "BatchGetItem"]


def test_absent_conversations_and_files_are_not_found(agent: Browser) -> None:
    for path in (f"/desk/conversations/{'0' * 26}", "/desk/conversations/x", f"/desk/attachments/{'0' * 26}"):
        assert agent.get(path).status == 404
    agent.get("/desk")
    for action in ("messages", "notes", "close", "snooze", "reopen", "subject", "redact", "resend"):
        fields = {"csrf": agent.csrf, "body": "x", "seq": "1", "until": "3h", "subject": "x", "what": "whole"}
        assert agent.post(f"/desk/conversations/{'0' * 26}/{action}", fields).status == 404
        agent.get("/desk")


def test_staff_files_are_checked_as_customers_are(agent: Browser, people: People, head: Conversation) -> None:
    answer = agent.fetch("POST", "/desk/uploads", {"name": "a.exe", "type": "", "size": 1})
    assert (answer.status, answer.json()["error"]["code"]) == (422, "file_refused")
    begun = agent.fetch("POST", "/desk/uploads", {"name": "a.png", "type": "image/png", "size": 5}).json()
    assert put_upload(begun, b"<svg>") == 201
    page = agent.submit("Send reply", body="See here", attachment=[begun["id"]])
    assert page.faults == [
        "“a.png” was not attached: its content is not PNG. Save it as PNG again, or attach another file."
    ]
    assert len(people.messages(head)) == 1


def test_a_snoozed_conversation_wakes_by_the_schedule(
    people: People, agent: Browser, head: Conversation, clock: Clock
) -> None:
    agent.submit("Snooze", until="3h")
    clock.ahead(hours=2)
    workers.sweep(app)
    assert people.head(head.id).status is Status.SNOOZED
    clock.ahead(hours=2)
    workers.sweep(app)
    page = agent.get(f"/desk/conversations/{head.id}")
    assert page.one("[data-status]").text == "Open"
    assert entries(page)[-1] == "event woke the conversation"
