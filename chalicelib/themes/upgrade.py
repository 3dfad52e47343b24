"""Brings a theme from the version of Midtown it was made from to a newer one.

A file that nobody modified follows Midtown. One that only the theme changed is kept. Where both changed it, the changes
are merged, and what is in conflict waits for a choice. Nothing is stored here: ``plan`` says what would become of each
file, ``settled`` gives the new content.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any, Protocol

from chalicelib.records import dataclass, replace
from chalicelib.themes.bases import Bases, Change
from chalicelib.themes.merge import Choice, Lines, Merged, merge
from chalicelib.themes.merge import settled as settled_text
from chalicelib.themes.migrations import Note, migrate, old_names
from chalicelib.themes.model import ERROR, Content, Problem


class Outcome(StrEnum):
    """What becomes of a file."""

    FOLLOWS = "follows"
    """The theme has Midtown's text: it was not modified, or the same was done to both."""
    KEPT = "kept"
    """Only the theme changed it, or has it."""
    MERGED = "merged"
    """Both changed it, in different places."""
    CONFLICT = "conflict"
    """Both changed it in the same place, or both made a file of this name: a choice is needed."""
    NEW = "new"
    """Midtown's, and not in the version before."""
    GONE = "gone"
    """Midtown has it no longer, and the theme changed it: it stays, as a file of the theme's own."""


@dataclass(frozen=True, slots=True)
class FileUpgrade:
    """What becomes of one file.

    ``yours`` is the theme's text where it has one of its own, ``theirs`` the newer version's. ``merged`` is there where
    both changed the file.
    """

    name: str
    outcome: Outcome
    yours: str | None = None
    theirs: str | None = None
    merged: Merged | None = None

    @property
    def joined(self) -> tuple[Lines, ...]:
        """Midtown's lines that were put among the theme's, by their numbers in the merged text: what to look at."""
        return self.merged.joined if self.merged else ()


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What an upgrade does: to each file by name, and to the settings, whose new values are ``values``."""

    content: Content
    until: str
    files: Mapping[str, FileUpgrade]
    values: Mapping[str, Any]
    notes: tuple[Note, ...]
    changes: tuple[Change, ...]

    def of(self, outcome: Outcome) -> tuple[FileUpgrade, ...]:
        """Return the files with one outcome, in the order of their names."""
        return tuple(file for file in self.files.values() if file.outcome is outcome)


def plan(content: Content, bases: Bases, until: str) -> Upgrade:
    """Return what becomes of a theme when it is upgraded to a newer version of Midtown.

    Raises ``UnknownVersion`` for a version that is not here, and ``ValueError`` for one that is no newer.
    """
    if not bases.newer(until, content.base):
        raise ValueError(f"{until} is no newer than {content.base}")
    old, new = bases.files(content.base), bases.files(until)
    names = sorted({*new, *content.files})
    values, notes = migrate(content.values, content.base, until)
    return Upgrade(
        content,
        until,
        {name: _file(name, content.files.get(name), _origin(content, old, name), new.get(name)) for name in names},
        values,
        notes,
        bases.changes(content.base, until),
    )


def _origin(content: Content, old: Mapping[str, str], name: str) -> str | None:
    """Return the text of Midtown that a file was made from."""
    return content.origins.get(name, old.get(name))


def _file(name: str, yours: str | None, origin: str | None, theirs: str | None) -> FileUpgrade:
    if yours is None:
        return FileUpgrade(name, Outcome.NEW if origin is None else Outcome.FOLLOWS, None, theirs)
    if theirs is None:
        return FileUpgrade(name, Outcome.KEPT if origin is None else Outcome.GONE, yours)
    if theirs in (yours, origin):
        return FileUpgrade(name, Outcome.FOLLOWS if yours == theirs else Outcome.KEPT, yours, theirs)
    if yours == origin:
        return FileUpgrade(name, Outcome.FOLLOWS, yours, theirs)
    merged = merge(origin or "", yours, theirs)
    if not merged.clean:
        return FileUpgrade(name, Outcome.CONFLICT, yours, theirs, merged)
    outcome = Outcome.FOLLOWS if merged.text == theirs else Outcome.MERGED
    return FileUpgrade(name, outcome, yours, theirs, merged)


class Planned(Protocol):
    """Something that says what becomes of files, some of which wait for choices."""

    @property
    def files(self) -> Mapping[str, FileUpgrade]:
        """What becomes of each file, by name."""
        ...


def unsettled(planned: Planned, choices: Mapping[str, Sequence[Choice]]) -> list[Problem]:
    """Return the files that need more choices, or have too many, each as a problem; none when all is settled."""
    found = []
    for name in sorted({*planned.files, *choices}):
        needed = _conflicts(planned.files.get(name))
        given = len(choices.get(name, ()))
        if needed > given:
            some = "one conflict" if needed - given == 1 else f"{needed - given} conflicts"
            sentence = f"Choose what to keep: {some} of {name} must be settled first."
            found.append(Problem(name, 0, 0, "conflict", sentence, ERROR))
        elif needed < given:
            sentence = f"The choices for {name} do not fit its conflicts. Open the upgrade again."
            found.append(Problem(name, 0, 0, "conflict", sentence, ERROR))
    return found


def _conflicts(file: FileUpgrade | None) -> int:
    return len(file.merged.conflicts) if file and file.merged else 0


def refuse_unsettled(planned: Planned, choices: Mapping[str, Sequence[Choice]]) -> None:
    """Raise ``ValueError`` where :func:`unsettled` has something to say."""
    wrong = unsettled(planned, choices)
    if wrong:
        raise ValueError(" ".join(one.sentence for one in wrong))


def settled(upgrade: Upgrade, choices: Mapping[str, Sequence[Choice]]) -> Content:
    """Return the upgraded content; ``choices`` has those of each file with conflicts, in their order.

    Raises ``ValueError`` where :func:`unsettled` has something to say.
    """
    refuse_unsettled(upgrade, choices)
    files, origins = {}, {}
    for name, file in upgrade.files.items():
        text = _text(file, choices.get(name, ()))
        if text is None or text == file.theirs:
            continue
        files[name] = text
        if file.theirs is not None:
            origins[name] = file.theirs
    return replace(upgrade.content, base=upgrade.until, files=files, origins=origins, values=upgrade.values)


def _text(file: FileUpgrade, choices: Sequence[Choice]) -> str | None:
    """Return the theme's own text of a file after the upgrade; None where it follows Midtown."""
    if file.outcome in (Outcome.FOLLOWS, Outcome.NEW):
        return None
    return settled_text(file.merged, choices) if file.merged else file.yours


def to_look_at(upgrade: Upgrade, content: Content) -> list[Problem]:
    """Return where the upgraded content still uses a setting by its old name."""
    return old_names(content.files, upgrade.content.base, upgrade.until)
