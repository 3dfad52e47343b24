"""Every page and mail with believable content: for the tests of the templates, and for looking at them."""

from __future__ import annotations

import pkgutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from importlib import import_module

from chalicelib import zones
from chalicelib.attachments.model import MAX_FILES, Attachment
from chalicelib.channels.model import CHANNELS
from chalicelib.conversations.model import MAX_BODY, MAX_SUBJECT, Conversation, Direction, Row, Status
from chalicelib.customers.service import check_name
from chalicelib.finding.model import asked
from chalicelib.mail.contexts import InvitationLetter, Quoted, ReplyLetter, SignInLetter
from chalicelib.refusals import CodeRefused, CodeSpent, CodeUnreadable, MessageTooLong, SubjectTooLong, TooManyFiles
from chalicelib.rendering.model import Mail, Page
from chalicelib.signin.model import CODE_DIGITS, CODE_MINUTES, Why
from chalicelib.themes.settings import FONTS
from chalicelib.urls import Urls
from chalicelib.web.composing import LIMITS
from chalicelib.web.contexts import (
    Choice,
    Composer,
    ErrorPage,
    Fact,
    Fault,
    MessageView,
    SignedIn,
    Site,
    StaffErrorPage,
    Wrong,
)
from chalicelib.web.customer.contexts import (
    Account,
    ConversationPage,
    ConversationRow,
    Conversations,
    NewConversation,
    Updates,
)
from chalicelib.web.desk.contexts import (
    Desk,
    DeskConversation,
    DeskRow,
    DeskUpdates,
    Entry,
    LabelField,
    Labels,
    Permissions,
)
from chalicelib.web.errors import fault
from chalicelib.web.signing_in.contexts import Login, LoginCode, LoginLink, SignIn, StaffSignIn
from tests import sample_pages

NOW = datetime(2026, 11, 20, 15, 4, 30, tzinfo=UTC)
ZONE = zones.zone("Europe/Berlin")
URLS = Urls(static_version="5f3a9c21")

CUSTOMER = Site(
    organization="Alder & Finch",
    urls=URLS,
    area="portal",
    csrf="c" * 43,
    brand_version=3,
    has_logo=False,
    portal_on=True,
    viewer="Nadia El-Amrani",
    here="conversations",
    time_zone="Europe/Berlin",
)
LANGUAGES = (("en", "English"), ("de", "Deutsch"), ("ar", "العربية"))
STRANGER = replace(CUSTOMER, viewer="", here="home", time_zone="", languages=LANGUAGES, address="/")
STAFF = replace(CUSTOMER, area="desk", viewer="Jonas Weber", here="desk")

PDF = Attachment("01hfile000000000000000pdf1", "Invoice 2026-1187.pdf", "application/pdf", 184_320)
PHOTO = Attachment("01hfile000000000000000jpg1", "صورة المصباح.jpg", "image/jpeg", 3_040_000)
SHEET = Attachment(
    "01hfile000000000000000xls1",
    "A very long file name that somebody's scanner made up and nobody ever shortened 2026-11-19-15-22-07.xlsx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    921,
)

_LONGEST = (
    "Two questions about the Heron, the delivery to the islands, the missing screw in the last parcel and whether "
    "the cable can be longer than the two metres the catalogue promises, because ours does not reach"
)
_SUBJECTS = (
    (
        "Lamp arrived with a cracked shade",
        "email",
        "open",
        "Thank you, a new shade leaves our workshop tomorrow. Keep the old one.",
        "out",
        True,
    ),
    ("أين طلبي رقم ١١٨٧؟", "whatsapp", "open", "شكرا جزيلا، سأنتظر رسالة التتبع.", "in", False),
    (
        "Which bulb fits the Heron reading lamp?",
        "chat",
        "snoozed",
        "E14, up to 40 W. The dimmable one is back on Monday.",
        "out",
        False,
    ),
    (
        "注文した照明の配送日を変更したい",
        "portal",
        "open",
        "ありがとうございます。火曜日の午前中でお願いします。",
        "in",
        False,
    ),
    ("Invoice for our office, VAT number missing", "form", "done", "📎 1 file", "out", False),
    (
        "Is the Wren pendant safe above a bath tub? 🛁",
        "instagram",
        "done",
        "Please don't! It is IP20 only. 🙂",
        "out",
        False,
    ),
    ("बिल में पता ग़लत है", "sms", "done", "धन्यवाद, नया बिल मिल गया।", "in", False),
    (
        "Your post about repairs",
        "twitter",
        "done",
        "Glad to help. The repair café is every first Saturday.",
        "out",
        False,
    ),
    ("Discount for a school", "facebook", "done", "That is lovely news, the children will be happy!", "in", False),
    (
        _LONGEST,
        "email",
        "done",
        "https://example.com/a-very-long-address-without-any-break/0123456789012345678901234567890123456789",
        "in",
        False,
    ),
)
_LABELS = {"open": "Open", "snoozed": "Snoozed", "done": "Closed"}


