"""Reads ``manifest.json``: the groups of settings that a theme has.

Midtown's manifest is trusted and belongs to its version. A theme may bring one of its own that has every setting of
its base as it is, and further ones of the same kinds whose keys begin with ``own_`` (:func:`additions`). So an upgrade
never meets a setting that means something else, and what the product reads by name is always there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from chalicelib.records import dataclass, replace
from chalicelib.themes.model import MANIFEST, MAX_FILE, MAX_SETTINGS, Problem
from chalicelib.themes.settings import KINDS, ROW_KINDS, Choice, NotAValue, Pair, Setting, did_you_mean, parsed

FORMAT: Final = 1
"""Of the file; another one is another way to read it."""
OWN: Final = "own_"
"""What the keys of settings begin with that a theme has added to its base's."""
_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,40}")
_PROPERTY: Final = re.compile(r"--[a-z][a-z0-9-]{0,40}")
_SET: Final = re.compile(r"[a-zA-Z0-9#%., -]{1,60}")
"""What a choice may set a property to: lengths, words and colours, nothing that loads or ends a declaration."""
_UNITS: Final = ("", "rem", "em", "px", "%")
_LINE: Final = 80
_HELP: Final = 200
_MOST_CHOICES: Final = 20
_HIGHEST: Final = 21
"""The contrast of black and white."""


@dataclass(frozen=True, slots=True)
class Group:
    """Settings that are shown together."""

    label: str
    settings: tuple[Setting, ...]


@dataclass(frozen=True, slots=True)
class Manifest:
    """What can be set; ``version`` is that of Midtown which it belongs to."""

    name: str
    version: str
    groups: tuple[Group, ...]

    def settings(self) -> Iterator[Setting]:
        """Yield all settings in their order."""
        for group in self.groups:
            yield from group.settings

    def find(self, key: str) -> Setting | None:
        """Return a setting by its key."""
        return next((one for one in self.settings() if one.key == key), None)


# reading


def read(text: str) -> tuple[Manifest, list[Problem]]:
    """Return a manifest and everything that is wrong with it; settings that are wrong are left out."""
    if len(text.encode("utf-8", "replace")) > MAX_FILE:
        return _nothing(f"A manifest has at most {MAX_FILE:,} bytes.", "size")
    try:
        content = json.loads(text)
    except json.JSONDecodeError as error:
        said = Problem(MANIFEST, error.lineno, error.colno, "syntax", f"This is not JSON: {error.msg}.")
        return Manifest("", "", ()), [said]
    except (RecursionError, ValueError):
        return _nothing("This is not JSON that can be read.", "syntax")
    if not isinstance(content, dict):
        return _nothing("A manifest is a JSON object with format, name, version and groups.", "syntax")
    reader = _Reader(text)
    return reader.manifest(content), reader.problems


def additions(base: Manifest, own: Manifest) -> list[Problem]:
    """Return what keeps a theme's own manifest from being its base's and something more."""
    problems = []
    for setting in base.settings():
        found = own.find(setting.key)
        if found != setting:
            what = "is missing" if found is None else "differs from Midtown's"
            sentence = f"The setting {setting.key} {what}. Copy it from Midtown {base.version}: it cannot be changed."
            problems.append(Problem(MANIFEST, 0, 0, "base", sentence))
    for setting in own.settings():
        if base.find(setting.key) is None and not setting.key.startswith(OWN):
            sentence = f"Midtown has no setting {setting.key}. The keys of a theme's own settings begin with {OWN}."
            problems.append(Problem(MANIFEST, 0, 0, "base", sentence))
    if (own.name, own.version) != (base.name, base.version):
        sentence = f"This manifest belongs to {own.name} {own.version}, and the theme is made from {base.version}."
        problems.append(Problem(MANIFEST, 0, 0, "base", sentence))
    return problems


def _nothing(sentence: str, kind: str) -> tuple[Manifest, list[Problem]]:
    return Manifest("", "", ()), [Problem(MANIFEST, 0, 0, kind, sentence)]


