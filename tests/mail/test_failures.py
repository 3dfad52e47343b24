"""What SES says where it does not take a mail: what passes is tried again, what lasts is shown at once."""

from __future__ import annotations

from typing import Any

import pytest

from chalicelib.outbox.model import MAX_ATTEMPTS, State
from chalicelib.outbox.service import Undelivered
from tests.mail.world import World

pytest_plugins = ["tests.emulators"]

THROTTLED = ("TooManyRequestsException", 429)
BROKEN = ("InternalFailure", 500)
PASSING = [THROTTLED, BROKEN, "silent", ("LimitExceededException", 400), ("ServiceUnavailable", 503)]


@pytest.mark.parametrize("failure", PASSING, ids=str)
def test_a_passing_failure_is_tried_again_and_the_mail_leaves_once(world: World, failure: Any) -> None:
    mail_id = world.answered()
    world.outbox.nudge(mail_id)
    world.postbox.plan = [failure]
    with pytest.raises(Undelivered):
        world.work()
    assert world[mail_id].state is State.QUEUED
    world.later(seconds=world.waits[0])
    assert world.work() is State.SENT
    assert len(world.postbox.sent) == 1
    assert world[mail_id].attempts == 2


def test_one_attempt_is_one_call(moto_world: World) -> None:
    """The SDK must not try again by itself: after a time-out the mail may be out already."""
    mail_id = moto_world.answered()
    moto_world.postbox.plan = ["silent", "silent", "silent"]
    moto_world.fails(mail_id)
    assert len(moto_world.postbox.plan) == 2


@pytest.mark.parametrize(
    ("code", "word"),
    [
        ("MessageRejected", "refused"),
        ("BadRequestException", "address"),
    ],
)
def test_a_lasting_failure_is_shown_at_once(world: World, code: str, word: str) -> None:
    mail_id = world.answered()
    world.postbox.plan = [(code, 400)]
    assert world.deliver(mail_id) is State.FAILED
    assert word in world[mail_id].detail
    assert not world[mail_id].given_up
    assert list(world.store.due(world.later(hours=1))) == []
    assert world.deliver(mail_id) is State.FAILED
    assert world.postbox.sent == []


@pytest.mark.parametrize("code", ["AccountSuspendedException", "SendingPausedException"])
def test_mail_of_a_paused_account_is_shown_and_parked_for_a_redrive(world: World, code: str) -> None:
    """All of an organization's mail fails at once then; nobody should have to send each again by hand."""
    mail_id = world.answered()
    world.outbox.nudge(mail_id)
    world.postbox.plan = [(code, 400)] * MAX_ATTEMPTS
    for _ in range(MAX_ATTEMPTS):
        with pytest.raises(Undelivered):
            world.work()
        world.later(minutes=20)
    assert "switched off" in world[mail_id].detail
    assert world.receive() is None
    assert world.operator.redrive() == 1
    assert world.work() is State.SENT


def test_after_five_tries_it_is_shown_and_parked_and_a_redrive_sends_it(world: World) -> None:
    mail_id = world.answered()
    world.outbox.nudge(mail_id)
    world.postbox.plan = [BROKEN] * MAX_ATTEMPTS
    for _ in range(MAX_ATTEMPTS):
        with pytest.raises(Undelivered):
            world.work()
        world.later(minutes=20)
    assert world[mail_id].state is State.FAILED
    assert world[mail_id].detail.startswith("The mail service did not take the mail.")
    assert world.receive() is None

    assert world.operator.redrive() == 1
    assert world[mail_id].attempts == 0
    assert world.work() is State.SENT
    assert len(world.postbox.sent) == 1
    assert world.operator.redrive() == 0


def test_an_answer_that_got_lost_sends_again_and_counts_the_copy(world: World) -> None:
    """At least once: without an event in time a second copy leaves, and both events together tell of it."""
    mail_id = world.answered()
    world.postbox.plan = ["lost"]
    world.fails(mail_id)
    world.later(minutes=1)
    assert world.deliver(mail_id) is State.SENT
    assert len(world.postbox.sent) == 2

    world.event("Send", mail_id, "the-lost-one-000000")
    world.event("Send", mail_id, "the-lost-one-000000")
    world.event("Send", mail_id, world.postbox.ids[0])
    assert world[mail_id].state is State.SENT
    assert world[mail_id].duplicates == 1


def test_an_event_in_time_prevents_the_copy(world: World) -> None:
    mail_id = world.answered()
    world.postbox.plan = ["lost"]
    world.fails(mail_id)
    world.event("Send", mail_id, "the-lost-one-000000")
    world.later(minutes=1)
    assert world.deliver(mail_id) is State.SENT
    assert len(world.postbox.sent) == 1
    assert world[mail_id].provider_id == "the-lost-one-000000"


def test_mail_counts_under_the_names_the_alarms_know(moto_world: World, capsys: pytest.CaptureFixture[str]) -> None:
    first, second = moto_world.answered(), moto_world.answered(customer=moto_world.customer(address=None))
    moto_world.deliver(first)
    moto_world.postbox.plan = [("MessageRejected", 400)]
    moto_world.deliver(moto_world.asked())
    printed = capsys.readouterr().out
    assert printed.count('"MailSent":[') == 1
    assert printed.count('"MailFailed":[') == 1
    assert moto_world[second].state is State.QUEUED
