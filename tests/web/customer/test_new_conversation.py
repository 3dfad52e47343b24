"""Starting a conversation in the portal, on its own or in continuation of a closed one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.conversations.model import Status
from chalicelib.wiring import House
from tests.attachments.corpus import png
from tests.browser import Browser
from tests.people import Clock, People
from tests.wire import failing

WORDS = "It <flickers> & hums 🙂\n\nمصباح"


@pytest.fixture
def browser(people: People, browse: Callable[..., Browser]) -> Browser:
    """The owner's browser, with the form open."""
    browser = browse(people.owner)
    browser.get("/conversations/new")
    return browser


def test_a_conversation_starts_with_subject_text_and_files(people: People, browser: Browser) -> None:
    upload = browser.upload("lamp.png", "image/png", png())
    page = browser.submit("Start the conversation", subject="  The\tlamp ", body=WORDS, attachment=[upload])
    assert page.notice == "Your conversation has started. We will reply here and by e-mail."
    assert page.heading == "The lamp"
    assert page.one("dl.facts").text == "Status Open Channel Portal Created 10:30"
    assert [one.text for one in page.all("#m1 .said p")] == ["It <flickers> & hums 🙂", "مصباح"]
    assert page.one("#m1 .files a").text == "lamp.png"
    assert people.fresh(people.owner).open_count == 1


@pytest.mark.parametrize(
    ("subject", "body", "fields"),
    [
        ("", WORDS, ["subject"]),
        ("  \r\n", WORDS, ["subject"]),
        ("s" * 201, WORDS, ["subject"]),
        ("The lamp", "", ["body"]),
        ("The lamp", "🙂" * 10_241, ["body"]),
    ],
)
def test_what_is_missing_or_too_long_is_said_and_everything_is_kept(
    people: People, browser: Browser, subject: str, body: str, fields: list[str]
) -> None:
    page = browser.submit("Start the conversation", subject=subject, body=body)
    assert page.status == 422
    assert len(page.faults) == 1
    assert [one["name"] for one in page.all("[aria-invalid=true]")] == fields
    assert page.one("input[name=subject]")["value"] == subject
    assert page.one("textarea").content.removeprefix("\n") == body
    assert people.fresh(people.owner).open_count == 0
    assert browser.submit("Start the conversation", subject="The lamp", body="Hello").status == 200


def test_200_characters_of_a_subject_are_taken(browser: Browser) -> None:
    page = browser.submit("Start the conversation", subject="🙂" * 200, body="Hello")
    assert page.heading == "🙂" * 200


def test_a_double_click_starts_one(people: People, browser: Browser) -> None:
    form = browser.page.form("Start the conversation")
    answers = [browser.submit(form, subject="The lamp", body="Hello", follow=False) for _ in range(3)]
    assert len({(one.status, one.header("Location")) for one in answers}) == 1
    assert answers[0].status == 303
    assert people.fresh(people.owner).open_count == 1


def test_a_new_conversation_links_back_to_the_closed_one(people: People, browser: Browser) -> None:
    """The subject is suggested, shortened where it would be too long; refusals keep the link."""
    (closed,) = people.plant(people.owner, subject="s" * 200, status=Status.DONE)
    page = browser.get(f"/conversations/new?continues={closed.id}")
    suggested = page.one("input[name=subject]")["value"]
    assert suggested == "Re: " + "s" * 196
    page = browser.submit("Start the conversation", subject="", body=WORDS)
    assert page.status == 422
    assert "s" * 200 in page.text
    page = browser.submit("Start the conversation", subject="Again")
    assert page.link("Continues an earlier conversation") == f"/conversations/{closed.id}"


def test_only_a_conversation_of_ones_own_can_be_continued(
    people: People, browser: Browser, browse: Callable[..., Browser]
) -> None:
    theirs = people.closes(people.starts(people.stranger, "Secret subject"))
    browser.get("/conversations/new")
    key, csrf = browser.key, browser.csrf
    bodies = set()
    for one in (theirs.id, "0" * 26, "nonsense"):
        page = browser.get(f"/conversations/new?continues={one}")
        assert page.status == 404
        bodies.add(page.body)
        sent = {"csrf": csrf, "idempotency_key": key, "continues": one, "subject": "Lamp", "body": WORDS}
        page = browser.post("/conversations", sent)
        assert page.status == 404
        assert "Secret" not in page.body
    assert len(bodies) == 1
    assert people.fresh(people.owner).open_count == 0
    assert browse(people.stranger).get(f"/conversations/new?continues={theirs.id}").status == 200


def test_too_many_starts_are_slowed_down(people: People, browser: Browser, clock: Clock) -> None:
    for number in range(20):
        people.starts(people.owner, str(number))
    page = browser.submit("Start the conversation", subject="The lamp", body=WORDS)
    assert page.status == 429
    assert int(page.header("Retry-After") or 0) > 0
    assert page.one("textarea").content.removeprefix("\n") == WORDS
    clock.ahead(hours=1)
    assert browser.submit("Start the conversation").status == 200


def test_a_table_under_pressure_keeps_subject_and_text(house: House, browser: Browser) -> None:
    with failing(house.clients.dynamodb, "TransactWriteItems", "ThrottlingException"):
        page = browser.submit("Start the conversation", subject="The lamp", body=WORDS)
    assert page.status == 503
    assert page.one("input[name=subject]")["value"] == "The lamp"
    page = browser.submit("Start the conversation")
    assert (page.status, page.heading) == (200, "The lamp")
