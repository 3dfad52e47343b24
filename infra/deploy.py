"""``make deploy STAGE=prod``: makes a stage on AWS, or brings it up to date. Running it again changes what has changed.

A stage is added by the first deployment, ``make deploy STAGE=prod FROM=support@example.com``, with ``URL=`` where the
portal's own domain is known already. ``DRY=1`` shows what would be done.
"""

from __future__ import annotations

import argparse
import json
import re
import secrets
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from chalicelib import functions
from chalicelib.refusals import AddressRefused
from chalicelib.schema.model import WANTED
from chalicelib.text import bare_email
from infra import admin, answers, indexes, migrating, policy, stages
from infra.aws import Account, CannotDeploy, code, connect, finished
from infra.build import RUNTIME, BuildError, build
from infra.functions import Functions
from infra.stack import PAUSE, TEMPLATE, Say, Stack

if TYPE_CHECKING:
    from chalicelib.wiring import House

UNKNOWN_URL = "https://not-known-yet.invalid"
"""Stands for the portal's address until API Gateway has given one."""
_LAST_REQUESTS = 15
"""Pauses after a deployment: with those of AWS 30 seconds, as long as a function may run that writes conversations."""

_STAGE = re.compile(r"[a-z][a-z0-9-]{0,19}")
_OUTPUTS = {
    "FOYER_TABLE": "Table",
    "FOYER_UPLOAD_BUCKET": "UploadBucket",
    "FOYER_ATTACHMENT_BUCKET": "AttachmentBucket",
    "FOYER_SECRETS_PARAMETER": "SecretsParameter",
    "FOYER_CONFIGURATION_SET": "ConfigurationSet",
}
"""Which output of the stack is the value of which variable; queues and topics have their names from the list."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What the operator says on the command line; what is empty stays as it was, or is found out."""

    stage: str
    url: str = ""
    mail_from: str = ""
    reply_domain: str = ""
    mail_domain: str = ""
    table: str = ""
    alarms: str = ""
    key: str = ""
    dry: bool = False


@dataclass(frozen=True, slots=True)
class Deployed:
    """A stage as it stands: where the API answers, and where customers reach it."""

    api_url: str
    public_url: str


