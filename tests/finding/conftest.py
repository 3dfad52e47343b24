"""The stores of this folder are tested on both emulators: ``house`` stands on each in turn."""

from __future__ import annotations

import pytest

from chalicelib.wiring import House


@pytest.fixture
def house(any_house: House) -> House:
    """A fresh house, once on each emulator."""
    return any_house
