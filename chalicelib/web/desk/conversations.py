"""The desk: what staff see and do. Every route names the permission it needs."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, NamedTuple

from chalicelib import zones
from chalicelib.channels.model import CHANNELS
from chalicelib.conversations.model import Conversation, Direction, Status
from chalicelib.conversations.timeline import NEWEST, place_of
from chalicelib.ids import is_id
from chalicelib.mail.model import ReplyMail
from chalicelib.refusals import Invalid, NotFound, NotSignedIn, Refusal, UnknownChoice
from chalicelib.signin.model import Kind
from chalicelib.text import whole_number
from chalicelib.web.composing import KEPT, draft
from chalicelib.web.contexts import Choice
from chalicelib.web.customer.conversations import STATUS_LABELS, begin_upload
from chalicelib.web.desk.contexts import Desk, DeskRow, DeskUpdates
from chalicelib.web.desk.conversation_page import Attempt, again, heads_later, permissions_of, show, shown_later
from chalicelib.web.http import Response, answer_json, see_other

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.conversations.desk import Places
    from chalicelib.conversations.model import Draft, StaffSide
    from chalicelib.staff.model import Member
    from chalicelib.web.visit import Visit

_MORNING = 9


def desk(visit: Visit) -> Response:
    """The conversations of one status."""
    index = visit.house.schema.store.lists_later(visit.reads)
    early = _early(visit)
    member = visit.member("conversation:read")
    status, listing, place = _asked(visit)
    desk = visit.house.conversations.desk
    page = desk.page(member, status, position=place, index=index(), early=early)
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
        status=status.value,
        more_url=urls.desk(status=status.value, cursor=visit.cursor_for(listing, page.position))
        if page.position
        else None,
        first_page_url=urls.desk(status=status.value) if place else None,
    )
    return visit.page(view, area="desk", here="desk")


class _Asked(NamedTuple):
    """What the desk was asked for; ``listing`` names it for cursors, ``place`` is where in it one of them leads."""

    status: Status
    listing: str
    place: str


def _asked(visit: Visit) -> _Asked:
    chosen = visit.request.arg("status") or Status.OPEN.value
    if chosen not in set(Status):
        raise UnknownChoice(field="status")
    listing = f"desk:{chosen}"
    return _Asked(Status(chosen), listing, visit.cursor(listing))


def _early(visit: Visit) -> Callable[[], Places] | None:
    """Ask for the list at the same moment as for the session; None where nobody is named, or something is wrong."""
    if not visit.claimed(Kind.STAFF):
        return None
    try:
        asked = _asked(visit)
    except Refusal:
        return None  # refused as soon as it is known who asks
    return visit.house.conversations.desk.places_later(visit.reads, asked.status, asked.place)


def desk_conversation(visit: Visit) -> Response:
    """One conversation with notes and history."""
    later = heads_later(visit, visit.reads, visit.id("conversation_id"))
    member = visit.member("conversation:read")
    return show(visit, member, later(), place=place_of(visit.request.arg("before")))


def desk_updates(visit: Visit) -> Response:
    """What is new since a version of what customers see and a version of what staff see."""
    later, side = visit.house.conversations.desk.later(visit.reads, visit.id("conversation_id"))
    member = visit.member("conversation:read")
    head = _found(later())
    version = f"{head.version}.{side().version}"
    if visit.request.arg("after") == version:
        return Response(status=204)
    reads = visit.house.table.together(consistent=True)
    shown = shown_later(visit, reads, member, head, side(), NEWEST)()
    page = DeskUpdates(head, shown.entries, shown.earlier_url, permissions_of(member))
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
        zone = zones.zone(member.time_zone, settings.time_zone)
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
        return again(visit, member, head, Attempt((refusal,), "answer", typed))
    return again(visit, member, head, Attempt((), "answer", typed))


def rename(visit: Visit) -> Response:
    """Give the conversation another subject."""

    def act(member: Member, head: Conversation) -> None:
        visit.house.conversations.desk.rename(member, head, visit.request.field("subject"))

    return _act(visit, "conversation:rename", "renamed", act)


def redact(visit: Visit) -> Response:
    """Remove a message, a part of it, a file of it, or a note."""

    def act(member: Member, head: Conversation) -> None:
        request = visit.request
        note_id, seq, what = request.field("note"), whole_number(request.field("seq")), request.field("what")
        if is_id(note_id):
            visit.house.conversations.desk.redact_note(member, head, note_id, ip=request.source_ip)
            return
        if note_id or seq is None:
            raise NotFound
        part = request.field("part") if what == "part" else ""
        attachment_id = request.field("attachment") if what == "attachment" else ""
        if what == "part" and not part.strip():
            raise Invalid("Enter the text to remove exactly as it stands in the message.", field="part")
        if what not in {"part", "attachment", "whole"} or (what == "attachment" and not attachment_id):
            raise UnknownChoice(field="what")
        scope = request.field("scope") or "direct"
        visit.house.conversations.desk.redact(
            member, head, seq, part=part, attachment=attachment_id, scope=scope, ip=request.source_ip
        )

    return _act(visit, "message:redact", "redacted", act)


def resend(visit: Visit) -> Response:
    """Send the e-mail of a message again that could not be delivered."""

    def act(_: Member, head: Conversation) -> None:
        seq = whole_number(visit.request.field("seq"))
        if seq is None:
            raise NotFound
        visit.house.outbox.resend(ReplyMail(head.id, seq).id)

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


def snooze_until(choice: str, now: datetime, zone: tzinfo) -> datetime:
    """Return the moment that a choice means in the zone of its agent; days keep the time of day when clocks change."""
    local = now.astimezone(zone)
    morning = local.replace(hour=_MORNING, minute=0, second=0, microsecond=0)
    moments = {
        "3h": now + timedelta(hours=3),
        "tomorrow": morning + timedelta(days=1),
        "monday": morning + timedelta(days=7 - local.weekday()),
        "week": local + timedelta(days=7),
        "month": local + timedelta(days=30),
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
        return again(visit, member, head, Attempt((refusal,)))
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
        return again(visit, member, head, Attempt((refusal,), kind, typed))
    return visit.go(visit.urls.desk_conversation(head.id, fragment="end"), notice)


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
