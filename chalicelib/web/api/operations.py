"""What the JSON API does: an operation for each address, with what it takes, gives and needs.

A request's way is that of a page: the operation calls the use case, which decides. Here is what JSON has of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, cast

from pydantic import BaseModel, ValidationError

from chalicelib.attachments.model import Attachment
from chalicelib.conversations.incoming import ConversationToRecord, MessageToRecord, NoteToRecord
from chalicelib.conversations.items import position
from chalicelib.conversations.model import Conversation, Direction, Message, Note, Row, Status
from chalicelib.customers.model import IDENTITY_KINDS
from chalicelib.ids import is_id
from chalicelib.refusals import Invalid, NotFound, NotJson, PayloadTooLarge, UnknownChoice
from chalicelib.schema.store import lists_of
from chalicelib.text import whole_number
from chalicelib.tokens.service import BEGUN_UPLOADS
from chalicelib.web.api import models, themes
from chalicelib.web.api.calls import Answer, Call, Operation
from chalicelib.web.http import Response

if TYPE_CHECKING:
    from chalicelib.conversations.model import StaffSide
    from chalicelib.customers.model import Customer
    from chalicelib.tokens.model import Token
    from chalicelib.web.visit import Visit


def answer(visit: Visit, token: Token, method: str, path: str) -> Response:
    """Do what a request asks for."""
    operation = OPERATIONS[method, path]
    if not (operation.or_scope and token.may(operation.or_scope)):
        token.must(operation.scope)
    visit.reads.consistent = True
    call = Call(visit, token, _body(visit, operation), _query(visit, operation.query))
    status, given = operation.does(call)
    if given is None:
        return Response(status=status)
    return Response(given.model_dump_json(), status, "application/json; charset=utf-8")


def _body(visit: Visit, operation: Operation) -> BaseModel | None:
    request = visit.request
    if operation.body is None:
        return None
    sent = request.body
    if not sent and operation.optional:
        sent = b"{}"
    elif request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise NotJson
    if len(sent) > operation.max_body:
        raise PayloadTooLarge
    try:
        return operation.body.model_validate_json(sent)
    except ValidationError as error:
        raise _invalid(error) from error


def _query(visit: Visit, model: type[BaseModel] | None) -> BaseModel | None:
    sent = visit.request.query
    repeated = [name for name, values in sent.items() if len(values) > 1]
    unknown = list(sent) if model is None else []
    if repeated or unknown:
        name = (repeated or unknown)[0][:40]
        raise Invalid(f"“{name}” is not a parameter here, or came more than once.", field=name)
    if model is None:
        return None
    try:
        return model.model_validate({name: values[0] for name, values in sent.items()})
    except ValidationError as error:
        raise _invalid(error) from error


def _invalid(error: ValidationError) -> Invalid:
    first = error.errors(include_url=False, include_input=False)[0]
    field = ".".join(str(part) for part in first["loc"])[:100]
    return Invalid(f"{field or 'The body'}: {first['msg']}.", field=field or None)


# customers


def upsert_customer(call: Call) -> Answer:
    """Register a customer, or add to the one who has any of the identities."""
    sent: models.CustomerIn = call.body
    identities = {kind: value for kind in IDENTITY_KINDS if (value := getattr(sent, kind)) is not None}
    customer, new = call.visit.house.customers.profiles.upsert(identities, sent.name)
    return (201 if new else 200), _customer(customer)


def get_customer(call: Call) -> Answer:
    """Return a customer."""
    return 200, _customer(call.customer(call.visit.id("customer_id")))


# conversations


def create_conversation(call: Call) -> Answer:
    """Begin a conversation of a customer."""
    sent: models.ConversationIn = call.body
    customer = call.customer(sent.customer_id)
    call.visit.house.conversations.labelling.check(sent.attributes)
    beginning = ConversationToRecord(
        subject=sent.subject,
        channel=sent.channel,
        external_id=sent.external_id or "",
        status=Status(sent.status),
        created_at=sent.created_at,
        closed_at=sent.closed_at,
        snoozed_until=sent.snoozed_until,
        tags=sent.tags,
        attributes=dict(sent.attributes),
    )
    head, new = call.visit.house.conversations.intake.begin(call.token, customer.id, beginning)
    return (201 if new else 200), _conversation(head, call.visit.house.conversations.store.side(head.id))


def list_conversations(call: Call) -> Answer:
    """List conversations by customer, by status or both, newest activity first; snoozed ones by when they wake."""
    query: models.ConversationQuery = call.query
    visit, store = call.visit, call.visit.house.conversations.store
    listing = f"api:conversations:{query.customer_id or ''}:{query.status or ''}"
    place = visit.cursor(listing)
    snoozed = query.status == "snoozed"
    if query.customer_id and snoozed:
        raise UnknownChoice("A customer's snoozed conversations are among the open ones.", field="status")
    if query.customer_id:
        if not is_id(query.customer_id):
            raise NotFound
        rows, more = store.rows(
            call.customer(query.customer_id).id,
            closed={None: None, "open": False, "done": True}[query.status],
            newest_first=True,
            position=place,
            limit=query.limit,
        )
        behind = position(rows[-1]) if more and rows else ""
    else:
        status = Status(query.status or "open")
        index = lists_of(visit.house.schema.store.get())
        rows, behind = store.worked(status, position=place, limit=query.limit, newest_first=not snoozed, index=index)
    following = visit.cursor_for(listing, behind) if behind else None
    return 200, models.ConversationList(items=[_row(row) for row in rows], next=following)


def get_conversation(call: Call) -> Answer:
    """Return a conversation."""
    head = call.conversation()
    return 200, _conversation(head, call.visit.house.conversations.store.side(head.id))


def patch_conversation(call: Call) -> Answer:
    """Change subject, tags, attributes and status; what is so already is left as it is."""
    sent: models.ConversationPatch = call.body
    house, token, head = call.visit.house, call.token, call.conversation()
    if (sent.status == "snoozed") != (sent.snoozed_until is not None):
        raise Invalid("The status snoozed needs a moment to wake at, and no other has one.", field="snoozed_until")
    if sent.status == "snoozed" and sent.snoozed_until:
        house.conversations.desk.snooze(token, head, sent.snoozed_until)
    elif sent.status == "done" and not head.closed:
        house.conversations.desk.close(token, head)
    elif sent.status == "open" and head.status is not Status.OPEN:
        house.conversations.desk.reopen(token, head)
    if sent.subject is not None and sent.subject != head.subject:
        house.conversations.desk.rename(token, call.conversation(), sent.subject)
    if sent.tags is not None or sent.attributes:
        house.conversations.labelling.label(
            token, "conversation:write", head, tags=sent.tags, attributes=sent.attributes
        )
    return get_conversation(call)


# messages


def create_message(call: Call) -> Answer:
    """Record a message."""
    sent: models.MessageIn = call.body
    head, house = call.conversation(), call.visit.house
    author = sent.author
    if author is None and sent.direction == "in":
        author = call.customer(head.customer_id).name
    saying = MessageToRecord(
        direction=Direction(sent.direction),
        author=author or house.portal.settings.get().organization,
        body=sent.body,
        channel=sent.channel or "",
        scope=sent.scope,
        external_id=sent.external_id or "",
        at=sent.at,
        uploads=sent.attachment,
        notify=sent.notify,
    )
    message, new = house.conversations.intake.record(call.token, head, saying)
    return (201 if new else 200), _message(message)


def list_messages(call: Call) -> Answer:
    """List the messages of a scope, oldest first."""
    query: models.MessageQuery = call.query
    head, visit = call.conversation(), call.visit
    listing = f"api:messages:{head.id}:{query.scope}"
    messages, more = visit.house.conversations.store.messages_from(
        head.id, query.scope, int(visit.cursor(listing) or 0), query.limit
    )
    following = visit.cursor_for(listing, str(messages[-1].seq)) if more and messages else None
    return 200, models.MessageList(items=[_message(one) for one in messages], next=following)


def redact_message(call: Call) -> Answer:
    """Remove a message, a part of it or a file of it for good."""
    sent: models.RedactIn = call.body
    if sent.part is not None and sent.attachment is not None:
        raise Invalid("Name a part or a file, not both.", field="attachment")
    wanted = call.visit.request.params.get("message_id", "")
    scope, number = _SCOPES.get(wanted[:1], ""), whole_number(wanted[1:])
    if not scope or not number or str(number) != wanted[1:]:
        raise NotFound
    head, house = call.conversation(), call.visit.house
    house.conversations.desk.redact(
        call.token,
        head,
        number,
        part=sent.part or "",
        attachment=sent.attachment or "",
        scope=scope,
        ip=call.visit.request.source_ip,
    )
    message = house.conversations.store.message(head.id, number, scope)
    if message is None:
        raise NotFound
    return 200, _message(message)


# notes


def create_note(call: Call) -> Answer:
    """Write a note."""
    sent: models.NoteIn = call.body
    remark = NoteToRecord(sent.author or call.token.name, sent.body, sent.external_id or "", sent.at, sent.attachment)
    note, new = call.visit.house.conversations.intake.remark(call.token, call.conversation(), remark)
    return (201 if new else 200), _note(note)


def list_notes(call: Call) -> Answer:
    """List the notes, oldest first."""
    query: models.PageQuery = call.query
    head, visit = call.conversation(), call.visit
    listing = f"api:notes:{head.id}"
    notes, more = visit.house.conversations.store.notes_from(head.id, visit.cursor(listing), query.limit)
    following = visit.cursor_for(listing, notes[-1].id) if more and notes else None
    return 200, models.NoteList(items=[_note(one) for one in notes], next=following)


def redact_note(call: Call) -> Answer:
    """Remove a note's text and files for good."""
    head, house, note_id = call.conversation(), call.visit.house, call.visit.id("note_id")
    house.conversations.desk.redact_note(call.token, head, note_id, ip=call.visit.request.source_ip)
    note = house.conversations.store.note(head.id, note_id)
    if note is None:
        raise NotFound
    return 200, _note(note)


