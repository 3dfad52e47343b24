"""What operators learn: faults and events as JSON log lines by Powertools, counts as CloudWatch metrics in its form.

No message text, no name and no e-mail address ever reaches a log: a fault is written as its kind and where it
happened, never with the words it carries. Powertools is imported when there is something to log.
"""

from __future__ import annotations

import functools
import json
import sys
import time
import traceback
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger

SERVICE = "foyer"
NAMESPACE = "Foyer"

MESSAGE_POSTED = "MessagePosted"
SIGN_IN_ASKED = "SignInAsked"
SIGN_IN_REFUSED = "SignInRefused"
SIGNED_IN = "SignedIn"
MAIL_SENT = "MailSent"
MAIL_FAILED = "MailFailed"
MAIL_SWEPT = "MailSwept"
FACTS_SWEPT = "FactsSwept"
FACTS_PARKED = "FactsParked"
THEME_FAILED = "ThemeFailed"
FAULT = "Fault"


_SILENCED: list[bool] = []
_STAGE: list[str] = ["none"]


def belongs_to(stage: str) -> None:
    """Write metrics under a stage from now on: two stages of one account must not mix."""
    _STAGE[0] = stage


def silence() -> None:
    """Count nothing from now on in this process, where standard output is a person's terminal and not CloudWatch."""
    _SILENCED.append(True)


def count(metric: str, value: int = 1) -> None:
    """Add ``value`` to a metric of the stage: a line as Powertools' ``single_metric`` writes it.

    That takes a tenth of what a whole reply takes, and this next to nothing. The format is CloudWatch's embedded one:
    https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    if _SILENCED:
        return
    block = {
        "Namespace": NAMESPACE,
        "Dimensions": [["service", "stage"]],
        "Metrics": [{"Name": metric, "Unit": "Count"}],
    }
    emitted = {
        "_aws": {"Timestamp": int(time.time() * 1000), "CloudWatchMetrics": [block]},
        "service": SERVICE,
        "stage": _STAGE[0],
        metric: [float(value)],
    }
    sys.stdout.write(json.dumps(emitted, separators=(",", ":")) + "\n")


def fault(error: BaseException, **where: str) -> None:
    """Log an unexpected exception: its kind, the code of an AWS error, where it happened, and ``where`` it came in."""
    frames = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno} {frame.name}" for frame in _frames(error)]
    code = getattr(error, "code", "")
    code = code if isinstance(code, str) else ""
    _logger().error("fault", extra={"fault": type(error).__name__, "aws_code": code, "frames": frames[-12:], **where})
    count(FAULT)


def warn(event: str, **facts: str | int) -> None:
    """Log something an operator may want to know; ``facts`` are ids, counts and names of ours."""
    _logger().warning(event, extra=facts)


def inform(event: str, **facts: str | int) -> None:
    """Log something that is no trouble by itself; ``facts`` as for :func:`warn`."""
    _logger().info(event, extra=facts)


def _frames(error: BaseException) -> traceback.StackSummary:
    return traceback.extract_tb(error.__traceback__)


@functools.cache
def _logger() -> Logger:
    from aws_lambda_powertools import Logger

    return Logger(service=SERVICE)
