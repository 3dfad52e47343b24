"""What the templates of the desk are given: one dataclass a page."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from typing import ClassVar

from chalicelib.channels.contract import Channel
from chalicelib.conversations.model import Conversation, Row
from chalicelib.records import dataclass
from chalicelib.rendering.model import Page
from chalicelib.signin.model import STAFF_SESSION_HOURS
from chalicelib.web.contexts import Choice, Composer, Fault, MessageView


@dataclass(frozen=True, slots=True)
class DeskRow:
    """A line of the desk."""

    row: Row
    channel: Channel
    customer: str
    status_label: str
    waiting: bool


@dataclass(frozen=True, slots=True)
class Desk(Page):
    """The desk's list: the conversations of one status."""

    template: ClassVar[str] = "desk/list.html"
    rows: tuple[DeskRow, ...]
    statuses: tuple[Choice, ...]
    status: str
    more_url: str | None = None
    first_page_url: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a desk conversation, in order of time: a message, a note (a MessageView too), an event or a gap.

    Of an event, ``detail`` names what was changed, and ``until`` is when somebody wants it back. Before a gap, notes
    and history are left out for which the page has no room; ``url`` leads to them.
    """

    kind: str
    at: datetime
    message: MessageView | None = None
    note_id: str = ""
    text: str = ""
    actor: str = ""
    detail: str = ""
    until: datetime | None = None
    url: str = ""


@dataclass(frozen=True, slots=True)
class Permissions:
    """What the signed-in member may do with this conversation; decides which forms show."""

    reply: bool
    note: bool
    status: bool
    rename: bool
    redact: bool
    label: bool


@dataclass(frozen=True, slots=True)
class LabelField:
    """An attribute at the desk: ``typed`` as the form's ``field`` has it, ``said`` as people read it.

    ``kind`` is text, number, date, boolean, choice or url, and text for what is no date where one should be;
    ``choices`` are value and label where there is a list.
    """

    field: str
    label: str
    kind: str
    typed: str
    said: str
    choices: tuple[tuple[str, str], ...]
    required: bool
    for_customers: bool


@dataclass(frozen=True, slots=True)
class Labels:
    """Tags and attributes of a conversation; ``seen`` is what the form's fields had when the page was made."""

    tags: tuple[str, ...]
    tags_typed: str
    fields: tuple[LabelField, ...]
    seen: str


@dataclass(frozen=True, slots=True)
class DeskConversation(Page):
    """A conversation at the desk: messages, notes and history in one column; forms the role allows beside it.

    ``alone`` where the page has notes and history without messages. ``notes_count`` is of all notes, shown or not.
    """

    template: ClassVar[str] = "desk/conversation.html"
    conversation: Conversation
    channel: Channel
    reply_channel: Channel
    mails: bool
    status_label: str
    customer_name: str
    customer_email: str
    customer_open: int
    customer_done: int
    entries: tuple[Entry, ...]
    earlier_url: str | None
    newest: bool
    answer: Composer
    note: Composer
    may: Permissions
    continues_url: str | None
    updates_url: str
    labels: Labels
    faults: tuple[Fault, ...] = ()
    customer_unproven: bool = False
    alone: bool = False
    notes_count: int = 0
    snooze_choices: tuple[tuple[str, str], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class DeskUpdates(Page):
    """The desk conversation's changing part, for the script."""

    template: ClassVar[str] = "desk/_entries.html"
    conversation: Conversation
    entries: tuple[Entry, ...]
    earlier_url: str | None
    may: Permissions
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a member is signed in; ``by`` says how."""

    token_hash: str
    device: str
    ip: str
    since: datetime
    by: str
    this: bool


@dataclass(frozen=True, slots=True)
class StaffAccount(Page):
    """Name, time zone and sign-ins of whoever looks."""

    template: ClassVar[str] = "desk/account.html"
    name: str
    email: str
    role: str
    time_zone: str
    time_zones: tuple[str, ...]
    sessions: tuple[Place, ...]
    session_hours: int = STAFF_SESSION_HOURS
    faults: tuple[Fault, ...] = ()
