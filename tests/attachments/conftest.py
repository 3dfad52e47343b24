"""Fixtures of the attachment room's tests; what they give is in room.py."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.attachments.room import Room

if TYPE_CHECKING:
    from tests.emulators import Stage


@pytest.fixture
def room(stage: Stage) -> Room:
    """The room, once on each emulator."""
    return Room(stage)


@pytest.fixture
def strict_room(ministack_stage: Stage) -> Room:
    """The room on the emulator that checks signatures, policies and rights."""
    return Room(ministack_stage)
