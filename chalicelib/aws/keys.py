"""Every DynamoDB key and every index, with the access patterns they serve. No other module spells one.

Those of articles are in ``article_keys.py``, those of themes in ``theme_keys.py``.

One table, ``pk`` and ``sk``; four indexes, each with ``gNpk`` and ``gNsk``. The names of :data:`INDEXES` are on AWS
and cannot be changed: ``by_desk`` was made for the desk's lists, which ``by_work`` has now, and serves what is due.

    what is asked                         index             partition                    order
    ------------------------------------- ----------------- ---------------------------- -------------------------------
    a conversation's head                 table             CONV#<conversation>          c#z
    its messages, newest or oldest first  table             CONV#<conversation>          c#m#<sequence>
    its messages of a scope not shown     table             CONV#<conversation>          p#m#<sequence>
    what only staff see of it             table             CONV#<conversation>          s#head
    what happened to it, in order         table             CONV#<conversation>          s#f#<number>
    what a consumer of that gave up on    table             CONV#<conversation>          s#p#<number>#<consumer>
    its notes, in order                   table             CONV#<conversation>          s#n#<note>
    its history (closed, snoozed, …)      table             CONV#<conversation>          s#e#<event>
    what carries a message out (a mail)   table             CONV#<conversation>          s#w#<sequence>
    what an external id was recorded as   table             CONV#<conversation>          s#x#<kind>#<external>
    all conversations of a customer       by_customer (g1)  CUST#<customer>              <activity>#<conversation>
    those open, those closed              by_status (g2)    CUST#<customer>#<open|done>  <activity>#<conversation>
    those with nothing to see yet         by_status (g2)    CUST#<customer>#unbegun      <conversation>
    the desk's open, snoozed, closed      by_work (g4)      WORK#<status>#<shard>        <activity|wake>#<conversation>
    the same, for the version before      by_desk (g3)      DESK#<status>#<shard>        <activity|wake>#<conversation>
    facts that are still to be told       by_desk (g3)      FACTS#<shard>                <due>#<conversation>
    facts that a consumer gave up on      by_desk (g3)      PARKED#<shard>               <due>#<conversation>
    what is still to go out (mail)        by_desk (g3)      OUTBOX#<shard>               <due>#<mail>
    a customer, with counts               table             CUST#<customer>              profile
    where a customer is signed in         table             CUST#<customer>              session#<hash>
    which words their conversations have  table             WORDS#<customer>             p#<run>#<number>
    which pages there are of these        table             WORDS#<customer>             w
    words that came lately, in order      table             WORDS#<customer>             w#<number>
    the conversation of a mark in these   table             WORDS#<customer>             m#<mark>
    whose e-mail, external id or handle   table             CLAIM#<kind>#<value>         claim
    a staff member                        table             STAFF#<staff>                profile
    where a staff member is signed in     table             STAFF#<staff>                session#<hash>
    all staff                             table             STAFF                        <staff>
    the sign-in under way for an address  table             SIGNIN#<kind>#<hash>         challenge
    anything else on its way out          table             MAIL#<mail>                  mail
    an upload, later the attachment       table             UPLOAD#<upload>              upload
    a limit's counter                     table             LIMIT#<name>#<subject>       <window>
    an answer already given to a form     table             IDEM#<actor>                 <key>
    an API token, by its secret           table             TOKEN#<hash>                 token
    all API tokens                        table             TOKENS                       <token>
    the portal's settings                 table             PORTAL                       settings
    the portal's logo                     table             PORTAL                       logo
    the attributes that are declared      table             PORTAL                       attributes
    those the portal shows, with labels   table             PORTAL                       details
    which search index is wanted, built   table             SEARCH                       state
    what custom sign-on is set to         table             SIGN_ON                      settings
    its shared secrets, sealed            table             SIGN_ON                      secrets
    whether a sign-on token came before   table             SIGN_ON#<hash>               used
    a member's last trial of sign-on      table             STAFF#<staff>                trial
    what OpenID Connect is set to         table             OPENID                       settings
    its client secret, sealed             table             OPENID                       secret
    which account a member signs in with  table             OPENID                       <staff>
    whether an OpenID state came before   table             OPENID#<hash>                used
    a merge of two customers under way    table             MERGES                       <customer>
    numbers that two customers share      table             MEETINGS                     <kind>#<older>
    all snippets, and each by its name    table             SNIPPETS                     <name>
    which form the table's items have     table             SCHEMA                       state
    the newest entry of the audit log     table             AUDIT                        head
    the audit log, newest first           table             AUDIT                        e#<sequence>

What a customer may see of a conversation is the contiguous range of sort keys that begin with ``c#``: read
downwards it is the head, then the newest messages first. Notes and history sort after it (``s#``), public comments
too (``p#``), so no query for a customer's range can return them.

Items end by TTL on ``expires`` (epoch seconds): sessions, challenges, sign-in mail, counters, idempotency records,
used sign-on tokens and OpenID states, trials of sign-on, signs of editors and failures of themes, and uploads that were
never attached.
"""

