"""Themes as zips, for people who keep them in files: what goes out, and what may come in.

A zip has ``theme.json`` (label and version of Midtown), ``settings.json`` (what was set, by key), every template,
``theme.css`` and ``manifest.json``, Midtown's too, so that they can be edited, and pictures and fonts in ``assets/``.
On the way in, files that are Midtown's are dropped again. Anything that is wrong with a zip is a problem with a
sentence; the sizes that it declares are held to while it is read.
"""

from __future__ import annotations

import io
import json
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from hashlib import sha256
from typing import Any, Final

from chalicelib.attachments.content.hidden import CONTROL, ZIP_ENTRY
from chalicelib.attachments.content.unfit import Unfit
from chalicelib.attachments.content.zipped import listed, unpacked
from chalicelib.records import dataclass
from chalicelib.text import clean_line
from chalicelib.themes.archive_names import ABOUT, SETTINGS, TEXTS, by_name
from chalicelib.themes.assets import TYPES
from chalicelib.themes.bases import Bases
from chalicelib.themes.bounds import tidied
from chalicelib.themes.model import ASSET, MAX_FILE, MAX_LABEL, MAX_THEME, Asset, Content, Problem
from chalicelib.themes.refusals import ThemeRefused

MAX_ENTRIES: Final = 400
"""Entries of a zip, with folders and what systems put in."""
MAX_MIDTOWN: Final = 1024 * 1024
"""Bytes that files of Midtown's may add to a theme in a zip."""
MAX_RATIO: Final = 100
"""How many times larger a file above 60 KB may become when it is unpacked."""
_MADE_ON: Final = (1980, 1, 1, 0, 0, 0)
"""The oldest date a zip can hold: one theme makes one zip."""
_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,60}")


@dataclass(frozen=True, slots=True)
class Archive:
    """A theme out of a zip. ``content`` tells its pictures and fonts as they came, ``assets`` has their bytes."""

    label: str
    content: Content
    assets: Mapping[str, bytes]


def packed(label: str, content: Content, bases: Bases, assets: Mapping[str, bytes]) -> bytes:
    """Return a theme as a zip; ``assets`` has the bytes of its pictures and fonts by name."""
    about = {"label": label, "base": content.base}
    texts = {
        ABOUT: json.dumps(about, ensure_ascii=False, indent=2) + "\n",
        SETTINGS: json.dumps(content.values, ensure_ascii=False, indent=2, sort_keys=True) + "\n",
        **dict(sorted({**bases.files(content.base), **content.files}.items())),
    }
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as made:
        for name, text in texts.items():
            made.writestr(_entry(name), text.encode("utf-8"), zipfile.ZIP_DEFLATED)
        for name in sorted(assets):  # pictures and fonts are compressed already
            made.writestr(_entry(name), assets[name], zipfile.ZIP_STORED)
    return target.getvalue()


def _entry(name: str) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name, _MADE_ON)
    entry.create_system = 3  # Unix, wherever it is made
    entry.external_attr = 0o100644 << 16
    return entry


