"""What is added once leaves once, whoever adds it again; what is asked of an unknown id has an answer."""

from __future__ import annotations

import pytest

from chalicelib.aws.table import Refused
from chalicelib.ids import new_id
from chalicelib.outbox.model import NeverSent, Payload, State, beside
from chalicelib.records import dataclass
from chalicelib.refusals import NotFound
from tests.outbox.yard import START, Parcel, Ticket, Yard

pytest_plugins = ["tests.emulators"]


def test_adding_twice_changes_nothing_the_second_time(yard: Yard) -> None:
    """A consumer that is told something twice adds it twice."""
    parcel_id = yard.parcel(weight=3)
    yard.deliver(parcel_id)
    before = yard[parcel_id]
    assert not yard.outbox.add(parcel_id, Parcel(4), yard.later(minutes=1))
    assert yard[parcel_id] == before
    assert yard.deliver(parcel_id) is State.SENT
    assert yard.van.carried == [Parcel(3)]


def test_a_write_of_it_is_done_with_others_or_not_at_all(yard: Yard) -> None:
    first, second = (beside(new_id(yard.now), 1) for _ in range(2))
    yard.table.transact([yard.outbox.put(first, Parcel(1), yard.now)])
    with pytest.raises(Refused):
        yard.table.transact([yard.outbox.put(one, Parcel(1), yard.now) for one in (second, first)])
    assert yard.store.get(second) is None


def test_a_payload_comes_back_as_it_was_given(yard: Yard) -> None:
    assert yard[yard.parcel(weight=12)].payload == Parcel(12)
    assert yard[yard.ticket("abracadabra")].payload == Ticket("abracadabra")


def test_what_should_be_forgotten_is_forgotten_once_it_is_settled(yard: Yard) -> None:
    ticket_id = yard.ticket("abracadabra")
    yard.deliver(ticket_id)
    assert yard.van.carried == [Ticket("abracadabra")]
    assert yard[ticket_id].payload == Ticket("")


def test_a_kind_that_is_kept_for_a_while_ends_by_ttl(moto_yard: Yard) -> None:
    assert moto_yard.outbox.put("0" * 26, Ticket("w"), START).item["expires"] == int(START.timestamp()) + 86_400
    assert "expires" not in moto_yard.outbox.put("0" * 26, Parcel(1), START).item


def test_what_is_settled_is_in_no_list_of_what_is_due(yard: Yard) -> None:
    yard.deliver(yard.parcel())
    assert list(yard.store.due(yard.later(hours=1))) == []


def test_a_second_delivery_of_what_was_sent_sends_nothing(yard: Yard) -> None:
    parcel_id = yard.parcel()
    yard.deliver(parcel_id)
    assert yard.deliver(parcel_id) is State.SENT
    assert len(yard.van.carried) == 1
    assert yard[parcel_id].duplicates == 0


def test_an_id_of_nothing_is_dropped(moto_yard: Yard) -> None:
    one = "0" * 26
    for dispatch_id in ("", "x", one, f"{one}:1", f"{one}:x", f"{one}:", f"{one}:1:1", "u" * 26, ":1", f"{one}:²"):
        assert moto_yard.deliver(dispatch_id) is None
        moto_yard.outbox.settle(dispatch_id, "van-1")
        moto_yard.outbox.settle(dispatch_id, "van-1", "No.")


def test_states_of_some_messages(yard: Yard) -> None:
    """One query tells how each of them fares; those with nothing to send are left out."""
    owner = new_id(yard.now)
    sent, waiting = yard.parcel(owner, 2), yard.parcel(owner, 3)
    yard.deliver(sent)
    states = yard.outbox.states(owner, [1, 2, 3])
    assert {number: one.id for number, one in states.items()} == {2: sent, 3: waiting}
    assert {number: one.state for number, one in states.items()} == {2: State.SENT, 3: State.QUEUED}
    assert yard.outbox.states(owner, []) == {}


def test_send_again_is_for_what_was_not_sent(yard: Yard) -> None:
    parcel_id = yard.parcel()
    yard.van.plan = [NeverSent("It is too heavy.")]
    assert yard.deliver(parcel_id) is State.FAILED

    yard.outbox.resend(parcel_id)
    yard.outbox.resend(parcel_id)
    assert yard[parcel_id].state is State.QUEUED
    assert yard[parcel_id].detail == ""
    assert yard.work() is State.SENT
    assert yard.receive() is None

    yard.outbox.resend(parcel_id)
    assert yard.receive() is None
    assert len(yard.van.carried) == 1


def test_send_again_of_what_is_not_there_is_not_found(moto_yard: Yard) -> None:
    parcel_id = moto_yard.parcel(number=7)
    with pytest.raises(NotFound):
        moto_yard.outbox.resend(f"{parcel_id[:26]}:1")
    with pytest.raises(NotFound):
        moto_yard.outbox.resend("x")


# kinds


def test_what_a_newer_version_wrote_ends_where_staff_see_it(moto_yard: Yard) -> None:
    """After going back a version: pages show it, tries end, and nothing else is held up."""

    @dataclass(frozen=True, slots=True)
    class Drone(Payload):
        kind = "drone"
        height: int

    drone_id = beside(new_id(moto_yard.now), 7)
    moto_yard.outbox.add(drone_id, Drone(120), moto_yard.now)
    assert moto_yard.outbox.states(drone_id[:26], [7])[7].payload == Payload()
    for count in range(1, 6):
        moto_yard.fails(drone_id, count)
        moto_yard.later(minutes=20)
    assert moto_yard[drone_id].state is State.FAILED
    assert "newer version" in moto_yard[drone_id].detail
    assert moto_yard.deliver(moto_yard.parcel()) is State.SENT

    moto_yard.outbox.resend(drone_id)
    moto_yard.outbox.register(Drone, moto_yard.van)
    assert moto_yard.deliver(drone_id) is State.SENT
    assert moto_yard.van.carried[-1] == Drone(120)


def test_a_field_that_a_newer_version_added_is_passed_over(moto_yard: Yard) -> None:
    parcel_id = beside(new_id(moto_yard.now), 7)
    put = moto_yard.outbox.put(parcel_id, Parcel(3), moto_yard.now)
    moto_yard.table.write(type(put)(put.key, {**put.item, "colour": "green"}))
    assert moto_yard[parcel_id].payload == Parcel(3)


def test_kinds_that_cannot_be_told_apart_are_refused(moto_yard: Yard) -> None:
    """The name of a kind is taken once, and no field has the name of an attribute that each item has."""

    @dataclass(frozen=True, slots=True)
    class Box(Payload):
        kind = "parcel"

    @dataclass(frozen=True, slots=True)
    class Nameless(Payload):
        weight: int

    @dataclass(frozen=True, slots=True)
    class Greedy(Payload):
        kind = "greedy"
        state: str

    for kind in (Box, Nameless, Greedy):
        with pytest.raises(ValueError, match=kind.__name__):
            moto_yard.outbox.register(kind, moto_yard.van)