class Deployment:
    """One run of the command. ``say`` takes each line that tells the operator what happens."""

    def __init__(
        self, account: Account, wish: Wish, say: Say, *, root: Path = stages.ROOT, pause: float = PAUSE
    ) -> None:
        """Check what was said against what is known of the stage, or raise CannotDeploy; nothing is touched yet."""
        self._account, self._wish, self._say, self._root = account, wish, say, root
        self._pause = pause
        self._known = stages.known(root).get(wish.stage, {})
        self._stack = Stack(account.client("cloudformation"), wish.stage, account.id, say, pause=pause)
        self._functions = Functions(account, wish.stage, say, root)
        self._mail_from = wish.mail_from or self._known.get("FOYER_MAIL_FROM", "")
        self._url = (wish.url or self._known.get("FOYER_PUBLIC_URL", "")).rstrip("/") or UNKNOWN_URL
        self._check()

    def run(self) -> Deployed | None:
        """Do it, and return where the stage answers; None for a dry run."""
        wish, say = self._wish, self._say
        say(f"Stage {wish.stage}, account {self._account.id}, {self._account.region}" + self._dry_note())
        outputs = self._make_stack()
        self._make_secrets(outputs.get("SecretsParameter", f"/foyer/{wish.stage}/secrets"))
        if wish.dry:
            self._tell_the_rest(outputs)
            return None
        self._make_indexes(outputs)
        self._write_settings(outputs)
        say("Package")
        package = build(self._root)
        say(f"  build/foyer.zip, {package.zip.stat().st_size / 1024 / 1024:.1f} MB, SHA-256 {package.sha256}")
        before = self._functions.form()
        self._prepare_table(before)
        say("Functions and API (chalice deploy)")
        api = self._functions.deploy(package.zip)
        if self._url == UNKNOWN_URL:
            self._url = api.url
            say(f"The portal's address is {self._url}; once more, now that it is known")
            self._write_settings(self._make_stack())
            api = self._functions.deploy(package.zip)
        say(f"  the API is {api.id}")
        say("Answers of API Gateway")
        gateway = self._account.client("apigateway")
        portal = self._house().portal.settings.get(consistent=True)
        answers.give(gateway, api.id, wish.stage, self._url, answers.Brand(portal.organization, portal.colour))
        say(f"  pages for {', '.join(answers.ANSWERS)}")
        if answers.limit(gateway, api.id, wish.stage):
            say(f"  at most {answers.RATE} requests a second, {answers.BURST} at once")
        self._migrate(before)
        deployed = Deployed(self._functions.reached_at(api), self._url)
        say("Smoke test")
        smoke(deployed.api_url, wish.stage, say)
        self._say_what_next()
        return deployed

    def _check(self) -> None:
        wish = self._wish
        if not _STAGE.fullmatch(wish.stage):
            raise CannotDeploy(
                "Name the stage, such as “make deploy STAGE=prod”: at most 20 lower-case letters, digits and hyphens."
            )
        if not self._mail_from:
            raise CannotDeploy(
                f"The stage {wish.stage} is new: say what address its mail comes from, "
                f"“make deploy STAGE={wish.stage} FROM=support@example.com”."
            )
        try:
            self._mail_from = bare_email(self._mail_from)
        except AddressRefused as refused:
            raise CannotDeploy(
                f"FROM must be an e-mail address such as support@example.com, not {self._mail_from}."
            ) from refused
        parts = urlsplit(self._url)
        if parts.scheme != "https" or not parts.hostname or parts.query or parts.fragment or "*" in self._url:
            raise CannotDeploy(f"URL must be an address such as https://support.example.com, not {self._url}.")
        bucket = self._known.get("FOYER_ATTACHMENT_BUCKET", "")
        if bucket and not bucket.endswith(f"-{self._account.id}"):
            raise CannotDeploy(
                f"The stage {wish.stage} of this checkout keeps its files in {bucket}, "
                f"which is not in account {self._account.id}. Sign in to that account, or choose another stage."
            )

    def _dry_note(self) -> str:
        return "; a dry run, nothing is changed" if self._wish.dry else ""

    def _make_stack(self) -> dict[str, str]:
        self._say(f"Stack {self._stack.name} (CloudFormation)")
        before = self._stack.parameters()
        parts = urlsplit(self._url)
        given = {"Stage": self._wish.stage, "PublicOrigin": f"{parts.scheme}://{parts.netloc}"}
        if self._wish.mail_domain or not before:
            given["MailDomain"] = self._wish.mail_domain or self._domain_to_verify()
        if self._wish.alarms:
            given["AlarmTopic"] = self._wish.alarms
        if self._wish.key:
            given["KeyArn"] = self._wish.key
        table = self._stack.outputs().get("Table", "")
        there = indexes.live(self._account.client, table) if table else None
        return self._stack.apply(given, dry=self._wish.dry, there=there)

    def _make_indexes(self, outputs: Mapping[str, str]) -> None:
        """Add what CloudFormation does not: to a table that was restored, or that an earlier stack left behind."""
        table = self._table(outputs)
        if indexes.live(self._account.client, table) is None:
            raise CannotDeploy(f"There is no table {table}.")
        wanted = indexes.definitions(TEMPLATE.read_text(encoding="utf-8"))
        indexes.add_missing(self._account.client, table, wanted, self._say, pause=self._pause)

    def _table(self, outputs: Mapping[str, str]) -> str:
        """Return the table: the stack's, or another one that was restored from a backup."""
        return self._wish.table or self._known.get("FOYER_TABLE") or outputs["Table"]

    def _prepare_table(self, before: int) -> None:
        """Let the functions to come know which form those that run now write."""
        if 0 < before < WANTED:
            self._house().schema.migration.back(before)

    def _migrate(self, before: int) -> None:
        """Bring the table to the form that the functions write, which now are all of this version."""
        self._say("The table's form")
        older = 0 < before < WANTED
        if older:
            self._say("  waiting until what functions of the version before have begun is done")
            time.sleep(self._pause * _LAST_REQUESTS)
        migrating.migrate(self._house(), self._say, anew=older, patience=migrating.PATIENCE)
        self._functions.writes_form(WANTED)

    def _house(self) -> House:
        return admin.house(self._account, self._wish.stage, self._root)

    def _domain_to_verify(self) -> str:
        """Return the domain of the sender, or nothing where SES knows the domain or the address already."""
        ses = self._account.client("sesv2")
        domain = self._mail_from.rpartition("@")[2]
        for identity in (domain, self._mail_from):
            try:
                ses.get_email_identity(EmailIdentity=identity)
            except ClientError as error:
                if code(error) != "NotFoundException":
                    raise
            else:
                self._say(f"  SES knows {identity} already")
                return ""
        return domain

    def _make_secrets(self, name: str) -> None:
        """Make the signing keys where there are none; those there are, are neither read nor changed."""
        self._say(f"Signing keys ({name})")
        client = self._account.client("ssm")
        if self._wish.dry:
            there = client.describe_parameters(ParameterFilters=[{"Key": "Name", "Values": [name]}])["Parameters"]
            self._say("  are there, and stay" if there else "  would be made")
            return
        keys = {purpose: [secrets.token_urlsafe(48)] for purpose in ("cookie", "reply")}
        try:
            client.put_parameter(
                Name=name, Value=json.dumps(keys), Type="SecureString", Description="Foyer's signing keys, newest first"
            )
        except ClientError as error:
            if code(error) != "ParameterAlreadyExists":
                raise
            self._say("  are there, and stay")
        else:
            self._say("  made")

    def _variables(self, outputs: Mapping[str, str]) -> dict[str, str]:
        """Return the environment of the stage's functions."""
        variables = {name: outputs[output] for name, output in _OUTPUTS.items()}
        variables["FOYER_TABLE"] = self._table(outputs)
        domain = self._mail_from.rpartition("@")[2]
        return {
            "FOYER_STAGE": self._wish.stage,
            **variables,
            **functions.environment(self._wish.stage),
            "FOYER_PUBLIC_URL": self._url,
            "FOYER_MAIL_FROM": self._mail_from,
            "FOYER_REPLY_DOMAIN": self._wish.reply_domain or self._known.get("FOYER_REPLY_DOMAIN") or domain,
        }

    def _write_settings(self, outputs: Mapping[str, str]) -> None:
        self._say(f"Settings (.chalice/config.json, .chalice/policy-{self._wish.stage}.json)")
        variables = self._variables(outputs)
        document = policy.document(
            stage=self._wish.stage,
            region=self._account.region,
            account=self._account.id,
            partition=self._account.partition,
            key=self._stack.parameters().get("KeyArn", ""),
            table=variables["FOYER_TABLE"],
        )
        changed = stages.write(self._wish.stage, variables, document, self._root)
        self._say("  written" if changed else "  as they were")
        if variables["FOYER_TABLE"] != outputs["Table"]:
            self._say(f"  the table is {variables['FOYER_TABLE']}, not the stack's {outputs['Table']}")

    def _tell_the_rest(self, outputs: Mapping[str, str]) -> None:
        """Show what a run would do after the stack and the keys."""
        say = self._say
        say(f"Settings (.chalice/config.json, .chalice/policy-{self._wish.stage}.json)")
        if outputs:
            # What a newer template adds has no name yet.
            wanted = self._variables({**dict.fromkeys(_OUTPUTS.values(), ""), **outputs})
            differ = sorted(name for name in wanted if wanted[name] != self._known.get(name))
            say(f"  would change: {', '.join(differ)}" if differ else "  as they are")
        else:
            say("  would be written from the stack's outputs")
        say(f"Package: build/foyer.zip would be built for Python {RUNTIME}")
        before = self._functions.form()
        say("Functions and API: chalice deploy would " + ("update them" if self._functions.exist() else "make them"))
        if self._url == UNKNOWN_URL:
            say("  and again with the address that API Gateway gives, since no URL is set")
        say(f"Answers of API Gateway: would be set ({', '.join(answers.ANSWERS)})")
        if 0 < before < WANTED:
            say(f"The table's form: would become {WANTED}, with a walk through the table while everything goes on")
        say("Smoke test: GET / and GET /healthz")

    def _say_what_next(self) -> None:
        stage, say = self._wish.stage, self._say
        say(f"\nThe portal: {self._url}/    staff: {self._url}/staff/login")
        say("What may be left to do (docs/how-to/deploy.md has each step):")
        records = [value for name, value in sorted(self._stack.outputs().items()) if name.startswith("DkimRecord")]
        if records:
            say("  - DNS records that let SES send from your domain, name and value of each CNAME:")
            for record in records:
                say(f"      {record}")
        if not self._can_send():
            say("  - SES is in its sandbox and sends to verified addresses only: ask AWS for production access")
        if ".execute-api." in self._url:
            say(f"  - a domain of your own, then: make deploy STAGE={stage} URL=https://support.example.com")
        say(f"  - the first admin: make admin STAGE={stage} NAME='…' EMAIL=…")
        say(f"  - switching the portal on: make portal STAGE={stage} ON=1 NAME='…'")

    def _can_send(self) -> bool:
        try:
            return bool(self._account.client("sesv2").get_account().get("ProductionAccessEnabled"))
        except ClientError:  # whoever deploys need not be allowed to ask
            return True


