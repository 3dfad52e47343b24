"""Settings of Midtown that got another name or another type, a step each, so that no theme loses what was set."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from chalicelib.records import dataclass
from chalicelib.themes.bases import numbers
from chalicelib.themes.model import WARNING, Problem


@dataclass(frozen=True, slots=True)
class Step:
    """A setting that has been called ``new`` since ``version``, and ``old`` before.

    ``to`` makes the new value from the old one and raises ``TypeError`` or ``ValueError`` where it cannot;
    ``sentence`` says what is different, for people. ``css`` is what to write in stylesheets in place of the custom
    property that the old one was, as ``--old --new``; empty where it was none.
    """

    version: str
    old: str
    new: str
    to: Callable[[object], object]
    sentence: str
    css: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """What became of a value, for people; ``key`` is the setting it has now, empty where it was dropped."""

    key: str
    sentence: str


def _same(value: object) -> object:
    return value


def _corners(rounded: object) -> str:
    """Return the corners that a theme with this switch had."""
    if not isinstance(rounded, bool):
        raise TypeError(f"{rounded!r} is no switch")
    return "soft" if rounded else "square"


_BRAND: Final = "The colour “accent” is now called “brand”."
_BRAND_INK: Final = "The colour “accent_ink” is now called “brand_ink”."
_CORNERS: Final = "The switch “rounded” is now the choice “corners”."
STEPS: Final = (
    Step("1.0.20", "accent", "brand", _same, _BRAND, css="--accent --fill"),
    Step("1.0.20", "accent_ink", "brand_ink", _same, _BRAND_INK, css="--accent-ink --fill-ink"),
    Step("1.0.20", "rounded", "corners", _corners, _CORNERS),
)
"""Every change of a setting's name or type, oldest first."""


def migrate(
    values: Mapping[str, Any], since: str, until: str, steps: Sequence[Step] = STEPS
) -> tuple[dict[str, Any], tuple[Note, ...]]:
    """Return a theme's values under the names and types of a newer version of Midtown, and what was done."""
    moved = dict(values)
    notes = [_taken(moved, step) for step in _between(steps, since, until) if step.old in moved]
    return moved, tuple(notes)


def _between(steps: Sequence[Step], since: str, until: str) -> list[Step]:
    return [step for step in steps if numbers(since) < numbers(step.version) <= numbers(until)]


def _taken(values: dict[str, Any], step: Step) -> Note:
    """Take one step on the values themselves."""
    value = values.pop(step.old)
    if step.new in values:
        return Note("", f"{step.sentence} Both were set, so “{step.old}” was dropped.")
    try:
        values[step.new] = step.to(value)
    except (TypeError, ValueError):
        return Note("", f"{step.sentence} What was set could not be carried over. Set it again.")
    return Note(step.new, f"{step.sentence} What you set is kept.")


def old_names(files: Mapping[str, str], since: str, until: str, steps: Sequence[Step] = STEPS) -> list[Problem]:
    """Return where files of a theme still use a setting by the name that it had in ``since``."""
    return [
        Problem(name, line, column, "renamed-setting", f"{step.sentence} Write “{written}” here.", WARNING)
        for step in _between(steps, since, until)
        if step.new != step.old
        for name in sorted(files)
        for line, column, written in _uses(name, files[name], step)
    ]


def _uses(name: str, text: str, step: Step) -> Iterator[tuple[int, int, str]]:
    """Yield line, column and what to write instead."""
    if name.endswith(".html"):
        pattern, written = rf"\bsettings\s*\.\s*{step.old}\b", f"settings.{step.new}"
    elif name.endswith(".css") and step.css:
        old, written = step.css.split()
        pattern = rf"(?<![\w-]){old}(?![\w-])"
    else:
        return
    for number, line in enumerate(text.split("\n"), start=1):
        for found in re.finditer(pattern, line):
            yield number, found.start() + 1, written
