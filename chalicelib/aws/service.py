"""A small client of those AWS services that speak JSON: DynamoDB, SQS and SSM.

It does what botocore does for them and no more: signs, checks, tries again, keeps connections. It costs a request a
fraction of the CPU and a cold start none of the imports; ``aws/sdk.py`` is botocore with the same face.
"""

from __future__ import annotations

import json
import time
from base64 import b64encode
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from zlib import crc32

from chalicelib.aws import signature
from chalicelib.aws.answers import Answer, Asked, AwsError, NoAnswer
from chalicelib.aws.connection import Connection, Connections, Received
from chalicelib.jitter import pause
from chalicelib.records import dataclass

if TYPE_CHECKING:
    from chalicelib.aws.signature import Credentials, Keys

TRIES = 3
_PAUSE = 0.05
"""Seconds to wait before the second try at most; twice as long before the third."""
_THROTTLED_PAUSE = 0.5
_OK = 200
_FAULTS = frozenset({500, 502, 503, 504})
_PASSING = frozenset(
    {
        "InternalFailure",
        "InternalServerError",
        "RequestTimeout",
        "RequestTimeoutException",
        "ServiceUnavailable",
    }
)
_THROTTLED = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "ThrottledException",
        "Throttling",
        "ThrottlingException",
        "TooManyRequestsException",
        "TransactionInProgressException",
    }
)
_CLOCK = frozenset(
    {
        "InvalidSignatureException",
        "RequestExpired",
        "RequestInTheFuture",
        "RequestTimeTooSkewed",
        "SignatureDoesNotMatch",
    }
)
_KEYS = frozenset({"ExpiredToken", "ExpiredTokenException", "UnrecognizedClientException"})
_SKEW = 60.0
"""Seconds that the other side's clock must be away from ours, as we took it to be, before ours is corrected."""


@dataclass(frozen=True, slots=True)
class Spoken:
    """How a service is spoken to: its name in addresses and signatures, the prefix of operations, JSON's version."""

    name: str
    target: str
    version: str = "1.0"


DYNAMODB = Spoken("dynamodb", "DynamoDB_20120810")
SQS = Spoken("sqs", "AmazonSQS")
SSM = Spoken("ssm", "AmazonSSM", "1.1")


def endpoint(service: str, region: str) -> str:
    """Return the address of a service in a region."""
    suffix = "amazonaws.com.cn" if region.startswith("cn-") else "amazonaws.com"
    return f"https://{service}.{region}.{suffix}"


class JsonService:
    """One service in one region. Threads share nothing but idle connections."""

    def __init__(self, spoken: Spoken, region: str, connections: Connections, credentials: Credentials) -> None:
        """Take how to speak to it, where, and with which keys."""
        self._connections = connections
        self._spoken, self.keys = spoken, credentials
        self._scope = signature.Scope(spoken.name, region)
        self._content_type = f"application/x-amz-json-{spoken.version}"
        self._ahead = 0.0
        """Seconds that the service's clock is ahead of ours."""

    def start(self, operation: str, request: Mapping[str, Any]) -> Asked:
        """Send a call; see :class:`~chalicelib.aws.answers.Service`."""
        return _Exchange(self, operation, _write(request).encode()).answer

    def call(self, operation: str, request: Mapping[str, Any]) -> Answer:
        """Send a call and wait for its answer."""
        return self.start(operation, request)()

    def send(self, operation: str, body: bytes, keys: Keys, *, fresh: bool) -> Connection:
        """Sign and send; return the connection that the answer will come over."""
        connections = self._connections
        headers = {
            "content-type": self._content_type,
            "host": connections.host,
            "x-amz-target": f"{self._spoken.target}.{operation}",
        }
        at = signature.moment(time.time() + self._ahead)
        signature.sign_call(keys, self._scope, at, headers, connections.path, body)
        lines = "".join([f"{name}: {value}\r\n" for name, value in headers.items()])
        head = f"POST {connections.path} HTTP/1.1\r\n{lines}content-length: {len(body)}\r\n\r\n"
        connection = connections.take(fresh=fresh)
        connection.send(head.encode("ascii") + body)
        return connection

    def receive(self, connection: Connection) -> Answer:
        """Return what was answered, checked."""
        received, reusable = connection.receive()
        checksum = received.header("x-amz-crc32")
        if checksum and checksum != str(crc32(received.body)):
            connection.close()
            message = "the answer was damaged on its way"
            raise NoAnswer(message)
        if reusable:
            self._connections.give_back(connection)
        return self._read(received)

    def _read(self, received: Received) -> Answer:
        try:
            answer = json.loads(received.body.decode()) if received.body else {}
        except ValueError as error:
            if received.status == _OK:
                message = "the answer was not JSON"
                raise NoAnswer(message) from error
            answer = {}
        if received.status == _OK and isinstance(answer, dict):
            return answer
        raise _error(received, answer)

    def may_pass(self, error: AwsError) -> bool:
        """Tell whether asking again may help, after putting right what can be put right: our clock."""
        if error.code in _CLOCK:
            return self._set_clock(str(error.answer.get(_DATE, "")))
        return error.code in _PASSING or error.code in _THROTTLED or error.answer[_STATUS] in _FAULTS

    def _set_clock(self, date: str) -> bool:
        from email.utils import parsedate_to_datetime

        try:
            ahead = parsedate_to_datetime(date).timestamp() - time.time()
        except ValueError:
            return False
        if abs(ahead - self._ahead) < _SKEW:
            return False
        self._ahead = ahead
        return True


