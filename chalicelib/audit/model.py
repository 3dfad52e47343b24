"""What an entry of the audit log is, and how entries are chained so that none can be changed or taken out unseen."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chalicelib.records import dataclass, field

FIRST = "0" * 64
"""What the first entry is chained to."""


@dataclass(frozen=True, slots=True)
class Author:
    """Who changed something. ``id`` is a staff member's or an API token's, or ``operator`` for a command."""

    id: str
    name: str
    ip: str = ""


OPERATOR = Author("operator", "Operator")
"""Whoever runs a command where the product is deployed from."""
SYSTEM = Author("system", "Foyer")
"""What happens by itself, at a time set before."""


@dataclass(frozen=True, slots=True)
class Change:
    """A change about to be made. ``action`` is ``noun:verb``; ``subject`` names the thing for people.

    ``before`` and ``after`` hold what is different, plain values by name; nothing secret ever stands in them.
    """

    author: Author
    action: str
    subject: str
    before: Mapping[str, Any] = field(default_factory=dict)
    after: Mapping[str, Any] = field(default_factory=dict)
    subject_id: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """A change that was made. ``seq`` counts from 1; ``hash`` is SHA-256 over the entry and the hash before it."""

    seq: int
    at: datetime
    change: Change
    hash: str


@dataclass(frozen=True, slots=True)
class Filter:
    """Which entries are wanted; what is empty does not matter.

    ``who`` is part of the author's name, or their whole id or IP address; ``subject`` part of the subject or its id;
    ``action`` a whole one (``staff:invite``), its noun (``staff``) or its verb (``invite``). ``since`` and ``until``
    bound the time, the second not included.
    """

    who: str = ""
    action: str = ""
    subject: str = ""
    since: datetime | None = None
    until: datetime | None = None

    @property
    def picks(self) -> bool:
        """Tell whether single entries are left out, and not only those before or after a moment."""
        return bool(self.who or self.action or self.subject)

    def takes(self, entry: Entry) -> bool:
        """Tell whether an entry is wanted."""
        change, who, subject = entry.change, self.who.casefold(), self.subject.casefold()
        return (
            (not who or who in change.author.name.casefold() or who in {change.author.id, change.author.ip})
            and (not self.action or self.action in {change.action, *change.action.split(":")})
            and (not subject or subject in change.subject.casefold() or subject == change.subject_id)
            and (self.since is None or entry.at >= self.since)
            and (self.until is None or entry.at < self.until)
        )


@dataclass(frozen=True, slots=True)
class Broken:
    """The first entry that is not as it was written: its number, and what is wrong with it; 0 is the log's head."""

    seq: int
    what: str


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return of two sets of values what is different: as it was, and as it is."""
    names = [name for name in {**before, **after} if before.get(name) != after.get(name)]
    return {n: before[n] for n in names if n in before}, {n: after[n] for n in names if n in after}


def chained(previous: str, content: Mapping[str, Any]) -> str:
    """Return the hash of an entry's content behind the entry whose hash is ``previous``."""
    text = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{text}".encode()).hexdigest()