from __future__ import annotations

import zlib
from typing import NamedTuple


class Key(NamedTuple):
    """A primary key."""

    pk: str
    sk: str


SHARDS = 4
"""Partitions of each desk list, of the outbox and of what is due: 4,000 writes a second before one of them is hot."""

BY_CUSTOMER = "by_customer"
BY_STATUS = "by_status"
BY_DUE = "by_desk"
BY_WORK = "by_work"
INDEXES = {BY_CUSTOMER: 1, BY_STATUS: 2, BY_DUE: 3, BY_WORK: 4}
"""The indexes by name, each with the number in its attributes ``gNpk`` and ``gNsk``."""

VISIBLE = "c#"
"""Prefix of everything a customer may see of a conversation."""
MESSAGES = "c#m#"
UNSHOWN = "p#m#"
NOTES = "s#n#"
EVENTS = "s#e#"
FACTS = "s#f#"
_SEQ_DIGITS = 8
SESSIONS = "session#"


def shard(identifier: str) -> int:
    """Return the shard (0 up to SHARDS) of a conversation or mail: stable, and even over ids."""
    return zlib.crc32(identifier.encode()) % SHARDS


def index_attributes(index: str | None) -> tuple[str, str]:
    """The attributes that are the key of an index; of the table itself for None."""
    number = f"g{INDEXES[index]}" if index else ""
    return f"{number}pk", f"{number}sk"


def in_index(index: str, place: Key) -> dict[str, str]:
    """The attributes that put an item into an index at a place."""
    return dict(zip(index_attributes(index), place, strict=True))


def of_conversation(conversation_id: str) -> str:
    """The partition of a conversation."""
    return f"CONV#{conversation_id}"


def conversation_of(key: Key) -> str:
    """The id of the conversation whose partition a key is in."""
    return key.pk.removeprefix("CONV#")


def seq_of(key: Key) -> int:
    """The number at the end of the key of a message or a fact."""
    return int(key.sk[-_SEQ_DIGITS:])


def is_head(key: Key) -> bool:
    """Whether an item is the head of a conversation."""
    return key.sk == "c#z" and key.pk.startswith("CONV#")


def conversation(conversation_id: str) -> Key:
    """The head: what a customer sees of the conversation itself."""
    return Key(of_conversation(conversation_id), "c#z")


def message(conversation_id: str, seq: int) -> Key:
    """A message a customer may see, by its number in the conversation (1 is the first)."""
    return Key(of_conversation(conversation_id), f"{MESSAGES}{seq:08d}")


def unshown_message(conversation_id: str, seq: int) -> Key:
    """A message of a scope the portal does not show (a public comment)."""
    return Key(of_conversation(conversation_id), f"{UNSHOWN}{seq:08d}")


def staff_head(conversation_id: str) -> Key:
    """What only staff see: who has it, where it waits, tags and attributes, and how many facts there are."""
    return Key(of_conversation(conversation_id), "s#head")


def note(conversation_id: str, note_id: str) -> Key:
    """An internal note."""
    return Key(of_conversation(conversation_id), f"{NOTES}{note_id}")