class _Reader:
    """Reads what JSON gave, and keeps what is wrong."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.problems: list[Problem] = []

    def manifest(self, content: Mapping[str, Any]) -> Manifest:
        self._only(content, {"format", "name", "version", "groups"}, "")
        if content.get("format") != FORMAT:
            self._tell("", f"The format of a manifest is {FORMAT}.")
        groups = tuple(self._group(one) for one in self._objects(content.get("groups"), "", "groups"))
        settings = [one for group in groups for one in group.settings]
        if len(settings) > MAX_SETTINGS:
            self._tell("", f"A theme has at most {MAX_SETTINGS} settings.")
        keys = [one.key for one in settings]
        for key in sorted({one for one in keys if keys.count(one) > 1}):
            self._tell(key, "Two settings have this key.")
        colours = {one.key for one in settings if one.kind == "colour"}
        for one in settings:
            for pair in one.contrast:
                if pair.against not in colours - {one.key}:
                    self._tell(one.key, f"There is no colour {pair.against} to compare with.")
        return Manifest(self._line(content, "name", ""), self._line(content, "version", ""), groups)

    def _group(self, content: Mapping[str, Any]) -> Group:
        self._only(content, {"label", "settings"}, "")
        found = (self._setting(one) for one in self._objects(content.get("settings"), "", "settings"))
        return Group(self._line(content, "label", ""), tuple(one for one in found if one is not None))

    def _setting(self, content: Mapping[str, Any]) -> Setting | None:
        """Return a setting; None where its key or kind is wrong, for nothing else can be told then."""
        key, kind = content.get("key"), content.get("type")
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            self._tell(str(key)[:_LINE], "The key of a setting has small letters, digits and _.")
            return None
        if not isinstance(kind, str) or kind not in KINDS:
            also = did_you_mean(str(kind), KINDS) or f" There are {', '.join(KINDS)}."
            self._tell(key, f"There is no type {str(kind)[:_LINE]}.{also}")
            return None
        self._only(content, {"key", "type", "label", "help", "default", *_FIELDS[kind]}, key)
        told = self._line(content, "help", key, _HELP) if "help" in content else ""
        made = Setting(key, kind, self._line(content, "label", key), told)
        for field in _FIELDS[kind]:
            made = self._with_field(made, field, content.get(field))
        return self._with_default(made, content.get("default", _EMPTY.get(kind, "")))

    def _with_default(self, setting: Setting, raw: object) -> Setting:
        """Return a setting with its default, which must be a value of it."""
        try:
            return replace(setting, default=parsed(setting, raw))
        except NotAValue as wrong:
            for _, sentence in wrong.faults:
                self._tell(setting.key, f"The default cannot be this. {sentence}")
        return setting

    def _with_field(self, setting: Setting, field: str, raw: object) -> Setting:
        if raw is None:
            if field in _NEEDED.get(setting.kind, ()):
                self._tell(setting.key, f"A {setting.kind} needs {field}.")
            return setting
        return replace(setting, **{field: _READ[field](self, setting, raw)})

    # fields

    def property(self, setting: Setting, raw: object) -> str:
        return self._matching(setting, raw, _PROPERTY, "property", "such as --brand")

    def unit(self, setting: Setting, raw: object) -> str:
        if raw not in _UNITS:
            self._tell(setting.key, f"A unit is one of {', '.join(_UNITS[1:])}.")
            return ""
        return str(raw)

    def number(self, setting: Setting, raw: object) -> float:
        if isinstance(raw, bool) or not isinstance(raw, int | float) or not 0 <= raw <= MAX_FILE:
            self._tell(setting.key, "least, most and step are numbers.")
            return 0
        return raw

    def contrast(self, setting: Setting, raw: object) -> tuple[Pair, ...]:
        made = []
        for one in self._objects(raw, setting.key, "contrast"):
            self._only(one, {"with", "least"}, setting.key)
            against, least = one.get("with"), one.get("least")
            if not isinstance(against, str) or isinstance(least, bool) or not isinstance(least, int | float):
                self._tell(setting.key, 'A contrast looks like {"with": "card", "least": 4.5}.')
            elif not 1 <= least <= _HIGHEST:
                self._tell(setting.key, f"A contrast is a number from 1 to {_HIGHEST}.")
            else:
                made.append(Pair(against, float(least)))
        return tuple(made)

    def choices(self, setting: Setting, raw: object) -> tuple[Choice, ...]:
        made = []
        for one in self._objects(raw, setting.key, "choices"):
            self._only(one, {"value", "label", "properties"}, setting.key)
            value = self._line(one, "value", setting.key)
            made.append(Choice(value, self._line(one, "label", setting.key), self._properties(setting, one)))
        if not made or len(made) > _MOST_CHOICES or len({one.value for one in made}) < len(made):
            self._tell(setting.key, f"A choice is among 1 to {_MOST_CHOICES} different ones.")
        return tuple(made)

    def of(self, setting: Setting, raw: object) -> tuple[Setting, ...]:
        found = [self._setting(one) for one in self._objects(raw, setting.key, "of")]
        made = tuple(one for one in found if one is not None)
        if not made or any(one.kind not in ROW_KINDS for one in made):
            self._tell(setting.key, f"The rows of a list are made of {' and '.join(ROW_KINDS)}.")
            return tuple(one for one in made if one.kind in ROW_KINDS)
        return made

    def _properties(self, setting: Setting, content: Mapping[str, Any]) -> Mapping[str, str]:
        raw = content.get("properties", {})
        if not isinstance(raw, dict):
            self._tell(setting.key, 'properties look like {"--round": "4px"}.')
            return {}
        return {
            self._matching(setting, name, _PROPERTY, "property", "such as --round"): self._matching(
                setting, value, _SET, "value of a property", "such as 4px"
            )
            for name, value in raw.items()
        }

    # parts

    def _matching(self, setting: Setting, raw: object, shape: re.Pattern[str], what: str, like: str) -> str:
        if isinstance(raw, str) and shape.fullmatch(raw):
            return raw
        self._tell(setting.key, f"{str(raw)[:_LINE]} is no {what}, {like}.")
        return ""

    def _line(self, content: Mapping[str, Any], name: str, key: str, most: int = _LINE) -> str:
        raw = content.get(name)
        if not isinstance(raw, str) or not raw.isprintable() or not raw.strip() or len(raw) > most:
            self._tell(key, f"{name} is missing, or is no text of one line with at most {most} characters.")
            return ""
        return raw

    def _objects(self, raw: object, key: str, name: str) -> Iterator[Mapping[str, Any]]:
        if not isinstance(raw, list) or not all(isinstance(one, dict) for one in raw):
            self._tell(key, f"{name} is a list of objects.")
            return
        yield from raw

    def _only(self, content: Mapping[str, Any], known: set[str], key: str) -> None:
        for name in content.keys() - known:
            self._tell(key, f"{name[:_LINE]} is not known here. Known are {', '.join(sorted(known))}.")

    def _tell(self, key: str, sentence: str) -> None:
        found = re.search(rf'"key"\s*:\s*{re.escape(json.dumps(key))}', self._text) if key else None
        line = self._text.count("\n", 0, found.start()) + 1 if found else 0
        self.problems.append(Problem(MANIFEST, line, 0, "manifest", f"{key}: {sentence}" if key else sentence))


_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "colour": ("property", "contrast"),
    "font": ("property",),
    "size": ("property", "unit", "least", "most", "step"),
    "choice": ("choices",),
    "switch": (),
    "text": ("most",),
    "snippet": (),
    "link": (),
    "image": ("most",),
    "list": ("most", "of"),
}
"""What settings of each kind have besides key, type, label, help and default."""
_NEEDED: Final[Mapping[str, tuple[str, ...]]] = {
    "size": ("least", "most"),
    "choice": ("choices",),
    "image": ("most",),
    "list": ("most", "of"),
}
_EMPTY: Final[Mapping[str, object]] = {"switch": False, "list": [], "size": 0}
_READ: Final[Mapping[str, Callable[[_Reader, Setting, object], Any]]] = {
    "property": _Reader.property,
    "unit": _Reader.unit,
    "least": _Reader.number,
    "most": _Reader.number,
    "step": _Reader.number,
    "contrast": _Reader.contrast,
    "choices": _Reader.choices,
    "of": _Reader.of,
}
