"""The rules of what leaves, without AWS."""

from __future__ import annotations

import pytest

from chalicelib.outbox.model import LONGEST_WAIT, given_up, wait


@pytest.mark.parametrize(("attempts", "seconds"), [(1, 10), (2, 40), (3, 160), (4, 640)])
def test_waits_grow_fourfold_a_fifth_more_or_less(attempts: int, seconds: int) -> None:
    assert wait(attempts, LONGEST_WAIT, 0.0) == round(0.8 * seconds)
    assert wait(attempts, LONGEST_WAIT, 1.0) == round(1.2 * seconds)
    assert wait(attempts, 60, 1.0) <= 72


def test_a_sentence_about_giving_up_is_a_sentence() -> None:
    assert given_up("The carrier did not answer.").endswith(".")
