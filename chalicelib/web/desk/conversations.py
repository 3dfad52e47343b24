"""The desk: what staff see and do. Every route names the permission it needs."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from chalicelib.channels.model import CHANNELS
from chalicelib.conversations.model import (
    MAILED_CHANNELS,
    SNOOZED_UNTIL,
    Conversation,
    Direction,
    Event,
    Message,
    Note,
    Status,
)
from chalicelib.ids import is_id
from chalicelib.refusals import Invalid, NotFound, NotSignedIn, Refusal, UnknownChoice
from chalicelib.web.composing import KEPT, composer, draft
from chalicelib.web.contexts import Choice, MessageView
from chalicelib.web.customer.conversations import STATUS_LABELS, begin_upload
from chalicelib.web.desk.contexts import Desk, DeskConversation, DeskRow, DeskUpdates, Entry, Permissions
from chalicelib.web.errors import fault
from chalicelib.web.http import Response, answer_json, see_other
from chalicelib.web.routing import Route

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from chalicelib.conversations.desk import StaffThread
    from chalicelib.conversations.model import StaffSide
    from chalicelib.conversations.posting import Draft
    from chalicelib.mail.model import Dispatch
    from chalicelib.staff.model import Member
    from chalicelib.web.visit import Visit

_HISTORY = {
    "closed": "closed the conversation",
    "reopened": "reopened the conversation",
    "snoozed": "snoozed the conversation",
    "woken": "woke the conversation",
    "renamed": "changed the subject",
    "redacted": "removed something for good",
    "labelled": "changed the details",
}
_SNOOZES = {
    "3h": "For 3 hours",
    "tomorrow": "Until tomorrow, 9:00",
    "monday": "Until Monday, 9:00",
    "week": "For a week",
    "month": "For 30 days",
}
_MORNING = 9


def desk(visit: Visit) -> Response:
    """The conversations of one status."""
    member = visit.member("conversation:read")
    chosen = visit.request.arg("status") or Status.OPEN.value
    if chosen not in set(Status):
        raise UnknownChoice(field="status")
    status = Status(chosen)
    listing = f"desk:{chosen}"
    place = visit.cursor(listing)
    page = visit.house.conversations.desk.page(member, status, position=place)
    urls = visit.urls
    rows = tuple(
        DeskRow(
            row=row,
            channel=CHANNELS[row.channel],
            customer=page.customers[row.customer_id].name if row.customer_id in page.customers else "",
            status_label=STATUS_LABELS[row.status],
            waiting=row.preview_direction is Direction.IN and row.status is Status.OPEN,
        )
        for row in page.rows
    )
    view = Desk(
        rows=rows,
        statuses=tuple(
            Choice(one.value, STATUS_LABELS[one], urls.desk(status=one.value), one is status) for one in Status
        ),
        status=chosen,
        more_url=urls.desk(status=chosen, cursor=visit.cursor_for(listing, page.position)) if page.position else None,
        first_page_url=urls.desk(status=chosen) if place else None,
    )
    return visit.page(view, area="desk", here="desk")


def desk_conversation(visit: Visit) -> Response:
    """One conversation with notes and history."""
    later, _ = visit.house.conversations.desk.later(visit.reads, visit.id("conversation_id"))
    member = visit.member("conversation:read")
    before = visit.request.arg("before")
    number = int(before) if before.isascii() and before.isdigit() and len(before) <= 8 else 0  # noqa: PLR2004
    return _page(visit, member, _found(later()), before=number)


def desk_updates(visit: Visit) -> Response:
    """What is new since a version of what customers see and a version of what staff see."""
    later, side = visit.house.conversations.desk.later(visit.reads, visit.id("conversation_id"))
    member = visit.member("conversation:read")
    head = _found(later())
    version = f"{head.version}.{side().version}"
    if visit.request.arg("after") == version:
        return Response(status=204)
    thread = visit.house.conversations.desk.read(member, head)
    page = DeskUpdates(
        conversation=head,
        entries=_entries(visit, head, thread),
        earlier_url=_earlier(visit, head, thread),
        may=_permissions(member),
    )
    return answer_json(
        {
            "version": version,
            "html": visit.render(page, area="desk"),
            "status": STATUS_LABELS[head.status],
            "closed": head.closed,
        }
    )


def answer(visit: Visit) -> Response:
    """Say something to the customer."""
    return _write(visit, "conversation:reply", "answer", visit.house.conversations.desk.answer, "answered")


def note(visit: Visit) -> Response:
    """Write something only staff see."""
    return _write(visit, "note:write", "note", visit.house.conversations.desk.note, "noted")


def snooze(visit: Visit) -> Response:
    """Put the conversation aside until one of the moments offered."""

    def act(member: Member, head: Conversation) -> None:
        settings = visit.settings()
        zone = ZoneInfo(member.time_zone or settings.time_zone)
        visit.house.conversations.desk.snooze(member, head, snooze_until(visit.request.field("until"), visit.now, zone))

    return _act(visit, "conversation:status", "snoozed", act)


def reopen(visit: Visit) -> Response:
    """Open a closed or snoozed conversation; what was typed before it was closed is shown again to go on with."""
    typed = draft(visit)
    if not (typed.body or typed.uploads):
        return _act(visit, "conversation:status", "opened", visit.house.conversations.desk.reopen)
    later, _ = visit.house.conversations.desk.later(visit.reads, visit.id("conversation_id"))
    member = visit.member("conversation:status")
    head = _found(later())
    try:
        visit.house.conversations.desk.reopen(member, head)
    except KEPT as refusal:
        return _again(visit, member, head, refusal, typed=typed, kind="answer")
    return _again(visit, member, head, None, typed=typed, kind="answer")


def rename(visit: Visit) -> Response:
    """Give the conversation another subject."""

    def act(member: Member, head: Conversation) -> None:
        visit.house.conversations.desk.rename(member, head, visit.request.field("subject"))

    return _act(visit, "conversation:rename", "renamed", act)


def redact(visit: Visit) -> Response:
    """Remove a message, a part of it, a file of it, or a note."""

    def act(member: Member, head: Conversation) -> None:
        request = visit.request
        note_id, seq, what = request.field("note"), request.field("seq"), request.field("what")
        if is_id(note_id):
            visit.house.conversations.desk.redact_note(member, head, note_id, ip=request.source_ip)
            return
        if note_id or not (seq.isascii() and seq.isdigit() and len(seq) <= 8):  # noqa: PLR2004
            raise NotFound
        part = request.field("part") if what == "part" else ""
        attachment_id = request.field("attachment") if what == "attachment" else ""
        if what == "part" and not part.strip():
            raise Invalid("Enter the text to remove exactly as it stands in the message.", field="part")
        if what not in {"part", "attachment", "whole"} or (what == "attachment" and not attachment_id):
            raise UnknownChoice(field="what")
        scope = request.field("scope") or "direct"
        visit.house.conversations.desk.redact(
            member, head, int(seq), part=part, attachment=attachment_id, scope=scope, ip=request.source_ip
        )

    return _act(visit, "message:redact", "redacted", act)


def resend(visit: Visit) -> Response:
    """Send the e-mail of a message again that could not be delivered."""

    def act(_: Member, head: Conversation) -> None:
        seq = visit.request.field("seq")
        if not (seq.isascii() and seq.isdigit() and len(seq) <= 8):  # noqa: PLR2004
            raise NotFound
        visit.house.mail.resend(head.id, int(seq))

    return _act(visit, "conversation:reply", "resent", act)


def upload(visit: Visit) -> Response:
    """Allow one file to be uploaded."""
    member = visit.member("note:write")
    return begin_upload(visit, f"staff:{member.id}")


def attachment(visit: Visit) -> Response:
    """Send the browser to a download that works for a minute."""
    later = visit.house.attachments.uploads.later(visit.reads, visit.id("attachment_id"))
    visit.member("conversation:read")
    found = later()
    if found is None:
        raise NotFound
    return Response(status=302).set("Location", visit.house.attachments.download(found))


def snooze_until(choice: str, now: datetime, zone: ZoneInfo) -> datetime:
    """Return the moment one of the choices stands for, in the zone of who chose."""
    local = now.astimezone(zone)
    morning = local.replace(hour=_MORNING, minute=0, second=0, microsecond=0)
    moments = {
        "3h": now + timedelta(hours=3),
        "tomorrow": morning + timedelta(days=1),
        "monday": morning + timedelta(days=7 - local.weekday()),
        "week": now + timedelta(days=7),
        "month": now + timedelta(days=30),
    }
    if choice not in moments:
        raise UnknownChoice(field="until")
    return moments[choice]


# the parts of these pages


def _act(visit: Visit, permission: str, notice: str, act: Callable[[Member, Conversation], None]) -> Response:
    """Do one thing with a conversation and show it again; a refusal shows it with the reason."""
    later, _ = visit.house.conversations.desk.later(visit.reads, visit.id("conversation_id"))
    member = visit.member(permission)
    head = _found(later())
    try:
        act(member, head)
    except KEPT as refusal:
        return _again(visit, member, head, refusal)
    return visit.go(visit.urls.desk_conversation(head.id), notice)


def _write(
    visit: Visit,
    permission: str,
    kind: str,
    write: Callable[[Member, Conversation, Draft, StaffSide], object],
    notice: str,
) -> Response:
    """Write an answer or a note; a refusal shows the box again with what was typed."""
    later, side = visit.house.conversations.desk.later(visit.reads, visit.id("conversation_id"))
    member = visit.member(permission)
    head = _found(later())
    typed = draft(visit)
    try:
        write(member, head, typed, side())
    except KEPT as refusal:
        return _again(visit, member, head, refusal, typed=typed, kind=kind)
    return visit.go(visit.urls.desk_conversation(head.id, fragment="end"), notice)


def _again(  # noqa: PLR0913 - the page as it comes back
    visit: Visit,
    member: Member,
    head: Conversation,
    refusal: Refusal | None,
    *,
    typed: Draft | None = None,
    kind: str = "",
) -> Response:
    later, _ = visit.house.conversations.desk.later(visit.house.table.together(consistent=True), head.id)
    return _page(visit, member, later() or head, refusal=refusal, typed=typed, kind=kind)


def again(
    visit: Visit,
    member: Member,
    head: Conversation,
    refusals: Sequence[Refusal],
    labels_sent: Mapping[str, str] | None = None,
) -> Response:
    """Show the conversation again with tags and attributes as they were sent, and all that is wrong."""
    later, _ = visit.house.conversations.desk.later(visit.house.table.together(consistent=True), head.id)
    return _page(visit, member, later() or head, refusal=refusals[0], also=refusals[1:], labels_sent=labels_sent)


def _page(  # noqa: PLR0913 - a page as it is, or as it comes back
    visit: Visit,
    member: Member,
    head: Conversation,
    *,
    before: int = 0,
    refusal: Refusal | None = None,
    typed: Draft | None = None,
    kind: str = "",
    also: Sequence[Refusal] = (),
    labels_sent: Mapping[str, str] | None = None,
) -> Response:
    from chalicelib.web.desk.labels import labels

    urls, house = visit.urls, visit.house
    # Before what it is the version of: a note written in between is then news, and not taken for shown.
    reads = house.table.together(consistent=visit.reads.consistent)
    side, declared = house.conversations.store.side_later(reads, head.id), house.conversations.labelling.later(reads)
    staff_version = side().version
    staff_thread = house.conversations.desk.read(member, head, before=before)
    customer = house.customers.store.get(head.customer_id)
    reply_channel = CHANNELS[head.reply_channel]

    def box(which: str, action: str) -> object:
        mine = kind == which
        return composer(
            visit,
            which,
            urls.desk_action(head.id, action),
            owner=f"staff:{member.id}",
            uploads=urls.desk_uploads(),
            typed=typed if mine else None,
            refusal=refusal if mine else None,
        )

    page = DeskConversation(
        conversation=head,
        channel=CHANNELS[head.channel],
        reply_channel=reply_channel,
        mails=head.reply_channel in MAILED_CHANNELS
        and bool(customer and (customer.email or customer.contact) and customer.mail_replies),
        status_label=STATUS_LABELS[head.status],
        customer_name=customer.name if customer else "",
        customer_email=(customer.email or customer.contact) if customer else "",
        customer_unproven=bool(customer and customer.contact),
        customer_open=customer.open_count if customer else 0,
        customer_done=customer.done_count if customer else 0,
        entries=_entries(visit, head, staff_thread),
        earlier_url=_earlier(visit, head, staff_thread),
        newest=not before,
        answer=box("answer", "messages"),  # type: ignore[arg-type]
        note=box("note", "notes"),  # type: ignore[arg-type]
        may=_permissions(member),
        continues_url=urls.desk_conversation(head.continues) if head.continues else None,
        updates_url=urls.desk_updates(head.id, f"{head.version}.{staff_version}"),
        faults=tuple(map(fault, (refusal, *also))) if refusal and not kind else (),
        labels=labels(declared(), side(), labels_sent),
        snooze_choices=tuple(_SNOOZES.items()),
    )
    return visit.page(page, area="desk", here="desk", status=refusal.status if refusal else 200)


def _entries(visit: Visit, head: Conversation, staff_thread: StaffThread) -> tuple[Entry, ...]:
    """Return messages, notes and history in one order of time."""
    messages = staff_thread.thread.messages
    mailed = [message.seq for message in messages if message.direction is Direction.OUT]
    states = visit.house.outbox.states(head.id, mailed) if mailed else {}
    entries = [
        *(_event(event) for event in staff_thread.events),
        *(Entry("message", message.at, message=_message(visit, head, message, states)) for message in messages),
        *(Entry("message", public.at, message=_message(visit, head, public, {})) for public in staff_thread.public),
        *(Entry("note", note.at, message=_note(visit, note), note_id=note.id) for note in staff_thread.notes),
    ]
    return tuple(sorted(entries, key=lambda entry: entry.at))


def _event(event: Event) -> Entry:
    text, until = _HISTORY.get(event.kind, event.kind), None
    if event.kind == "snoozed":
        with suppress(ValueError):  # imported history says it in words of its own, or not at all
            until = datetime.strptime(event.detail, SNOOZED_UNTIL).replace(tzinfo=UTC)
    detail = event.detail if event.kind == "labelled" else ""
    return Entry("event", event.at, text=text, actor=event.actor, detail=detail, until=until)


def _message(visit: Visit, head: Conversation, message: Message, states: Mapping[int, Dispatch]) -> MessageView:
    state = states.get(message.seq)
    return MessageView(
        seq=message.seq,
        direction=message.direction,
        author=message.author,
        own=message.direction is Direction.OUT,
        channel=CHANNELS[message.channel] if message.channel != head.channel else None,
        body=message.body,
        at=message.at,
        redacted=message.redacted,
        attachments=tuple((one, visit.urls.desk_attachment(one.id)) for one in message.attachments),
        delivery=state.state if state else "",
        delivery_detail=state.detail if state else "",
        scope=message.place,
    )


def _note(visit: Visit, note: Note) -> MessageView:
    return MessageView(
        seq=0,
        direction=Direction.OUT,
        author=note.author,
        own=True,
        channel=None,
        body=note.body,
        at=note.at,
        redacted=note.redacted,
        attachments=tuple((one, visit.urls.desk_attachment(one.id)) for one in note.attachments),
    )


def _permissions(member: Member) -> Permissions:
    return Permissions(
        reply=member.may("conversation:reply"),
        note=member.may("note:write"),
        status=member.may("conversation:status"),
        rename=member.may("conversation:rename"),
        redact=member.may("message:redact"),
        label=member.may("conversation:label"),
    )


def _earlier(visit: Visit, head: Conversation, staff_thread: StaffThread) -> str | None:
    earlier = staff_thread.thread.earlier
    return visit.urls.desk_conversation(head.id, before=str(earlier)) if earlier else None


def _found(conversation: Conversation | None) -> Conversation:
    if conversation is None:
        raise NotFound
    return conversation


def staff_home(visit: Visit) -> Response:
    """Send staff to the desk, or to the settings where their role does not read conversations."""
    with suppress(NotSignedIn):
        if not visit.member(None).may("conversation:read"):
            return see_other(visit.urls.settings())
    return see_other(visit.urls.desk())


_ONE = "/desk/conversations/{conversation_id}"
ROUTES = (
    Route("GET", "/staff", staff_home, "desk"),
    Route("GET", "/desk", desk, "desk"),
    Route("GET", _ONE, desk_conversation, "desk"),
    Route("GET", f"{_ONE}/updates", desk_updates, "desk"),
    Route("POST", f"{_ONE}/messages", answer, "desk"),
    Route("POST", f"{_ONE}/notes", note, "desk"),
    Route("POST", f"{_ONE}/close", "desk.labels:close", "desk"),
    Route("POST", f"{_ONE}/snooze", snooze, "desk"),
    Route("POST", f"{_ONE}/reopen", reopen, "desk"),
    Route("POST", f"{_ONE}/subject", rename, "desk"),
    Route("POST", f"{_ONE}/redact", redact, "desk"),
    Route("POST", f"{_ONE}/labels", "desk.labels:save", "desk"),
    Route("POST", f"{_ONE}/resend", resend, "desk"),
    Route("POST", "/desk/uploads", upload, "desk"),
    Route("GET", "/desk/attachments/{attachment_id}", attachment, "desk"),
)
