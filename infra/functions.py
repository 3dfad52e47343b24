"""The functions and the API of a stage, which Chalice makes, updates and removes.

Chalice keeps a record of what it made and would make everything a second time without it. So the record lies on AWS
too, in the SSM parameter ``/foyer/<stage>/deployed``: any clone of the repository can update the stage.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from chalicelib.schema.model import FIRST
from infra.aws import Account, CannotDeploy, code
from infra.build import seed_chalice
from infra.stack import Say

_FORM = "foyer_form"
"""Where the record says which form of the table's items the deployed version writes."""


@dataclass(frozen=True, slots=True)
class Api:
    """The REST API of a stage. ``url`` has no slash at the end."""

    id: str
    url: str


class Functions:
    """Runs Chalice for one stage, in a copy of the project that nothing else touches."""

    def __init__(self, account: Account, stage: str, say: Say, root: Path) -> None:
        """Take the stage's name and the checkout at ``root``; ``say`` takes each line Chalice prints."""
        self._account, self._stage, self._say, self._root = account, stage, say, root
        self._parameter = f"/foyer/{stage}/deployed"
        self._copy = root / "build" / "deploy" / stage

    def exist(self) -> bool:
        """Tell whether the stage has been deployed."""
        return self._record() is not None

    def deploy(self, package: Path) -> Api:
        """Deploy that very package, and return the API it stands behind."""
        self._make_copy()
        seed_chalice(self._copy, package)
        self._chalice("deploy")
        record = json.loads(self._made().read_text(encoding="utf-8"))
        self._keep(record)
        (api,) = (one for one in record["resources"] if one["resource_type"] == "rest_api")
        return Api(api["rest_api_id"], api["rest_api_url"].rstrip("/"))

    def form(self) -> int:
        """Return the form of the table's items that the functions that run now write; 0 where there are none.

        A version that says nothing writes the first. Its ``make deploy`` writes the record anew, and what a newer one
        said in it is gone, as it should be.
        """
        record = self._record()
        return int(record.get(_FORM, FIRST)) if record else 0

    def writes_form(self, number: int) -> None:
        """Remember which form the functions that were deployed write, once the table is ready for it."""
        record = self._record()
        if record is not None:
            self._keep({**record, _FORM: number})

    def delete(self) -> bool:
        """Remove functions, API, roles and triggers; tell whether there were any."""
        if self._record() is None:
            return False
        self._make_copy()
        self._chalice("delete")
        self._checkouts().unlink(missing_ok=True)
        self._account.client("ssm").delete_parameters(Names=[self._parameter])
        return True

    def reached_at(self, api: Api) -> str:
        """Return where the API answers: its own address, or that of the emulator that stands in for it."""
        if self._account.endpoint:
            return f"{self._account.endpoint}/restapis/{api.id}/{self._stage}/_user_request_"
        return api.url

    def _record(self) -> dict[str, Any] | None:
        """Return what Chalice made: as AWS keeps it, or as this checkout does, where it was deployed without us."""
        try:
            kept = self._account.client("ssm").get_parameter(Name=self._parameter)["Parameter"]["Value"]
        except ClientError as error:
            if code(error) != "ParameterNotFound":
                raise
            kept = self._checkouts().read_text(encoding="utf-8") if self._checkouts().exists() else "{}"
        record: dict[str, Any] = json.loads(kept)
        return record if record.get("resources") else None

    def _keep(self, record: dict[str, Any]) -> None:
        """Keep what Chalice made, on AWS and in the checkout, where plain ``chalice`` looks for it."""
        self._checkouts().parent.mkdir(exist_ok=True)
        self._checkouts().write_text(json.dumps(record, indent=2) + "\n", encoding="utf-8")
        self._account.client("ssm").put_parameter(
            Name=self._parameter,
            Value=json.dumps(record, separators=(",", ":")),
            Type="String",
            Overwrite=True,
            Description="What Chalice deployed of this stage; “make deploy” reads it",
        )

    def _make_copy(self) -> None:
        shutil.rmtree(self._copy, ignore_errors=True)
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(self._root / "chalicelib", self._copy / "chalicelib", ignore=ignored)
        for name in ("app.py", "requirements.txt", ".chalice/config.json", f".chalice/policy-{self._stage}.json"):
            (self._copy / name).parent.mkdir(exist_ok=True)
            shutil.copyfile(self._root / name, self._copy / name)
        record = self._record()
        if record is not None:
            self._made().parent.mkdir()
            self._made().write_text(json.dumps(record), encoding="utf-8")

    def _chalice(self, command: str) -> None:
        # What Python writes while it runs would change the name under which Chalice looks for the package.
        environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}
        script = "import sys; from chalice.cli import main; sys.exit(main())"
        process = subprocess.Popen(
            [sys.executable, "-c", script, command, "--stage", self._stage],
            cwd=self._copy,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert process.stdout is not None
        for line in process.stdout:
            self._say(f"  {line.rstrip()}")
        if process.wait():
            raise CannotDeploy(f"chalice {command} failed; what it said stands above.")

    def _made(self) -> Path:
        return self._copy / ".chalice" / "deployed" / f"{self._stage}.json"

    def _checkouts(self) -> Path:
        return self._root / ".chalice" / "deployed" / f"{self._stage}.json"
