"""What customers' pages are made of: one dataclass a page, which says what the page offers to themes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from markupsafe import Markup

from chalicelib.channels.contract import Channel
from chalicelib.conversations.model import Conversation, Row
from chalicelib.records import dataclass
from chalicelib.rendering.escaping import markup, safe_text
from chalicelib.rendering.filters import hours, kind, prose, shown
from chalicelib.rendering.marking import excerpt, marked, pieces
from chalicelib.rendering.model import ThemedPage
from chalicelib.text import clean_line
from chalicelib.themes.language.types import (
    ATTRIBUTES,
    FLAG,
    HTML,
    NUMBER,
    TEXT,
    TIME,
    URL,
    Many,
    PageNames,
    record,
)
from chalicelib.web.contexts import Choice, Composer, Fact, Fault, MessageView, SignedIn
from chalicelib.web.themed import every_page

if TYPE_CHECKING:
    from chalicelib.conversations.store import Text
    from chalicelib.finding.model import Term
    from chalicelib.rendering.model import Frame
    from chalicelib.urls import Urls

STATUS = record(label=TEXT, url=URL, current=FLAG, count=NUMBER)
SORT = record(label=TEXT, url=URL, current=FLAG)
ROW = record(
    subject=TEXT,
    url=URL,
    unread=FLAG,
    status=TEXT,
    status_label=TEXT,
    channel=every_page.CHANNEL,
    active_at=TIME,
    created_at=TIME,
    preview=TEXT,
    preview_own=FLAG,
    marked_subject=HTML,
    excerpt=HTML,
    excerpt_own=FLAG,
)
FILE = record(name=TEXT, kind=TEXT, size=NUMBER, url=URL, icon=URL)
MESSAGE = record(
    anchor=TEXT,
    url=URL,
    direction=TEXT,
    author=TEXT,
    own=FLAG,
    channel=every_page.OWN_CHANNEL,
    html=HTML,
    redacted=FLAG,
    at=TIME,
    attachments=Many(FILE),
)


_THREAD_HOOKS = {
    "messages": Markup("data-messages"),
    "earlier": Markup("data-earlier"),
    "status": Markup("data-status"),
    "announce": Markup("data-announce"),
}
"""What the script finds the parts of a conversation by."""


_EXCERPT = 160
"""Characters of a message that a search shows."""


@dataclass(frozen=True, slots=True)
class ConversationRow:
    """A line of My Conversations; ``status_label`` is the status for people, ``found`` a message to show hits in."""

    row: Row
    channel: Channel
    status_label: str
    found: Text | None = None


@dataclass(frozen=True, slots=True)
class Conversations(ThemedPage):
    """My Conversations. ``total`` is all of the customer's, whatever the filter.

    In a search (``q``), ``looked`` conversations have been searched so far, earlier pages included, and ``found`` of
    them match. ``more_url`` continues the search, and ``finished`` tells that all were searched. Without ``q``,
    ``more_url`` is the next page. ``terms`` are marked where they are.
    """

    entry: ClassVar[str] = "conversations.html"
    names: ClassVar[PageNames] = every_page.page_names(
        record(
            rows=Many(ROW),
            statuses=Many(STATUS),
            sorts=Many(SORT),
            status=TEXT,
            q=TEXT,
            total=NUMBER,
            shown_total=NUMBER,
            first_page_url=URL,
            more_url=URL,
            clear_url=URL,
            looked=NUMBER,
            found=NUMBER,
            finished=FLAG,
        ),
        slots={"search": HTML},
    )
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
    terms: tuple[Term, ...] = ()

    def offered(self, frame: Frame) -> dict[str, Any]:
        """Return the list as plain data."""
        urls, says = frame.site.urls, frame.says
        sprite = urls.static("icons.svg")
        channels: dict[str, dict[str, Any]] = {}
        rows = []
        for line in self.rows:
            row, via = line.row, line.channel
            if via.key not in channels:
                channels[via.key] = every_page.channel(via, sprite, says)
            rows.append(
                {
                    "subject": row.subject,
                    "url": urls.conversation(row.id, fragment=f"m{row.last_seq}" if row.unread else ""),
                    "unread": row.unread,
                    "status": row.status.value,
                    "status_label": says.text(line.status_label),
                    "channel": channels[via.key],
                    "active_at": row.active_at,
                    "created_at": row.created_at,
                    "preview": shown(row.preview, frame.times),
                    "preview_own": row.preview_direction == "in",
                    "marked_subject": "",
                    "excerpt": "",
                    "excerpt_own": False,
                    **(self._found(line, frame) if self.terms else {}),
                }
            )
        page = {
            "rows": rows,
            "statuses": [
                {**_choice(one), "label": says.plural(one.label, one.label, 2), "count": one.count}
                for one in self.statuses
            ],
            "sorts": [{**_choice(one), "label": says.text(one.label)} for one in self.sorts],
            "status": self.status,
            "q": self.q,
            "total": self.total,
            "shown_total": self.shown_total,
            "first_page_url": self.first_page_url or "",
            "more_url": self.more_url or "",
            "clear_url": urls.conversations(status=self.status, sort=self.sort),
            "looked": self.looked,
            "found": self.found,
            "finished": self.finished,
        }
        return every_page.offered(frame, page, slots={"search": frame.slot("search") if self.total else Markup()})

    def _found(self, line: ConversationRow, frame: Frame) -> dict[str, Any]:
        """Return a line's subject with what was found marked, and an excerpt of a message that has some of it."""
        from chalicelib.finding.model import spots

        row = line.row
        body, own = line.found or (row.preview, row.preview_direction == "in")
        text = clean_line(shown(body, frame.times))
        titled, places = spots(self.terms, row.subject), spots(self.terms, text)
        return {
            "marked_subject": marked(pieces(row.subject, titled)) if titled else "",
            "excerpt": excerpt(text, places, _EXCERPT) if places else "",
            "excerpt_own": own,
        }


