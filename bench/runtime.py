"""CPU of whole invocations: the recorded requests again, in a process that AWS's own runtime client drives.

The parent is a Lambda Runtime API that hands out one event after the other; the child is ``awslambdaric`` with
:func:`handler`. What counts is the child's CPU from one event to the next: taking the event, the product, handing the
answer over. That is what Lambda bills, less the waiting.
"""

from __future__ import annotations

import functools
import itertools
import json
import os
import pickle
import statistics
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from bench import cpu

ROUNDS = 41
TIMES = 10
"""Invocations of each kind in a round."""
WARM_UP = 150
REPORT = b'{"report": true}'
FILE = "FOYER_BENCH_RECORDING"
PREFIX = "/2018-06-01/runtime/invocation/"

_began: list[tuple[str, int]] = []


def handler(event: dict[str, Any], context: object) -> Any:
    """Be the Lambda: answer a recorded event, or tell which events came at what CPU time of this process (ns)."""
    if "report" in event:
        return _began
    requests = _requests()
    name = event["resource"]
    _began.append((name, time.process_time_ns()))
    return requests[name](event, context)


@functools.cache
def _requests() -> dict[str, Callable[[Any, Any], Any]]:
    recording: cpu.Recording = pickle.loads(Path(os.environ[FILE]).read_bytes())
    replayed = cpu.handlers(recording)
    return {recording.requests[name].event["resource"]: answer for name, answer in replayed.items()}


def measure(file: Path) -> dict[str, cpu.Spent]:
    """Return what each request of a recording costs in a Lambda, as medians over the rounds."""
    recording: cpu.Recording = pickle.loads(file.read_bytes())
    names = {one.event["resource"]: name for name, one in recording.requests.items()}
    said = _invoke(_events(recording), file)
    spent: dict[str, list[float]] = {name: [] for name in names.values()}
    cycles = [(names[one], (after - at) / 1000) for (one, at), (_, after) in itertools.pairwise(said)]
    measured = cycles[WARM_UP * len(names) :]
    for start in range(0, len(measured), TIMES * len(names)):
        block = measured[start : start + TIMES * len(names)]
        for name, each in spent.items():
            each.append(statistics.mean(microseconds for one, microseconds in block if one == name))
    return cpu.medians(spent)


def _events(recording: cpu.Recording) -> Iterator[bytes]:
    events = [json.dumps(one.event).encode() for one in recording.requests.values()]
    for event in events:
        yield from [event] * WARM_UP
    for _ in range(ROUNDS):
        for event in events:
            yield from [event] * TIMES
    yield events[0]  # ends the last one that counts
    yield REPORT


def _invoke(events: Iterator[bytes], file: Path) -> list[tuple[str, int]]:
    """Run the runtime client until the events are through, and return what the last one was answered."""
    api = _RuntimeApi(events)
    threading.Thread(target=api.serve_forever, args=(0.05,), daemon=True).start()
    environment = os.environ | {
        "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{api.server_port}",
        "AWS_LAMBDA_FUNCTION_NAME": "foyer-bench",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "AWS_LAMBDA_LOG_GROUP_NAME": "/aws/lambda/foyer-bench",
        "AWS_LAMBDA_LOG_STREAM_NAME": "bench",
        "LAMBDA_TASK_ROOT": str(Path.cwd()),
        FILE: str(file),
    }
    command = [sys.executable, "-m", "awslambdaric", "bench/runtime.handler"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL) as child:
        while child.poll() is None and not api.done.wait(0.1):
            pass
        child.terminate()
    api.shutdown()
    api.server_close()
    if api.answer is None or api.failed:
        message = f"the Lambda failed: {api.failed or 'it ended'}"
        raise RuntimeError(message)
    return [(name, at) for name, at in json.loads(api.answer)]


class _RuntimeApi(ThreadingHTTPServer):
    """The part of the Lambda Runtime API that a function needs."""

    daemon_threads = True

    def __init__(self, events: Iterator[bytes]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.events = events
        self.answer: bytes | None = None
        """What the last event was answered."""
        self.failed = ""
        self.done = threading.Event()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _RuntimeApi

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
        """Say nothing."""

    def do_GET(self) -> None:
        """Hand out the next event; after the last, let the runtime wait until it is ended."""
        event = next(self.server.events, None)
        if event is None:
            self.server.done.set()
            time.sleep(60)
            return
        self._answer(
            200,
            event,
            **{
                "Lambda-Runtime-Aws-Request-Id": str(uuid.uuid4()),
                "Lambda-Runtime-Deadline-Ms": str(int(time.time() * 1000) + 30_000),
                "Lambda-Runtime-Invoked-Function-Arn": "arn:aws:lambda:us-east-1:000000000000:function:foyer-bench",
                "Lambda-Runtime-Trace-Id": "Root=1-00000000-000000000000000000000000;Sampled=0",
            },
        )

    def do_POST(self) -> None:
        """Take an answer, or why there is none."""
        body = self._body()
        self.server.answer = body
        if self.path.endswith("/error"):
            self.server.failed = body.decode(errors="replace")
            self.server.done.set()
        self._answer(202, b'{"status":"OK"}')

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = b""
        while size := int(self.rfile.readline().strip() or b"0", 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body
