"""Between the product and AWS: what passes is recorded, and fails, is lost or comes late as a test says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from typing import Any

from botocore.awsrequest import AWSResponse
from botocore.exceptions import ReadTimeoutError

_NUMBERS = count()


@dataclass(frozen=True, slots=True)
class Call:
    """One call: the operation, what was asked and what was answered."""

    operation: str
    request: dict[str, Any]
    answer: dict[str, Any] = field(default_factory=dict)


@contextmanager
def recorded(client: Any) -> Iterator[list[Call]]:
    """Record the calls of a client in order, each complete when it has been answered."""
    calls: list[Call] = []

    def ask(params: dict[str, Any], model: Any, **_: Any) -> None:
        calls.append(Call(model.name, dict(params)))

    def answered(parsed: dict[str, Any], model: Any, **_: Any) -> None:
        call = next(one for one in reversed(calls) if one.operation == model.name and not one.answer)
        call.answer.update(parsed)

    service = _service(client)
    with (
        _listening(client, f"provide-client-params.{service}", ask, first=True),
        _listening(client, f"after-call.{service}", answered),
    ):
        yield calls


@contextmanager
def failing(
    client: Any, operation: str, code: str, *, times: int = 1, status: int = 400, reasons: tuple[str, ...] = ()
) -> Iterator[list[str]]:
    """Let the next calls of an operation fail and not reach AWS; ``reasons`` are those of a cancelled transaction."""
    failed: list[str] = []

    def fail(**_: Any) -> tuple[AWSResponse, dict[str, Any]] | None:
        if len(failed) >= times:
            return None
        failed.append(code)
        parsed = {
            "Error": {"Code": code, "Message": "No."},
            "CancellationReasons": [{"Code": reason} for reason in reasons],
            "ResponseMetadata": {"HTTPStatusCode": status},
        }
        return AWSResponse("", status, {}, None), parsed

    with _listening(client, f"before-call.{_service(client)}.{operation}", fail, first=True):
        yield failed


@contextmanager
def losing_answers(client: Any, operation: str, *, times: int = 1) -> Iterator[list[str]]:
    """Let the next calls of an operation be done, and their answers be lost on the way back."""
    lost: list[str] = []

    def lose(**_: Any) -> None:
        if len(lost) < times:
            lost.append(operation)
            raise ReadTimeoutError(endpoint_url="https://dynamodb")

    with _listening(client, f"after-call.{_service(client)}.{operation}", lose):
        yield lost


@contextmanager
def repeating(client: Any, operation: str) -> Iterator[list[str]]:
    """Let the SDK send the next request of an operation a second time, as it does when a connection breaks."""
    sent: list[str] = []

    def again(**_: Any) -> int | None:
        sent.append(operation)
        return 0 if len(sent) == 1 else None

    with _listening(client, f"needs-retry.{_service(client)}.{operation}", again, first=True):
        yield sent


@contextmanager
def meanwhile(client: Any, operation: str, act: Callable[[], object]) -> Iterator[list[str]]:
    """Do something once, right before the next call of an operation leaves: somebody else was faster."""
    done: list[str] = []

    def first(**_: Any) -> None:
        if not done:
            done.append(operation)
            act()

    with _listening(client, f"before-call.{_service(client)}.{operation}", first, first=True):
        yield done


@contextmanager
def answering(client: Any, operation: str, change: Callable[[dict[str, Any]], None]) -> Iterator[None]:
    """Change what an operation answers, such as an index that has not caught up."""

    def changed(parsed: dict[str, Any], **_: Any) -> None:
        change(parsed)

    with _listening(client, f"after-call.{_service(client)}.{operation}", changed):
        yield


@contextmanager
def lagging(client: Any) -> Iterator[list[str]]:
    """Let every query that is not consistent miss the first item it would find, as on a replica that is behind."""
    asked: list[dict[str, Any]] = []
    missed: list[str] = []

    def ask(params: dict[str, Any], **_: Any) -> None:
        asked.append(params)

    def answered(parsed: dict[str, Any], **_: Any) -> None:
        if not asked.pop().get("ConsistentRead") and parsed["Items"]:
            missed.append(parsed["Items"].pop(0)["sk"]["S"])

    service = _service(client)
    with (
        _listening(client, f"provide-client-params.{service}.Query", ask),
        _listening(client, f"after-call.{service}.Query", answered),
    ):
        yield missed


def _service(client: Any) -> str:
    return str(client.meta.service_model.service_id.hyphenize())


@contextmanager
def _listening(client: Any, event: str, handler: Callable[..., Any], *, first: bool = False) -> Iterator[None]:
    name = f"test-{next(_NUMBERS)}"
    events = client.meta.events
    (events.register_first if first else events.register)(event, handler, unique_id=name)
    try:
        yield
    finally:
        events.unregister(event, unique_id=name)
