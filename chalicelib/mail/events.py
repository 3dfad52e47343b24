"""What SES publishes about mails, read as news for the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from chalicelib.aws.outgoing import TAG
from chalicelib.mail.model import REJECTED, bounced, id_of_tag


class News(NamedTuple):
    """That a mail left under an id of SES, or that it was refused, with a sentence for staff."""

    mail_id: str
    ses_id: str
    refusal: str = ""


def news(event: Mapping[str, Any]) -> News | None:
    """Return what an event tells; None for one of other mail or of a kind that changes nothing."""
    mail = event.get("mail")
    tags = mail.get("tags") if isinstance(mail, Mapping) else None
    named = tags.get(TAG) if isinstance(tags, Mapping) else None
    if not isinstance(mail, Mapping) or not isinstance(named, list) or len(named) != 1:
        return None
    ses_id = str(mail.get("messageId", ""))
    refusal = _refusal(event)
    return News(id_of_tag(str(named[0])), ses_id, refusal) if ses_id and refusal is not None else None


def _refusal(event: Mapping[str, Any]) -> str | None:
    """Return why a mail was not delivered, nothing where it was, and None where the event does not say."""
    kind = event.get("eventType")
    if kind in {"Send", "Delivery"}:
        return ""
    if kind == "Reject":
        return REJECTED
    if kind == "Bounce":
        bounce = event.get("bounce")
        details = bounce if isinstance(bounce, Mapping) else {}
        return bounced(str(details.get("bounceType", "")), str(details.get("bounceSubType", ""))) or None
    return None
