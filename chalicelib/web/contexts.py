"""What templates of several surfaces are given; each surface has a ``contexts.py`` of its own, a dataclass a page."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from markupsafe import Markup

from chalicelib.attachments.model import Attachment
from chalicelib.channels.contract import Channel
from chalicelib.conversations.model import Direction
from chalicelib.knowledge import MAX_QUESTION
from chalicelib.records import dataclass
from chalicelib.rendering.model import Page, ThemedPage
from chalicelib.themes.language.types import HTML, NUMBER, TEXT, PageNames, record
from chalicelib.urls import Urls
from chalicelib.web.themed import every_page

if TYPE_CHECKING:
    from chalicelib.rendering.model import Frame


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
    ``time_zone`` is the zone the viewer chose; empty, the script shows times in the browser's own. ``max_question`` is
    how many characters a search for articles takes.
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
    max_question: int = MAX_QUESTION


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a form: shown at the top, linked to ``field``, and beside the field."""

    sentence: str
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a closed list: a filter tab or an option."""

    value: str
    label: str
    url: str
    current: bool
    count: int | None = None


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
class SignedIn:
    """One of the places where somebody is signed in."""

    token_hash: str
    device: str
    ip: str
    since: datetime
    this: bool


@dataclass(frozen=True, slots=True)
class Wrong:
    """A refusal as a page shows it. ``kept`` is the text that was typed, shown to copy, where there was some.

    ``back_url`` leads out of it, to the start page where it is empty.
    """

    status: int
    title: str
    sentence: str
    kept: str = ""
    back_url: str = ""
    back_label: str = ""


@dataclass(frozen=True, slots=True)
class ErrorPage(ThemedPage):
    """Any refusal that customers, readers of the help centre or of the portal for staff meet."""

    entry: ClassVar[str] = "error.html"
    names: ClassVar[PageNames] = every_page.page_names(
        record(status=NUMBER, title=TEXT, sentence=TEXT),
        slots=dict.fromkeys(("kept", "back", "find"), HTML),
        required=("slots.kept", "slots.back"),
    )
    wrong: Wrong

    def offered(self, frame: Frame) -> dict[str, Any]:
        """Return what is wrong as plain data; what was typed, and the way out, are slots."""
        wrong = self.wrong
        page = {"status": wrong.status, "title": wrong.title, "sentence": wrong.sentence}
        lost = wrong.status == _NOT_FOUND and frame.site.area == "portal"
        slots = {
            "kept": frame.slot("kept", wrong=wrong) if wrong.kept else Markup(),
            "back": frame.slot("back", wrong=wrong),
            "find": frame.slot("find", q="", language="") if lost else Markup(),
        }
        return every_page.offered(frame, page, slots=slots)


@dataclass(frozen=True, slots=True)
class StaffErrorPage(Page):
    """Any refusal at the desk or in the settings, which no theme has a part in."""

    template: ClassVar[str] = "error.html"
    wrong: Wrong


_NOT_FOUND = 404
