"""The rules of mail: replies, how much they quote, what SES calls a mail, and what staff read of a bounce."""

from __future__ import annotations

from typing import ClassVar

from chalicelib.outbox.model import Payload, beside
from chalicelib.records import dataclass

MAX_QUOTED = 3
MAX_QUOTE = 1_000
"""Code points of each earlier message quoted below a reply."""


@dataclass(frozen=True, slots=True)
class ReplyMail(Payload):
    """A message of staff that leaves as e-mail; how that fares is kept beside the message."""

    kind: ClassVar[str] = "reply"
    conversation_id: str
    seq: int

    @property
    def id(self) -> str:
        """The id of its dispatch."""
        return beside(self.conversation_id, self.seq)


def tag(mail_id: str) -> str:
    """Return a mail's id as SES takes it for a message tag, where a colon may not stand."""
    return mail_id.replace(":", "-")


def id_of_tag(text: str) -> str:
    """Return the mail id of a tag."""
    return text.replace("-", ":")


def shortened(text: str, limit: int = MAX_QUOTE) -> str:
    """Return the beginning of ``text``, at most ``limit`` code points."""
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def bounced(bounce_type: str, sub_type: str) -> str:
    """Return the sentence for staff about a bounce, or nothing for one after which the mail may have arrived.

    A ``Transient`` bounce of no special kind is often an automatic answer, which SES takes for a bounce.
    """
    sentence = _BOUNCES.get(sub_type, "")
    if not sentence and bounce_type == "Permanent":
        return "The address does not exist or takes no mail. Ask the customer for another one."
    return sentence


REJECTED = "The mail service found something harmful in this mail and did not send it."

_SUPPRESSED = (
    "Mail to this address bounced or was reported as spam before, so the mail service sends none there. "
    "An operator can take the address off the suppression list."
)
_CONTENT = "The customer's mail provider refused what the mail says."
_BOUNCES = {
    "OnAccountSuppressionList": _SUPPRESSED,
    "Suppressed": _SUPPRESSED,
    "MailboxFull": "The customer's mailbox is full. Send it again later.",
    "MessageTooLarge": "The mail is larger than the customer's mail provider takes.",
    "ContentRejected": _CONTENT,
    "AttachmentRejected": _CONTENT,
}
