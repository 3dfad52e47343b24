"""The settings of a theme: their kinds, and what each may be set to.

A manifest (:mod:`chalicelib.themes.manifest`) lists settings in groups. Every kind reads what a person typed, or what
JSON holds, into a plain value:

    colour    ``#rrggbb``, or empty where the default is empty: chosen by the product
    font      a key of :data:`FONTS`
    size      a number with a unit, from ``least`` to ``most``
    choice    one of ``choices``
    switch    true or false
    text      a line of at most ``most`` characters
    snippet   the name of a snippet, or empty
    link      an address, or empty
    image     the name of a picture of the theme, at most ``most`` KB, or empty
    list      at most ``most`` rows, each with the settings ``of`` (texts and links)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final, TypeAlias

from chalicelib.records import dataclass
from chalicelib.text import clean_line
from chalicelib.themes.model import ASSET

MAX_TEXT: Final = 200
"""Characters of a text, where its setting says nothing."""
MAX_LINK: Final = 500

ADDRESS: Final = re.compile(r"(?:/(?![/\\])|https://(?=[^/\\?#])|mailto:(?=.)|tel:(?=.))[^\s\\\x00-\x20\x7f<>\"]*")
"""Where a link may lead: a page of the portal, another site over HTTPS, a mailbox, a telephone."""
_SNIPPET: Final = re.compile(r"[a-z0-9-]{0,60}")
_NUMBER: Final = re.compile(r"[0-9]{1,4}(?:[.,][0-9]{1,4})?")
_SHORT: Final = re.compile(r"#?([0-9a-f])([0-9a-f])([0-9a-f])")
_ON: Final = frozenset({"on", "true", "yes", "1"})
_OFF: Final = frozenset({"", "off", "false", "no", "0"})
_COLOUR: Final = re.compile(r"#?([0-9a-f]{6})")


Value: TypeAlias = str | float | bool | list[dict[str, str]]
"""What a setting is set to, as JSON holds it."""


@dataclass(frozen=True, slots=True)
class Font:
    """A font that needs no file: what people call it, and the fonts that devices have of its kind."""

    label: str
    stack: str


FONTS: Final[Mapping[str, Font]] = {
    "system": Font(
        "Of the device",
        'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif',
    ),
    "humanist": Font("Humanist", 'Seravek, "Gill Sans Nova", Ubuntu, Calibri, "DejaVu Sans", sans-serif'),
    "geometric": Font("Geometric", 'Avenir, Montserrat, Corbel, "URW Gothic", sans-serif'),
    "classical": Font("Classical", 'Optima, Candara, "Noto Sans", sans-serif'),
    "rounded": Font("Rounded", 'ui-rounded, "Hiragino Maru Gothic ProN", Quicksand, Comfortaa, Manjari, sans-serif'),
    "serif": Font("Serif", 'ui-serif, Charter, "Bitstream Charter", "Sitka Text", Cambria, Georgia, serif'),
    "old-style": Font("Old style", '"Iowan Old Style", "Palatino Linotype", "URW Palladio L", Palatino, serif'),
    "slab": Font("Slab serif", 'Rockwell, "Rockwell Nova", "Roboto Slab", "DejaVu Serif", serif'),
    "mono": Font("Typewriter", 'ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace'),
}
"""The safe list. A theme's own font is a file in ``assets/`` and ``@font-face`` in ``theme.css``."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of several; ``properties`` are the custom properties it stands for, by name."""

    value: str
    label: str
    properties: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Pair:
    """Another colour that one is seen with, by its key, and the contrast they need, 1 to 21."""

    against: str
    least: float


@dataclass(frozen=True, slots=True)
class Setting:
    """One setting. What ``least``, ``most`` and the rest mean is said for each kind at the head of this file.

    ``property`` is the custom property that styles read it from, empty where there is none.
    """

    key: str
    kind: str
    label: str
    help: str = ""
    default: Value = ""
    property: str = ""
    unit: str = ""
    least: float = 0
    most: float = 0
    step: float = 0
    contrast: tuple[Pair, ...] = ()
    choices: tuple[Choice, ...] = ()
    of: tuple[Setting, ...] = ()


class NotAValue(Exception):
    """What was typed cannot be. ``faults`` are sentences by place: empty for all of it, ``2.url`` in a list."""

    def __init__(self, *faults: tuple[str, str]) -> None:
        """Take places and sentences, at least one."""
        super().__init__(faults[0][1])
        self.faults = faults


def parsed(setting: Setting, raw: object) -> Value:
    """Return the value that somebody typed for a setting, or that JSON holds for it; raise :class:`NotAValue`."""
    return _KINDS[setting.kind](setting, raw)


