"""The AWS account that a command works on: whose it is, where, and how to reach it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError


class CannotDeploy(RuntimeError):
    """Why a command stops, and what to do about it, in a sentence."""


@dataclass(frozen=True, slots=True)
class Account:
    """An account in one region. ``endpoint`` is an emulator's address, and empty on AWS.

    ``user`` is who works on it, as AWS knows them: ``user/lena`` or ``assumed-role/Admin/lena``.
    """

    session: boto3.Session
    id: str
    region: str
    partition: str = "aws"
    endpoint: str = ""
    user: str = ""

    def client(self, service: str) -> Any:
        """Return the client of a service."""
        return self.session.client(service)


def connect() -> Account:
    """Return the account that the usual variables and files name, or raise CannotDeploy."""
    try:
        session = boto3.Session()
        region = session.region_name
        if not region:
            raise CannotDeploy("No region is chosen: set AWS_DEFAULT_REGION, such as eu-central-1.")
        arn = session.client("sts").get_caller_identity()["Arn"]
    except (BotoCoreError, ClientError) as error:
        message = f"AWS does not know you: {error} Sign in (“aws sso login”, AWS_PROFILE or access keys) and try again."
        raise CannotDeploy(message) from error
    _, partition, _, _, account, user = arn.split(":", 5)
    return Account(session, account, region, partition, os.environ.get("AWS_ENDPOINT_URL", ""), user)


def finished(command: Callable[[], object], *reasons: type[Exception]) -> int:
    """Run a command and return its exit status; ``reasons`` to stop are said as they are, not as faults of ours."""
    try:
        command()
    except (CannotDeploy, *reasons) as reason:
        print(reason, file=sys.stderr)
        return 1
    except (BotoCoreError, ClientError) as error:
        print(f"AWS did not do it: {error}", file=sys.stderr)
        return 1
    return 0


def code(error: ClientError) -> str:
    """Return AWS's name of an error."""
    return str(error.response.get("Error", {}).get("Code", ""))
