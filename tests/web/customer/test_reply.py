"""Replying: what is taken shows at once, what is refused comes back with every word, and nothing is said twice."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.attachments.model import accepted
from chalicelib.conversations.model import Conversation
from chalicelib.wiring import House
from tests.browser import Browser, Page
from tests.people import Clock, People
from tests.wire import failing, losing_answers, meanwhile, recorded

WORDS = "My <answer> & more:\n\n  • one “quoted”\n\t• two 🙂 مصباح"
TRANSACTION = "TransactWriteItems"


@pytest.fixture
def head(people: People) -> Conversation:
    """The owner's open conversation, which an agent is invited to answer."""
    assert people.agent
    return people.starts(people.owner)


@pytest.fixture
def browser(people: People, browse: Callable[..., Browser], head: Conversation) -> Browser:
    """The owner's browser, with the conversation open."""
    browser = browse(people.owner)
    browser.get(f"/conversations/{head.id}")
    return browser


def typed(page: Page) -> str:
    """Return what stands in the reply box, as the browser would send it again."""
    return page.one("textarea[name=body]").content.removeprefix("\n")


def last(page: Page) -> str:
    return page.all("ol.messages .said")[-1].text


def test_a_reply_shows_at_once_on_the_page_and_in_the_list(
    people: People, browser: Browser, head: Conversation
) -> None:
    """After the form the browser is sent to the page, so that reloading sends nothing again."""
    answer = browser.submit("Send", body=WORDS, follow=False)
    assert (answer.status, answer.header("Location")) == (303, f"/conversations/{head.id}#m2")
    page = browser.get(answer.header("Location") or "")
    assert page.notice == "Your message was sent."
    assert last(page) == " ".join(WORDS.split())
    assert typed(page) == ""
    (_, message) = people.messages(head)
    assert (message.body, message.channel) == (WORDS, "portal")
    page = browser.get(f"/conversations/{head.id}")
    assert page.notice == ""
    row = browser.get("/conversations").one("ol.rows li")
    assert row.one(".preview").text == f"You: {' '.join(WORDS.split())}"


def test_10240_characters_are_taken(people: People, browser: Browser, head: Conversation) -> None:
    """Emoji included, with line ends as browsers send them."""
    text = "\r\n".join(["🙂" * 1023] * 10)
    assert len(text.replace("\r\n", "\n")) == 10_239
    page = browser.submit("Send", body=text + "!")
    assert page.status == 200
    assert len(people.messages(head)[-1].body) == 10_240


def test_10241_characters_are_refused_and_kept(people: People, browser: Browser, head: Conversation) -> None:
    text = "🙂" * 10_241
    page = browser.submit("Send", body=text)
    assert page.status == 422
    (fault,) = page.faults
    assert fault.startswith("Your message has 10,241 characters. The limit is 10,240.")
    assert typed(page) == text
    field = page.one("textarea[name=body]")
    assert field["aria-invalid"] == "true"
    assert page.one(f"#{field['aria-describedby'].split()[-1]}").text == fault
    assert len(people.messages(head)) == 1
    assert browser.submit("Send", body=text[:-1]).status == 200
    assert len(people.messages(head)) == 2


def test_the_page_tells_the_limits_before_anything_is_chosen(browser: Browser) -> None:
    form = browser.page.form("Send")
    assert "At most 10,240 characters" in form.text
    assert f"Up to 6 files of at most 3 MB each: {', '.join(accepted())}." in form.text
    assert form["data-max-body"] == "10240"
    assert (form["data-max-files"], form["data-max-size"]) == ("6", "3145728")
    assert "You need JavaScript to attach files" in form.text


def test_an_empty_message_is_refused(people: People, browser: Browser, head: Conversation) -> None:
    for body in ("", "   \r\n\t ", "\x00"):
        page = browser.submit("Send", body=body)
        assert (page.status, page.faults) == (422, ["Write a message or attach a file before sending."])
    assert len(people.messages(head)) == 1


def test_a_reply_to_what_was_closed_meanwhile_keeps_the_text_and_can_be_sent_on(
    people: People, browser: Browser, head: Conversation
) -> None:
    """The page says what happened, shows the conversation as it is now, and sends the same text with one press."""
    people.closes(head)
    page = browser.submit("Send", body=WORDS)
    assert page.status == 409
    assert page.faults == ["This conversation was closed before your message arrived. Your text is kept below."]
    assert typed(page) == WORDS
    assert len(people.messages(head)) == 1
    page = browser.submit("Reopen and send")
    assert (page.status, last(page)) == (200, " ".join(WORDS.split()))
    assert people.messages(head)[-1].body == WORDS


def test_a_close_in_the_very_moment_of_sending_keeps_the_text(
    house: House, people: People, browser: Browser, head: Conversation
) -> None:
    with meanwhile(house.clients.dynamodb, TRANSACTION, lambda: people.closes(head)) as done:
        page = browser.submit("Send", body=WORDS)
    assert done
    assert page.status == 409
    assert typed(page) == WORDS
    assert page.has_form("Reopen and send")


def test_a_reply_to_what_was_closed_where_nothing_is_reopened_becomes_a_new_conversation(
    house: House, people: People, browser: Browser, head: Conversation
) -> None:
    house.portal.settings.change(reopen_allowed=False)
    people.closes(head)
    page = browser.submit("Send", body=WORDS)
    assert page.status == 409
    assert typed(page) == WORDS
    page = browser.submit("Start the conversation")
    assert page.status == 200
    assert page.heading == "Re: The lamp flickers"
    assert page.link("Continues an earlier conversation") == f"/conversations/{head.id}"
    assert last(page) == " ".join(WORDS.split())