# files


def begin_upload(call: Call) -> Answer:
    """Allow one file to be uploaded."""
    sent: models.UploadIn = call.body
    begun = call.visit.house.attachments.begin(call.token.owner, sent.name, sent.type, sent.size, BEGUN_UPLOADS)
    upload = begun.upload
    return 201, models.UploadOut(
        id=upload.id, name=upload.name, type=upload.type, size=upload.size, url=begun.url, fields=begun.fields
    )


def get_attachment(call: Call) -> Answer:
    """Return a file of a message, or of a note for those who may read notes, with an address to download it."""
    house = call.visit.house
    found = house.attachments.uploads.get_many([call.visit.id("attachment_id")], consistent=True)
    for upload in found.values():
        if not upload.note_id or call.token.may("note:read"):
            url = house.attachments.download(upload)
            return 200, models.DownloadOut(id=upload.id, name=upload.name, type=upload.type, size=upload.size, url=url)
    raise NotFound


# what is given


def _customer(customer: Customer) -> models.CustomerOut:
    return models.CustomerOut(
        id=customer.id,
        name=customer.name,
        external_id=customer.external_id,
        email=customer.email,
        handles=dict(customer.handles),
        created_at=customer.created_at,
        open_count=customer.open_count,
        done_count=customer.done_count,
    )


