"""What customers see of themes: the portal's, or plain Midtown where it has none or a page of it fails."""

from __future__ import annotations

import json
from collections.abc import Callable, Container, Mapping
from datetime import timedelta
from functools import cache, partial
from typing import TYPE_CHECKING, Any, Protocol

from chalicelib.once import Once
from chalicelib.records import dataclass
from chalicelib.rendering.model import Midtown
from chalicelib.themes.model import MANIFEST
from chalicelib.themes.values import offered, sound

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.aws.table import Table
    from chalicelib.clock import Clock
    from chalicelib.portal.model import LiveTheme, PortalSettings
    from chalicelib.rendering.filters import Times
    from chalicelib.rendering.model import Look
    from chalicelib.speech import Speech
    from chalicelib.themes.bases import Bases
    from chalicelib.themes.editions import Edition, Editions
    from chalicelib.themes.failures import Failures
    from chalicelib.themes.manifest import Manifest
    from chalicelib.urls import Urls

TEXTS_KEPT = timedelta(minutes=1)
"""How long a process goes on showing what a snippet said that a setting of a theme names."""
_LOOKS_KEPT = 24
"""Looks of a process: one for each language, with a few versions of the settings."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Whom a page is for: the portal's settings, the addresses, and the language."""

    settings: PortalSettings
    urls: Urls
    language: str


class Said(Protocol):
    """Gives the text of a snippet by its name."""

    def __call__(self, name: str, reader: Reader) -> str:
        """Return it in the reader's language; empty where there is no such snippet."""
        ...


Written = Callable[[str, Mapping[str, Any], "Times", "Speech"], tuple[str, str] | None]


@dataclass(frozen=True, slots=True)
class Themed:
    """The look of a theme.

    ``midtown`` is that of pages which Midtown renders, with what of the theme's settings it knows; ``covered`` are the
    files of the theme's version of Midtown.
    """

    name: str
    stylesheet: str
    midtown: Midtown
    covered: Container[str]
    written: Written

    @property
    def settings(self) -> Mapping[str, Any]:
        """Its settings, as Midtown's pages read them."""
        return self.midtown.settings

    def of(self, entry: str) -> Look:
        """Return itself, or Midtown for a page that came after the theme's version of it."""
        return self if entry in self.covered else self.midtown


class Looks:
    """Gives the look of pages where the portal has a theme, and of previews."""

    def __init__(self, table: Table, midtowns: Bases, said: Said, clock: Clock) -> None:
        """Take the table, the versions of Midtown, what snippets say, and the clock."""
        self._table, self._midtowns, self._said, self._clock = table, midtowns, said, clock
        self._kept: dict[tuple[int, str, str], tuple[datetime, Themed]] = {}

    @Once
    def editions(self) -> Editions:
        """The revisions of themes, of which this process keeps a few."""
        from chalicelib.themes.editions import Editions
        from chalicelib.themes.store import ThemeStore

        return Editions(ThemeStore(self._table), self._midtowns)

    @Once
    def failures(self) -> Failures:
        """What notes that a page failed."""
        from chalicelib.themes.failures import Failures
        from chalicelib.themes.store import ThemeStore

        return Failures(ThemeStore(self._table), self._clock)

    def look(self, theme: LiveTheme, reader: Reader) -> Themed:
        """Return the look of a portal with a theme. What snippets say is as they said it within the last minute."""
        key, now = (reader.settings.version, reader.urls.prefix, reader.language), self._clock()
        made_at, look = self._kept.get(key, (now, None))
        if look is None or (theme.snippets and now > made_at + TEXTS_KEPT):
            if len(self._kept) >= _LOOKS_KEPT:
                self._kept.clear()
            look = self._live(theme, reader)
            self._kept[key] = (now, look)
        return look

    def preview(self, edition: Edition, reader: Reader) -> Themed:
        """Return the look of a revision for its editors: of a page that fails, the fault is raised."""
        midtown = self._with_values(
            edition.content.base, edition.values, reader, partial(edition.address, urls=reader.urls)
        )

        settings = self._offered(edition, reader)

        def written(entry: str, names: Mapping[str, Any], times: Times, says: Speech) -> tuple[str, str] | None:
            own = {**names, "settings": settings}
            return edition.written(entry, own, times, says) if entry in edition.pages else None

        return Themed(edition.name, edition.name if edition.styled else "", midtown, edition.files, written)

    def properties(self, settings: PortalSettings, edition: Edition | None) -> str:
        """Return settings as custom properties: of a revision, or of Midtown with those that the live theme set.

        Pages of a theme from before have parts that are Midtown's newest, and these read the newest's properties.
        """
        from chalicelib.themes.palette import properties

        live, brand = settings.theme, {"brand": settings.colour}
        if edition is None:
            values = self._migrated(live.base, json.loads(live.values)) if live else {}
            return properties(self._manifest, sound(self._manifest, {**values, **brand}))
        own = edition.values | (brand if live and live.name == edition.name else {})
        if edition.manifest == self._manifest:
            return properties(self._manifest, own)
        values = self._migrated(edition.content.base, own)
        return properties(edition.manifest, own) + properties(self._manifest, sound(self._manifest, values))

    # one look

    def _live(self, theme: LiveTheme, reader: Reader) -> Themed:
        values = {**json.loads(theme.values), "brand": reader.settings.colour}
        midtown = self._with_values(theme.base, values, reader, reader.urls.theme_asset)
        settings = cache(partial(self._offered, reader=reader))

        def written(entry: str, names: Mapping[str, Any], times: Times, says: Speech) -> tuple[str, str] | None:
            if entry in theme.pages:
                with self.failures.watched(theme, entry):
                    edition = self.editions.get(theme.id, theme.number)
                    if edition is not None:
                        return edition.written(entry, {**names, "settings": settings(edition)}, times, says)
            return None

        return Themed(theme.name, theme.name if theme.styled else "", midtown, theme.covered, written)

    # settings

    def _offered(self, edition: Edition, reader: Reader) -> Mapping[str, Any]:
        """Return the settings of a revision as its own pages read them."""
        snippet, picture = partial(self._said, reader=reader), partial(edition.address, urls=reader.urls)
        return offered(edition.manifest, edition.values, snippet, picture)

    @Once
    def _newest(self) -> str:
        return self._midtowns.newest

    @Once
    def _manifest(self) -> Manifest:
        from chalicelib.themes.manifest import read

        return read(self._midtowns.files(self._newest)[MANIFEST])[0]

    def _with_values(
        self, base: str, values: Mapping[str, Any], reader: Reader, picture: Callable[[str], str]
    ) -> Midtown:
        """Return Midtown with settings that a theme made from version ``base`` gave values."""
        found = sound(self._manifest, self._migrated(base, values))
        return Midtown(offered(self._manifest, found, partial(self._said, reader=reader), picture))

    def _migrated(self, base: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
        """Return values by the names that the newest version has for them."""
        if base == self._newest:
            return values
        from chalicelib.themes.migrations import migrate

        return migrate(values, base, self._newest)[0]
