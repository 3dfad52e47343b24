"""Time zones: all of them from the database of the locked package ``tzdata``, whatever the machine has.

``zoneinfo`` reads the system's database first. Where that is older than the locked one, times are an hour off in each
country that has changed its clocks since. Nothing else in the product makes a zone.
"""

from __future__ import annotations

from datetime import tzinfo
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import tzdata

RULES = tzdata.IANA_VERSION
"""The release of the database, such as ``2026f``. Source: iana.org/time-zones."""

_FOLDER = Path(tzdata.__file__).parent


@cache
def names() -> frozenset[str]:
    """The names of all zones, such as ``Europe/Berlin``, with those that the database keeps for others."""
    return frozenset((_FOLDER / "zones").read_text(encoding="ascii").split())


def zone(*wanted: str) -> tzinfo:
    """Return the zone of the first name that the database has; without one, UTC."""
    return _read(next((one for one in wanted if one in names()), "UTC"))


@cache
def _read(name: str) -> tzinfo:
    with (_FOLDER / "zoneinfo" / name).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)
