"""What the room of conversations offers to the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.conversations.portal import CustomerConversations
from chalicelib.conversations.posting import Posting
from chalicelib.conversations.store import Conversations
from chalicelib.once import Once

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.attachments.service import Attachments
    from chalicelib.audit.store import Audit
    from chalicelib.conversations.desk import DeskConversations
    from chalicelib.conversations.intake import ConversationIntake
    from chalicelib.conversations.labelling import Labelling
    from chalicelib.customers.store import Customers
    from chalicelib.deployment import Deployment
    from chalicelib.facts.service import FactLog


class ConversationsRoom:
    """``store`` reads conversations, ``posting`` writes them, ``portal`` is what customers do with theirs."""

    def __init__(  # noqa: PLR0913 - what it stands on
        self,
        base: Deployment,
        customers: Customers,
        attachments: Attachments,
        facts: FactLog,
        audit: Audit,
        shows: Callable[[str], bool],
    ) -> None:
        """Take the rooms it stands on; ``shows`` tells whether customers see public messages of a channel."""
        self._customers, self._audit, self._shows = customers, audit, shows
        self.store = Conversations(base.table)
        self.posting = Posting(self.store, attachments, facts, audit, base.limits, base.clock)
        self.portal = CustomerConversations(self.posting)

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
