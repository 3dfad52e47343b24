"""Whoever records what becomes of dispatches is asked at each change of state, and writes with it or not at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from chalicelib.aws.keys import Key
from chalicelib.aws.table import Put, Table, Write
from chalicelib.outbox.model import Dispatch, NeverSent, NotNow, Skip, State
from chalicelib.refusals import ChangedMeanwhile
from tests.outbox.yard import BUSY, Ticket, Yard

if TYPE_CHECKING:
    from tests.emulators import Stage

pytest_plugins = ["tests.emulators"]


class Diary:
    """Notes each change of a parcel as the next entry of a diary, of which somebody else may have taken the place."""

    def __init__(self) -> None:
        self.entries = 0
        self.taken: list[int] = []
        self.told: list[tuple[State, State, str]] = []

    def writes(self, dispatch: Dispatch, state: State) -> list[Write]:
        if isinstance(dispatch.payload, Ticket):
            return []
        self.told.append((dispatch.state, state, dispatch.provider_id))
        number = self.taken.pop(0) if self.taken else self.entries
        self.entries = max(self.entries, number + 1)
        return [Put(Key("DIARY", f"{number:08d}"), {"state": state}, when=[("pk", "absent", None)])]

    @staticmethod
    def read(table: Table) -> list[str]:
        return [item["state"] for item in table.walk("DIARY")]


@pytest.fixture
def diary() -> Diary:
    return Diary()


@pytest.fixture
def noted(stage: Stage, make_yard: Callable[..., Yard], diary: Diary) -> Yard:
    """An outbox with a diary, once on each emulator."""
    return make_yard(stage, diary)


def test_every_change_of_state_is_recorded_with_it(noted: Yard, diary: Diary) -> None:
    parcel_id = noted.parcel()
    noted.van.plan = [NeverSent("It is too heavy."), BUSY]
    noted.deliver(parcel_id)
    noted.outbox.resend(parcel_id)
    noted.fails(parcel_id)
    noted.later(minutes=1)
    noted.deliver(parcel_id)
    noted.outbox.settle(parcel_id, noted.van.ids[0], "Nobody took it in.")
    noted.outbox.resend(parcel_id)
    noted.van.plan = [Skip("Nobody lives there.")]
    noted.deliver(parcel_id)
    assert diary.read(noted.table) == ["failed", "queued", "sent", "failed", "queued", "skipped"]


def test_a_bounce_can_be_told_from_a_failure(noted: Yard, diary: Diary) -> None:
    """What fails with an id of the provider's had left."""
    refused, bounced, unheard = noted.parcel(), noted.parcel(), noted.parcel()
    noted.van.plan = [NeverSent("It is too heavy.")]
    noted.deliver(refused)
    noted.deliver(bounced)
    noted.outbox.settle(bounced, noted.van.ids[0], "Nobody took it in.")
    noted.outbox.settle(unheard, "van-9", "Nobody took it in.")
    first = noted.van.ids[0]
    assert diary.told == [
        (State.QUEUED, State.FAILED, ""),
        (State.QUEUED, State.SENT, first),
        (State.SENT, State.FAILED, first),
        (State.QUEUED, State.FAILED, "van-9"),
    ]


def test_what_changes_no_state_is_not_recorded(noted: Yard, diary: Diary) -> None:
    """A lease, a wait, a copy, a second word of the same: none of them."""
    parcel_id = noted.parcel()
    noted.van.plan = [NotNow("Later.")]
    noted.fails(parcel_id)
    noted.outbox.sweep(noted.later(minutes=5))
    assert diary.told == []
    noted.deliver(parcel_id)
    noted.outbox.settle(parcel_id, noted.van.ids[0])
    noted.outbox.settle(parcel_id, "a-copy")
    assert diary.read(noted.table) == ["sent"]


def test_what_is_of_no_interest_needs_no_transaction(noted: Yard, diary: Diary) -> None:
    assert noted.deliver(noted.ticket()) is State.SENT
    assert diary.read(noted.table) == []


def test_who_comes_second_with_a_state_records_nothing(noted: Yard, diary: Diary) -> None:
    parcel_id = noted.parcel()
    slow = noted.store.lease(parcel_id, noted.now)
    assert slow
    noted.later(seconds=61)
    assert noted.deliver(parcel_id) is State.SENT
    noted.store.failed(slow, "No.")
    assert noted[parcel_id].state is State.SENT
    assert diary.read(noted.table) == ["sent"]


def test_a_record_that_was_in_the_way_of_another_is_made_anew(noted: Yard, diary: Diary) -> None:
    """Its place was taken; the change of state is none the less done, once, with a record behind that one."""
    noted.deliver(noted.parcel())
    parcel_id = noted.parcel()
    diary.taken = [0, 0]
    assert noted.deliver(parcel_id) is State.SENT
    assert diary.read(noted.table) == ["sent", "sent"]


def test_where_it_cannot_be_recorded_nothing_changes(noted: Yard, diary: Diary) -> None:
    noted.deliver(noted.parcel())
    parcel_id = noted.parcel()
    diary.taken = [0] * 99
    with pytest.raises(ChangedMeanwhile):
        noted.deliver(parcel_id)
    assert noted[parcel_id].state is State.QUEUED
    diary.taken = []
    noted.outbox.settle(parcel_id, noted.van.ids[-1])
    assert noted[parcel_id].state is State.SENT
    assert diary.read(noted.table) == ["sent", "sent"]
