"""What staff and programs do with tags and attributes: declare attributes, give conversations values, check them."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from chalicelib.audit.model import Author, Change, differences
from chalicelib.aws import keys
from chalicelib.aws.table import Put, Refused
from chalicelib.conversations.attributes import Attribute, Attributes, Declared, Type, Value, changed, complete, faults
from chalicelib.conversations.labels import check_tags
from chalicelib.records import dataclass
from chalicelib.refusals import ChangedMeanwhile, NotFound

if TYPE_CHECKING:
    from chalicelib.attachments.model import Attachment
    from chalicelib.audit.store import Audit
    from chalicelib.aws.items import Item
    from chalicelib.aws.table import Later, Reads, Table
    from chalicelib.conversations.model import Actor, Conversation
    from chalicelib.conversations.posting import Posting
    from chalicelib.conversations.thread import Writing


class Labelling:
    """Attributes of an organization, and tags and attributes of its conversations."""

    def __init__(self, posting: Posting, audit: Audit) -> None:
        """Take what posts, and the audit log."""
        self._posting, self._store, self._audit = posting, posting.store, audit
        self._table: Table = posting.store.table

    # which there are

    def later(self, reads: Reads) -> Later[Declared]:
        """Read the attributes together with other items."""
        return reads.want(keys.attributes(), _declared)

    def declared(self) -> Declared:
        """Return the attributes as they are at this moment."""
        return _declared(self._table.get(keys.attributes(), consistent=True))

    def declare(self, author: Author, attribute: Attribute, version: int) -> None:
        """Add an attribute behind all others; refuse what cannot be, and a change that came in between."""
        self._keep(author, version, attribute, new=True)

    def change(self, author: Author, attribute: Attribute, version: int) -> None:
        """Change an attribute, take it out of use or into use again; its key and type stay."""
        self._keep(author, version, attribute, new=False)

    def move(self, author: Author, key: str, by: int, version: int) -> None:
        """Move an attribute in use up (-1) or down (1)."""
        before = self._at(version)
        after = before.moved(key, by)
        if after == before:
            return
        orders = ([one.name for one in declared.active] for declared in (before, after))
        old, new = ({"order": order} for order in orders)
        self._write(Change(author, "attribute:move", "Attributes", old, new), after)

    def _keep(self, author: Author, version: int, attribute: Attribute, *, new: bool) -> None:
        before = self._at(version)
        old = before.get(attribute.key)
        if old is None and not new:
            raise NotFound
        for refusal in faults(attribute, before, new=new):
            raise refusal
        had, has = differences(_item(old) if old else {}, _item(attribute))
        if not new and not has:
            return
        verb = "declare" if new else _verb(old, attribute)
        change = Change(author, f"attribute:{verb}", attribute.name, had, has, attribute.key)
        self._write(change, before.with_one(attribute))

    def _at(self, version: int) -> Declared:
        declared = self.declared()
        if declared.version != version:
            raise ChangedMeanwhile
        return declared

    def _write(self, change: Change, after: Declared) -> None:
        version = after.version
        when = [("version", "=", version)] if version else [("pk", "absent", None)]
        item = {"version": version + 1, "every": json.dumps([_item(one) for one in after.every], ensure_ascii=False)}
        try:
            self._audit.commit([Put(keys.attributes(), item, when=when)], change)
        except Refused as refused:
            raise ChangedMeanwhile from refused

    # those of a conversation

    def check(self, values: Mapping[str, Value | None]) -> None:
        """Refuse values of what is not declared, or not of its type."""
        if values:
            changed({}, values, self.declared())

    def must_be_complete(self, conversation: Conversation | None) -> None:
        """Refuse a conversation that lacks an attribute which is required before closing."""
        if conversation is None:
            raise NotFound
        declared = self.declared()
        if any(one.required for one in declared.active):
            complete(self._store.side(conversation.id).attributes, declared)

    def label(
        self,
        actor: Actor,
        permission: str,
        conversation: Conversation | None,
        *,
        tags: Sequence[str] | None,
        attributes: Mapping[str, Value | None],
        told: bool = False,
    ) -> None:
        """Replace the tags (None: leave them) and change some attributes (a value of None removes one).

        With ``told`` it stands in the history that staff see.
        """
        actor.must(permission)
        if conversation is None:
            raise NotFound
        wanted = None if tags is None else check_tags(tags)
        declared = self.declared() if attributes else Declared()
        act = Label(actor, wanted, attributes, declared, told)
        self._posting.write(act, self._posting.state(conversation))


@dataclass(frozen=True, slots=True)
class Label:
    """Giving a conversation tags (None: those it has) and some attributes."""

    who: Actor
    tags: tuple[str, ...] | None
    attributes: Mapping[str, Value | None]
    declared: Declared
    told: bool

    def on(self, writing: Writing, _: tuple[Attachment, ...]) -> None:
        """Give them, with what the history is to name where it is to be told."""
        before = writing.side
        tags = before.tags if self.tags is None else self.tags
        values = changed(before.attributes, self.attributes, self.declared)
        named = _differing(before.attributes, values, self.declared)
        detail = ", ".join([*named, "Tags"] if tags != before.tags else named)
        writing.label(tags, values, detail if self.told else "")


def _differing(before: Attributes, after: Attributes, declared: Declared) -> list[str]:
    return [one.name for one in declared.every if before.get(one.key) != after.get(one.key)]


def _verb(old: Attribute | None, new: Attribute) -> str:
    if old is None or old.retired == new.retired:
        return "change"
    return "retire" if new.retired else "restore"


def _item(attribute: Attribute) -> dict[str, Any]:
    return {**asdict(attribute), "type": attribute.type.value, "choices": list(attribute.choices)}


def _declared(item: Item | None) -> Declared:
    if item is None:
        return Declared()
    every = (
        Attribute(**{**one, "type": Type(one["type"]), "choices": tuple(one["choices"])})
        for one in json.loads(item["every"])
    )
    return Declared(tuple(every), item["version"])
