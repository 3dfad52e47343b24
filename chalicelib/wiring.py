"""Builds everything from the settings, once; the only module that knows every room."""

from __future__ import annotations

import hashlib
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib import settings as deployment
from chalicelib import telemetry
from chalicelib.attachments.service import Attachments
from chalicelib.attachments.store import Uploads
from chalicelib.aws import secrets
from chalicelib.aws.clients import Clients
from chalicelib.aws.files import Files
from chalicelib.aws.limits import Limits
from chalicelib.aws.outgoing import Outgoing
from chalicelib.aws.queues import Queue
from chalicelib.aws.table import Table
from chalicelib.clock import Clock, utc_now
from chalicelib.conversations.desk import Desk
from chalicelib.conversations.posting import Posting
from chalicelib.conversations.service import Service
from chalicelib.conversations.store import Conversations
from chalicelib.customers.service import CustomerDesk
from chalicelib.customers.store import Customers
from chalicelib.portal.store import Portal
from chalicelib.signin.model import Kind
from chalicelib.signin.service import Rooms as SignInRooms
from chalicelib.signin.service import SignIn
from chalicelib.signin.store import SignIns
from chalicelib.signing import Signer
from chalicelib.staff.store import Staff
from chalicelib.web.cookies import Cookies
from chalicelib.web.rendering import Renderer
from chalicelib.web.urls import Urls

if TYPE_CHECKING:
    from chalicelib.audit.store import Audit
    from chalicelib.conversations.history import History
    from chalicelib.conversations.labelling import Labelling
    from chalicelib.customers.contacts import Contacts
    from chalicelib.customers.merging import Merging
    from chalicelib.fetching import Fetcher
    from chalicelib.knowledge.categories import Categories
    from chalicelib.knowledge.images import Images
    from chalicelib.knowledge.indexing import Indexing
    from chalicelib.knowledge.library import Library
    from chalicelib.knowledge.listing import Listing
    from chalicelib.knowledge.search import Search
    from chalicelib.knowledge.service import Editing
    from chalicelib.knowledge.votes import Helpful
    from chalicelib.mail.service import Mail
    from chalicelib.mail.store import Outbox
    from chalicelib.openid.service import OpenId
    from chalicelib.portal.details import Details
    from chalicelib.signin.sign_on import SignOn
    from chalicelib.snippets.service import Snippets
    from chalicelib.staff.service import Team
    from chalicelib.tokens.service import TokenDesk

_ROOT = Path(__file__).resolve().parent.parent
"""Where the code lies, and beside it templates (or what ``make build`` made of them) and static files."""


