"""What the room of the table's form offers to the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.once import Once
from chalicelib.schema.store import SchemaStore

if TYPE_CHECKING:
    from chalicelib.aws.table import Table
    from chalicelib.conversations.follower import HasIndexing
    from chalicelib.customers.room import CustomersRoom
    from chalicelib.schema.model import Form
    from chalicelib.schema.service import HasArticles, Migration


class SchemaRoom:
    """``store`` says which form the table's items have, ``migration`` changes it."""

    def __init__(self, table: Table, words: HasIndexing, articles: HasArticles, customers: CustomersRoom) -> None:
        """Take the table, who has the index of words and the articles, and the customers whose numbers have a form."""
        self.store, self._words, self._articles, self._customers = SchemaStore(table), words, articles, customers

    def sweep(self, form: Form, seconds: float) -> None:
        """Go on for so long with what is under way; begin it where the organization's country was set or changed."""
        if form.walk:
            self.migration.go_on(form, seconds)
        elif form.current and form.country != self._customers.country():
            self.migration.go_on(self.migration.begin(), seconds)

    @Once
    def migration(self) -> Migration:
        """What brings an older form to the newest."""
        from chalicelib.schema.service import Migration

        return Migration(self.store, self._words, self._articles, self._customers)
