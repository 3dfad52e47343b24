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

    While searching (``q``), ``looked`` conversations were read so far, on earlier pages too, and ``found`` of them are
    hits; ``more_url`` goes on looking, and ``finished`` tells that all were read. Without ``q``, ``more_url`` is the
    next page.
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
    """A conversation for its customer. ``composer`` is None where nothing can be written (then ``new_url`` helps)."""

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
    """The parts of a conversation page that change, for the script; rendered inside the JSON of ``updates``."""

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

    An empty ``time_zone`` or ``language`` is that of the browser; ``languages`` are those to choose from, with names.
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