@dataclass(frozen=True, slots=True)
class ConversationPage(ThemedPage):
    """A conversation for its customer. ``composer`` is None if they cannot write (then ``new_url`` helps)."""

    template: ClassVar[str] = "writing_document.html"
    entry: ClassVar[str] = "conversation.html"
    names: ClassVar[PageNames] = every_page.page_names(
        record(
            subject=TEXT,
            status=TEXT,
            status_label=TEXT,
            channel=every_page.CHANNEL,
            created_at=TIME,
            closed_at=TIME,
            snoozed_until=TIME,
            facts=Many(record(label=TEXT, value=TEXT, url=URL)),
            messages=Many(MESSAGE),
            earlier_url=URL,
            newest_url=URL,
            continues_url=URL,
            new_url=URL,
            reopen_allowed=FLAG,
            writes=TEXT,
        ),
        slots={"composer": HTML, "mark_read": HTML},
        hooks=dict.fromkeys(("thread", "messages", "earlier", "status", "announce"), ATTRIBUTES),
        required=("slots.composer", "slots.mark_read", "hooks.thread", "hooks.messages", "hooks.announce"),
    )
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

    def offered(self, frame: Frame) -> dict[str, Any]:
        """Return the conversation as plain data; ``writes`` is reply, reopen, new, or none for who cannot write."""
        head, urls, says = self.conversation, frame.site.urls, frame.says
        sprite = urls.static("icons.svg")
        page = {
            "subject": head.subject,
            "status": head.status.value,
            "status_label": says.text(self.status_label),
            "channel": every_page.channel(self.channel, sprite, says),
            "created_at": head.created_at,
            "closed_at": head.closed_at,
            "snoozed_until": head.snoozed_until,
            "facts": [{"label": one.label, "value": one.value_text, "url": one.link} for one in self.facts],
            "messages": [_message(one, sprite, frame) for one in self.messages],
            "earlier_url": self.earlier_url or "",
            "newest_url": "" if self.newest else urls.conversation(head.id),
            "continues_url": self.continues_url or "",
            "new_url": self.new_url,
            "reopen_allowed": self.reopen_allowed,
            "writes": self.composer.kind if self.composer else "none",
        }
        slots = {
            "composer": frame.slot("composer", composer=self.composer) if self.composer else Markup(),
            "mark_read": frame.slot("mark_read") if head.unread else Markup(),
        }
        return every_page.offered(frame, page, slots=slots, hooks={**_THREAD_HOOKS, "thread": self._thread(urls)})

    def _thread(self, urls: Urls) -> Markup:
        """Return what the script must know of the part that changes."""
        head = self.conversation
        known = {"last": head.last_seq, "closed": "yes" if head.closed else "no"}
        if self.newest:
            known |= {"updates": self.updates_url, "seen-url": self.seen_url}
        known["started"] = self.continues_url or urls.conversations()
        told = " ".join(f'data-{name}="{safe_text(str(value))}"' for name, value in known.items())
        return markup(f'id="thread" data-thread {told}')