def _row(row: Row) -> models.ConversationRow:
    return models.ConversationRow(
        id=row.id,
        customer_id=row.customer_id,
        subject=row.subject,
        status=row.status.value,
        channel=row.channel,
        created_at=row.created_at,
        active_at=row.active_at,
        snoozed_until=row.snoozed_until,
        preview=row.preview,
        unread=row.unread,
    )


def _conversation(head: Conversation, side: StaffSide) -> models.ConversationOut:
    return models.ConversationOut(
        id=head.id,
        customer_id=head.customer_id,
        subject=head.subject,
        status=head.status.value,
        channel=head.channel,
        created_at=head.created_at,
        active_at=head.active_at,
        snoozed_until=head.snoozed_until,
        preview=head.preview,
        unread=head.unread,
        reply_channel=head.reply_channel,
        closed_at=head.closed_at,
        continues=head.continues,
        external_id=side.external_id or None,
        tags=list(side.tags),
        attributes=dict(side.attributes),
    )


def _message(message: Message) -> models.MessageOut:
    return models.MessageOut(
        id=f"{'m' if message.place == 'direct' else 'p'}{message.seq}",
        conversation_id=message.conversation_id,
        seq=message.seq,
        direction=message.direction.value,
        channel=message.channel,
        scope=cast("models.Scope", message.scope),
        author=message.author,
        body=message.body,
        at=message.at,
        attachments=[_attachment(one) for one in message.attachments],
        redacted=message.redacted,
        external_id=message.external_id or None,
    )


