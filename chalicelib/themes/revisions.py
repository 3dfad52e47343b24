"""The themes of an organization and their revisions: what lists, the editor and the history show of them."""

from __future__ import annotations

from datetime import datetime
from typing import Literal, TypeAlias

from chalicelib.records import dataclass

Kind: TypeAlias = Literal["draft", "published"]

DRAFT: Kind = "draft"
PUBLISHED: Kind = "published"

MAX_THEMES = 30
DRAFTS_KEPT = 50
"""Drafts of a theme that are kept, the newest; what was ever published is kept as long as the theme."""
MAX_NOTE = 200
"""Characters of what an editor says of a revision."""
EDITING_SECONDS = 120
"""How long others are told that somebody edits a theme, after the last sign of it."""


@dataclass(frozen=True, slots=True)
class Revision:
    """A theme as it was saved once. Its content never changes; ``number`` counts from 1 in each theme.

    ``kind`` is ``published`` once it was live, and ``published_at`` the last time it became so. ``by`` is the name of
    who saved it.
    """

    number: int
    kind: Kind
    at: datetime
    by: str
    note: str = ""
    published_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme as lists show it. ``base`` and ``changed`` (names of files, in order) are those of ``newest``.

    ``published`` is the revision that was published last, ``live`` tells that the portal shows it now. ``version``
    counts every change of the theme, its label included.
    """

    id: str
    label: str
    base: str
    changed: tuple[str, ...]
    live: bool
    newest: Revision
    published: Revision | None
    version: int


@dataclass(frozen=True, slots=True)
class Failure:
    """What went wrong last when a customer asked for a page of a theme, and how often lately.

    ``entry`` is the file of the page, ``sentence`` for people, ``number`` the revision's; ``times`` counts pages of
    that revision that were shown in Midtown instead.
    """

    number: int
    entry: str
    sentence: str
    at: datetime
    times: int


@dataclass(frozen=True, slots=True)
class Editing:
    """Another member who had a theme open in the editor lately; ``at`` is the last sign of it."""

    id: str
    name: str
    at: datetime


@dataclass(frozen=True, slots=True)
class StoredAsset:
    """A picture or font in the bucket, whichever themes have it. ``public`` once a theme with it was published."""

    sha256: str
    type: str
    size: int
    public: bool
