"""Deployment settings: the only reader of the environment. All faults are reported at once, by the variable's name."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from urllib.parse import urlsplit

from chalicelib.functions import QUEUES, SOURCES
from chalicelib.records import dataclass

_ADDRESS = re.compile(r"[^@\s<>]+@[A-Za-z0-9.-]+")


class SettingsError(ValueError):
    """Everything wrong with the environment, a line a fault."""

    def __init__(self, faults: list[str]) -> None:
        """Take the faults, each a sentence that names its variable."""
        super().__init__("Foyer cannot start:\n" + "\n".join(f"  - {fault}" for fault in faults))
        self.faults = faults


@dataclass(frozen=True, slots=True)
class Settings:
    """What a deployment is told from outside. Everything a content manager may change lives in the table instead."""

    stage: str
    """FOYER_STAGE: the Chalice stage; one stage is one organization."""
    region: str
    """AWS_REGION, else AWS_DEFAULT_REGION."""
    table: str
    """FOYER_TABLE: the DynamoDB table."""
    upload_bucket: str
    """FOYER_UPLOAD_BUCKET: where browsers upload to; what stays there is deleted after a day."""
    attachment_bucket: str
    """FOYER_ATTACHMENT_BUCKET: where checked files live."""
    queues: Mapping[str, str]
    """FOYER_MAIL_QUEUE and its like: names of the SQS queues, by what ``functions.py`` calls them."""
    secrets_parameter: str
    """FOYER_SECRETS_PARAMETER: name of the SSM SecureString that holds the signing keys."""
    public_url: str
    """FOYER_PUBLIC_URL: where customers reach the portal, without a slash at the end; used for links in mail."""
    mail_from: str
    """FOYER_MAIL_FROM: the address replies and sign-in codes come from."""
    reply_domain: str
    """FOYER_REPLY_DOMAIN: domain of the signed addresses that answers to our mail go to."""
    configuration_set: str | None
    """FOYER_CONFIGURATION_SET: SES configuration set, if any."""
    emulator: str
    """AWS_ENDPOINT_URL: address of an emulator that stands in for AWS, which has no host names for buckets."""
    certificates: str
    """AWS_CA_BUNDLE: file of the certificates that AWS's services must show one of; empty for botocore's."""
    sdk: bool
    """FOYER_AWS_CLIENT is ``botocore``: it makes every call, also those that our own small client would make."""

    @property
    def secure(self) -> bool:
        """Whether customers come over HTTPS, and cookies can insist on it."""
        return self.public_url.startswith("https://")

    @property
    def mail_queue(self) -> str:
        """Name of the queue of outgoing mail."""
        return self.queues["mail"]

    @property
    def index_queue(self) -> str:
        """Name of the queue that asks for a new search index."""
        return self.queues["index"]

    @property
    def facts_queue(self) -> str:
        """The queue that says which conversations have facts to tell."""
        return self.queues["facts"]


def read(environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings of ``environment`` (the process's own by default), or raise all its faults together."""
    env = os.environ if environment is None else environment
    faults: list[str] = []

    def need(name: str) -> str:
        value = env.get(name, "").strip()
        if not value:
            faults.append(f"{name} is not set.")
        return value

    region = env.get("AWS_REGION") or env.get("AWS_DEFAULT_REGION") or ""
    if not region:
        faults.append("AWS_REGION is not set.")
    public_url = need("FOYER_PUBLIC_URL").rstrip("/")
    parts = urlsplit(public_url)
    if public_url and (parts.scheme not in {"http", "https"} or not parts.hostname or parts.query or parts.fragment):
        faults.append("FOYER_PUBLIC_URL must be an address like https://support.example.com.")
    mail_from = need("FOYER_MAIL_FROM")
    if mail_from and not _ADDRESS.fullmatch(mail_from):
        faults.append("FOYER_MAIL_FROM must be a bare e-mail address like support@example.com.")
    client = env.get("FOYER_AWS_CLIENT", "")
    if client not in {"", "botocore"}:
        faults.append("FOYER_AWS_CLIENT must be botocore or not set.")
    settings = Settings(
        stage=need("FOYER_STAGE"),
        region=region,
        table=need("FOYER_TABLE"),
        upload_bucket=need("FOYER_UPLOAD_BUCKET"),
        attachment_bucket=need("FOYER_ATTACHMENT_BUCKET"),
        queues={one.name: need(one.variable) for one in QUEUES},
        secrets_parameter=need("FOYER_SECRETS_PARAMETER"),
        public_url=public_url,
        mail_from=mail_from,
        reply_domain=need("FOYER_REPLY_DOMAIN"),
        configuration_set=env.get("FOYER_CONFIGURATION_SET") or None,
        emulator=env.get("AWS_ENDPOINT_URL", "").rstrip("/"),
        certificates=env.get("AWS_CA_BUNDLE", ""),
        sdk=client == "botocore",
    )
    if faults:
        raise SettingsError(faults)
    return settings


def on_lambda(environment: Mapping[str, str] | None = None) -> bool:
    """Tell whether this process runs a function, and was not started to deploy or test one."""
    return "AWS_LAMBDA_FUNCTION_NAME" in (os.environ if environment is None else environment)


def role_keys(environment: Mapping[str, str] | None = None) -> tuple[str, str, str] | None:
    """Return id, secret and token of the role's keys, which stay as long as a process of Lambda; None elsewhere."""
    env = os.environ if environment is None else environment
    if not on_lambda(env):
        return None
    names = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN")
    return env.get(names[0], ""), env.get(names[1], ""), env.get(names[2], "")


def names(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return the queues and topics that the functions are bound to, by what ``functions.py`` calls them.

    Chalice must know them before anything runs, so those that are not set are ``dev``'s.
    """
    env = os.environ if environment is None else environment
    return {one.name: env.get(one.variable) or one.of("dev") for one in SOURCES}
