"""Two emulators of AWS with one face: ministack (a process that checks rights and signatures) and moto (in-process).

Fixtures: ``ministack`` (one process a session), ``ministack_stage``, ``moto_stage``, and ``stage``, which runs a test
on both. A stage is a set of table, buckets, queues and keys, made from infra/template.yaml; every test finds its own
empty. Use from a test module or conftest.py with ``pytest_plugins = ["tests.emulators"]``.

What moto is not to be believed on (concurrency, idempotency tokens, rights, presigned POST) is tested on ministack.
"""

from __future__ import annotations

import functools
import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import boto3
import botocore.loaders
import botocore.session
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.backends import get_backend
from moto.core.models import botocore_stubber

from chalicelib.aws.answers import AwsError
from chalicelib.aws.clients import Clients
from chalicelib.aws.table import Table
from chalicelib.functions import QUEUES
from chalicelib.schema.store import SchemaStore
from local import infra
from local.emulator import Emulator
from local.lambda_events import ACCOUNT, REGION

PUBLIC_URL = "http://localhost:8000"
MAIL_DOMAIN = "support.test"
MOTO_ACCOUNT = "123456789012"
MOTO_LACKS = frozenset({"AWS::S3::BucketPolicy", "AWS::SES::ConfigurationSetEventDestination"})
_FEW = 200
"""Items a table may hold to be emptied rather than left behind."""
ADMIN = infra.ADMIN
# Descriptions of AWS's services, read once for all the clients there are; a process of the product reads them once too.
botocore.session.create_loader = functools.cache(botocore.loaders.create_loader)
_ELSEWHERE = ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SESV2", "FOYER_AWS_CLIENT")
"""What would lead a test to another account, emulator or client than its stage's."""


