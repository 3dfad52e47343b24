"""What the product writes for operators, read as CloudWatch takes it: a JSON object a line, log lines and metrics."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stdout
from typing import Any

import pytest

from chalicelib import telemetry


@contextmanager
def written() -> Iterator[list[dict[str, Any]]]:
    """Give the lines that are written within; known when it ends, also where another test silenced this process."""
    lines: list[dict[str, Any]] = []
    stream = io.StringIO()
    handler: Any = telemetry._logger().registered_handler
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(stream):
        patch.setattr(telemetry, "_SILENCED", [])
        patch.setattr(handler, "stream", stream)
        yield lines
    lines += [json.loads(line) for line in stream.getvalue().splitlines()]


def messages(lines: list[dict[str, Any]]) -> list[str]:
    """Return what lines of the log say, metrics left out."""
    return [line["message"] for line in lines if "message" in line]


def metrics(lines: list[dict[str, Any]]) -> dict[str, float]:
    """Return what lines count, by metric; each in the one set of dimensions that costs nothing more."""
    found: dict[str, float] = {}
    for line in lines:
        for block in line.get("_aws", {}).get("CloudWatchMetrics", ()):
            assert block["Namespace"] == telemetry.NAMESPACE
            assert [sorted(one) for one in block["Dimensions"]] == [["service", "stage"]]
            for metric in block["Metrics"]:
                found[metric["Name"]] = found.get(metric["Name"], 0) + sum(line[metric["Name"]])
    return found
