"""An agent's reply leaves as one mail that says what the table says at that moment, to whom it may go."""

from __future__ import annotations

import re

import pytest

from chalicelib.attachments.model import Attachment
from chalicelib.conversations.model import REDACTED
from chalicelib.mail.model import ReplyMail
from chalicelib.mail.room import MAILS
from chalicelib.outbox.model import State
from tests.mail.world import World

pytest_plugins = ["tests.emulators"]


def test_a_reply_goes_from_the_table_through_the_queue_to_the_customer(world: World) -> None:
    mail_id = world.answered("We are sending a new one.\nIt arrives on Friday.")
    assert world[mail_id].state is State.QUEUED

    assert world.outbox.nudge(mail_id)
    assert world.work() is State.SENT

    mail = world.postbox.mail
    assert mail["To"] == "ines@customers.test"
    assert mail["From"] == "Mira Voss via Alder & Finch <support@support.test>"
    assert mail["Subject"] == "Re: The lamp flickers"
    text = mail.get_body(("plain",)).get_content()
    html = mail.get_body(("html",)).get_content()
    assert "It arrives on Friday." in text
    assert "It arrives on Friday." in html
    assert f"http://localhost:8000/conversations/{mail_id[:26]}" in text
    assert world[mail_id].state is State.SENT
    assert world[mail_id].provider_id == world.postbox.ids[0]
    assert world.receive() is None


def test_ses_is_told_whom_it_goes_to_and_which_mail_it_is(world: World) -> None:
    """The destination is explicit, and the tag is made of the letters SES takes."""
    mail_id = world.answered()
    world.deliver(mail_id)
    (request,) = world.postbox.requests
    assert request["Destination"] == {"ToAddresses": ["ines@customers.test"]}
    assert request["FromEmailAddress"] == "support@support.test"
    assert request["ConfigurationSetName"] == world.stage.environment["FOYER_CONFIGURATION_SET"]
    (tag,) = request["EmailTags"]
    assert tag["Name"] == "foyer-mail"
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,256}", tag["Value"])


def test_an_agents_reply_is_a_persons_mail_and_a_thread(world: World) -> None:
    """No mark of a machine, a signed address to answer to, and references that keep the mails together."""
    head = world.conversation(world.customer())
    world.said(head, "It flickers.")
    first = ReplyMail(head.id, world.said(head, "Which lamp is it?", out=True)).id
    world.deliver(first)
    world.said(head, "The green one.")
    second = ReplyMail(head.id, world.said(head, "Thank you.", out=True)).id
    world.deliver(second)

    one, two = world.postbox.mails
    root = f"<{head.id}@reply.support.test>"
    before = f"<{world[first].provider_id.partition('@')[0]}@email.amazonses.com>"
    assert (one["References"], one["In-Reply-To"]) == (root, root)
    assert two["References"].split() == [root, before]
    assert two["In-Reply-To"] == before
    assert one["Message-ID"] == f"<{head.id}.2@reply.support.test>"
    assert one["Reply-To"] == two["Reply-To"]
    assert re.fullmatch(rf"reply\+{head.id}-[a-z2-7]{{16}}@reply\.support\.test", one["Reply-To"])
    for header in ("Auto-Submitted", "X-Auto-Response-Suppress", "Precedence", "List-Unsubscribe"):
        assert header not in one


def test_three_earlier_messages_are_quoted_newest_first_and_no_more(world: World) -> None:
    head = world.conversation(world.customer())
    for number in range(1, 6):
        world.said(head, f"Earlier {number}: " + "x" * 3000)
    mail_id = ReplyMail(head.id, world.said(head, "The answer.", out=True)).id
    world.deliver(mail_id)
    text = world.postbox.mail.get_body(("plain",)).get_content()
    assert re.findall(r"Earlier (\d)", text) == ["5", "4", "3"]
    assert len(text) < 4500
    assert "Inês Duarte wrote on" in text


def test_what_customers_do_not_see_is_not_quoted(world: World) -> None:
    """Public comments stand outside the visible range, notes too; neither leaves by mail."""
    head = world.conversation(world.customer())
    world.said(head, "A secret of the comments", scope="public")
    mail_id = ReplyMail(head.id, world.said(head, "The answer.", out=True)).id
    world.deliver(mail_id)
    assert b"secret" not in world.postbox.sent[0]


