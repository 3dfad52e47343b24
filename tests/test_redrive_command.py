"""``make redrive`` empties the dead letters, and says a sentence where it finds neither portal nor stage."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from infra import stages
from infra.aws import CannotDeploy
from tests.emulators import ADMIN, Stage
from tools import redrive, stage


def test_dead_letters_of_a_stage_are_taken_out(
    ministack_stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The command empties the dead-letter queue with the operator's rights, and says how many mails go out again."""
    sqs = ministack_stage.admin("sqs")
    url = sqs.get_queue_url(QueueName=ministack_stage.dead_queue)["QueueUrl"]
    sqs.send_message(QueueUrl=url, MessageBody=json.dumps({"mail": "01hgone0000000000000000000"}))
    environment = {**ministack_stage.environment, **ADMIN}
    monkeypatch.setattr("tools.stage.stage_environment", lambda stage: {**environment, "FOYER_STAGE": stage})
    monkeypatch.setattr(sys, "argv", ["redrive", ministack_stage.name])

    assert redrive.main() == 0

    assert capsys.readouterr().out == "No mail waits to be sent again.\n"
    counts = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert counts["ApproximateNumberOfMessages"] == "0"


def test_an_index_that_was_given_up_is_asked_for_again(
    ministack_stage: Stage, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """However often it was tried in vain, one message is enough."""
    sqs, queue = ministack_stage.admin("sqs"), ministack_stage.environment["FOYER_INDEX_QUEUE"]
    urls = [sqs.get_queue_url(QueueName=name)["QueueUrl"] for name in (f"{queue}-dead", queue)]
    for _ in range(3):
        sqs.send_message(QueueUrl=urls[0], MessageBody=json.dumps({"search": "build"}))
    environment = {**ministack_stage.environment, **ADMIN}
    monkeypatch.setattr("tools.stage.stage_environment", lambda stage: {**environment, "FOYER_STAGE": stage})
    monkeypatch.setattr(sys, "argv", ["redrive", ministack_stage.name])

    assert redrive.main() == 0

    assert "The search index is asked for again." in capsys.readouterr().out
    waiting = [sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"] for url in urls]
    assert [one["ApproximateNumberOfMessages"] for one in waiting] == ["0", "1"]


def test_without_a_local_portal_there_is_a_sentence(tmp_path: Path) -> None:
    """Nothing runs: the command says so, and what to do."""
    with pytest.raises(CannotDeploy, match="make run"):
        stage.local_environment(tmp_path)


def test_an_unknown_stage_is_named(checkout: Path) -> None:
    """A stage that is not configured: the command names those that are."""
    with pytest.raises(CannotDeploy, match="prod"):
        stage.stage_environment("production", checkout)


def test_a_stage_has_the_environment_of_its_functions(checkout: Path) -> None:
    """The command works on the queue that the stage's functions use."""
    assert stage.stage_environment("prod", checkout)["FOYER_MAIL_QUEUE"] == "foyer-prod-mail"


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout that has deployed the stage prod."""
    (tmp_path / ".chalice").mkdir()
    (tmp_path / ".chalice" / "config.json").write_text("{}")
    stages.write("prod", {"FOYER_MAIL_QUEUE": "foyer-prod-mail"}, {}, tmp_path)
    return tmp_path