def did_you_mean(name: str, known: Sequence[str]) -> str:
    """Return a question with the nearest known name, or nothing where none is near."""
    import difflib

    near = difflib.get_close_matches(name[:MAX_TEXT], known, 1)
    return f" Did you mean {near[0]}?" if near else ""


def _not_a_value(sentence: str) -> NotAValue:
    return NotAValue(("", sentence))


def _line(raw: object) -> str:
    if not isinstance(raw, str):
        raise _not_a_value("This is not a text.")
    return clean_line(raw)


def _colour(setting: Setting, raw: object) -> Value:
    text = _line(raw).lower()
    if not text and setting.default == "":
        return ""
    if found := _COLOUR.fullmatch(text):
        return f"#{found[1]}"
    if found := _SHORT.fullmatch(text):
        return "#" + "".join(2 * one for one in found.groups())
    raise _not_a_value("Enter a colour such as #2f5d8a.")


def _font(_: Setting, raw: object) -> Value:
    if (text := _line(raw)) not in FONTS:
        raise _not_a_value("Choose a font from the list.")
    return text


def _size(setting: Setting, raw: object) -> Value:
    number = raw
    if isinstance(raw, str) and _NUMBER.fullmatch(raw.strip()):
        number = float(raw.strip().replace(",", "."))
    if isinstance(number, bool) or not isinstance(number, int | float) or not setting.least <= number <= setting.most:
        raise _not_a_value(f"Enter a number from {setting.least:g} to {setting.most:g}.")
    return int(number) if number == int(number) else float(number)


def _choice(setting: Setting, raw: object) -> Value:
    text = _line(raw)
    if all(one.value != text for one in setting.choices):
        raise _not_a_value(f"Choose one of these: {', '.join(one.label for one in setting.choices)}.")
    return text


def _switch(_: Setting, raw: object) -> Value:
    if isinstance(raw, bool):
        return raw
    text = _line(raw).lower()
    if text not in _ON | _OFF:
        raise _not_a_value("Switch this on or off.")
    return text in _ON


def _text(setting: Setting, raw: object) -> Value:
    text, most = _line(raw), int(setting.most) or MAX_TEXT
    if len(text) > most:
        raise _not_a_value(f"This can have at most {most} characters.")
    return text


def _snippet(_: Setting, raw: object) -> Value:
    if not _SNIPPET.fullmatch(text := _line(raw)):
        raise _not_a_value("Choose a snippet from the list, or none.")
    return text


def _link(_: Setting, raw: object) -> Value:
    text = _line(raw)
    if len(text) > MAX_LINK:
        raise _not_a_value(f"An address can have at most {MAX_LINK} characters.")
    if text and not ADDRESS.fullmatch(text):
        raise _not_a_value(
            "Enter an address that begins with https://, with / for a page of the portal, mailto: or tel:."
        )
    return text


def _image(_: Setting, raw: object) -> Value:
    text = _line(raw)
    if text and (not ASSET.fullmatch(text) or text.endswith(".woff2")):
        raise _not_a_value("Choose a picture of this theme, such as assets/photo.jpg, or none.")
    return text


def _list(setting: Setting, raw: object) -> Value:
    if not isinstance(raw, list | tuple) or not all(isinstance(row, Mapping) for row in raw):
        raise _not_a_value("This is not a list.")
    rows: list[dict[str, str]] = []
    faults: list[tuple[str, str]] = []
    for at, row in enumerate(raw):
        made, wrong = _row(setting, row)
        faults += [(f"{at}.{key}", sentence) for key, sentence in wrong]
        rows += [made] if made else []
    if len(raw) > setting.most:
        faults.append(("", f"At most {setting.most:g} rows are possible."))
    if faults:
        raise NotAValue(*faults)
    return rows


def _row(setting: Setting, row: Mapping[str, object]) -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Return a row of a list, empty where nothing was typed, and what is wrong with it by field."""
    made: dict[str, str] = {}
    faults: list[tuple[str, str]] = []
    if not any(row.get(field.key, "") for field in setting.of):
        return made, faults
    for field in setting.of:
        try:
            made[field.key] = str(parsed(field, row.get(field.key, "")))
        except NotAValue as wrong:
            faults += [(field.key, sentence) for _, sentence in wrong.faults]
        else:
            faults += [] if made[field.key] else [(field.key, "Fill this in, or leave the whole row empty.")]
    return made, faults


_KINDS: Final[Mapping[str, Callable[[Setting, object], Value]]] = {
    "colour": _colour,
    "font": _font,
    "size": _size,
    "choice": _choice,
    "switch": _switch,
    "text": _text,
    "snippet": _snippet,
    "link": _link,
    "image": _image,
    "list": _list,
}
KINDS: Final = tuple(_KINDS)
ROW_KINDS: Final = ("text", "link")
"""Kinds that a row of a list can have."""