def fact(conversation_id: str, seq: int) -> Key:
    """What one write did to a conversation, by its number (1 is the first)."""
    return Key(of_conversation(conversation_id), f"{FACTS}{seq:08d}")


def parked_fact(conversation_id: str, seq: int, consumer: str) -> Key:
    """A fact that a consumer gave up on."""
    return Key(of_conversation(conversation_id), f"s#p#{seq:08d}#{consumer}")


def event(conversation_id: str, event_id: str) -> Key:
    """An entry of the conversation's history, for staff."""
    return Key(of_conversation(conversation_id), f"{EVENTS}{event_id}")


def dispatch_beside(conversation_id: str, seq: int) -> Key:
    """What carries a message out, and how it fares."""
    return Key(of_conversation(conversation_id), f"s#w#{seq:08d}")


def external(conversation_id: str, kind: str, external_id: str) -> Key:
    """What became of a message or note (``kind``) that another system knows by an id of its own."""
    return Key(of_conversation(conversation_id), f"s#x#{kind}#{external_id}")


def by_customer(customer_id: str, activity: str, conversation_id: str) -> Key:
    """Place in the list of all of a customer's conversations."""
    return Key(f"CUST#{customer_id}", f"{activity}#{conversation_id}")


def by_status(customer_id: str, *, closed: bool, activity: str, conversation_id: str) -> Key:
    """Place in the list of a customer's open (snoozed too) or closed conversations."""
    return Key(f"CUST#{customer_id}#{'done' if closed else 'open'}", f"{activity}#{conversation_id}")


def unbegun(customer_id: str, conversation_id: str) -> Key:
    """Place of a conversation in which nothing was said yet that its customer may see; no list of theirs has it."""
    return Key(f"CUST#{customer_id}#unbegun", conversation_id)


def by_work(status: str, order: str, conversation_id: str) -> Key:
    """Place in one of the desk's lists; ``order`` is the activity, or when a snoozed one wakes."""
    return Key(work_partition(status, shard(conversation_id)), f"{order}#{conversation_id}")


def by_desk(status: str, order: str, conversation_id: str) -> Key:
    """The same place in the index that the version before reads, so that one can go back to that."""
    return Key(work_partition(status, shard(conversation_id), BY_DUE), f"{order}#{conversation_id}")


def work_partition(status: str, number: int, index: str = BY_WORK) -> str:
    """One shard of a desk list, in the index that has it or in the one that the version before reads."""
    return f"{'WORK' if index == BY_WORK else 'DESK'}#{status}#{number}"


def pending_facts(due: str, conversation_id: str) -> Key:
    """Place among the conversations with facts that are still to be told."""
    return Key(facts_partition(shard(conversation_id)), f"{due}#{conversation_id}")


def facts_partition(number: int) -> str:
    """One shard of the conversations with facts that are still to be told."""
    return f"FACTS#{number}"


def parked(due: str, conversation_id: str) -> Key:
    """Place among the facts that a consumer gave up on."""
    return Key(parked_partition(shard(conversation_id)), f"{due}#{conversation_id}")


def parked_partition(number: int) -> str:
    """One shard of the facts that a consumer gave up on."""
    return f"PARKED#{number}"


def schema() -> Key:
    """Which form the table's items have, and how far a change of it has come."""
    return Key("SCHEMA", "state")


def outbox(due: str, dispatch_id: str) -> Key:
    """Place among what is still to go out."""
    return Key(outbox_partition(shard(dispatch_id)), f"{due}#{dispatch_id}")


def outbox_partition(number: int) -> str:
    """One shard of the outbox."""
    return f"OUTBOX#{number}"


def customer(customer_id: str) -> Key:
    """A customer's profile and counts."""
    return Key(f"CUST#{customer_id}", "profile")


WORD_STATE = "w"
WORD_PAGES = "p#"


def of_words(customer_id: str) -> str:
    """The partition of a customer's index of words."""
    return f"WORDS#{customer_id}"


def word_state(customer_id: str) -> Key:
    """Which pages a customer's index of words has."""
    return Key(of_words(customer_id), WORD_STATE)


