"""Pages of a made-up customer in every state that a theme must show: for previews, and for the checks of themes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from chalicelib.conversations.model import Status
from chalicelib.records import dataclass, replace
from chalicelib.speech import LANGUAGES
from chalicelib.web.contexts import ErrorPage, SignedIn, Wrong
from chalicelib.web.customer.contexts import Account, NewConversation
from chalicelib.web.help_center.contexts import ContactSent
from chalicelib.web.settings.themes.sample_articles import article, category, contact, home, search
from chalicelib.web.settings.themes.sample_conversations import (
    ARABIC_ROWS,
    ARABIC_SUBJECT,
    CLOSED,
    CUSTOMER,
    HEAD,
    IDS,
    NEW,
    NOW,
    REFUSED,
    REPLY,
    ROWS,
    SUBJECTS,
    conversation,
    listing,
)
from chalicelib.web.signing_in.contexts import Login, LoginCode, SignIn

if TYPE_CHECKING:
    from chalicelib.rendering.model import ThemedPage
    from chalicelib.urls import Urls

PAGE_LABELS = {
    "conversations": "My Conversations",
    "conversation": "Conversation Detail View",
    "new-conversation": "New conversation",
    "account": "Account",
    "home": "Home",
    "category": "Category",
    "article": "Article",
    "search": "Search",
    "contact": "Contact",
    "contact-sent": "Contact, sent",
    "login": "Sign in",
    "error": "Error",
}
"""What editors call the pages, in the order of their drop-down."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A page in one state. ``page`` makes it with the addresses it is to have; ``viewer`` is who is signed in."""

    state: str
    label: str
    page: Callable[[Urls], ThemedPage]
    viewer: str = CUSTOMER
    here: str = ""
    notice: str = ""
    rtl: bool = False


# signing in, the account, refusals


def _account(_: Urls) -> Account:
    return Account(
        name=CUSTOMER,
        email="nadia@example.com",
        time_zone="Europe/Berlin",
        time_zones=("Africa/Cairo", "Europe/Berlin", "UTC"),
        language="",
        languages=tuple(LANGUAGES.items()),
        mail_replies=True,
        sessions=(
            SignedIn("a", "Firefox on Windows", "203.0.113.7", NOW - timedelta(hours=2), this=True),
            SignedIn("b", "Safari on iPhone", "2001:db8::7", NOW - timedelta(days=3), this=False),
        ),
        session_hours=24,
    )


def _wrong(urls: Urls) -> ErrorPage:
    return ErrorPage(
        Wrong(
            404,
            "This page does not exist",
            "Check the address, or start from the beginning.",
            "",
            urls.home(),
            "Back to the start page",
        )
    )


def _kept(urls: Urls) -> ErrorPage:
    return ErrorPage(
        Wrong(
            503,
            "This could not be saved",
            "Please try again in a few seconds.",
            "What I had typed.",
            urls.home(),
            "Back",
        )
    )


_STRANGER = ""
SAMPLES: Mapping[str, tuple[Sample, ...]] = {
    "home.html": (
        Sample("usual", "Signed in", home()),
        Sample("stranger", "Not signed in", home(), _STRANGER),
        Sample("empty", "No articles yet", home(empty=True), _STRANGER),
    ),
    "category.html": (Sample("usual", "With articles", category, _STRANGER),),
    "article.html": (Sample("usual", "With sections and a table", article, _STRANGER),),
    "search.html": (
        Sample("usual", "Found", search(found=True), _STRANGER),
        Sample("empty", "Nothing found", search(found=False), _STRANGER),
    ),
    "contact.html": (
        Sample("usual", "Empty form", contact(), _STRANGER),
        Sample("refused", "Refused form", contact(refused=True), _STRANGER),
    ),
    "contact-sent.html": (Sample("usual", "Sent", lambda _: ContactSent(), _STRANGER),),
    "login.html": (
        Sample("usual", "Address", lambda _: SignIn(Login(action="")), _STRANGER),
        Sample(
            "code",
            "Code",
            lambda urls: SignIn(
                LoginCode(action="", again=urls.login(), email="nadia@example.com", contact_url=urls.contact())
            ),
            _STRANGER,
        ),
    ),
    "conversations.html": (
        Sample(
            "usual",
            "A page of 25",
            listing(ROWS, 60, paged=True),
            here="conversations",
            notice="Your message was sent.",
        ),
        Sample("empty", "No conversations yet", listing((), 0), here="conversations"),
        Sample("searched", "Search", listing(ROWS[:3], 3, "shade"), here="conversations"),
        Sample("nothing", "Search without a hit", listing((), 12, "umbrella"), here="conversations"),
        Sample("rtl", "Right to left", listing(ARABIC_ROWS, 3), here="conversations", rtl=True),
    ),
    "conversation.html": (
        Sample("usual", "Open", conversation(), here="conversations"),
        Sample("unread", "New reply", conversation(replace(HEAD, seen=4)), here="conversations"),
        Sample("long", "Long", conversation(count=40), here="conversations"),
        Sample(
            "closed",
            "Closed, can be reopened",
            conversation(CLOSED, replace(REPLY, kind="reopen")),
            here="conversations",
        ),
        Sample("ended", "Closed for good", conversation(CLOSED, None), here="conversations"),
        Sample(
            "snoozed",
            "Snoozed",
            conversation(replace(HEAD, status=Status.SNOOZED, snoozed_until=NOW + timedelta(days=2))),
            here="conversations",
        ),
        Sample(
            "redacted",
            "Parts removed",
            conversation(replace(HEAD, continues=IDS[9]), redacted=True),
            here="conversations",
        ),
        Sample("refused", "Refused reply", conversation(composer=REFUSED), here="conversations"),
        Sample(
            "rtl",
            "Right to left",
            conversation(replace(HEAD, subject=ARABIC_SUBJECT), arabic=True),
            here="conversations",
            rtl=True,
        ),
    ),
    "new-conversation.html": (
        Sample("usual", "Empty form", lambda _: NewConversation(NEW), here="new"),
        Sample("continued", "Continues a closed one", lambda _: NewConversation(NEW, SUBJECTS[0]), here="new"),
    ),
    "account.html": (Sample("usual", "Two devices", _account, here="account"),),
    "error.html": (
        Sample("usual", "Not found", _wrong, _STRANGER),
        Sample("kept", "With what was written", _kept),
    ),
}
"""The states of each page, by its file; the first is the usual one."""


def sample(entry: str, state: str) -> Sample | None:
    """Return a state of a page, the usual one where that has no such state; None where there is no such page."""
    states = SAMPLES.get(entry)
    return next((one for one in states if one.state == state), states[0]) if states else None
