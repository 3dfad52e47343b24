"""Fixtures of the mail room's tests; what they give is in world.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest

from chalicelib.outbox.service import Outbox
from chalicelib.settings import read
from chalicelib.wiring import House
from tests.compiled import COMPILED
from tests.mail.world import Postbox, World
from tests.wire import waits

if TYPE_CHECKING:
    from tests.emulators import Stage


@pytest.fixture
def make_world(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[Stage], World]]:
    """Give a house on a stage, wired as the product wires it."""

    def make(stage: Stage) -> World:
        settings = read(stage.environment)

        def operator() -> Outbox:
            with monkeypatch.context() as environment:
                for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
                    environment.setenv(name, "test")
                operators = House(settings, lambda: world.now)
                operators.clients.keys()  # found now, they are kept
            return operators.outbox

        house = House(settings, lambda: world.now)
        house.renderer.environment.bytecode_cache = COMPILED
        postbox = Postbox(house.clients.ses)
        world = World(stage, house.outbox, house.table, operator, house=house, postbox=postbox)
        house.portal.settings.change(organization="Alder & Finch", enabled=True, time_zone="Europe/Berlin")
        listening.enter_context(waits(house.clients.sqs, world.waits))
        return world

    with ExitStack() as listening:
        yield make


@pytest.fixture
def world(stage: Stage, make_world: Callable[[Stage], World]) -> World:
    """A house with mail, once on each emulator."""
    return make_world(stage)


@pytest.fixture
def moto_world(moto_stage: Stage, make_world: Callable[[Stage], World]) -> World:
    """A house with mail on moto alone, where the emulator makes no difference."""
    return make_world(moto_stage)