def row(place: int) -> Row:
    """Return the ``place``-th line of a list, newest first."""
    subject, channel, status, preview, direction, unread = _SUBJECTS[place % len(_SUBJECTS)]
    return Row(
        id=f"01hconv{place:019}",
        customer_id="01hcust0000000000000000001",
        subject=subject,
        status=Status(status),
        channel=channel,
        active_at=NOW - timedelta(hours=place * 7, minutes=place * 13),
        created_at=NOW - timedelta(days=2 + place),
        preview=preview,
        preview_direction=Direction(direction),
        last_seq=4,
        unread=unread and place == 0,
        snoozed_until=NOW + timedelta(days=1) if status == "snoozed" else None,
    )


def _lines(count: int) -> tuple[ConversationRow, ...]:
    return tuple(ConversationRow(line, CHANNELS[line.channel], _LABELS[line.status]) for line in map(row, range(count)))


def _statuses(current: str, total: int = 300) -> tuple[Choice, ...]:
    return (
        Choice("", "All", URLS.conversations(), current == "", total),
        Choice("open", "Open", URLS.conversations(status="open"), current == "open", min(3, total)),
        Choice("done", "Closed", URLS.conversations(status="done"), current == "done", max(0, total - 3)),
    )


_SORTS = (
    Choice("", "Newest activity", URLS.conversations(), True),
    Choice("oldest", "Oldest activity", URLS.conversations(sort="oldest"), False),
)

LIST = Conversations(
    rows=_lines(25),
    statuses=_statuses(""),
    sorts=_SORTS,
    status="",
    sort="",
    q="",
    total=300,
    shown_total=300,
    more_url=URLS.conversations(cursor="eyJhIjoxfQ.c2lnbmF0dXJl"),
)
LIST_LATER = replace(
    LIST,
    rows=_lines(10),
    first_page_url=URLS.conversations(status="done"),
    more_url=None,
    status="done",
    statuses=_statuses("done"),
    sort="oldest",
    shown_total=297,
)
LIST_EMPTY = replace(LIST, rows=(), statuses=_statuses("", 0), total=0, shown_total=0, more_url=None)
LIST_NONE_OPEN = replace(LIST, rows=(), statuses=_statuses("open"), status="open", shown_total=0, more_url=None)
SEARCH = replace(
    LIST,
    rows=_lines(3),
    q="shade",
    looked=100,
    found=3,
    finished=False,
    more_url=URLS.conversations(q="shade", cursor="eyJhIjoyfQ.c2lnbmF0dXJl"),
    terms=asked("shade lamp شكرا"),
)
SEARCH_NOTHING = replace(SEARCH, rows=(), q="مصباح <b>", looked=300, found=0, finished=True, more_url=None)
SEARCH_NOTHING_YET = replace(SEARCH, rows=(), found=0)
SEARCH_NOTHING_MORE = replace(SEARCH_NOTHING, found=28)

HEAD = Conversation(
    id="01hconv0000000000000000000",
    customer_id="01hcust0000000000000000001",
    subject="Lamp arrived with a cracked shade",
    status=Status.OPEN,
    channel="email",
    reply_channel="portal",
    created_at=NOW - timedelta(days=8, hours=3),
    active_at=NOW - timedelta(minutes=12),
    version=7,
    last_seq=6,
    last_out=6,
    seen=4,
)

