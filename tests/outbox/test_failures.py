"""Whatever breaks on the way, a dispatch ends in exactly one of two ways: it left, or staff see that it did not."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from chalicelib.outbox.model import MAX_ATTEMPTS, MAX_SWEPT, NeverSent, Skip, State
from chalicelib.outbox.service import Undelivered
from chalicelib.refusals import Unavailable
from tests.outbox.yard import BUSY, Parcel, Yard
from tests.wire import unanswered

pytest_plugins = ["tests.emulators"]


def test_a_passing_failure_is_tried_again_and_it_leaves_once(yard: Yard) -> None:
    parcel_id = yard.parcel()
    yard.outbox.nudge(parcel_id)
    yard.van.plan = [BUSY]
    with pytest.raises(Undelivered):
        yard.work()
    assert yard[parcel_id].state is State.QUEUED
    yard.later(seconds=yard.waits[0])
    assert yard.work() is State.SENT
    assert len(yard.van.carried) == 1
    assert yard[parcel_id].attempts == 2


def test_waits_grow(moto_yard: Yard) -> None:
    """About 10, 40, 160 and 640 seconds, told to the queue and kept for the sweeper."""
    parcel_id = moto_yard.parcel()
    moto_yard.van.plan = [BUSY] * 4
    for count, expected in enumerate((10, 40, 160, 640), start=1):
        moto_yard.fails(parcel_id, count)
        wait = moto_yard.waits[-1]
        assert 0.8 * expected <= wait <= 1.2 * expected
        moto_yard.later(seconds=wait)
        assert list(moto_yard.store.due(moto_yard.now + timedelta(seconds=119))) == []
        assert list(moto_yard.store.due(moto_yard.now + timedelta(seconds=121))) == [parcel_id]
    assert moto_yard.deliver(parcel_id, 5) is State.SENT


def test_a_kind_that_cannot_wait_is_tried_sooner(moto_yard: Yard) -> None:
    ticket_id = moto_yard.ticket()
    moto_yard.van.plan = [BUSY] * 4
    for count in range(1, 5):
        moto_yard.fails(ticket_id, count)
        assert moto_yard.waits[-1] <= 72
        moto_yard.later(seconds=moto_yard.waits[-1])
    assert moto_yard.deliver(ticket_id, 5) is State.SENT


def test_a_lasting_failure_is_shown_at_once(yard: Yard) -> None:
    parcel_id = yard.parcel()
    yard.van.plan = [NeverSent("It is too heavy.")]
    assert yard.deliver(parcel_id) is State.FAILED
    assert yard[parcel_id].detail == "It is too heavy."
    assert not yard[parcel_id].given_up
    assert list(yard.store.due(yard.later(hours=1))) == []
    assert yard.deliver(parcel_id) is State.FAILED
    assert yard.van.carried == []


def test_what_there_is_no_need_to_send_is_skipped(yard: Yard) -> None:
    parcel_id = yard.parcel()
    yard.van.plan = [Skip("Nobody lives there.")]
    assert yard.deliver(parcel_id) is State.SKIPPED
    assert yard[parcel_id].detail == "Nobody lives there."
    assert list(yard.store.due(yard.later(hours=1))) == []
    assert yard.deliver(parcel_id) is State.SKIPPED


def test_after_five_tries_it_is_shown_and_parked_and_a_redrive_sends_it(yard: Yard) -> None:
    parcel_id = yard.parcel()
    yard.outbox.nudge(parcel_id)
    yard.van.plan = [BUSY] * MAX_ATTEMPTS
    for _ in range(MAX_ATTEMPTS):
        with pytest.raises(Undelivered):
            yard.work()
        yard.later(minutes=20)
    assert yard[parcel_id].state is State.FAILED
    assert "5 tries" in yard[parcel_id].detail
    assert yard.receive() is None
    assert yard.outbox.sweep(yard.later(hours=1)) == 0

    assert yard.operator.redrive() == 1
    assert yard[parcel_id].state is State.QUEUED
    assert yard[parcel_id].attempts == 0
    assert yard.work() is State.SENT
    assert len(yard.van.carried) == 1
    assert yard.operator.redrive() == 0


def test_a_redrive_drops_what_may_not_be_repeated(yard: Yard) -> None:
    ticket_id = yard.ticket()
    yard.outbox.nudge(ticket_id)
    yard.van.plan = [BUSY] * MAX_ATTEMPTS
    for _ in range(MAX_ATTEMPTS):
        with pytest.raises(Undelivered):
            yard.work()
        yard.later(minutes=2)
    assert yard[ticket_id].state is State.FAILED
    assert yard.operator.redrive() == 0
    assert yard.receive() is None
    assert yard[ticket_id].state is State.FAILED


def test_what_was_given_up_early_still_reaches_the_dead_letters(yard: Yard) -> None:
    """Attempts of a second queue message count too; the first one must not vanish where redrive cannot find it."""
    parcel_id = yard.parcel()
    yard.van.plan = [BUSY] * MAX_ATTEMPTS
    for _ in range(MAX_ATTEMPTS - 1):
        yard.fails(parcel_id)
        yard.later(minutes=20)
    yard.outbox.nudge(parcel_id)
    for _ in range(MAX_ATTEMPTS):
        with pytest.raises(Undelivered):
            yard.work()
    assert yard[parcel_id].given_up
    assert yard.receive() is None
    assert yard.operator.redrive() == 1
    assert yard.work() is State.SENT


def test_what_was_sent_again_by_hand_is_not_redriven(yard: Yard) -> None:
    parcel_id = yard.parcel()
    yard.outbox.nudge(parcel_id)
    yard.van.plan = [BUSY] * MAX_ATTEMPTS
    for _ in range(MAX_ATTEMPTS):
        with pytest.raises(Undelivered):
            yard.work()
        yard.later(minutes=20)
    assert yard.receive() is None
    yard.outbox.resend(parcel_id)
    assert yard.work() is State.SENT
    assert yard.operator.redrive() == 0
    assert yard.receive() is None
    assert len(yard.van.carried) == 1


def test_a_killed_worker_leaves_a_lease_that_runs_out(yard: Yard) -> None:
    """Before it ends nobody else sends; after it the next delivery does, and the attempt of the dead one counts."""
    parcel_id = yard.parcel()
    assert yard.store.lease(parcel_id, yard.now)

    yard.later(seconds=20)
    yard.fails(parcel_id)
    assert 40 <= yard.waits[-1] <= 42
    assert yard.van.carried == []
    assert yard[parcel_id].attempts == 1

    yard.later(seconds=yard.waits[-1])
    assert yard.deliver(parcel_id) is State.SENT
    assert len(yard.van.carried) == 1
    assert yard[parcel_id].attempts == 2


def test_workers_killed_each_time_end_in_a_failure_staff_see(yard: Yard) -> None:
    """Their queue message is with the dead letters by then; the sweeper brings it back to be settled."""
    parcel_id = yard.parcel()
    for _ in range(MAX_ATTEMPTS):
        assert yard.store.lease(parcel_id, yard.now)
        yard.later(minutes=3)
    assert yard.outbox.sweep(yard.now) == 1
    with pytest.raises(Undelivered):
        yard.work()
    assert yard[parcel_id].state is State.FAILED
    assert "interrupted" in yard[parcel_id].detail
    assert yard.van.carried == []


def test_a_late_worker_does_not_disturb_the_one_after_it(moto_yard: Yard) -> None:
    """A worker whose lease has passed on can neither give the dispatch back nor fail it."""
    parcel_id = moto_yard.parcel()
    slow = moto_yard.store.lease(parcel_id, moto_yard.now)
    assert slow
    moto_yard.later(seconds=61)
    quick = moto_yard.store.lease(parcel_id, moto_yard.now)
    assert quick
    moto_yard.store.retry_later(slow, moto_yard.now)
    moto_yard.store.failed(slow, "No.")
    moto_yard.store.skipped(slow, "No.")
    assert moto_yard[parcel_id] == quick


def test_a_lost_queue_message_is_found_by_the_sweeper_after_two_minutes(yard: Yard) -> None:
    parcel_id = yard.parcel()
    assert yard.outbox.sweep(yard.later(seconds=119)) == 0
    assert yard.outbox.sweep(yard.later(seconds=2)) == 1
    assert yard.outbox.sweep(yard.later(minutes=3)) == 0, "a queue that has it is not given it again and again"
    assert yard.work() is State.SENT
    assert yard.receive() is None
    assert yard.outbox.sweep(yard.later(hours=1)) == 0
    assert len(yard.van.carried) == 1
    assert yard[parcel_id].state is State.SENT


def test_what_is_in_the_queue_twice_leaves_once(yard: Yard) -> None:
    parcel_id = yard.parcel()
    yard.outbox.nudge(parcel_id)
    yard.outbox.sweep(yard.later(minutes=5))
    assert yard.work() is State.SENT
    assert yard.work() is State.SENT
    assert len(yard.van.carried) == 1
    assert yard.receive() is None
    assert yard[parcel_id].duplicates == 0


def test_eight_workers_at_once_send_it_once(ministack_yard: Yard) -> None:
    """One gets the lease; the others tell the queue to come again, or find it sent."""
    parcel_id = ministack_yard.parcel()

    def work(_: int) -> State | None:
        try:
            return ministack_yard.deliver(parcel_id)
        except Undelivered:
            return None

    with ThreadPoolExecutor(8) as pool:
        states = set(pool.map(work, range(8)))
    assert states <= {State.SENT, None}
    assert len(ministack_yard.van.carried) == 1
    assert ministack_yard[parcel_id].attempts == 1
    assert ministack_yard[parcel_id].state is State.SENT


def test_the_sweeper_leaves_alone_what_somebody_works_on(moto_yard: Yard) -> None:
    parcel_id = moto_yard.parcel()
    moto_yard.later(minutes=5)
    assert moto_yard.store.lease(parcel_id, moto_yard.now)
    assert moto_yard.outbox.sweep(moto_yard.now) == 0
    assert moto_yard.outbox.sweep(moto_yard.later(seconds=61)) == 1


def test_a_queue_that_takes_nothing_costs_two_minutes_and_nothing_else(moto_yard: Yard) -> None:
    first = moto_yard.parcel()
    with unanswered(moto_yard.outbox._queue._clients.sqs, "SendMessage"):
        assert not moto_yard.outbox.nudge(first)
        assert moto_yard.outbox.sweep(moto_yard.later(minutes=3)) == 0
    assert moto_yard.outbox.sweep(moto_yard.later(minutes=3)) == 1


def test_a_run_of_the_sweeper_is_bounded_and_serves_every_shard(moto_yard: Yard) -> None:
    ids = [f"{number:026d}:1" for number in range(MAX_SWEPT + 40)]
    moto_yard.table.write_many([moto_yard.outbox.put(one, Parcel(1), moto_yard.now) for one in ids])
    moto_yard.later(minutes=3)
    assert set(moto_yard.store.due(moto_yard.now)) == set(ids)
    assert moto_yard.outbox.sweep(moto_yard.now) == MAX_SWEPT
    assert moto_yard.outbox.sweep(moto_yard.later(minutes=1)) == 40


def test_a_table_that_fails_after_it_left_causes_no_second_one(moto_yard: Yard) -> None:
    """The lease stays; the provider's news settles the doubt before the queue delivers again."""
    parcel_id = moto_yard.parcel()
    # the first one takes the lease
    with unanswered(moto_yard.table._client, "UpdateItem", behind=1), pytest.raises(Unavailable):
        moto_yard.deliver(parcel_id)
    assert moto_yard[parcel_id].state is State.QUEUED

    moto_yard.outbox.settle(parcel_id, moto_yard.van.ids[0])
    moto_yard.later(minutes=3)
    assert moto_yard.deliver(parcel_id, 2) is State.SENT
    assert len(moto_yard.van.carried) == 1


