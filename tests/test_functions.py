"""What Lambda runs is one list: app.py, the template, the rights, the sizes and the local triggers agree with it."""

from __future__ import annotations

import json
from typing import Any

import boto3
import pytest

import app
from chalicelib import settings
from chalicelib.functions import FUNCTIONS, MEMORY, QUEUES, SOURCES, TIMEOUT, Function, Http, Queue, Schedule, Topic
from infra import policy, stages
from local import workers
from local.lambda_events import ACCOUNT, REGION
from local.template import Template

BEHIND_HTTP = [one for one in FUNCTIONS if not isinstance(one.trigger, Http)]
TWO_WEEKS = 14 * 24 * 3600

each_function = pytest.mark.parametrize("function", BEHIND_HTTP, ids=lambda one: one.name)
each_queue = pytest.mark.parametrize(
    "function", [one for one in FUNCTIONS if isinstance(one.trigger, Queue)], ids=lambda one: one.name
)


def made(kind: str) -> dict[str, dict[str, Any]]:
    """Return what the template makes of a kind for the stage prod, by logical name."""
    template = Template({"Stage": "prod", "PublicOrigin": "https://example.com"}, account=ACCOUNT, region=REGION)
    return {name: properties for name, (one, properties) in template.resources().items() if one == kind}


def test_no_two_are_called_the_same() -> None:
    """Functions, queues and topics have names of their own, and one function stands behind the API."""
    for names in ([one.name for one in FUNCTIONS], [one.of("prod") for one in SOURCES]):
        assert len(set(names)) == len(names)
    assert [one.name for one in FUNCTIONS if isinstance(one.trigger, Http)] == ["app"]


class TestApp:
    """What app.py registers with Chalice, which finds a function by its name in the module."""

    def test_nothing_else_is_registered(self) -> None:
        """Each function of the list is there, and no other."""
        assert sorted(one.name for one in app.app.event_sources) == sorted(one.name for one in BEHIND_HTTP)

    @each_function
    def test_each_has_its_trigger(self, function: Function) -> None:
        """A function is triggered by what the list says; a queue hands it one message at a time."""
        (source,) = (one for one in app.app.event_sources if one.name == function.name)
        assert source.handler_string == f"app.{function.name}"
        assert callable(getattr(app, function.name))
        match function.trigger:
            case Queue(name=name):
                assert (source.queue, source.batch_size) == (app.names[name], 1)
            case Schedule(minutes=minutes):
                unit = "minute" if minutes == 1 else "minutes"
                assert source.schedule_expression.to_string() == f"rate({minutes} {unit})"
            case Topic(name=name):
                assert source.topic == app.names[name]

    def test_the_names_are_those_of_the_environment(self) -> None:
        """What is not set is that of the stage dev, so that Chalice can package a bare checkout."""
        assert settings.names({}) == {one.name: one.of("dev") for one in SOURCES}
        given = {one.variable: f"own-{one.name}" for one in SOURCES}
        assert settings.names(given) == {one.name: f"own-{one.name}" for one in SOURCES}

    def test_a_queue_that_is_not_named_is_a_fault(self) -> None:
        """The product does not start without the name of each of its queues."""
        with pytest.raises(settings.SettingsError) as caught:
            settings.read({})
        assert {f"{one.variable} is not set." for one in QUEUES} <= set(caught.value.faults)


