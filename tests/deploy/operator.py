"""Somebody who deploys: a checkout of their own, so that nothing is written into this one, and what they type."""

from __future__ import annotations

import json
import shutil
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from infra import aws, deploy, stages, undeploy

ROOT = Path(__file__).resolve().parent.parent.parent
REGION = "eu-central-1"
NEEDED = ("app.py", "chalicelib", "templates", "locale", "static", "requirements.txt", ".chalice/config.json")


@dataclass
class Operator:
    """Somebody at a checkout who types ``make deploy``; ``said`` is what the last command printed."""

    account: aws.Account
    root: Path
    said: list[str] = field(default_factory=list)

    def deploy(self, **wish: Any) -> deploy.Deployed | None:
        self.said.clear()
        wanted = deploy.Wish(**{"stage": "prod", **wish})
        return deploy.Deployment(self.account, wanted, self.said.append, root=self.root, pause=0.02).run()

    def undeploy(self, stage: str, *answers: str) -> None:
        """Type ``make undeploy``, and give these answers to what it asks; the stage's name where there are none."""
        self.said.clear()
        given = iter(answers or (stage, stage))

        def ask(question: str) -> str:
            self.said.append(question)
            return next(given)

        undeploy.undeploy(self.account, stage, self.said.append, ask, root=self.root, pause=0.02)

    def environment(self, stage: str) -> dict[str, str]:
        """Return what the settings of this checkout say of a stage."""
        return stages.environment(stage, self.root)

    def api(self, stage: str) -> str:
        """Return the id of a stage's API, as Chalice noted it."""
        record = json.loads((self.root / ".chalice" / "deployed" / f"{stage}.json").read_text())
        (api,) = (one["rest_api_id"] for one in record["resources"] if one["resource_type"] == "rest_api")
        return str(api)

    def client(self, service: str) -> Any:
        return self.account.client(service)

    @property
    def text(self) -> str:
        return "\n".join(self.said)


def make_checkout(folder: Path) -> Path:
    """Copy what is deployed into a folder; the installed dependencies are those that the real checkout keeps."""
    for name in NEEDED:
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, target)
    settings = folder / ".chalice" / "config.json"
    settings.write_text(json.dumps({**json.loads(settings.read_text()), "stages": {}}))
    kept = ROOT / "build" / "dependencies"
    kept.mkdir(parents=True, exist_ok=True)
    (folder / "build").mkdir()
    (folder / "build" / "dependencies").symlink_to(kept)
    return folder


def get(url: str) -> tuple[int, Any, str]:
    """Return status, headers and text of what stands at an address."""
    try:
        with urllib.request.urlopen(url, timeout=30) as response:
            return response.status, response.headers, response.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()
