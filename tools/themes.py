"""``python -m tools.themes``: locks a version of Midtown, marks it as released, begins the next one.

A theme that people made from a version is merged with that version's texts for as long as it exists, so a released one
never changes. ``lock`` writes the SHA-256 of every file of what is not released into the change list, ``release`` does
so for good, and ``begin 1.0.21`` keeps a copy of the released files and opens an entry for the next version.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from chalicelib.themes.bases import CHANGES, NEWEST, Bases, lock_of, numbers
from chalicelib.themes.model import MANIFEST, STYLESHEET, TEMPLATE

ROOT = Path(__file__).resolve().parent.parent / "templates" / "themes"
VERSION = re.compile(r"\d{1,4}\.\d{1,4}\.\d{1,4}")


class CannotLock(Exception):
    """The change list stays as it is, for a reason."""


def main() -> int:
    """Do what the command line says; return the exit status."""
    parser = argparse.ArgumentParser(description="The versions of Midtown.")
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("lock", help="write the locks of what is not released yet")
    commands.add_parser("release", help="lock it for good, with today's date")
    commands.add_parser("begin", help="begin the next version").add_argument("version")
    chosen = parser.parse_args()
    try:
        if chosen.command == "begin":
            print(begin(ROOT, chosen.version))
        else:
            print(lock(ROOT, released=chosen.command == "release"))
    except CannotLock as error:
        print(error, file=sys.stderr)
        return 1
    return 0


def lock(root: Path, *, released: bool = False) -> str:
    """Write the locks of what is not released in a folder, and whether it is now; return what to say."""
    bases = Bases(root)
    newest = bases.newest
    if bases.versions[newest].released:
        raise CannotLock(f"{newest} is released and does not change. Begin the next: python -m tools.themes begin …")
    entries = _entries(root)
    if released and not entries[0]["changes"]:
        raise CannotLock(f"Say first in {CHANGES} what is new in {newest}.")
    if released:
        entries[0]["date"] = _today()
    locked = [entry for entry in entries if not entry["released"]]
    for entry in locked:
        entry |= {"lock": lock_of(bases.files(entry["version"])), "released": released}
    _write(root, entries)
    return f"{'Released' if released else 'Locked'}: {', '.join(entry['version'] for entry in locked)}."


def begin(root: Path, version: str) -> str:
    """Keep a copy of the newest version, which is released, under its number, and begin the next; say so."""
    bases = Bases(root)
    before = bases.newest
    if not bases.versions[before].released:
        raise CannotLock(f"{before} is not released yet: change it, and lock it again.")
    if not VERSION.fullmatch(version) or numbers(version) <= numbers(before):
        raise CannotLock(f"“{version}” is no version after {before}.")
    wrong = differences(bases, before)
    if wrong:
        raise CannotLock("\n".join(wrong))
    shutil.copytree(root / NEWEST, root / f"{NEWEST}-{before}")
    manifest = root / NEWEST / MANIFEST
    manifest.write_bytes(manifest.read_bytes().replace(f'"{before}"'.encode(), f'"{version}"'.encode(), 1))
    entry = {"version": version, "date": _today(), "released": False, "changes": [], "lock": {}}
    _write(root, [entry, *_entries(root)])
    return f"{version} has begun. Say in {CHANGES} what is new in it."


def differences(bases: Bases, version: str) -> list[str]:
    """Return sentences on what is not as a version was locked; none for one that was never locked."""
    entry = bases.versions[version]
    if not entry.lock and not entry.released:
        return []
    found = lock_of(bases.files(version))
    changed = sorted(name for name in {*found, *entry.lock} if found.get(name) != entry.lock.get(name))
    todo = "make a new version, with its entry" if entry.released else "python -m tools.themes lock"
    return [f"{version}: {name} is not as it was locked. To change it: {todo}." for name in changed]


def strangers(bases: Bases, version: str) -> list[str]:
    """Return the files of a version that no theme may have."""
    named = {STYLESHEET, MANIFEST}
    return [name for name in bases.files(version) if name not in named and not TEMPLATE.fullmatch(name)]


def _today() -> str:
    return datetime.now(tz=UTC).date().isoformat()


def _entries(root: Path) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = json.loads((root / CHANGES).read_text("utf-8"))["versions"]
    return entries


def _write(root: Path, entries: list[dict[str, Any]]) -> None:
    text = json.dumps({"versions": entries}, ensure_ascii=False, indent=2)
    (root / CHANGES).write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
