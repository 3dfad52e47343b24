"""Lambda's triggers on one machine: two queues, the schedule of every minute, and the topic of mail events."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from local.lambda_events import ACCOUNT, REGION, Context, queue_event, schedule_event, topic_event

LOG = logging.getLogger("local.workers")

SWEEP_SECONDS = 60.0
_LATER = 2.0
"""Seconds to wait when the queue does not answer."""


class Functions(Protocol):
    """The functions of app.py that are not for HTTP."""

    send_mail: Callable[[dict[str, Any], Context], Any]
    sweep: Callable[[dict[str, Any], Context], Any]
    mail_events: Callable[[dict[str, Any], Context], Any]
    build_index: Callable[[dict[str, Any], Context], Any]


class Drained(NamedTuple):
    """How many messages of a queue were handled, and how many stay there because the function failed."""

    done: int
    failed: int


def drain(  # noqa: PLR0913 - the parts of a queue's trigger
    app: Functions,
    sqs: Any,
    queue_name: str,
    *,
    function: str = "send_mail",
    stage: str = "local",
    wait: int = 0,
    most: int = 100,
) -> Drained:
    """Hand the messages now in a queue to its function, one each, until there are none (or ``most`` are done).

    As on Lambda a message is deleted when the function returns. When it raises, the message stays, comes back after
    the visibility timeout, and after five tries ends among the dead letters. ``wait`` is how many seconds the first
    look waits for a message to come.
    """
    url = sqs.get_queue_url(QueueName=queue_name)["QueueUrl"]
    arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue_name}"
    done = failed = 0
    while done + failed < most:
        received = sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=1, WaitTimeSeconds=wait, AttributeNames=["All"]
        ).get("Messages", [])
        if not received:
            break
        wait = 0
        try:
            getattr(app, function)(queue_event(received, arn), Context(f"foyer-{stage}-{function}"))
        except Exception as error:  # noqa: BLE001 - whatever it was, Lambda would deliver again
            LOG.warning("%s failed: %r", function, error)
            failed += 1
        else:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=received[0]["ReceiptHandle"])
            done += 1
    return Drained(done, failed)


def sweep(app: Functions, stage: str = "local") -> None:
    """Run the schedule once."""
    name = f"foyer-{stage}-sweep"
    app.sweep(schedule_event(f"{name}-event"), Context(name))


def deliver_event(app: Functions, event: dict[str, Any], topic: str, stage: str = "local") -> None:
    """Hand the function one event as SES published it to the topic of this name."""
    arn = f"arn:aws:sns:{REGION}:{ACCOUNT}:{topic}"
    app.mail_events(
        topic_event(arn, event, "Amazon SES Email Event Notification"), Context(f"foyer-{stage}-mail_events")
    )


class Workers:
    """The triggers, each on a thread of its own, until stopped."""

    def __init__(  # noqa: PLR0913 - the functions and what calls them
        self, app: Functions, sqs: Any, *, stage: str, queue_name: str, topic: str, index_queue: str
    ) -> None:
        """Take the functions, an SQS client with the product's rights, and the names of queues and topic."""
        self._app, self._sqs = app, sqs
        self._stage, self._queue_name, self._topic = stage, queue_name, topic
        self._index_queue = index_queue
        self._events: queue.Queue[dict[str, Any] | None] = queue.Queue()
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=work, name=work.__name__, daemon=True)
            for work in (self._poll, self._poll_index, self._schedule, self._listen)
        ]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def publish(self, event: dict[str, Any]) -> None:
        """Take an event as SES publishes it; it is delivered soon, in order."""
        self._events.put(event)

    def stop(self) -> None:
        """End when what is being done is done, at the latest after five seconds each."""
        self._stopping.set()
        self._events.put(None)
        for thread in self._threads:
            thread.join(5)

    def _poll(self) -> None:
        self._take_from(self._queue_name, "send_mail")

    def _poll_index(self) -> None:
        self._take_from(self._index_queue, "build_index")

    def _take_from(self, queue_name: str, function: str) -> None:
        while not self._stopping.is_set():
            try:
                drain(self._app, self._sqs, queue_name, function=function, stage=self._stage, wait=1, most=1)
            except (ClientError, BotoCoreError) as error:
                if not self._stopping.wait(_LATER):
                    LOG.warning("the queue %s does not answer: %s", queue_name, error)

    def _schedule(self) -> None:
        while not self._stopping.wait(SWEEP_SECONDS):
            try:
                sweep(self._app, self._stage)
            except Exception:  # the next minute tries again, as on Lambda
                LOG.exception("sweep failed")

    def _listen(self) -> None:
        while (event := self._events.get()) is not None:
            try:
                deliver_event(self._app, event, self._topic, self._stage)
            except Exception:  # SNS tries again for a while; one try is enough here
                LOG.exception("mail_events failed")