@dataclass(frozen=True, slots=True)
class Stage:
    """One set of resources. ``environment`` is what the product runs in, with the keys of its least-privilege user."""

    name: str
    endpoint: str | None
    """Where ministack listens; None for moto."""
    environment: dict[str, str]
    dead_queue: str
    """Name of the dead-letter queue of mail; that of the index has its queue's name and ``-dead``."""

    def admin(self, service: str) -> Any:
        """Return a client that may do everything."""
        return _client(service, self.endpoint, ADMIN["AWS_ACCESS_KEY_ID"], ADMIN["AWS_SECRET_ACCESS_KEY"])

    def product(self, service: str) -> Any:
        """Return a client with the product's own rights (moto grants everybody everything)."""
        keys = self.environment
        return _client(service, self.endpoint, keys["AWS_ACCESS_KEY_ID"], keys["AWS_SECRET_ACCESS_KEY"])

    def enter(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Make this stage the environment of the process, until the test ends."""
        for name in _ELSEWHERE:
            monkeypatch.delenv(name, raising=False)
        for name, value in self.environment.items():
            monkeypatch.setenv(name, value)


def make_stage(
    endpoint: str | None, *, public_url: str = PUBLIC_URL, mail_domain: str = MAIL_DOMAIN, name: str | None = None
) -> Stage:
    """Make a stage with a name of its own. ``endpoint`` None means moto, and needs ``mock_aws`` around it."""
    name = name or f"t{secrets.token_hex(5)}"
    account = ACCOUNT if endpoint else MOTO_ACCOUNT

    def connect(service: str) -> Any:
        return _client(service, endpoint, ADMIN["AWS_ACCESS_KEY_ID"], ADMIN["AWS_SECRET_ACCESS_KEY"])

    parameters = {"Stage": name, "PublicOrigin": public_url, "MailDomain": mail_domain}
    outputs = infra.apply(connect, parameters, account=account, without=frozenset() if endpoint else MOTO_LACKS)
    keys = infra.make_user(connect, name, account=account)
    infra.make_secrets(connect, outputs["SecretsParameter"])
    environment = infra.environment(outputs, stage=name, public_url=public_url, mail_domain=mail_domain, keys=keys)
    if endpoint:
        environment["AWS_ENDPOINT_URL"] = endpoint
    else:  # moto stands behind botocore, in this very process
        environment["FOYER_AWS_CLIENT"] = "botocore"
    return Stage(name, endpoint, environment, outputs["DeadMailQueue"])


@functools.lru_cache(maxsize=64)
def _client(service: str, endpoint: str | None, key: str, secret: str) -> Any:
    """Return a client, kept for the session: making one costs more than all it is used for in a test."""
    return boto3.session.Session().client(
        service,
        endpoint_url=endpoint,
        region_name=REGION,
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        config=Config(retries={"max_attempts": 1}, signature_version="s3v4" if service == "s3" else None),
    )


@pytest.fixture(scope="session")
def ministack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """One ministack process for the session; it ends with it."""
    with Emulator(Path(tmp_path_factory.mktemp("ministack"))) as emulator:
        yield emulator


Exchange = Callable[[Stage | None], Stage]
"""Gives a stage, and takes one back: emptied it serves again, since emptying costs less than making one."""


def _exchange(make: Callable[[], Stage], emptied: Callable[[Stage], bool]) -> Exchange:
    free: list[Stage] = []

    def exchange(used: Stage | None) -> Stage:
        if used is None:
            return free.pop() if free else make()
        if emptied(used):
            free.append(used)
        return used

    return exchange


@pytest.fixture(scope="session")
def _ministack_stages(ministack: Emulator) -> Exchange:
    return _exchange(lambda: make_stage(ministack.endpoint), _emptied)


@pytest.fixture(scope="session")
def _moto_stages() -> Exchange:
    return _exchange(lambda: make_stage(None), _forgotten)


@pytest.fixture
def ministack_stage(_ministack_stages: Exchange, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """An empty stage on ministack, entered."""
    kept = _ministack_stages(None)
    stage = replace(kept, environment=dict(kept.environment))
    stage.enter(monkeypatch)
    yield stage
    _ministack_stages(kept)


@functools.cache
def _admin(endpoint: str) -> Clients:
    """Return the product's own clients with all rights: they take a third of the CPU that botocore's do."""
    return Clients(REGION, address=endpoint, keys=(ADMIN["AWS_ACCESS_KEY_ID"], ADMIN["AWS_SECRET_ACCESS_KEY"], ""))


@functools.cache
def _queues(endpoint: str, stage: str) -> list[str]:
    """Return the addresses of a stage's queues."""
    names = (name for one in QUEUES for name in (one.of(stage), one.dead(stage)))
    return [_admin(endpoint).sqs.call("GetQueueUrl", {"QueueName": name})["QueueUrl"] for name in names]


def _emptied(stage: Stage) -> bool:
    """Empty a stage, and tell whether it can be used again: not when that would take longer than making another."""
    endpoint, names = str(stage.endpoint), stage.environment
    dynamodb, sqs, s3 = _admin(endpoint).dynamodb, _admin(endpoint).sqs, stage.admin("s3")
    table = names["FOYER_TABLE"]
    try:
        items = dynamodb.call("Scan", {"TableName": table, "ProjectionExpression": "pk, sk", "Limit": _FEW})
        if "LastEvaluatedKey" in items:
            return False
        for start in range(0, len(items["Items"]), 25):
            deletes = [{"DeleteRequest": {"Key": key}} for key in items["Items"][start : start + 25]]
            dynamodb.call("BatchWriteItem", {"RequestItems": {table: deletes}})
        for bucket in (names["FOYER_UPLOAD_BUCKET"], names["FOYER_ATTACHMENT_BUCKET"]):
            objects = [{"Key": one["Key"]} for one in s3.list_objects_v2(Bucket=bucket).get("Contents", [])]
            if objects:
                s3.delete_objects(Bucket=bucket, Delete={"Objects": objects})
        for queue in _queues(endpoint, stage.name):
            sqs.call("PurgeQueue", {"QueueUrl": queue})
        SchemaStore(Table(dynamodb, table)).finish()
    except (AwsError, ClientError):  # a test took it apart
        return False
    return True


def _forgotten(stage: Stage) -> bool:
    """Empty a stage of moto, whose state is in this very process, and tell whether it can be used again."""
    names = stage.environment
    dynamodb, sqs = (get_backend(service)[MOTO_ACCOUNT][REGION] for service in ("dynamodb", "sqs"))
    buckets = get_backend("s3")[MOTO_ACCOUNT]["aws"].buckets
    table, wanted = names["FOYER_TABLE"], {names["FOYER_UPLOAD_BUCKET"], names["FOYER_ATTACHMENT_BUCKET"]}
    queues = {name for one in QUEUES for name in (one.of(stage.name), one.dead(stage.name))}
    if table not in dynamodb.tables or not wanted <= buckets.keys() or not queues <= sqs.queues.keys():
        return False  # a test took it apart
    dynamodb.tables[table].items.clear()
    for bucket in wanted:
        buckets[bucket].keys.clear()
    for queue in queues:
        sqs.queues[queue].last_purged_at = None  # AWS purges once a minute
        sqs.purge_queue(queue)
    infra.is_new(stage.admin, table)
    return True


@pytest.fixture(scope="session")
def _moto() -> None:
    """moto, loaded. A test switches it on and off itself: starting it anew forgets all that costs time to make."""
    mock = mock_aws()
    mock.start()
    mock.stop(remove_data=False)


@pytest.fixture
def moto_stage(_moto: None, _moto_stages: Exchange, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    """An empty stage on moto, entered."""
    monkeypatch.setattr(botocore_stubber, "enabled", True)
    kept = _moto_stages(None)
    stage = replace(kept, environment=dict(kept.environment))
    stage.enter(monkeypatch)
    yield stage
    _moto_stages(kept)


@pytest.fixture(params=["moto", "ministack"])
def stage(request: pytest.FixtureRequest) -> Stage:
    """A fresh stage, once on each emulator."""
    made: Stage = request.getfixturevalue(f"{request.param}_stage")
    return made