_DATE, _STATUS = "date of the answer", "status of the answer"


def _error(received: Received, answer: Any) -> AwsError | NoAnswer:
    said = answer if isinstance(answer, dict) else {}
    code = str(said.get("__type", "")).rpartition("#")[2].partition(":")[0]
    if not code and received.status in _FAULTS:
        return NoAnswer(f"something on the way answered with {received.status}")
    sentence = str(said.get("message") or said.get("Message") or "")
    more = {_STATUS: received.status, _DATE: received.header("date")}
    return AwsError(code or f"Status{received.status}", sentence, {**said, **more})


def _bytes(value: object) -> str:
    """Return bytes as JSON carries them."""
    if isinstance(value, bytes):
        return b64encode(value).decode()
    message = f"JSON does not hold {type(value).__name__}"
    raise TypeError(message)


_write = json.JSONEncoder(separators=(",", ":"), check_circular=False, default=_bytes).encode


class _Exchange:
    """One call, sent as often as it takes; for the first time when it is made."""

    def __init__(self, service: JsonService, operation: str, body: bytes) -> None:
        self._service, self._operation, self._body = service, operation, body
        self._connection: Connection | None = None
        self._fault = NoAnswer()
        self._keys: Keys | None = None
        self._send()

    def _send(self, *, fresh: bool = False) -> None:
        self._kept = False
        try:
            self._keys = self._service.keys()
            self._connection = self._service.send(self._operation, self._body, self._keys, fresh=fresh)
        except NoAnswer as fault:
            self._connection, self._fault = None, fault

    def answer(self) -> Answer:
        """Wait for the answer, asking again where that may help."""
        tried = 0
        while True:
            tried += 1
            try:
                return self._received()
            except (AwsError, NoAnswer) as fault:
                if tried == TRIES or not self._may_pass(fault):
                    raise
                pause(self._wait(fault) * 2 ** (tried - 1))
            self._send(fresh=True)

    def _received(self) -> Answer:
        if self._connection is None:
            raise self._fault
        self._kept = self._connection.used
        return self._service.receive(self._connection)

    def _may_pass(self, fault: AwsError | NoAnswer) -> bool:
        if isinstance(fault, NoAnswer):
            return True
        if fault.code in _KEYS:
            return self._keys != self._service.keys()
        return self._service.may_pass(fault)

    def _wait(self, fault: AwsError | NoAnswer) -> float:
        if isinstance(fault, AwsError):
            return _THROTTLED_PAUSE if fault.code in _THROTTLED else _PAUSE
        return 0.0 if self._kept else _PAUSE  # one that was kept was only closed for lying idle
