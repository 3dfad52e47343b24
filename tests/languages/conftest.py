"""What tests of languages share: an organization that offers several."""

from __future__ import annotations

import pytest

from chalicelib.wiring import House


@pytest.fixture
def polyglot(house: House) -> House:
    """A house whose portal offers English, its own, and German, Japanese and Arabic."""
    house.portal.settings.change(languages=("en", "de", "ja", "ar"))
    return house