def test_a_double_click_says_it_once(people: People, browser: Browser, head: Conversation) -> None:
    """Both presses are answered alike."""
    form = browser.page.form("Send")
    first = browser.submit(form, body="Hello?", follow=False)
    second = browser.submit(form, body="Hello?", follow=False)
    assert (first.status, first.header("Location")) == (second.status, second.header("Location"))
    assert [message.body for message in people.messages(head)] == ["It flickers at night.", "Hello?"]


def test_going_back_and_sending_something_else_with_the_old_form_is_asked_about(
    people: People, browser: Browser, head: Conversation
) -> None:
    """The text is kept, and pressing again adds it: the form has a new key."""
    form = browser.page.form("Send")
    browser.submit(form, body="One")
    page = browser.submit(form, body="Two")
    assert page.status == 409
    assert page.faults == [
        "You already sent this form with a different text. Your text is kept: send it again to add it."
    ]
    assert typed(page) == "Two"
    assert browser.submit("Send").status == 200
    assert [message.body for message in people.messages(head)][1:] == ["One", "Two"]


def test_a_retry_after_a_lost_answer_says_it_once(
    house: House, people: People, browser: Browser, head: Conversation
) -> None:
    """The message was written, the table's answer was lost, and the same form is sent again."""
    with (
        losing_answers(house.clients.dynamodb, TRANSACTION),
        failing(house.clients.dynamodb, "GetItem", "InternalServerError"),
    ):
        page = browser.submit("Send", body=WORDS)
    assert page.status == 503
    assert typed(page) == WORDS
    page = browser.submit("Send")
    assert page.status == 200
    assert [message.body for message in people.messages(head)] == ["It flickers at night.", WORDS]


@pytest.mark.parametrize("code", ["ThrottlingException", "ProvisionedThroughputExceededException"])
def test_a_table_under_pressure_keeps_the_text(
    house: House, people: People, browser: Browser, head: Conversation, code: str
) -> None:
    with failing(house.clients.dynamodb, TRANSACTION, code):
        page = browser.submit("Send", body=WORDS)
    assert page.status == 503
    assert page.faults == ["We could not save this just now. Nothing was lost: please send it again."]
    assert typed(page) == WORDS
    assert browser.submit("Send").status == 200
    assert people.messages(head)[-1].body == WORDS


def test_a_conflict_that_passes_is_not_noticed(
    house: House, people: People, browser: Browser, head: Conversation
) -> None:
    reasons = ("None", "TransactionConflict", "None")
    with failing(house.clients.dynamodb, TRANSACTION, "TransactionCanceledException", times=2, reasons=reasons):
        assert browser.submit("Send", body=WORDS).status == 200
    assert people.messages(head)[-1].body == WORDS


@pytest.mark.parametrize("times", [1, 1000])
def test_a_table_that_cannot_even_be_read_keeps_the_text(
    house: House, people: People, browser: Browser, head: Conversation, times: int
) -> None:
    """Even where not so much as the page's frame can be made, what was typed is given back."""
    with failing(house.clients.dynamodb, "BatchGetItem", "ThrottlingException", times=times):
        page = browser.submit("Send", body=WORDS)
    assert page.status == 503
    kept = page.one("#kept").content if times == 1 else page.body
    assert WORDS in kept
    assert len(people.messages(head)) == 1


def test_too_many_replies_are_slowed_down_and_kept(
    people: People, browser: Browser, head: Conversation, clock: Clock
) -> None:
    for number in range(60):
        people.says(people.owner, head, str(number))
    page = browser.submit("Send", body=WORDS)
    assert page.status == 429
    assert 0 < int(page.header("Retry-After") or 0) <= 600
    assert typed(page) == WORDS
    clock.ahead(minutes=10)
    assert browser.submit("Send").status == 200


def test_a_damaged_form_is_refused_and_keeps_the_text(people: People, browser: Browser, head: Conversation) -> None:
    for key in ("short", "a b" * 10, "x" * 65, "'; --" * 5, "ключ" * 5):
        page = browser.submit("Send", body=WORDS, idempotency_key=key)
        assert page.status == 422
        assert typed(page) == WORDS
    assert len(people.messages(head)) == 1
    assert browser.submit("Send").status == 200


def test_a_reply_costs_few_calls(house: House, people: People, browser: Browser, head: Conversation) -> None:
    """Who it is and what it is about, the limit, and one transaction."""
    with recorded(house.clients.dynamodb) as calls:
        browser.submit("Send", body=WORDS, follow=False)
    assert [call.operation for call in calls] == ["BatchGetItem", "UpdateItem", TRANSACTION]
    assert len(people.messages(head)) == 2


def test_bytes_that_are_no_text_arrive_as_far_as_they_can_be_read(
    people: People, browser: Browser, head: Conversation
) -> None:
    """Latin-1 and lone surrogates: nothing fails, and what is legible stays."""
    for sent, expected in ((b"caf%E9", "caf\ufffd"), (b"caf\xe9", "caf\ufffd"), (b"a%ED%A0%BDb", "a")):
        raw = b"csrf=" + browser.csrf.encode() + b"&body=" + sent
        page = browser.post(f"/conversations/{head.id}/messages", raw)
        assert page.status == 200
        assert people.messages(head)[-1].body.startswith(expected)
