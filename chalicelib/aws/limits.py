"""Limits that hold over all processes: conditional counters with TTL, a window of time each."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.aws import keys
from chalicelib.aws.table import Table, Update
from chalicelib.records import dataclass
from chalicelib.refusals import TooManyRequests

if TYPE_CHECKING:
    from chalicelib.clock import Clock


@dataclass(frozen=True, slots=True)
class Limit:
    """At most ``most`` uses per subject in each window of ``window`` seconds."""

    name: str
    most: int
    window: int


class Limits:
    """Counts uses against limits."""

    def __init__(self, table: Table, clock: Clock) -> None:
        """Take the table the counters live in."""
        self._table, self._clock = table, clock

    def use(self, limit: Limit, subject: str, sentence: str | None = None) -> None:
        """Count one use, or raise :class:`TooManyRequests` with the seconds until the window ends."""
        now = int(self._clock().timestamp())
        window = now // limit.window
        ends = (window + 1) * limit.window
        update = Update(
            keys.limit(limit.name, subject, str(window)),
            put={"expires": ends + int(timedelta(hours=1).total_seconds())},
            add={"used": 1},
        )
        if self._table.change(update)["used"] > limit.most:
            raise TooManyRequests(max(1, ends - now), sentence, limit.name)