@dataclass(frozen=True, slots=True)
class Updates(ThemedPage):
    """The parts of a conversation page that change, for the script; they are in the JSON of ``updates``."""

    entry: ClassVar[str] = "parts/thread.html"
    part: ClassVar[bool] = True
    names: ClassVar[PageNames] = every_page.page_names(
        record(messages=Many(MESSAGE), earlier_url=URL), hooks=dict.fromkeys(_THREAD_HOOKS, ATTRIBUTES)
    )
    messages: tuple[MessageView, ...]
    earlier_url: str | None

    def offered(self, frame: Frame) -> dict[str, Any]:
        """Return what the part shows as plain data."""
        sprite = frame.site.urls.static("icons.svg")
        page = {
            "messages": [_message(one, sprite, frame) for one in self.messages],
            "earlier_url": self.earlier_url or "",
        }
        return every_page.offered(frame, page, hooks=_THREAD_HOOKS)


@dataclass(frozen=True, slots=True)
class NewConversation(ThemedPage):
    """Start a conversation; ``continues_subject`` names the closed one it links back to."""

    template: ClassVar[str] = "writing_document.html"
    entry: ClassVar[str] = "new-conversation.html"
    names: ClassVar[PageNames] = every_page.page_names(
        record(continues_subject=TEXT), slots={"composer": HTML}, required=("slots.composer",)
    )
    composer: Composer
    continues_subject: str = ""

    def offered(self, frame: Frame) -> dict[str, Any]:
        """Return what the page says; its form is a slot."""
        page = {"continues_subject": self.continues_subject}
        return every_page.offered(frame, page, slots={"composer": frame.slot("composer", composer=self.composer)})


@dataclass(frozen=True, slots=True)
class Account(ThemedPage):
    """Name, time zone, language, notifications, sessions, download of everything.

    An empty ``time_zone`` or ``language`` means the browser's. ``languages`` are the choices, with their names.
    """

    entry: ClassVar[str] = "account.html"
    names: ClassVar[PageNames] = every_page.page_names(
        record(
            session_time=TEXT,
            sessions=Many(record(device=TEXT, ip=TEXT, since=TIME, this=FLAG, sign_out=HTML)),
            export_url=URL,
        ),
        slots=dict.fromkeys(("faults", "about", "sign_out_everywhere"), HTML),
        required=("slots.faults", "slots.about", "slots.sign_out_everywhere"),
    )
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

    def offered(self, frame: Frame) -> dict[str, Any]:
        """Return where the customer is signed in as plain data; forms are slots, and one for each other session."""
        page = {
            "session_time": hours(self.session_hours, frame.times),
            "sessions": [
                {
                    "device": one.device,
                    "ip": one.ip,
                    "since": one.since,
                    "this": one.this,
                    "sign_out": Markup() if one.this else frame.slot("sign_out_one", session=one),
                }
                for one in self.sessions
            ],
            "export_url": frame.site.urls.account_export(),
        }
        slots = {
            "faults": frame.slot("account_faults") if self.faults else Markup(),
            "about": frame.slot("account"),
            "sign_out_everywhere": frame.slot("sign_out_everywhere"),
        }
        return every_page.offered(frame, page, slots=slots)


def _choice(choice: Choice) -> dict[str, Any]:
    return {"url": choice.url, "current": choice.current}


def _message(message: MessageView, sprite: str, frame: Frame) -> dict[str, Any]:
    """Return a message; its text is markup that the product made, so no theme can show what was redacted."""
    return {
        "anchor": f"m{message.seq}",
        "url": f"#m{message.seq}",
        "direction": message.direction.value,
        "author": message.author,
        "own": message.own,
        "channel": every_page.channel(message.channel, sprite, frame.says) if message.channel else None,
        "html": prose(message.body, redacted=message.redacted, times=frame.times) if message.body else "",
        "redacted": message.redacted,
        "at": message.at,
        "attachments": [
            {
                "name": file.name,
                "kind": kind(file),
                "size": file.size,
                "url": url,
                "icon": f"{sprite}#{'image' if file.type[:6] == 'image/' else 'file'}",
            }
            for file, url in message.attachments
        ],
    }
