"""What is compared: this checkout and perhaps an earlier commit, each with its own package, stage and emulator.

A commit is unpacked into a folder of its own and built there, with its own dependencies. Where its lock has anything
that ours has not, it also gets a virtual environment of its own.
"""

from __future__ import annotations

import contextlib
import io
import itertools
import json
import shutil
import signal
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from bench.figures import Measured
from bench.wire import Wire
from infra.build import BUILD, ROOT
from local import infra
from local.lambda_runtime import Function, unpack

_ADDED = ("subject.py", "before.py")
"""What is put into the ``bench`` of a commit that has no subject yet."""


@dataclass(slots=True)
class Asked:
    """A request of a subject, as the docstring of ``bench/subject.py`` says."""

    name: str
    case: str
    events: list[dict[str, Any]]
    status: int
    once: bool
    cpu: str
    times: int
    every: int
    _next: Iterator[dict[str, Any]] = field(init=False)

    def __post_init__(self) -> None:
        """Begin with the first event."""
        self._next = iter(self.events) if self.once else itertools.cycle(self.events)

    def take(self) -> dict[str, Any]:
        """Return the event to send now."""
        event = next(self._next, None)
        if event is None:
            message = f"{self.name} ({self.case}) has only {len(self.events)} requests"
            raise RuntimeError(message)
        return event


def invoke(function: Function, asked: Asked) -> Any:
    """Send a request once and return the answer; RuntimeError where it is not the one that is due."""
    answer = function.invoke(asked.take())
    if answer["statusCode"] != asked.status:
        message = f"{asked.name} ({asked.case}) was answered with {answer['statusCode']}: {answer['body'][:500]}"
        raise RuntimeError(message)
    return answer


@dataclass(frozen=True, slots=True)
class Index:
    """An index of the table: the attributes that are its key, and those that it has besides."""

    key: tuple[str, ...]
    projected: tuple[str, ...]


class Checkout:
    """A tree of the program with the Python that runs it."""

    def __init__(self, root: Path, python: Path, module: str = "bench.subject") -> None:
        """Take both, and the module that seeds a stage."""
        self.root, self._python, self._module = root, python, module

    def build(self) -> Path:
        """Build its package and return the zip."""
        self._run("-m", "infra.build")
        return self.root / "build" / "foyer.zip"

    @contextlib.contextmanager
    def seeding(self) -> Iterator[subprocess.Popen[str]]:
        """Give the process that seeds its stage; it ends with the context, and the stage with it."""
        process = subprocess.Popen(
            [self._python, "-m", self._module],
            cwd=self.root,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            yield process
        finally:
            if process.stdin is not None:
                process.stdin.close()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:  # in the middle of seeding, because something failed here
                process.send_signal(signal.SIGINT)
                process.wait(20)

    def _run(self, *arguments: str) -> None:
        done = subprocess.run([self._python, *arguments], cwd=self.root, capture_output=True, text=True, check=False)
        if done.returncode:
            message = f"{' '.join(arguments)} failed in {self.root}:\n{done.stderr or done.stdout}"
            raise RuntimeError(message)


def here() -> Checkout:
    """Return this checkout."""
    return Checkout(ROOT, Path(sys.executable))


def of_commit(commit: str, folder: Path) -> Checkout:
    """Unpack a commit of this repository into a folder, make what it needs to run, and return it."""
    packed = subprocess.run(["git", "archive", commit], cwd=ROOT, capture_output=True, check=False)
    if packed.returncode:
        message = f"there is no commit {commit}: {packed.stderr.decode().strip()}"
        raise ValueError(message)
    with tarfile.open(fileobj=io.BytesIO(packed.stdout)) as files:
        files.extractall(folder, filter="fully_trusted")
    if (BUILD / "wheels").is_dir():  # what is downloaded once; those of another lock are left alone
        shutil.copytree(BUILD / "wheels", folder / "build" / "wheels")
    module = "bench.subject"
    if not (folder / "bench" / "subject.py").exists():
        module = "bench.before"
        for name in _ADDED:
            shutil.copyfile(ROOT / "bench" / name, folder / "bench" / name)
    return Checkout(folder, _python(folder), module)


def _python(folder: Path) -> Path:
    """Return the Python that has all that a checkout's lock asks for."""
    if not needs_its_own(folder):
        return Path(sys.executable)
    subprocess.run(["tools/venv.sh", sys.executable], cwd=folder, check=True, stdout=sys.stderr)
    return folder / ".venv" / "bin" / "python"


def needs_its_own(folder: Path, ours: Path = ROOT) -> bool:
    """Return whether a checkout's lock has anything that ours has not."""
    return not _pins(folder) <= _pins(ours)


def _pins(root: Path) -> set[str]:
    lines = (root / "requirements-dev.txt").read_text(encoding="utf-8").splitlines()
    return {line.strip(" \\") for line in lines if "==" in line}


class Subject:
    """A checkout's package in a warm process, in front of its seeded stage."""

    def __init__(self, name: str, task: Path, python: Path, process: subprocess.Popen[str]) -> None:
        """Take its name, the unpacked package, Lambda's interpreter, and the process that seeds."""
        self.name, self.task = name, task
        self._python, self._process = python, process
        self._stack = contextlib.ExitStack()
        self.environment: dict[str, str] = {}
        self.behind: list[tuple[str, str]] = []
        self.requests: list[Asked] = []
        self.figures: dict[str, Measured] = {}

    def __enter__(self) -> Self:
        """Wait for the first chapter and start its functions."""
        self.go_on()
        self.wire = self._stack.enter_context(Wire(self.environment["AWS_ENDPOINT_URL"]))
        self.function = self.started("app", self.environment)
        self.heard = self.started("app", {**self.environment, "AWS_ENDPOINT_URL": self.wire.endpoint})
        return self

    def __exit__(self, *error: object) -> None:
        """End them."""
        self._stack.close()

    @property
    def timed(self) -> dict[str, Asked]:
        """The requests of this chapter whose CPU counts, by figure."""
        return {one.cpu: one for one in self.requests if one.cpu}

    def indexes(self) -> list[Index]:
        """Return the indexes of its table, as they are."""
        dynamodb = infra.clients(self.environment["AWS_ENDPOINT_URL"])("dynamodb")
        table = dynamodb.describe_table(TableName=self.environment["FOYER_TABLE"])["Table"]
        return [
            Index(
                tuple(part["AttributeName"] for part in one["KeySchema"]),
                tuple(one["Projection"]["NonKeyAttributes"]),
            )
            for one in table["GlobalSecondaryIndexes"]
        ]

    def started(self, function: str, environment: dict[str, str]) -> Function:
        """Return a running function of the package: ``function``, and called over the wire or not, as it says."""
        return self._stack.enter_context(
            Function(self._python, self.task, f"app.{function}", environment, timeout=120, name=f"foyer-{self.name}")
        )

    def ask_to_go_on(self) -> None:
        """Let the next chapter be seeded."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()

    def go_on(self) -> None:
        """Wait until the chapter is there, and take what is in it."""
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            message = f"the stage of “{self.name}” could not be seeded"
            raise RuntimeError(message)
        said = json.loads(line)
        self.environment, self.behind = said["environment"], said["behind"]
        self.requests = [Asked(**one) for one in said["requests"]]
        self.figures |= {name: Measured(one["value"], one["note"]) for name, one in said["figures"].items()}


def unpacked(checkout: Checkout, folder: Path) -> tuple[Path, Path]:
    """Build a checkout's package; return the zip, and where it is unpacked as on Lambda."""
    package = checkout.build()
    return package, unpack(package, folder)
