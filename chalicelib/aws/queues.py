"""Queues: messages in, and what lies in a dead-letter queue back to where it came from."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

if TYPE_CHECKING:
    from collections.abc import Iterator

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
            self._clients.sqs.send_message(
                QueueUrl=self._url(self.name), MessageBody=json.dumps(body), DelaySeconds=min(seconds, MAX_DELAY)
            )
        except (ClientError, BotoCoreError):
            return False
        return True

    def delay(self, receipt: str, seconds: int) -> None:
        """Let a received message come back after ``seconds`` (backoff); the queue's own time-out otherwise."""
        try:
            self._clients.sqs.change_message_visibility(
                QueueUrl=self._url(self.name), ReceiptHandle=receipt, VisibilityTimeout=seconds
            )
        except (ClientError, BotoCoreError):
            return

    def drain_dead(self) -> Iterator[dict[str, Any]]:
        """Yield the bodies in the dead-letter queue; each leaves the queue once the next is asked for."""
        url = self._url(f"{self.name}-dead")
        while True:
            answer = self._clients.sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10, WaitTimeSeconds=1)
            messages = answer.get("Messages", [])
            if not messages:
                return
            for message in messages:
                yield json.loads(message["Body"])
                self._clients.sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])

    def _url(self, name: str) -> str:
        if name not in self._urls:
            self._urls[name] = self._clients.sqs.get_queue_url(QueueName=name)["QueueUrl"]
        return self._urls[name]
