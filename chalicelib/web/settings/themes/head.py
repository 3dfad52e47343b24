"""The head that all pages of a theme share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.web.settings.themes.value_contexts import ThemeHead

if TYPE_CHECKING:
    from chalicelib.web.visit import Visit


def head(visit: Visit, theme_id: str, tab: str) -> ThemeHead:
    """Return the head. That this member edits the theme is noted where something is sent: looking changes nothing."""
    themes = visit.house.themes
    theme, member = themes.get(theme_id), visit.member(None)
    newest = themes.bases.newest
    return ThemeHead(
        id=theme.id,
        label=theme.label,
        base=theme.base,
        changed=len(theme.changed),
        live=theme.live,
        tab=tab,
        others=tuple(one.name for one in themes.editors(theme_id, member)),
        upgrade=newest if theme.base != newest else "",
    )
