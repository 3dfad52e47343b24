"""What the room of the table's form offers to the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.once import Once
from chalicelib.schema.store import SchemaStore

if TYPE_CHECKING:
    from chalicelib.aws.table import Table
    from chalicelib.conversations.follower import HasIndexing
    from chalicelib.schema.service import HasArticles, Migration


class SchemaRoom:
    """``store`` says which form the table's items have, ``migration`` changes it."""

    def __init__(self, table: Table, words: HasIndexing, articles: HasArticles) -> None:
        """Take the table, and who has what keeps the index of words, and the articles."""
        self.store, self._words, self._articles = SchemaStore(table), words, articles

    @Once
    def migration(self) -> Migration:
        """What brings an older form to the newest."""
        from chalicelib.schema.service import Migration

        return Migration(self.store, self._words, self._articles)
