"""Every call of AWS that the product makes, by service: what the package's botocore knows, and no more.

``tests/artifact/test_calls.py`` compares it with the code. A call added to ``chalicelib/aws`` is added here.
"""

from __future__ import annotations

from typing import Final

CALLS: Final[dict[str, tuple[str, ...]]] = {
    "dynamodb": (
        "BatchGetItem",
        "BatchWriteItem",
        "DeleteItem",
        "DescribeTable",
        "GetItem",
        "PutItem",
        "Query",
        "Scan",
        "TransactWriteItems",
        "UpdateItem",
    ),
    "s3": ("DeleteObject", "DeleteObjects", "GetObject", "PutObject"),
    "sesv2": ("SendEmail",),
    "sqs": ("ChangeMessageVisibility", "DeleteMessage", "GetQueueUrl", "ReceiveMessage", "SendMessage"),
    "ssm": ("GetParameter",),
}
"""By botocore's name of the service."""

SDK_CALLS: Final[dict[str, tuple[str, ...]]] = {"s3": ("HeadBucket",)}
"""What botocore itself needs to know: how to ask a bucket that lies in another region where it lies.

The product has no right to this call."""
