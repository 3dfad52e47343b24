"""The least the product needs to be allowed: one policy for its Lambda role and for the local user.

``python -m infra.policy --stage prod --region eu-central-1 --account 111122223333`` prints it.
"""

from __future__ import annotations

import argparse
import json
from typing import TypedDict

from chalicelib.functions import FUNCTIONS, QUEUES


class Statement(TypedDict):
    """What is allowed, on what."""

    Sid: str
    Effect: str
    Action: list[str]
    Resource: list[str]


class Policy(TypedDict):
    """A policy as IAM takes it."""

    Version: str
    Statement: list[Statement]


def document(
    *, stage: str, region: str, account: str, partition: str = "aws", key: str = "", table: str = ""
) -> Policy:
    """Return the policy of a stage.

    ``key`` is the ARN of a KMS key of the organization's own, if it has one; ``table`` the name of the table, where it
    is another than ``foyer-<stage>``.
    """

    def arn(service: str, resource: str) -> str:
        return f"arn:{partition}:{service}:{region}:{account}:{resource}"

    table_arn = arn("dynamodb", f"table/{table or f'foyer-{stage}'}")
    uploads = f"arn:{partition}:s3:::foyer-{stage}-uploads-{account}"
    attachments = f"arn:{partition}:s3:::foyer-{stage}-attachments-{account}/*"
    statements = [
        # TransactWriteItems is allowed as the single writes it is made of, and ConditionCheckItem. DescribeTable and
        # Scan are for changes of the table's form alone, and Scan not for its indexes.
        _allow(
            "Table",
            [
                "dynamodb:BatchGetItem",
                "dynamodb:BatchWriteItem",
                "dynamodb:ConditionCheckItem",
                "dynamodb:DeleteItem",
                "dynamodb:DescribeTable",
                "dynamodb:GetItem",
                "dynamodb:PutItem",
                "dynamodb:Query",
                "dynamodb:Scan",
                "dynamodb:UpdateItem",
            ],
            [table_arn],
        ),
        _allow("Indexes", ["dynamodb:Query"], [f"{table_arn}/index/*"]),
        # PutObject is what a presigned POST needs of its signer; HEAD is allowed as GetObject.
        _allow("Files", ["s3:DeleteObject", "s3:GetObject", "s3:PutObject"], [f"{uploads}/*", attachments]),
        # Without it S3 answers 403 instead of 404 about an upload that never came.
        _allow("Uploads", ["s3:ListBucket"], [uploads]),
        _allow(
            "Queues",
            [
                "sqs:ChangeMessageVisibility",
                "sqs:DeleteMessage",
                "sqs:GetQueueAttributes",
                "sqs:GetQueueUrl",
                "sqs:ReceiveMessage",
                "sqs:SendMessage",
            ],
            [arn("sqs", queue.of(stage)) for queue in QUEUES],
        ),
        _allow(
            "Send",
            ["ses:SendEmail", "ses:SendRawEmail"],
            [arn("ses", "identity/*"), arn("ses", f"configuration-set/foyer-{stage}")],
        ),
        # The key AWS manages for SSM lets everybody decrypt who may read the parameter.
        _allow("Secrets", ["ssm:GetParameter"], [arn("ssm", f"parameter/foyer/{stage}/secrets")]),
        _allow(
            "Logs",
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            [arn("logs", f"log-group:{function.log_group(stage)}:*") for function in FUNCTIONS],
        ),
        # X-Ray takes no resource.
        _allow("Traces", ["xray:PutTelemetryRecords", "xray:PutTraceSegments"], ["*"]),
    ]
    if key:
        statements.append(_allow("Key", ["kms:Decrypt", "kms:GenerateDataKey"], [key]))
    return {"Version": "2012-10-17", "Statement": statements}


def _allow(name: str, actions: list[str], resources: list[str]) -> Statement:
    return {"Sid": name, "Effect": "Allow", "Action": actions, "Resource": resources}


def main() -> None:
    """Print the policy of a stage."""
    parser = argparse.ArgumentParser(description="Print the policy of the product's functions.")
    parser.add_argument("--stage", required=True)
    parser.add_argument("--region", required=True)
    parser.add_argument("--account", required=True, help="the twelve digits of the AWS account")
    parser.add_argument("--partition", default="aws", help="aws, aws-cn or aws-us-gov")
    parser.add_argument("--key", default="", help="ARN of the KMS key given to the template, if any")
    parser.add_argument("--table", default="", help="name of the table, where it is a restored one")
    chosen = vars(parser.parse_args())
    print(json.dumps(document(**chosen), indent=2))


if __name__ == "__main__":
    main()
