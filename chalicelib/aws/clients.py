"""Makes every client, once, with the same short timeouts: DynamoDB and S3 at once, the rare ones when asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore import handlers
from botocore.config import Config
from botocore.credentials import CredentialResolver, EnvProvider
from botocore.session import Session

from chalicelib.once import Once

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient

_CONFIG = Config(
    connect_timeout=2,
    read_timeout=5,
    retries={"mode": "standard", "max_attempts": 3},
    parameter_validation=False,
)
_S3_CONFIG = _CONFIG.merge(
    Config(
        signature_version="s3v4",
        s3={"addressing_style": "virtual"},
        request_checksum_calculation="when_required",
        response_checksum_validation="when_required",
    )
)

_SERVICES = frozenset({"dynamodb", "s3", "sesv2", "sqs", "ssm"})


def session() -> Session:
    """Return a session with botocore's own handlers of events, less those for services that nobody calls.

    There are 130; without the others a cold start has a fiftieth less to do.
    """
    made = Session(include_builtin_handlers=False)
    events = made.get_component("event_emitter")
    register = {
        None: events.register,
        handlers.REGISTER_FIRST: events.register_first,
        handlers.REGISTER_LAST: events.register_last,
    }
    for event, handler, *place in handlers.BUILTIN_HANDLERS:
        _, _, service = event.partition(".")
        if not service or service.partition(".")[0] in _SERVICES:
            register[place[0] if place else None](event, handler)
    return made


class Clients:
    """The AWS clients of one process.

    ``path_style`` is for emulators, which have no host name for each bucket. ``on_lambda`` says that the keys stand in
    the environment, as they do there, and need not be looked for anywhere else.
    """

    def __init__(self, region: str, *, path_style: bool = False, on_lambda: bool = False) -> None:
        """Make the two clients that every request needs."""
        self._session = session()
        if on_lambda:
            self._session.register_component("credential_provider", CredentialResolver([EnvProvider()]))
        self._region = region
        s3_config = _S3_CONFIG.merge(Config(s3={"addressing_style": "path"})) if path_style else _S3_CONFIG
        self.dynamodb: DynamoDBClient = self._client("dynamodb", _CONFIG)
        self.s3: S3Client = self._client("s3", s3_config)

    @Once
    def sqs(self) -> SQSClient:
        """Queues."""
        client: SQSClient = self._client("sqs", _CONFIG)
        return client

    @Once
    def ses(self) -> SESV2Client:
        """Mail out. One try each: a second that nobody knows of is a second mail; the outbox does the retrying."""
        config = _CONFIG.merge(Config(retries={"mode": "standard", "total_max_attempts": 1}))
        client: SESV2Client = self._client("sesv2", config)
        return client

    @Once
    def ssm(self) -> SSMClient:
        """The signing keys."""
        client: SSMClient = self._client("ssm", _CONFIG)
        return client

    def _client(self, service: str, config: Config) -> Any:
        return self._session.create_client(service, region_name=self._region, config=config)