def new_words(customer_id: str, number: int) -> Key:
    """Words that came lately, by their number (1 is the first)."""
    return Key(of_words(customer_id), f"{WORD_STATE}#{number:08d}")


def word_page(customer_id: str, run: str, number: int) -> Key:
    """A page of words, in order, with the marks of the conversations that have them."""
    return Key(of_words(customer_id), f"{WORD_PAGES}{run}#{number:05d}")


def marked(customer_id: str, mark: str) -> Key:
    """Which conversations a mark in the pages stands for."""
    return Key(of_words(customer_id), f"m#{mark}")


def is_customer(key: Key) -> bool:
    """Whether an item is a customer's profile."""
    return key.sk == "profile" and key.pk.startswith("CUST#")


def customer_of(key: Key) -> str:
    """The id of the customer whose partition a key is in."""
    return key.pk.removeprefix("CUST#")


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


STAFF = "STAFF"


def staff_listed(staff_id: str) -> Key:
    """A staff member's entry in the list of all staff."""
    return Key(STAFF, staff_id)


def staff_session(staff_id: str, token_hash: str) -> Key:
    """One sign-in of a staff member."""
    return Key(f"STAFF#{staff_id}", f"{SESSIONS}{token_hash}")


def challenge(kind: str, address_hash: str) -> Key:
    """The newest sign-in under way for an address; asking again overwrites it, so the older one dies."""
    return Key(f"SIGNIN#{kind}#{address_hash}", "challenge")


def dispatch(dispatch_id: str) -> Key:
    """Anything else on its way out, such as a sign-in mail."""
    return Key(f"MAIL#{dispatch_id}", "mail")


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


def attributes() -> Key:
    """The attributes of conversations that are declared."""
    return Key("PORTAL", "attributes")


def portal_details() -> Key:
    """Which of them a conversation shows its customer, in order, with their display names."""
    return Key("PORTAL", "details")


def search_state() -> Key:
    """Which search index is wanted (``wanted`` counts what was published), which is built, and where it lies."""
    return Key("SEARCH", "state")


def sign_on() -> Key:
    """What custom sign-on of customers is set to."""
    return Key("SIGN_ON", "settings")


def sign_on_secrets() -> Key:
    """The secrets shared with the organization's own login, each sealed with the signing keys."""
    return Key("SIGN_ON", "secrets")


def sign_on_use(token_hash: str) -> Key:
    """That a sign-on token was used, by the hash of its issuer and id."""
    return Key(f"SIGN_ON#{token_hash}", "used")


def sign_on_trial(staff_id: str) -> Key:
    """What came of a member's last trial of custom sign-on."""
    return Key(f"STAFF#{staff_id}", "trial")


def openid() -> Key:
    """What OpenID Connect of staff is set to."""
    return Key("OPENID", "settings")


def openid_secret() -> Key:
    """The secret of our client at the provider, sealed with the signing keys."""
    return Key("OPENID", "secret")


def openid_account(staff_id: str) -> Key:
    """The one account at the provider that a member of staff signs in with."""
    return Key("OPENID", staff_id)


def openid_use(state_hash: str) -> Key:
    """That a sign-in came back from the provider, by the hash of its state."""
    return Key(f"OPENID#{state_hash}", "used")


def merge(customer_id: str) -> Key:
    """The merge that ends a customer, while it is under way; all of them lie in one partition."""
    return Key("MERGES", customer_id)


MEETINGS = "MEETINGS"


def meeting(kind: str, older: str) -> Key:
    """A phone number in its ``older`` form that in its newer one is another customer's; all are one partition."""
    return Key(MEETINGS, f"{kind}#{older}")


SNIPPETS = "SNIPPETS"


def snippet(name: str) -> Key:
    """A snippet, by its name; all of them are one partition."""
    return Key(SNIPPETS, name)


AUDIT = "AUDIT"
AUDIT_ENTRIES = "e#"


def audit_head() -> Key:
    """Number and hash of the newest entry of the audit log."""
    return Key(AUDIT, "head")


def audit_entry(seq: int) -> Key:
    """An entry of the audit log, by its number (1 is the first)."""
    return Key(AUDIT, f"{AUDIT_ENTRIES}{seq:010d}")
