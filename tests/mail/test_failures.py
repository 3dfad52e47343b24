"""Whatever breaks on the way, a mail ends in exactly one of two ways: it left, or staff see that it did not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from chalicelib.mail.model import MAX_ATTEMPTS, MAX_SWEPT, State
from chalicelib.mail.service import Undelivered
from chalicelib.refusals import Unavailable
from tests.mail.world import World

pytest_plugins = ["tests.emulators"]

THROTTLED = ("TooManyRequestsException", 429)
BROKEN = ("InternalFailure", 500)
PASSING = [THROTTLED, BROKEN, "silent", ("LimitExceededException", 400), ("ServiceUnavailable", 503)]


@pytest.mark.parametrize("failure", PASSING, ids=str)
def test_a_passing_failure_is_tried_again_and_the_mail_leaves_once(world: World, failure: Any) -> None:
    mail_id = world.answered()
    world.mail.nudge(mail_id)
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


def test_waits_grow(moto_world: World) -> None:
    """About 10, 40, 160 and 640 seconds, told to the queue and kept for the sweeper."""
    mail_id = moto_world.answered()
    moto_world.postbox.plan = [THROTTLED] * 4
    for count, expected in enumerate((10, 40, 160, 640), start=1):
        moto_world.fails(mail_id, count)
        wait = moto_world.waits[-1]
        assert 0.8 * expected <= wait <= 1.2 * expected
        moto_world.later(seconds=wait)
        assert list(moto_world.outbox.due(moto_world.now + timedelta(seconds=119))) == []
        assert list(moto_world.outbox.due(moto_world.now + timedelta(seconds=121))) == [mail_id]
    assert moto_world.deliver(mail_id, 5) is State.SENT


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
    assert list(world.outbox.due(world.later(hours=1))) == []
    assert world.deliver(mail_id) is State.FAILED
    assert world.postbox.sent == []


@pytest.mark.parametrize("code", ["AccountSuspendedException", "SendingPausedException"])
def test_mail_of_a_paused_account_is_shown_and_parked_for_a_redrive(world: World, code: str) -> None:
    """All of an organization's mail fails at once then; nobody should have to send each again by hand."""
    mail_id = world.answered()
    world.mail.nudge(mail_id)
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
    world.mail.nudge(mail_id)
    world.postbox.plan = [BROKEN] * MAX_ATTEMPTS
    for _ in range(MAX_ATTEMPTS):
        with pytest.raises(Undelivered):
            world.work()
        world.later(minutes=20)
    assert world[mail_id].state is State.FAILED
    assert "5 tries" in world[mail_id].detail
    assert world.receive() is None
    assert world.mail.sweep(world.later(hours=1)) == 0

    assert world.operator.redrive() == 1
    assert world[mail_id].state is State.QUEUED
    assert world[mail_id].attempts == 0
    assert world.work() is State.SENT
    assert len(world.postbox.sent) == 1
    assert world.operator.redrive() == 0


def test_a_mail_given_up_early_still_reaches_the_dead_letters(world: World) -> None:
    """Attempts of a second queue message count too; the first one must not vanish where redrive cannot find it."""
    mail_id = world.answered()
    world.postbox.plan = [BROKEN] * MAX_ATTEMPTS
    for _ in range(MAX_ATTEMPTS - 1):
        world.fails(mail_id)
        world.later(minutes=20)
    world.mail.nudge(mail_id)
    for _ in range(MAX_ATTEMPTS):
        with pytest.raises(Undelivered):
            world.work()
    assert world[mail_id].given_up
    assert world.receive() is None
    assert world.operator.redrive() == 1
    assert world.work() is State.SENT


def test_what_was_sent_again_by_hand_is_not_redriven(world: World) -> None:
    mail_id = world.answered()
    world.mail.nudge(mail_id)
    world.postbox.plan = [BROKEN] * MAX_ATTEMPTS
    for _ in range(MAX_ATTEMPTS):
        with pytest.raises(Undelivered):
            world.work()
        world.later(minutes=20)
    assert world.receive() is None
    world.mail.resend(mail_id[:26], int(mail_id[27:]))
    assert world.work() is State.SENT
    assert world.operator.redrive() == 0
    assert world.receive() is None
    assert len(world.postbox.sent) == 1


def test_a_killed_worker_leaves_a_lease_that_runs_out(world: World) -> None:
    """Before it ends nobody else sends; after it the next delivery does, and the attempt of the dead one counts."""
    mail_id = world.answered()
    assert world.outbox.lease(mail_id, world.now)

    world.later(seconds=20)
    world.fails(mail_id)
    assert 40 <= world.waits[-1] <= 42
    assert world.postbox.sent == []
    assert world[mail_id].attempts == 1

    world.later(seconds=world.waits[-1])
    assert world.deliver(mail_id) is State.SENT
    assert len(world.postbox.sent) == 1
    assert world[mail_id].attempts == 2


def test_workers_killed_each_time_end_in_a_failure_staff_see(world: World) -> None:
    """Their queue message is with the dead letters by then; the sweeper brings the mail back to be settled."""
    mail_id = world.answered()
    for _ in range(MAX_ATTEMPTS):
        assert world.outbox.lease(mail_id, world.now)
        world.later(minutes=3)
    assert world.mail.sweep(world.now) == 1
    with pytest.raises(Undelivered):
        world.work()
    assert world[mail_id].state is State.FAILED
    assert "interrupted" in world[mail_id].detail
    assert world.postbox.sent == []


