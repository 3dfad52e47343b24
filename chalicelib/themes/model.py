"""What a theme is: its files, settings and pictures, as far as they differ from Midtown's."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from chalicelib.records import dataclass, field

MAX_FILE = 60 * 1024
"""Bytes of one template or stylesheet."""
MAX_FILES = 60
MAX_SETTINGS = 100
MAX_THEME = 5 * 1024 * 1024
"""Bytes of a whole theme: files, and pictures and fonts as they were uploaded."""
MAX_LABEL = 60

STYLESHEET = "theme.css"
MANIFEST = "manifest.json"
TEMPLATE = re.compile(r"(?:parts/)?[a-z][a-z0-9-]{0,40}\.html")
ASSET = re.compile(r"assets/[a-z0-9][a-z0-9-]{0,60}\.(?:png|jpg|gif|webp|woff2|svg)")

ERROR, WARNING = "error", "warning"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong with a theme, and where.

    ``file`` is a name in the theme, or empty for all of it; ``line`` counts from 1, 0 where there is none; ``column``
    counts from 1, 0 where it is not known. ``kind`` is a stable word, ``sentence`` is for people and says what to do.
    An ``error`` cannot be published; a ``warning`` can, with a reason.
    """

    file: str
    line: int
    column: int
    kind: str
    sentence: str
    level: str = ERROR

    def __str__(self) -> str:
        """Return it as command lines print such things: ``home.html:3:14: unknown: …``."""
        place = ":".join(str(one) for one in (self.file, self.line, self.column) if one)
        return f"{place}: {self.kind}: {self.sentence}" if place else f"{self.kind}: {self.sentence}"


@dataclass(frozen=True, slots=True)
class Asset:
    """A picture or font of a theme; ``sha256`` (hexadecimal) names its bytes in the bucket, ``size`` counts them."""

    name: str
    type: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Content:
    """Everything that a revision holds.

    ``base`` is the version of Midtown it was made from. ``files`` are those that differ from Midtown's, by name;
    ``origins`` has, for each of them that Midtown has too, Midtown's text at the time, which merging needs. ``values``
    are the settings that differ from their defaults, by key, of the types of ``manifest``. ``assets`` are by name.
    """

    base: str
    files: Mapping[str, str] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)
    assets: Mapping[str, Asset] = field(default_factory=dict)

    @property
    def customised(self) -> bool:
        """Whether any file differs from Midtown's; settings alone are no obstacle to following Midtown."""
        return bool(self.files)
