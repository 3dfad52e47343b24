"""The portal's settings as one item, read together with every request's session."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from typing import Any

from chalicelib.aws import keys
from chalicelib.aws.table import Item, Later, Put, Reads, Refused, Table
from chalicelib.portal.model import PortalSettings, check
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

    def change(self, **changes: Any) -> PortalSettings:  # noqa: ANN401 - one value of each field's own type
        """Change some settings and return them all; refuse what cannot be, and a change that came in between."""
        before = self.get(consistent=True)
        after = check(replace(before, **changes, version=before.version + 1))
        unchanged = ("version", "=", before.version) if before.version else ("pk", "absent", None)
        try:
            self._table.write(Put(keys.portal(), asdict(after), when=[unchanged]))
        except Refused as refused:
            raise ChangedMeanwhile from refused
        return after


_FIELDS = tuple(one.name for one in fields(PortalSettings))


def _settings(item: Item | None) -> PortalSettings:
    if item is None:
        return PortalSettings()
    return PortalSettings(**{name: item[name] for name in _FIELDS if name in item})
