"""Every DynamoDB key, with the access patterns they serve. No other module writes a key.

One table, ``pk`` and ``sk``; three indexes, each with ``gNpk`` and ``gNsk``.

    what is asked                         index             partition                    order
    ------------------------------------- ----------------- ---------------------------- -------------------------------
    a conversation's head                 table             CONV#<conversation>          c#z
    its messages, newest or oldest first  table             CONV#<conversation>          c#m#<sequence>
    its messages of a scope not shown     table             CONV#<conversation>          p#m#<sequence>
    what only staff see of it             table             CONV#<conversation>          s#head
    its notes, in order                   table             CONV#<conversation>          s#n#<note>
    its history (closed, snoozed, …)      table             CONV#<conversation>          s#e#<event>
    the state of the mail of a message    table             CONV#<conversation>          s#w#<sequence>
    what an external id was recorded as   table             CONV#<conversation>          s#x#<kind>#<external>
    all conversations of a customer       by_customer (g1)  CUST#<customer>              <activity>#<conversation>
    those open, those closed              by_status (g2)    CUST#<customer>#<open|done>  <activity>#<conversation>
    the desk's open, snoozed, closed      by_desk (g3)      DESK#<status>#<shard>        <activity|wake>#<conversation>
    mail that is still to go out          by_desk (g3)      OUTBOX#<shard>               <due>#<mail>
    a customer, with counts               table             CUST#<customer>              profile
    where a customer is signed in         table             CUST#<customer>              session#<hash>
    whose e-mail, external id or handle   table             CLAIM#<kind>#<value>         claim
    a staff member                        table             STAFF#<staff>                profile
    where a staff member is signed in     table             STAFF#<staff>                session#<hash>
    all staff                             table             STAFF                        <staff>
    the sign-in under way for an address  table             SIGNIN#<kind>#<hash>         challenge
    a sign-in mail                        table             MAIL#<mail>                  mail
    an upload, later the attachment       table             UPLOAD#<upload>              upload
    a limit's counter                     table             LIMIT#<name>#<subject>       <window>
    an answer already given to a form     table             IDEM#<actor>                 <key>
    an API token, by its secret           table             TOKEN#<hash>                 token
    all API tokens                        table             TOKENS                       <token>
    the portal's settings                 table             PORTAL                       settings
    the portal's logo                     table             PORTAL                       logo
    the newest entry of the audit log     table             AUDIT                        head
    the audit log, newest first           table             AUDIT                        e#<sequence>

What a customer may see of a conversation is the contiguous range of sort keys that begin with ``c#``: read
downwards it is the head, then the newest messages first. Notes and history sort after it (``s#``), public comments
too (``p#``), so no query for a customer's range can return them.

Items end by TTL on ``expires`` (epoch seconds): sessions, challenges, sign-in mail, counters, idempotency records
and uploads that were never attached.
"""

from __future__ import annotations

import zlib
from typing import NamedTuple


class Key(NamedTuple):
    """A primary key."""

    pk: str
    sk: str


SHARDS = 4
"""Partitions of each desk list and of the outbox: 4,000 writes a second before one of them is hot."""

VISIBLE = "c#"
"""Prefix of everything a customer may see of a conversation."""
MESSAGES = "c#m#"
UNSHOWN = "p#m#"
NOTES = "s#n#"
EVENTS = "s#e#"
SESSIONS = "session#"

BY_CUSTOMER = "by_customer"
BY_STATUS = "by_status"
BY_DESK = "by_desk"


def shard(identifier: str) -> int:
    """Return the shard (0 up to SHARDS) of a conversation or mail: stable, and even over ids."""
    return zlib.crc32(identifier.encode()) % SHARDS


def conversation(conversation_id: str) -> Key:
    """The head: what a customer sees of the conversation itself."""
    return Key(f"CONV#{conversation_id}", "c#z")


def message(conversation_id: str, seq: int) -> Key:
    """A message a customer may see, by its number in the conversation (1 is the first)."""
    return Key(f"CONV#{conversation_id}", f"{MESSAGES}{seq:08d}")


def unshown_message(conversation_id: str, seq: int) -> Key:
    """A message of a scope the portal does not show (a public comment)."""
    return Key(f"CONV#{conversation_id}", f"{UNSHOWN}{seq:08d}")


def staff_head(conversation_id: str) -> Key:
    """What only staff see: assignee, queue, note count and times."""
    return Key(f"CONV#{conversation_id}", "s#head")


def note(conversation_id: str, note_id: str) -> Key:
    """An internal note."""
    return Key(f"CONV#{conversation_id}", f"{NOTES}{note_id}")


