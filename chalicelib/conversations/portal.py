"""What customers do with their conversations: list, search, read, reply, reopen, start."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from chalicelib.aws.limits import Limit
from chalicelib.channels.portal import PORTAL
from chalicelib.conversations.items import Posted, position
from chalicelib.conversations.model import (
    Conversation,
    Direction,
    ListPlace,
    Message,
    Row,
    Status,
    check_subject,
    may_reopen,
    may_reply,
)
from chalicelib.ids import new_id
from chalicelib.records import dataclass, field
from chalicelib.refusals import NotFound

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.attachments.model import Attachment
    from chalicelib.aws.table import Later, Reads
    from chalicelib.conversations.model import Draft, StaffSide
    from chalicelib.conversations.posting import Posting
    from chalicelib.conversations.searching import Searching
    from chalicelib.conversations.store import Conversations, Text
    from chalicelib.conversations.thread import NewMessage, Writing
    from chalicelib.customers.model import Customer
    from chalicelib.finding.model import Term

PAGE = 25
"""Conversations on a page of a list."""
THREAD = 50
"""Messages on a page of a conversation."""

EXPORTED_TEXT = 300_000
"""Code points in one part of an export: at up to 12 bytes each, and with its frame, far below Lambda's 6 MB."""
EXPORTED_ENTRY = 300
"""What a message or a file counts besides its text."""

REPLIES = Limit("reply", most=60, window=600)
STARTS = Limit("start", most=20, window=3600)


