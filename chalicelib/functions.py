"""Every function that Lambda runs: what triggers it, how large it is, and which alarms tell that it fails.

A new one is an entry here, a function of its name in ``app.py`` and its block in ``infra/template.yaml``. Settings,
rights, sizes and the triggers on a developer's machine are made from this list; ``tests/test_functions.py`` holds
``app.py``, the template and the documents to it.
"""

from __future__ import annotations

from chalicelib.records import dataclass

MEMORY, TIMEOUT = 512, 30
"""Megabytes and seconds of a function that says nothing else, as ``.chalice/config.json`` has them."""


def _resource(stage: str, name: str) -> str:
    return f"foyer-{stage}-{name.replace('_', '-')}"


@dataclass(frozen=True, slots=True)
class Http:
    """Requests, through API Gateway."""


@dataclass(frozen=True, slots=True)
class Queue:
    """The messages of a queue of its own, one at a time.

    What failed ``tries`` times goes to the dead-letter queue. While the function has a message, nobody else is given it
    for six times the function's timeout, as Lambda asks for.
    """

    name: str
    tries: int

    @property
    def variable(self) -> str:
        """The environment variable with the queue's name."""
        return f"FOYER_{self.name.upper()}_QUEUE"

    def of(self, stage: str) -> str:
        """Return what the queue is called on AWS."""
        return _resource(stage, self.name)

    def dead(self, stage: str) -> str:
        """Return what its dead-letter queue is called."""
        return f"{self.of(stage)}-dead"


@dataclass(frozen=True, slots=True)
class Schedule:
    """The clock, once in so many minutes."""

    minutes: int


@dataclass(frozen=True, slots=True)
class Topic:
    """The notifications of an SNS topic."""

    name: str

    @property
    def variable(self) -> str:
        """The environment variable with the topic's name."""
        return f"FOYER_{self.name.upper()}"

    def of(self, stage: str) -> str:
        """Return what the topic is called on AWS."""
        return _resource(stage, self.name)


@dataclass(frozen=True, slots=True)
class Function:
    """One function. ``memory`` is in megabytes, ``timeout`` in seconds."""

    name: str
    """Of the function in ``app.py``."""
    trigger: Http | Queue | Schedule | Topic
    alarms: tuple[str, ...]
    """Which alarms of the template go off when it fails. Ten cost nothing, so functions may share one."""
    memory: int = MEMORY
    timeout: int = TIMEOUT

    def of(self, stage: str) -> str:
        """Return what Chalice calls it on AWS: the stage's name alone for the one behind the API."""
        return f"foyer-{stage}" if isinstance(self.trigger, Http) else f"foyer-{stage}-{self.name}"

    def log_group(self, stage: str) -> str:
        """Return where it logs."""
        return f"/aws/lambda/{self.of(stage)}"


SWEEP = Schedule(minutes=1)

FUNCTIONS = (
    Function("app", Http(), alarms=("http-errors", "throttles")),
    Function("send_mail", Queue("mail", tries=5), alarms=("dead-mail", "late-mail", "send-mail-errors")),
    # Where it keeps failing, the sweep finds what was not told or was given up on, and fails as well.
    Function("follow_up", Queue("facts", tries=5), alarms=("sweep-errors",)),
    Function("sweep", SWEEP, alarms=("sweep-errors",)),
    Function("mail_events", Topic("mail_events"), alarms=("mail-events-errors",)),
    # A whole processor for five minutes. Where it keeps failing, the sweep misses the index, and fails as well.
    Function("build_index", Queue("index", tries=3), alarms=("sweep-errors",), memory=1769, timeout=300),
)

QUEUES = tuple(one.trigger for one in FUNCTIONS if isinstance(one.trigger, Queue))
SOURCES = tuple(one.trigger for one in FUNCTIONS if isinstance(one.trigger, Queue | Topic))
"""What has a name that a function must be told."""


def environment(stage: str) -> dict[str, str]:
    """Return the variables that name a stage's queues and topics."""
    return {one.variable: one.of(stage) for one in SOURCES}
