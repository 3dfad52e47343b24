"""What a content manager does with snippets: write them, translate them, remove what nothing uses."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from chalicelib.audit.model import Author, Change, differences
from chalicelib.aws import keys
from chalicelib.aws.table import Check, Refused
from chalicelib.records import dataclass
from chalicelib.refusals import ChangedMeanwhile, IdentityTaken, InUse, Invalid, NotFound
from chalicelib.snippets.model import MAX_LABEL, MAX_SNIPPETS, Snippet, check_name, check_values

if TYPE_CHECKING:
    from chalicelib.audit.store import Audit
    from chalicelib.aws.table import Later, Reads, Write
    from chalicelib.portal.details import Details, Shown
    from chalicelib.portal.model import PortalSettings
    from chalicelib.portal.store import Portal
    from chalicelib.snippets.store import SnippetStore


@dataclass(frozen=True, slots=True)
class Use:
    """A place that shows a snippet: what it is called for people, and the page of the settings that chooses it."""

    where: str
    page: str


class Snippets:
    """The snippets of an organization."""

    def __init__(self, store: SnippetStore, portal: Portal, details: Details, audit: Audit) -> None:
        """Take the store and what uses snippets."""
        self._store, self._portal, self._details, self._audit = store, portal, details, audit

    def all(self) -> tuple[Snippet, ...]:
        """Return every snippet, by name."""
        return self._store.all()

    def all_later(self, reads: Reads) -> Later[tuple[Snippet, ...]]:
        """Read the same together with other items."""
        return self._store.all_later(reads)

    def get(self, name: str, *, consistent: bool = False) -> Snippet | None:
        """Return a snippet, or None."""
        return self._store.get(name, consistent=consistent)

    def later(self, reads: Reads, name: str) -> Later[Snippet | None]:
        """Read a snippet together with other items."""
        return self._store.later(reads, name)

    def create(self, author: Author, name: str, values: Mapping[str, str]) -> Snippet:
        """Return a new snippet; refuse a name that is taken."""
        snippet = Snippet(check_name(name), check_values(values), 1)
        if len(self._store.all()) >= MAX_SNIPPETS:
            raise Invalid(f"There can be at most {MAX_SNIPPETS} snippets. Remove some first.", field="name")
        change = Change(author, "snippet:create", snippet.name, {}, _told(snippet), snippet.name)
        try:
            self._audit.commit([self._store.put(snippet, None)], change)
        except Refused as refused:
            raise IdentityTaken("A snippet with that name exists already.", field="name") from refused
        return snippet

    def save(self, author: Author, name: str, values: Mapping[str, str], version: int) -> Snippet:
        """Give a snippet other texts, made from ``version`` of it; labels that are copies of it change with it."""
        before = self._found(name)
        kept = check_values(values)
        if before.version != version:
            raise ChangedMeanwhile
        if kept == before.values:
            return before
        after = Snippet(name, kept, before.version + 1)
        unfit = after.unfit()
        if unfit and self._details.uses(name):
            raise Invalid(
                "This snippet is the display name of an attribute, so it has no placeholders and at most "
                f"{MAX_LABEL} characters. Choose another one there first.",
                field=f"text_{unfit}",
            )
        old, new = differences(_told(before), _told(after))
        writes: list[Write] = [
            self._store.put(after, before),
            *self._details.copied(replace(after, values=after.labels())),
        ]
        try:
            self._audit.commit(writes, Change(author, "snippet:change", name, old, new, name))
        except Refused as refused:
            raise ChangedMeanwhile from refused
        return after

    def delete(self, author: Author, name: str, version: int) -> None:
        """Remove a snippet that nothing uses; refuse any other, saying where it is used."""
        before = self._found(name)
        if before.version != version:
            raise ChangedMeanwhile
        settings, shown = self._portal.get(consistent=True), self._details.get()
        uses = self.uses(name)
        if uses:
            places = ", ".join(use.where for use in uses)
            raise InUse(f"This snippet is used: {places}. Choose another one there first.")
        # Nobody begins to use it while it goes: both places are as they were looked at.
        unchanged: list[Write] = [
            Check(keys.portal(), [_as(settings.version)]),
            Check(keys.portal_details(), [_as(shown.version)]),
        ]
        change = Change(author, "snippet:delete", name, _told(before), {}, name)
        try:
            self._audit.commit([self._store.delete(before), *unchanged], change)
        except Refused as refused:
            raise ChangedMeanwhile from refused

    def uses(self, name: str) -> tuple[Use, ...]:
        """Return every place that shows a snippet, as it is at this moment."""
        return tuple(self.places_later(self._store.table.together(consistent=True))().get(name, ()))

    def places_later(self, reads: Reads) -> Callable[[], Mapping[str, Sequence[Use]]]:
        """Read, together with other items, the places of every snippet that is used, by its name."""
        settings, shown = self._portal.later(reads), self._details.later(reads)
        return lambda: self._places(settings(), shown())

    @staticmethod
    def _places(settings: PortalSettings, shown: Shown) -> dict[str, tuple[Use, ...]]:
        found: dict[str, list[Use]] = {}

        def add(name: str, where: str, page: str) -> None:
            if name:
                found.setdefault(name, []).append(Use(where, page))

        add(settings.welcome, "welcome text of the home page", "general")
        add(settings.signature, "signature of e-mails", "general")
        for name in settings.theme.snippets if settings.theme else ():
            add(name, "theme of the portal", "themes")
        for detail in shown.details:
            add(detail.snippet, f"display name of the attribute “{detail.key}”", "portal")
        return {name: tuple(uses) for name, uses in found.items()}

    def _found(self, name: str) -> Snippet:
        found = self._store.get(name, consistent=True)
        if found is None:
            raise NotFound
        return found


def _told(snippet: Snippet) -> dict[str, Any]:
    return {f"text ({language})": text for language, text in snippet.values.items()}


def _as(version: int) -> tuple[str, str, Any]:
    return ("version", "=", version) if version else ("pk", "absent", None)
