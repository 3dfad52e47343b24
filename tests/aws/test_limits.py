"""Limits count in the table, so they hold over all processes, windows begin anew, and a refusal says when."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from chalicelib.aws.limits import Limit, Limits
from chalicelib.refusals import TooManyRequests
from chalicelib.wiring import House
from tests.people import Clock

THREE = Limit("three", most=3, window=600)


def test_so_many_and_no_more_until_the_window_ends(any_house: House, clock: Clock) -> None:
    """START is the beginning of a window of ten minutes."""
    limits = any_house.limits
    for _ in range(3):
        limits.use(THREE, "ada")
    for minutes in (0, 4, 5):
        clock.ahead(minutes=minutes)
        with pytest.raises(TooManyRequests) as refused:
            limits.use(THREE, "ada")
    assert 0 < refused.value.retry_after <= 60
    clock.ahead(seconds=refused.value.retry_after)
    limits.use(THREE, "ada")


def test_subjects_and_limits_are_counted_apart(any_house: House) -> None:
    limits = any_house.limits
    for subject in ("ada", "eve", "ada#", "2001:db8::1", "#"):
        for _ in range(3):
            limits.use(THREE, subject)
        with pytest.raises(TooManyRequests):
            limits.use(THREE, subject)
    limits.use(Limit("another", most=3, window=600), "ada")


def test_processes_count_together(any_house: House, clock: Clock) -> None:
    for _ in range(3):
        Limits(any_house.table, clock).use(THREE, "ada")
    with pytest.raises(TooManyRequests):
        Limits(any_house.table, clock).use(THREE, "ada")


def test_counters_end_by_themselves(any_house: House, clock: Clock) -> None:
    any_house.limits.use(THREE, "ada")
    (item,) = any_house.table.walk("LIMIT#three#ada")
    assert item["expires"] > clock.now.timestamp() + 600
    assert item["expires"] < clock.now.timestamp() + 2 * 3600


def test_thirty_at_once_get_what_is_there(house: House) -> None:
    """On ministack alone: moto loses updates."""

    def use(_: int) -> bool:
        try:
            house.limits.use(THREE, "ada")
        except TooManyRequests:
            return False
        return True

    with ThreadPoolExecutor(10) as pool:
        assert sum(pool.map(use, range(30))) == 3


def test_a_sentence_can_be_given(any_house: House) -> None:
    with pytest.raises(TooManyRequests) as refused:
        any_house.limits.use(Limit("none", most=0, window=60), "ada", "Too many lamps.")
    assert refused.value.sentence == "Too many lamps."
