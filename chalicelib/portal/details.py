"""Which attributes a conversation shows its customer, in which order, and what they are called there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field
from typing import TYPE_CHECKING, Any, Protocol

from chalicelib.audit.model import Author, Change
from chalicelib.aws import keys
from chalicelib.aws.table import Put, Refused
from chalicelib.conversations.attributes import Attribute, Attributes, Declared, Value
from chalicelib.records import dataclass
from chalicelib.refusals import ChangedMeanwhile, SettingRefused
from chalicelib.text import clean_line

if TYPE_CHECKING:
    from chalicelib.audit.store import Audit
    from chalicelib.aws.items import Item
    from chalicelib.aws.table import Later, Reads, Table, Write

MAX_SHOWN = 20
MAX_LABEL = 60


class Snippet(Protocol):
    """A named text with one value per language."""

    @property
    def name(self) -> str:
        """Its name."""
        ...

    @property
    def values(self) -> Mapping[str, str]:
        """Language to text."""
        ...


@dataclass(frozen=True, slots=True)
class Detail:
    """An attribute that is shown. It is called ``text``, or as the snippet says, of which ``labels`` are a copy.

    With neither, it is called as staff call it.
    """

    key: str
    text: str = ""
    snippet: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)

    def label(self, attribute: Attribute, language: str, own: str) -> str:
        """Return what it is called in a language; what that lacks is said in the organization's ``own``."""
        labels = self.labels
        return self.text or labels.get(language) or labels.get(own) or next(iter(labels.values()), attribute.name)


@dataclass(frozen=True, slots=True)
class Shown:
    """Everything that is shown behind status, channel and date, in order."""

    details: tuple[Detail, ...] = ()
    version: int = 0

    def of(self, values: Attributes, declared: Declared) -> Iterator[tuple[Detail, Attribute, Value]]:
        """Yield what a conversation with these values shows: what can be shown, and has a value."""
        for detail, attribute in self.usable(declared):
            value = values.get(detail.key)
            if value is not None and value != "":
                yield detail, attribute, value

    def usable(self, declared: Declared) -> Iterator[tuple[Detail, Attribute]]:
        """Yield what can be shown: what is still in use, and for customers."""
        for detail in self.details:
            attribute = declared.get(detail.key)
            if attribute and attribute.customers and not attribute.retired:
                yield detail, attribute


def faults(details: Sequence[Detail], declared: Declared) -> Iterator[SettingRefused]:
    """Yield what is wrong with a choice of attributes; the field is ``label-<key>``, or ``add``."""
    if len(details) > MAX_SHOWN:
        yield SettingRefused(f"A conversation shows at most {MAX_SHOWN} attributes.", field="add")
    seen: set[str] = set()
    for detail in details:
        attribute = declared.get(detail.key)
        if attribute is None or detail.key in seen:
            yield SettingRefused(f"“{detail.key[:50]}” is not an attribute that can be added.", field="add")
        elif not attribute.customers:
            yield SettingRefused(f"“{attribute.name}” is for staff only. Remove it.", field=f"label-{detail.key}")
        seen.add(detail.key)
        if len(detail.text) > MAX_LABEL or detail.text != clean_line(detail.text):
            yield SettingRefused(
                f"A display name is one line of at most {MAX_LABEL} characters.", field=f"label-{detail.key}"
            )


class Details:
    """Reads and writes the choice."""

    def __init__(self, table: Table, audit: Audit) -> None:
        """Take the table, and the audit log."""
        self._table, self._audit = table, audit

    def later(self, reads: Reads) -> Later[Shown]:
        """Read the choice together with other items."""
        return reads.want(keys.portal_details(), _shown)

    def get(self) -> Shown:
        """Return the choice as it is at this moment."""
        return _shown(self._table.get(keys.portal_details(), consistent=True))

    def save(self, author: Author, details: Sequence[Detail], declared: Declared, *, version: int) -> None:
        """Replace the choice; refuse what cannot be, and a change that came in between."""
        for refusal in faults(details, declared):
            raise refusal
        before = self.get()
        if before.version != version:
            raise ChangedMeanwhile
        if before.details == tuple(details):
            return
        change = Change(author, "details:change", "Conversation details", _told(before.details), _told(details))
        try:
            self._audit.commit([_put(Shown(tuple(details), version))], change)
        except Refused as refused:
            raise ChangedMeanwhile from refused

    def copied(self, snippet: Snippet) -> list[Write]:
        """Return the writes that give the display names taken from a snippet its present values."""
        before = self.get()
        if not any(one.snippet == snippet.name for one in before.details):
            return []
        details = tuple(
            Detail(one.key, one.text, one.snippet, dict(snippet.values)) if one.snippet == snippet.name else one
            for one in before.details
        )
        return [_put(Shown(details, before.version))]

    def uses(self, name: str) -> int:
        """Return how many display names are taken from a snippet."""
        return sum(one.snippet == name for one in self.get().details)


def _put(shown: Shown) -> Put:
    """Return the write of a choice that stands on the version it carries."""
    version = shown.version
    rows = [
        {"key": one.key, "text": one.text, "snippet": one.snippet, "labels": dict(one.labels)} for one in shown.details
    ]
    when = [("version", "=", version)] if version else [("pk", "absent", None)]
    return Put(keys.portal_details(), {"version": version + 1, "rows": rows}, when=when)


def _shown(item: Item | None) -> Shown:
    if item is None:
        return Shown()
    rows = tuple(Detail(one["key"], one["text"], one["snippet"], one["labels"]) for one in item["rows"])
    return Shown(rows, item["version"])


def _told(details: Sequence[Detail]) -> dict[str, Any]:
    return {"shown": [f"{one.key}: {one.snippet or one.text}".removesuffix(": ") for one in details]}
