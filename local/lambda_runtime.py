"""Lambda's Runtime API on one machine: runs a deployment package as Lambda does, without Docker.

The package runs under AWS's own ``awslambdaric``, in an interpreter that has nothing else installed, with the
package's folder as its working directory. What it imports is in the package, or it fails here as it would there.
"""

from __future__ import annotations

import compileall
import importlib.metadata
import json
import queue
import shutil
import subprocess
import sys
import threading
import time
import uuid
import venv
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from chalicelib.functions import MEMORY, TIMEOUT
from local.lambda_events import ACCOUNT, REGION

PREFIX = "/2018-06-01/runtime/"
STARTUP = 30.0
"""Seconds until a function counts as not starting."""
_RUNTIME = ("awslambdaric", "simplejson", "snapshot-restore-py")


class RuntimeFailure(RuntimeError):
    """The function did not start, ended, or took too long; ``log`` is what it printed."""

    def __init__(self, sentence: str, log: str) -> None:
        """Take what happened, and what the function printed."""
        super().__init__(f"{sentence}\n{log}")
        self.log = log


class HandlerFailure(RuntimeError):
    """The handler raised: ``kind`` is the exception's name. Lambda would retry, or answer 502 to API Gateway."""

    def __init__(self, kind: str, message: str, trace: str) -> None:
        """Take the exception as the runtime reports it."""
        super().__init__(f"{kind}: {message}\n{trace}")
        self.kind = kind


def interpreter(folder: Path) -> Path:
    """Make an interpreter of the running Python with nothing but Lambda's runtime installed, and return its path."""
    venv.EnvBuilder(symlinks=True, with_pip=False).create(folder)
    (packages,) = folder.glob("lib/python*/site-packages")
    for package in _RUNTIME:
        for file in importlib.metadata.files(package) or ():
            if ".." not in file.parts and not file.parts[0].endswith(".dist-info"):
                target = packages / file
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(Path(str(file.locate())), target)
    compileall.compile_dir(packages, quiet=1)
    return folder / "bin" / "python"


def unpack(package: Path, folder: Path) -> Path:
    """Unpack a deployment package as Lambda does, with the modes it has in the zip, and return the folder."""
    with zipfile.ZipFile(package) as zipped:
        for member in zipped.infolist():
            path = Path(zipped.extract(member, folder))
            if member.external_attr >> 16:
                path.chmod(member.external_attr >> 16)
    return folder


@dataclass(slots=True)
class _Invocation:
    id: str
    event: bytes
    deadline: int
    """Milliseconds since 1970."""
    finished: threading.Event = field(default_factory=threading.Event)
    failed: bool = False
    answer: bytes = b""


