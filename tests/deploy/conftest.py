"""A cloud to deploy to, and a checkout of its own to deploy from, so that nothing is written into this one."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from infra import aws, deploy
from local.cloud import Cloud
from tests.emulators import ADMIN

ROOT = Path(__file__).resolve().parent.parent.parent
REGION = "eu-central-1"
NEEDED = ("app.py", "chalicelib", "templates", "static", "requirements.txt", ".chalice/config.json")


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

    def client(self, service: str) -> Any:
        return self.account.client(service)

    @property
    def text(self) -> str:
        return "\n".join(self.said)


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with Cloud(tmp_path_factory.mktemp("cloud")) as cloud:
        yield cloud


@pytest.fixture(scope="module")
def operator(cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Operator]:
    """An operator with a fresh checkout, who is root on an empty account."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_REGION"):
            patch.delenv(name, raising=False)
        for name, value in {**ADMIN, "AWS_ENDPOINT_URL": cloud.endpoint, "AWS_DEFAULT_REGION": REGION}.items():
            patch.setenv(name, value)
        yield Operator(aws.connect(), make_checkout(tmp_path_factory.mktemp("checkout")))


def make_checkout(folder: Path) -> Path:
    """Copy what is deployed into a folder; the installed dependencies are those that the real checkout keeps."""
    for name in NEEDED:
        source, target = ROOT / name, folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(source, target)
    kept = ROOT / "build" / "dependencies"
    kept.mkdir(parents=True, exist_ok=True)
    (folder / "build").mkdir()
    (folder / "build" / "dependencies").symlink_to(kept)
    return folder