_CRACKED = """Hello,

my Heron reading lamp came today, and the glass shade has a crack along the rim. I took a photo first.

Order 1187, paid by invoice. Can I get a new shade, or must the whole lamp go back?

Nadia"""
_SORRY = """Hello Nadia,

I am sorry, that is our packing and not your fault. Nothing needs to come back.

Could you tell me which colour the shade has? There are three: https://example.com/lamps/heron?colour=opal&size=2 (opal,
smoke, amber)."""
_ON_ITS_WAY = f"""Thank you, a new shade leaves our workshop tomorrow. Keep the old one, or bring it to a glass bin.

The tracking number will be DE{"0" * 90}1."""
_THIRD = """Third cracked shade this month from the same packing line. I told the warehouse.

Please don't ask for the old one back."""
_SAID = (
    (
        "in",
        "Nadia El-Amrani",
        _CRACKED,
        None,
        (PDF, PHOTO),
    ),
    (
        "out",
        "Jonas Weber",
        _SORRY,
        None,
        (),
    ),
    ("in", "Nadia El-Amrani", "Smoke! 🙂", "sms", ()),
    (
        "out",
        "さくら 田中",
        "こんにちは、ナディアさん。\n倉庫で在庫を確認しました。スモークのシェードは明日発送できます。",
        None,
        (SHEET,),
    ),
    (
        "in",
        "Nadia El-Amrani",
        "شكرا جزيلا لكم!\nسأكون في البيت يوم الثلاثاء.\n\nAnd my card number is [redacted], for the express fee.",
        "whatsapp",
        (),
    ),
    (
        "out",
        "Jonas Weber",
        _ON_ITS_WAY,
        None,
        (),
    ),
)


def _messages(own: str) -> tuple[MessageView, ...]:
    return tuple(
        MessageView(
            seq=place,
            direction=Direction(direction),
            author=author,
            own=direction == own,
            channel=CHANNELS[channel] if channel else None,
            body=body,
            at=NOW - timedelta(days=(6 - place) * 1.6, minutes=12),
            redacted="[redacted]" in body,
            attachments=tuple((file, URLS.attachment(file.id)) for file in files),
        )
        for place, (direction, author, body, channel, files) in enumerate(_SAID, 1)
    )


MESSAGES = _messages("in")
REMOVED = replace(MESSAGES[2], seq=7, channel=None, body="", redacted=True, at=NOW - timedelta(minutes=5))
LONG = tuple(replace(MESSAGES[place % 6], seq=181 + place) for place in range(20))

REPLY = Composer(
    kind="reply", action=URLS.messages(HEAD.id), uploads=URLS.uploads(), key="k" * 43, limits=LIMITS, max_body=MAX_BODY
)
REFUSED = replace(
    REPLY,
    body="This text is kept.\n<script>alert(1)</script>",
    attachments=(PDF, PHOTO),
    faults=(
        fault(MessageTooLong(MAX_BODY + 1, MAX_BODY)),
        Fault("“setup.exe” was not attached: this type of file cannot be sent.", "attachment"),
        Fault("Nothing was sent yet."),
    ),
)

CONVERSATION = ConversationPage(
    conversation=HEAD,
    channel=CHANNELS["email"],
    status_label="Open",
    messages=(*MESSAGES, REMOVED),
    earlier_url=None,
    newest=True,
    composer=REPLY,
    reopen_allowed=True,
    new_url=URLS.new_conversation(HEAD.id),
    continues_url=None,
    updates_url=URLS.updates(HEAD.id, HEAD.version),
    seen_url=URLS.seen(HEAD.id),
    facts=(
        Fact("Order", "1187"),
        Fact("موعد التسليم", "24 ديسمبر 2026"),
        Fact("Your lamp", "https://example.com/lamps/heron", "https://example.com/lamps/heron"),
    ),
)
CONVERSATION_READ = replace(CONVERSATION, conversation=replace(HEAD, seen=6), messages=MESSAGES[:2])
CONVERSATION_LONG = replace(
    CONVERSATION,
    messages=LONG,
    earlier_url=URLS.conversation(HEAD.id, before="181"),
    newest=False,
    continues_url=URLS.conversation("01hconv0000000000000000009"),
)
CONVERSATION_REFUSED = replace(CONVERSATION, composer=REFUSED)
CONVERSATION_SNOOZED = replace(
    CONVERSATION,
    status_label="Snoozed",
    conversation=replace(HEAD, status=Status.SNOOZED, snoozed_until=NOW + timedelta(days=1), seen=6),
)
_DONE = replace(HEAD, status=Status.DONE, closed_at=NOW - timedelta(days=2), seen=6)
CONVERSATION_CLOSED = replace(
    CONVERSATION,
    conversation=_DONE,
    status_label="Closed",
    composer=replace(REPLY, kind="reopen", action=URLS.reopen(HEAD.id)),
)
CONVERSATION_ENDED = replace(
    CONVERSATION_CLOSED, conversation=replace(_DONE, subject=_LONGEST), composer=None, reopen_allowed=False
)

