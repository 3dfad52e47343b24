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
from chalicelib.clock import Clock, utc_now
from chalicelib.conversations.room import ConversationsRoom
from chalicelib.customers.room import CustomersRoom
from chalicelib.deployment import Deployment
from chalicelib.once import Once
from chalicelib.portal.room import PortalRoom
from chalicelib.rendering.environment import MIDTOWN, Renderer
from chalicelib.rendering.static import StaticFiles
from chalicelib.schema.room import SchemaRoom
from chalicelib.settings import Settings
from chalicelib.signin.room import SignInRoom
from chalicelib.staff.room import StaffRoom
from chalicelib.staff.store import Staff

if TYPE_CHECKING:
    from chalicelib.facts.room import FactsRoom
    from chalicelib.knowledge.room import KnowledgeRoom
    from chalicelib.mail.room import MailRoom
    from chalicelib.merging.service import Merging
    from chalicelib.openid.service import OpenId
    from chalicelib.outbox.service import Outbox
    from chalicelib.snippets.service import Snippets
    from chalicelib.themes.bases import Bases
    from chalicelib.themes.looks import Looks
    from chalicelib.themes.service import Themes
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
        self.customers = CustomersRoom(self, lambda: self.portal.settings.get().country)
        self.attachments = Attachments(Uploads(self.table), self.files, self.limits, clock)
        self.conversations = ConversationsRoom(
            self, self.customers.store, self.attachments, self, self.audit, self.portal.shows_public
        )
        self.schema = SchemaRoom(self.table, self.conversations, self, self.customers)
        compiled = _ROOT / "compiled_templates"
        self.renderer = Renderer(_ROOT / "templates", compiled if compiled.is_dir() else None)
        self.static = StaticFiles(_ROOT / "static", _ROOT / "templates" / MIDTOWN / "theme.css")
        self._staff = Staff(self.table, self.audit)

    @Once
    def facts(self) -> FactsRoom:
        """What happened to conversations, and who is told of it."""
        from chalicelib.conversations.follower import WordFollower
        from chalicelib.facts.room import FactsRoom
        from chalicelib.mail.follower import MailFollower

        return FactsRoom(self, [MailFollower(self), WordFollower(self.conversations)])

    @Once
    def outbox(self) -> Outbox:
        """What is to leave, and what became of it."""
        from chalicelib.aws.queues import Queue
        from chalicelib.mail.deliveries import DeliveryFacts
        from chalicelib.mail.room import MAILS
        from chalicelib.outbox.service import Outbox

        made = Outbox(self.table, Queue(self.clients, self.settings.mail_queue), self.clock)
        for kind in MAILS:
            made.register(kind, self.mail)
        made.record(DeliveryFacts(self.conversations.posting))
        return made

    @Once
    def mail(self) -> MailRoom:
        """Mail: the outbox's carrier, and what SES tells."""
        from chalicelib.mail.room import MailRoom
        from chalicelib.mail.sources import Sources
        from chalicelib.snippets.store import SnippetStore

        sources = Sources(
            conversations=self.conversations.store,
            customers=self.customers.store,
            portal=self.portal.settings,
            staff=self._staff,
            snippets=SnippetStore(self.table),
        )
        return MailRoom(self, self, sources, self.renderer)

    @Once
    def signin(self) -> SignInRoom:
        """Signing in and out."""
        return SignInRoom(self, self.customers, self._staff.owner, self.audit, self)

    @Once
    def staff(self) -> StaffRoom:
        """Who works for the organization."""
        return StaffRoom(self._staff, self.signin.sign_in, self, self.clock)

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
            self.customers,
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
    def midtowns(self) -> Bases:
        """The versions of Midtown."""
        from chalicelib.themes.bases import Bases

        return Bases(_ROOT / "templates" / "themes")

    @Once
    def themes(self) -> Themes:
        """Themes as their editors know them."""
        from chalicelib.themes.service import Themes
        from chalicelib.themes.store import ThemeStore

        return Themes(ThemeStore(self.table), self.portal.settings, self.audit, self.files, self.midtowns, self.clock)

    @Once
    def looks(self) -> Looks:
        """What customers see of themes."""
        from chalicelib.themes.looks import Looks, Reader

        def said(name: str, reader: Reader) -> str:
            found, settings = self.snippets.get(name), reader.settings
            return (
                found.text(reader.language, settings.languages[0], organization=settings.organization) if found else ""
            )

        return Looks(self.table, self.midtowns, said, self.clock)

    @Once
    def tokens(self) -> TokenDesk:
        """The API tokens of this stage."""
        from chalicelib.tokens.service import TokenDesk
        from chalicelib.tokens.store import Tokens

        return TokenDesk(Tokens(self.table, self.audit), self.limits, self.settings.stage, self.clock)
