"""What comes back from browsers is what was given to them, unchanged and for the same purpose, or nothing at all."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chalicelib.signing import Signer

KEY, OTHER = Signer([b"k" * 32]), Signer([b"x" * 32])
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=80)
ANYTHING = st.text(st.characters(exclude_categories=()), max_size=80)


@given(TEXT, TEXT)
def test_a_sealed_text_comes_back_for_its_purpose_and_under_its_key_alone(purpose: str, text: str) -> None:
    token = KEY.seal(purpose, text)
    assert KEY.unseal(purpose, token) == text
    assert KEY.unseal(purpose + "x", token) is None
    assert OTHER.unseal(purpose, token) is None
    assert token.isascii()
    assert not set(token) & set(" ;,\"'<>&=\r\n")


@given(TEXT, st.integers(0, 200), st.characters(min_codepoint=33, max_codepoint=126))
def test_a_changed_token_is_nothing(text: str, place: int, character: str) -> None:
    """One character replaced, one more, or one less, anywhere."""
    token = KEY.seal("cursor", text)
    place %= len(token)
    for changed in (
        token[:place] + character + token[place + 1 :],
        token[:place] + character + token[place:],
        token[:place] + token[place + 1 :],
    ):
        assert changed == token or KEY.unseal("cursor", changed) is None


@given(ANYTHING)
def test_whatever_comes_back_is_answered(token: str) -> None:
    """Never with a fault, and never with a text that was not sealed."""
    assert KEY.unseal("cursor", token) is None
    assert not KEY.verifies("form", "text", token)


@given(TEXT, TEXT, TEXT, TEXT)
def test_purpose_and_text_cannot_run_into_each_other(one: str, two: str, three: str, four: str) -> None:
    """No choice of a listing's filter makes the cursor of another list."""
    if (one, two) != (three, four):
        assert KEY.sign(one, two) != KEY.sign(three, four)
    for cut in range(len(one + two)):
        whole = one + two
        if (whole[:cut], whole[cut:]) != (one, two):
            assert not KEY.verifies(whole[:cut], whole[cut:], KEY.sign(one, two))


def test_keys_are_rotated_by_a_new_one_in_front() -> None:
    """The new one signs, both verify; the old one's tokens die when it goes."""
    both = Signer([b"x" * 32, b"k" * 32])
    token = KEY.seal("cursor", "place")
    assert both.unseal("cursor", token) == "place"
    assert OTHER.unseal("cursor", both.seal("cursor", "place")) == "place"
    assert KEY.unseal("cursor", both.seal("cursor", "place")) is None


def test_a_text_can_be_written_in_one_way_only() -> None:
    """Base64 has several spellings of the same bytes; only ours is taken."""
    token = KEY.seal("cursor", "a")
    body, _, signature = token.partition(".")
    for spelling in (f"{body}==", f"{body[:-1]}R", f" {body}", f"{body}\n"):
        assert KEY.unseal("cursor", f"{spelling}.{signature}") is None
    assert base64.urlsafe_b64decode(body + "==") == b"a"


def test_no_key_no_signer() -> None:
    with pytest.raises(ValueError, match="at least one key"):
        Signer([])
