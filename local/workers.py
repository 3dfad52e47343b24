"""Lambda's triggers on one machine, as ``chalicelib/functions.py`` lists them: queues, schedules and topics."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

from botocore.exceptions import BotoCoreError, ClientError

from chalicelib.functions import FUNCTIONS, Function, Http, Queue, Schedule, Topic
from local.lambda_events import ACCOUNT, REGION, Context, queue_event, schedule_event, topic_event

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

LOG = logging.getLogger("local.workers")

_LATER = 2.0
"""Seconds to wait when the queue does not answer."""
_STAGE = "local"


class Drained(NamedTuple):
    """How many messages of a queue were handled, and how many stay there because the function failed."""

    done: int
    failed: int


def drain(app: object, sqs: SQSClient, queue_name: str, *, wait: int = 0, most: int = 100) -> Drained:
    """Hand the messages now in a queue to its function, one each, until there are none (or ``most`` are done).

    As on Lambda a message is deleted when the function returns. When it raises, the message stays, comes back after
    the visibility timeout, and after some tries ends among the dead letters. ``app`` has the functions; ``wait`` is
    how many seconds the first look waits for a message to come.
    """
    function, stage = _served(queue_name)
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
            _run(app, function, queue_event(received, arn), stage)
        except Exception:  # whatever it was, Lambda would deliver again
            LOG.warning("%s failed", function.name, exc_info=True)
            failed += 1
        else:
            sqs.delete_message(QueueUrl=url, ReceiptHandle=received[0]["ReceiptHandle"])
            done += 1
    return Drained(done, failed)


def sweep(app: object, stage: str = _STAGE) -> None:
    """Run the function ``sweep`` once, as its schedule does."""
    _tick(app, _named("sweep"), stage)


def deliver_event(app: object, event: dict[str, Any], topic: str, stage: str = _STAGE) -> None:
    """Hand the function ``mail_events`` one event as SES published it to the topic of this name."""
    _notify(app, _named("mail_events"), event, topic, stage)


class Workers:
    """The triggers, each on a thread of its own, until stopped."""

    def __init__(self, app: object, sqs: SQSClient, stage: str = _STAGE) -> None:
        """Take what has the functions, and an SQS client with the product's rights."""
        self._app, self._sqs, self._stage = app, sqs, stage
        self._published: dict[str, queue.Queue[dict[str, Any] | None]] = {}
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=work, name=one.name, daemon=True) for one in FUNCTIONS if (work := self._work(one))
        ]

    def start(self) -> None:
        """Begin."""
        for thread in self._threads:
            thread.start()

    def publish(self, event: dict[str, Any], topic: str = "mail_events") -> None:
        """Take an event as SES publishes it to a topic; it is delivered soon, in order."""
        self._published[topic].put(event)

    def stop(self) -> None:
        """End when what is being done is done, at the latest after five seconds each."""
        self._stopping.set()
        for events in self._published.values():
            events.put(None)
        for thread in self._threads:
            thread.join(5)

    def _work(self, function: Function) -> Callable[[], None] | None:
        """Return what a function's thread does; None where HTTP triggers it, which is the gateway's business."""
        match function.trigger:
            case Http():
                return None
            case Queue() as source:
                return lambda: self._take_from(source.of(self._stage))
            case Schedule() as clock:
                return lambda: self._schedule(function, clock.minutes * 60)
            case Topic() as topic:
                self._published[topic.name] = queue.Queue()
                return lambda: self._listen(function, topic)

    def _take_from(self, queue_name: str) -> None:
        while not self._stopping.is_set():
            try:
                drain(self._app, self._sqs, queue_name, wait=1, most=1)
            except (ClientError, BotoCoreError) as error:
                if not self._stopping.wait(_LATER):
                    LOG.warning("the queue %s does not answer: %s", queue_name, error)

    def _schedule(self, function: Function, seconds: float) -> None:
        while not self._stopping.wait(seconds):
            try:
                _tick(self._app, function, self._stage)
            except Exception:  # the next time tries again, as on Lambda
                LOG.exception("%s failed", function.name)

    def _listen(self, function: Function, topic: Topic) -> None:
        events = self._published[topic.name]
        while (event := events.get()) is not None:
            try:
                _notify(self._app, function, event, topic.of(self._stage), self._stage)
            except Exception:  # SNS tries again for a while; one try is enough here
                LOG.exception("%s failed", function.name)


def _named(name: str) -> Function:
    return next(one for one in FUNCTIONS if one.name == name)


def _served(queue_name: str) -> tuple[Function, str]:
    """Return the function of a queue, and the stage whose queue it is."""
    for one in FUNCTIONS:
        if isinstance(one.trigger, Queue):
            before, _, after = one.trigger.of("*").partition("*")
            if queue_name.startswith(before) and queue_name.endswith(after):
                return one, queue_name.removeprefix(before).removesuffix(after)
    message = f"no function takes messages from {queue_name}"
    raise ValueError(message)


def _run(app: object, function: Function, event: dict[str, Any], stage: str) -> None:
    getattr(app, function.name)(event, Context(function.of(stage), function.timeout))


def _tick(app: object, function: Function, stage: str) -> None:
    _run(app, function, schedule_event(f"{function.of(stage)}-event"), stage)


def _notify(app: object, function: Function, event: dict[str, Any], topic: str, stage: str) -> None:
    arn = f"arn:aws:sns:{REGION}:{ACCOUNT}:{topic}"
    _run(app, function, topic_event(arn, event, "Amazon SES Email Event Notification"), stage)
