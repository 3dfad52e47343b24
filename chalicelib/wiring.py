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
from chalicelib.conversations.service import Posting, Service
from chalicelib.conversations.store import Conversations
from chalicelib.customers.service import CustomerDesk
from chalicelib.customers.store import Customers
from chalicelib.portal.store import Portal
from chalicelib.signin.model import Kind
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
    from chalicelib.mail.service import Mail
    from chalicelib.mail.store import Outbox
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
        self.staff = Staff(self.table)
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
            Kind.CUSTOMER: lambda address: self.customers.owner("email", address),
            Kind.STAFF: self.staff.owner,
        }
        return SignIn(SignIns(self.table), owners, lambda: self.mail, self.limits, self.signer, self.clock)

    @cached_property
    def desk(self) -> Desk:
        """What staff do with conversations."""
        return Desk(self.posting, self.outbox, self.mail)

    @cached_property
    def audit(self) -> Audit:
        """The audit log."""
        from chalicelib.audit.store import Audit  # noqa: PLC0415 - most processes never need it

        return Audit(self.table, self.clock)

    @cached_property
    def history(self) -> History:
        """What programs record in conversations."""
        from chalicelib.conversations.history import History  # noqa: PLC0415 - most processes never need it

        return History(self.posting, self.outbox, self.mail)

    @cached_property
    def tokens(self) -> TokenDesk:
        """The API tokens of this stage."""
        from chalicelib.tokens.service import TokenDesk  # noqa: PLC0415 - most processes never need it
        from chalicelib.tokens.store import Tokens  # noqa: PLC0415 - as above

        return TokenDesk(Tokens(self.table), self.limits, self.settings.stage, self.clock)

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
