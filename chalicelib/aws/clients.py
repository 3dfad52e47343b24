"""Makes every client, once: those that plain pages need cost no import, botocore's are made when asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.aws.connection import Connections
from chalicelib.aws.service import DYNAMODB, SQS, SSM, JsonService, Spoken, endpoint
from chalicelib.aws.signature import Keys
from chalicelib.once import Once

if TYPE_CHECKING:
    from botocore.config import Config
    from botocore.session import Session

    from chalicelib.aws.answers import Service
    from chalicelib.aws.sdk import SdkService


class Clients:
    """The AWS clients of one process.

    ``address`` is that of an emulator, which has no host name for each bucket, and empty for AWS. ``keys`` are those of
    a function's role; without them botocore finds some as every AWS program does. ``certificates`` is a file of those
    to trust, empty for botocore's. ``sdk`` lets botocore do everything, as it does outside of plain pages.
    """

    def __init__(
        self,
        region: str,
        *,
        address: str = "",
        keys: tuple[str, str, str] | None = None,
        certificates: str = "",
        sdk: bool = False,
    ) -> None:
        """Make nothing yet."""
        self.region, self.address = region, address
        self._keys = Keys(*keys) if keys else None
        self._certificates, self._sdk = certificates, sdk

    @Once
    def dynamodb(self) -> Service:
        """The table."""
        return self._service(DYNAMODB)

    @Once
    def sqs(self) -> Service:
        """Queues."""
        return self._service(SQS)

    @Once
    def ssm(self) -> Service:
        """The signing keys."""
        return self._service(SSM)

    @Once
    def s3(self) -> SdkService:
        """Files, but for what is presigned."""
        from chalicelib.aws import sdk

        return self._by_sdk("s3", sdk.PATH_STYLE if self.address else sdk.S3)

    @Once
    def ses(self) -> SdkService:
        """Mail out. One try each: a second that nobody knows of is a second mail; the outbox does the retrying."""
        from chalicelib.aws import sdk

        return self._by_sdk("sesv2", sdk.ONE_TRY)

    def keys(self) -> Keys:
        """Return the keys to sign with now."""
        if self._keys:
            return self._keys
        from chalicelib.aws import sdk

        return sdk.keys(self._session)

    @Once
    def _session(self) -> Session:
        from chalicelib.aws import sdk

        return sdk.session(on_lambda=self._keys is not None)

    def _service(self, spoken: Spoken) -> Service:
        if self._sdk:
            return self._by_sdk(spoken.name)
        address = self.address or endpoint(spoken.name, self.region)
        return JsonService(spoken, self.region, Connections(address, self._certificates), self.keys)

    def _by_sdk(self, service: str, config: Config | None = None) -> SdkService:
        from chalicelib.aws import sdk

        return sdk.SdkService(sdk.client(self._session, service, self.region, config))
