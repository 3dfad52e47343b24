"""How each mail is written: a class a kind, from a payload of the outbox to the bytes that SES gets.

A mail is written when it is sent, from what the table then says, so what was redacted meanwhile does not leave.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypedDict, TypeVar

from chalicelib.conversations.model import REDACTED, Message, preview
from chalicelib.mail import contexts, mime
from chalicelib.mail.model import MAX_QUOTED, ReplyMail, shortened
from chalicelib.outbox.model import Dispatch, Payload, Skip
from chalicelib.records import dataclass
from chalicelib.refusals import AddressRefused
from chalicelib.signin.model import CODE_LIFETIME, CODE_MINUTES, Kind, SignInMail, code, link_token
from chalicelib.speech import mark, speech
from chalicelib.text import normal_email
from chalicelib.themes.settings import FONTS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from chalicelib.clock import Clock
    from chalicelib.conversations.model import Conversation
    from chalicelib.customers.model import Customer
    from chalicelib.mail.sources import Sources
    from chalicelib.outbox.service import Outbox
    from chalicelib.portal.model import PortalSettings
    from chalicelib.portal.store import Portal
    from chalicelib.rendering.environment import Renderer
    from chalicelib.rendering.model import Mail
    from chalicelib.signing import Signer
    from chalicelib.staff.model import InvitationMail
    from chalicelib.staff.store import Staff
    from chalicelib.urls import Urls

P_contra = TypeVar("P_contra", bound=Payload, contravariant=True)

_WRITTEN = mark("Your message to %(organization)s")
_EARLIER = 40
"""How many messages back a mail looks for earlier mails to refer to."""


class Letter(NamedTuple):
    """A whole message, and the address it goes to."""

    raw: bytes
    to: str


class Writer(Protocol[P_contra]):
    """Writes one kind of mail."""

    def write(self, payload: P_contra, dispatch: Dispatch) -> Letter:
        """Return the mail as things stand at this moment; Skip where there is nothing to send."""
        ...


@dataclass(frozen=True, slots=True)
class Sender:
    """Who mail comes from: ``address`` is verified with SES in ``region``; ``domain`` is the one answers come back to.

    ``answerable`` tells whether mail that comes back is read; until then mails ask to answer on the page.
    """

    address: str
    domain: str
    region: str
    answerable: bool = False


class Brand(TypedDict):
    """What each mail takes from the portal's look."""

    organization: str
    colour: str
    font: str
    logo_url: str


class Thread(NamedTuple):
    """Where answers to a mail go, and the ids of what it follows, the oldest first."""

    reply_to: str
    references: tuple[str, ...]


class Paper:
    """What all mails have in common: templates, addresses of pages, who they come from and when."""

    def __init__(self, renderer: Renderer, urls: Urls, sender: Sender, clock: Clock) -> None:
        """Take them; ``urls`` builds whole addresses."""
        self._renderer = renderer
        self.urls, self.sender, self.clock = urls, sender, clock

    def brand(self, portal: PortalSettings) -> Brand:
        """Return how the organization's mails look. Few mail programs show a logo that is an SVG."""
        values = json.loads(portal.theme.values) if portal.theme else {}
        font = FONTS.get(values.get("font", ""), FONTS["system"])
        return {
            "organization": portal.organization,
            "colour": portal.colour,
            "font": font.stack,
            "logo_url": self.urls.brand_logo(portal.version) if portal.pictured else "",
        }

    def letter(self, mail: Mail, mail_id: str, name: str, to: str, thread: Thread | None = None) -> Letter:
        """Return a mail from somebody called ``name``. Without a ``thread`` no person wrote it; it says so."""
        written = self._renderer.mail(mail)
        head = mime.Head(
            from_name=name,
            from_address=self.sender.address,
            to=_deliverable(to),
            subject=written.subject,
            message_id=mime.own_message_id(mail_id, self.sender.domain),
            date=self.clock(),
            reply_to=thread.reply_to if thread else "",
            references=thread.references if thread else (),
            automatic=thread is None,
        )
        return Letter(mime.build(head, written.text, written.html), head.to)


class SignInWriter:
    """Writes the mail with a code and a link."""

    def __init__(self, paper: Paper, portal: Portal, codes: Signer) -> None:
        """Take the settings, and the signer that signing in derives its codes with."""
        self._paper, self._portal, self._codes = paper, portal, codes

    def write(self, payload: SignInMail, dispatch: Dispatch) -> Letter:
        """Return the mail; Skip for an address that is nobody's, and for a code that is dead."""
        if not payload.known:
            raise Skip("Nobody signs in with this address.")
        if self._paper.clock() >= dispatch.created_at + CODE_LIFETIME:
            raise Skip("The code had expired before it could be sent.")
        portal = self._portal.get(consistent=True)
        owner = Kind(payload.owner_kind)
        token, urls = link_token(self._codes, owner, payload.challenge), self._paper.urls
        staff = owner is Kind.STAFF
        letter = contexts.SignInLetter(
            **self._paper.brand(portal),
            code=code(self._codes, owner, payload.challenge),
            link=urls.staff_login_link(token) if staff else urls.login_link(token),
            minutes=CODE_MINUTES,
            staff=staff,
            language=payload.language,
        )
        return self._paper.letter(letter, dispatch.id, _name(portal), payload.to)