@dataclass(frozen=True, slots=True)
class ListPage:
    """A page of a list. ``position`` continues it and is None at the end.

    ``looked`` counts the conversations that a search looked through; with ``whole`` all that the filter has were.
    ``terms`` is what was looked for, and ``texts`` has the messages to show it in, by conversation.
    """

    rows: list[Row]
    position: str | None
    looked: int = 0
    whole: bool = False
    terms: tuple[Term, ...] = ()
    texts: Mapping[str, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Thread:
    """Messages of a conversation, oldest first; ``earlier`` is the number before which more lie, or 0."""

    messages: list[Message]
    earlier: int


class HasPosting(Protocol):
    """Has what writes to conversations and what searches them, when it is needed."""

    @property
    def posting(self) -> Posting:
        """What writes."""
        ...

    @property
    def searching(self) -> Searching:
        """What searches."""
        ...


class CustomerConversations:
    """A customer's own conversations. Whoever fetches, authorises: a foreign one is not found."""

    def __init__(self, store: Conversations, writes: HasPosting) -> None:
        """Take what reads, and who has what writes: most requests write nothing."""
        self._store, self._writes = store, writes

    def later(self, reads: Reads, conversation_id: str) -> Later[Conversation | None]:
        """Read a head together with the session; :meth:`own` then decides whose it is."""
        return self._store.later(reads, conversation_id)

    @staticmethod
    def own(customer: Customer, conversation: Conversation | None) -> Conversation:
        """Return the conversation if it is this customer's; absent and foreign are the same refusal."""
        if conversation is None or conversation.customer_id != customer.id or not conversation.begun:
            raise NotFound
        return conversation

    def page(self, customer: Customer, *, closed: bool | None, newest_first: bool, position: str = "") -> ListPage:
        """Return a page of a customer's conversations: all (None), the open (snoozed too) or the closed."""
        reads = self._store.table.together()
        return self.page_later(reads, customer.id, ListPlace(closed, newest_first, position))()

    def page_later(self, reads: Reads, customer_id: str, place: ListPlace) -> Callable[[], ListPage]:
        """Read a page together with the session. Whoever calls what is returned must know by then that it is theirs."""
        later = self._store.rows_later(reads, customer_id, place, PAGE)

        def page() -> ListPage:
            rows, more = later()
            return ListPage(rows, _position(rows) if more else None, len(rows))

        return page

    def search(
        self, customer: Customer, words: str, *, closed: bool | None, newest_first: bool, position: str = ""
    ) -> ListPage:
        """Return conversations in which every word begins a word of the subject or of what the customer can see.

        It reads a bounded part and says where it got to, be it in the middle of one long conversation.
        """
        from chalicelib.conversations.searching import Question
        from chalicelib.finding.model import asked

        question = Question(customer.id, asked(words), closed, newest_first)
        hits = self._writes.searching.search(question, position, PAGE)
        return ListPage(hits.rows, hits.position, hits.looked, hits.whole, question.terms, hits.texts)

    def thread(self, conversation: Conversation, *, before: int = 0, consistent: bool = False) -> Thread:
        """Return the newest messages of a conversation, or those before a number."""
        reads = self._store.table.together(consistent=consistent)
        return self.thread_later(reads, conversation.id, before=before)(conversation)

    def thread_later(self, reads: Reads, conversation_id: str, *, before: int = 0) -> Callable[[Conversation], Thread]:
        """Read the messages together with the session and the head; what is returned takes the head, once it is known.

        To take it, it must be the customer's own: see :meth:`own`.
        """
        later = self._store.messages_later(reads, conversation_id, THREAD, before=before)

        def thread(conversation: Conversation) -> Thread:
            messages, more = later()
            if not reads.consistent and not before and (not messages or messages[-1].seq < conversation.last_seq):
                # A replica that lags, or a last message that is not shown: the version must not be ahead of it.
                messages, more = self._store.messages(conversation.id, THREAD, consistent=True)
            return Thread(messages, messages[0].seq if more and messages else 0)

        return thread

    def everything(
        self, customer: Customer, position: str, most: int
    ) -> tuple[list[tuple[Row, list[Message]]], str | None]:
        """Return up to ``most`` of a customer's conversations with all they can see, and where to go on.

        As much as one answer can carry: a long conversation may go on in the next part.
        """
        place, _, begun = position.partition("@")
        begun_id, _, begun_seq = begun.partition(":")
        rows, more = self._store.rows(customer.id, closed=None, newest_first=True, position=place, limit=most)
        found: list[tuple[Row, list[Message]]] = []
        room = EXPORTED_TEXT
        for row in rows:
            last = int(begun_seq) if row.id == begun_id else 0
            messages: list[Message] = []
            found.append((row, messages))
            for message in self._store.messages_after(row.id, last):
                room -= len(message.body) + EXPORTED_ENTRY * (1 + len(message.attachments))
                if room < 0 and last:
                    return found, f"{place}@{row.id}:{last}"
                messages.append(message)
                last = message.seq
            place = _position([row])
        return found, place if more else None

    def mark_seen(self, customer: Customer, conversation: Conversation | None) -> None:
        """Take the unread mark away."""
        head = self.own(customer, conversation)
        if head.unread:
            self._store.mark_seen(head, head.last_out)

    def reply(
        self, customer: Customer, conversation: Conversation | None, draft: Draft, side: StaffSide | None = None
    ) -> Posted:
        """Answer an open conversation; a snoozed one wakes. Closed by then: ConversationClosed."""
        head = self.own(customer, conversation)
        return self._send(Reply(customer, draft.body), draft, f"reply:{head.id}", REPLIES, head, side)

    def reopen(
        self,
        customer: Customer,
        conversation: Conversation | None,
        draft: Draft,
        side: StaffSide | None = None,
        *,
        allowed: bool,
    ) -> Posted:
        """Reopen a closed conversation with a message; from there on it is a conversation of the portal."""
        head = self.own(customer, conversation)
        act = Reopening(customer, draft.body, allowed)
        return self._send(act, draft, f"reopen:{head.id}", REPLIES, head, side)

    def start(
        self, customer: Customer, draft: Draft, *, continues: Conversation | None = None, channel: str = PORTAL
    ) -> Posted:
        """Start a conversation, in the portal or by the form; ``continues`` is the closed one that it links back to."""
        if continues:
            self.own(customer, continues)
        act = Start(
            customer,
            new_id(self._writes.posting.clock()),
            check_subject(draft.subject),
            draft.body,
            channel,
            continues.id if continues else None,
        )
        about = f"start:{continues.id if continues else ''}" if channel == PORTAL else f"start:{channel}"
        return self._send(act, draft, about, STARTS, None, None)

    def _send(
        self,
        act: Reply | Reopening | Start,
        draft: Draft,
        about: str,
        limit: Limit,
        head: Conversation | None,
        side: StaffSide | None,
    ) -> Posted:
        from chalicelib.conversations.posting import Form

        form, posting = Form(draft, about, f"customer:{act.who.id}", limit), self._writes.posting
        return posting.send(act, form, posting.state(head, side))


@dataclass(frozen=True, slots=True)
class Reply:
    """A customer's message to an open conversation."""

    who: Customer
    body: str

    def on(self, writing: Writing, attachments: tuple[Attachment, ...]) -> None:
        """Say it, or refuse where the conversation is closed or somebody else's by now."""
        may_reply(_theirs(writing, self.who))
        writing.say(_written(self.who, self.body, PORTAL, attachments))


@dataclass(frozen=True, slots=True)
class Reopening:
    """A customer's message to a closed conversation."""

    who: Customer
    body: str
    allowed: bool

    def on(self, writing: Writing, attachments: tuple[Attachment, ...]) -> None:
        """Say it, which opens the conversation, or refuse where it is open or may not be opened."""
        may_reopen(_theirs(writing, self.who), allowed=self.allowed)
        writing.say(_written(self.who, self.body, PORTAL, attachments))


@dataclass(frozen=True, slots=True)
class Start:
    """A customer's new conversation."""

    who: Customer
    id: str
    subject: str
    body: str
    channel: str
    continues: str | None

    def on(self, writing: Writing, attachments: tuple[Attachment, ...]) -> None:
        """Begin it with its first message."""
        writing.begin(
            Conversation(
                id=self.id,
                customer_id=self.who.id,
                subject=self.subject,
                status=Status.OPEN,
                channel=self.channel,
                reply_channel=self.channel,
                created_at=writing.now,
                active_at=writing.now,
                continues=self.continues,
            )
        )
        writing.say(_written(self.who, self.body, self.channel, attachments))


def _theirs(writing: Writing, customer: Customer) -> Conversation:
    """Return the conversation, or refuse where it went over to somebody else meanwhile."""
    if writing.head.customer_id != customer.id:
        raise NotFound
    return writing.head


def _written(customer: Customer, body: str, channel: str, attachments: tuple[Attachment, ...]) -> NewMessage:
    from chalicelib.conversations.thread import NewMessage

    return NewMessage(Direction.IN, customer.name, customer.id, body, channel, attachments=attachments)


def _position(rows: list[Row]) -> str:
    return position(rows[-1]) if rows else ""
