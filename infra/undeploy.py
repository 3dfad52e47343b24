"""``make undeploy STAGE=prod``: removes a stage from AWS, and asks before each step. What people wrote is kept."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from infra import stages
from infra.aws import Account, CannotDeploy, code, connect, finished
from infra.functions import Functions
from infra.stack import PAUSE, Say, Stack

if TYPE_CHECKING:
    from mypy_boto3_s3.type_defs import ObjectIdentifierTypeDef

Ask = Callable[[str], str]


def undeploy(
    account: Account, stage: str, say: Say, ask: Ask, *, root: Path = stages.ROOT, pause: float = PAUSE
) -> None:
    """Remove functions and API, then the stack, each when ``ask`` brings the stage's name; CannotDeploy otherwise."""
    settings = stages.environment(stage, root)
    say(f"Stage {stage}, account {account.id}, {account.region}")
    _sure(ask, stage, "This takes the portal off the net: its functions, their roles and triggers, and the API.")
    if not Functions(account, stage, say, root).delete():
        say("  there are none")
    _sure(
        ask,
        stage,
        "Remove the stack as well? Mail that still waits, logs, alarms and unfinished uploads go with it, and so does "
        "the sending domain, if the stack made it. The table, the attachments and the signing keys stay.",
    )
    _empty(account, settings["FOYER_UPLOAD_BUCKET"])
    Stack(account.client("cloudformation"), stage, account.id, say, pause=pause).delete()
    say("Kept, and paid for as long as they are there:")
    say(f"  table {settings['FOYER_TABLE']}, bucket {settings['FOYER_ATTACHMENT_BUCKET']},")
    say(f"  signing keys {settings['FOYER_SECRETS_PARAMETER']}, settings in .chalice/")
    say(f"“make deploy STAGE={stage}” takes them over again; docs/how-to/deploy.md says how to remove them for good.")


def _sure(ask: Ask, stage: str, what: str) -> None:
    if ask(f"{what}\nType “{stage}” to go on: ").strip() != stage:
        raise CannotDeploy("Nothing more was removed.")


def _ask(question: str) -> str:
    try:
        return input(question)
    except EOFError:  # nobody is there to answer
        return ""


def _empty(account: Account, bucket: str) -> None:
    """Delete what lies in a bucket, since one with something in it cannot be removed."""
    s3 = account.client("s3")
    try:
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
            found: list[ObjectIdentifierTypeDef] = [{"Key": one["Key"]} for one in page.get("Contents", ())]
            if found:
                s3.delete_objects(Bucket=bucket, Delete={"Objects": found, "Quiet": True})
    except ClientError as error:
        if code(error) != "NoSuchBucket":
            raise


def main() -> int:
    """Remove the stage that the command line names; return the exit status."""
    parser = argparse.ArgumentParser(prog="make undeploy", description="Remove a stage from AWS.")
    parser.add_argument("--stage", required=True)
    stage = parser.parse_args().stage
    if not stage:
        print("Name the stage: “make undeploy STAGE=…”.", file=sys.stderr)
        return 1
    return finished(lambda: undeploy(connect(), stage, lambda line: print(line, flush=True), _ask))


if __name__ == "__main__":
    sys.exit(main())
