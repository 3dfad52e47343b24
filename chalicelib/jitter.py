"""Chance in how long is waited between tries, so that those who got in each other's way do not meet again."""

from __future__ import annotations

import time
from random import SystemRandom

_CHANCE = SystemRandom()


def chance() -> float:
    """Return a number from 0 to 1."""
    return _CHANCE.random()


def pause(most: float) -> None:
    """Wait some part of so many seconds."""
    time.sleep(most * chance())
