"""Queues: messages in, and what lies in a dead-letter queue back to where it came from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from chalicelib.aws.answers import AwsError, NoAnswer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.aws.answers import Answer
    from chalicelib.aws.clients import Clients


MAX_DELAY = 900
"""Seconds a queue holds a message back at most."""


class Queue:
    """One SQS queue, by name; its dead-letter queue has the same name and ``-dead``."""

    def __init__(self, clients: Clients, name: str) -> None:
        """Take the clients; the queue is looked up when first used."""
        self._clients, self.name = clients, name
        self._urls: dict[str, str] = {}

    def send(self, body: dict[str, Any], seconds: int = 0) -> bool:
        """Send, to arrive after ``seconds``, best effort: False where the queue did not take it, and the sweep must."""
        try:
            self._call("SendMessage", self.name, MessageBody=json.dumps(body), DelaySeconds=min(seconds, MAX_DELAY))
        except (AwsError, NoAnswer):
            return False
        return True

    def delay(self, receipt: str, seconds: int) -> None:
        """Let a received message come back after ``seconds`` (backoff); the queue's own time-out otherwise."""
        try:
            self._call("ChangeMessageVisibility", self.name, ReceiptHandle=receipt, VisibilityTimeout=seconds)
        except (AwsError, NoAnswer):
            return

    def drain_dead(self) -> Iterator[dict[str, Any]]:
        """Yield the bodies in the dead-letter queue; each leaves the queue once the next is asked for."""
        dead = f"{self.name}-dead"
        while True:
            answer = self._call("ReceiveMessage", dead, MaxNumberOfMessages=10, WaitTimeSeconds=1)
            messages = answer.get("Messages", [])
            if not messages:
                return
            for message in messages:
                yield json.loads(message["Body"])
                self._call("DeleteMessage", dead, ReceiptHandle=message["ReceiptHandle"])

    def _call(self, operation: str, queue: str, **request: Any) -> Answer:
        sqs = self._clients.sqs
        if queue not in self._urls:
            self._urls[queue] = sqs.call("GetQueueUrl", {"QueueName": queue})["QueueUrl"]
        return sqs.call(operation, {"QueueUrl": self._urls[queue], **request})
