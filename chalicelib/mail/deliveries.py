"""What became of a reply on its way out is a fact of its conversation, where it did not simply leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.facts.model import Delivered
from chalicelib.mail.model import ReplyMail
from chalicelib.outbox.model import State

if TYPE_CHECKING:
    from chalicelib.aws.table import Write
    from chalicelib.conversations.posting import Posting
    from chalicelib.outbox.model import Dispatch


class DeliveryFacts:
    """Records that a reply was not delivered. That it was sent is what a reply means (decision 0022)."""

    def __init__(self, posting: Posting) -> None:
        """Take what writes to conversations."""
        self._posting = posting

    def writes(self, dispatch: Dispatch, state: State) -> list[Write]:
        """Return the writes that record a change of state."""
        payload = dispatch.payload
        if not isinstance(payload, ReplyMail) or state not in {State.FAILED, State.SKIPPED}:
            return []
        return self._posting.recorded(payload.conversation_id, Delivered(payload.seq, state.value))
