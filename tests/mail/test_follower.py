"""Mail follows from what happened: a reply that is to be sent as mail leaves once, however often it is told of."""

from __future__ import annotations

from dataclasses import replace

import pytest

from chalicelib.facts.model import Entry, Noted, Said
from chalicelib.mail.follower import MailFollower
from chalicelib.mail.model import ReplyMail
from chalicelib.outbox.model import State
from tests.mail.world import World
from tests.outbox.yard import START

pytest_plugins = ["tests.emulators"]

REPLY = Said(7, "direct", "out", "portal", "an-agent", START, 12, 0, notify=True)


def test_a_reply_that_is_told_of_twice_leaves_once(world: World) -> None:
    """The newest entry may come twice to a consumer."""
    head = world.conversation(world.customer())
    seq = world.said(head, "It flickers.")
    follower = MailFollower(world.house)
    entry = Entry(head.id, 2, world.now, (replace(REPLY, seq=seq), Noted("n", "an-agent", world.now)))
    follower.take(entry)
    follower.take(entry)
    assert world.receive() is None
    assert len(world.postbox.sent) == 1
    mail = world[ReplyMail(head.id, seq).id]
    assert (mail.state, mail.attempts) == (State.SENT, 1)


@pytest.mark.parametrize(
    "fact",
    [
        replace(REPLY, notify=False),
        replace(REPLY, direction="in"),
        replace(REPLY, place="public"),
        replace(REPLY, channel="sms"),
        Noted("n", "an-agent", START),
    ],
    ids=["imported", "the customer's own", "public", "another channel", "a note"],
)
def test_nothing_else_is_mailed(fact: Said | Noted) -> None:
    assert MailFollower.wants(REPLY)
    assert not MailFollower.wants(fact)
