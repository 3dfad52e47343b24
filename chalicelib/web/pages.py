"""What each template is given: one dataclass a page, rendered by ``rendering.py``; a test holds both to each other."""

from __future__ import annotations

from dataclasses import field
from datetime import datetime
from typing import ClassVar

from chalicelib.channels.model import Channel
from chalicelib.conversations.model import Attachment, Conversation, Direction, Row
from chalicelib.records import dataclass
from chalicelib.web.urls import Urls


@dataclass(frozen=True, slots=True)
class Site:
    """What every page knows; in templates ``site``.

    ``viewer`` is the name of who is signed in, or empty; ``area`` is ``portal``, ``desk``, ``settings`` or
    ``internal`` and decides the header. ``permissions`` are what a member of staff who is signed in may do.
    ``language`` is one of ``speech.LANGUAGES``, ``direction`` ``ltr`` or ``rtl``. ``languages`` are those to choose
    from, each with its own name; none where there is no choice. ``address`` is where choosing one comes back to.
    ``csrf`` goes into every form as the hidden field ``csrf``. ``notice`` is a sentence shown once after a redirect.
    ``here`` names the current page in the navigation: home, conversations, new, account, desk, a page of the
    settings, or empty.
    ``time_zone`` is the zone the viewer chose; empty, the script shows times in the browser's own.
    """

    organization: str
    urls: Urls
    area: str
    csrf: str
    brand_version: int
    has_logo: bool
    portal_on: bool
    viewer: str = ""
    notice: str = ""
    here: str = ""
    time_zone: str = ""
    language: str = "en"
    direction: str = "ltr"
    permissions: frozenset[str] = frozenset()
    internal_portal: bool = False
    languages: tuple[tuple[str, str], ...] = ()
    address: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a form: shown at the top, linked to ``field``, and beside the field."""

    sentence: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """A page; ``template`` is its file under ``templates/``."""

    template: ClassVar[str]


@dataclass(frozen=True, slots=True)
class Login(Page):
    """Ask for an e-mail address. ``action`` is where the form posts (customers and staff share the page).

    ``sso_url`` leads to the organization's own login, where customers have one, or to the ``provider`` of staff.
    ``codes`` tells that e-mailed codes are possible.
    """

    template: ClassVar[str] = "portal/login.html"
    action: str
    email: str = ""
    return_to: str = ""
    staff: bool = False
    sso_url: str = ""
    provider: str = ""
    codes: bool = True
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class LoginCode(Page):
    """Ask for the 8-digit code. ``email`` is what was typed; ``again`` is where a new code is asked for."""

    template: ClassVar[str] = "portal/login_code.html"
    action: str
    again: str
    email: str
    staff: bool = False
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class LoginLink(Page):
    """The page a sign-in link opens: a button that posts. ``usable`` is False in another browser."""

    template: ClassVar[str] = "portal/login_link.html"
    action: str
    again: str
    usable: bool
    staff: bool = False
    fault: Fault | None = None


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """A line of My Conversations; ``status_label`` is the status for people."""

    row: Row
    channel: Channel
    status_label: str


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a closed list: a filter tab or an option."""

    value: str
    label: str
    url: str
    current: bool
    count: int | None = None


@dataclass(frozen=True, slots=True)
class Conversations(Page):
    """My Conversations. ``total`` is all of the customer's, whatever the filter.

    While searching (``q``), ``looked`` conversations were read so far, on earlier pages too, and ``found`` of them are
    hits; ``more_url`` goes on looking, and ``finished`` tells that all were read. Without ``q``, ``more_url`` is the
    next page.
    """

    template: ClassVar[str] = "portal/conversations.html"
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
class FileLimits:
    """What the upload field says before a file is chosen, and what the script checks. Sizes in bytes."""

    max_files: int
    max_size: int
    extensions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Composer:
    """A reply box: its form, what was typed, files already uploaded, and what was wrong.

    ``kind`` is reply, reopen, new, answer (staff) or note. ``subject`` is None where none is asked for.
    """

    kind: str
    action: str
    uploads: str
    key: str
    limits: FileLimits
    max_body: int
    body: str = ""
    subject: str | None = None
    max_subject: int = 0
    continues: str = ""
    attachments: tuple[Attachment, ...] = ()
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class MessageView:
    """A message as a page shows it. ``channel`` is None where it is the conversation's own.

    ``attachments`` come with their addresses. For staff only: ``delivery`` is empty, ``queued``, ``sent``, ``failed``
    or ``skipped``, with ``delivery_detail``; ``scope`` is ``public`` for what customers do not see.
    """

    seq: int
    direction: Direction
    author: str
    own: bool
    channel: Channel | None
    body: str
    at: datetime
    redacted: bool
    attachments: tuple[tuple[Attachment, str], ...] = ()
    delivery: str = ""
    delivery_detail: str = ""
    scope: str = "direct"


@dataclass(frozen=True, slots=True)
class Fact:
    """Something a conversation page says in its head: an attribute's display name and value, perhaps a link."""

    label: str
    value_text: str
    link: str = ""


@dataclass(frozen=True, slots=True)
class ConversationPage(Page):
    """A conversation for its customer. ``composer`` is None where nothing can be written (then ``new_url`` helps)."""

    template: ClassVar[str] = "portal/conversation.html"
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

    template: ClassVar[str] = "portal/_thread.html"
    messages: tuple[MessageView, ...]
    earlier_url: str | None


@dataclass(frozen=True, slots=True)
class NewConversation(Page):
    """Start a conversation; ``continues_subject`` names the closed one it links back to."""

    template: ClassVar[str] = "portal/new.html"
    composer: Composer
    continues_subject: str = ""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """One of the places where somebody is signed in."""

    token_hash: str
    device: str
    ip: str
    since: datetime
    this: bool


@dataclass(frozen=True, slots=True)
class Account(Page):
    """Name, time zone, language, notifications, sessions, download of everything.

    An empty ``time_zone`` or ``language`` is that of the browser; ``languages`` are those to choose from, with names.
    """

    template: ClassVar[str] = "portal/account.html"
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


@dataclass(frozen=True, slots=True)
class ErrorPage(Page):
    """Any refusal. ``kept`` is the text that was typed, shown to copy, where there was some."""

    template: ClassVar[str] = "portal/error.html"
    status: int
    title: str
    sentence: str
    kept: str = ""
    back_url: str = ""
    back_label: str = ""


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
    """One line of a desk conversation, in order of time: exactly one of message, note (a MessageView too) or event.

    Of an event, ``detail`` names what was changed, and ``until`` is when somebody wants it back.
    """

    kind: str
    at: datetime
    message: MessageView | None = None
    note_id: str = ""
    text: str = ""
    actor: str = ""
    detail: str = ""
    until: datetime | None = None


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
    """A conversation at the desk: messages, notes and history in one column; forms the role allows beside it."""

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
    snooze_choices: tuple[tuple[str, str], ...] = field(default=())


@dataclass(frozen=True, slots=True)
class DeskUpdates(Page):
    """The desk conversation's changing part, for the script."""

    template: ClassVar[str] = "desk/_entries.html"
    conversation: Conversation
    entries: tuple[Entry, ...]
    earlier_url: str | None
    may: Permissions