CONVERSATION_ENDED_MEANWHILE = replace(
    CONVERSATION_ENDED,
    composer=replace(
        REPLY,
        kind="new",
        action=URLS.conversations(),
        subject="Re: Lamp arrived with a cracked shade",
        max_subject=MAX_SUBJECT,
        continues=HEAD.id,
        body="One more thing.",
        faults=(
            Fault("Closed conversations cannot be reopened here. Start a new one: it will link back to this one."),
        ),
    ),
)

NEW = NewConversation(
    composer=replace(REPLY, kind="new", action=URLS.conversations(), subject="", max_subject=MAX_SUBJECT)
)
NEW_REFUSED = NewConversation(
    composer=replace(
        NEW.composer,
        body="Hello?",
        continues=HEAD.id,
        faults=(Fault("Give your conversation a subject, so that you can find it again.", "subject"),),
    ),
    continues_subject="أين طلبي رقم ١١٨٧؟",
)

ACCOUNT = Account(
    name="Nadia El-Amrani",
    email="nadia@example.com",
    time_zone="Europe/Berlin",
    time_zones=(
        "Africa/Cairo",
        "America/New_York",
        "Asia/Kolkata",
        "Asia/Tokyo",
        "Europe/Berlin",
        "Europe/London",
        "UTC",
    ),
    language="",
    languages=LANGUAGES,
    mail_replies=True,
    sessions=(
        SignedIn("a" * 64, "Firefox on Linux", "203.0.113.7", NOW - timedelta(hours=2), this=True),
        SignedIn("b" * 64, "Safari on iPhone", "2001:db8:85a3::8a2e:370:7334", NOW - timedelta(hours=22), this=False),
    ),
    session_hours=24,
)
ACCOUNT_REFUSED = replace(
    ACCOUNT,
    time_zone="",
    faults=(
        sample_pages.refused(check_name, ""),
        Fault("Choose a language from the list.", "language"),
        Fault("Choose a zone from the list.", "time_zone"),
    ),
)

_DESK_ROWS = tuple(
    DeskRow(
        line,
        CHANNELS[line.channel],
        name,
        _LABELS[line.status],
        waiting=line.preview_direction == "in" and line.status == "open",
    )
    for line, name in zip(
        map(row, range(10)),
        (
            "Nadia El-Amrani",
            "ليلى حداد",
            "Tom Fletcher",
            "佐藤 美咲",
            "Brightwater Ltd",
            "Ines Moreau",
            "प्रिया शर्मा",
            "@lampfan",
            "Oak Street School",
            "Magnus Þórsson",
        ),
        strict=True,
    )
)
DESK = Desk(
    rows=_DESK_ROWS,
    statuses=(
        Choice("open", "Open", URLS.desk(), True, 42),
        Choice("snoozed", "Snoozed", URLS.desk(status="snoozed"), False, 3),
        Choice("done", "Closed", URLS.desk(status="done"), False),
    ),
    status="open",
    more_url=URLS.desk(cursor="eyJhIjoxfQ.c2lnbmF0dXJl"),
)
DESK_EMPTY = replace(DESK, rows=(), more_url=None, first_page_url=URLS.desk())

