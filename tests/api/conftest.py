"""Programs that use the API."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.tokens.model import SCOPES
from chalicelib.wiring import House
from local.gateway import Gateway
from tests.program import Program


@pytest.fixture
def program(gateway: Gateway, house: House) -> Program:
    """A program that may do everything."""
    return Program(gateway, house)


@pytest.fixture
def allow(gateway: Gateway, house: House) -> Callable[..., Program]:
    """Return what makes a program with some scopes."""

    def make(*scopes: str) -> Program:
        return Program(gateway, house, scopes or SCOPES)

    return make
