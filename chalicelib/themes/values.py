"""What the settings of a theme are set to: read from a form or JSON, compared with defaults, handed to templates."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final

from chalicelib.themes.language.types import FLAG, TEXT, URL, Many, Record, Type
from chalicelib.themes.manifest import Manifest
from chalicelib.themes.model import WARNING, Problem
from chalicelib.themes.settings import NotAValue, Setting, did_you_mean, parsed

PLACE: Final = "settings"
"""What the places of problems begin with: ``settings.brand``, ``settings.footer_links.2.url``. The rest is the name of
the field in a form."""
_SHOWN: Final = 80
"""Characters of an unknown key that are repeated."""


def clean(manifest: Manifest, raw: Mapping[str, object]) -> tuple[dict[str, Any], list[Problem]]:
    """Return the values that somebody typed, and what is wrong with them; what is wrong is kept as it was typed.

    ``raw`` has a value or text for each key; what is left out has its default, so a form sends ``off`` for a box that
    is not ticked. A list is a list of objects, or fields named ``key.0.label``, ``key.0.url`` and so on.
    """
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    rest = dict(raw)
    for setting in manifest.settings():
        given = _given(setting, rest)
        if given is None:
            values[setting.key] = setting.default
            continue
        try:
            values[setting.key] = parsed(setting, given)
        except NotAValue as wrong:
            values[setting.key] = given
            problems += [_problem(setting.key, place, sentence) for place, sentence in wrong.faults]
    return values, problems + [_unknown(manifest, key) for key in rest]


def differing(manifest: Manifest, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that differ from their defaults, which is what a revision keeps."""
    return {
        one.key: values[one.key] for one in manifest.settings() if one.key in values and values[one.key] != one.default
    }


def sound(manifest: Manifest, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the values that settings can have, as drafts have others, too; names of pictures are taken as they are."""
    made: dict[str, Any] = {}
    for one in manifest.settings():
        if one.key in values:
            with suppress(NotAValue):
                made[one.key] = values[one.key] if one.kind == "image" else parsed(one, values[one.key])
    return made


def complete(manifest: Manifest, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return a value for every setting: what a revision keeps, and the defaults."""
    return {one.key: values.get(one.key, one.default) for one in manifest.settings()}


def offered(
    manifest: Manifest, values: Mapping[str, Any], snippet: Callable[[str], str], picture: Callable[[str], str]
) -> dict[str, Any]:
    """Return what templates get as ``settings``, of the types of :func:`types`.

    ``snippet`` returns the text of a snippet in the reader's language, ``picture`` the address of a picture, both by
    name. Neither is asked for an empty name.
    """
    made: dict[str, Any] = {}
    for one in manifest.settings():
        value = values.get(one.key, one.default)
        if one.kind == "snippet":
            value = snippet(value) if value else ""
        elif one.kind == "image":
            value = picture(value) if value else ""
        elif one.kind == "size":
            value = f"{value:g}{one.unit}"
        made[one.key] = value
    return made


def types(manifest: Manifest) -> Record:
    """Return the types of what templates get as ``settings``."""
    return Record({one.key: _type(one) for one in manifest.settings()})


def _type(setting: Setting) -> Type:
    if setting.kind == "list":
        return Many(Record({one.key: _type(one) for one in setting.of}))
    return {"switch": FLAG, "link": URL, "image": URL}.get(setting.kind, TEXT)


def _given(setting: Setting, rest: dict[str, object]) -> object:
    """Take what was typed for a setting out of all that was typed; None where nothing was."""
    if setting.key in rest or setting.kind != "list":
        return rest.pop(setting.key, None)
    names = [name for name in rest if (found := _ROW.fullmatch(name)) and found["key"] == setting.key]
    if not names:
        return None
    rows: dict[int, dict[str, object]] = {}
    for name in names:
        if found := _ROW.fullmatch(name):
            rows.setdefault(int(found["at"]), {})[found["field"]] = rest.pop(name)
    return [rows.get(at, {}) for at in range(max(rows) + 1)]


_ROW: Final = re.compile(r"(?P<key>[a-z0-9_]+)\.(?P<at>[0-9]{1,2})\.(?P<field>[a-z0-9_]+)")
"""The name of a field of a row; rows count from 0."""


def _problem(key: str, place: str, sentence: str) -> Problem:
    return Problem(".".join(filter(None, (PLACE, key, place))), 0, 0, "value", sentence)


def _unknown(manifest: Manifest, key: str) -> Problem:
    also = did_you_mean(key, [one.key for one in manifest.settings()])
    place = f"{PLACE}.{key[:_SHOWN]}"
    return Problem(place, 0, 0, "unknown", f"This theme has no such setting; it is left out.{also}", WARNING)
