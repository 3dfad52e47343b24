"""What may be in the zip of a theme: which entries there may be, and under which names they are in the theme."""

from __future__ import annotations

import re
import stat
import zipfile
from collections.abc import Iterator, Sequence
from typing import Final

from chalicelib.attachments.content.zipped import ENCRYPTED
from chalicelib.text import clean_line
from chalicelib.themes.model import ASSET, MANIFEST, STYLESHEET, TEMPLATE, Problem

ABOUT: Final = "theme.json"
SETTINGS: Final = "settings.json"
TEXTS: Final = re.compile("|".join([*map(re.escape, (ABOUT, SETTINGS, MANIFEST, STYLESHEET)), TEMPLATE.pattern]))
"""Names of what is text."""

_SYSTEM: Final = re.compile(r"(?:.*/)?(?:__MACOSX/.*|\.DS_Store|\._[^/]*|Thumbs\.db|desktop\.ini)", re.DOTALL)
"""What macOS and Windows put into a zip by themselves."""
_UNSAFE: Final = re.compile(r"|/.*|[A-Za-z]:.*|(?:.*/)?\.\.?(?:/.*)?|.*(?:\\|//|[\x00-\x1f\x7f]).*", re.DOTALL)
"""Names that lead somewhere else, or that systems read differently."""
_PACKED_BY: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def by_name(entries: Sequence[zipfile.ZipInfo]) -> tuple[dict[str, zipfile.ZipInfo], list[Problem]]:
    """Return what is in a zip by its name in the theme, and what must not be there.

    What systems put in is ignored, and so is one folder around everything.
    """
    ours = [entry for entry in entries if not _SYSTEM.fullmatch(entry.orig_filename)]
    problems = [problem for entry in ours for problem in _entry_problems(entry)]
    if problems:
        return {}, problems
    files = [entry for entry in ours if not entry.orig_filename.endswith("/")]
    top = _top([entry.orig_filename for entry in files])
    named: dict[str, zipfile.ZipInfo] = {}
    for entry in files:
        name = entry.orig_filename.removeprefix(top)
        if name in named:
            problems.append(_problem(name, "name", f"“{_shown(name)}” is in the zip twice. Keep one of them."))
        elif not (TEXTS.fullmatch(name) or ASSET.fullmatch(name)):
            problems.append(_problem(name, "name", _UNKNOWN.format(_shown(name))))
        named[name] = entry
    return named, problems


_UNKNOWN: Final = (
    "“{}” is no file of a theme. A theme has theme.json, settings.json, manifest.json, theme.css, templates such as "
    "home.html and parts/header.html, and pictures and fonts such as assets/logo.png; names are in small letters."
)


def _entry_problems(entry: zipfile.ZipInfo) -> Iterator[Problem]:
    """Yield what is wrong with an entry, whatever it is in the theme."""
    name = entry.orig_filename
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if _UNSAFE.fullmatch(name):
        yield _problem("", "name", f"“{_shown(name)}” leads out of the theme's folder, or is no name. Rename the file.")
    elif kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        yield _problem(name, "link", f"“{_shown(name)}” is a link or device. Put the file itself into the zip.")
    elif entry.flag_bits & ENCRYPTED:
        yield _problem(name, "encrypted", f"“{_shown(name)}” is encrypted. Pack the theme without a password.")
    elif entry.compress_type not in _PACKED_BY:
        sentence = f"“{_shown(name)}” is packed in a way that few programs read. Pack the theme as an ordinary zip."
        yield _problem(name, "packing", sentence)
    elif name.endswith("/") and entry.file_size:
        yield _problem(name, "name", f"“{_shown(name)}” is called like a folder and has content. Rename it.")


def _top(names: Sequence[str]) -> str:
    """Return the one folder that everything is in, with its slash; empty where there is none."""
    tops = {name.partition("/")[0] + "/" for name in names if "/" in name}
    return tops.pop() if len(tops) == 1 and all("/" in name for name in names) else ""


def _problem(name: str, kind: str, sentence: str) -> Problem:
    return Problem(_shown(name), 0, 0, kind, sentence)


def _shown(name: str) -> str:
    """Return a name for people, whatever is in it."""
    return clean_line(name)[:80]