class House:
    """Everything of one deployment. What a plain request needs is made at once, the rest when first asked for."""

    def __init__(self, settings: deployment.Settings, clock: Clock = utc_now) -> None:
        """Take the settings, and the clock that tests may set."""
        self.settings, self.clock = settings, clock
        telemetry.belongs_to(settings.stage)
        self.clients = Clients(settings.region, path_style=settings.emulated, on_lambda=deployment.on_lambda())
        self.table = Table(self.clients.dynamodb, settings.table)
        self.cookies = Cookies(settings.secure)
        self.portal = Portal(self.table, lambda: self.audit)
        self.customers = Customers(self.table)
        self.customer_desk = CustomerDesk(self.customers, clock)
        self.staff = Staff(self.table, lambda: self.audit)
        self.limits = Limits(self.table, clock)
        self.files = Files(self.clients.s3, settings.upload_bucket, settings.attachment_bucket)
        self.attachments = Attachments(Uploads(self.table), self.files, self.limits, clock)
        self.store = Conversations(self.table)
        self.posting = Posting(self.store, self.attachments, clock)
        self.conversations = Service(self.posting, self.limits)
        compiled = _ROOT / "compiled_templates"
        self.renderer = Renderer(_ROOT / "templates", compiled if compiled.is_dir() else None)
        self.static_files = _texts(_ROOT / "static")
        self.static_version = hashlib.sha256("".join(self.static_files.values()).encode()).hexdigest()[:12]

    @cached_property
    def secrets(self) -> secrets.Secrets:
        """The signing keys, read when the first request needs them."""
        return secrets.read(self.clients.ssm, self.settings.secrets_parameter)

    @cached_property
    def signer(self) -> Signer:
        """Signs cookies, forms, cursors and codes."""
        return Signer(self.secrets.cookie)

    @cached_property
    def outbox(self) -> Outbox:
        """Mail that is to go out, and what became of it."""
        from chalicelib.mail.store import Outbox  # noqa: PLC0415 - most requests have nothing to do with mail

        return Outbox(self.table)

    @cached_property
    def mail(self) -> Mail:
        """Mail out."""
        from chalicelib.mail.mime import ReplyAddresses  # noqa: PLC0415 - as above
        from chalicelib.mail.service import Mail, Sender, Sources  # noqa: PLC0415

        settings, store = self.settings, self.store
        sources = Sources(
            conversation=lambda one: store.get(one, consistent=True),
            messages=lambda one, seq, limit: store.messages(one, limit, before=seq + 1, consistent=True)[0],
            customer=lambda one: self.customers.get(one, consistent=True),
            portal=lambda: self.portal.get(consistent=True),
            member=lambda one: self.staff.get(one, consistent=True),
            snippet=lambda one: self.snippets.get(one, consistent=True),
        )
        return Mail(
            self.outbox,
            Queue(self.clients, settings.mail_queue),
            Outgoing(self.clients, settings.configuration_set),
            self.renderer.mail,
            Urls(settings.public_url, self.static_version),
            sources,
            Sender(settings.mail_from, settings.reply_domain, settings.region),
            ReplyAddresses(self.secrets.reply, settings.reply_domain),
            self.signer,
            self.clock,
        )

    @cached_property
    def sign_in(self) -> SignIn:
        """Signing in and out."""
        owners = {
            Kind.CUSTOMER: lambda address: self.contacts.who_signs_in(address),  # noqa: PLW0108 - made when first asked for
            Kind.STAFF: self.staff.owner,
        }
        rooms = SignInRooms(owners, lambda: self.mail, self.limits)
        return SignIn(SignIns(self.table), rooms, self.signer, self.clock)

    @cached_property
    def sign_on(self) -> SignOn:
        """Customers who sign in at the organization's own login."""
        from chalicelib.signin.sealing import Box  # noqa: PLC0415 - most processes never need it
        from chalicelib.signin.sign_on import Rooms, SignOn  # noqa: PLC0415 - as above
        from chalicelib.signin.sign_on_store import SignOns  # noqa: PLC0415

        box = Box(self.secrets.cookie, "sign-on")
        rooms = Rooms(self.customer_desk, self.sign_in, self.signer, box, self.fetcher)
        store, settings = SignOns(self.table, self.audit), self.settings
        return SignOn(store, rooms, settings.public_url, self.clock, local=settings.emulated)

    @cached_property
    def contacts(self) -> Contacts:
        """Those who wrote through the contact form."""
        from chalicelib.customers.contacts import Contacts  # noqa: PLC0415 - most requests are no sign-in

        return Contacts(self.table, self.customers, self.clock)

    @cached_property
    def merging(self) -> Merging:
        """Two customers found to be one."""
        from chalicelib.customers.merging import Merging  # noqa: PLC0415 - most processes never need it

        return Merging(
            self.table,
            self.customers,
            self.store,
            lambda customer_id: self.sign_in.end_all(Kind.CUSTOMER, customer_id),
            lambda: self.audit,
            self.clock,
        )

    @cached_property
    def desk(self) -> Desk:
        """What staff do with conversations."""
        return Desk(self.posting, self.outbox, self.mail, lambda: self.audit)

    @cached_property
    def audit(self) -> Audit:
        """The audit log."""
        from chalicelib.audit.store import Audit  # noqa: PLC0415 - most processes never need it

        return Audit(self.table, self.clock)

    @cached_property
    def fetcher(self) -> Fetcher:
        """Reads what other services publish."""
        from chalicelib.fetching import Fetcher  # noqa: PLC0415 - most processes never need it

        return Fetcher(allow_local=self.settings.emulated)

    @cached_property
    def openid(self) -> OpenId:
        """Signing staff in through a provider."""
        from chalicelib.openid.service import OpenId, Rooms  # noqa: PLC0415 - most processes never need it
        from chalicelib.openid.store import Accounts  # noqa: PLC0415 - as above
        from chalicelib.signin.sealing import Box  # noqa: PLC0415 - as above

        accounts = Accounts(self.table, self.audit, Box(self.secrets.cookie, "openid"))
        rooms = Rooms(self.portal, self.staff, self.sign_in, self.limits, self.fetcher)
        return OpenId(accounts, rooms, self.signer, self.clock, self.settings.public_url)

    @cached_property
    def labelling(self) -> Labelling:
        """Tags and attributes, and which attributes there are."""
        from chalicelib.conversations.labelling import Labelling  # noqa: PLC0415 - not for every page

        return Labelling(self.store, lambda: self.audit, self.clock)

    @cached_property
    def details(self) -> Details:
        """Which attributes a conversation shows its customer."""
        from chalicelib.portal.details import Details  # noqa: PLC0415 - not for every page

        return Details(self.table, lambda: self.audit)

    @cached_property
    def team(self) -> Team:
        """What an admin does with staff."""
        from chalicelib.staff.service import Team  # noqa: PLC0415 - most processes never need it

        return Team(self.staff, self.sign_in, lambda: self.mail, self.clock)

    @cached_property
    def snippets(self) -> Snippets:
        """Named texts with a value per language."""
        from chalicelib.snippets.service import Snippets  # noqa: PLC0415 - not for every page
        from chalicelib.snippets.store import SnippetStore  # noqa: PLC0415 - as above

        return Snippets(SnippetStore(self.table), self.portal, lambda: self.details, lambda: self.audit)

    @cached_property
    def helpful(self) -> Helpful:
        """Whether articles helped."""
        from chalicelib.knowledge.votes import Helpful  # noqa: PLC0415 - few requests are an answer

        return Helpful(self.table, self.limits, self.signer, self.clock)

    @cached_property
    def library(self) -> Library:
        """What readers read of the knowledge base."""
        from chalicelib.knowledge.library import Library  # noqa: PLC0415 - not for every page

        return Library(self.table)

    @cached_property
    def search(self) -> Search:
        """Finds articles."""
        from chalicelib.knowledge.search import Search  # noqa: PLC0415 - most processes never search

        return Search(self.table, self.files, self.limits)

    @cached_property
    def listing(self) -> Listing:
        """Every public article, for machines."""
        from chalicelib.knowledge.listing import Listing  # noqa: PLC0415 - for the sitemap and its like alone

        return Listing(self.files, self.library, self.limits)

    @cached_property
    def indexing(self) -> Indexing:
        """Builds what search reads."""
        from chalicelib.knowledge.indexing import Indexing  # noqa: PLC0415 - only after something was published

        queue = Queue(self.clients, self.settings.index_queue)
        return Indexing(self.table, self.files, queue, self.library, self.clock)

    @cached_property
    def editing(self) -> Editing:
        """What editors do with articles."""
        from chalicelib.knowledge.service import Editing  # noqa: PLC0415 - most processes never need it
        from chalicelib.knowledge.store import Articles  # noqa: PLC0415 - as above

        return Editing(
            Articles(self.table),
            lambda: self.audit,
            lambda: self.portal.get(consistent=True),
            lambda: self.indexing.ask(),  # noqa: PLW0108 - made when something is published
            lambda: self.images,
            self.clock,
        )

    @cached_property
    def categories(self) -> Categories:
        """What editors do with categories."""
        from chalicelib.knowledge.categories import Categories  # noqa: PLC0415 - most processes never need it

        store = self.editing.store
        return Categories(store, lambda: self.audit, lambda: self.indexing.ask(), self.clock)  # noqa: PLW0108 - as above

    @cached_property
    def images(self) -> Images:
        """Pictures in articles."""
        from chalicelib.knowledge.images import Images  # noqa: PLC0415 - most processes never need it

        return Images(self.table, self.files, self.attachments, self.clock)

    @cached_property
    def history(self) -> History:
        """What programs record in conversations."""
        from chalicelib.conversations.history import History  # noqa: PLC0415 - most processes never need it

        shows = lambda channel: self.portal.get().shows(channel, "public")  # noqa: E731
        return History(self.posting, self.outbox, self.mail, shows)

    @cached_property
    def tokens(self) -> TokenDesk:
        """The API tokens of this stage."""
        from chalicelib.tokens.service import TokenDesk  # noqa: PLC0415 - most processes never need it
        from chalicelib.tokens.store import Tokens  # noqa: PLC0415 - as above

        return TokenDesk(Tokens(self.table, self.audit), self.limits, self.settings.stage, self.clock)

    @cached_property
    def picture_policy(self) -> str:
        """The Content-Security-Policy of pages that show pictures of articles, which come from the bucket."""
        policy = self.security_headers["Content-Security-Policy"]
        return policy.replace("img-src 'self'", f"img-src 'self' {self.files.picture_origin}", 1)

    @cached_property
    def security_headers(self) -> dict[str, str]:
        """The headers every answer carries."""
        policy = (
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
            f"connect-src 'self' {self.files.upload_origin}; form-action 'self'; "
            "frame-ancestors 'none'; base-uri 'none'"
        )
        headers = {
            "Content-Security-Policy": policy,
            "X-Content-Type-Options": "nosniff",
            "X-Frame-Options": "DENY",
            "Referrer-Policy": "same-origin",
            "Cross-Origin-Opener-Policy": "same-origin",
            "Cross-Origin-Resource-Policy": "same-origin",
            "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
        }
        if self.settings.secure:
            headers["Strict-Transport-Security"] = "max-age=31536000"
        return headers


def _texts(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text(encoding="utf-8") for path in sorted(folder.iterdir()) if path.is_file()}
