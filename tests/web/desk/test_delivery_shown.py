"""Agents see how the mail of each answer fares, and can send again what was not delivered; customers get one mail."""

from __future__ import annotations

from collections.abc import Callable

import pytest

import app
from chalicelib.conversations.model import Conversation
from chalicelib.outbox.model import MAX_ATTEMPTS
from chalicelib.wiring import House
from local import workers
from local.lambda_events import mail_event
from tests.browser import Browser
from tests.conftest import MailRoom
from tests.emulators import Stage
from tests.people import Clock, People


@pytest.fixture
def head(people: People) -> Conversation:
    """The owner's open conversation."""
    return people.starts(people.owner, "The lamp")


@pytest.fixture
def agent(people: People, browse: Callable[..., Browser], head: Conversation) -> Browser:
    """An agent's browser that has just answered."""
    browser = browse(people.agent)
    browser.get(f"/desk/conversations/{head.id}")
    browser.submit("Send reply", body="A new shade leaves tomorrow.")
    return browser


def delivery(agent: Browser, head: Conversation) -> str:
    """Return what the desk says of the newest answer's mail."""
    return agent.get(f"/desk/conversations/{head.id}").all(".message.out")[-1].one(".delivery").text


def test_an_answer_waits_then_leaves_as_one_mail(agent: Browser, head: Conversation, mail_room: MailRoom) -> None:
    assert delivery(agent, head) == "E-mail is waiting to be sent"
    (mail,) = mail_room.deliver()
    assert (mail["To"], mail["Subject"]) == ("ada.lindqvist@example.com", "Re: The lamp")
    text = mail.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    assert "A new shade leaves tomorrow." in text
    assert f"http://localhost:8000/conversations/{head.id}" in text
    assert delivery(agent, head) == "E-mail sent"
    assert mail_room.deliver() == []


def test_the_mails_link_leads_through_sign_in_to_the_conversation(
    people: People, browse: Callable[..., Browser], agent: Browser, head: Conversation, mail_room: MailRoom
) -> None:
    """A customer who is not signed in ends where the mail pointed."""
    link = mail_room.link()
    browser = browse()
    assert browser.get(link).path.startswith("/login?return_to=")
    assert people.owner.email
    browser.submit("Send me a code", email=people.owner.email)
    page = browser.submit("Sign in", code=mail_room.code())
    assert page.path == link
    assert "A new shade leaves tomorrow." in page.text
    assert agent.page.status == 200
    assert head.id in link


def test_a_mail_that_was_refused_is_shown_and_can_be_sent_again(
    people: People, browse: Callable[..., Browser], agent: Browser, head: Conversation, mail_room: MailRoom
) -> None:
    """Who may not answer sees it too, and has no button."""
    mail_room.postbox.plan = [("MessageRejected", 400)]
    assert mail_room.deliver() == []
    assert delivery(agent, head).startswith("Not delivered. The mail service refused this mail.")
    collaborator = browse(people.collaborator).get(f"/desk/conversations/{head.id}")
    assert "Not delivered." in collaborator.text
    assert not collaborator.has_form("Send again")
    page = agent.submit("Send again")
    assert page.notice == "The e-mail is on its way again."
    assert delivery(agent, head) == "E-mail is waiting to be sent"
    assert [mail["To"] for mail in mail_room.deliver()] == ["ada.lindqvist@example.com"]
    assert delivery(agent, head) == "E-mail sent"


def test_a_mail_service_that_is_down_is_tried_again_and_then_given_up(
    agent: Browser, head: Conversation, mail_room: MailRoom, clock: Clock
) -> None:
    """The message stays on the customer's page once, whatever becomes of its mail."""
    mail_room.postbox.plan = [("TooManyRequestsException", 429)] * MAX_ATTEMPTS
    for _ in range(MAX_ATTEMPTS):
        mail_room.deliver()
        _hurry(mail_room)
        clock.ahead(minutes=30)
    assert delivery(agent, head).startswith("Not delivered. The mail service had no room for more mail.")
    assert len(agent.page.all(".message.out")) == 1
    agent.submit("Send again")
    assert len(mail_room.deliver()) == 1
    assert delivery(agent, head) == "E-mail sent"


def _hurry(mail_room: MailRoom) -> None:
    """Let what waits in the queue for a while be there at once, by asking for it anew as the sweeper does."""
    sqs = mail_room.stage.product("sqs")
    url = sqs.get_queue_url(QueueName=mail_room.house.settings.mail_queue)["QueueUrl"]
    for mail_id in list(mail_room.house.outbox.store.due(mail_room.house.clock().replace(year=2036))):
        sqs.send_message(QueueUrl=url, MessageBody=f'{{"mail": "{mail_id}"}}')


def test_a_mail_the_queue_lost_is_found_by_the_sweeper(
    ministack_stage: Stage, house: House, agent: Browser, head: Conversation, mail_room: MailRoom, clock: Clock
) -> None:
    sqs = ministack_stage.admin("sqs")
    sqs.purge_queue(QueueUrl=sqs.get_queue_url(QueueName=house.settings.facts_queue)["QueueUrl"])
    assert mail_room.deliver() == []
    assert delivery(agent, head) == "E-mail is waiting to be sent"
    clock.ahead(minutes=3)
    workers.sweep(app)
    assert len(mail_room.deliver()) == 1
    assert delivery(agent, head) == "E-mail sent"
    clock.ahead(hours=1)
    workers.sweep(app)
    assert mail_room.deliver() == []


def test_a_bounce_is_shown_to_the_agent(
    house: House, people: People, agent: Browser, head: Conversation, mail_room: MailRoom
) -> None:
    """SES took the mail and tells later that the address does not exist."""
    mail_room.deliver()
    (ses_id,) = mail_room.postbox.ids
    event = mail_event(
        "Bounce", message_id=ses_id, source=house.settings.mail_from, destination=[str(people.owner.email)]
    )
    event["mail"]["tags"]["foyer-mail"] = [f"{head.id}-2"]
    workers.deliver_event(app, event, "topic")
    assert delivery(agent, head).startswith("Not delivered. The address does not exist or takes no mail.")


def test_who_switched_mail_off_or_has_no_address_gets_none_and_the_desk_says_so(
    house: House, people: People, browse: Callable[..., Browser], mail_room: MailRoom
) -> None:
    owner = people.owner
    house.customers.store.save_preferences(owner.id, name=owner.name, time_zone="", mail_replies=False)
    agent = browse(people.agent)
    for customer, sentence in (
        (owner, "No e-mail was sent: The customer has switched e-mail off; the message is on their page."),
        (people.caller, "No e-mail was sent: The customer has no e-mail address; the message is on their page."),
    ):
        head = people.answers(people.starts(customer))
        assert mail_room.deliver() == []
        assert delivery(agent, head) == sentence


def test_sending_again_needs_a_mail(agent: Browser, head: Conversation) -> None:
    for seq in ("1", "99", "", "x", "-2", "2.0"):
        agent.get("/desk")
        page = agent.post(f"/desk/conversations/{head.id}/resend", {"csrf": agent.csrf, "seq": seq})
        assert page.status == 404