_AT_DESK = _messages("out")
NOTE = MessageView(
    0,
    Direction.OUT,
    "さくら 田中",
    own=True,
    channel=None,
    at=NOW - timedelta(minutes=50),
    redacted=False,
    body=_THIRD,
    attachments=((SHEET, URLS.desk_attachment(SHEET.id)),),
)
ENTRIES = (
    *(Entry("message", message.at, message) for message in _AT_DESK[:3]),
    Entry("gap", NOW - timedelta(days=3), url=URLS.desk_conversation(HEAD.id, before="x")),
    Entry("event", NOW - timedelta(days=3), text="snoozed the conversation", actor="Jonas Weber"),
    Entry("message", _AT_DESK[3].at, replace(_AT_DESK[3], delivery="sent")),
    Entry(
        "message",
        _AT_DESK[4].at + timedelta(minutes=1),
        replace(
            _AT_DESK[3],
            seq=60,
            body="One moment!",
            attachments=(),
            delivery="skipped",
            delivery_detail="The customer switched mail off.",
        ),
    ),
    Entry("message", _AT_DESK[4].at, _AT_DESK[4]),
    Entry("note", NOTE.at, NOTE, note_id="01hnote0000000000000000001"),
    Entry("event", NOW - timedelta(minutes=30), text="woke the conversation", actor="Nadia El-Amrani"),
    Entry(
        "message",
        _AT_DESK[5].at,
        replace(_AT_DESK[5], delivery="failed", delivery_detail="The mailbox of nadia@example.com is full."),
    ),
    Entry("message", NOW - timedelta(minutes=3), replace(REMOVED, author="Nadia El-Amrani", own=False)),
)
ALL = Permissions(reply=True, note=True, status=True, rename=True, redact=True, label=True)
ANSWER = replace(REPLY, kind="answer", action=URLS.desk_action(HEAD.id, "messages"), uploads=URLS.desk_uploads())
NOTE_BOX = replace(ANSWER, kind="note", action=URLS.desk_action(HEAD.id, "notes"), key="n" * 43)
LABELS = Labels(
    tags=("glass", "مصباح"),
    tags_typed="glass\nمصباح",
    fields=(
        LabelField("attributes.order", "Order", "text", "1187", "1187", (), required=True, for_customers=True),
        LabelField(
            "attributes.due", "Delivery", "date", "2026-12-24", "24 Dec 2026", (), required=False, for_customers=True
        ),
        LabelField(
            "attributes.colour",
            "Colour",
            "choice",
            "",
            "",
            (("", "–"), ("smoke", "smoke"), ("opal", "opal")),
            required=False,
            for_customers=False,
        ),
        LabelField("attributes.page", "Page", "url", "", "", (), required=False, for_customers=False),
        LabelField("attributes.price", "Price", "number", "12.5", "12.5", (), required=False, for_customers=False),
    ),
    seen="{}",
)
DESK_CONVERSATION = DeskConversation(
    conversation=HEAD,
    channel=CHANNELS["email"],
    reply_channel=CHANNELS["portal"],
    mails=True,
    status_label="Open",
    customer_name="Nadia El-Amrani",
    customer_email="nadia@example.com",
    customer_open=3,
    customer_done=297,
    entries=ENTRIES,
    earlier_url=None,
    newest=True,
    answer=ANSWER,
    note=NOTE_BOX,
    may=ALL,
    continues_url=None,
    updates_url=URLS.desk_updates(HEAD.id, "7.3"),
    labels=LABELS,
    snooze_choices=(("3h", "For 3 hours"), ("tomorrow", "Until tomorrow, 9:00"), ("week", "For a week")),
)
DESK_CONVERSATION_READER = replace(
    DESK_CONVERSATION,
    may=Permissions(reply=False, note=True, status=False, rename=False, redact=False, label=False),
    customer_email="",
    reply_channel=CHANNELS["sms"],
    mails=False,
    newest=False,
    earlier_url=URLS.desk_conversation(HEAD.id, before="x"),
    continues_url=URLS.desk_conversation("01hconv0000000000000000009"),
    conversation=replace(HEAD, status=Status.SNOOZED, snoozed_until=NOW + timedelta(days=1)),
    status_label="Snoozed",
)
DESK_CONVERSATION_NOTES = replace(
    DESK_CONVERSATION,
    entries=tuple(one for one in ENTRIES if one.kind in {"note", "event"}),
    newest=False,
    alone=True,
    earlier_url=URLS.desk_conversation(HEAD.id, before="x"),
)
DESK_CONVERSATION_CLOSED = replace(
    DESK_CONVERSATION,
    conversation=_DONE,
    status_label="Closed",
    note=replace(NOTE_BOX, body="Kept.", faults=(fault(TooManyFiles(MAX_FILES)),)),
    faults=(
        Fault("The message does not contain that text.", "part"),
        fault(SubjectTooLong(MAX_SUBJECT)),
    ),
)

