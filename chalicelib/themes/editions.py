"""Revisions as a process keeps them: read once, their pages compiled when first asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from chalicelib.once import Once
from chalicelib.themes.assets import file_name
from chalicelib.themes.model import MANIFEST, STYLESHEET, Content
from chalicelib.themes.pages import customised
from chalicelib.themes.revisions import PUBLISHED

if TYPE_CHECKING:
    from chalicelib.rendering.filters import Times
    from chalicelib.speech import Speech
    from chalicelib.themes.bases import Bases
    from chalicelib.themes.manifest import Manifest
    from chalicelib.themes.sandbox import Compiled
    from chalicelib.themes.store import ThemeStore
    from chalicelib.urls import Urls

_KEPT = 4
"""Revisions that a process keeps: the live one, the one before, and what editors look at."""


class Edition:
    """A revision with everything that is made of it; nothing of it ever changes. ``files`` are all of its files.

    ``old`` tells that there is a newer version of Midtown than the one it was made from.
    """

    def __init__(self, name: str, content: Content, midtown: Mapping[str, str], *, old: bool = False) -> None:
        """Take what it is called in addresses, what it holds, and the files of its version of Midtown."""
        self.name, self.content, self.old = name, content, old
        self.files = {**midtown, **content.files}
        self._pages: dict[str, Compiled | Exception] = {}

    def with_content(self, content: Content) -> Edition:
        """Return it with another content of the same version of Midtown, for a look at what was typed."""
        return Edition(self.name, content, {**self.files, **self.content.origins}, old=self.old)

    @property
    def styled(self) -> bool:
        """Whether it has a stylesheet of its own."""
        return STYLESHEET in self.content.files

    @Once
    def pages(self) -> tuple[str, ...]:
        """The files of the pages that it renders itself."""
        return customised(self.files, self.content.files, old=self.old)

    @Once
    def manifest(self) -> Manifest:
        """Its settings."""
        from chalicelib.themes.manifest import read

        return read(self.files[MANIFEST])[0]

    @Once
    def values(self) -> dict[str, Any]:
        """What was set; what a setting cannot be, as a draft may have it, is left out."""
        from chalicelib.themes.values import sound

        return sound(self.manifest, self.content.values)

    @Once
    def stylesheet(self) -> str:
        """Its stylesheet as browsers get it from ``/theme/<name>/theme.css``; ValueError where that cannot be."""
        from chalicelib.themes.styles import written

        assets = self.content.assets.values()
        return written(
            self.files[STYLESHEET], {one.name: f"../assets/{file_name(one.sha256, one.type)}" for one in assets}
        )

    def address(self, asset: str, urls: Urls) -> str:
        """Return where a picture or font is, by its name in the theme; empty where it has none of this name."""
        found = self.content.assets.get(asset)
        return urls.theme_asset(file_name(found.sha256, found.type)) if found else ""

    def written(self, entry: str, names: Mapping[str, Any], times: Times, says: Speech) -> tuple[str, str]:
        """Return title and body of a page, both markup; raise what ``sandbox.py`` raises where that cannot be."""
        page = self._pages.get(entry) or self._compiled(entry)
        if isinstance(page, Exception):
            raise page
        return page.render(names, says, times)

    def _compiled(self, entry: str) -> Compiled | Exception:
        """Compile a page, or keep why that cannot be: a page that is broken may be asked for all the time."""
        from jinja2 import TemplateError

        from chalicelib.rendering.linking import NotLinked
        from chalicelib.themes.sandbox import NotAllowed, Sandbox

        try:
            made: Compiled | Exception = Sandbox().page(self.files, entry)
        except (TemplateError, NotLinked, NotAllowed) as error:
            made = error
        self._pages[entry] = made
        return made


class Editions:
    """Gives revisions, and keeps a few of them."""

    def __init__(self, store: ThemeStore, midtowns: Bases) -> None:
        """Take the store and the versions of Midtown."""
        self._store, self._midtowns = store, midtowns
        self._kept: dict[tuple[str, int], Edition] = {}

    def get(self, theme_id: str, number: int) -> Edition | None:
        """Return a revision, whether or not it was published, or None."""
        key = (theme_id, number)
        found = self._kept.get(key) or self._read(theme_id, number)
        if found is not None:
            self._kept.pop(key, None)
            self._kept[key] = found  # the one that was asked for last is the last to go
            for old in list(self._kept)[:-_KEPT]:
                self._kept.pop(old, None)
        return found

    def published(self, theme_id: str, number: int) -> bool:
        """Tell whether a revision was ever what customers saw."""
        held = self._store.revision(theme_id, number)
        return held is not None and held.revision.kind == PUBLISHED

    def _read(self, theme_id: str, number: int) -> Edition | None:
        held = self._store.revision(theme_id, number)
        content = self._store.content(held) if held else None
        if content is None:
            return None
        midtowns = self._midtowns
        old = content.base != midtowns.newest
        return Edition(f"{theme_id}-{number}", content, midtowns.files(content.base), old=old)
