"""What the templates of each mail are given: one dataclass a mail, in templates ``mail``."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from chalicelib.attachments.model import Attachment
from chalicelib.records import dataclass
from chalicelib.rendering.model import Mail


@dataclass(frozen=True, slots=True)
class Quoted:
    """An earlier message, quoted below a reply. The customer may always see it."""

    author: str
    at: datetime
    body: str


@dataclass(frozen=True, slots=True)
class ReplyLetter(Mail):
    """An agent's reply on its way to the customer.

    ``colour`` is the organization's, ``#rrggbb``, ``font`` the stack of fonts of its theme, and ``logo_url`` its
    logo where mail programs can show it; empty, the mail begins with the name. So it is in every mail.
    ``time_zone`` is the reader's, such as ``Europe/Berlin``. ``quoted`` is newest first. ``answerable`` tells
    whether a reply to this mail reaches the conversation; if not, the mail asks the customer to reply on the page.
    ``signature`` is the end of the organization's mails; if it is empty, the mail ends with the names of the agent
    and the organization.
    """

    name: ClassVar[str] = "reply"
    organization: str
    colour: str
    font: str
    logo_url: str
    agent: str
    subject: str
    body: str
    conversation_url: str
    time_zone: str
    attachments: tuple[Attachment, ...] = ()
    quoted: tuple[Quoted, ...] = ()
    answerable: bool = False
    signature: str = ""
    language: str = "en"


@dataclass(frozen=True, slots=True)
class SignInLetter(Mail):
    """The code and link somebody asked for. Both work for ``minutes``; ``staff`` tells whose sign-in it is."""

    name: ClassVar[str] = "sign-in"
    organization: str
    colour: str
    font: str
    logo_url: str
    code: str
    link: str
    minutes: int
    staff: bool = False
    language: str = "en"


@dataclass(frozen=True, slots=True)
class InvitationLetter(Mail):
    """Tells a new member of staff where to sign in: ``address`` is the page, ``email`` what to enter there.

    ``by`` is the name of the person who invites them.
    """

    name: ClassVar[str] = "invitation"
    organization: str
    colour: str
    font: str
    logo_url: str
    member: str
    email: str
    by: str
    address: str
    language: str = "en"
