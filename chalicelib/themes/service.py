"""What editors do with themes: make and edit them, keep their pictures, go back. Publishing is in ``publishing.py``."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from chalicelib.audit.model import Author, Change
from chalicelib.aws.table import Refused, Write
from chalicelib.ids import is_id, new_id
from chalicelib.records import replace
from chalicelib.refusals import ChangedMeanwhile, InUse, Invalid, NotFound, ThemeChanged, ThemeRefused, Unavailable
from chalicelib.text import clean_line
from chalicelib.themes.bounds import tidied
from chalicelib.themes.model import MAX_LABEL, Asset, Content
from chalicelib.themes.revisions import (
    DRAFT,
    DRAFTS_KEPT,
    MAX_NOTE,
    MAX_THEMES,
    Editing,
    Failure,
    Revision,
    StoredAsset,
    Theme,
)
from chalicelib.themes.store import Head, Held

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.audit.store import Audit
    from chalicelib.aws.files import Files
    from chalicelib.clock import Clock
    from chalicelib.portal.store import Portal
    from chalicelib.staff.model import Member
    from chalicelib.themes.bases import Bases
    from chalicelib.themes.store import ThemeStore

_TRIES = 4
"""So often a write is tried again behind a change that does not concern it, such as of the label."""


class Themes:
    """The use cases of editors. What customers see of a theme is in ``looks.py``."""

    def __init__(
        self, store: ThemeStore, portal: Portal, audit: Audit, files: Files, bases: Bases, clock: Clock
    ) -> None:
        """Take the store, the portal's settings, the audit log, the buckets, the versions of Midtown and the clock."""
        self._store, self._portal, self._audit = store, portal, audit
        self._files, self.bases, self._clock = files, bases, clock
