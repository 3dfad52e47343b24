"""Fixtures of the outbox's tests; what they give is in yard.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from chalicelib.aws.clients import Clients
from chalicelib.aws.queues import Queue
from chalicelib.aws.table import Table
from chalicelib.outbox.service import Outbox
from chalicelib.outbox.store import Recorder
from chalicelib.settings import read
from tests.outbox.yard import Parcel, Ticket, Van, Yard
from tests.wire import waits

if TYPE_CHECKING:
    from tests.emulators import Stage


@pytest.fixture
def make_yard(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Yard]]:
    """Give what makes an outbox on a stage, with or without something that records each change of state."""

    def make(stage: Stage, recorder: Recorder | None = None) -> Yard:
        settings = read(stage.environment)
        clients = Clients(settings.region, address=settings.emulator, sdk=settings.sdk)
        table, van = Table(clients.dynamodb, settings.table), Van()

        def outbox(queue: Queue) -> Outbox:
            made = Outbox(table, queue, lambda: yard.now)
            if recorder:
                made.record(recorder)
            for kind in (Parcel, Ticket):
                made.register(kind, van)
            return made

        def operator() -> Outbox:
            with monkeypatch.context() as environment:
                for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
                    environment.setenv(name, "test")
                operators = Clients(settings.region, address=settings.emulator, sdk=settings.sdk)
                operators.keys()  # found now, they are kept
            return outbox(Queue(operators, settings.mail_queue))

        yard = Yard(stage, outbox(Queue(clients, settings.mail_queue)), table, operator, van=van)
        listening.enter_context(waits(clients.sqs, yard.waits))
        return yard

    with ExitStack() as listening:
        yield make


@pytest.fixture
def yard(stage: Stage, make_yard: Callable[..., Yard]) -> Yard:
    """An outbox, once on each emulator."""
    return make_yard(stage)


@pytest.fixture
def moto_yard(moto_stage: Stage, make_yard: Callable[..., Yard]) -> Yard:
    """An outbox on moto alone, where the emulator makes no difference."""
    return make_yard(moto_stage)


@pytest.fixture
def ministack_yard(ministack_stage: Stage, make_yard: Callable[..., Yard]) -> Yard:
    """An outbox on ministack alone, for what happens at the same time."""
    return make_yard(ministack_stage)
