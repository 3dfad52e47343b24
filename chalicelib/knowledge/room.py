"""What the room of articles offers to the others."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from chalicelib.aws.queues import Queue
from chalicelib.once import Once

if TYPE_CHECKING:
    from chalicelib.attachments.service import Attachments
    from chalicelib.audit.store import Audit
    from chalicelib.deployment import Deployment
    from chalicelib.knowledge.categories import Categories
    from chalicelib.knowledge.images import Images
    from chalicelib.knowledge.indexing import Indexing
    from chalicelib.knowledge.library import Library
    from chalicelib.knowledge.listing import Listing
    from chalicelib.knowledge.search import Search
    from chalicelib.knowledge.service import Editing
    from chalicelib.knowledge.votes import Helpful
    from chalicelib.portal.store import Portal


class KnowledgeRoom:
    """What readers, editors and search do with articles; each is imported when somebody does it."""

    def __init__(self, base: Deployment, attachments: Attachments, portal: Portal, audit: Audit) -> None:
        """Take the rooms it stands on."""
        self._base, self._attachments, self._portal, self._audit = base, attachments, portal, audit

    @Once
    def library(self) -> Library:
        """What readers read of the knowledge base."""
        from chalicelib.knowledge.library import Library

        return Library(self._base.table)

    @Once
    def search(self) -> Search:
        """Finds articles."""
        from chalicelib.knowledge.search import Search

        return Search(self._base.table, self._base.files, self._base.limits)

    @Once
    def helpful(self) -> Helpful:
        """Whether articles helped."""
        from chalicelib.knowledge.votes import Helpful

        return Helpful(self._base.table, self._base.limits, self._base.signer, self._base.clock)

    @Once
    def listing(self) -> Listing:
        """Every public article, for machines."""
        from chalicelib.knowledge.listing import Listing

        return Listing(self._base.files, self.library, self._base.limits)

    @Once
    def indexing(self) -> Indexing:
        """Builds what search reads."""
        from chalicelib.knowledge.indexing import Indexing

        base = self._base
        queue = Queue(base.clients, base.settings.index_queue)
        return Indexing(base.table, base.files, queue, self.library, base.clock)

    @Once
    def editing(self) -> Editing:
        """What editors do with articles."""
        from chalicelib.knowledge.service import Editing
        from chalicelib.knowledge.store import Articles

        settings = partial(self._portal.get, consistent=True)
        store = Articles(self._base.table)
        return Editing(store, self._audit, settings, self.indexing.ask, self.images, self._base.clock)

    @Once
    def categories(self) -> Categories:
        """What editors do with categories."""
        from chalicelib.knowledge.categories import Categories

        return Categories(self.editing.store, self._audit, self.indexing.ask, self._base.clock)

    @Once
    def images(self) -> Images:
        """Pictures in articles."""
        from chalicelib.knowledge.images import Images

        return Images(self._base.table, self._base.files, self._attachments, self._base.clock)
