"""Conversations of a made-up customer, in the states that lists and pages show."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from chalicelib.attachments.model import Attachment
from chalicelib.channels.model import CHANNELS
from chalicelib.conversations.model import MAX_BODY, MAX_SUBJECT, REDACTED, Conversation, Direction, Row, Status
from chalicelib.finding.model import asked
from chalicelib.records import replace
from chalicelib.web.composing import LIMITS
from chalicelib.web.contexts import Choice, Composer, Fact, Fault, MessageView
from chalicelib.web.customer.contexts import ConversationPage, ConversationRow, Conversations
from chalicelib.web.customer.conversations import STATUS_LABELS

if TYPE_CHECKING:
    from chalicelib.urls import Urls

NOW = datetime(2026, 11, 20, 15, 4, 30, tzinfo=UTC)
"""The moment at which the samples are looked at: the same each time, so that two previews differ by the theme alone."""
CUSTOMER = "Nadia El-Amrani"

IDS = tuple(f"01hsample{number:017}" for number in range(60))
SUBJECTS = (
    "Lamp arrived with a cracked shade",
    "Invoice for order 1187",
    "Where is my parcel?",
    "Changing the delivery address of an order that has already left, and whether that costs anything",
    "Can I pay by bank transfer?",
    "A second shade in smoke",
    "Thank you!",
)
ARABIC_SUBJECT = "أين طلبي رقم ١١٨٧؟"
_ARABIC = "مرحبًا،\n\nطلبت المصباح قبل أسبوع ولم يصل بعد. هل يمكنكم إخباري أين هو؟ رقم الطلب 1187.\n\nشكرًا"
_CHANNELS = tuple(CHANNELS.values())


def _row(number: int, subject: str, preview: str, status: Status, *, unread: bool = False) -> ConversationRow:
    at = NOW - timedelta(hours=5 * number * number, minutes=12)
    via = _CHANNELS[number % len(_CHANNELS)]
    row = Row(
        id=IDS[number],
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
ROWS = tuple(
    _row(number, SUBJECTS[number % 7], _PREVIEWS[number % 4], _STATUSES[number % 3], unread=number in (0, 3))
    for number in range(25)
)
ARABIC_ROWS = tuple(
    _row(number, ARABIC_SUBJECT, "شكرًا، سيغادر المصباح ورشتنا غدًا.", _STATUSES[number % 3]) for number in range(3)
)


def listing(
    rows: tuple[ConversationRow, ...], total: int, q: str = "", *, paged: bool = False
) -> Callable[[Urls], Conversations]:
    """Return what makes a list: of some rows, where the customer has ``total`` conversations."""

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
            terms=asked(q),
        )

    return made


HEAD = Conversation(
    id=IDS[0],
    customer_id="01hsamplecustomer000000000",
    subject=SUBJECTS[0],
    status=Status.OPEN,
    channel="email",
    reply_channel="portal",
    created_at=NOW - timedelta(days=8, hours=3),
    active_at=NOW - timedelta(minutes=12),
    last_seq=6,
    last_out=6,
    seen=6,
)
_PHOTO = Attachment(IDS[40], "cracked-shade.jpg", "image/jpeg", 1_482_000)
_INVOICE = Attachment(
    IDS[41], "Invoice 1187 – Alder & Finch, second reminder with everything attached.pdf", "application/pdf", 88_400
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


REPLY = Composer(kind="reply", action="", uploads="", key="sample", limits=LIMITS, max_body=MAX_BODY)
_OPAL = Fact("Colour of the shade", "Opal")
_TRACKED = Fact("Parcel", "https://example.com/track/1187", "https://example.com/track/1187")


def conversation(
    head: Conversation = HEAD,
    composer: Composer | None = REPLY,
    *,
    count: int = 4,
    redacted: bool = False,
    arabic: bool = False,
    facts: tuple[Fact, ...] = (_OPAL, _TRACKED),
) -> Callable[[Urls], ConversationPage]:
    """Return what makes the page of a conversation with the first ``count`` of its messages."""

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


CLOSED = replace(HEAD, status=Status.DONE, closed_at=NOW - timedelta(days=1))
REFUSED = replace(
    REPLY,
    body="Is it on its way?",
    faults=(Fault("You can attach at most 6 files.", "attachment"),),
    attachments=(_PHOTO,),
)
NEW = replace(REPLY, kind="new", subject="", max_subject=MAX_SUBJECT)
