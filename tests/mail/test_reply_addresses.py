"""An answer reaches the conversation its address was signed for, and no other (attack 17)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.mail.mime import ReplyAddresses

MINE, OTHER, INES, BEN = ("01kahz5x8r0000000000000000"[:-1] + digit for digit in "1234")
OWNERS = {MINE: INES, OTHER: BEN}
ADDRESSES = ReplyAddresses([b"k" * 32], "Reply.Support.test")
ADDRESS = ADDRESSES.of(MINE, INES)


def test_an_address_leads_back_to_its_conversation() -> None:
    assert ADDRESSES.conversation_of(ADDRESS, OWNERS.get) == MINE
    assert ADDRESS.lower() == ADDRESS
    assert len(ADDRESS.partition("@")[0]) <= 64


def test_mail_servers_may_fold_case() -> None:
    assert ADDRESSES.conversation_of(f" {ADDRESS.upper()} ", OWNERS.get) == MINE


@pytest.mark.parametrize("place", range(len("reply+") + 26 + 1 + 16))
def test_one_character_changed_and_it_leads_nowhere(place: int) -> None:
    changed = ADDRESS[:place] + ("0" if ADDRESS[place] != "0" else "1") + ADDRESS[place + 1 :]
    assert ADDRESSES.conversation_of(changed, {**OWNERS, changed[6:32]: INES}.get) is None


def test_a_signature_of_another_conversation_does_not_fit() -> None:
    stolen = ADDRESSES.of(OTHER, BEN).replace(OTHER, MINE)
    assert ADDRESSES.conversation_of(stolen, OWNERS.get) is None


def test_an_address_dies_when_the_conversation_passes_to_somebody_else() -> None:
    assert ADDRESSES.conversation_of(ADDRESS, {MINE: BEN}.get) is None


def test_a_conversation_that_does_not_exist_has_no_address() -> None:
    assert ADDRESSES.conversation_of(ADDRESSES.of(MINE, ""), {}.get) is None
    assert ADDRESSES.conversation_of(ADDRESS, {}.get) is None


def test_keys_are_rotated_by_putting_a_new_one_in_front() -> None:
    rotated = ReplyAddresses([b"n" * 32, b"k" * 32], "reply.support.test")
    assert rotated.of(MINE, INES) != ADDRESS
    assert rotated.conversation_of(ADDRESS, OWNERS.get) == MINE
    assert rotated.conversation_of(rotated.of(MINE, INES), OWNERS.get) == MINE
    assert ReplyAddresses([b"n" * 32], "reply.support.test").conversation_of(ADDRESS, OWNERS.get) is None


@pytest.mark.parametrize(
    "address",
    [
        "",
        "@",
        "reply",
        "reply+",
        "reply+-@reply.support.test",
        f"reply+{MINE}@reply.support.test",
        f"reply+{MINE}-@reply.support.test",
        ADDRESS.replace("reply.support.test", "evil.test"),
        ADDRESS.replace("reply+", ""),
        ADDRESS.replace("reply+", "x+"),
        ADDRESS + ".evil.test",
        ADDRESS[:-1],
        f"<{ADDRESS}>",
        ADDRESS.replace("@", "\n@"),
        ADDRESS.replace("-", "-é"),
    ],
)
def test_other_addresses_lead_nowhere(address: str) -> None:
    assert ADDRESSES.conversation_of(address, OWNERS.get) is None


@given(st.text())
def test_no_text_raises(text: str) -> None:
    assert ADDRESSES.conversation_of(text, OWNERS.get) is None
    assert ADDRESSES.conversation_of(f"reply+{text}@reply.support.test", OWNERS.get) is None