class _Refused(Exception):
    """What is wrong with a zip."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(problems)
        self.problems = problems


def _wrong(kind: str, sentence: str, file: str = "", line: int = 0) -> _Refused:
    return _Refused(Problem(file, line, 0, kind, sentence))


def read(data: bytes, bases: Bases) -> Archive | list[Problem]:
    """Return the theme in a zip, or what is wrong with it."""
    try:
        return _theme(_contents(data), bases)
    except _Refused as refused:
        return list(refused.problems)


def _contents(data: bytes) -> dict[str, bytes]:
    """Return the files in a zip by their names in the theme."""
    most = MAX_THEME + MAX_MIDTOWN
    if len(data) > most:
        raise _wrong("too-large", f"The zip is larger than {_size(most)}. Use smaller pictures.")
    # zipfile makes an object of every entry: they are counted before.
    if data.count(ZIP_ENTRY) > MAX_ENTRIES:
        raise _wrong("too-many", f"The zip has more than {MAX_ENTRIES} entries. Pack the theme's own files alone.")
    try:
        entries = listed(data)
    except Unfit as error:
        raise _wrong("damaged", "This is no zip, or it is damaged. Pack the theme's folder again.") from error
    named, problems = by_name(entries)
    problems += [problem for name, entry in named.items() for problem in _size_problems(name, entry)]
    if problems:
        raise _Refused(*problems)
    if sum(entry.file_size for entry in named.values()) > most:
        raise _wrong("too-large", f"The zip has more than {_size(most)} once it is unpacked. Use smaller pictures.")
    return {name: _bytes(data, name, entry) for name, entry in named.items()}


def _size_problems(name: str, entry: zipfile.ZipInfo) -> Iterator[Problem]:
    """Yield what is wrong with the size that a file declares; unpacking holds it to that."""
    most = MAX_THEME if ASSET.fullmatch(name) else MAX_FILE
    if entry.file_size > most:
        yield Problem(name, 0, 0, "too-large", f"{name} is larger than {_size(most)}. Make it smaller.")
    elif entry.file_size > max(MAX_FILE, MAX_RATIO * entry.compress_size):
        sentence = f"{name} becomes more than {MAX_RATIO} times larger when it is unpacked. Save the file again."
        yield Problem(name, 0, 0, "too-large", sentence)


def _bytes(data: bytes, name: str, entry: zipfile.ZipInfo) -> bytes:
    try:
        content = b"".join(unpacked(data, entry))
    except Unfit as error:
        raise _damaged(name) from error
    if zlib.crc32(content) != entry.CRC:
        raise _damaged(name)
    return content


def _damaged(name: str) -> _Refused:
    return _wrong("damaged", f"{name} is damaged in this zip. Pack the theme's folder again.", name)


def _theme(contents: Mapping[str, bytes], bases: Bases) -> Archive:
    """Return the theme that files are."""
    texts = _texts(contents)
    if ABOUT not in texts:
        raise _wrong("missing", f"The zip has no {ABOUT} with the theme's label and base. Export a theme to see one.")
    label, base = _about(_json(ABOUT, texts.pop(ABOUT)), bases)
    values = _values(_json(SETTINGS, texts.pop(SETTINGS, "{}")))
    data = {name: content for name, content in contents.items() if ASSET.fullmatch(name)}
    assets = {name: _asset(name, content) for name, content in data.items()}
    try:
        return Archive(label, tidied(Content(base, texts, {}, values, assets), bases.files(base)), data)
    except ThemeRefused as error:
        raise _wrong("limits", error.sentence, error.field or "") from error


def _asset(name: str, content: bytes) -> Asset:
    return Asset(name, TYPES[name.rpartition(".")[2]], len(content), sha256(content).hexdigest())


def _texts(contents: Mapping[str, bytes]) -> dict[str, str]:
    """Return what is text, or all that is wrong with it."""
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for name, content in contents.items():
        if TEXTS.fullmatch(name):
            try:
                texts[name] = _text(name, content)
            except _Refused as refused:
                problems += refused.problems
    if problems:
        raise _Refused(*problems)
    return texts


def _text(name: str, content: bytes) -> str:
    """Return a file as text."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise _wrong("encoding", f"{name} is not UTF-8 text. Save it as UTF-8.", name, line) from error
    control = CONTROL.search(text)
    if control:
        line = text.count("\n", 0, control.start()) + 1
        raise _wrong("encoding", f"{name} has a control character. Remove it.", name, line)
    return text


def _json(name: str, text: str) -> dict[str, Any]:
    """Return the object in a file of JSON."""
    try:
        found = json.loads(text, parse_constant=_no_number)
        json.dumps(found, ensure_ascii=False).encode()  # what cannot be written again cannot be kept
    except json.JSONDecodeError as error:
        raise _wrong("json", f"{name} is not JSON: {error.msg}.", name, error.lineno) from error
    except (ValueError, RecursionError) as error:
        raise _wrong("json", f"{name} has numbers, texts or lists that nothing can keep.", name) from error
    if not isinstance(found, dict):
        raise _wrong("json", f"{name} must be an object in braces.", name)
    return found


def _no_number(text: str) -> object:
    raise ValueError(text)


def _about(about: Mapping[str, Any], bases: Bases) -> tuple[str, str]:
    """Return label and base of ``theme.json``."""
    label, base = about.get("label"), about.get("base")
    cleaned = clean_line(label) if isinstance(label, str) else ""
    if not cleaned or len(cleaned) > MAX_LABEL:
        raise _wrong("label", f"“label” in {ABOUT} must be a name of 1 to {MAX_LABEL} characters.", ABOUT)
    if base not in bases.known():
        known = ", ".join(bases.known())
        named = f"version {clean_line(base)[:20]} of Midtown" if isinstance(base, str) else "no version of Midtown"
        raise _wrong("base", f"“base” in {ABOUT} names {named}. Known here: {known}.", ABOUT)
    return cleaned, base


def _values(values: dict[str, Any]) -> dict[str, Any]:
    """Return what was set, as far as it can be told without a manifest."""
    for key in values:
        if not _KEY.fullmatch(key):
            shown = clean_line(key)[:40]
            raise _wrong("key", f"“{shown}” in {SETTINGS} is no key. Keys have a to z, 0 to 9 and _.", SETTINGS)
    return values


def _size(count: int) -> str:
    """Return a limit for people."""
    return f"{count // (1024 * 1024)} MB" if count >= 1024 * 1024 else f"{count // 1024} KB"