class InvitationWriter:
    """Writes the mail that tells a new member of staff where to sign in."""

    def __init__(self, paper: Paper, portal: Portal, staff: Staff) -> None:
        """Take the settings and the members."""
        self._paper, self._portal, self._staff = paper, portal, staff

    def write(self, payload: InvitationMail, dispatch: Dispatch) -> Letter:
        """Return the mail; Skip for whoever may not sign in."""
        member = self._staff.get(payload.staff_id, consistent=True)
        if member is None or not member.active:
            raise Skip("The member was deactivated before the invitation could be sent.")
        portal = self._portal.get(consistent=True)
        letter = contexts.InvitationLetter(
            **self._paper.brand(portal),
            member=member.name,
            email=member.email,
            by=payload.by,
            address=self._paper.urls.staff_login(),
            language=portal.languages[0],
        )
        return self._paper.letter(letter, dispatch.id, _name(portal), member.email)


class ReplyWriter:
    """Writes the mail that carries a message of staff to the customer."""

    def __init__(self, paper: Paper, sources: Sources, replies: mime.ReplyAddresses, outbox: Outbox) -> None:
        """Take where its content comes from, the addresses answers go to, and what knows of earlier mails."""
        self._paper, self._sources, self._replies, self._outbox = paper, sources, replies, outbox

    def write(self, payload: ReplyMail, dispatch: Dispatch) -> Letter:
        """Return the mail; Skip where nothing is left to send, or the customer cannot or does not want to get it."""
        conversation, customer, message, earlier = self._found(payload)
        address = _wanted_at(customer)
        portal = self._sources.portal.get(consistent=True)
        language = customer.language if customer.language in portal.languages else portal.languages[0]
        quoted = _quoted(earlier)
        if not customer.email:
            # Somebody typed this address into the form; whose it is, nobody has proven. Nothing else typed goes there.
            said = speech(language).text(_WRITTEN, organization=portal.organization)
            conversation, customer, quoted = replace(conversation, subject=said), replace(customer, name=""), ()
        letter = contexts.ReplyLetter(
            **self._paper.brand(portal),
            agent=message.author,
            subject=conversation.subject,
            body=message.body,
            conversation_url=self._paper.urls.conversation(conversation.id),
            time_zone=customer.time_zone or portal.time_zone,
            attachments=message.attachments,
            quoted=quoted,
            answerable=self._paper.sender.answerable,
            signature=self._signature(portal, conversation, customer, message.author, language),
            language=language,
        )
        name = mime.display_name(message.author, _name(portal))
        thread = Thread(self._replies.of(conversation.id, customer.id), self._references(payload))
        return self._paper.letter(letter, dispatch.id, name, address, thread)

    def _found(self, payload: ReplyMail) -> tuple[Conversation, Customer, Message, list[Message]]:
        """Return the conversation, its customer, the message and the ones before it."""
        conversation = self._sources.conversations.get(payload.conversation_id, consistent=True)
        customer = self._sources.customers.get(conversation.customer_id, consistent=True) if conversation else None
        messages, _ = self._sources.conversations.messages(
            payload.conversation_id, MAX_QUOTED + 1, before=payload.seq + 1, consistent=True
        )
        message = next((one for one in messages if one.seq == payload.seq), None)
        if conversation is None or customer is None or message is None:
            raise Skip("The message no longer exists.")
        if message.redacted and not message.attachments and message.body in {"", REDACTED}:
            raise Skip("The message was redacted before it could be sent.")
        return conversation, customer, message, [one for one in messages if one.seq < payload.seq]

    def _signature(
        self, portal: PortalSettings, conversation: Conversation, customer: Customer, agent: str, language: str
    ) -> str:
        """Return the text that ends a reply; empty where the organization has chosen none."""
        snippet = self._sources.snippets.get(portal.signature, consistent=True) if portal.signature else None
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

    def _references(self, payload: ReplyMail) -> tuple[str, ...]:
        """Return the conversation's own id and those SES gave the mails before, so that mail programs thread them."""
        sender = self._paper.sender
        seqs = range(max(1, payload.seq - _EARLIER), payload.seq)
        earlier = self._outbox.states(payload.conversation_id, seqs)
        ses_ids = [one.provider_id for _, one in sorted(earlier.items()) if one.provider_id]
        root = mime.conversation_message_id(payload.conversation_id, sender.domain)
        return (root, *(mime.ses_message_id(one, sender.region) for one in ses_ids))


def _name(portal: PortalSettings) -> str:
    return portal.sender_name or portal.organization


def _wanted_at(customer: Customer) -> str:
    """Return the address a customer gets replies at; skip the mail where there is none, or they want none."""
    address = customer.email or customer.contact
    if not address:
        raise Skip("The customer has no e-mail address; the message is on their page.")
    if not customer.mail_replies:
        raise Skip("The customer has switched e-mail off; the message is on their page.")
    return address


def _quoted(earlier: Sequence[Message]) -> tuple[contexts.Quoted, ...]:
    """Return earlier messages, the newest first, each in bounded length."""
    newest = sorted(earlier, key=lambda one: one.seq, reverse=True)
    return tuple(
        contexts.Quoted(one.author, one.at, shortened(one.body or preview("", len(one.attachments)) or REDACTED))
        for one in newest[:MAX_QUOTED]
    )


def _deliverable(address: str) -> str:
    """Return an address mail can be sent to; skip the mail for any other."""
    try:
        return normal_email(address)
    except AddressRefused as refused:
        raise Skip("The customer's e-mail address is not one that mail can be sent to.") from refused