def test_a_late_worker_does_not_disturb_the_one_after_it(moto_world: World) -> None:
    """A worker whose lease has passed on can neither give the mail back nor fail it."""
    mail_id = moto_world.answered()
    slow = moto_world.outbox.lease(mail_id, moto_world.now)
    assert slow
    moto_world.later(seconds=61)
    quick = moto_world.outbox.lease(mail_id, moto_world.now)
    assert quick
    moto_world.outbox.retry_later(slow, moto_world.now)
    moto_world.outbox.failed(slow, "No.")
    moto_world.outbox.skipped(slow, "No.")
    assert moto_world[mail_id] == quick


def test_a_lost_queue_message_is_found_by_the_sweeper_after_two_minutes(world: World) -> None:
    mail_id = world.answered()
    assert world.mail.sweep(world.later(seconds=119)) == 0
    assert world.mail.sweep(world.later(seconds=2)) == 1
    assert world.mail.sweep(world.later(minutes=3)) == 0, "a queue that has the mail is not given it again and again"
    assert world.work() is State.SENT
    assert world.receive() is None
    assert world.mail.sweep(world.later(hours=1)) == 0
    assert len(world.postbox.sent) == 1
    assert world[mail_id].state is State.SENT


def test_a_mail_in_the_queue_twice_leaves_once(world: World) -> None:
    mail_id = world.answered()
    world.mail.nudge(mail_id)
    world.mail.sweep(world.later(minutes=5))
    assert world.work() is State.SENT
    assert world.work() is State.SENT
    assert len(world.postbox.sent) == 1
    assert world.receive() is None
    assert world[mail_id].duplicates == 0


def test_eight_workers_at_once_send_one_mail(ministack_world: World) -> None:
    """One gets the lease; the others tell the queue to come again, or find the mail sent."""
    mail_id = ministack_world.answered()

    def work(_: int) -> State | None:
        try:
            return ministack_world.deliver(mail_id)
        except Undelivered:
            return None

    with ThreadPoolExecutor(8) as pool:
        states = set(pool.map(work, range(8)))
    assert states <= {State.SENT, None}
    assert len(ministack_world.postbox.sent) == 1
    assert ministack_world[mail_id].attempts == 1
    assert ministack_world[mail_id].state is State.SENT


def test_the_sweeper_leaves_alone_what_somebody_works_at(moto_world: World) -> None:
    mail_id = moto_world.answered()
    moto_world.later(minutes=5)
    assert moto_world.outbox.lease(mail_id, moto_world.now)
    assert moto_world.mail.sweep(moto_world.now) == 0
    assert moto_world.mail.sweep(moto_world.later(seconds=61)) == 1


def test_a_queue_that_takes_nothing_costs_two_minutes_and_no_mail(moto_world: World) -> None:
    def refuse(**_: Any) -> None:
        raise EndpointConnectionError(endpoint_url="https://sqs")

    first = moto_world.answered()
    events = moto_world.mail._queue._clients.sqs.meta.events
    events.register_first("before-send.sqs.SendMessage", refuse)
    assert not moto_world.mail.nudge(first)
    assert moto_world.mail.sweep(moto_world.later(minutes=3)) == 0
    events.unregister("before-send.sqs.SendMessage", refuse)
    assert moto_world.mail.sweep(moto_world.later(minutes=3)) == 1


def test_a_run_of_the_sweeper_is_bounded_and_serves_every_shard(moto_world: World) -> None:
    puts = [moto_world.outbox.reply(f"{number:026d}", 1, moto_world.now) for number in range(MAX_SWEPT + 40)]
    moto_world.table.write_many(puts)
    moto_world.later(minutes=3)
    assert len(set(moto_world.outbox.due(moto_world.now))) == MAX_SWEPT + 40
    assert moto_world.mail.sweep(moto_world.now) == MAX_SWEPT
    assert moto_world.mail.sweep(moto_world.later(minutes=1)) == 40


def test_a_table_that_fails_after_the_mail_left_causes_no_second_mail(moto_world: World) -> None:
    """The lease stays; SES's event settles the doubt before the queue delivers again."""
    mail_id = moto_world.answered()
    calls: list[str] = []

    def fail_once(**_: Any) -> None:
        calls.append("update")
        if len(calls) > 1:  # the first one took the lease
            raise EndpointConnectionError(endpoint_url="https://dynamodb")

    events = moto_world.table._client.meta.events
    events.register_first("before-send.dynamodb.UpdateItem", fail_once)
    with pytest.raises(Unavailable):
        moto_world.deliver(mail_id)
    events.unregister("before-send.dynamodb.UpdateItem", fail_once)
    assert moto_world[mail_id].state is State.QUEUED

    moto_world.event("Send", mail_id, moto_world.postbox.ids[0])
    moto_world.later(minutes=3)
    assert moto_world.deliver(mail_id, 2) is State.SENT
    assert len(moto_world.postbox.sent) == 1


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
    assert world[mail_id].ses_id == "the-lost-one-000000"
