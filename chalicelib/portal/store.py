"""The portal's settings as one item, read together with every request's session."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from typing import Any

from chalicelib.aws import keys
from chalicelib.aws.table import Delete, Item, Later, Put, Reads, Refused, Table, Write
from chalicelib.portal.model import PortalSettings, check, check_logo
from chalicelib.refusals import ChangedMeanwhile


class Portal:
    """Reads and writes the settings."""

    def __init__(self, table: Table) -> None:
        """Take the table."""
        self._table = table

    def later(self, reads: Reads) -> Later[PortalSettings]:
        """Read the settings together with other items."""
        return reads.want(keys.portal(), _settings)

    def get(self, *, consistent: bool = False) -> PortalSettings:
        """Return the settings; the defaults where nobody has set anything."""
        return _settings(self._table.get(keys.portal(), consistent=consistent))

    def logo(self) -> str:
        """Return the logo as SVG text, empty where there is none."""
        item = self._table.get(keys.portal_logo())
        return str(item["svg"]) if item else ""

    def change(self, *, logo: str | None = None, **changes: Any) -> PortalSettings:  # noqa: ANN401 - each field's type
        """Change some settings and return them all; refuse what cannot be, and a change that came in between.

        ``logo`` is SVG text, empty to have none, None to leave it as it is.
        """
        before = self.get(consistent=True)
        writes: list[Write] = []
        if logo is not None:
            changes["has_logo"] = bool(check_logo(logo))
            writes.append(Put(keys.portal_logo(), {"svg": logo}) if logo else Delete(keys.portal_logo()))
        after = check(replace(before, **changes, version=before.version + 1))
        unchanged = ("version", "=", before.version) if before.version else ("pk", "absent", None)
        try:
            self._table.transact([Put(keys.portal(), asdict(after), when=[unchanged]), *writes])
        except Refused as refused:
            raise ChangedMeanwhile from refused
        return after


_FIELDS = tuple(one.name for one in fields(PortalSettings))


def _settings(item: Item | None) -> PortalSettings:
    if item is None:
        return PortalSettings()
    return PortalSettings(**{name: item[name] for name in _FIELDS if name in item})
