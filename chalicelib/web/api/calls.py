"""What an operation of the JSON API is, and the request that it gets."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel

from chalicelib.records import dataclass
from chalicelib.refusals import NotFound
from chalicelib.web.api import models
from chalicelib.web.http import MAX_FORM

if TYPE_CHECKING:
    from chalicelib.conversations.model import Conversation
    from chalicelib.customers.model import Customer
    from chalicelib.tokens.model import Token
    from chalicelib.web.visit import Visit


@dataclass(frozen=True, slots=True)
class Call:
    """One request on its way: who asks, and what was sent, checked for its form."""

    visit: Visit
    token: Token
    body: Any
    query: Any

    def conversation(self) -> Conversation:
        """Return the conversation of the address, as it is at this moment."""
        head = self.visit.house.conversations.store.get(self.visit.id("conversation_id"), consistent=True)
        if head is None:
            raise NotFound
        return head

    def customer(self, customer_id: str) -> Customer:
        """Return a customer."""
        customer = self.visit.house.customers.store.get(customer_id, consistent=True)
        if customer is None:
            raise NotFound
        return customer


Answer = tuple[int, models.Given | None]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation: the scope it needs, its models, and the answers it has by status."""

    does: Callable[[Call], Answer]
    scope: str
    answers: Mapping[int, type[models.Given] | None]
    body: type[BaseModel] | None = None
    query: type[BaseModel] | None = None
    optional: bool = False
    """Whether no body stands for an empty one."""
    or_scope: str = ""
    """Another scope that will do as well."""
    max_body: int = MAX_FORM
    """Bytes of the body."""
