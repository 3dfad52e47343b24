"""Snippets as items: all in one partition, so that a page of them, or one that needs several, reads once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.aws import keys
from chalicelib.aws.items import Item
from chalicelib.aws.table import Delete, Later, Put, Query, Reads, Table
from chalicelib.snippets.model import Snippet

if TYPE_CHECKING:
    from collections.abc import Iterable


class SnippetStore:
    """Reads snippets, and gives the writes that change them."""

    def __init__(self, table: Table) -> None:
        """Take the table."""
        self.table = table

    def later(self, reads: Reads, name: str) -> Later[Snippet | None]:
        """Read a snippet together with other items."""
        return reads.want(keys.snippet(name), _snippet)

    def get(self, name: str, *, consistent: bool = False) -> Snippet | None:
        """Return a snippet, or None."""
        return _snippet(self.table.get(keys.snippet(name), consistent=consistent))

    def all(self) -> tuple[Snippet, ...]:
        """Return every snippet, by name."""
        found = (_snippet(item) for item in self.table.walk(keys.SNIPPETS, consistent=True))
        return tuple(one for one in found if one)

    def all_later(self, reads: Reads) -> Later[tuple[Snippet, ...]]:
        """Read the same together with other items."""
        return reads.ask(
            Query(keys.SNIPPETS, consistent=True),
            lambda items, more: self.all() if more else tuple(one for item in items if (one := _snippet(item))),
        )

    def put(self, after: Snippet, before: Snippet | None) -> Put:
        """Return the write of a snippet that is new, or was as ``before``."""
        unchanged = ("version", "=", before.version) if before else ("pk", "absent", None)
        return Put(keys.snippet(after.name), item_of(after), when=[unchanged])

    def delete(self, before: Snippet) -> Delete:
        """Return the write that removes a snippet."""
        return Delete(keys.snippet(before.name), when=[("version", "=", before.version)])

    def load(self, snippets: Iterable[Snippet]) -> None:
        """Write many snippets as they are, without asking what is there."""
        self.table.write_many([Put(keys.snippet(one.name), item_of(one)) for one in snippets])


def item_of(snippet: Snippet) -> Item:
    """Return a snippet as it is stored."""
    return {"values": dict(snippet.values), "version": snippet.version}


def _snippet(item: Item | None) -> Snippet | None:
    return Snippet(item["sk"], item["values"], item["version"]) if item else None
