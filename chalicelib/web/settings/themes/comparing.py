"""What differs between two revisions of a theme: settings by their labels, files line by line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from chalicelib.knowledge.text_diff import compare
from chalicelib.themes.manifest import read
from chalicelib.themes.model import MANIFEST
from chalicelib.web.settings.themes.history_contexts import FileChange, ValueChange

if TYPE_CHECKING:
    from collections.abc import Container, Mapping

    from chalicelib.themes.model import Content


def values_changed(before: Content, after: Content, files: Mapping[str, str]) -> tuple[ValueChange, ...]:
    """Return the settings that differ; ``files`` are those of ``after``, whose manifest has the labels."""
    labels = {one.key: one.label for one in read(files[MANIFEST])[0].settings()}
    order = {key: place for place, key in enumerate(labels)}
    keys = sorted({*before.values, *after.values}, key=lambda key: (order.get(key, len(order)), key))
    return tuple(
        ValueChange(labels.get(key, key), said(before.values.get(key)), said(after.values.get(key)))
        for key in keys
        if before.values.get(key) != after.values.get(key)
    )


def files_changed(
    before: Mapping[str, str], after: Mapping[str, str], old: Content, new: Content
) -> tuple[FileChange, ...]:
    """Return the files that differ: ``before`` and ``after`` are all texts by name, of the two contents."""
    texts = [
        FileChange(name, _what(name, before, after), compare(before.get(name, ""), after.get(name, "")))
        for name in sorted({*before, *after})
        if before.get(name) != after.get(name)
    ]
    pictures = [
        FileChange(name, _what(name, old.assets, new.assets), ())
        for name in sorted({*old.assets, *new.assets})
        if old.assets.get(name) != new.assets.get(name)
    ]
    return (*texts, *pictures)


def said(value: object) -> str:
    """Return a value of a setting for people; empty where there is none."""
    if value is None or value == "":
        return ""
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        return f"{value:g}"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _what(name: str, before: Container[str], after: Container[str]) -> str:
    """Return what became of something by its name."""
    if name not in after:
        return "removed"
    return "changed" if name in before else "added"
