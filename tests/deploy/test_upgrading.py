"""A stage that an earlier version made, and what an organization's own files may lack, become what this one needs."""

from __future__ import annotations

import dataclasses
import json
import re
from pathlib import Path

import pytest

from infra import policy, stack, stages
from tests.deploy.operator import REGION, ROOT, Operator, make_checkout

FROM = "support@example.com"
URL = "https://support.example.com"


def without_the_index(template: str) -> str:
    """Return the template of the version that had no search index."""
    return re.sub(r"^  (?:Dead)?IndexQueue:\n(?:    .*\n|\n(?=    ))+", "", template, flags=re.MULTILINE)


def test_a_dry_run_shows_what_an_older_stage_will_get(
    operator: Operator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stack has no queue of the index yet, and its settings do not name one."""
    older = tmp_path / "template.yaml"
    older.write_text(without_the_index(stack.TEMPLATE.read_text(encoding="utf-8")), encoding="utf-8")
    with monkeypatch.context() as patch:
        patch.setattr(stack, "TEMPLATE", older)
        made = stack.Stack(operator.client("cloudformation"), "older", operator.account.id, print, pause=0.02)
        outputs = made.apply({"Stage": "older", "PublicOrigin": URL})
    assert "MailQueue" in outputs
    assert "IndexQueue" not in outputs
    mine = dataclasses.replace(operator, root=make_checkout(tmp_path / "checkout"), said=[])
    assert mine.deploy(stage="older", mail_from=FROM, url=URL, dry=True) is None
    assert "+ IndexQueue" in mine.text
    assert re.search(r"would change: .*\bFOYER_INDEX_QUEUE\b", mine.text)


def test_an_older_configuration_gets_what_new_functions_need(tmp_path: Path) -> None:
    """An organization's own file keeps what it says, and lacks nothing that a function of this version needs."""
    file = tmp_path / ".chalice" / "config.json"
    file.parent.mkdir()
    committed = json.loads((ROOT / ".chalice" / "config.json").read_text(encoding="utf-8"))
    older = {name: value for name, value in committed.items() if name != "lambda_functions"}
    own = {"lambda_memory_size": 1024, "stages": {"prod": {"environment_variables": {"FOYER_STAGE": "prod"}}}}
    file.write_text(json.dumps({**older, **own}))
    rights = policy.document(stage="prod", region=REGION, account="111122223333")
    assert stages.write("prod", {"FOYER_STAGE": "prod"}, rights, tmp_path)
    written = json.loads(file.read_text())
    assert written["lambda_functions"] == committed["lambda_functions"]
    assert written["lambda_memory_size"] == 1024
    assert not stages.write("prod", {"FOYER_STAGE": "prod"}, rights, tmp_path)


def test_what_an_organization_gives_a_function_stays(tmp_path: Path) -> None:
    file = tmp_path / ".chalice" / "config.json"
    file.parent.mkdir()
    file.write_text(json.dumps({"lambda_functions": {"build_index": {"lambda_memory_size": 3008}}, "stages": {}}))
    stages.write("prod", {}, {}, tmp_path)
    assert json.loads(file.read_text())["lambda_functions"] == {"build_index": {"lambda_memory_size": 3008}}


def test_a_variable_that_an_operator_added_stays_and_ours_are_renewed(tmp_path: Path) -> None:
    """Such as ``FOYER_AWS_CLIENT``, which no stack knows."""
    file = tmp_path / ".chalice" / "config.json"
    file.parent.mkdir()
    before = {"FOYER_AWS_CLIENT": "botocore", "FOYER_TABLE": "older"}
    file.write_text(json.dumps({"stages": {"prod": {"environment_variables": before}}}))
    stages.write("prod", {"FOYER_TABLE": "foyer-prod"}, {}, tmp_path)
    assert stages.environment("prod", tmp_path) == {"FOYER_AWS_CLIENT": "botocore", "FOYER_TABLE": "foyer-prod"}
