"""A knowledge base that tests publish in."""

from __future__ import annotations

import pytest

from chalicelib.wiring import House
from tests.knowledge.library import KnowledgeBase


@pytest.fixture
def knowledge(house: House) -> KnowledgeBase:
    """The knowledge base of ``house``, empty, with internal articles switched on."""
    return KnowledgeBase(house)
