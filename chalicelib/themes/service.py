"""What editors do with themes: make and edit them, keep their pictures, go back, publish, and switch all of it off."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from chalicelib.audit.model import Author, Change
from chalicelib.aws.table import Refused, Write
from chalicelib.ids import is_id, new_id
from chalicelib.records import replace
from chalicelib.refusals import ChangedMeanwhile, InUse, Invalid, NotFound, Unavailable
from chalicelib.text import clean_line
from chalicelib.themes import publishing
from chalicelib.themes.assets import LOGO, SVG, asset_key, asset_name, is_sha
from chalicelib.themes.bases import UnknownVersion
from chalicelib.themes.bounds import tidied
from chalicelib.themes.editions import Edition
from chalicelib.themes.model import MAX_LABEL, Asset, Content, Problem
from chalicelib.themes.refusals import ThemeChanged, ThemeRefused
from chalicelib.themes.revisions import (
    DRAFT,
    DRAFTS_KEPT,
    MAX_NOTE,
    MAX_THEMES,
    PUBLISHED,
    Editing,
    Failure,
    Revision,
    StoredAsset,
    Theme,
)
from chalicelib.themes.store import Head, Held

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from chalicelib.audit.store import Audit
    from chalicelib.aws.files import Files
    from chalicelib.clock import Clock
    from chalicelib.portal.store import Portal
    from chalicelib.staff.model import Member
    from chalicelib.themes.bases import Bases
    from chalicelib.themes.store import ThemeStore

MAX_NAME = 80
"""Characters of the name of a file that are told back."""
_TRIES = 4
"""So often a draft is saved again behind a change that is none of its content, such as of the label."""


class Themes:
    """The use cases of editors. What customers see of a theme is in ``looks.py``."""

    def __init__(
        self, store: ThemeStore, portal: Portal, audit: Audit, files: Files, bases: Bases, clock: Clock
    ) -> None:
        """Take the store, the portal's settings, the audit log, the buckets, the versions of Midtown and the clock."""
        self._store, self._portal, self._audit = store, portal, audit
        self._bucket, self.bases, self._clock = files, bases, clock

    # reading

    def list(self) -> tuple[Theme, ...]:
        """Return every theme, by label."""
        live = self._live()
        found = [_theme(one, live) for one in self._store.heads()]
        return tuple(sorted(found, key=lambda one: one.label.casefold()))

    def get(self, theme_id: str) -> Theme:
        """Return a theme as it is at this moment, or refuse (NotFound)."""
        return _theme(self._head(theme_id), self._live())

    def content(self, theme_id: str, number: int | None = None) -> Content:
        """Return what a revision holds, the newest without a number, or refuse (NotFound)."""
        head = self._head(theme_id)
        return self._content(self._held(theme_id, head.newest.number if number is None else number))

    def files(self, content: Content) -> dict[str, str]:
        """Return the texts of all files of a content by name, those of its base included that it did not change."""
        return {**self._base_files(content.base), **content.files}

    def revisions(self, theme_id: str) -> tuple[Revision, ...]:
        """Return the revisions that are kept, the newest first."""
        self._head(theme_id)
        return tuple(one.revision for one in self._store.revisions(theme_id))

    def failure(self, theme_id: str) -> Failure | None:
        """Return what went wrong last when a customer was to see a page of it, for a month."""
        self._head(theme_id)
        return self._store.failure(theme_id, self._clock())

    # editing

    def create(self, author: Author, label: str, content: Content | None = None) -> Theme:
        """Return a new theme: Midtown's newest with today's colour, logo and welcome, or with a content.

        The pictures of a content were stored by :meth:`keep` before, or are those of another theme.
        """
        return self._create(author, label, content or self._midtown(), "theme:create", {})

    def duplicate(self, author: Author, theme_id: str, label: str) -> Theme:
        """Return a new theme that starts with the newest revision of another."""
        return self._create(author, label, self.content(theme_id), "theme:duplicate", {"from": theme_id})

    def rename(self, author: Author, theme_id: str, label: str) -> Theme:
        """Give a theme another label."""
        before, label = self._head(theme_id), _label(label)
        if label != before.label:
            after = replace(before, label=label, version=before.version + 1)
            change = Change(author, "theme:rename", label, {"label": before.label}, {"label": label}, theme_id)
            self._commit([self._store.put_head(after, before)], change)
        return self.get(theme_id)

    def delete(self, author: Author, theme_id: str) -> None:
        """Delete a theme and its history for good; refuse the one that is live (InUse)."""
        before, settings = self._head(theme_id), self._portal.get(consistent=True)
        if settings.theme and settings.theme.id == theme_id:
            raise InUse("Customers see this theme. Publish another one first, or switch themes off.")
        writes: list[Write] = [self._store.delete_head(before), self._portal.unchanged(settings)]
        told = {"label": before.label, "revision": before.newest.number}
        self._commit(writes, Change(author, "theme:delete", before.label, told, {}, theme_id))
        self._store.drop_all(theme_id)

    def save(self, author: Author, theme_id: str, content: Content, *, seen: int, note: str = "") -> Revision:
        """Save a draft that was made from revision ``seen``; refuse (ThemeChanged) where another was saved since.

        A content like that of ``seen`` is no new revision. What is more than a theme may hold is refused
        (ThemeRefused, whose field is the name of the file), problems of a template are not.
        """
        head = self._head(theme_id)
        _only_newest(head, seen)
        content = tidied(content, self._base_files(content.base))
        before = self._content(self._held(theme_id, seen))
        if content == before:
            return head.newest
        self._check_assets(content, before)
        return self._save(author, "theme:save", head, content, note, publishing.told(before, content))

    def restore(self, author: Author, theme_id: str, number: int) -> Revision:
        """Save the content of an older revision as a new draft."""
        head, content = self._head(theme_id), self._content(self._held(theme_id, number))
        return self._save(author, "theme:restore", head, content, f"Revision {number} again", {"restored": number})

    def edits(self, theme_id: str, member: Member) -> None:
        """Note that a member edits a theme, so that others are told."""
        self._head(theme_id)
        self._store.edits(theme_id, member.id, member.name, self._clock())

    def editors(self, theme_id: str, member: Member) -> tuple[Editing, ...]:
        """Return who besides a member edited a theme within the last minutes."""
        self._head(theme_id)
        return self._store.editors(theme_id, member.id, self._clock())

    # pictures and fonts

    def add_asset(self, author: Author, theme_id: str, name: str, data: bytes, *, seen: int) -> Revision:
        """Save a draft with one more picture or font, ``assets/hero.jpg`` by name, or another under a name it has."""
        content = self.content(theme_id, seen)
        asset = self.keep(name, data)
        return self.save(author, theme_id, replace(content, assets={**content.assets, asset.name: asset}), seen=seen)

    def keep(self, name: str, data: bytes) -> Asset:
        """Check a picture or font and store its bytes for themes, or refuse what it cannot be (ThemeRefused)."""
        from chalicelib.themes.pictures import checked

        found = checked(name, data)
        if isinstance(found, Problem):
            raise ThemeRefused(found.sentence, field=name[:MAX_NAME])
        asset = Asset(name, found.type, len(found.data), hashlib.sha256(found.data).hexdigest())
        self._bucket.put(asset_key(asset.sha256), found.data, asset.type)
        self._store.put_asset(asset)
        return asset

    def asset(self, sha256: str) -> StoredAsset:
        """Return what is known of a picture or font, or refuse (NotFound)."""
        found = self._store.asset(sha256) if is_sha(sha256) else None
        if found is None:
            raise NotFound
        return found

    def data(self, sha256: str) -> bytes:
        """Return the bytes of a picture or font."""
        return self._bucket.read(asset_key(self.asset(sha256).sha256))

    def asset_address(self, sha256: str, content_type: str) -> str:
        """Return a URL that serves it for ten minutes. Whether the reader may see it is for the caller to know."""
        return self._bucket.presign_asset(asset_key(sha256), content_type)

    # publishing

    def publish(
        self, author: Author, theme_id: str, number: int, problems: Sequence[Problem], *, reason: str = ""
    ) -> Revision:
        """Make a revision what customers see; mails and the desk take its colour and logo.

        ``problems`` are those that the checks found in this revision: an error is refused (ThemeRefused), and so are
        warnings without a ``reason``, which the audit log keeps with them.
        """
        reason = clean_line(reason)[:MAX_NOTE]
        publishing.refuse(problems, reason)
        head, held = self._head(theme_id), self._held(theme_id, number)
        content, settings = self._content(held), self._portal.get(consistent=True)
        behind = content.base != self.bases.newest
        edition = Edition(f"{theme_id}-{number}", content, self._base_files(content.base), old=behind)
        publishing.refuse(publishing.faults(edition), reason)
        live, brand = publishing.live(edition, theme_id, number), publishing.brand(edition, self.bases.newest)
        after, writes = self._portal.changed(settings, brand.logo, theme=live, **brand.settings)
        revision = replace(held.revision, kind=PUBLISHED, published_at=self._clock())
        newest = revision if head.newest.number == number else head.newest
        listed = replace(head, newest=newest, published=revision, version=head.version + 1)
        shown = [self._store.show_asset(one) for one in sorted({one.sha256 for one in content.assets.values()})]
        own: list[Write] = [
            self._store.put_head(listed, head),
            self._store.publish_revision(theme_id, revision),
            *shown,
        ]
        old, new = publishing.told_of_settings(settings, after, reason, problems)
        change = Change(author, "theme:publish", head.label, old, {**new, "revision": number}, theme_id)
        self._commit([*writes, *own], change)
        return revision

    def switch_off(self, author: Author) -> None:
        """Let customers see plain Midtown, in today's colour; no theme is changed by it."""
        before = self._portal.get(consistent=True)
        after, writes = self._portal.changed(before, theme=None)
        if writes:
            old, new = publishing.told_of_settings(before, after, "", ())
            self._commit(writes, Change(author, "theme:off", "Theme of the portal", old, new))

    # in common

    def _base_files(self, version: str) -> Mapping[str, str]:
        try:
            return self.bases.files(version)
        except UnknownVersion as error:
            raise ThemeRefused(f"There is no version “{clean_line(version)[:20]}” of Midtown here.") from error

    def _live(self) -> str:
        settings = self._portal.get(consistent=True)
        return settings.theme.id if settings.theme else ""

    def _head(self, theme_id: str) -> Head:
        found = self._store.head(theme_id) if is_id(theme_id) else None
        if found is None:
            raise NotFound
        return found

    def _held(self, theme_id: str, number: int) -> Held:
        found = self._store.revision(theme_id, number) if is_id(theme_id) else None
        if found is None:
            raise NotFound
        return found

    def _content(self, held: Held) -> Content:
        found = self._store.content(held)
        if found is None:
            raise NotFound
        return found

    def _midtown(self) -> Content:
        """Return Midtown's newest with what pages show today: colour, welcome and logo."""
        settings = self._portal.get(consistent=True)
        values: dict[str, Any] = {"brand": settings.colour, "welcome": settings.welcome}
        if not settings.has_logo:
            return Content(self.bases.newest, values=values)
        logo = self._portal.shown_logo()
        if isinstance(logo, str):
            asset = self.keep(asset_name(LOGO, SVG), logo.encode())
        else:
            found = self.asset(logo.sha256)
            asset = Asset(asset_name(LOGO, found.type), found.type, found.size, found.sha256)
        return Content(self.bases.newest, values={**values, "logo": asset.name}, assets={asset.name: asset})

    def _create(self, author: Author, label: str, content: Content, action: str, told: dict[str, Any]) -> Theme:
        label, now = _label(label), self._clock()
        content = tidied(content, self._base_files(content.base))
        self._check_assets(content, None)
        if len(self._store.heads()) >= MAX_THEMES:
            raise Invalid(f"There can be at most {MAX_THEMES} themes. Delete one first.", field="label")
        theme_id, first = new_id(now), Revision(1, DRAFT, now, author.name)
        head = Head(theme_id, label, content.base, tuple(content.files), first, None, 1)
        told = {"base": content.base, **told}
        self._write(head, None, content, Change(author, action, label, {}, told, theme_id))
        return self.get(theme_id)

    def _save(
        self, author: Author, action: str, head: Head, content: Content, note: str, told: dict[str, Any]
    ) -> Revision:
        """Save a draft behind the newest revision of ``head``, whatever else changes in the list meanwhile."""
        seen, note = head.newest.number, clean_line(note)[:MAX_NOTE]
        revision = Revision(seen + 1, DRAFT, self._clock(), author.name, note)
        told = {"revision": revision.number, **told, **({"note": note} if note else {})}
        change = Change(author, action, head.label, {"revision": seen}, told, head.id)
        for _ in range(_TRIES):
            after = replace(
                head,
                base=content.base,
                changed=tuple(content.files),
                newest=revision,
                version=head.version + 1,
            )
            try:
                self._write(after, head, content, change)
            except Refused:
                head = self._head(head.id)
                _only_newest(head, seen)
            else:
                self._forget_old(head.id, revision.number)
                return revision
        raise ChangedMeanwhile

    def _write(self, after: Head, before: Head | None, content: Content, change: Change) -> None:
        """Write a revision with what it holds, or raise :class:`Refused` and leave nothing of it."""
        held = self._store.hold(after.id, after.newest, content)
        try:
            self._audit.commit([self._store.put_revision(held), self._store.put_head(after, before)], change)
        except Refused:
            with suppress(Unavailable):
                self._store.drop_content(held)
            raise

    def _forget_old(self, theme_id: str, number: int) -> None:
        """Delete drafts that are no longer kept; the next save goes on where that fails."""
        if number <= DRAFTS_KEPT:
            return
        with suppress(Unavailable):
            drafts = [one for one in self._store.revisions(theme_id) if one.revision.kind == DRAFT]
            for one in drafts[DRAFTS_KEPT:]:
                self._store.drop_draft(one)

    def _check_assets(self, content: Content, before: Content | None) -> None:
        """Refuse a picture or font that was never stored, or is told of otherwise than it is."""
        known = before.assets if before else {}
        for name, one in content.assets.items():
            if known.get(name) == one:
                continue
            found = self._store.asset(one.sha256) if is_sha(one.sha256) else None
            if one.name != name or found is None or (found.type, found.size) != (one.type, one.size):
                raise ThemeRefused(f"{name} is no longer here. Add it again.", field=name)

    def _commit(self, writes: Sequence[Write], change: Change) -> None:
        try:
            self._audit.commit(writes, change)
        except Refused as refused:
            raise ChangedMeanwhile from refused


def _only_newest(head: Head, seen: int) -> None:
    if head.newest.number != seen:
        raise ThemeChanged(head.newest.by, head.newest.at)


def _label(text: str) -> str:
    label = clean_line(text)
    if not label or len(label) > MAX_LABEL:
        raise Invalid(f"A theme needs a label of at most {MAX_LABEL} characters.", field="label")
    return label


def _theme(head: Head, live: str) -> Theme:
    return Theme(
        head.id, head.label, head.base, head.changed, head.id == live, head.newest, head.published, head.version
    )
