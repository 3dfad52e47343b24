"""What Lambda hands to a function besides HTTP: its context, and queue, schedule and topic events as AWS sends them."""

from __future__ import annotations

import hashlib
import json
import time
import uuid
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from chalicelib.functions import MEMORY, TIMEOUT

ACCOUNT = "000000000000"
REGION = "us-east-1"


class Context:
    """The context object of one invocation."""

    function_version = "$LATEST"
    memory_limit_in_mb = MEMORY
    identity = None
    client_context = None

    def __init__(self, function_name: str, seconds: float = TIMEOUT) -> None:
        """Take the function's name and how many seconds it may take."""
        self.function_name = function_name
        self.invoked_function_arn = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{function_name}"
        self.log_group_name = f"/aws/lambda/{function_name}"
        self.log_stream_name = datetime.now(UTC).strftime("%Y/%m/%d/[$LATEST]local")
        self.aws_request_id = str(uuid.uuid4())
        self._ends = time.monotonic() + seconds

    def get_remaining_time_in_millis(self) -> int:
        """Return how long the invocation may still run."""
        return max(0, int((self._ends - time.monotonic()) * 1000))


def queue_event(messages: Sequence[Mapping[str, Any]], queue_arn: str) -> dict[str, Any]:
    """Return the event of messages as ``sqs.receive_message`` gave them."""
    return {
        "Records": [
            {
                "messageId": message["MessageId"],
                "receiptHandle": message["ReceiptHandle"],
                "body": message["Body"],
                "attributes": dict(message.get("Attributes", {})),
                "messageAttributes": {},
                "md5OfBody": message.get("MD5OfBody", ""),
                "eventSource": "aws:sqs",
                "eventSourceARN": queue_arn,
                "awsRegion": queue_arn.split(":")[3],
            }
            for message in messages
        ]
    }


def schedule_event(rule: str) -> dict[str, Any]:
    """Return the event of a rule that fires by the clock."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Scheduled Event",
        "source": "aws.events",
        "account": ACCOUNT,
        "time": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "region": REGION,
        "resources": [f"arn:aws:events:{REGION}:{ACCOUNT}:rule/{rule}"],
        "detail": {},
    }


def topic_event(topic_arn: str, message: Mapping[str, Any], subject: str | None = None) -> dict[str, Any]:
    """Return the event of one notification whose message is JSON."""
    return {
        "Records": [
            {
                "EventSource": "aws:sns",
                "EventVersion": "1.0",
                "EventSubscriptionArn": f"{topic_arn}:{uuid.uuid4()}",
                "Sns": {
                    "Type": "Notification",
                    "MessageId": str(uuid.uuid4()),
                    "TopicArn": topic_arn,
                    "Subject": subject,
                    "Message": json.dumps(message),
                    "Timestamp": _milliseconds(),
                    "SignatureVersion": "1",
                    "Signature": "local",
                    "SigningCertUrl": "https://sns.us-east-1.amazonaws.com/local.pem",
                    "UnsubscribeUrl": "https://sns.us-east-1.amazonaws.com/",
                    "MessageAttributes": {},
                },
            }
        ]
    }


def mail_event(
    kind: str,
    *,
    message_id: str,
    source: str,
    destination: Sequence[str],
    headers: Sequence[tuple[str, str]] = (),
    configuration_set: str = "",
) -> dict[str, Any]:
    """Return what SES publishes about a mail; ``kind`` is Send, Delivery, Bounce or Complaint."""
    recipients = list(destination)
    subject = next((value for name, value in headers if name.lower() == "subject"), "")
    event: dict[str, Any] = {
        "eventType": kind,
        "mail": {
            "timestamp": _milliseconds(),
            "source": source,
            "sourceArn": f"arn:aws:ses:{REGION}:{ACCOUNT}:identity/{source.rpartition('@')[2]}",
            "sendingAccountId": ACCOUNT,
            "messageId": message_id,
            "destination": recipients,
            "headersTruncated": False,
            "headers": [{"name": name, "value": value} for name, value in headers],
            "commonHeaders": {"from": [source], "to": recipients, "messageId": message_id, "subject": subject},
            "tags": {"ses:configuration-set": [configuration_set], "ses:source-ip": ["127.0.0.1"]},
        },
    }
    if kind == "Send":
        event["send"] = {}
    elif kind == "Delivery":
        event["delivery"] = {
            "timestamp": _milliseconds(),
            "processingTimeMillis": 300,
            "recipients": recipients,
            "smtpResponse": "250 2.6.0 Message received",
            "reportingMTA": "a8-50.smtp-out.amazonses.com",
        }
    elif kind == "Bounce":
        event["bounce"] = {
            "bounceType": "Permanent",
            "bounceSubType": "General",
            "bouncedRecipients": [
                {
                    "emailAddress": address,
                    "action": "failed",
                    "status": "5.1.1",
                    "diagnosticCode": "smtp; 550 5.1.1 user unknown",
                }
                for address in recipients
            ],
            "timestamp": _milliseconds(),
            "feedbackId": _feedback_id(message_id),
            "reportingMTA": "dsn; a8-50.smtp-out.amazonses.com",
        }
    elif kind == "Complaint":
        event["complaint"] = {
            "complainedRecipients": [{"emailAddress": address} for address in recipients],
            "timestamp": _milliseconds(),
            "feedbackId": _feedback_id(message_id),
            "complaintSubType": None,
            "complaintFeedbackType": "abuse",
        }
    return event


def _milliseconds() -> str:
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _feedback_id(message_id: str) -> str:
    return hashlib.sha256(message_id.encode()).hexdigest()[:32]