LOST = Wrong(404, "Page not found", "There is nothing at this address, or you do not have access to it.")
ERROR_KEPT = Wrong(
    409,
    "This conversation was closed",
    "This conversation was closed before your message arrived. Your text is kept below.",
    kept="Smoke, please.\n\nوشكرا",
    back_url=URLS.conversation(HEAD.id),
    back_label="Back to the conversation",
)

PAGES: dict[str, tuple[Page, Site]] = {
    "login": (SignIn(Login(URLS.login())), STRANGER),
    "login-refused": (
        SignIn(
            Login(
                URLS.login(),
                email="not an address",
                return_to="/account",
                sso_url=URLS.login_sso("/account"),
                fault=Fault("Enter an e-mail address like name@example.com.", "email"),
            )
        ),
        STRANGER,
    ),
    "login-staff-refused": (
        StaffSignIn(
            Login(
                URLS.staff_login(),
                email="not an address",
                return_to="/desk",
                fault=Fault("Enter an e-mail address like name@example.com.", "email"),
            )
        ),
        replace(STRANGER, area="desk"),
    ),
    "code": (
        SignIn(LoginCode(URLS.login_code(), URLS.login(), "nadia@example.com", contact_url=URLS.contact())),
        STRANGER,
    ),
    "code-refused": (
        SignIn(LoginCode(URLS.login_code(), URLS.login(), "", fault=fault(CodeRefused(Why.WRONG)))),
        STRANGER,
    ),
    "code-unreadable": (
        SignIn(
            LoginCode(
                URLS.login_code(),
                URLS.login(),
                "nadia@example.com",
                typed="123 456",
                contact_url=URLS.contact(),
                fault=fault(CodeUnreadable(Why.UNREADABLE, digits=CODE_DIGITS)),
            )
        ),
        STRANGER,
    ),
    "code-spent": (
        SignIn(
            LoginCode(
                URLS.login_code(),
                URLS.login(),
                "nadia@example.com",
                spent=True,
                return_to="/account",
                contact_url=URLS.contact(),
                fault=fault(CodeSpent(Why.TOO_MANY_TRIES)),
            )
        ),
        STRANGER,
    ),
    "code-staff-spent": (
        StaffSignIn(
            LoginCode(
                URLS.staff_login_code(),
                URLS.staff_login(),
                "jonas@example.com",
                spent=True,
                fault=fault(CodeSpent(Why.TOO_MANY_TRIES)),
            )
        ),
        replace(STRANGER, area="desk"),
    ),
    "code-staff-refused": (
        StaffSignIn(LoginCode(URLS.staff_login_code(), URLS.staff_login(), "", fault=fault(CodeRefused(Why.WRONG)))),
        replace(STRANGER, area="desk"),
    ),
    "code-staff": (
        StaffSignIn(LoginCode(URLS.staff_login_code(), URLS.staff_login(), "jonas@example.com")),
        replace(STRANGER, area="desk"),
    ),
    "link": (SignIn(LoginLink(URLS.login_link("t" * 43), URLS.login(), usable=True)), STRANGER),
    "link-elsewhere": (
        SignIn(
            LoginLink(
                URLS.login_link("t" * 43),
                URLS.login(),
                usable=False,
                fault=Fault("That link was used already.", "code"),
            )
        ),
        STRANGER,
    ),
    "link-staff": (
        StaffSignIn(LoginLink(URLS.staff_login_link("t" * 43), URLS.staff_login(), usable=True)),
        replace(STRANGER, area="desk"),
    ),
    "list": (LIST, CUSTOMER),
    "list-later": (LIST_LATER, replace(CUSTOMER, time_zone="")),
    "list-empty": (LIST_EMPTY, replace(CUSTOMER, viewer="ليلى حداد")),
    "list-none-open": (LIST_NONE_OPEN, CUSTOMER),
    "search": (SEARCH, CUSTOMER),
    "search-nothing": (SEARCH_NOTHING, CUSTOMER),
    "search-nothing-yet": (SEARCH_NOTHING_YET, CUSTOMER),
    "search-nothing-more": (SEARCH_NOTHING_MORE, CUSTOMER),
    "conversation": (CONVERSATION, CUSTOMER),
    "conversation-read": (CONVERSATION_READ, replace(CUSTOMER, notice="Your message was sent.")),
    "conversation-long": (CONVERSATION_LONG, CUSTOMER),
    "conversation-refused": (CONVERSATION_REFUSED, CUSTOMER),
    "conversation-snoozed": (CONVERSATION_SNOOZED, CUSTOMER),
    "conversation-closed": (CONVERSATION_CLOSED, CUSTOMER),
    "conversation-ended": (CONVERSATION_ENDED, CUSTOMER),
    "conversation-ended-meanwhile": (CONVERSATION_ENDED_MEANWHILE, CUSTOMER),
    "updates": (Updates(MESSAGES, URLS.conversation(HEAD.id, before="1")), CUSTOMER),
    "new": (NEW, replace(CUSTOMER, here="new")),
    "new-refused": (NEW_REFUSED, replace(CUSTOMER, here="new")),
    "account": (ACCOUNT, replace(CUSTOMER, here="account")),
    "account-refused": (ACCOUNT_REFUSED, replace(CUSTOMER, here="account", time_zone="")),
    "error": (ErrorPage(LOST), STRANGER),
    "error-kept": (ErrorPage(ERROR_KEPT), CUSTOMER),
    "error-internal": (ErrorPage(LOST), replace(STAFF, area="internal", here="")),
    "error-desk": (StaffErrorPage(LOST), STAFF),
    "desk": (DESK, STAFF),
    "desk-empty": (DESK_EMPTY, STAFF),
    "desk-conversation": (DESK_CONVERSATION, STAFF),
    "desk-conversation-reader": (DESK_CONVERSATION_READER, STAFF),
    "desk-conversation-notes": (DESK_CONVERSATION_NOTES, STAFF),
    "desk-conversation-closed": (DESK_CONVERSATION_CLOSED, STAFF),
    "desk-updates": (DeskUpdates(HEAD, ENTRIES, URLS.desk_conversation(HEAD.id, before="1"), ALL), STAFF),
}
"""By the name of the picture; ``updates`` and ``desk-updates`` are parts, everything else a whole page."""

