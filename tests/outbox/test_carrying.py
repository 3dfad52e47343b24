"""What is carried leaves at once, and once however often it is asked for; what cannot leave now waits."""

from __future__ import annotations

import pytest

from chalicelib.ids import new_id
from chalicelib.outbox.model import NeverSent, State, beside
from chalicelib.outbox.service import Undelivered
from tests.outbox.yard import BUSY, Parcel, Yard

pytest_plugins = ["tests.emulators"]


@pytest.fixture
def parcel_id() -> str:
    return beside("0" * 26, 7)


def test_it_leaves_at_once_and_once(yard: Yard, parcel_id: str) -> None:
    yard.outbox.carry(parcel_id, Parcel(3))
    yard.outbox.carry(parcel_id, Parcel(3))
    assert yard.van.carried == [Parcel(3)]
    assert yard[parcel_id].state is State.SENT
    assert yard[parcel_id].attempts == 1
    assert yard.receive() is None
    assert list(yard.store.due(yard.later(hours=1))) == []


def test_a_passing_failure_waits_for_queue_and_sweep(yard: Yard, parcel_id: str) -> None:
    yard.van.plan = [BUSY]
    yard.outbox.carry(parcel_id, Parcel(3))
    assert yard[parcel_id].state is State.QUEUED
    yard.later(seconds=12)
    assert list(yard.store.due(yard.now)) == []
    yard.later(minutes=3)
    assert yard.outbox.sweep(yard.now) == 1
    assert yard.deliver(parcel_id) is State.SENT
    assert len(yard.van.carried) == 1


def test_a_lasting_failure_is_shown(yard: Yard, parcel_id: str) -> None:
    yard.van.plan = [NeverSent("It is too heavy.")]
    yard.outbox.carry(parcel_id, Parcel(3))
    yard.outbox.carry(parcel_id, Parcel(3))
    assert yard[parcel_id].state is State.FAILED
    assert yard[parcel_id].detail == "It is too heavy."
    assert yard.van.carried == []


def test_a_killed_worker_is_followed_when_its_lease_has_run_out(yard: Yard, parcel_id: str) -> None:
    """Whoever asked is asked again, and comes back as long as somebody may still be at it."""
    assert yard.store.begin(parcel_id, Parcel(3), yard.now)
    with pytest.raises(Undelivered):
        yard.outbox.carry(parcel_id, Parcel(3))
    yard.later(seconds=61)
    yard.outbox.carry(parcel_id, Parcel(3))
    assert yard[parcel_id].state is State.SENT
    assert yard[parcel_id].attempts == 2
    assert len(yard.van.carried) == 1


def test_news_that_comes_first_is_no_copy(yard: Yard) -> None:
    """The provider's event may be there before its answer."""
    parcel_id = beside(new_id(yard.now), 7)
    leased = yard.store.begin(parcel_id, Parcel(3), yard.now)
    assert leased
    yard.outbox.settle(parcel_id, "van-1")
    yard.store.left(leased, "van-1")
    assert yard[parcel_id].duplicates == 0
    assert yard[parcel_id].state is State.SENT


def test_what_began_so_is_stored_as_what_was_added_and_leased(moto_yard: Yard, parcel_id: str) -> None:
    """But for the list of what is due, which it is in only once it waits: the version before can go on with it."""
    moto_yard.store.begin(parcel_id, Parcel(3), moto_yard.now)
    begun = moto_yard.table.get(moto_yard.outbox.put(parcel_id, Parcel(3), moto_yard.now).key)
    other = moto_yard.parcel("1" * 26, 7)
    moto_yard.store.lease(other, moto_yard.now)
    added = moto_yard.table.get(moto_yard.outbox.put(other, Parcel(3), moto_yard.now).key)
    assert begun
    assert added
    own = {"pk": begun["pk"], "id": begun["id"]}
    assert begun == {name: value for name, value in added.items() if name not in {"g3pk", "g3sk"}} | own
