"""What the room of conversations offers to the others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from chalicelib.conversations.portal import CustomerConversations
from chalicelib.conversations.store import Conversations
from chalicelib.once import Once

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.attachments.service import Attachments
    from chalicelib.audit.store import Audit
    from chalicelib.conversations.desk import DeskConversations
    from chalicelib.conversations.indexing import Indexing
    from chalicelib.conversations.intake import ConversationIntake
    from chalicelib.conversations.labelling import Labelling
    from chalicelib.conversations.posting import Posting
    from chalicelib.conversations.searching import Searching
    from chalicelib.customers.store import Customers
    from chalicelib.deployment import Deployment
    from chalicelib.facts.room import FactsRoom
    from chalicelib.finding.index import WordIndex


class HasFacts(Protocol):
    """Has the facts, when something is written."""

    @property
    def facts(self) -> FactsRoom:
        """The facts."""
        ...


class ConversationsRoom:
    """``store`` reads conversations, ``portal`` is what customers do with theirs."""

    def __init__(
        self,
        base: Deployment,
        customers: Customers,
        attachments: Attachments,
        house: HasFacts,
        audit: Audit,
        shows: Callable[[str], bool],
    ) -> None:
        """Take the rooms it stands on; ``shows`` tells whether customers see public messages of a channel."""
        self._base, self._customers, self._attachments = base, customers, attachments
        self._house, self._audit, self._shows = house, audit, shows
        self.store = Conversations(base.table)
        self.portal = CustomerConversations(self.store, self)

    @Once
    def posting(self) -> Posting:
        """What writes to conversations."""
        from chalicelib.conversations.posting import Posting

        base = self._base
        return Posting(self.store, self._attachments, self._house.facts.log, self._audit, base.limits, base.clock)

    @Once
    def searching(self) -> Searching:
        """What searches customers' conversations."""
        from chalicelib.conversations.searching import Searching

        return Searching(self.store, self._words)

    @Once
    def indexing(self) -> Indexing:
        """What keeps the index of their words."""
        from chalicelib.conversations.indexing import Indexing

        return Indexing(self.store, self._words, self._base.clock)

    @Once
    def _words(self) -> WordIndex:
        from chalicelib.finding.index import WordIndex
        from chalicelib.finding.store import WordStore

        return WordIndex(WordStore(self._base.table))

    @Once
    def desk(self) -> DeskConversations:
        """What staff do with conversations."""
        from chalicelib.conversations.desk import DeskConversations

        return DeskConversations(self.posting, self._customers)

    @Once
    def intake(self) -> ConversationIntake:
        """What programs record in conversations."""
        from chalicelib.conversations.intake import ConversationIntake

        return ConversationIntake(self.posting, self._shows)

    @Once
    def labelling(self) -> Labelling:
        """Tags and attributes, and which attributes there are."""
        from chalicelib.conversations.labelling import Labelling

        return Labelling(self.posting, self._audit)
