"""Joins what was changed in a theme's folder with what was saved on the portal since the folder was pulled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeVar

from chalicelib.themes.merge import MARK_THEIRS, MARK_YOURS, marked, merge, settled
from tools.theme_folder import Held

T = TypeVar("T")


@dataclass(frozen=True)
class Joined:
    """The joined theme; ``conflicts`` says, a line each, what somebody must look at."""

    held: Held
    conflicts: tuple[str, ...]


def join(common: Held, mine: Held, theirs: Held, revision: int) -> Joined:
    """Return what your changes to ``common`` and theirs, which are ``revision``, are together."""
    files, said = _texts(common.files, mine.files, theirs.files, revision)
    settings, both_set = _each(common.settings, mine.settings, theirs.settings)
    assets, both_put = _each(common.assets, mine.assets, theirs.assets)
    said += [_kept(f"settings.json: {key}") for key in both_set] + [_kept(name) for name in both_put]
    return Joined(Held(files, settings, assets), tuple(said))


def unsettled(files: Mapping[str, str]) -> list[str]:
    """Return where files still have conflict markers, as command lines print such things."""
    return [
        f"{name}:{number}:1: conflict: Settle this conflict: keep what you want, and remove the lines around it."
        for name, text in files.items()
        for number, line in enumerate(text.split("\n"), start=1)
        if line.startswith((MARK_YOURS, f"{MARK_THEIRS} "))
    ]


def _texts(
    was: Mapping[str, str], mine: Mapping[str, str], theirs: Mapping[str, str], revision: int
) -> tuple[dict[str, str], list[str]]:
    joined, both = _each(was, mine, theirs)
    said = []
    for name in both:
        if name not in mine or name not in theirs:
            said.append(_kept(name))
            continue
        merged = merge(was.get(name, ""), mine[name], theirs[name])
        joined[name] = settled(merged, marked(merged, f"revision {revision}"))
        if merged.conflicts:
            said.append(f"{name}: {len(merged.conflicts)} in conflict, between {MARK_YOURS} and {MARK_THEIRS}")
    return joined, said


def _kept(what: str) -> str:
    return f"{what}: changed on both sides; yours is kept"


def _each(was: Mapping[str, T], mine: Mapping[str, T], theirs: Mapping[str, T]) -> tuple[dict[str, T], list[str]]:
    """Return of each name what either side changed it to, and the names that both changed, where yours is taken."""
    joined: dict[str, T] = {}
    both: list[str] = []
    for name in sorted({*mine, *theirs}):
        old, my, their = was.get(name), mine.get(name), theirs.get(name)
        taken = their if my == old else my
        if taken is not None:
            joined[name] = taken
        if my != their and old not in (my, their):
            both.append(name)
    return joined, both
