"""A theme in a folder: ``theme.json`` says which theme and revision it is, and the rest is what that holds.

    theme.json      id, label, base (the version of Midtown), revision
    settings.json   the settings that differ from their defaults
    *.html, parts/*.html, theme.css, manifest.json
    assets/*        pictures and fonts

Other files, such as a README, are left alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from chalicelib.themes.model import ASSET, MANIFEST, STYLESHEET, TEMPLATE
from infra.aws import CannotDeploy

ABOUT, SETTINGS = "theme.json", "settings.json"


@dataclass(frozen=True)
class About:
    """Which theme a folder has, and the revision that was pulled or pushed last."""

    id: str
    label: str
    base: str
    revision: int


@dataclass(frozen=True)
class Held:
    """What a folder has: texts of files, settings, and the bytes of pictures and fonts, by name."""

    files: Mapping[str, str] = field(default_factory=dict)
    settings: Mapping[str, Any] = field(default_factory=dict)
    assets: Mapping[str, bytes] = field(default_factory=dict)


class Folder:
    """The folder of a theme."""

    def __init__(self, path: Path) -> None:
        """Take where it is; it need not exist."""
        self.path = path

    def about(self) -> About | None:
        """Return which theme it has, None where there is no ``theme.json``."""
        if not (self.path / ABOUT).exists():
            return None
        told = self._json(ABOUT)
        try:
            about = About(told["id"], told["label"], told["base"], told["revision"])
        except KeyError as missing:
            raise CannotDeploy(f"{self.path / ABOUT} lacks {missing}. Pull the theme again.") from missing
        if not all(isinstance(one, str) for one in (about.id, about.label, about.base)):
            raise CannotDeploy(f"{self.path / ABOUT} is not what a pull wrote. Pull the theme again.")
        if type(about.revision) is not int:
            raise CannotDeploy(f"The revision in {self.path / ABOUT} is not a number. Pull the theme again.")
        return about

    def held(self) -> Held:
        """Return everything it has."""
        files, assets = {}, {}
        for name in self._names():
            if ASSET.fullmatch(name):
                assets[name] = (self.path / name).read_bytes()
            else:
                files[name] = self._text(name)
        settings = self._json(SETTINGS) if (self.path / SETTINGS).exists() else {}
        return Held(files, settings, assets)

    def write(self, about: About, held: Held) -> None:
        """Write everything, and remove files of a theme that are not in ``held``."""
        for name in (*held.files, *held.assets):
            if not _is_ours(name):
                raise CannotDeploy(f"The portal sent “{name}”, which cannot be the name of a file of a theme.")
        self.path.mkdir(parents=True, exist_ok=True)
        for name in set(self._names()) - held.files.keys() - held.assets.keys():
            (self.path / name).unlink()
        for name, text in held.files.items():
            self._write(name, text)
        for name, data in held.assets.items():
            self.write_asset(name, data)
        self._write(SETTINGS, settings_text(held.settings))
        self.note(about)

    def write_text(self, name: str, text: str) -> None:
        """Write one file as it is."""
        self._write(name, text)

    def write_asset(self, name: str, data: bytes) -> None:
        """Write a picture or font."""
        path = self.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_bytes() != data:
            path.write_bytes(data)

    def note(self, about: About) -> None:
        """Write which theme and revision this is."""
        self._write(ABOUT, json.dumps(vars(about), ensure_ascii=False, indent=2) + "\n")

    def _names(self) -> Iterator[str]:
        """Yield the names of the theme's files; refuse one that looks like it and cannot be sent."""
        found = (self.path, self.path / "parts", self.path / "assets")
        for path in sorted(one for folder in found if folder.is_dir() for one in folder.iterdir() if one.is_file()):
            name = path.relative_to(self.path).as_posix()
            if _is_ours(name):
                yield name
            elif path.suffix in {".html", ".css"} or (path.parent.name == "assets" and path.name[0] != "."):
                raise CannotDeploy(f"{name}: a file of a theme cannot have this name. Rename it or take it away.")

    def _text(self, name: str) -> str:
        try:
            return (self.path / name).read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise CannotDeploy(f"{name}: This is not UTF-8 text. Save it as UTF-8.") from error

    def _json(self, name: str) -> dict[str, Any]:
        try:
            found = json.loads(self._text(name))
        except ValueError as error:
            raise CannotDeploy(f"{name}: This is not JSON: {error}.") from error
        if not isinstance(found, dict):
            raise CannotDeploy(f"{name}: This is not a JSON object.")
        return found

    def _write(self, name: str, text: str) -> None:
        """Write a text unless it is there already, so that only what changed has a new time."""
        path, data = self.path / name, text.encode("utf-8")
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists() or path.read_bytes() != data:
            path.write_bytes(data)


def settings_text(values: Mapping[str, Any]) -> str:
    """Return settings as the folder has them: in order and with a line for each, so that git can merge them."""
    return json.dumps(dict(values), ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def _is_ours(name: str) -> bool:
    return name in {STYLESHEET, MANIFEST} or bool(TEMPLATE.fullmatch(name) or ASSET.fullmatch(name))
