"""Themes as items: a theme in the list, its revisions, what each holds in pieces, and what is noted beside them."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.aws import theme_keys as keys
from chalicelib.aws.items import Item
from chalicelib.aws.table import Delete, Put, Refused, Update
from chalicelib.clock import moment, stamp
from chalicelib.ids import new_secret
from chalicelib.records import dataclass
from chalicelib.themes.packing import packed, unpacked
from chalicelib.themes.revisions import DRAFT, EDITING_SECONDS, Editing, Failure, Revision, StoredAsset

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.aws.table import Table
    from chalicelib.themes.model import Asset, Content

PIECE = 300 * 1024
"""Bytes of a piece; an item has at most 400 KB."""
FAILURES_KEPT = timedelta(days=30)
_ATTEMPT = 12
"""Characters that tell those apart who write the same revision at once."""


@dataclass(frozen=True, slots=True)
class Head:
    """A theme as it is listed; ``base`` and ``changed`` are those of its newest revision."""

    id: str
    label: str
    base: str
    changed: tuple[str, ...]
    newest: Revision
    published: Revision | None
    version: int


@dataclass(frozen=True, slots=True)
class Held:
    """A revision of a theme, and where its content is: in ``pieces`` pieces, written in one ``attempt``."""

    theme_id: str
    revision: Revision
    attempt: str
    pieces: int


class ThemeStore:
    """Reads themes, and gives the writes that change them."""

    def __init__(self, table: Table) -> None:
        """Take the table."""
        self._table = table

    # the list

    def heads(self) -> list[Head]:
        """Return every theme, the oldest first."""
        return [_head(item) for item in self._table.walk(keys.THEMES, consistent=True)]

    def head(self, theme_id: str) -> Head | None:
        """Return a theme as it is at this moment, or None."""
        item = self._table.get(keys.theme(theme_id), consistent=True)
        return _head(item) if item else None

    @staticmethod
    def put_head(after: Head, before: Head | None) -> Put:
        """Return the write of a theme that is new, or was as ``before``."""
        item = {
            "label": after.label,
            "base": after.base,
            "changed": after.changed,
            "newest": _revision_item(after.newest),
            "published": _revision_item(after.published) if after.published else None,
            "version": after.version,
        }
        unchanged = ("version", "=", before.version) if before else ("pk", "absent", None)
        return Put(keys.theme(after.id), item, when=[unchanged])

    @staticmethod
    def delete_head(before: Head) -> Delete:
        """Return the write that takes a theme out of the list."""
        return Delete(keys.theme(before.id), when=[("version", "=", before.version)])

    # revisions

    def revisions(self, theme_id: str) -> list[Held]:
        """Return the revisions that are kept, the newest first."""
        items = self._table.walk(keys.of_theme(theme_id), prefix=keys.REVISIONS, consistent=True)
        return [_held(theme_id, item) for item in items][::-1]

    def revision(self, theme_id: str, number: int) -> Held | None:
        """Return a revision, or None."""
        item = self._table.get(keys.theme_revision(theme_id, number), consistent=True)
        return _held(theme_id, item) if item else None

    def content(self, held: Held) -> Content | None:
        """Return what a revision holds, None where it was deleted just now."""
        prefix = keys.theme_pieces(held.revision.number, held.attempt)
        found = list(self._table.walk(keys.of_theme(held.theme_id), prefix=prefix, consistent=True))
        return unpacked(b"".join(one["data"] for one in found)) if len(found) == held.pieces else None

    def hold(self, theme_id: str, revision: Revision, content: Content) -> Held:
        """Write what a revision that is about to be holds; :meth:`put_revision` makes it one."""
        data, attempt = packed(content), new_secret()[:_ATTEMPT]
        pieces = [data[start : start + PIECE] for start in range(0, len(data), PIECE)]
        place = [keys.theme_piece(theme_id, revision.number, attempt, number) for number in range(len(pieces))]
        self._table.write_many([Put(key, {"data": piece}) for key, piece in zip(place, pieces, strict=True)])
        return Held(theme_id, revision, attempt, len(pieces))

    @staticmethod
    def put_revision(held: Held) -> Put:
        """Return the write of a new revision."""
        item = {**_revision_item(held.revision), "attempt": held.attempt, "pieces": held.pieces}
        return Put(keys.theme_revision(held.theme_id, held.revision.number), item, when=[("pk", "absent", None)])

    @staticmethod
    def publish_revision(theme_id: str, revision: Revision) -> Update:
        """Return the write that notes of a revision that it is published; it must still be there."""
        put = {name: value for name, value in _revision_item(revision).items() if name in {"kind", "published_at"}}
        return Update(keys.theme_revision(theme_id, revision.number), put=put, when=[("pk", "present", None)])

    def drop_content(self, held: Held) -> None:
        """Delete what a revision holds that never came to be, or is deleted."""
        self._table.write_many(_pieces(held))

    def drop_draft(self, held: Held) -> None:
        """Delete a revision for good, unless it was published just now."""
        key = keys.theme_revision(held.theme_id, held.revision.number)
        with suppress(Refused):
            self._table.write(Delete(key, when=[("kind", "=", DRAFT)]))
            self.drop_content(held)

    def drop_all(self, theme_id: str) -> None:
        """Delete everything of a theme that is in the list no longer."""
        for held in self.revisions(theme_id):
            self._table.write_many([*_pieces(held), Delete(keys.theme_revision(theme_id, held.revision.number))])
        editors = self._table.walk(keys.of_theme(theme_id), prefix=keys.EDITORS, consistent=True)
        gone = [Delete(keys.theme_editor(theme_id, _editor(item).id)) for item in editors]
        self._table.write_many([*gone, Delete(keys.theme_failure(theme_id))])

    # pictures and fonts

    def asset(self, sha256: str) -> StoredAsset | None:
        """Return a picture or font, or None."""
        item = self._table.get(keys.theme_asset(sha256), consistent=True)
        return StoredAsset(sha256, item["type"], item["size"], item["public"]) if item else None

    def put_asset(self, asset: Asset) -> None:
        """Note a picture or font whose bytes are in the bucket; one that is there stays as it is."""
        item = {"type": asset.type, "size": asset.size, "public": False}
        with suppress(Refused):
            self._table.write(Put(keys.theme_asset(asset.sha256), item, when=[("pk", "absent", None)]))

    @staticmethod
    def show_asset(sha256: str) -> Update:
        """Return the write that lets everybody see a picture or font."""
        return Update(keys.theme_asset(sha256), put={"public": True}, when=[("pk", "present", None)])

    # what is noted beside them

    def edits(self, theme_id: str, member_id: str, name: str, now: datetime) -> None:
        """Note that a member edits a theme now."""
        expires = now + timedelta(seconds=EDITING_SECONDS)
        item = {"name": name, "at": stamp(now), "expires": int(expires.timestamp())}
        self._table.write(Put(keys.theme_editor(theme_id, member_id), item))

    def editors(self, theme_id: str, member_id: str, now: datetime) -> tuple[Editing, ...]:
        """Return who besides a member edited a theme lately."""
        lately = now - timedelta(seconds=EDITING_SECONDS)
        found = self._table.walk(keys.of_theme(theme_id), prefix=keys.EDITORS, consistent=True)
        return tuple(one for item in found if (one := _editor(item)).id != member_id and one.at > lately)

    def failed(self, theme_id: str, failure: Failure) -> None:
        """Note that pages of a revision failed ``failure.times`` more times."""
        expires = int((failure.at + FAILURES_KEPT).timestamp())
        put = {"entry": failure.entry, "sentence": failure.sentence, "at": stamp(failure.at), "expires": expires}
        key, number = keys.theme_failure(theme_id), failure.number
        try:
            self._table.write(Update(key, put=put, add={"times": failure.times}, when=[("number", "=", number)]))
        except Refused:  # the first of this revision
            self._table.write(Put(key, {**put, "number": number, "times": failure.times}))

    def failure(self, theme_id: str, now: datetime) -> Failure | None:
        """Return what went wrong last when a page of a theme was shown, None where nothing did for a month."""
        item = self._table.get(keys.theme_failure(theme_id))
        if item is None or moment(item["at"]) < now - FAILURES_KEPT:
            return None
        return Failure(item["number"], item["entry"], item["sentence"], moment(item["at"]), item["times"])


def _pieces(held: Held) -> list[Put | Delete]:
    number, attempt = held.revision.number, held.attempt
    return [Delete(keys.theme_piece(held.theme_id, number, attempt, piece)) for piece in range(held.pieces)]


def _revision_item(one: Revision) -> Item:
    item: Item = {"number": one.number, "kind": one.kind, "at": stamp(one.at), "by": one.by, "note": one.note}
    return {**item, "published_at": stamp(one.published_at)} if one.published_at else item


def _revision(item: Item) -> Revision:
    published = moment(item["published_at"]) if "published_at" in item else None
    return Revision(item["number"], item["kind"], moment(item["at"]), item["by"], item["note"], published)


def _head(item: Item) -> Head:
    return Head(
        item["sk"],
        item["label"],
        item["base"],
        tuple(item["changed"]),
        _revision(item["newest"]),
        _revision(item["published"]) if item["published"] else None,
        item["version"],
    )


def _held(theme_id: str, item: Item) -> Held:
    return Held(theme_id, _revision(item), item["attempt"], item["pieces"])


def _editor(item: Item) -> Editing:
    return Editing(item["sk"].removeprefix(keys.EDITORS), item["name"], moment(item["at"]))
