"""The cast as it acts in tests: its people registered when first named, and what they say and do in a line each."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Lock

from chalicelib.attachments.model import Attachment
from chalicelib.aws import keys
from chalicelib.aws.table import Put
from chalicelib.conversations.items import head_put, message_put, side_put
from chalicelib.conversations.model import (
    Conversation,
    Direction,
    Draft,
    Event,
    Message,
    Note,
    StaffSide,
    Status,
    preview,
)
from chalicelib.conversations.store import EVENTS, NOTES
from chalicelib.customers.model import Customer
from chalicelib.customers.store import counted, item_of
from chalicelib.ids import new_id
from chalicelib.once import Once
from chalicelib.signin.model import Kind
from chalicelib.staff.model import Member
from chalicelib.wiring import House
from local import cast

START = datetime(2035, 3, 14, 9, 30, tzinfo=UTC)
"""When tests begin, a Wednesday: far ahead, for the emulator drops what ended by TTL by the real time."""


class Clock:
    """A clock that goes on a millisecond whenever somebody looks, and otherwise only when told to."""

    def __init__(self, now: datetime = START) -> None:
        self.now = now
        self._lock = Lock()

    def __call__(self) -> datetime:
        """Return the moment, different each time."""
        with self._lock:
            self.now += timedelta(milliseconds=1)
            return self.now

    def ahead(self, **by: float) -> datetime:
        """Go on by ``hours=1`` and so on, and return the moment."""
        with self._lock:
            self.now += timedelta(**by)
            return self.now

    def set(self, moment: datetime) -> None:
        """Go to a moment."""
        with self._lock:
            self.now = moment


class People:
    """The cast of a house. ``owner`` is C1 of most stories, ``stranger`` C2, ``agent`` who answers."""

    def __init__(self, house: House, clock: Clock) -> None:
        self.house, self.clock = house, clock

    @Once
    def owner(self) -> Customer:
        return self._customer(cast.OWNER)

    @Once
    def colleague(self) -> Customer:
        return self._customer(cast.COLLEAGUE)

    @Once
    def stranger(self) -> Customer:
        return self._customer(cast.STRANGER)

    @Once
    def caller(self) -> Customer:
        return self._customer(cast.CALLER)

    @Once
    def agent(self) -> Member:
        return self._member(cast.AGENT)

    @Once
    def lead(self) -> Member:
        return self._member(cast.LEAD)

    @Once
    def content_manager(self) -> Member:
        return self._member(cast.CONTENT_MANAGER)

    @Once
    def collaborator(self) -> Member:
        return self._member(cast.COLLABORATOR)

    def _customer(self, one: cast.Customer) -> Customer:
        identities = dict(one.identities) | ({"email": one.email} if one.email else {})
        customer = self.house.customers.profiles.register(one.name, identities)
        self.house.customers.store.save_preferences(
            customer.id, name=one.name, time_zone=one.time_zone, mail_replies=one.mail_replies
        )
        return self.fresh(customer)

    def _member(self, one: cast.StaffMember) -> Member:
        return self.house.staff.store.invite(one.name, one.email, one.role, self.clock())

    def fresh(self, customer: Customer) -> Customer:
        """Return a customer as the table has them now, counts included."""
        found = self.house.customers.store.get(customer.id, consistent=True)
        assert found is not None
        return found

    # what they do, by the use cases themselves

    def starts(
        self, customer: Customer, subject: str = "The lamp flickers", body: str = "It flickers at night.", key: str = ""
    ) -> Conversation:
        """A customer starts a conversation in the portal."""
        posted = self.house.conversations.portal.start(customer, Draft(body, key=key, subject=subject))
        return self.head(posted.conversation_id)

    def says(
        self, customer: Customer, conversation: Conversation, body: str, key: str = "", uploads: tuple[str, ...] = ()
    ) -> Conversation:
        """A customer replies."""
        head = self.head(conversation.id)
        self.house.conversations.portal.reply(customer, head, Draft(body, uploads, key=key))
        return self.head(conversation.id)

    def answers(
        self, conversation: Conversation, body: str = "Which lamp is it?", by: Member | None = None
    ) -> Conversation:
        """An agent answers."""
        self.house.conversations.desk.answer(by or self.agent, self.head(conversation.id), Draft(body))
        return self.head(conversation.id)

    def notes(self, conversation: Conversation, body: str, by: Member | None = None) -> None:
        """An agent writes a note."""
        self.house.conversations.desk.note(by or self.agent, self.head(conversation.id), Draft(body))

    def closes(self, conversation: Conversation) -> Conversation:
        """An agent closes a conversation."""
        self.house.conversations.desk.close(self.agent, self.head(conversation.id))
        return self.head(conversation.id)

    def snoozes(self, conversation: Conversation, **ahead: float) -> Conversation:
        """An agent puts a conversation aside."""
        until = self.clock.now + timedelta(**(ahead or {"hours": 3}))
        self.house.conversations.desk.snooze(self.agent, self.head(conversation.id), until)
        return self.head(conversation.id)

    def head(self, conversation_id: str) -> Conversation:
        """Return a head as the table has it now."""
        head = self.house.conversations.store.get(conversation_id, consistent=True)
        assert head is not None
        return head

    def messages(self, conversation: Conversation) -> list[Message]:
        """Return every visible message, oldest first."""
        return self.house.conversations.store.all_messages(conversation.id)

    # what lies in the table already, written straight there

    def plant(
        self,
        customer: Customer,
        bodies: tuple[str, ...] = ("Hello?",),
        *,
        count: int = 1,
        subject: str = "Conversation {}",
        status: Status = Status.OPEN,
        channel: str = "portal",
        attachments: tuple[Attachment, ...] = (),
        public: str = "",
    ) -> list[Conversation]:
        """Write conversations as other channels leave them: one a minute, the newest last, the customer speaking first.

        ``attachments`` hang on the last message; ``public`` adds a comment of a scope the portal does not show.
        """
        heads: list[Conversation] = []
        puts: list[Put] = []
        for number in range(1, count + 1):
            at = self.clock.ahead(minutes=1)
            conversation_id = new_id(at)
            head = Conversation(
                id=conversation_id,
                customer_id=customer.id,
                subject=subject.format(number),
                status=status,
                channel=channel,
                reply_channel=channel,
                created_at=at,
                active_at=at,
                last_seq=len(bodies) + bool(public),
                preview=preview(bodies[-1], len(attachments)),
                closed_at=at if status is Status.DONE else None,
                snoozed_until=at + timedelta(days=1) if status is Status.SNOOZED else None,
            )
            said = [
                Message(
                    conversation_id,
                    seq,
                    Direction.IN if seq % 2 else Direction.OUT,
                    channel,
                    customer.name if seq % 2 else cast.AGENT.name,
                    customer.id if seq % 2 else "0" * 26,
                    body,
                    at,
                    attachments if seq == len(bodies) else (),
                )
                for seq, body in enumerate(bodies, 1)
            ]
            if public:
                said.append(replace(said[-1], seq=len(bodies) + 1, body=public, scope="public", attachments=()))
            if len(bodies) % 2 == 0:
                head = replace(head, last_out=len(bodies), preview_direction=Direction.OUT)
            heads.append(head)
            puts += [head_put(head), side_put(head, StaffSide(version=1)), *map(message_put, said)]
        self.house.table.write_many(puts)
        closed = count if status is Status.DONE else 0
        self.house.table.write(counted(customer.id, opened=count - closed, done=closed))
        return heads

    def plant_customer(self, name: str = "Noor Haddad", time_zone: str = "") -> Customer:
        """Write a customer nobody can sign in as by mail."""
        customer = Customer(new_id(self.clock()), name, None, self.clock(), time_zone=time_zone)
        self.house.table.write(Put(keys.customer(customer.id), item_of(customer)))
        return customer

    def token(self, who: Customer | Member, ip: str = "192.0.2.1", agent: str = "curl/8") -> str:
        """Return the token of a new session."""
        kind = Kind.STAFF if isinstance(who, Member) else Kind.CUSTOMER
        return self.house.signin.sign_in.begin(kind, who.id, ip, agent)


def staff_items(house: House, conversation_id: str) -> tuple[list[Note], list[Event]]:
    """Return all notes and the whole history of a conversation, each in order of time."""
    store, reads = house.conversations.store, house.table.together()
    notes = store.newest_later(reads, conversation_id, NOTES, 1_000, None)
    events = store.newest_later(reads, conversation_id, EVENTS, 1_000, None)
    return notes()[0], events()[0]
