"""Plain Chalice makes a package of a bare checkout, in which no stage is written down yet."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from chalicelib.functions import FUNCTIONS
from infra import policy

ROOT = Path(__file__).resolve().parent.parent
COMMITTED = ("app.py", "chalicelib", "vendor", ".chalice/config.json", ".chalice/policy-dev.json")


def test_chalice_packages_a_bare_checkout(tmp_path: Path) -> None:
    """``chalice package`` needs a region and nothing else: no stage, no variable of ours, no credentials."""
    copy, made = tmp_path / "checkout", tmp_path / "made"
    (copy / ".chalice").mkdir(parents=True)
    for name in COMMITTED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, copy / name)
    (copy / "requirements.txt").write_text("")  # its packages would be fetched, and are not what is tested
    home = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "FOYER_"))}
    done = subprocess.run(
        [str(Path(sys.executable).with_name("chalice")), "package", str(made)],
        cwd=copy,
        env={**home, "AWS_DEFAULT_REGION": "us-east-1", "AWS_EC2_METADATA_DISABLED": "true"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    resources = json.loads((made / "sam.json").read_text())["Resources"]
    kinds = [one["Type"] for one in resources.values()]
    assert kinds.count("AWS::Serverless::Function") == len(FUNCTIONS)
    assert (made / "deployment.zip").stat().st_size > 0


def test_its_policy_is_the_products_of_a_stage_of_nobody() -> None:
    """It names an account that does not exist; ``make deploy`` writes a stage's own over it or beside it."""
    committed = json.loads((ROOT / ".chalice/policy-dev.json").read_text(encoding="utf-8"))
    wanted = policy.document(stage="dev", region="us-east-1", account="000000000000")
    assert committed == wanted, "CONTRIBUTING.md has the command that writes it, under “a new function or queue”"
