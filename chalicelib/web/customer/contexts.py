"""What the templates of customers' pages are given: one dataclass a page."""

from __future__ import annotations

from typing import ClassVar

from chalicelib.channels.contract import Channel
from chalicelib.conversations.model import Conversation, Row
from chalicelib.records import dataclass
from chalicelib.rendering.model import Page
from chalicelib.web.contexts import Choice, Composer, Fact, Fault, MessageView, SignedIn


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """A line of My Conversations; ``status_label`` is the status for people."""

    row: Row
    channel: Channel
    status_label: str


@dataclass(frozen=True, slots=True)
class Conversations(Page):
    """My Conversations. ``total`` is all of the customer's, whatever the filter.

    In a search (``q``), ``looked`` conversations have been searched so far, earlier pages included, and ``found`` of
    them match. ``more_url`` continues the search, and ``finished`` tells that all were searched. Without ``q``,
    ``more_url`` is the next page.
    """

    template: ClassVar[str] = "customer/conversations.html"
    rows: tuple[ConversationRow, ...]
    statuses: tuple[Choice, ...]
    sorts: tuple[Choice, ...]
    status: str
    sort: str
    q: str
    total: int
    shown_total: int
    first_page_url: str | None = None
    more_url: str | None = None
    looked: int = 0
    found: int = 0
    finished: bool = True


@dataclass(frozen=True, slots=True)
class ConversationPage(Page):
    """A conversation for its customer. ``composer`` is None if they cannot write (then ``new_url`` helps)."""

    template: ClassVar[str] = "customer/conversation.html"
    conversation: Conversation
    channel: Channel
    status_label: str
    messages: tuple[MessageView, ...]
    earlier_url: str | None
    newest: bool
    composer: Composer | None
    reopen_allowed: bool
    new_url: str
    continues_url: str | None
    updates_url: str
    seen_url: str
    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Updates(Page):
    """The parts of a conversation page that change, for the script; they are in the JSON of ``updates``."""

    template: ClassVar[str] = "customer/_thread.html"
    messages: tuple[MessageView, ...]
    earlier_url: str | None


@dataclass(frozen=True, slots=True)
class NewConversation(Page):
    """Start a conversation; ``continues_subject`` names the closed one it links back to."""

    template: ClassVar[str] = "customer/new.html"
    composer: Composer
    continues_subject: str = ""


@dataclass(frozen=True, slots=True)
class Account(Page):
    """Name, time zone, language, notifications, sessions, download of everything.

    An empty ``time_zone`` or ``language`` means the browser's. ``languages`` are the choices, with their names.
    """

    template: ClassVar[str] = "customer/account.html"
    name: str
    email: str
    time_zone: str
    time_zones: tuple[str, ...]
    language: str
    languages: tuple[tuple[str, str], ...]
    mail_replies: bool
    sessions: tuple[SignedIn, ...]
    session_hours: int
    faults: tuple[Fault, ...] = ()
