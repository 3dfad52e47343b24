"""The program people start on their own machine, started by a test: its addresses, its mailbox, its end."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
STARTS_IN = 120.0
"""Seconds after which something has gone wrong."""


class Portal:
    """One running ``python -m local.run`` with its own port and state, or another module that runs it."""

    def __init__(self, state: Path, *module: str, base_path: str = "") -> None:
        """Start it and wait until it says whom to sign in as; ``module`` may have arguments."""
        self.state, self.port = state, free_port()
        self.origin = f"http://localhost:{self.port}"
        self.url = self.origin + base_path
        state.mkdir(parents=True, exist_ok=True)
        self._said = state / "said.txt"
        with self._said.open("w") as said:
            self.process = subprocess.Popen(
                [sys.executable, "-m", *(module or ("local.run",))],
                cwd=ROOT,
                env={
                    **os.environ,
                    "PORT": str(self.port),
                    "STATE": str(state),
                    "BASE_PATH": base_path,
                    "PYTHONUNBUFFERED": "1",
                },
                stdout=said,
                stderr=subprocess.STDOUT,
            )
        eventually(lambda: "Ctrl-C" in self.said or self.process.poll() is not None, seconds=STARTS_IN)
        assert self.process.poll() is None, self.said

    @property
    def said(self) -> str:
        """What it has printed."""
        return self._said.read_text()

    @property
    def files_url(self) -> str:
        """Where the emulator is, whose S3 the browser uploads to."""
        return f"http://127.0.0.1:{(self.state / 'aws' / 'port').read_text().strip()}"

    def stop(self) -> None:
        """End it as a service manager does, and see that nothing stays."""
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(60) == 0, self.said
        assert processes(self.state) == []

    def mails(self) -> list[dict[str, Any]]:
        """Return the sent mail, the newest first."""
        request = urllib.request.Request(f"{self.origin}/_local/mail", headers={"Accept": "application/json"})
        with urllib.request.urlopen(request, timeout=30) as answer:
            found: list[dict[str, Any]] = json.load(answer)
        return found

    def mail_to(self, address: str, *, after: int = 0, containing: str = "") -> dict[str, Any]:
        """Wait for a mail to somebody; ``after`` is how many of their mails are old."""

        def look() -> dict[str, Any] | None:
            theirs = [mail for mail in self.mails() if mail["to"] == address]
            new = theirs[: len(theirs) - after]
            return next((mail for mail in new if containing in mail["text"]), None)

        return eventually(look)

    def mail_count(self, address: str) -> int:
        """Return how many mails somebody has got so far."""
        return sum(mail["to"] == address for mail in self.mails())


def code_of(mail: dict[str, Any]) -> str:
    """Return the code of a sign-in mail."""
    found = re.search(r"\b\d{8}\b|\b\d{4} \d{4}\b", mail["text"])
    assert found, mail["text"]
    return found[0]


def link_of(mail: dict[str, Any], part: str) -> str:
    """Return the link of a mail that has ``part`` in it."""
    found = re.search(rf"http://\S*{re.escape(part)}\S*", mail["text"])
    assert found, mail["text"]
    return found[0]


def eventually(look: Callable[[], Any], *, seconds: float = 30) -> Any:
    """Return what ``look`` finds, as soon as it finds something."""
    until = time.monotonic() + seconds
    while not (found := look()):
        assert time.monotonic() < until, "it does not happen"
        time.sleep(0.1)
    return found


def free_port() -> int:
    """Return a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def processes(state: Path) -> list[str]:
    """Return the command lines of processes that were started with this state."""
    found = []
    for environ in Path("/proc").glob("[0-9]*/environ"):
        with contextlib.suppress(OSError):
            if str(state).encode() in environ.read_bytes():
                found.append(environ.with_name("cmdline").read_text().replace("\0", " "))
    return found
