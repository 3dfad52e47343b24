"""Where the content of mails comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.records import dataclass

if TYPE_CHECKING:
    from chalicelib.conversations.store import Conversations
    from chalicelib.customers.store import Customers
    from chalicelib.portal.store import Portal
    from chalicelib.snippets.store import SnippetStore
    from chalicelib.staff.store import Staff


@dataclass(frozen=True, slots=True)
class Sources:
    """What mails are made of. All of it is read consistently: mail leaves right after the commit that asked for it."""

    conversations: Conversations
    customers: Customers
    portal: Portal
    staff: Staff
    snippets: SnippetStore
