"""Pages of themes that failed when a customer was to see them: counted, and noted for the editor."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from jinja2 import TemplateError, TemplateSyntaxError

from chalicelib import telemetry
from chalicelib.refusals import Refusal, Unavailable
from chalicelib.themes.revisions import Failure

if TYPE_CHECKING:
    from datetime import datetime
    from types import TracebackType

    from chalicelib.clock import Clock
    from chalicelib.portal.model import LiveTheme
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
        self._since: dict[str, int] = {}

    def watched(self, theme: LiveTheme, entry: str) -> _Watched:
        """Return what a page of a theme is rendered in: whatever goes wrong there is noted, and goes no further."""
        return _Watched(self, theme, entry)

    def note(self, theme: LiveTheme, entry: str, error: Exception) -> None:
        """Note that a page failed, and why, in a sentence for the editor."""
        telemetry.count(telemetry.THEME_FAILED)
        times = self._since[theme.name] = self._since.get(theme.name, 0) + 1
        now = self._clock()
        if self._noted_at is not None and now < self._noted_at + NOTED_EACH:
            return
        self._noted_at = now
        self._since.clear()
        telemetry.warn("a page of the theme failed", theme=theme.name, entry=entry, fault=type(error).__name__)
        with suppress(Unavailable):  # the customer gets the page all the same
            self._store.failed(theme.id, Failure(theme.number, entry, told(error)[:_SENTENCE], now, times))


class _Watched:
    """Where a page of a theme is rendered."""

    def __init__(self, failures: Failures, theme: LiveTheme, entry: str) -> None:
        self._failures, self._theme, self._entry = failures, theme, entry

    def __enter__(self) -> None:
        """Begin."""

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        """End: a refusal, such as of a table that does not answer, is no failure of the theme."""
        if isinstance(error, Exception) and not isinstance(error, Refusal):
            self._failures.note(self._theme, self._entry, error)
        return isinstance(error, Exception)


def told(error: Exception) -> str:
    """Return for editors why a page could not be rendered."""
    from chalicelib.rendering.linking import NotLinked
    from chalicelib.themes.sandbox import NotAllowed, TooMuch

    if isinstance(error, TemplateSyntaxError):
        return f"{error.name}, line {error.lineno}: {error.message}"
    if isinstance(error, NotLinked):
        return f"A file is missing or cannot be put into the page: {error}."
    if isinstance(error, NotAllowed | TooMuch | TemplateError):
        return str(error)
    return f"The page did something that it cannot do ({type(error).__name__})."