def smoke(url: str, stage: str, say: Say) -> None:
    """Ask the deployed API for its home page and its health, or raise CannotDeploy with what it said."""
    for path in ("/", "/healthz"):
        status, body = _get(f"{url}{path}")
        if status != HTTPStatus.OK or (path == "/healthz" and json.loads(body).get("stage") != stage):
            raise CannotDeploy(
                f"Everything is deployed, but GET {url}{path} answers {status}: {body[:300]}\n"
                f"The log group /aws/lambda/foyer-{stage} says why."
            )
        say(f"  GET {path}: {status}")


def _get(url: str, tries: int = 5) -> tuple[int, str]:
    """Return status and body; a new API needs some seconds until it answers everywhere."""
    status, body = 0, ""
    for attempt in range(tries):
        if attempt:
            time.sleep(2 * attempt)
        try:
            with urllib.request.urlopen(url, timeout=30) as response:
                return int(response.status), response.read().decode()
        except urllib.error.HTTPError as error:
            status, body = error.code, error.read().decode(errors="replace")
        except OSError as error:
            status, body = 0, str(error)
    return status, body


def _wish() -> Wish:
    parser = argparse.ArgumentParser(prog="make deploy", description="Make a stage on AWS, or bring it up to date.")
    parser.add_argument("--stage", default="", help="STAGE=: the stage, such as prod")
    parser.add_argument(
        "--url", default="", help="URL=: where customers reach the portal; API Gateway's own by default"
    )
    parser.add_argument("--mail-from", default="", help="FROM=: the address mail comes from")
    parser.add_argument("--reply-domain", default="", help="REPLY=: domain of Reply-To; that of FROM by default")
    parser.add_argument("--mail-domain", default="", help="DOMAIN=: domain for SES to verify; that of FROM by default")
    parser.add_argument("--table", default="", help="TABLE=: a restored table to use in place of the stack's")
    parser.add_argument("--alarms", default="", help="ALARMS=: ARN of the SNS topic alarms go to")
    parser.add_argument("--key", default="", help="KEY=: ARN of a KMS key of your own")
    parser.add_argument("--dry", default="", help="DRY=1: show what would be done")
    chosen: dict[str, Any] = vars(parser.parse_args())
    return Wish(**{**chosen, "dry": chosen["dry"] not in {"", "0"}})


def main() -> int:
    """Do what the command line says; return the exit status."""
    wish = _wish()
    return finished(lambda: Deployment(connect(), wish, lambda line: print(line, flush=True)).run(), BuildError)


if __name__ == "__main__":
    sys.exit(main())
