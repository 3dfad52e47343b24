"""The AWS account that a command works on: whose it is, where, and how to reach it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, Protocol, overload

import boto3
from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from mypy_boto3_apigateway import APIGatewayClient
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_iam import IAMClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sns import SNSClient
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_ssm import SSMClient
    from mypy_boto3_sts import STSClient


class Connect(Protocol):
    """Gives the client of a service by its name."""

    @overload
    def __call__(self, service: Literal["apigateway"], /) -> APIGatewayClient: ...
    @overload
    def __call__(self, service: Literal["cloudformation"], /) -> CloudFormationClient: ...
    @overload
    def __call__(self, service: Literal["dynamodb"], /) -> DynamoDBClient: ...
    @overload
    def __call__(self, service: Literal["iam"], /) -> IAMClient: ...
    @overload
    def __call__(self, service: Literal["s3"], /) -> S3Client: ...
    @overload
    def __call__(self, service: Literal["sesv2"], /) -> SESV2Client: ...
    @overload
    def __call__(self, service: Literal["sns"], /) -> SNSClient: ...
    @overload
    def __call__(self, service: Literal["sqs"], /) -> SQSClient: ...
    @overload
    def __call__(self, service: Literal["ssm"], /) -> SSMClient: ...
    @overload
    def __call__(self, service: Literal["sts"], /) -> STSClient: ...


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

    @property
    def client(self) -> Connect:
        """What gives the client of a service."""
        return self.session.client


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
    expected: tuple[type[Exception], ...] = (CannotDeploy, *reasons)
    try:
        command()
    except expected as reason:
        print(reason, file=sys.stderr)
        return 1
    except (BotoCoreError, ClientError) as error:
        print(f"AWS did not do it: {error}", file=sys.stderr)
        return 1
    return 0


def code(error: ClientError) -> str:
    """Return AWS's name of an error."""
    return str(error.response.get("Error", {}).get("Code", ""))