class Function:
    """One function in one environment: a process of the package's handler, started when it is first invoked.

    A process that ended or took too long is replaced at the next invocation. One invocation at a time.
    """

    def __init__(
        self,
        python: Path,
        task: Path,
        handler: str,
        environment: Mapping[str, str],
        *,
        name: str = "foyer-local",
        memory: int = MEMORY,
        timeout: float = TIMEOUT,
    ) -> None:
        """Take the interpreter, the unpacked package, the handler (``app.send_mail``) and the function's settings.

        ``environment`` has the function's own variables and the keys of its role; ``memory`` is in MB, ``timeout``
        in seconds.
        """
        self._python, self._task, self._handler = python, task, handler
        self._environment = dict(environment)
        self.name, self._memory, self._timeout = name, memory, timeout
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._server: _Server | None = None
        self._log: Path = task.parent / f"{task.name}-{handler}-{uuid.uuid4().hex[:8]}.log"
        self.cpu_at_start = 0.0
        """CPU seconds from the start of the process until it asked for its first event."""

    def __enter__(self) -> Self:
        """Start it."""
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop it."""
        self.stop()

    @property
    def log(self) -> str:
        """What its processes printed."""
        return self._log.read_text(encoding="utf-8", errors="replace") if self._log.exists() else ""

    @property
    def running(self) -> bool:
        """Whether there is a process."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """Start the process and wait until it asks for an event, or raise RuntimeFailure."""
        self.stop()
        server = self._server = _Server()
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                [self._python, "-m", "awslambdaric", self._handler],
                cwd=self._task,
                env=self._variables(server),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        server.on_ready = self._note_cpu
        self._wait(server.ready, STARTUP, "did not start")
        if server.init_error is not None:
            self.stop()
            raise RuntimeFailure(f"{self.name} could not be initialized: {server.init_error}", self.log)

    def invoke(self, event: Any) -> Any:
        """Hand the function an event and return its answer; HandlerFailure where it raised."""
        with self._lock:
            if not self.running:
                self.start()
            assert self._server is not None
            ends = int((time.time() + self._timeout) * 1000)
            invocation = _Invocation(str(uuid.uuid4()), json.dumps(event).encode(), ends)
            self._server.waiting[invocation.id] = invocation
            self._server.events.put(invocation)
            self._wait(invocation.finished, self._timeout, "took too long or ended")
        content = json.loads(invocation.answer or b"null")
        if invocation.failed:
            raise HandlerFailure(
                content.get("errorType", ""), content.get("errorMessage", ""), "".join(content.get("stackTrace", ()))
            )
        return content

    def cpu(self) -> float:
        """Return the CPU seconds all threads of the process have used (Linux)."""
        if self._process is None:
            return 0.0
        return time.clock_gettime(~self._process.pid << 3 | 2)  # the kernel's id of another process's CPU clock

    def stop(self) -> None:
        """End the process at once, as Lambda does."""
        process, self._process = self._process, None
        server, self._server = self._server, None
        if process is not None:
            process.kill()
            process.wait()
        if server is not None:
            server.events.put(None)
            server.shutdown()
            server.server_close()

    def _note_cpu(self) -> None:
        self.cpu_at_start = self.cpu()

    def _wait(self, happened: threading.Event, seconds: float, failure: str) -> None:
        ends = time.monotonic() + seconds
        while not happened.wait(0.1):
            if time.monotonic() > ends or not self.running:
                self.stop()
                raise RuntimeFailure(f"{self.name} {failure}", self.log)

    def _variables(self, server: _Server) -> dict[str, str]:
        host, port = server.server_address[:2]
        version = f"{sys.version_info.major}.{sys.version_info.minor}"
        return {
            "AWS_DEFAULT_REGION": REGION,
            "AWS_REGION": REGION,
            **self._environment,
            "_HANDLER": self._handler,
            "AWS_EXECUTION_ENV": f"AWS_Lambda_python{version}",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(self._memory),
            "AWS_LAMBDA_FUNCTION_NAME": self.name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{self.name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": "local",
            "AWS_LAMBDA_RUNTIME_API": f"{host!s}:{port}",
            "LAMBDA_RUNTIME_DIR": "/var/runtime",
            "LAMBDA_TASK_ROOT": str(self._task),
            "LANG": "en_US.UTF-8",
            "PATH": "/usr/bin:/bin",
            "PYTHONDONTWRITEBYTECODE": "1",  # a package cannot be written to on Lambda
            "TZ": ":UTC",
        }


class _Server(ThreadingHTTPServer):
    """The Runtime API of one process."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.events: queue.Queue[_Invocation | None] = queue.Queue()
        self.waiting: dict[str, _Invocation] = {}
        self.ready = threading.Event()
        self.on_ready: Callable[[], None] | None = None
        self.init_error: Any = None

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a process that was ended in the middle of a request."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def log_message(self, *_: object) -> None:
        """Log nothing."""

    def do_GET(self) -> None:
        """Answer the next event, once there is one."""
        if self.path != f"{PREFIX}invocation/next":
            self._answer(404)
            return
        if not self.server.ready.is_set():
            if self.server.on_ready is not None:
                self.server.on_ready()
            self.server.ready.set()
        invocation = self.server.events.get()
        if invocation is None:
            self._answer(410)
            return
        headers = {
            "Content-Type": "application/json",
            "Lambda-Runtime-Aws-Request-Id": invocation.id,
            "Lambda-Runtime-Deadline-Ms": str(invocation.deadline),
            "Lambda-Runtime-Invoked-Function-Arn": f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:foyer",
            "Lambda-Runtime-Trace-Id": f"Root=1-{int(time.time()):08x}-{uuid.uuid4().hex[:24]};Sampled=0",
        }
        self._answer(200, invocation.event, headers)

    def do_POST(self) -> None:
        """Take an answer, an exception, or the news that the function cannot start."""
        body = self._body()
        self._answer(202, b'{"status":"OK"}', {"Content-Type": "application/json"})
        match self.path.removeprefix(PREFIX).split("/"):
            case ["init", "error"]:
                self.server.init_error = json.loads(body)
                self.server.ready.set()
            case ["invocation", name, ("response" | "error") as kind]:
                invocation = self.server.waiting.pop(name)
                invocation.answer, invocation.failed = body, kind == "error"
                invocation.finished.set()

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = b""
        while size := int(self.rfile.readline(), 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def _answer(self, status: int, body: bytes = b"", headers: Mapping[str, str] | None = None) -> None:
        self.send_response_only(status)
        for name, value in {**(headers or {}), "Content-Length": str(len(body))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
