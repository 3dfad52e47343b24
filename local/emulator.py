"""The AWS emulator (ministack) as a process of its own: started, kept healthy, stopped so that its state is written.

``python -m local.emulator`` is that process. It stops by itself when the program that started it is gone,
however that one ended.
"""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import ClassVar, Self

ROOT = Path(__file__).resolve().parent.parent
OLDEST = (1, 5, 30)
"""Older ones do not check signatures, POST policies and CORS rules."""
SERVICES = "dynamodb,s3,sqs,sns,ses,iam,sts,ssm,cloudformation,logs,monitoring"
STARTUP = 60.0
"""Seconds until it counts as not starting: much, for a machine on which everything starts at once."""
_TRIES = 3
"""Ports to try."""


class EmulatorError(RuntimeError):
    """The emulator cannot be had; the message is a sentence for people."""


class Emulator:
    """One ministack process. ``AUTH`` is on: it checks IAM policies, signatures, POST policies and CORS rules."""

    module: ClassVar[str] = "local.emulator"
    """What the process runs."""

    def __init__(self, directory: Path, *, keep: bool = False, port: int = 0) -> None:
        """Keep everything under ``directory``; with ``keep`` its state outlives a normal stop.

        ``port`` 0 takes the one of last time where that is free, and any other where it is not.
        """
        self.directory = directory
        self._keep = keep
        self._wanted = port
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0

    @property
    def endpoint(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """What it said since it was started."""
        return self.directory / "ministack.log"

    def start(self) -> None:
        """Start it and wait until it answers; raise EmulatorError with a sentence when it does not."""
        check_installed()
        stay_local()
        self.directory.mkdir(parents=True, exist_ok=True)
        chosen = self.port or self._wanted
        for _ in range(1 if chosen else _TRIES):
            self.port = chosen or _stable_port(self.directory / "port")
            if self._answers():
                return
            # Between looking for a free port and listening on it, somebody else may have taken it.
            if free(self.port):
                break
        raise EmulatorError(f"The AWS emulator did not start; {self.log} says why.")

    def _answers(self) -> bool:
        """Start the process on the chosen port, and tell whether it came to answer."""
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", self.module],
                cwd=ROOT,
                env=os.environ | self._environment(),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C reaches only us; we stop it after the workers
            )
        deadline = time.monotonic() + STARTUP
        while not self.healthy():
            if self._process.poll() is not None or time.monotonic() > deadline:
                self.stop()
                return False
            time.sleep(0.05)
        return True

    def healthy(self) -> bool:
        """Tell whether the process runs and answers."""
        if self._process is None or self._process.poll() is not None:
            return False
        try:
            with urllib.request.urlopen(f"{self.endpoint}/_ministack/ready", timeout=2):
                return True
        except OSError:
            return False

    def running(self) -> bool:
        """Tell whether the process has not ended."""
        return self._process is not None and self._process.poll() is None

    def stop(self) -> None:
        """End it, leaving it the time to write its state; kill what does not end within 15 seconds."""
        process, self._process = self._process, None
        if process is None:
            return
        if process.poll() is None:
            process.send_signal(signal.SIGTERM)
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
        if process.stdin is not None:
            process.stdin.close()

    def __enter__(self) -> Self:
        """Start it."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it."""
        self.stop()

    def _environment(self) -> dict[str, str]:
        temporary = self.directory / "tmp"
        temporary.mkdir(exist_ok=True)
        keep = "1" if self._keep else "0"
        return {
            "GATEWAY_PORT": str(self.port),
            "BIND_HOST": "127.0.0.1",
            "MINISTACK_HOST": "127.0.0.1",
            "AUTH": "true",
            "SERVICES": SERVICES,
            "SFTP_ENABLED": "0",
            "IOT_MTLS_ENABLED": "0",
            "LOG_LEVEL": "WARNING",
            "PERSIST_STATE": keep,
            "S3_PERSIST": keep,
            "STATE_DIR": str(self.directory / "state"),
            "S3_DATA_DIR": str(self.directory / "s3"),
            "TMPDIR": str(temporary),
        }


def check_installed() -> None:
    """Raise EmulatorError with a sentence when ministack is missing or too old."""
    if importlib.util.find_spec("ministack") is None:
        raise EmulatorError("The AWS emulator is missing; run “make run”, which installs it into .venv.")
    version = importlib.metadata.version("ministack")
    if tuple(int(part) for part in version.split(".")[:3] if part.isdigit()) < OLDEST:
        oldest = ".".join(str(part) for part in OLDEST)
        raise EmulatorError(
            f"ministack {version} is too old: before {oldest} it checks no signatures, POST policies or CORS rules."
        )


def stay_local() -> None:
    """Send what is for this machine past a proxy that the environment names, in this process and those it starts."""
    spared = os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or ""
    missing = [name for name in ("127.0.0.1", "localhost") if name not in spared.split(",")]
    os.environ["no_proxy"] = os.environ["NO_PROXY"] = ",".join(filter(None, [spared, *missing]))


def free(port: int) -> bool:
    """Tell whether nobody listens on a port of this machine."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _stable_port(note: Path) -> int:
    """Return the port of last time if it is free, so that links signed for it stay good, or a new one, noted."""
    try:
        port = int(note.read_text())
    except (OSError, ValueError):
        port = 0
    if not port or not free(port):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        note.write_text(str(port))
    return port


def _end_with_parent() -> None:
    """Wait for the end of standard input, which only the parent holds open, then stop in good order."""
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


def main() -> None:
    """Be the emulator until stopped."""
    from ministack.app import main as serve

    threading.Thread(target=_end_with_parent, daemon=True).start()
    sys.argv = ["ministack"]
    serve()


if __name__ == "__main__":
    main()
