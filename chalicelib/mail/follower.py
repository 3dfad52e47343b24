"""Mail follows facts: what is said to a customer on a channel whose replies leave as mail is sent to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.conversations.model import MAILED_CHANNELS, Direction
from chalicelib.facts.model import Said
from chalicelib.mail.model import ReplyMail

if TYPE_CHECKING:
    from chalicelib.facts.model import Entry, Fact
    from chalicelib.outbox.holder import HasOutbox


class MailFollower:
    """The consumer of facts that sends replies out."""

    name = "mail"

    def __init__(self, house: HasOutbox) -> None:
        """Take who has the outbox: whether a write concerns mail is known without it."""
        self._house = house

    @staticmethod
    def wants(fact: Fact) -> bool:
        """Tell whether a fact is a message that its customer is to be sent as mail."""
        return (
            isinstance(fact, Said)
            and fact.notify
            and fact.direction == Direction.OUT
            and fact.place == "direct"
            and fact.channel in MAILED_CHANNELS
        )

    def take(self, entry: Entry) -> None:
        """Send each such message; one that is on its way already is not sent again."""
        for fact in entry.facts:
            if isinstance(fact, Said) and self.wants(fact):
                mail = ReplyMail(entry.conversation_id, fact.seq)
                self._house.outbox.carry(mail.id, mail)
