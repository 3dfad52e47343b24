"""What AWS says when a call did not do what was asked, whichever client made it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

Answer = dict[str, Any]
"""What an operation answered, in the form of AWS's API."""
Asked = Callable[[], Answer]
"""Waits for the answer of a call that was sent; raises :class:`AwsError` or :class:`NoAnswer`."""


class AwsError(Exception):
    """AWS answered, and did not do it. ``code`` is AWS's name for why; ``answer`` is all that it said."""

    def __init__(self, code: str, sentence: str, answer: Mapping[str, Any]) -> None:
        """Take what AWS said."""
        super().__init__(f"{code}: {sentence}")
        self.code, self.answer = code, answer


class NoAnswer(Exception):
    """Nothing usable came back in time, however often it was asked: what was asked may or may not have been done."""


class Service(Protocol):
    """One AWS service. Operations and requests are named as in AWS's API."""

    def start(self, operation: str, request: Mapping[str, Any]) -> Asked:
        """Send a call; what is returned waits for its answer. Several started one after the other go on at once."""
        ...

    def call(self, operation: str, request: Mapping[str, Any]) -> Answer:
        """Send a call and wait for its answer."""
        ...
