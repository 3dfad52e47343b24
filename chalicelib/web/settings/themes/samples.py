"""Pages of a made-up customer in every state that a theme must show: for previews, and for the checks of themes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from markupsafe import Markup

from chalicelib.attachments.model import Attachment
from chalicelib.channels.model import CHANNELS
from chalicelib.conversations.model import MAX_BODY, MAX_SUBJECT, REDACTED, Conversation, Direction, Row, Status
from chalicelib.records import dataclass, replace
from chalicelib.speech import LANGUAGES
from chalicelib.web.composing import LIMITS
from chalicelib.web.contexts import Choice, Composer, ErrorPage, Fact, Fault, MessageView, SignedIn, Wrong
from chalicelib.web.customer.contexts import Account, ConversationPage, ConversationRow, Conversations, NewConversation
from chalicelib.web.customer.conversations import STATUS_LABELS
from chalicelib.web.help_center.contexts import (
    ArticleLine,
    ArticlePage,
    CategoryCard,
    CategoryPage,
    Contact,
    ContactSent,
    Crumb,
    FoundArticle,
    Helpful,
    HelpHome,
    SearchPage,
    Section,
)
from chalicelib.web.signing_in.contexts import Login, LoginCode, SignIn

if TYPE_CHECKING:
    from chalicelib.rendering.model import ThemedPage
    from chalicelib.urls import Urls

NOW = datetime(2026, 11, 20, 15, 4, 30, tzinfo=UTC)
"""The moment at which the samples are looked at: the same each time, so that two previews differ by the theme alone."""
CUSTOMER = "Nadia El-Amrani"


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


# conversations


_IDS = tuple(f"01hsample{number:017}" for number in range(60))
_SUBJECTS = (
    "Lamp arrived with a cracked shade",
    "Invoice for order 1187",
    "Where is my parcel?",
    "Changing the delivery address of an order that has already left, and whether that costs anything",
    "Can I pay by bank transfer?",
    "A second shade in smoke",
    "Thank you!",
)
_ARABIC_SUBJECT = "أين طلبي رقم ١١٨٧؟"
_ARABIC = "مرحبًا،\n\nطلبت المصباح قبل أسبوع ولم يصل بعد. هل يمكنكم إخباري أين هو؟ رقم الطلب 1187.\n\nشكرًا"
_CHANNELS = tuple(CHANNELS.values())


def _row(number: int, subject: str, preview: str, status: Status, *, unread: bool = False) -> ConversationRow:
    at = NOW - timedelta(hours=5 * number * number, minutes=12)
    via = _CHANNELS[number % len(_CHANNELS)]
    row = Row(
        id=_IDS[number],
        customer_id="01hsamplecustomer000000000",
        subject=subject,
        status=status,
        channel=via.key,
        active_at=at,
        created_at=at - timedelta(days=3),
        preview=preview,
        preview_direction=Direction.IN if number % 3 == 1 else Direction.OUT,
        last_seq=4,
        unread=unread,
    )
    return ConversationRow(row, via, STATUS_LABELS[status])


_PREVIEWS = (
    "Thank you, a new shade leaves our workshop tomorrow. Keep the old one.",
    "I paid it on Monday. Could you look whether it has arrived?",
    "📎 2 files",
    "Perfect, thanks",
)
_STATUSES = (Status.OPEN, Status.SNOOZED, Status.DONE)
_ROWS = tuple(
    _row(number, _SUBJECTS[number % 7], _PREVIEWS[number % 4], _STATUSES[number % 3], unread=number in (0, 3))
    for number in range(25)
)
_ARABIC_ROWS = tuple(
    _row(number, _ARABIC_SUBJECT, "شكرًا، سيغادر المصباح ورشتنا غدًا.", _STATUSES[number % 3]) for number in range(3)
)


def _list(
    rows: tuple[ConversationRow, ...], total: int, q: str = "", *, paged: bool = False
) -> Callable[[Urls], Conversations]:
    def made(urls: Urls) -> Conversations:
        here, done = urls.conversations(), total // 2
        counts = (("", "All", total), ("open", "Open", total - done), ("done", "Closed", done))
        return Conversations(
            rows=rows,
            statuses=tuple(Choice(value, label, here, not value, count) for value, label, count in counts),
            sorts=(
                Choice("newest", "Newest activity first", here, current=True),
                Choice("oldest", "Oldest activity first", here, current=False),
            ),
            status="",
            sort="",
            q=q,
            total=total,
            shown_total=total,
            first_page_url=here if paged else None,
            more_url=here if paged else None,
            looked=total,
            found=len(rows),
        )

    return made


_HEAD = Conversation(
    id=_IDS[0],
    customer_id="01hsamplecustomer000000000",
    subject=_SUBJECTS[0],
    status=Status.OPEN,
    channel="email",
    reply_channel="portal",
    created_at=NOW - timedelta(days=8, hours=3),
    active_at=NOW - timedelta(minutes=12),
    last_seq=6,
    last_out=6,
    seen=6,
)
_PHOTO = Attachment(_IDS[40], "cracked-shade.jpg", "image/jpeg", 1_482_000)
_INVOICE = Attachment(
    _IDS[41], "Invoice 1187 – Alder & Finch, second reminder with everything attached.pdf", "application/pdf", 88_400
)
_SAID = (
    (
        Direction.IN,
        "Hello,\n\nmy lamp came today, and its shade is cracked.\n\nOrder 1187. Can I get a new one?",
        (_PHOTO, _INVOICE),
    ),
    (
        Direction.OUT,
        "I am sorry! Nothing needs to come back.\n\nWhich colour is it? See https://example.com/lamps?colour=opal&size=2.",
        (),
    ),
    (Direction.IN, "Opal, please.", ()),
    (
        Direction.OUT,
        "Thank you, a new shade leaves our workshop tomorrow. Keep the old one, or bring it to a glass bin.",
        (),
    ),
)

_BY_ANOTHER = 2
"""Which of them came by another channel than the conversation."""


def _messages(urls: Urls, count: int = 4, *, redacted: bool = False, arabic: bool = False) -> tuple[MessageView, ...]:
    made = []
    for number in range(count):
        direction, body, files = _SAID[number % 4]
        incoming = direction is Direction.IN
        made.append(
            MessageView(
                seq=number + 1,
                direction=direction,
                author=CUSTOMER if incoming else "Tom Agent",
                own=incoming,
                channel=_CHANNELS[-1] if number % 4 == _BY_ANOTHER else None,
                body=_ARABIC if arabic else body,
                at=NOW - timedelta(hours=7 * (count - number)),
                redacted=False,
                attachments=tuple((one, urls.attachment(one.id)) for one in files),
            )
        )
    if redacted:
        made[0] = replace(made[0], body=f"My card is {REDACTED}, please charge it.", redacted=True, attachments=())
        made[2] = replace(made[2], body="", redacted=True)
    return tuple(made)


_REPLY = Composer(kind="reply", action="", uploads="", key="sample", limits=LIMITS, max_body=MAX_BODY)
_OPAL = Fact("Colour of the shade", "Opal")
_TRACKED = Fact("Parcel", "https://example.com/track/1187", "https://example.com/track/1187")


def _conversation(
    head: Conversation = _HEAD,
    composer: Composer | None = _REPLY,
    *,
    count: int = 4,
    redacted: bool = False,
    arabic: bool = False,
    facts: tuple[Fact, ...] = (_OPAL, _TRACKED),
) -> Callable[[Urls], ConversationPage]:
    def made(urls: Urls) -> ConversationPage:
        return ConversationPage(
            conversation=head,
            channel=CHANNELS[head.channel],
            status_label=STATUS_LABELS[head.status],
            messages=_messages(urls, count, redacted=redacted, arabic=arabic),
            earlier_url=urls.conversation(head.id) if count > len(_SAID) else None,
            newest=True,
            composer=composer,
            reopen_allowed=composer is not None,
            new_url=urls.new_conversation(head.id),
            continues_url=urls.conversation(head.continues) if head.continues else None,
            updates_url="",
            seen_url="",
            facts=facts,
        )

    return made


_CLOSED = replace(_HEAD, status=Status.DONE, closed_at=NOW - timedelta(days=1))
_REFUSED = replace(
    _REPLY,
    body="Is it on its way?",
    faults=(Fault("You can attach at most 6 files.", "attachment"),),
    attachments=(_PHOTO,),
)
_NEW = replace(_REPLY, kind="new", subject="", max_subject=MAX_SUBJECT)


# the help centre


def _card(urls: Urls, name: str, icon: str, count: int, *children: str) -> CategoryCard:
    return CategoryCard(
        name, urls.category("sample"), icon, count, tuple(Crumb(one, urls.category("sample")) for one in children)
    )


def _cards(urls: Urls) -> tuple[CategoryCard, ...]:
    return (
        _card(urls, "Orders and delivery", "kb-truck", 14, "Tracking", "Customs"),
        _card(urls, "Returns", "kb-order", 6),
        _card(urls, "Care and repair of lamps, shades and everything that came with them", "kb-wrench", 1),
    )


def _lines(urls: Urls) -> tuple[ArticleLine, ...]:
    there = urls.article("sample")
    return (
        ArticleLine(
            "Replacing a broken shade",
            "What to measure, and how the shade comes off.",
            there,
            internal=False,
            language="en",
        ),
        ArticleLine("When does my parcel arrive?", "", there, internal=False, language="en"),
        ArticleLine("أين طلبي؟", "كيف تتبع طلبك خطوة بخطوة.", there, internal=False, language="ar"),
    )


def _home(*, empty: bool = False) -> Callable[[Urls], HelpHome]:
    return lambda urls: HelpHome(
        welcome="" if empty else "We answer within a day.\nOur workshop is closed on Sundays.",
        categories=() if empty else _cards(urls),
        featured=() if empty else _lines(urls),
        meta=None,
    )


def _category(urls: Urls) -> CategoryPage:
    return CategoryPage(
        name="Orders and delivery",
        icon="kb-truck",
        count=14,
        crumbs=(Crumb("Help centre", urls.home()),),
        children=_cards(urls)[:2],
        articles=_lines(urls),
        first_page_url="",
        more_url=urls.category("sample"),
        meta=None,
    )


_ARTICLE = Markup(
    '<p>The shade comes off without tools.</p><h2 id="measure">Measure it</h2><p>Across the <strong>inner</strong> rim.'
    '</p><ul><li>Heron: 140</li><li>Finch: 120</li></ul><h2 id="take-it-off">Take it off</h2>'
    "<p>Turn the ring to the left. Hold the shade with your other hand.</p><pre><code>HERON-140-OPAL</code></pre>"
    "<table><thead><tr><th>Shade</th><th>Price</th></tr></thead>"
    "<tbody><tr><td>Opal</td><td>18 €</td></tr></tbody></table>"
)


def _article(urls: Urls) -> ArticlePage:
    return ArticlePage(
        title="Replacing a broken shade",
        summary="What to measure, and how the shade comes off.",
        html=_ARTICLE,
        language="en",
        direction="ltr",
        internal=False,
        updated_at=NOW - timedelta(days=40),
        minutes=3,
        crumbs=(Crumb("Help centre", urls.home()), Crumb("Care and repair", urls.category("sample"))),
        sections=(Section(2, "measure", "Measure it"), Section(2, "take-it-off", "Take it off")),
        languages=(
            Choice("en", LANGUAGES["en"], urls.article("sample"), current=True),
            Choice("ar", LANGUAGES["ar"], urls.article("sample"), current=False),
        ),
        missing="",
        newest_url="",
        related=_lines(urls),
        helpful=Helpful(action=""),
        meta=None,
    )


def _search(*, found: bool) -> Callable[[Urls], SearchPage]:
    def made(urls: Urls) -> SearchPage:
        hits = tuple(
            FoundArticle(
                one.title,
                one.url,
                Markup("The <mark>shade</mark> comes off without tools."),
                "Care and repair",
                internal=False,
                language=one.language,
            )
            for one in _lines(urls)
        )
        return SearchPage(
            q="shade",
            hits=hits if found else (),
            total=3 if found else 0,
            more=False,
            first=1,
            language="",
            browse_url=urls.home(),
        )

    return made


def _contact(*, refused: bool = False) -> Callable[[Urls], Contact]:
    faults = (Fault("Enter your e-mail address, so that we can reply.", "email"),) if refused else ()
    return lambda _: Contact(
        composer=None,
        key="sample",
        max_body=MAX_BODY,
        max_subject=MAX_SUBJECT,
        body="Hello?" if refused else "",
        faults=faults,
    )


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
        Sample("usual", "Signed in", _home()),
        Sample("stranger", "Not signed in", _home(), _STRANGER),
        Sample("empty", "No articles yet", _home(empty=True), _STRANGER),
    ),
    "category.html": (Sample("usual", "With articles", _category, _STRANGER),),
    "article.html": (Sample("usual", "With sections and a table", _article, _STRANGER),),
    "search.html": (
        Sample("usual", "Found", _search(found=True), _STRANGER),
        Sample("empty", "Nothing found", _search(found=False), _STRANGER),
    ),
    "contact.html": (
        Sample("usual", "Empty form", _contact(), _STRANGER),
        Sample("refused", "Refused form", _contact(refused=True), _STRANGER),
    ),
    "contact-sent.html": (Sample("usual", "Sent", lambda _: ContactSent(), _STRANGER),),
    "login.html": (
        Sample("usual", "Address", lambda _: SignIn(Login(action="")), _STRANGER),
        Sample(
            "code",
            "Code",
            lambda urls: SignIn(LoginCode(action="", again=urls.login(), email="nadia@example.com")),
            _STRANGER,
        ),
    ),
    "conversations.html": (
        Sample(
            "usual", "A page of 25", _list(_ROWS, 60, paged=True), here="conversations", notice="Your message was sent."
        ),
        Sample("empty", "No conversations yet", _list((), 0), here="conversations"),
        Sample("searched", "Search", _list(_ROWS[:3], 3, "shade"), here="conversations"),
        Sample("nothing", "Search without a hit", _list((), 12, "umbrella"), here="conversations"),
        Sample("rtl", "Right to left", _list(_ARABIC_ROWS, 3), here="conversations", rtl=True),
    ),
    "conversation.html": (
        Sample("usual", "Open", _conversation(), here="conversations"),
        Sample("unread", "New reply", _conversation(replace(_HEAD, seen=4)), here="conversations"),
        Sample("long", "Long", _conversation(count=40), here="conversations"),
        Sample(
            "closed",
            "Closed, can be reopened",
            _conversation(_CLOSED, replace(_REPLY, kind="reopen")),
            here="conversations",
        ),
        Sample("ended", "Closed for good", _conversation(_CLOSED, None), here="conversations"),
        Sample(
            "snoozed",
            "Snoozed",
            _conversation(replace(_HEAD, status=Status.SNOOZED, snoozed_until=NOW + timedelta(days=2))),
            here="conversations",
        ),
        Sample(
            "redacted",
            "Parts removed",
            _conversation(replace(_HEAD, continues=_IDS[9]), redacted=True),
            here="conversations",
        ),
        Sample("refused", "Refused reply", _conversation(composer=_REFUSED), here="conversations"),
        Sample(
            "rtl",
            "Right to left",
            _conversation(replace(_HEAD, subject=_ARABIC_SUBJECT), arabic=True),
            here="conversations",
            rtl=True,
        ),
    ),
    "new-conversation.html": (
        Sample("usual", "Empty form", lambda _: NewConversation(_NEW), here="new"),
        Sample("continued", "Continues a closed one", lambda _: NewConversation(_NEW, _SUBJECTS[0]), here="new"),
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
