"""The versions of Midtown: their files, and what changed from one to the next.

``templates/themes/midtown/`` is the newest, ``templates/themes/midtown-<version>/`` an older one, kept for themes that
were made from it. ``templates/themes/changes.json`` lists them, newest first, each with its date, what theme makers
should know of it, and its lock: the SHA-256 of every file. A version that was released never changes again;
``python -m tools.themes`` writes locks, and ``tests/themes/test_versions_of_midtown.py`` holds them.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from chalicelib.records import dataclass

NEWEST: Final = "midtown"
CHANGES: Final = "changes.json"


class UnknownVersion(LookupError):
    """There is no such version of Midtown here."""


@dataclass(frozen=True, slots=True)
class Change:
    """A version of Midtown, its day, and sentences for theme makers on what is new in it."""

    version: str
    date: date
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Version:
    """An entry of the change list. ``lock`` has SHA-256 in hexadecimal by file; it is empty while there is none."""

    change: Change
    released: bool
    lock: Mapping[str, str]


class Bases:
    """The versions of Midtown in a folder. The change list is read at once, files when they are first asked for."""

    def __init__(self, root: Path) -> None:
        """Take the folder that holds ``changes.json``."""
        self._root = root
        self._files: dict[str, Mapping[str, str]] = {}
        listed = json.loads((root / CHANGES).read_text("utf-8"))["versions"]
        self.versions: Final = {entry.change.version: entry for entry in map(_version, listed)}
        """Every version by its number, newest first."""

    @property
    def newest(self) -> str:
        """The version that themes are made from."""
        return next(iter(self.versions))

    def known(self) -> tuple[str, ...]:
        """Return every version, newest first."""
        return tuple(self.versions)

    def folder(self, version: str) -> Path:
        """Return where a version's files are."""
        if version not in self.versions:
            raise UnknownVersion(version)
        return self._root / (NEWEST if version == self.newest else f"{NEWEST}-{version}")

    def files(self, version: str) -> Mapping[str, str]:
        """Return the texts of a version by name: templates, ``theme.css`` and ``manifest.json``."""
        if version not in self._files:
            folder = self.folder(version)
            self._files[version] = {
                path.relative_to(folder).as_posix(): path.read_bytes().decode("utf-8")
                for path in sorted(folder.rglob("*"))
                if path.is_file()
            }
        return self._files[version]

    def newer(self, version: str, than: str) -> bool:
        """Tell whether one version came after another."""
        for one in (version, than):
            if one not in self.versions:
                raise UnknownVersion(one)
        return numbers(version) > numbers(than)

    def changes(self, since: str, until: str) -> tuple[Change, ...]:
        """Return what changed after ``since``, up to and with ``until``, newest first."""
        known = self.known()
        self.newer(until, since)
        return tuple(self.versions[version].change for version in known[known.index(until) : known.index(since)])


def numbers(version: str) -> tuple[int, ...]:
    """Return a version as something to compare: 1.0.20 is newer than 1.0.9."""
    return tuple(int(part) for part in version.split("."))


def lock_of(files: Mapping[str, str]) -> dict[str, str]:
    """Return the SHA-256 of each file in hexadecimal, by name in order."""
    return {name: sha256(files[name].encode("utf-8")).hexdigest() for name in sorted(files)}


def _version(entry: Mapping[str, Any]) -> Version:
    change = Change(entry["version"], date.fromisoformat(entry["date"]), tuple(entry["changes"]))
    return Version(change, entry["released"], entry["lock"])
