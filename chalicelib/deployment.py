"""What every room of one deployment stands on: settings, clock, signing keys, table, files and clients."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.aws import secrets
from chalicelib.aws.clients import Clients
from chalicelib.aws.files import Files
from chalicelib.aws.limits import Limits
from chalicelib.aws.table import Table
from chalicelib.clock import Clock, utc_now
from chalicelib.once import Once
from chalicelib.settings import Settings, role_keys
from chalicelib.signing import Signer

if TYPE_CHECKING:
    from chalicelib.fetching import Fetcher


class Deployment:
    """What a plain request needs is made at once, the rest when first asked for."""

    def __init__(self, settings: Settings, clock: Clock = utc_now) -> None:
        """Take the settings, and the clock that tests may set."""
        self.settings, self.clock = settings, clock
        self.clients = Clients(
            settings.region,
            address=settings.emulator,
            keys=role_keys(),
            certificates=settings.certificates,
            sdk=settings.sdk,
        )
        self.table = Table(self.clients.dynamodb, settings.table)
        self.limits = Limits(self.table, clock)
        self.files = Files(self.clients, settings.upload_bucket, settings.attachment_bucket)

    @Once
    def secrets(self) -> secrets.Secrets:
        """The signing keys, read when the first request needs them."""
        return secrets.read(self.clients.ssm, self.settings.secrets_parameter)

    @Once
    def signer(self) -> Signer:
        """Signs cookies, forms, cursors and codes."""
        return Signer(self.secrets.cookie)

    @Once
    def fetcher(self) -> Fetcher:
        """Reads what other services publish."""
        from chalicelib.fetching import Fetcher

        return Fetcher(allow_local=bool(self.settings.emulator))
