"""``make undeploy`` on an emulator: it asks, removes what costs nothing to lose, and keeps what people wrote."""

from __future__ import annotations

from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from infra import stack, stages
from infra.aws import CannotDeploy
from tests.deploy.operator import Operator, get

FROM = "support@example.com"
URL = "https://support.example.com"
ITEM = {"pk": {"S": "CONV#1"}, "sk": {"S": "HEAD"}}


def test_what_people_wrote_stays(operator: Operator) -> None:
    """It asks, then everything goes but table, attachments and keys, which the next deployment takes over."""
    deployed = operator.deploy(stage="gone", mail_from=FROM, url=URL)
    assert deployed is not None
    settings = operator.environment("gone")
    dynamodb, s3, ssm = operator.client("dynamodb"), operator.client("s3"), operator.client("ssm")
    dynamodb.put_item(TableName=settings["FOYER_TABLE"], Item=ITEM)
    s3.put_object(Bucket=settings["FOYER_ATTACHMENT_BUCKET"], Key="a/1", Body=b"kept")
    s3.put_object(Bucket=settings["FOYER_UPLOAD_BUCKET"], Key="1", Body=b"unfinished")
    keys = ssm.get_parameter(Name="/foyer/gone/secrets", WithDecryption=True)["Parameter"]["Value"]

    with pytest.raises(CannotDeploy, match="Nothing more was removed"):
        operator.undeploy("gone", "yes")
    assert get(f"{deployed.api_url}/healthz")[0] == 200
    with pytest.raises(CannotDeploy, match="Nothing more was removed"):
        operator.undeploy("gone", "gone", "")
    left = set(left_of(operator, "gone"))
    assert left == {"tables", "buckets", "parameters", "queues", "topics", "logs", "alarms", "stacks"}
    operator.undeploy("gone")
    assert left_of(operator, "gone") == {
        "tables": ["foyer-gone"],
        "buckets": [settings["FOYER_ATTACHMENT_BUCKET"]],
        "parameters": ["/foyer/gone/secrets"],
    }
    assert settings["FOYER_TABLE"] in operator.text
    assert settings["FOYER_ATTACHMENT_BUCKET"] in operator.text

    again = operator.deploy(stage="gone")
    assert again is not None
    assert get(f"{again.api_url}/healthz")[0] == 200
    assert dynamodb.get_item(TableName="foyer-gone", Key=ITEM)["Item"] == ITEM
    assert s3.get_object(Bucket=settings["FOYER_ATTACHMENT_BUCKET"], Key="a/1")["Body"].read() == b"kept"
    assert ssm.get_parameter(Name="/foyer/gone/secrets", WithDecryption=True)["Parameter"]["Value"] == keys


def test_a_table_is_not_replaced(operator: Operator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A template that would put an empty table in the place of a full one is refused before anything happens."""
    operator.deploy(stage="kept", mail_from=FROM, url=URL)
    operator.client("dynamodb").put_item(TableName="foyer-kept", Item=ITEM)
    changed = tmp_path / "template.yaml"
    changed.write_text(stack.TEMPLATE.read_text().replace("TableName: !Sub foyer-${Stage}", "TableName: other"))
    monkeypatch.setattr(stack, "TEMPLATE", changed)
    with pytest.raises(CannotDeploy, match="replace or remove Table, which holds data"):
        operator.deploy(stage="kept")
    assert operator.client("dynamodb").get_item(TableName="foyer-kept", Key=ITEM)["Item"] == ITEM


def test_an_unknown_stage(operator: Operator) -> None:
    """A stage that is not configured is named, with those that are."""
    with pytest.raises(CannotDeploy, match="There is no stage “production”"):
        stages.environment("production", operator.root)


def left_of(operator: Operator, stage: str) -> dict[str, list[str]]:
    """Return the names of all that is left of a stage, by kind."""
    sns, iam, events = operator.client("sns"), operator.client("iam"), operator.client("events")
    found = {
        "functions": [one["FunctionName"] for one in operator.client("lambda").list_functions()["Functions"]],
        "roles": [one["RoleName"] for one in iam.list_roles()["Roles"]],
        "rules": [one["Name"] for one in events.list_rules()["Rules"]],
        "subscriptions": [one["TopicArn"] for one in sns.list_subscriptions()["Subscriptions"]],
        "topics": [one["TopicArn"] for one in sns.list_topics()["Topics"]],
        "queues": operator.client("sqs").list_queues().get("QueueUrls", []),
        "tables": operator.client("dynamodb").list_tables()["TableNames"],
        "buckets": [one["Name"] for one in operator.client("s3").list_buckets()["Buckets"]],
        "parameters": [one["Name"] for one in operator.client("ssm").describe_parameters()["Parameters"]],
        "logs": [one["logGroupName"] for one in operator.client("logs").describe_log_groups()["logGroups"]],
        "alarms": [one["AlarmName"] for one in operator.client("cloudwatch").describe_alarms()["MetricAlarms"]],
        "stacks": [one for one in [f"foyer-{stage}"] if _stack_exists(operator, one)],
    }
    ours = {kind: sorted(name for name in names if _is_of(name, stage)) for kind, names in found.items()}
    return {kind: names for kind, names in ours.items() if names}


def _is_of(name: str, stage: str) -> bool:
    return f"foyer-{stage}" in name or f"/foyer/{stage}/" in name


def _stack_exists(operator: Operator, name: str) -> bool:
    try:
        operator.client("cloudformation").describe_stacks(StackName=name)
    except ClientError:
        return False
    return True
