"""Queues take messages best effort, bring them back later, and give up their dead letters one by one."""

from __future__ import annotations

import json
from typing import Any

import pytest

from chalicelib.aws.clients import Clients
from chalicelib.aws.queues import Queue
from chalicelib.wiring import House
from tests.emulators import ADMIN, Stage
from tests.wire import failing


@pytest.fixture
def queue(any_house: House) -> Queue:
    """The mail queue, once on each emulator."""
    return Queue(any_house.clients, any_house.settings.mail_queue)


def received(stage: Stage, name: str) -> list[dict[str, Any]]:
    sqs = stage.admin("sqs")
    url = sqs.get_queue_url(QueueName=name)["QueueUrl"]
    messages: list[dict[str, Any]] = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", [])
    return messages


def test_what_is_sent_is_received(stage: Stage, queue: Queue) -> None:
    assert queue.send({"mail": "ü:1"})
    (message,) = received(stage, queue.name)
    assert json.loads(message["Body"]) == {"mail": "ü:1"}


@pytest.mark.parametrize("operation", ["SendMessage", "GetQueueUrl"])
def test_a_queue_that_does_not_take_it_is_told_and_nothing_is_raised(
    any_house: House, queue: Queue, operation: str
) -> None:
    """After the commit nothing may fail: the sweeper finds what the queue did not get."""
    with failing(any_house.clients.sqs, operation, "AWS.SimpleQueueService.NonExistentQueue"):
        assert not queue.send({"mail": "1"})
    assert queue.send({"mail": "1"})


def test_a_message_comes_back_when_it_was_put_off_for_nothing(stage: Stage, queue: Queue) -> None:
    queue.send({"mail": "1"})
    (message,) = received(stage, queue.name)
    assert received(stage, queue.name) == []
    queue.delay(message["ReceiptHandle"], 0)
    (again,) = received(stage, queue.name)
    assert again["Body"] == message["Body"]
    queue.delay("no receipt at all", 10)


def test_dead_letters_leave_one_by_one_as_they_are_dealt_with(
    stage: Stage, any_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One that was not dealt with is still there for the next time. Operators do this; the product may not."""
    for name, value in ADMIN.items():
        monkeypatch.setenv(name, value)
    settings = any_house.settings
    queue = Queue(Clients(settings.region, address=settings.emulator, sdk=settings.sdk), any_house.settings.mail_queue)
    sqs = stage.admin("sqs")
    url = sqs.get_queue_url(QueueName=stage.dead_queue)["QueueUrl"]
    for number in range(3):
        sqs.send_message(QueueUrl=url, MessageBody=json.dumps({"mail": str(number)}))
    dealt = queue.drain_dead()
    first = next(dealt)
    second = next(dealt)
    dealt.close()
    assert first != second
    count = sqs.get_queue_attributes(
        QueueUrl=url,
        AttributeNames=["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"],
    )["Attributes"]
    assert sum(map(int, count.values())) == 2
