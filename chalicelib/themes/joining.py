"""Joins what two editors made of one revision, so that the second to save loses nothing and overwrites nothing.

A file that one of them changed is theirs; where both changed it, the changes are merged like those of an upgrade, and
what is in conflict waits for a choice. Settings and pictures are joined one by one, and where both changed the same,
yours is taken. Nothing is stored here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from chalicelib.records import dataclass, replace
from chalicelib.themes.bases import Bases
from chalicelib.themes.merge import Choice, merge
from chalicelib.themes.merge import settled as settled_text
from chalicelib.themes.model import Content
from chalicelib.themes.upgrade import FileUpgrade, Outcome, refuse_unsettled

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Joined:
    """What becomes of the files that either of two editors changed, by name.

    A file FOLLOWS where it is as they saved it, and is KEPT where it is as yours; a text that is None is a file that
    was taken away. ``theirs`` is what they saved, with your settings and pictures in it.
    """

    theirs: Content
    files: Mapping[str, FileUpgrade]
    midtown: Mapping[str, str]


def join(common: Content, yours: Content, theirs: Content, bases: Bases) -> Joined:
    """Return what your changes and theirs to a revision are together; ``common`` is what both began with.

    They may have upgraded it meanwhile: the result is made from the version of Midtown that theirs has.
    """
    was, mine, now = ({**bases.files(one.base), **one.files} for one in (common, yours, theirs))
    files = {
        name: file
        for name in sorted({*was, *mine, *now})
        if (file := _file(name, was.get(name), mine.get(name), now.get(name)))
    }
    values: dict[str, Any] = _each(common.values, yours.values, theirs.values)
    assets = _each(common.assets, yours.assets, theirs.assets)
    return Joined(replace(theirs, values=values, assets=assets), files, bases.files(theirs.base))


def settled(joined: Joined, choices: Mapping[str, Sequence[Choice]]) -> Content:
    """Return the joined content; ``choices`` has those of each file with conflicts, in their order.

    Raises ``ValueError`` where ``unsettled`` of ``upgrade.py`` has something to say.
    """
    refuse_unsettled(joined, choices)
    texts = dict(joined.theirs.files)
    for name, file in joined.files.items():
        text = file.theirs if file.outcome is Outcome.FOLLOWS else file.yours
        if file.merged:
            text = settled_text(file.merged, choices.get(name, ()))
        if text is None or text == joined.midtown.get(name):
            texts.pop(name, None)
        else:
            texts[name] = text
    origins = {name: joined.midtown[name] for name in texts if name in joined.midtown}
    return replace(joined.theirs, files=texts, origins=origins)


def _file(name: str, was: str | None, yours: str | None, theirs: str | None) -> FileUpgrade | None:
    if yours == was:
        return None if theirs == was else FileUpgrade(name, Outcome.FOLLOWS, yours, theirs)
    if theirs == was or theirs is None:
        return FileUpgrade(name, Outcome.KEPT, yours, theirs)
    if yours is None or yours == theirs:
        return FileUpgrade(name, Outcome.FOLLOWS, yours, theirs)
    merged = merge(was or "", yours, theirs)
    return FileUpgrade(name, Outcome.MERGED if merged.clean else Outcome.CONFLICT, yours, theirs, merged)


def _each(was: Mapping[str, T], yours: Mapping[str, T], theirs: Mapping[str, T]) -> dict[str, T]:
    """Return of each key what you changed it to, else what it is for them."""
    keys = sorted({*yours, *theirs})
    found = {key: (theirs if yours.get(key) == was.get(key) else yours).get(key) for key in keys}
    return {key: value for key, value in found.items() if value is not None}
