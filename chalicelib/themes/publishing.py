"""What publishing makes of a theme: what every page must know, what the portal's settings take over, what is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from chalicelib.audit.model import differences
from chalicelib.portal.model import LiveTheme, Picture, PortalSettings
from chalicelib.portal.store import told as portal_told
from chalicelib.records import dataclass
from chalicelib.themes.assets import file_name
from chalicelib.themes.bounds import values_json
from chalicelib.themes.manifest import read
from chalicelib.themes.migrations import migrate
from chalicelib.themes.model import ERROR, MANIFEST, Content, Problem
from chalicelib.themes.pages import ENTRIES
from chalicelib.themes.refusals import ThemeRefused
from chalicelib.themes.values import clean, complete

if TYPE_CHECKING:
    from chalicelib.themes.editions import Edition

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


def faults(edition: Edition) -> list[Problem]:
    """Return the errors in a theme's settings, which pages read that have no other check."""
    manifest, found = read(edition.files[MANIFEST])
    _, values = clean(manifest, edition.content.values)
    return [one for one in (*found, *values) if one.level == ERROR]


def live(edition: Edition, theme_id: str, number: int) -> LiveTheme:
    """Return what every page must know of a revision."""
    content, kinds = edition.content, {one.key: one.kind for one in edition.manifest.settings()}
    values = {
        key: _in_addresses(content, value) if kinds[key] == "image" else value for key, value in edition.values.items()
    }
    return LiveTheme(
        id=theme_id,
        number=number,
        base=content.base,
        pages=edition.pages,
        covered=tuple(one for one in ENTRIES if one in edition.files),
        styled=edition.styled,
        values=values_json(values),
        snippets=tuple(sorted({value for key, value in values.items() if kinds[key] == "snippet" and value})),
    )


def brand(edition: Edition, newest: str) -> Brand:
    """Return what the settings take over: what is not set has its default, and settings of old bases their new name."""
    values: Mapping[str, Any] = complete(edition.manifest, edition.values)
    if edition.content.base != newest:
        values, _ = migrate(values, edition.content.base, newest)
    settings = {name: values[key] for key, name in (("brand", "colour"), ("welcome", "welcome")) if key in values}
    if "logo" not in values:
        return Brand(settings, None)
    asset = edition.content.assets.get(values["logo"])
    return Brand(settings, Picture(asset.sha256, asset.type) if asset else "")


def _in_addresses(content: Content, name: str) -> str:
    found = content.assets.get(name)
    return file_name(found.sha256, found.type) if found else ""


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
