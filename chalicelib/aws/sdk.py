"""botocore: the client of S3 and SES, and of everything where ``FOYER_AWS_CLIENT`` is ``botocore``.

Nothing that a plain page needs imports this module.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from botocore import handlers, xform_name
from botocore.config import Config
from botocore.credentials import CredentialResolver, EnvProvider
from botocore.exceptions import BotoCoreError, ClientError
from botocore.session import Session

from chalicelib.aws.answers import Answer, Asked, AwsError, NoAnswer
from chalicelib.aws.connection import ANSWER_SECONDS, CONNECT_SECONDS
from chalicelib.aws.service import TRIES
from chalicelib.aws.signature import Keys

if TYPE_CHECKING:
    from collections.abc import Mapping

_CONFIG = Config(
    connect_timeout=CONNECT_SECONDS,
    read_timeout=ANSWER_SECONDS,
    retries={"mode": "standard", "max_attempts": TRIES},
    parameter_validation=False,
)
S3 = Config(
    signature_version="s3v4",
    s3={"addressing_style": "virtual"},
    request_checksum_calculation="when_required",
    response_checksum_validation="when_required",
)
PATH_STYLE = S3.merge(Config(s3={"addressing_style": "path"}))
ONE_TRY = Config(retries={"mode": "standard", "total_max_attempts": 1})

_SERVICES = frozenset({"dynamodb", "s3", "sesv2", "sqs", "ssm"})


def session(*, on_lambda: bool = False) -> Session:
    """Return a session with botocore's own handlers of events, less those for services that nobody calls.

    There are 130; without the others a cold start has a fiftieth less to do. ``on_lambda`` says that the keys stand in
    the environment, as they do there, and need not be looked for anywhere else.
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
    if on_lambda:
        made.register_component("credential_provider", CredentialResolver([EnvProvider()]))
    return made


def client(made: Session, service: str, region: str, config: Config | None = None) -> Any:
    """Return botocore's client of a service, with our time-outs and tries."""
    return made.create_client(service, region_name=region, config=_CONFIG.merge(config) if config else _CONFIG)


def keys(made: Session) -> Keys:
    """Return the keys that botocore finds, refreshed where they are about to end; :class:`NoAnswer` where none are."""
    try:
        found = made.get_credentials()
        frozen = found.get_frozen_credentials() if found else None
    except BotoCoreError as error:
        raise NoAnswer(str(error)) from error
    if frozen is None:
        message = "there are no credentials for AWS"
        raise NoAnswer(message)
    return Keys(frozen.access_key or "", frozen.secret_key or "", frozen.token or "")


def read(body: Any) -> bytes:
    """Return all that an answer streams."""
    try:
        content: bytes = body.read()
    except BotoCoreError as error:
        raise NoAnswer(str(error)) from error
    return content


class SdkService:
    """A client of botocore with the face of :class:`~chalicelib.aws.answers.Service`; it does one call at a time."""

    def __init__(self, made: Any) -> None:
        """Take the client."""
        self.client = made

    def start(self, operation: str, request: Mapping[str, Any]) -> Asked:
        """Make a call; see :class:`~chalicelib.aws.answers.Service`."""
        return lambda: self._made(operation, request)

    def call(self, operation: str, request: Mapping[str, Any]) -> Answer:
        """Make a call and wait for its answer."""
        return self.start(operation, request)()

    def _made(self, operation: str, request: Mapping[str, Any]) -> Answer:
        try:
            answer: Answer = getattr(self.client, xform_name(operation))(**request)
        except ClientError as error:
            said = error.response["Error"]
            raise AwsError(said.get("Code", ""), said.get("Message", ""), error.response) from error
        except BotoCoreError as error:
            raise NoAnswer(str(error)) from error
        return answer