def event(conversation_id: str, event_id: str) -> Key:
    """An entry of the conversation's history, for staff."""
    return Key(f"CONV#{conversation_id}", f"{EVENTS}{event_id}")


def reply_mail(conversation_id: str, seq: int) -> Key:
    """The mail that carries a message out, and how it fares."""
    return Key(f"CONV#{conversation_id}", f"s#w#{seq:08d}")


def external(conversation_id: str, kind: str, external_id: str) -> Key:
    """What became of a message or note (``kind``) that another system knows by an id of its own."""
    return Key(f"CONV#{conversation_id}", f"s#x#{kind}#{external_id}")


def by_customer(customer_id: str, activity: str, conversation_id: str) -> Key:
    """Place in the list of all of a customer's conversations."""
    return Key(f"CUST#{customer_id}", f"{activity}#{conversation_id}")


def by_status(customer_id: str, *, closed: bool, activity: str, conversation_id: str) -> Key:
    """Place in the list of a customer's open (snoozed too) or closed conversations."""
    return Key(f"CUST#{customer_id}#{'done' if closed else 'open'}", f"{activity}#{conversation_id}")


def by_desk(status: str, order: str, conversation_id: str) -> Key:
    """Place in one of the desk's lists; ``order`` is the activity, or when a snoozed one wakes."""
    return Key(desk_partition(status, shard(conversation_id)), f"{order}#{conversation_id}")


def desk_partition(status: str, number: int) -> str:
    """One shard of a desk list."""
    return f"DESK#{status}#{number}"


def outbox(due: str, mail_id: str) -> Key:
    """Place among the mail still to go out."""
    return Key(outbox_partition(shard(mail_id)), f"{due}#{mail_id}")


def outbox_partition(number: int) -> str:
    """One shard of the outbox."""
    return f"OUTBOX#{number}"


def customer(customer_id: str) -> Key:
    """A customer's profile and counts."""
    return Key(f"CUST#{customer_id}", "profile")


def customer_session(customer_id: str, token_hash: str) -> Key:
    """One sign-in of a customer."""
    return Key(f"CUST#{customer_id}", f"{SESSIONS}{token_hash}")


def claim(kind: str, value: str) -> Key:
    """Who owns an identity; ``value`` is normalised and never empty."""
    if not value:
        message = "nothing is ever joined on an empty value"
        raise ValueError(message)
    return Key(f"CLAIM#{kind}#{value}", "claim")


def staff(staff_id: str) -> Key:
    """A staff member."""
    return Key(f"STAFF#{staff_id}", "profile")


def staff_listed(staff_id: str) -> Key:
    """A staff member's entry in the list of all staff."""
    return Key("STAFF", staff_id)


def staff_session(staff_id: str, token_hash: str) -> Key:
    """One sign-in of a staff member."""
    return Key(f"STAFF#{staff_id}", f"{SESSIONS}{token_hash}")


def challenge(kind: str, address_hash: str) -> Key:
    """The newest sign-in under way for an address; asking again overwrites it, so the older one dies."""
    return Key(f"SIGNIN#{kind}#{address_hash}", "challenge")


def sign_in_mail(mail_id: str) -> Key:
    """A sign-in mail on its way."""
    return Key(f"MAIL#{mail_id}", "mail")


def upload(upload_id: str) -> Key:
    """An upload, and from the moment a message carries it, the attachment."""
    return Key(f"UPLOAD#{upload_id}", "upload")


def limit(name: str, subject: str, window: str) -> Key:
    """A counter of one limit for one subject (an address, an IP) in one window of time."""
    return Key(f"LIMIT#{name}#{subject}", window)


def idempotency(actor_id: str, key: str) -> Key:
    """The answer given to a form with this key."""
    return Key(f"IDEM#{actor_id}", key)


def token(token_hash: str) -> Key:
    """An API token that works; revoking removes it."""
    return Key(f"TOKEN#{token_hash}", "token")


def token_listed(token_id: str) -> Key:
    """An API token's entry in the list of all, which outlives its revocation."""
    return Key("TOKENS", token_id)


def portal() -> Key:
    """The portal's settings."""
    return Key("PORTAL", "settings")


def portal_logo() -> Key:
    """The portal's logo: beside the settings, which every page reads, and not in them."""
    return Key("PORTAL", "logo")


AUDIT = "AUDIT"
AUDIT_ENTRIES = "e#"


def audit_head() -> Key:
    """Number and hash of the newest entry of the audit log."""
    return Key(AUDIT, "head")


def audit_entry(seq: int) -> Key:
    """An entry of the audit log, by its number (1 is the first)."""
    return Key(AUDIT, f"{AUDIT_ENTRIES}{seq:010d}")
