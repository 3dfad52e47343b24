"""An import takes e-mail addresses as the system they come from wrote them, in the form in which all are kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.wiring import House
from tests.imports.conftest import Loaded

CONVERSATION = {"kind": "conversation", "external_id": "v-1", "subject": "The lamp", "channel": "email"}


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("\u00a0noor@example.com\u200b", "noor@example.com"),
        ("Haddad, Noor <Noor@Example.com>", "noor@example.com"),
        ("mailto:noor@example.com", "noor@example.com"),
        ("noor@m\u00fcnchen.example.", "noor@xn--mnchen-3ya.example"),
    ],
)
def test_an_address_is_taken_as_it_was_written(
    load: Callable[..., Loaded], house: House, written: str, address: str
) -> None:
    """On the line of a customer, and where a conversation names hers; a second run finds both."""
    for _ in range(2):
        loaded = load(
            {"kind": "customer", "name": "Noor", "email": written}, {**CONVERSATION, "customer": {"email": written}}
        )
        assert loaded.reasons == {}
        assert house.customers.store.owner("email", address)


def test_what_is_no_address_is_told_with_its_line(load: Callable[..., Loaded]) -> None:
    loaded = load({"kind": "customer", "name": "Noor", "email": "noor@\uff45xample.com"})
    assert list(loaded.reasons) == [1]
    assert loaded.reasons[1].startswith("email: We cannot send to this address")
