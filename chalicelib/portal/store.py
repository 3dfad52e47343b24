"""The portal's settings as one item, read together with every request's session."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.audit.model import OPERATOR, Author, Change, differences
from chalicelib.aws import keys
from chalicelib.aws.items import Item
from chalicelib.aws.table import Check, Delete, Later, Put, Reads, Refused, Table, Write
from chalicelib.portal.model import LiveTheme, Picture, PortalSettings, check, with_changes
from chalicelib.records import asdict, replace
from chalicelib.refusals import ChangedMeanwhile

if TYPE_CHECKING:
    from chalicelib.audit.store import Audit


class Portal:
    """Reads and writes the settings."""

    def __init__(self, table: Table, audit: Audit) -> None:
        """Take the table, and the audit log."""
        self._table, self._audit = table, audit

    def later(self, reads: Reads) -> Later[PortalSettings]:
        """Read the settings together with other items."""
        return reads.want(keys.portal(), _settings)

    def get(self, *, consistent: bool = False) -> PortalSettings:
        """Return the settings; the defaults where nobody has set anything."""
        return _settings(self._table.get(keys.portal(), consistent=consistent))

    def logo(self) -> str:
        """Return the logo as SVG text, empty where there is none or it is a picture of a theme."""
        found = self.shown_logo()
        return found if isinstance(found, str) else ""

    def shown_logo(self) -> str | Picture:
        """Return the logo: SVG text, empty where there is none, or a picture of a theme."""
        # As it is now: caches keep it for a year as that of the settings' newest version.
        item = self._table.get(keys.portal_logo(), consistent=True)
        if item and "sha256" in item:
            return Picture(item["sha256"], item["type"])
        return str(item["svg"]) if item else ""

    def change(
        self,
        *,
        author: Author = OPERATOR,
        version: int | None = None,
        logo: str | None = None,
        **changes: object,
    ) -> PortalSettings:
        """Change some settings and return them all; refuse what cannot be, and a change that came in between.

        ``version`` is that of the settings the author saw, None where it does not matter. ``logo`` is SVG text, empty
        to have none, None to leave it as it is. What is as it was already is no change, and not on record as one.
        """
        before = self.get(consistent=True)
        if version is not None and version != before.version:
            raise ChangedMeanwhile
        after, writes = self.changed(before, logo, **changes)
        if after == before:
            return before
        old, new = told(before, after)
        if before.logo_mark != after.logo_mark or before.has_logo != after.has_logo:
            new["logo"] = "replaced" if logo else "removed"
        try:
            self._audit.commit(writes, Change(author, "portal:change", "Portal settings", old, new))
        except Refused as refused:
            raise ChangedMeanwhile from refused
        return after

    def changed(
        self, before: PortalSettings, logo: str | Picture | None = None, **changes: object
    ) -> tuple[PortalSettings, list[Write]]:
        """Return settings with some changed, and the writes that make them so while they are as ``before``.

        Refuse what cannot be. Where nothing changes there is nothing to write.
        """
        writes: list[Write] = []
        if isinstance(logo, Picture):
            changes["has_logo"], changes["logo_mark"] = True, logo.mark
            writes.append(Put(keys.portal_logo(), asdict(logo)))
        elif logo is not None:
            from chalicelib.portal.logo import check_logo, logo_mark

            changes["has_logo"], changes["logo_mark"] = bool(logo := check_logo(logo)), logo_mark(logo)
            writes.append(Put(keys.portal_logo(), {"svg": logo}) if logo else Delete(keys.portal_logo()))
        after = check(with_changes(before, changes))
        if after == before:
            return before, []
        after = replace(after, version=before.version + 1)
        unchanged = ("version", "=", before.version) if before.version else ("pk", "absent", None)
        return after, [Put(keys.portal(), asdict(after), when=[unchanged]), *writes]

    @staticmethod
    def unchanged(settings: PortalSettings) -> Check:
        """Return the condition that the settings are still as they were read."""
        version = settings.version
        return Check(keys.portal(), [("version", "=", version) if version else ("pk", "absent", None)])


def told(before: PortalSettings, after: PortalSettings) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what a change of the settings was, before and after, as the audit log keeps it."""
    return differences(_shown(before), _shown(after))


def _shown(settings: PortalSettings) -> dict[str, Any]:
    values = {name: value for name, value in asdict(settings).items() if name not in {"version", "logo_mark"}}
    theme = settings.theme
    return {**values, "theme": f"{theme.id}, revision {theme.number}" if theme else ""}


def _settings(item: Item | None) -> PortalSettings:
    if item is None:
        return PortalSettings()
    found = {name: item[name] for name in PortalSettings.__slots__ if name in item}
    for name in ("languages", "public_channels"):
        if name in found:
            found[name] = tuple(found[name])
    if found.get("theme"):
        found["theme"] = _theme(found["theme"])
    return PortalSettings(**found)


def _theme(item: Item) -> LiveTheme:
    found: dict[str, Any] = {name: item[name] for name in LiveTheme.__slots__ if name in item}
    found |= {name: tuple(value) for name, value in found.items() if isinstance(value, list)}
    return LiveTheme(**found)
