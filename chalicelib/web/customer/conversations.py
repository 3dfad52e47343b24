"""The pages of a signed-in customer: My Conversations, a conversation, reply, reopen, start, files."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from chalicelib.channels.model import CHANNELS
from chalicelib.conversations.model import MAX_SUBJECT, Conversation, Direction, ListPlace, Message, Status
from chalicelib.ids import is_id
from chalicelib.refusals import NotFound, Refusal, UnknownChoice
from chalicelib.speech import mark, mark_some
from chalicelib.text import whole_number
from chalicelib.web.composing import KEPT, Box, composer, draft
from chalicelib.web.contexts import Choice, Fact, MessageView
from chalicelib.web.customer.contexts import ConversationPage, ConversationRow, Conversations, NewConversation, Updates
from chalicelib.web.http import Response, answer_json
from chalicelib.web.routing import Route

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from chalicelib.aws.table import Reads
    from chalicelib.conversations.model import Draft
    from chalicelib.conversations.portal import ListPage, Thread
    from chalicelib.customers.model import Customer
    from chalicelib.urls import Urls
    from chalicelib.web.visit import Visit

STATUS_LABELS = {Status.OPEN: mark("Open"), Status.SNOOZED: mark("Snoozed"), Status.DONE: mark("Closed")}
"""In English; pages of customers translate them."""
_FILTERS: dict[str, tuple[str, bool | None]] = {
    "": (mark_some("All", "All"), None),
    "open": (mark_some("Open", "Open"), False),
    "done": (mark_some("Closed", "Closed"), True),
}
"""What the tabs say, of several conversations."""
_SORTS = {"newest": mark("Newest activity first"), "oldest": mark("Oldest activity first")}
MAX_QUERY = 200


def conversations(visit: Visit) -> Response:
    """My Conversations: filter, sort, search, page by page."""
    early = _early(visit)
    customer = visit.customer()
    status, sort, q, listing, place = _asked(visit, customer.id)
    closed, newest_first = _FILTERS[status][1], sort == "newest"
    counts = {"": customer.open_count + customer.done_count, "open": customer.open_count, "done": customer.done_count}
    looked = found = 0
    if early:
        page = early()
    else:
        looked, found, position = _search_place(place)
        service = visit.house.conversations.portal
        page = service.search(customer, q, closed=closed, newest_first=newest_first, position=position)
        looked, found = counts[status] if page.whole else looked + page.looked, found + len(page.rows)
    urls = visit.urls
    chosen_sort = sort if sort != "newest" else ""
    more = None
    if page.position:
        behind = f"{looked} {found} {page.position}" if q else page.position
        more = urls.conversations(status=status, q=q, sort=chosen_sort, cursor=visit.cursor_for(listing, behind))
    view = Conversations(
        rows=tuple(
            ConversationRow(row, CHANNELS[row.channel], STATUS_LABELS[row.status], page.texts.get(row.id))
            for row in page.rows
        ),
        statuses=tuple(
            Choice(
                value, label, urls.conversations(status=value, q=q, sort=chosen_sort), value == status, counts[value]
            )
            for value, (label, _) in _FILTERS.items()
        ),
        sorts=tuple(
            Choice(value, label, urls.conversations(status=status, q=q, sort=value), value == sort)
            for value, label in _SORTS.items()
        ),
        status=status,
        sort=sort,
        q=q,
        total=counts[""],
        shown_total=counts[status],
        first_page_url=urls.conversations(status=status, q=q, sort=chosen_sort) if place else None,
        more_url=more,
        looked=looked,
        found=found,
        finished=page.position is None,
        terms=page.terms,
    )
    return visit.page(view, here="conversations")


class _Asked(NamedTuple):
    """What a list was asked for; ``listing`` names it for cursors, ``place`` is where in it one of them leads."""

    status: str
    sort: str
    q: str
    listing: str
    place: str


def _asked(visit: Visit, customer_id: str) -> _Asked:
    request = visit.request
    status, sort = request.arg("status"), request.arg("sort") or "newest"
    if status not in _FILTERS:
        raise UnknownChoice(field="status")
    if sort not in _SORTS:
        raise UnknownChoice(field="sort")
    q = " ".join(request.arg("q").split())[:MAX_QUERY]
    listing = f"{customer_id}:{status}:{sort}:{q}"
    return _Asked(status, sort, q, listing, visit.cursor(listing))


def _early(visit: Visit) -> Callable[[], ListPage] | None:
    """Ask for the rows at the same moment as for the session; None where they depend on more, or nobody is named."""
    claimed = visit.claimed()
    if not claimed:
        return None
    try:
        asked = _asked(visit, claimed)
    except Refusal:
        return None  # refused as soon as it is known who asks
    if asked.q:
        return None
    place = ListPlace(_FILTERS[asked.status][1], asked.sort == "newest", asked.place)
    return visit.house.conversations.portal.page_later(visit.reads, claimed, place)


def conversation(visit: Visit) -> Response:
    """One conversation."""
    conversation_id, before = visit.id("conversation_id"), _number(visit.request.arg("before"))
    portal = visit.house.conversations.portal
    later = portal.later(visit.reads, conversation_id)
    facts = _facts(visit, visit.reads, conversation_id)
    thread = portal.thread_later(visit.reads, conversation_id, before=before)
    customer = visit.customer()
    head = portal.own(customer, later())
    return _conversation(visit, customer, head, _Shown(thread(head), facts(), before))


def updates(visit: Visit) -> Response:
    """What is new since a version; one read and no body if there is nothing."""
    later = visit.house.conversations.portal.later(visit.reads, visit.id("conversation_id"))
    customer = visit.customer()
    head = visit.house.conversations.portal.own(customer, later())
    if _number(visit.request.arg("after")) == head.version:
        return Response(status=204)
    thread = visit.house.conversations.portal.thread(head)
    page = Updates(messages=_views(visit.urls, head, thread.messages), earlier_url=_earlier(visit, head, thread))
    return answer_json(
        {
            "version": head.version,
            "html": visit.render(page),
            "status": visit.speech.text(STATUS_LABELS[head.status]),
            "closed": head.closed,
        }
    )


def reply(visit: Visit) -> Response:
    """Reply to an open conversation."""
    conversations, conversation_id = visit.house.conversations, visit.id("conversation_id")
    later = conversations.portal.later(visit.reads, conversation_id)
    side = conversations.store.side_later(visit.reads, conversation_id)
    customer = visit.customer()
    head = visit.house.conversations.portal.own(customer, later())
    typed = draft(visit)
    try:
        posted = visit.house.conversations.portal.reply(customer, head, typed, side())
    except KEPT as refusal:
        return _again(visit, customer, head, typed, refusal)
    return visit.go(visit.urls.conversation(head.id, fragment=f"m{posted.seq}"), "sent")


def reopen(visit: Visit) -> Response:
    """Reopen a closed conversation with a message."""
    conversations, conversation_id = visit.house.conversations, visit.id("conversation_id")
    later = conversations.portal.later(visit.reads, conversation_id)
    side = conversations.store.side_later(visit.reads, conversation_id)
    customer = visit.customer()
    head = visit.house.conversations.portal.own(customer, later())
    typed = draft(visit)
    try:
        posted = visit.house.conversations.portal.reopen(
            customer, head, typed, side(), allowed=visit.settings().reopen_allowed
        )
    except KEPT as refusal:
        return _again(visit, customer, head, typed, refusal)
    return visit.go(visit.urls.conversation(head.id, fragment=f"m{posted.seq}"), "reopened")


def seen(visit: Visit) -> Response:
    """Remove the unread mark."""
    later = visit.house.conversations.portal.later(visit.reads, visit.id("conversation_id"))
    customer = visit.customer()
    visit.house.conversations.portal.mark_seen(customer, later())
    if visit.request.wants_json:
        return Response(status=204)
    return visit.go(visit.urls.conversations(), "seen")


def new(visit: Visit) -> Response:
    """The form that starts a conversation, perhaps as the continuation of a closed one."""
    continues = visit.request.arg("continues")
    later = visit.house.conversations.portal.later(visit.reads, continues) if is_id(continues) else None
    customer = visit.customer()
    old = visit.house.conversations.portal.own(customer, later()) if later else None
    if continues and old is None:
        raise NotFound
    subject = f"Re: {old.subject}"[:MAX_SUBJECT] if old else ""
    box = composer(visit, _new_box(visit, customer, subject, old.id if old else ""))
    return visit.page(NewConversation(box, old.subject if old else ""), here="new")


def start(visit: Visit) -> Response:
    """Start a conversation."""
    continues = visit.request.field("continues")
    later = visit.house.conversations.portal.later(visit.reads, continues) if is_id(continues) else None
    customer = visit.customer()
    old = visit.house.conversations.portal.own(customer, later()) if later else None
    if continues and old is None:
        raise NotFound
    typed = draft(visit)
    try:
        posted = visit.house.conversations.portal.start(customer, typed, continues=old)
    except KEPT as refusal:
        box = composer(visit, _new_box(visit, customer, typed.subject, continues), typed, refusal)
        page = NewConversation(box, old.subject if old else "")
        return _refusal_headers(visit.page(page, here="new", status=refusal.status), refusal)
    return visit.go(visit.urls.conversation(posted.conversation_id), "started")


def upload(visit: Visit) -> Response:
    """Allow the upload of one file; the response says where and how."""
    customer = visit.customer()
    return begin_upload(visit, f"customer:{customer.id}")


def begin_upload(visit: Visit, owner: str) -> Response:
    """Begin an upload for ``owner`` from the JSON that was sent."""
    from chalicelib.web.bodies import upload_asked

    asked = upload_asked(visit.request.json())
    begun = visit.house.attachments.begin(owner, asked.name, asked.type, asked.size)
    return answer_json(
        {
            "id": begun.upload.id,
            "url": begun.url,
            "fields": begun.fields,
            "name": begun.upload.name,
            "type": begun.upload.type,
            "size": begun.upload.size,
        },
        201,
    )


def attachment(visit: Visit) -> Response:
    """Redirect the browser to a download that works for a short time."""
    later = visit.house.attachments.uploads.later(visit.reads, visit.id("attachment_id"))
    customer = visit.customer()
    found = later()
    if found is None or found.internal:
        raise NotFound
    if found.customer_id != customer.id:  # what a customer brought along who was found to be the same
        visit.house.conversations.portal.own(customer, visit.house.conversations.store.get(found.conversation_id))
    return Response(status=302).set("Location", visit.house.attachments.download(found))


# the parts of these pages


class _Shown(NamedTuple):
    """What is read for a page of a conversation besides its head; ``before`` is the message that it ends before."""

    thread: Thread
    facts: tuple[Fact, ...]
    before: int


def _conversation(
    visit: Visit,
    customer: Customer,
    head: Conversation,
    shown: _Shown,
    typed: Draft | None = None,
    refusal: Refusal | None = None,
) -> Response:
    urls, settings = visit.urls, visit.settings()
    thread, facts, before = shown
    owner = f"customer:{customer.id}"
    box: Box | None = None
    if not head.closed:
        box = Box("reply", urls.messages(head.id), owner, urls.uploads())
    elif settings.reopen_allowed:
        box = Box("reopen", urls.reopen(head.id), owner, urls.uploads())
    elif typed:
        box = _new_box(visit, customer, f"Re: {head.subject}"[:MAX_SUBJECT], head.id)
    page = ConversationPage(
        conversation=head,
        channel=CHANNELS[head.channel],
        status_label=STATUS_LABELS[head.status],
        messages=_views(urls, head, thread.messages),
        earlier_url=_earlier(visit, head, thread),
        newest=not before,
        composer=composer(visit, box, typed, refusal) if box else None,
        reopen_allowed=settings.reopen_allowed,
        new_url=urls.new_conversation(head.id if head.closed else ""),
        continues_url=urls.conversation(head.continues) if head.continues else None,
        updates_url=urls.updates(head.id, head.version),
        seen_url=urls.seen(head.id),
        facts=facts,
    )
    response = visit.page(page, here="conversations", status=refusal.status if refusal else 200)
    return _refusal_headers(response, refusal)


def _facts(visit: Visit, reads: Reads, conversation_id: str) -> Callable[[], tuple[Fact, ...]]:
    """Read the attributes to show together with other items, and return a function that gives them."""
    house = visit.house
    shown, declared = house.portal.details.later(reads), house.conversations.labelling.later(reads)
    side = house.conversations.store.side_later(reads, conversation_id)

    def found() -> tuple[Fact, ...]:
        if not shown().details:
            return ()
        from chalicelib.web.shown_attributes import facts_for_customer

        return facts_for_customer(shown(), declared(), side().attributes, visit.speech, visit.settings().languages[0])

    return found


def _again(visit: Visit, customer: Customer, head: Conversation, typed: Draft, refusal: Refusal) -> Response:
    """Show the current conversation, with what was typed."""
    portal, reads = visit.house.conversations.portal, visit.house.table.together(consistent=True)
    fresh, thread = portal.later(reads, head.id), portal.thread_later(reads, head.id)
    facts = _facts(visit, reads, head.id)
    head = fresh() or head
    return _conversation(visit, customer, head, _Shown(thread(head), facts(), 0), typed, refusal)


def _new_box(visit: Visit, customer: Customer, subject: str, continues: str) -> Box:
    urls = visit.urls
    return Box("new", urls.conversations(), f"customer:{customer.id}", urls.uploads(), subject, continues)


def _refusal_headers(response: Response, refusal: Refusal | None) -> Response:
    if refusal and refusal.retry_after:
        response.set("Retry-After", str(refusal.retry_after))
    return response


def _views(urls: Urls, head: Conversation, messages: Sequence[Message]) -> tuple[MessageView, ...]:
    return tuple(
        MessageView(
            seq=message.seq,
            direction=message.direction,
            author=message.author,
            own=message.direction is Direction.IN,
            channel=CHANNELS[message.channel] if message.channel != head.channel else None,
            body=message.body,
            at=message.at,
            redacted=message.redacted,
            attachments=tuple((one, urls.attachment(one.id)) for one in message.attachments),
        )
        for message in messages
    )


def _earlier(visit: Visit, head: Conversation, thread: Thread) -> str | None:
    return visit.urls.conversation(head.id, before=str(thread.earlier)) if thread.earlier else None


def _search_place(place: str) -> tuple[int, int, str]:
    """Return what the cursor of a search says: conversations searched and found so far, and where to continue."""
    if not place:
        return 0, 0, ""
    looked, found, position = place.split(" ", 2)
    return int(looked), int(found), position


def _number(text: str) -> int:
    """Return a whole number from a query, or 0 for anything else."""
    return whole_number(text) or 0


ROUTES = (
    Route("GET", "/conversations", conversations),
    Route("POST", "/conversations", start),
    Route("GET", "/conversations/new", new),
    Route("GET", "/conversations/{conversation_id}", conversation),
    Route("GET", "/conversations/{conversation_id}/updates", updates),
    Route("POST", "/conversations/{conversation_id}/messages", reply),
    Route("POST", "/conversations/{conversation_id}/reopen", reopen),
    Route("POST", "/conversations/{conversation_id}/seen", seen),
    Route("POST", "/uploads", upload),
    Route("GET", "/attachments/{attachment_id}", attachment),
)
