"""The rules of mail on its way: its states, how often and when it is tried again, what is said when it fails.

    queued ──► sent          SES has it (its answer or its event said so)
       │  └──► skipped       nothing was to be sent: redacted meanwhile, no address, mail switched off, address unknown
       ▼  ▲
    failed                   given up, or bounced; staff see the sentence and can send again

All but ``queued`` are settled: the mail has left the outbox.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from enum import StrEnum

from chalicelib.records import dataclass

MAX_ATTEMPTS = 5
LEASE = timedelta(seconds=60)
"""How long one worker has a mail to itself: twice what a function may run."""
SWEEP_AFTER = timedelta(minutes=2)
"""What is due for so long was lost on its way to the queue."""
SWEEP_AGAIN = timedelta(minutes=10)
"""A queue that took a mail has it; only after so long is it asked again, so that a backlog does not feed itself."""
MAX_SWEPT = 300
"""Mails a run of the sweeper puts into the queue: a third of the time a run has."""
KEEP_SIGN_IN = timedelta(days=1)
"""How long the table remembers a sign-in mail, for events about it."""
MAX_QUOTED = 3
MAX_QUOTE = 1_000
"""Code points of each earlier message quoted below a reply."""
_LONGEST_SIGN_IN_WAIT = 60


class Kind(StrEnum):
    """What a mail is about."""

    REPLY = "reply"
    SIGN_IN = "sign-in"
    INVITATION = "invitation"


class State(StrEnum):
    """How a mail fares; only ``failed`` needs somebody's attention."""

    QUEUED = "queued"
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Dispatch:
    """A mail on its way.

    ``attempts`` counts leases, so a killed worker counts too, and tells whose lease a write speaks for. ``ses_id`` is
    the id SES gave, ``copies`` those of further copies that slipped out, ``past_ids`` those from before somebody sent
    it again; ``duplicates`` counts the copies of all time. ``given_up`` is a failure that sending again may cure.
    ``conversation_id`` and ``seq`` belong to replies; ``to``, ``challenge``, ``owner_kind``, ``known`` and ``language``
    to sign-in mail, and the first two are forgotten once it is settled. An invitation has ``staff_id``, whom it goes
    to, and ``by``, the name of who invites.
    """

    id: str
    kind: Kind
    state: State
    created_at: datetime
    attempts: int
    leased_until: datetime | None
    detail: str = ""
    given_up: bool = False
    ses_id: str = ""
    copies: tuple[str, ...] = ()
    past_ids: tuple[str, ...] = ()
    duplicates: int = 0
    conversation_id: str = ""
    seq: int = 0
    to: str = ""
    challenge: str = ""
    owner_kind: str = ""
    known: bool = False
    language: str = "en"
    staff_id: str = ""
    by: str = ""


def reply_id(conversation_id: str, seq: int) -> str:
    """Return the id of the mail that carries a message out."""
    return f"{conversation_id}:{seq}"


def tag(mail_id: str) -> str:
    """Return a mail's id as SES takes it for a message tag, where a colon may not stand."""
    return mail_id.replace(":", "-")


def id_of_tag(text: str) -> str:
    """Return the mail id of a tag."""
    return text.replace("-", ":")


def wait(kind: Kind, attempts: int, chance: float) -> int:
    """Return the seconds until the next try after ``attempts`` of them: 10, 40, 160, 640, a fifth more or less.

    ``chance`` is a random number from 0 to 1. Sign-in mail waits a minute at most: its code lives ten.
    """
    seconds = int(10 * 4 ** (attempts - 1))
    if kind is Kind.SIGN_IN:
        seconds = min(seconds, _LONGEST_SIGN_IN_WAIT)
    return round(seconds * (0.8 + 0.4 * chance))


def given_up(reason: str) -> str:
    """Return what staff read of a mail that was tried often enough."""
    return f"{reason} {MAX_ATTEMPTS} tries were made. Send it again in a while."


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
