"""What the room of articles offers to the others."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from chalicelib.aws.queues import Queue
from chalicelib.once import Once

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.attachments.service import Attachments
    from chalicelib.audit.store import Audit
    from chalicelib.deployment import Deployment
    from chalicelib.knowledge.categories import Categories
    from chalicelib.knowledge.dead_links import DeadLinks
    from chalicelib.knowledge.editing import Editing
    from chalicelib.knowledge.helpful import Helpful
    from chalicelib.knowledge.images import Images
    from chalicelib.knowledge.index_builds import IndexBuilds
    from chalicelib.knowledge.public_list import PublicList
    from chalicelib.knowledge.reading import Reading
    from chalicelib.knowledge.renewing import Renewing
    from chalicelib.knowledge.search.service import Search
    from chalicelib.portal.store import Portal


class KnowledgeRoom:
    """What readers, editors and search do with articles; each is imported when somebody does it."""

    def __init__(self, base: Deployment, attachments: Attachments, portal: Portal, audit: Audit) -> None:
        """Take the rooms it stands on."""
        self._base, self._attachments, self._portal, self._audit = base, attachments, portal, audit

    @Once
    def reading(self) -> Reading:
        """What readers read of the knowledge base."""
        from chalicelib.knowledge.reading import Reading

        return Reading(self._base.table)

    @Once
    def search(self) -> Search:
        """Finds articles."""
        from chalicelib.knowledge.search.service import Search

        return Search(self._base.table, self._base.files, self._base.limits)

    @Once
    def helpful(self) -> Helpful:
        """Whether articles helped."""
        from chalicelib.knowledge.helpful import Helpful

        return Helpful(self._base.table, self._base.limits, self._base.signer, self._base.clock)

    @Once
    def public_list(self) -> PublicList:
        """Every public article, for machines."""
        from chalicelib.knowledge.public_list import PublicList

        return PublicList(self._base.files, self.reading, self._base.limits)

    @Once
    def index_builds(self) -> IndexBuilds:
        """Builds what search reads."""
        from chalicelib.knowledge.index_builds import IndexBuilds

        base = self._base
        queue = Queue(base.clients, base.settings.index_queue)
        return IndexBuilds(base.table, base.files, queue, self.reading, base.clock)

    @Once
    def editing(self) -> Editing:
        """What editors do with articles."""
        from chalicelib.knowledge.article_store import Articles
        from chalicelib.knowledge.editing import Editing

        settings = partial(self._portal.get, consistent=True)
        store = Articles(self._base.table)
        return Editing(
            store,
            self._audit,
            settings=settings,
            changed=self.index_builds.ask,
            images=self.images,
            clock=self._base.clock,
        )

    def dead_links(self, has_page: Callable[[str], bool]) -> DeadLinks:
        """What finds links that lead nowhere; ``has_page`` tells whether a path is a page of the portal."""
        from chalicelib.knowledge.dead_links import DeadLinks

        return DeadLinks(self._base.table, self._base.settings.public_url, has_page)

    @Once
    def renewing(self) -> Renewing:
        """Renders anew what was published by an earlier version."""
        from chalicelib.knowledge.renewing import Renewing

        return Renewing(self._base.table)

    @Once
    def categories(self) -> Categories:
        """What editors do with categories."""
        from chalicelib.knowledge.categories import Categories

        return Categories(self.editing.store, self._audit, self.index_builds.ask, self._base.clock)

    @Once
    def images(self) -> Images:
        """Pictures in articles."""
        from chalicelib.knowledge.images import Images

        return Images(self._base.table, self._base.files, self._attachments, self._base.clock)
