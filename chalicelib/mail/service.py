"""Mail out: agents' replies and sign-in codes leave here, at least once, and what fails is shown or put back.

A mail's way: another room writes it with what it says (``Outbox.reply``, ``Outbox.sign_in``) and after that calls
``nudge``; the queue calls ``deliver``; SES's events reach ``settle``; what never came to the queue, ``sweep`` finds.
A mail is made when it is sent, from what the table then says, so what was redacted meanwhile does not leave.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Protocol

from chalicelib import telemetry
from chalicelib.aws.outgoing import TAG, NeverSent, NotNow, Outgoing
from chalicelib.aws.table import Refused
from chalicelib.conversations.model import REDACTED, Message, preview
from chalicelib.customers.model import normal_email
from chalicelib.mail import contexts as pages
from chalicelib.mail import mime
from chalicelib.mail.model import (
    LEASE,
    MAX_ATTEMPTS,
    MAX_QUOTED,
    MAX_SWEPT,
    REJECTED,
    SWEEP_AGAIN,
    Dispatch,
    Kind,
    State,
    bounced,
    given_up,
    id_of_tag,
    reply_id,
    shortened,
    tag,
    wait,
)
from chalicelib.records import dataclass
from chalicelib.refusals import AddressRefused, NotFound
from chalicelib.rendering.model import Mail as Letter
from chalicelib.signin.model import CODE_LIFETIME, code, link_token
from chalicelib.signin.model import Kind as Owner
from chalicelib.speech import mark, speech

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from chalicelib.aws.queues import Queue
    from chalicelib.clock import Clock
    from chalicelib.conversations.model import Conversation
    from chalicelib.customers.model import Customer
    from chalicelib.mail.store import Outbox
    from chalicelib.portal.model import PortalSettings
    from chalicelib.signing import Signer
    from chalicelib.snippets.model import Snippet
    from chalicelib.staff.model import Member

_WRITTEN = mark("Your message to %(organization)s")
_SOON = timedelta(seconds=1)
_EARLIER = 40
"""How many messages back a mail looks for earlier mails to refer to."""


class Undelivered(Exception):
    """A mail was not sent on this delivery; the queue delivers again, or parks the message with the dead letters."""


class Written(Protocol):
    """A rendered mail."""

    @property
    def subject(self) -> str:
        """One line."""
        ...

    @property
    def text(self) -> str:
        """Plain text."""
        ...

    @property
    def html(self) -> str:
        """The same as HTML."""
        ...


class Links(Protocol):
    """Absolute addresses of the pages mails lead to."""

    def conversation(self, conversation_id: str) -> str:
        """Return a conversation's page."""
        ...

    def login_link(self, token: str) -> str:
        """Return the page of a customer's sign-in link."""
        ...

    def staff_login(self) -> str:
        """Return the page where staff sign in."""
        ...

    def staff_login_link(self, token: str) -> str:
        """Return the page of a staff member's sign-in link."""
        ...


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a mail's content comes from. All of it must be read consistently: mail leaves right after a commit.

    ``messages`` takes a conversation, a sequence and a limit, and gives the visible messages up to and with that
    sequence, the newest ``limit`` of them.
    """

    conversation: Callable[[str], Conversation | None]
    messages: Callable[[str, int, int], Sequence[Message]]
    customer: Callable[[str], Customer | None]
    portal: Callable[[], PortalSettings]
    member: Callable[[str], Member | None] = lambda _: None
    snippet: Callable[[str], Snippet | None] = lambda _: None


@dataclass(frozen=True, slots=True)
class Sender:
    """Who mail comes from: ``address`` is verified with SES in ``region``; ``domain`` is the one answers come back to.

    ``answerable`` tells whether mail that comes back is read; until then mails ask to answer on the page.
    """

    address: str
    domain: str
    region: str
    answerable: bool = False


class _Skip(Exception):
    """There is nothing to send; carries the sentence for staff."""


class Mail:
    """The use cases of mail out."""

    def __init__(  # noqa: PLR0913 - what it stands on
        self,
        outbox: Outbox,
        queue: Queue,
        outgoing: Outgoing,
        render: Callable[[Letter], Written],
        links: Links,
        sources: Sources,
        sender: Sender,
        replies: mime.ReplyAddresses,
        codes: Signer,
        clock: Clock,
    ) -> None:
        """Take the stores and what mail is made of; ``codes`` is the signer sign-in derives its codes with."""
        self.outbox = outbox
        self._queue, self._outgoing, self._render = queue, outgoing, render
        self._links, self._sources, self._sender = links, sources, sender
        self._replies, self._codes, self._clock = replies, codes, clock

    def reply(self, conversation_id: str, seq: int) -> None:
        """Send a message to its customer, once however often this is called."""
        with suppress(Refused):  # it is on its way already
            self.outbox.add(conversation_id, seq, self._clock())
        self.nudge(reply_id(conversation_id, seq))

    def nudge(self, mail_id: str) -> bool:
        """Ask for a mail to leave now, best effort, after the commit that wrote it; False where the sweeper must."""
        return self._queue.send({"mail": mail_id})

    def deliver(self, mail_id: str, receipt: str, receive_count: int) -> State | None:
        """Send one mail that the queue delivered for the ``receive_count``-th time, and return how it now fares.

        Returns None for a mail that no longer exists. Raises :class:`Undelivered` where the queue must deliver again:
        after a passing failure (with a growing wait), while another worker has the mail, and, so that the message
        ends with the dead letters, after giving up.
        """
        leased = self.outbox.lease(mail_id, self._clock())
        if leased is None:
            return self._not_ours(mail_id, receipt)
        try:
            raw, to = self._written(leased)
            ses_id = self._outgoing.send(raw, [to], self._sender.address, tag(mail_id))
        except _Skip as skip:
            self.outbox.skipped(leased, str(skip))
            return State.SKIPPED
        except NeverSent as never:
            self.outbox.failed(leased, never.reason)
            telemetry.count(telemetry.MAIL_FAILED)
            return State.FAILED
        except NotNow as not_now:
            if receive_count >= MAX_ATTEMPTS or leased.attempts >= MAX_ATTEMPTS:
                self.outbox.failed(leased, given_up(not_now.reason), given_up=True)
                telemetry.count(telemetry.MAIL_FAILED)
                self._queue.delay(receipt, 0)
                raise Undelivered(mail_id) from not_now
            seconds = wait(leased.kind, leased.attempts, random.random())  # noqa: S311 - spreads tries, guards nothing
            self.outbox.retry_later(leased, self._clock() + timedelta(seconds=seconds))
            self._queue.delay(receipt, seconds)
            raise Undelivered(mail_id) from not_now
        self.outbox.sent(mail_id, ses_id)
        telemetry.count(telemetry.MAIL_SENT)
        return State.SENT

    def settle(self, event: Mapping[str, Any]) -> None:
        """Take an event SES published about a mail: it settles doubt, counts copies and tells of bounces.

        Events of other mail, of unknown kinds and of mail long forgotten have no effect.
        """
        mail = event.get("mail")
        tags = mail.get("tags") if isinstance(mail, Mapping) else None
        named = tags.get(TAG) if isinstance(tags, Mapping) else None
        if not isinstance(mail, Mapping) or not isinstance(named, list) or len(named) != 1:
            return
        mail_id, ses_id = id_of_tag(str(named[0])), str(mail.get("messageId", ""))
        kind = event.get("eventType")
        if not ses_id:
            return
        if kind in {"Send", "Delivery"}:
            self.outbox.sent(mail_id, ses_id)
        elif kind == "Reject":
            self.outbox.refused(mail_id, ses_id, REJECTED)
        elif kind == "Bounce":
            bounce = event.get("bounce")
            details = bounce if isinstance(bounce, Mapping) else {}
            sentence = bounced(str(details.get("bounceType", "")), str(details.get("bounceSubType", "")))
            if sentence:
                self.outbox.refused(mail_id, ses_id, sentence)

    def sweep(self, now: datetime) -> int:
        """Put mail into the queue that has been due for two minutes, 300 a run; return how many."""
        swept = 0
        for mail_id in self.outbox.due(now):
            if swept == MAX_SWEPT:
                break
            if not self.outbox.defer(mail_id, now + SWEEP_AGAIN, now):
                continue
            if not self.nudge(mail_id):
                self.outbox.defer(mail_id, now, now)
                break
            swept += 1
        if swept:
            telemetry.warn("mail was not queued", swept=swept)
            telemetry.count(telemetry.MAIL_SWEPT, swept)
        return swept

    def redrive(self) -> int:
        """Begin again with the mails behind the dead letters; return how many. Sent and sign-in mail is dropped."""
        count = 0
        for body in self._queue.drain_dead():
            mail_id = str(body.get("mail", ""))
            if self.outbox.requeue(mail_id, self._clock()):
                self.nudge(mail_id)
                count += 1
        return count

    def resend(self, conversation_id: str, seq: int) -> None:
        """Send a message's mail again that failed or was skipped; nothing happens where it is on its way or sent.

        The caller has checked that somebody may. Refuses what has no mail with ``NotFound``.
        """
        mail_id = reply_id(conversation_id, seq)
        mail = self.outbox.get(mail_id)
        if mail is None:
            raise NotFound
        if mail.state in {State.FAILED, State.SKIPPED} and self.outbox.requeue(mail_id, self._clock()):
            self.nudge(mail_id)

    def _not_ours(self, mail_id: str, receipt: str) -> State | None:
        mail = self.outbox.get(mail_id)
        if mail is None:
            return None
        if mail.state is State.QUEUED:
            left = mail.leased_until - self._clock() if mail.leased_until else timedelta()
            self._queue.delay(receipt, int(max(_SOON, min(left, LEASE)).total_seconds()) + 1)
            raise Undelivered(mail_id)
        if mail.given_up:
            self._queue.delay(receipt, 0)
            raise Undelivered(mail_id)
        return mail.state

    def _written(self, mail: Dispatch) -> tuple[bytes, str]:
        """Return a mail's raw message and whom it goes to, as things stand at this moment."""
        if mail.attempts > MAX_ATTEMPTS:
            raise NotNow("Sending was interrupted each time.")
        write = {Kind.SIGN_IN: self._sign_in, Kind.INVITATION: self._invitation}.get(mail.kind, self._reply)
        return write(mail)

    def _sign_in(self, mail: Dispatch) -> tuple[bytes, str]:
        now = self._clock()
        if not mail.known:
            raise _Skip("Nobody signs in with this address.")
        if now >= mail.created_at + CODE_LIFETIME:
            raise _Skip("The code had expired before it could be sent.")
        portal = self._sources.portal()
        owner = Owner(mail.owner_kind)
        token = link_token(self._codes, owner, mail.challenge)
        staff = owner is Owner.STAFF
        written = self._render(
            pages.SignInMail(
                organization=portal.organization,
                colour=portal.colour,
                code=code(self._codes, owner, mail.challenge),
                link=self._links.staff_login_link(token) if staff else self._links.login_link(token),
                minutes=int(CODE_LIFETIME.total_seconds()) // 60,
                staff=staff,
                language=mail.language,
            )
        )
        head = mime.Head(
            from_name=portal.sender_name or portal.organization,
            from_address=self._sender.address,
            to=_deliverable(mail.to),
            subject=written.subject,
            message_id=mime.own_message_id(mail.id, self._sender.domain),
            date=now,
            automatic=True,
        )
        return mime.build(head, written.text, written.html), head.to

    def _invitation(self, mail: Dispatch) -> tuple[bytes, str]:
        member = self._sources.member(mail.staff_id)
        if member is None or not member.active:
            raise _Skip("The member was deactivated before the invitation could be sent.")
        portal = self._sources.portal()
        written = self._render(
            pages.InvitationMail(
                organization=portal.organization,
                colour=portal.colour,
                member=member.name,
                email=member.email,
                by=mail.by,
                address=self._links.staff_login(),
                language=portal.languages[0],
            )
        )
        head = mime.Head(
            from_name=portal.sender_name or portal.organization,
            from_address=self._sender.address,
            to=_deliverable(member.email),
            subject=written.subject,
            message_id=mime.own_message_id(mail.id, self._sender.domain),
            date=self._clock(),
            automatic=True,
        )
        return mime.build(head, written.text, written.html), head.to

    def _signature(
        self, portal: PortalSettings, conversation: Conversation, customer: Customer, agent: str, language: str
    ) -> str:
        """Return the text that ends a reply; empty where the organization has chosen none."""
        snippet = self._sources.snippet(portal.signature) if portal.signature else None
        if snippet is None:
            return ""
        return snippet.text(
            language,
            portal.languages[0],
            organization=portal.organization,
            customer_name=customer.name,
            agent_name=agent,
            conversation_subject=conversation.subject,
        )

    def _reply(self, mail: Dispatch) -> tuple[bytes, str]:
        conversation = self._sources.conversation(mail.conversation_id)
        customer = self._sources.customer(conversation.customer_id) if conversation else None
        messages = self._sources.messages(mail.conversation_id, mail.seq, MAX_QUOTED + 1)
        message = next((one for one in messages if one.seq == mail.seq), None)
        if conversation is None or customer is None or message is None:
            raise _Skip("The message no longer exists.")
        if message.redacted and not message.attachments and message.body in {"", REDACTED}:
            raise _Skip("The message was redacted before it could be sent.")
        address = customer.email or customer.contact
        if not address:
            raise _Skip("The customer has no e-mail address; the message is on their page.")
        if not customer.mail_replies:
            raise _Skip("The customer has switched e-mail off; the message is on their page.")
        portal = self._sources.portal()
        language = customer.language if customer.language in portal.languages else portal.languages[0]
        quoted = _quoted(messages, mail.seq)
        if not customer.email:
            # Somebody typed this address into the form; whose it is, nobody has proven. Nothing else typed goes there.
            said = speech(language).text(_WRITTEN, organization=portal.organization)
            conversation, customer, quoted = replace(conversation, subject=said), replace(customer, name=""), ()
        written = self._render(
            pages.ReplyMail(
                organization=portal.organization,
                colour=portal.colour,
                agent=message.author,
                subject=conversation.subject,
                body=message.body,
                conversation_url=self._links.conversation(conversation.id),
                time_zone=customer.time_zone or portal.time_zone,
                attachments=message.attachments,
                quoted=quoted,
                answerable=self._sender.answerable,
                signature=self._signature(portal, conversation, customer, message.author, language),
                language=language,
            )
        )
        head = mime.Head(
            from_name=mime.display_name(message.author, portal.sender_name or portal.organization),
            from_address=self._sender.address,
            to=_deliverable(address),
            subject=written.subject,
            message_id=mime.own_message_id(mail.id, self._sender.domain),
            date=self._clock(),
            reply_to=self._replies.of(conversation.id, customer.id),
            references=self._references(mail),
        )
        return mime.build(head, written.text, written.html), head.to

    def _references(self, mail: Dispatch) -> tuple[str, ...]:
        """Return the conversation's own id and those SES gave the mails before, so that mail programs thread them."""
        seqs = range(max(1, mail.seq - _EARLIER), mail.seq)
        earlier = self.outbox.states(mail.conversation_id, seqs)
        ses_ids = [one.ses_id for _, one in sorted(earlier.items()) if one.ses_id]
        root = mime.conversation_message_id(mail.conversation_id, self._sender.domain)
        return (root, *(mime.ses_message_id(one, self._sender.region) for one in ses_ids))


def _quoted(messages: Sequence[Message], seq: int) -> tuple[pages.Quoted, ...]:
    """Return the messages before number ``seq``, the newest first, each in bounded length."""
    earlier = sorted((one for one in messages if one.seq < seq), key=lambda one: one.seq, reverse=True)
    return tuple(
        pages.Quoted(one.author, one.at, shortened(one.body or preview("", len(one.attachments)) or REDACTED))
        for one in earlier[:MAX_QUOTED]
    )


def _deliverable(address: str) -> str:
    """Return an address mail can be sent to; skip the mail for any other."""
    try:
        return normal_email(address)
    except AddressRefused as refused:
        raise _Skip("The customer's e-mail address is not one that mail can be sent to.") from refused