class TestTemplate:
    """What infra/template.yaml makes for the functions."""

    def test_queues_and_topics(self) -> None:
        """There are the queues of the list, each with its dead letters, and its topics."""
        names = {one["QueueName"] for one in made("AWS::SQS::Queue").values()}
        assert names == {name for one in QUEUES for name in (one.of("prod"), one.dead("prod"))}
        topics = {one["TopicName"] for one in made("AWS::SNS::Topic").values()}
        assert topics == {one.of("prod") for one in SOURCES if isinstance(one, Topic)}

    @each_queue
    def test_a_queue(self, function: Function) -> None:
        """A message is with nobody else for six times the function's time; given up, it is kept for two weeks."""
        queue = function.trigger
        assert isinstance(queue, Queue)
        by_name = {one["QueueName"]: one for one in made("AWS::SQS::Queue").values()}
        alive, dead = by_name[queue.of("prod")], by_name[queue.dead("prod")]
        assert alive["VisibilityTimeout"] == 6 * function.timeout
        arn = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue.dead('prod')}"
        assert alive["RedrivePolicy"] == {"deadLetterTargetArn": arn, "maxReceiveCount": queue.tries}
        assert dead["MessageRetentionPeriod"] == TWO_WEEKS
        assert alive["SqsManagedSseEnabled"] is dead["SqsManagedSseEnabled"] is True

    def test_log_groups(self) -> None:
        """Each function has a log group, and there is none besides."""
        groups = [one["LogGroupName"] for one in made("AWS::Logs::LogGroup").values()]
        assert sorted(groups) == sorted(one.log_group("prod") for one in FUNCTIONS)

    def test_alarms(self) -> None:
        """Some alarm tells of each function, and what an alarm watches is of a function that names it."""
        alarms = {one["AlarmName"].removeprefix("foyer-prod-"): one for one in made("AWS::CloudWatch::Alarm").values()}
        watched = {
            (name, dimension["Value"])
            for name, one in alarms.items()
            for dimension in one.get("Dimensions", ())
            if dimension["Name"] in {"FunctionName", "QueueName"}
        }
        for function in FUNCTIONS:
            assert function.alarms
            assert set(function.alarms) <= set(alarms)
            mine = {function.of("prod")}
            if isinstance(function.trigger, Queue):
                mine |= {function.trigger.of("prod"), function.trigger.dead("prod")}
            assert {name for name, what in watched if what in mine} <= set(function.alarms)
            watched = {(name, what) for name, what in watched if what not in mine}
        assert watched == set()


class TestRest:
    """Rights, sizes and the triggers on one machine."""

    def test_rights(self) -> None:
        """The functions may use every queue, none of the dead letters, and write into every log group."""
        document = policy.document(stage="prod", region=REGION, account=ACCOUNT)
        allowed = {one["Sid"]: one["Resource"] for one in document["Statement"]}
        assert allowed["Queues"] == [f"arn:aws:sqs:{REGION}:{ACCOUNT}:{one.of('prod')}" for one in QUEUES]
        groups = [f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{one.log_group('prod')}:*" for one in FUNCTIONS]
        assert allowed["Logs"] == groups

    def test_sizes(self) -> None:
        """The committed configuration gives each function the memory and the time of the list."""
        config = json.loads((stages.ROOT / ".chalice" / "config.json").read_text(encoding="utf-8"))
        for function in FUNCTIONS:
            own = {**config, **config["lambda_functions"].get(function.name, {})}
            assert (own["lambda_memory_size"], own["lambda_timeout"]) == (function.memory, function.timeout)
        assert set(config["lambda_functions"]) == set(stages.SIZES)
        assert (config["lambda_memory_size"], config["lambda_timeout"]) == (MEMORY, TIMEOUT)

    def test_workers(self) -> None:
        """On one machine every function but the one behind the API has a thread of its own."""
        running = workers.Workers(app, boto3.client("sqs", region_name=REGION))
        assert [thread.name for thread in running._threads] == [one.name for one in BEHIND_HTTP]

    @each_queue
    @pytest.mark.parametrize("stage", ["prod", "prod-eu", "mail"])
    def test_a_queue_is_handed_to_its_function(self, function: Function, stage: str) -> None:
        """Whose queue it is can be told by its name, whatever the stage is called."""
        assert isinstance(function.trigger, Queue)
        assert workers._served(function.trigger.of(stage)) == (function, stage)

    def test_a_queue_of_nobody(self) -> None:
        """A queue that no function takes from is a fault of whoever asks."""
        with pytest.raises(ValueError, match="foyer-prod-mail-dead"):
            workers._served("foyer-prod-mail-dead")