PARTS = frozenset({"updates", "desk-updates"})

MAILS: dict[str, Mail] = {
    "reply": ReplyLetter(
        organization="Alder & Finch",
        colour="#2f5d8a",
        font=FONTS["system"].stack,
        logo_url="https://support.example.com/brand/logo.svg?v=3",
        agent="Jonas Weber",
        subject="Lamp arrived with a cracked shade",
        body=_SAID[5][2],
        conversation_url="https://support.example.com/conversations/01hconv0000000000000000000",
        time_zone="Europe/Berlin",
        attachments=(PDF, PHOTO),
        quoted=tuple(Quoted(message.author, message.at, message.body) for message in reversed(MESSAGES[2:5])),
        answerable=True,
    ),
    "reply-plain": ReplyLetter(
        organization="Alder & Finch",
        colour="#ffd34e",
        font=FONTS["system"].stack,
        logo_url="",
        agent="さくら 田中",
        subject="Re: <b>Lamp</b>",
        body="<script>alert(1)</script> & so on",
        conversation_url="https://support.example.com/conversations/01hconv0000000000000000000",
        time_zone="UTC",
        attachments=(SHEET,),
        signature="Your lamps are in good hands.\nhttps://alder-finch.example",
    ),
    "invitation": InvitationLetter(
        organization="Alder & Finch",
        colour="#2f5d8a",
        font=FONTS["system"].stack,
        logo_url="",
        member="さくら 田中",
        email="sakura@example.com",
        by="Ruth <Adeyemi>",
        address="https://support.example.com/staff/login",
    ),
    "sign-in": SignInLetter(
        organization="Alder & Finch",
        colour="#2f5d8a",
        font=FONTS["system"].stack,
        logo_url="",
        code="4815162342"[:CODE_DIGITS],
        link="https://support.example.com/login/link/" + "t" * 43,
        minutes=CODE_MINUTES,
    ),
    "sign-in-staff": SignInLetter(
        organization="Alder & Finch",
        colour="#2f5d8a",
        font=FONTS["system"].stack,
        logo_url="",
        code="4815162342"[:CODE_DIGITS],
        link="https://support.example.com/staff/login/link/" + "t" * 43,
        minutes=CODE_MINUTES,
        staff=True,
    ),
}

for found in pkgutil.iter_modules(sample_pages.__path__):
    PAGES |= import_module(f"{sample_pages.__name__}.{found.name}").PAGES
