"""Pages of themes that failed when a customer was to see them: counted, and noted for the editor."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib import telemetry
from chalicelib.refusals import Unavailable
from chalicelib.themes.revisions import Failure

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.clock import Clock
    from chalicelib.themes.store import ThemeStore

NOTED_EACH = timedelta(minutes=1)
"""A process writes what failed at most so often: a page that fails may be asked for all the time."""
_SENTENCE = 300


class Failures:
    """Counts what fails in this process, and writes the last of it beside the theme."""

    def __init__(self, store: ThemeStore, clock: Clock) -> None:
        """Take the store and the clock."""
        self._store, self._clock = store, clock
        self._noted_at: datetime | None = None
        self._since: dict[tuple[str, int], int] = {}

    def note(self, theme_id: str, number: int, entry: str, sentence: str) -> None:
        """Note that a page of a revision failed, and why, in a sentence for its editor."""
        telemetry.count(telemetry.THEME_FAILED)
        times = self._since[theme_id, number] = self._since.get((theme_id, number), 0) + 1
        now = self._clock()
        if self._noted_at is not None and now < self._noted_at + NOTED_EACH:
            return
        self._noted_at = now
        self._since.clear()
        with suppress(Unavailable):  # the customer gets the page all the same
            self._store.failed(theme_id, Failure(number, entry, sentence[:_SENTENCE], now, times))
