"""Between the product and AWS: what passes is recorded, and fails, is lost or comes late as a test says."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from chalicelib.aws.answers import Answer, Asked, AwsError, NoAnswer

Start = Callable[[str, Mapping[str, Any]], Asked]


@dataclass(frozen=True, slots=True)
class Call:
    """One call: the operation, what was asked and what was answered.

    ``depth`` is how many answers had to be waited for, one after the other, when this one came: 1 for what left first.
    """

    operation: str
    request: Mapping[str, Any]
    answer: dict[str, Any] = field(default_factory=dict)
    depth: int = 1


@contextmanager
def recorded(client: Any) -> Iterator[list[Call]]:
    """Record the calls of a client in order, each complete when it has been answered."""
    calls: list[Call] = []
    waited = 0

    def start(inner: Start, operation: str, request: Mapping[str, Any]) -> Asked:
        call = Call(operation, dict(request), depth=waited + 1)
        calls.append(call)
        asked = inner(operation, request)

        def wait() -> Answer:
            nonlocal waited
            answer = asked()
            waited = max(waited, call.depth)
            call.answer.update(answer)
            return answer

        return wait

    with between(client, start):
        yield calls


def chain(calls: Iterable[Call]) -> int:
    """Return how many calls had to be waited for one after the other."""
    return max((call.depth for call in calls), default=0)


@contextmanager
def failing(
    client: Any, operation: str, code: str, *, times: int = 1, reasons: tuple[str, ...] = ()
) -> Iterator[list[str]]:
    """Let the next calls of an operation fail and not reach AWS; ``reasons`` are those of a cancelled transaction."""
    failed: list[str] = []

    def fail() -> Answer:
        raise AwsError(code, "No.", {"CancellationReasons": [{"Code": reason} for reason in reasons]})

    def start(inner: Start, asked: str, request: Mapping[str, Any]) -> Asked:
        if asked != operation or len(failed) >= times:
            return inner(asked, request)
        failed.append(code)
        return fail

    with between(client, start):
        yield failed


@contextmanager
def unanswered(client: Any, operation: str, *, behind: int = 0) -> Iterator[None]:
    """Let the calls of an operation, behind the first few, not reach AWS, and bring no answer."""
    left = iter(range(behind))

    def wait() -> Answer:
        raise NoAnswer

    def start(inner: Start, asked: str, request: Mapping[str, Any]) -> Asked:
        lost = asked == operation and next(left, None) is None
        return wait if lost else inner(asked, request)

    with between(client, start):
        yield


@contextmanager
def losing_answers(client: Any, operation: str, *, times: int = 1) -> Iterator[list[str]]:
    """Let the next calls of an operation be done, and their answers be lost on the way back."""
    lost: list[str] = []

    def start(inner: Start, asked: str, request: Mapping[str, Any]) -> Asked:
        wait = inner(asked, request)
        if asked != operation or len(lost) >= times:
            return wait
        lost.append(operation)

        def lose() -> Answer:
            wait()
            raise NoAnswer

        return lose

    with between(client, start):
        yield lost


@contextmanager
def repeating(client: Any, operation: str) -> Iterator[list[str]]:
    """Let the client send the next request of an operation twice, as it does when a connection breaks."""
    sent: list[str] = []
    receive = client.receive

    def again(connection: Any) -> Answer:
        answer: Answer = receive(connection)
        sent.append(operation)
        if len(sent) == 1:
            raise NoAnswer
        return answer

    def start(inner: Start, asked: str, request: Mapping[str, Any]) -> Asked:
        wait = inner(asked, request)

        def twice() -> Answer:
            client.receive = again
            try:
                return wait()
            finally:
                del client.receive

        return twice if asked == operation and not sent else wait

    with between(client, start):
        yield sent


@contextmanager
def meanwhile(client: Any, operation: str, act: Callable[[], object]) -> Iterator[list[str]]:
    """Do something once, right before the next call of an operation leaves: somebody else was faster."""
    done: list[str] = []

    def start(inner: Start, asked: str, request: Mapping[str, Any]) -> Asked:
        if asked == operation and not done:
            done.append(operation)
            act()
        return inner(asked, request)

    with between(client, start):
        yield done


@contextmanager
def answering(client: Any, operation: str, change: Callable[[dict[str, Any]], None]) -> Iterator[None]:
    """Change what an operation answers, such as an index that has not caught up."""

    def start(inner: Start, asked: str, request: Mapping[str, Any]) -> Asked:
        wait = inner(asked, request)

        def changed() -> Answer:
            answer = wait()
            change(answer)
            return answer

        return changed if asked == operation else wait

    with between(client, start):
        yield


@contextmanager
def lagging(client: Any) -> Iterator[list[str]]:
    """Let every query that is not consistent miss the first item it would find, as on a replica that is behind."""
    missed: list[str] = []

    def start(inner: Start, operation: str, request: Mapping[str, Any]) -> Asked:
        wait = inner(operation, request)

        def miss() -> Answer:
            answer = wait()
            if answer["Items"]:
                missed.append(answer["Items"].pop(0)["sk"]["S"])
            return answer

        return miss if operation == "Query" and not request.get("ConsistentRead") else wait

    with between(client, start):
        yield missed


@contextmanager
def between(client: Any, start: Callable[[Start, str, Mapping[str, Any]], Asked]) -> Iterator[None]:
    """Stand between whoever calls a client and the client, which ``start`` is given first."""
    inner = client.start
    client.start = lambda operation, request: start(inner, operation, request)
    try:
        yield
    finally:
        client.start = inner


@contextmanager
def waits(sqs: Any, seconds: list[int]) -> Iterator[None]:
    """Note for how long messages are put off."""

    def start(inner: Start, operation: str, request: Mapping[str, Any]) -> Asked:
        if operation == "ChangeMessageVisibility":
            seconds.append(request["VisibilityTimeout"])
        return inner(operation, request)

    with between(sqs, start):
        yield