def _note(note: Note) -> models.NoteOut:
    return models.NoteOut(
        id=note.id,
        conversation_id=note.conversation_id,
        author=note.author,
        body=note.body,
        at=note.at,
        attachments=[_attachment(one) for one in note.attachments],
        redacted=note.redacted,
    )


def _attachment(one: Attachment) -> models.AttachmentOut:
    return models.AttachmentOut(id=one.id, name=one.name, type=one.type, size=one.size)


_SCOPES = {"m": "direct", "p": "public"}
"""First letter of a message's id."""

_ONE = "/conversations/{conversation_id}"
OPERATIONS: Mapping[tuple[str, str], Operation] = {
    ("POST", "/customers"): Operation(
        upsert_customer,
        "customer:write",
        {200: models.CustomerOut, 201: models.CustomerOut},
        body=models.CustomerIn,
    ),
    ("GET", "/customers/{customer_id}"): Operation(get_customer, "customer:read", {200: models.CustomerOut}),
    ("GET", "/conversations"): Operation(
        list_conversations,
        "conversation:read",
        {200: models.ConversationList},
        query=models.ConversationQuery,
    ),
    ("POST", "/conversations"): Operation(
        create_conversation,
        "conversation:write",
        {200: models.ConversationOut, 201: models.ConversationOut},
        body=models.ConversationIn,
    ),
    ("GET", _ONE): Operation(get_conversation, "conversation:read", {200: models.ConversationOut}),
    ("PATCH", _ONE): Operation(
        patch_conversation,
        "conversation:write",
        {200: models.ConversationOut},
        body=models.ConversationPatch,
    ),
    ("GET", f"{_ONE}/messages"): Operation(
        list_messages, "conversation:read", {200: models.MessageList}, query=models.MessageQuery
    ),
    ("POST", f"{_ONE}/messages"): Operation(
        create_message,
        "message:write",
        {200: models.MessageOut, 201: models.MessageOut},
        body=models.MessageIn,
    ),
    ("POST", f"{_ONE}/messages/{{message_id}}/redact"): Operation(
        redact_message,
        "message:redact",
        {200: models.MessageOut},
        body=models.RedactIn,
        optional=True,
    ),
    ("GET", f"{_ONE}/notes"): Operation(list_notes, "note:read", {200: models.NoteList}, query=models.PageQuery),
    ("POST", f"{_ONE}/notes"): Operation(
        create_note, "note:write", {200: models.NoteOut, 201: models.NoteOut}, body=models.NoteIn
    ),
    ("POST", f"{_ONE}/notes/{{note_id}}/redact"): Operation(
        redact_note,
        "message:redact",
        {200: models.NoteOut},
        body=models.RedactNoteIn,
        optional=True,
    ),
    ("POST", "/attachments"): Operation(
        begin_upload, "message:write", {201: models.UploadOut}, body=models.UploadIn, or_scope="note:write"
    ),
    ("GET", "/attachments/{attachment_id}"): Operation(get_attachment, "conversation:read", {200: models.DownloadOut}),
    **themes.OPERATIONS,
}
"""Every operation by method and path below /api/v1."""
