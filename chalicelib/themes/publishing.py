"""What publishing makes of a theme: what every page must know, what the portal's settings take over, what is told."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from chalicelib.audit.model import differences
from chalicelib.portal.model import LiveTheme, Picture, PortalSettings
from chalicelib.portal.store import told as portal_told
from chalicelib.records import dataclass
from chalicelib.refusals import ThemeRefused
from chalicelib.themes.bounds import values_json
from chalicelib.themes.migrations import migrate
from chalicelib.themes.model import ERROR, MANIFEST, STYLESHEET, Content, Problem
from chalicelib.themes.pages import ENTRIES, customised

_TOLD_PROBLEMS = 20
_TOLD_LENGTH = 200
"""Warnings that the audit log keeps, and characters of each."""


@dataclass(frozen=True, slots=True)
class Brand:
    """What the portal's settings take over from a theme: some of them by name, and the logo.

    ``logo`` is a picture, empty for none, or None where the theme says nothing of one.
    """

    settings: Mapping[str, Any]
    logo: str | Picture | None


def refuse(problems: Sequence[Problem], reason: str) -> None:
    """Refuse a theme with errors, and one with warnings where no reason is given to publish it all the same."""
    errors = [one for one in problems if one.level == ERROR]
    if errors:
        more = f" There are {len(errors) - 1} more errors." if len(errors) > 1 else ""
        raise ThemeRefused(f"This cannot be published. {errors[0].sentence}{more}", field=errors[0].file or None)
    if problems and not reason:
        raise ThemeRefused("The checks found something to look at. Give a reason to publish it anyway.", field="reason")


def live(theme_id: str, number: int, content: Content, files: Mapping[str, str]) -> LiveTheme:
    """Return what every page must know of a revision; ``files`` are all of its files."""
    kinds = _kinds(files[MANIFEST])
    snippets = {value for key, value in content.values.items() if kinds.get(key) == "snippet" and value}
    return LiveTheme(
        id=theme_id,
        number=number,
        base=content.base,
        pages=customised(files, content.files),
        covered=tuple(one for one in ENTRIES if one in files),
        styled=STYLESHEET in content.files,
        values=values_json(content.values),
        snippets=tuple(sorted(snippets)),
    )


def brand(content: Content, files: Mapping[str, str], newest: str) -> Brand:
    """Return what the settings take over: what is not set has its default, and settings of old bases their new name."""
    values = {**_defaults(files[MANIFEST]), **content.values}
    if content.base != newest:
        values, _ = migrate(values, content.base, newest)
    settings = {name: values[key] for key, name in (("brand", "colour"), ("welcome", "welcome")) if key in values}
    if "logo" not in values:
        return Brand(settings, None)
    asset = content.assets.get(values["logo"])
    return Brand(settings, Picture(asset.sha256, asset.type) if asset else "")


def told(before: Content, after: Content) -> dict[str, Any]:
    """Return what a draft changed, by name, for the audit log, which keeps no texts of themes."""
    changed = {
        "files": _changed(before.files, after.files),
        "settings": _changed(before.values, after.values),
        "pictures and fonts": _changed(before.assets, after.assets),
        "base": after.base if before.base != after.base else "",
    }
    return {name: value for name, value in changed.items() if value}


def told_of_settings(
    before: PortalSettings, after: PortalSettings, reason: str, problems: Iterable[Problem]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what became different for customers, and the warnings that were published with a reason."""
    old, new = portal_told(before, after)
    if before.logo_mark != after.logo_mark:
        new["logo"] = "replaced" if after.has_logo else "removed"
    warnings = [str(one)[:_TOLD_LENGTH] for one in problems][:_TOLD_PROBLEMS]
    return old, {**new, **({"reason": reason, "warnings": warnings} if warnings else {})}


def _changed(before: Mapping[str, object], after: Mapping[str, object]) -> list[str]:
    old, new = differences(before, after)
    return sorted({*old, *new})


def _settings(manifest: str) -> list[Mapping[str, Any]]:
    return [one for group in json.loads(manifest)["settings"] for one in group["settings"]]


def _defaults(manifest: str) -> dict[str, Any]:
    return {one["key"]: one["default"] for one in _settings(manifest)}


def _kinds(manifest: str) -> dict[str, str]:
    return {one["key"]: one["type"] for one in _settings(manifest)}
