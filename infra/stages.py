"""What the checkout knows of each stage: its settings in ``.chalice/config.json`` and the policy of its functions.

Neither is secret. Both are written by ``make deploy``, and plain ``chalice deploy --stage`` reads them; an organization
commits them to its own repository.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from chalicelib.functions import FUNCTIONS, MEMORY, TIMEOUT
from infra.aws import CannotDeploy

ROOT = Path(__file__).resolve().parent.parent

SIZES = {
    one.name: {"lambda_memory_size": one.memory, "lambda_timeout": one.timeout}
    for one in FUNCTIONS
    if (one.memory, one.timeout) != (MEMORY, TIMEOUT)
}
"""Functions that need more than the others, as Chalice takes it."""


def known(root: Path = ROOT) -> dict[str, dict[str, str]]:
    """Return the environment of every stage that is configured, by the stage's name."""
    stages = _config(root).get("stages", {})
    return {name: dict(stage.get("environment_variables", {})) for name, stage in stages.items()}


def environment(stage: str, root: Path = ROOT) -> dict[str, str]:
    """Return the environment of a stage's functions; CannotDeploy for one that is not configured."""
    stages = known(root)
    if stage not in stages:
        there = f"there are {', '.join(sorted(stages))}" if stages else "there is none yet; “make deploy” adds one"
        raise CannotDeploy(f"There is no stage “{stage}” in .chalice/config.json: {there}.")
    return stages[stage]


def write(stage: str, variables: Mapping[str, str], policy: Mapping[str, Any], root: Path = ROOT) -> bool:
    """Write a stage's settings and policy, and tell whether anything changed.

    An organization's own file may be older than a function: what that needs is added, and never changed. Variables
    that somebody else set for the functions stay.
    """
    config = _config(root)
    config["lambda_functions"] = {**SIZES, **config.get("lambda_functions", {})}
    configured = config.setdefault("stages", {})
    before = configured.get(stage, {})
    configured[stage] = {
        **before,
        "api_gateway_stage": stage,
        "iam_policy_file": f"policy-{stage}.json",
        "environment_variables": {**before.get("environment_variables", {}), **variables},
    }
    folder = root / ".chalice"
    changed = [_write(folder / "config.json", config), _write(folder / f"policy-{stage}.json", policy)]
    return any(changed)


def _config(root: Path) -> dict[str, Any]:
    config: dict[str, Any] = json.loads((root / ".chalice" / "config.json").read_text(encoding="utf-8"))
    return config


def _write(path: Path, content: Mapping[str, Any]) -> bool:
    text = json.dumps(content, indent=2) + "\n"
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.write_text(text, encoding="utf-8")
    return True
