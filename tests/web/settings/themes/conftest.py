"""The browser of who may change themes."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.browser import Browser
from tests.people import People


@pytest.fixture
def ellis(browse: Callable[..., Browser], people: People) -> Browser:
    """The content manager's browser."""
    return browse(people.content_manager)
