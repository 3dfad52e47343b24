"""What tests of files' content ask: whether it is taken, why not, and how much work that was."""

from __future__ import annotations

import sys
from types import FrameType
from typing import Any

import pytest

from chalicelib.attachments.content import check_content
from chalicelib.attachments.model import EXTENSIONS
from chalicelib.refusals import FileRefused


def check(kind: str, content: bytes) -> None:
    check_content(f"a file.{kind}", EXTENSIONS[kind], content)


def reason(kind: str, content: bytes) -> str:
    """Return why a file is refused; it must be."""
    with pytest.raises(FileRefused) as caught:
        check(kind, content)
    assert caught.value.name == f"a file.{kind}"
    assert caught.value.reason.endswith(".")
    return caught.value.reason


class TooMuchWork(Exception):
    """More lines of Python ran than a check may need."""


def verdict(kind: str, content: bytes, most: int) -> str:
    """Return why a file is refused, or nothing; raise :class:`TooMuchWork` once more than ``most`` lines have run.

    Lines of whatever runs are counted, in libraries as well.
    """
    before, count = sys.gettrace(), 0

    def trace(_frame: FrameType, event: str, _argument: object) -> Any:
        nonlocal count
        count += event == "line"
        if count > most:
            raise TooMuchWork
        return trace

    sys.settrace(trace)
    try:
        check(kind, content)
    except FileRefused as refusal:
        return refusal.reason
    finally:
        sys.settrace(before)
    return ""