def test_files_are_named_and_stay_behind_the_sign_in(world: World) -> None:
    """Attachments are a link to the conversation, never parts of the mail."""
    plan = Attachment("a" * 26, "plan – اتجاه.pdf", "application/pdf", 2_000_000)
    mail_id = world.answered("Here is the plan.", attachments=(plan,))
    world.deliver(mail_id)
    mail = world.postbox.mail
    assert [part.get_content_type() for part in mail.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    assert "plan – اتجاه.pdf" in mail.get_body(("plain",)).get_content()


def test_nothing_is_tracked(world: World) -> None:
    """No images, and no link but the conversation's own."""
    world.deliver(world.answered())
    html = world.postbox.mail.get_body(("html",)).get_content()
    assert "<img" not in html
    assert "url(" not in html
    assert set(re.findall(r'(?:href|src)="([^"]*)"', html)) == {
        f"http://localhost:8000/conversations/{world.postbox.mail['Message-ID'][1:27]}"
    }


def test_markup_in_what_people_wrote_is_text_in_the_mail(world: World) -> None:
    """Attack 14, outgoing: bodies, names, subjects and file names of others are escaped."""
    evil = '<script>alert(1)</script><img src=x onerror="alert(1)">'
    customer = world.customer(name=evil)
    head = world.conversation(customer, subject=evil)
    world.said(head, evil, author=evil)
    files = (Attachment("a" * 26, f"{evil}.pdf", "application/pdf", 1),)
    mail_id = ReplyMail(head.id, world.said(head, evil, out=True, author=evil, attachments=files)).id
    world.deliver(mail_id)
    html = world.postbox.mail.get_body(("html",)).get_content()
    assert "<script" not in html
    assert "<img" not in html


def test_a_redaction_reaches_mail_that_has_not_left(world: World) -> None:
    mail_id = world.answered("The card is 4111 1111.")
    world.redact(mail_id, f"The card is {REDACTED}.")
    world.deliver(mail_id)
    assert b"4111 1111" not in world.postbox.sent[0]
    assert REDACTED in world.postbox.mail.get_body(("plain",)).get_content()


def test_a_message_redacted_between_two_tries_does_not_leave(world: World) -> None:
    mail_id = world.answered("The card is 4111 1111.")
    world.postbox.plan = [("TooManyRequestsException", 429)]
    world.fails(mail_id)
    world.redact(mail_id)
    world.later(minutes=1)
    assert world.deliver(mail_id) is State.SKIPPED
    assert world.postbox.sent == []
    assert "redacted" in world[mail_id].detail


def test_a_redacted_earlier_message_is_quoted_as_redacted(world: World) -> None:
    head = world.conversation(world.customer())
    seq = world.said(head, "My card is 4111 1111.")
    mail_id = ReplyMail(head.id, world.said(head, "Never send us that.", out=True)).id
    world.redact(ReplyMail(head.id, seq).id)
    world.deliver(mail_id)
    assert b"4111 1111" not in world.postbox.sent[0]


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"address": None}, "no e-mail address"),
        ({"mail_replies": False}, "switched e-mail off"),
    ],
)
def test_who_gets_no_mail_is_skipped_and_staff_can_read_why(world: World, fields: dict, word: str) -> None:
    head = world.conversation(world.customer(**fields))
    mail_id = ReplyMail(head.id, world.said(head, "Hello.", out=True)).id
    assert world.deliver(mail_id) is State.SKIPPED
    assert word in world[mail_id].detail
    assert world.postbox.sent == []


def test_states_of_a_page_of_messages(world: World) -> None:
    """Staff see how each answer fares; messages of customers have no mail."""
    head = world.conversation(world.customer())
    world.said(head, "Hello?")
    sent = world.said(head, "Hello.", out=True)
    waiting = world.said(head, "Are you there?", out=True)
    world.deliver(ReplyMail(head.id, sent).id)
    states = world.outbox.states(head.id, [1, sent, waiting])
    assert {seq: one.state for seq, one in states.items()} == {sent: State.SENT, waiting: State.QUEUED}
    assert world.outbox.states(head.id, []) == {}


def test_send_again_is_for_what_was_not_sent(world: World) -> None:
    mail_id = world.answered()
    world.postbox.plan = [("MessageRejected", 400)]
    assert world.deliver(mail_id) is State.FAILED
    assert "refused" in world[mail_id].detail

    world.outbox.resend(mail_id)
    world.outbox.resend(mail_id)
    assert world[mail_id].state is State.QUEUED
    assert world[mail_id].detail == ""
    assert world.work() is State.SENT
    assert world.receive() is None

    world.outbox.resend(mail_id)
    assert world.receive() is None
    assert len(world.postbox.sent) == 1


def test_every_kind_of_mail_has_a_writer(moto_world: World) -> None:
    assert set(moto_world.house.mail.post.writers) == set(MAILS)
