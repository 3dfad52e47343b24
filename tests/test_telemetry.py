"""Counts are written as Powertools writes them, which CloudWatch takes for metrics."""

from __future__ import annotations

import json

import pytest
from aws_lambda_powertools.metrics import MetricUnit, single_metric

from chalicelib import telemetry


@pytest.mark.parametrize("value", [1, 250])
def test_a_count_is_the_line_that_powertools_writes(
    value: int, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telemetry, "_SILENCED", [])
    monkeypatch.setattr(telemetry, "_STAGE", ["prod"])
    telemetry.count(telemetry.MESSAGE_POSTED, value)
    with single_metric(
        name=telemetry.MESSAGE_POSTED, unit=MetricUnit.Count, value=value, namespace=telemetry.NAMESPACE
    ) as written:
        written.add_dimension(name="service", value=telemetry.SERVICE)
        written.add_dimension(name="stage", value="prod")
    ours, theirs = (json.loads(line) for line in capsys.readouterr().out.splitlines())
    apart = abs(ours["_aws"].pop("Timestamp") - theirs["_aws"].pop("Timestamp"))
    assert apart < 60_000
    assert ours == theirs


def test_nothing_is_counted_where_a_person_reads_along(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telemetry, "_SILENCED", [True])
    telemetry.count(telemetry.MESSAGE_POSTED)
    assert capsys.readouterr().out == ""
