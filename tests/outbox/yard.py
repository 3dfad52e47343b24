"""An outbox on an emulated AWS with a clock that tests set, and made-up things that leave it by a made-up carrier."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from chalicelib import records
from chalicelib.aws.table import Table
from chalicelib.ids import new_id
from chalicelib.once import Once
from chalicelib.outbox.model import Dispatch, NotNow, Payload, State, Unsent, beside
from chalicelib.outbox.service import Outbox, Undelivered
from chalicelib.outbox.store import Dispatches

if TYPE_CHECKING:
    from tests.emulators import Stage

START = datetime(2035, 11, 22, 15, 0, tzinfo=UTC)  # the emulator drops what has expired by its own, real clock
BUSY = NotNow("The carrier was busy.")


@records.dataclass(frozen=True, slots=True)
class Parcel(Payload):
    """Something that leaves for a numbered message."""

    kind: ClassVar[str] = "parcel"
    weight: int


@records.dataclass(frozen=True, slots=True)
class Ticket(Payload):
    """Something of its own that is soon worthless, and whose word nobody should keep."""

    kind: ClassVar[str] = "ticket"
    keep: ClassVar[timedelta] = timedelta(days=1)
    forgets: ClassVar[tuple[str, ...]] = ("word",)
    repeatable: ClassVar[bool] = False
    longest_wait: ClassVar[int] = 60
    word: str = ""


class Van:
    """Carries parcels and tickets, and fails as told.

    A plan is a list of failures for the next calls: what to raise, or ``lost``: it was carried, and the answer never
    came.
    """

    counts_sent = "ParcelSent"
    counts_failed = "ParcelFailed"

    def __init__(self) -> None:
        self.carried: list[Payload] = []
        self.ids: list[str] = []
        self.plan: list[Unsent | str] = []

    def send(self, payload: Payload, dispatch: Dispatch) -> str:
        failure = self.plan.pop(0) if self.plan else None
        if isinstance(failure, Unsent):
            raise failure
        self.carried.append(payload)
        if failure:
            raise NotNow("The carrier did not answer.")
        self.ids.append(f"van-{dispatch.id}-{len(self.carried)}")
        return self.ids[-1]


@dataclass
class Works:
    """An outbox on a stage, and what queue and clock do to it."""

    stage: Stage
    outbox: Outbox
    table: Table
    make_operator: Callable[[], Outbox]
    now: datetime = START
    waits: list[int] = field(default_factory=list)
    """Seconds the queue was asked to wait before it delivers again."""

    @property
    def store(self) -> Dispatches:
        return self.outbox.store

    @Once
    def operator(self) -> Outbox:
        """The same outbox with the rights of whoever runs the redrive command: functions may not read dead letters."""
        return self.make_operator()

    def later(self, **amount: float) -> datetime:
        """Let time pass, by our clock; the emulator's queue keeps its own."""
        self.now += timedelta(**amount)
        return self.now

    def receive(self) -> dict[str, Any] | None:
        """Take one message from the real queue, or None."""
        sqs = self.stage.admin("sqs")
        url = sqs.get_queue_url(QueueName=self.stage.environment["FOYER_MAIL_QUEUE"])["QueueUrl"]
        messages = sqs.receive_message(QueueUrl=url, AttributeNames=["All"]).get("Messages", [])
        return messages[0] if messages else None

    def work(self) -> State | None:
        """Do once what the queue function does with one message: delete it after success, else let it come back."""
        message = self.receive()
        assert message, "the queue is empty"
        dispatch_id = json.loads(message["Body"])["mail"]
        sqs = self.stage.admin("sqs")
        url = sqs.get_queue_url(QueueName=self.stage.environment["FOYER_MAIL_QUEUE"])["QueueUrl"]
        try:
            state = self.outbox.deliver(
                dispatch_id, message["ReceiptHandle"], int(message["Attributes"]["ApproximateReceiveCount"])
            )
        except Undelivered:
            sqs.change_message_visibility(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=0)
            raise
        sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return state

    def deliver(self, dispatch_id: str, receive_count: int = 1) -> State | None:
        """Deliver without a queue."""
        return self.outbox.deliver(dispatch_id, "no-receipt", receive_count)

    def fails(self, dispatch_id: str, receive_count: int = 1) -> None:
        """Deliver without a queue, which must not succeed."""
        with pytest.raises(Undelivered):
            self.deliver(dispatch_id, receive_count)

    def __getitem__(self, dispatch_id: str) -> Dispatch:
        """Return how a dispatch fares."""
        found = self.store.get(dispatch_id)
        assert found
        return found


@dataclass
class Yard(Works):
    """Works with a van."""

    van: Van = field(default_factory=Van)

    def parcel(self, owner_id: str = "", number: int = 7, weight: int = 3) -> str:
        """Add a parcel; return its id."""
        parcel_id = beside(owner_id or new_id(self.now), number)
        assert self.outbox.add(parcel_id, Parcel(weight), self.now)
        return parcel_id

    def ticket(self, word: str = "open sesame") -> str:
        """Add a ticket; return its id."""
        ticket_id = new_id(self.now)
        assert self.outbox.add(ticket_id, Ticket(word), self.now)
        return ticket_id
