"""What the room of mail offers: it carries the outbox's mails, and reads what SES tells of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib import telemetry
from chalicelib.mail.model import ReplyMail
from chalicelib.once import Once
from chalicelib.signin.model import SignInMail
from chalicelib.staff.model import InvitationMail

if TYPE_CHECKING:
    from collections.abc import Mapping

    from chalicelib.deployment import Deployment
    from chalicelib.mail.letters import Writer
    from chalicelib.mail.post import Post
    from chalicelib.mail.sources import Sources
    from chalicelib.outbox.holder import HasOutbox
    from chalicelib.outbox.model import Dispatch, Payload
    from chalicelib.rendering.environment import Renderer

MAILS: tuple[type[Payload], ...] = (ReplyMail, SignInMail, InvitationMail)
"""The kinds of mail there are."""


class MailRoom:
    """Carries mails. Few processes send any, so what writes them is imported when the first one does."""

    counts_sent = telemetry.MAIL_SENT
    counts_failed = telemetry.MAIL_FAILED

    def __init__(self, base: Deployment, house: HasOutbox, sources: Sources, renderer: Renderer) -> None:
        """Take who has the outbox, where the content of mails comes from, and what renders them."""
        self._base, self._house, self._sources, self._renderer = base, house, sources, renderer

    @Once
    def post(self) -> Post:
        """What writes and sends."""
        from chalicelib.aws.outgoing import Outgoing
        from chalicelib.mail.letters import InvitationWriter, Paper, ReplyWriter, Sender, SignInWriter
        from chalicelib.mail.mime import ReplyAddresses
        from chalicelib.mail.post import Post
        from chalicelib.urls import Urls

        base, settings, sources = self._base, self._base.settings, self._sources
        sender = Sender(settings.mail_from, settings.reply_domain, settings.region)
        paper = Paper(self._renderer, Urls(settings.public_url), sender, base.clock)
        replies = ReplyAddresses(base.secrets.reply, settings.reply_domain)
        writers: dict[type[Payload], Writer[Any]] = {
            ReplyMail: ReplyWriter(paper, sources, replies, self._house.outbox),
            SignInMail: SignInWriter(paper, sources.portal, base.signer),
            InvitationMail: InvitationWriter(paper, sources.portal, sources.staff),
        }
        return Post(writers, Outgoing(base.clients, settings.configuration_set), sender.address)

    def send(self, payload: Payload, dispatch: Dispatch) -> str:
        """Send a mail, as a carrier of the outbox does."""
        return self.post.send(payload, dispatch)

    def settle(self, event: Mapping[str, Any]) -> None:
        """Take an event that SES published about a mail; those that change nothing have no effect."""
        from chalicelib.mail.events import news

        told = news(event)
        if told:
            self._house.outbox.settle(*told)
