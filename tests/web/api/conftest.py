"""Programs that use the API."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.audit.model import OPERATOR
from chalicelib.conversations.attributes import Attribute, Type
from chalicelib.tokens.model import SCOPES
from chalicelib.wiring import House
from local.gateway import Gateway
from tests.program import Program


@pytest.fixture
def program(gateway: Gateway, house: House) -> Program:
    """A program that may do everything, where some attributes are declared."""
    kinds = {"order": Type.NUMBER, "price": Type.NUMBER, "size": Type.NUMBER, "lamp": Type.NUMBER}
    kinds |= {"gift": Type.BOOLEAN, "note": Type.TEXT, "colour": Type.TEXT, "due": Type.DATE, "page": Type.URL}
    for version, (key, kind) in enumerate(kinds.items()):
        house.conversations.labelling.declare(OPERATOR, Attribute(key, key.title(), kind), version)
    return Program(gateway, house)


@pytest.fixture
def allow(gateway: Gateway, house: House) -> Callable[..., Program]:
    """Return what makes a program with some scopes."""

    def make(*scopes: str) -> Program:
        return Program(gateway, house, scopes or SCOPES)

    return make
