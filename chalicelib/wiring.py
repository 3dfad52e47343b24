"""Builds everything from the settings, once; the only module that knows every room.

``house.<room>.<service>`` is what a room offers; a room with one service is that service.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib import telemetry
from chalicelib.attachments.service import Attachments
from chalicelib.attachments.store import Uploads
from chalicelib.audit.store import Audit
from chalicelib.aws.queues import Queue
from chalicelib.clock import Clock, utc_now
from chalicelib.conversations.room import ConversationsRoom
from chalicelib.customers.room import CustomersRoom
from chalicelib.deployment import Deployment
from chalicelib.facts.service import Consumers, FactLog
from chalicelib.facts.store import FactStore
from chalicelib.mail.follower import MailFollower
from chalicelib.once import Once
from chalicelib.portal.room import PortalRoom
from chalicelib.rendering.environment import Renderer
from chalicelib.rendering.static import StaticFiles
from chalicelib.settings import Settings
from chalicelib.signin.room import SignInRoom
from chalicelib.staff.room import StaffRoom
from chalicelib.staff.store import Staff
from chalicelib.urls import Urls

if TYPE_CHECKING:
    from chalicelib.knowledge.room import KnowledgeRoom
    from chalicelib.mail.service import Mail
    from chalicelib.mail.store import Outbox
    from chalicelib.merging.service import Merging
    from chalicelib.openid.service import OpenId
    from chalicelib.snippets.service import Snippets
    from chalicelib.tokens.service import TokenDesk

_ROOT = Path(__file__).resolve().parent.parent
"""Where the code lies, and beside it templates (or what ``make build`` made of them) and static files."""


class House(Deployment):
    """Everything of one deployment. What a plain request needs is made at once, the rest when first asked for."""

    def __init__(self, settings: Settings, clock: Clock = utc_now) -> None:
        """Take the settings, and the clock that tests may set."""
        super().__init__(settings, clock)
        telemetry.belongs_to(settings.stage)
        self.audit = Audit(self.table, clock)
        self.portal = PortalRoom(self, self.audit)
        self.customers = CustomersRoom(self)
        self.attachments = Attachments(Uploads(self.table), self.files, self.limits, clock)
        consumers = Consumers([MailFollower(self)])
        self.facts = FactLog(FactStore(self.table), Queue(self.clients, settings.facts_queue), consumers, clock)
        self.conversations = ConversationsRoom(
            self, self.customers.store, self.attachments, self.facts, self.audit, self.portal.shows_public
        )
        compiled = _ROOT / "compiled_templates"
        self.renderer = Renderer(_ROOT / "templates", compiled if compiled.is_dir() else None)
        self.static = StaticFiles(_ROOT / "static")
        self._staff = Staff(self.table, self.audit)

    @Once
    def signin(self) -> SignInRoom:
        """Signing in and out."""
        return SignInRoom(self, self.customers, self._staff, self.audit, lambda: self.mail)

    @Once
    def staff(self) -> StaffRoom:
        """Who works for the organization."""
        return StaffRoom(self._staff, self.signin.sign_in, lambda: self.mail, self.clock)

    @Once
    def outbox(self) -> Outbox:
        """Mail that is to go out, and what became of it."""
        from chalicelib.mail.store import Outbox

        return Outbox(self.table)

    @Once
    def mail(self) -> Mail:
        """Mail out."""
        from chalicelib.aws.outgoing import Outgoing
        from chalicelib.mail.mime import ReplyAddresses
        from chalicelib.mail.service import Mail, Sender, Sources

        settings, store = self.settings, self.conversations.store
        sources = Sources(
            conversation=lambda one: store.get(one, consistent=True),
            messages=lambda one, seq, limit: store.messages(one, limit, before=seq + 1, consistent=True)[0],
            customer=lambda one: self.customers.store.get(one, consistent=True),
            portal=lambda: self.portal.settings.get(consistent=True),
            member=lambda one: self.staff.store.get(one, consistent=True),
            snippet=lambda one: self.snippets.get(one, consistent=True),
        )
        return Mail(
            self.outbox,
            Queue(self.clients, settings.mail_queue),
            Outgoing(self.clients, settings.configuration_set),
            self.renderer.mail,
            Urls(settings.public_url, self.static.version),
            sources,
            Sender(settings.mail_from, settings.reply_domain, settings.region),
            ReplyAddresses(self.secrets.reply, settings.reply_domain),
            self.signer,
            self.clock,
        )

    @Once
    def openid(self) -> OpenId:
        """Signing staff in through a provider."""
        from chalicelib.openid.service import OpenId, Rooms
        from chalicelib.openid.store import Accounts
        from chalicelib.signin.sealing import Box

        accounts = Accounts(self.table, self.audit, Box(self.secrets.cookie, "openid"))
        rooms = Rooms(self.portal.settings, self._staff, self.signin.sign_in, self.limits, self.fetcher)
        return OpenId(accounts, rooms, self.signer, self.clock, self.settings.public_url)

    @Once
    def merging(self) -> Merging:
        """Two customers found to be one."""
        from chalicelib.merging.service import Merging

        return Merging(
            self.table,
            self.customers.store,
            self.conversations.posting,
            self.signin.sign_in.end_all_of_customer,
            self.audit,
            self.clock,
        )

    @Once
    def snippets(self) -> Snippets:
        """Named texts with a value per language."""
        from chalicelib.snippets.service import Snippets
        from chalicelib.snippets.store import SnippetStore

        return Snippets(SnippetStore(self.table), self.portal.settings, self.portal.details, self.audit)

    @Once
    def knowledge(self) -> KnowledgeRoom:
        """Articles: read, searched, written, published."""
        from chalicelib.knowledge.room import KnowledgeRoom

        return KnowledgeRoom(self, self.attachments, self.portal.settings, self.audit)

    @Once
    def tokens(self) -> TokenDesk:
        """The API tokens of this stage."""
        from chalicelib.tokens.service import TokenDesk
        from chalicelib.tokens.store import Tokens

        return TokenDesk(Tokens(self.table, self.audit), self.limits, self.settings.stage, self.clock)