def test_an_answer_that_got_lost_sends_again_and_counts_the_copy(yard: Yard) -> None:
    """At least once: without news in time a second copy leaves, and the news of both tells of it."""
    parcel_id = yard.parcel()
    yard.van.plan = ["lost"]
    yard.fails(parcel_id)
    yard.later(minutes=1)
    assert yard.deliver(parcel_id) is State.SENT
    assert len(yard.van.carried) == 2

    yard.outbox.settle(parcel_id, "the-lost-one")
    yard.outbox.settle(parcel_id, "the-lost-one")
    yard.outbox.settle(parcel_id, yard.van.ids[0])
    assert yard[parcel_id].state is State.SENT
    assert yard[parcel_id].duplicates == 1


def test_news_in_time_prevents_the_copy(yard: Yard) -> None:
    parcel_id = yard.parcel()
    yard.van.plan = ["lost"]
    yard.fails(parcel_id)
    yard.outbox.settle(parcel_id, "the-lost-one")
    yard.later(minutes=1)
    assert yard.deliver(parcel_id) is State.SENT
    assert len(yard.van.carried) == 1
    assert yard[parcel_id].provider_id == "the-lost-one"


def test_each_carrier_counts_under_its_own_names(moto_yard: Yard, capsys: pytest.CaptureFixture[str]) -> None:
    """An alarm on failed mail must not go off for something else that failed."""
    moto_yard.deliver(moto_yard.parcel())
    moto_yard.van.plan = [NeverSent("No.")]
    moto_yard.deliver(moto_yard.parcel())
    printed = capsys.readouterr().out
    assert "ParcelSent" in printed
    assert "ParcelFailed" in printed
    assert "MailSent" not in printed
    assert "MailFailed" not in printed
