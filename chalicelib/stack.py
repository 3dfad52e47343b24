"""Room on the interpreter's stack, so that speed does not depend on how deep a function happens to be called.

CPython keeps frames in chunks of 16 KB. A loop whose calls cross the end of a chunk asks the system for the next one
and gives it back at every call: importing urllib3 at an unlucky depth, which compiles regular expressions, took a cold
start up to a quarter longer. The frame of a roomy function is so large that it gets a chunk of 128 KB to itself, and
what it calls finds 48 KB in it.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from types import FunctionType
from typing import ParamSpec, TypeVar, cast

P = ParamSpec("P")
T = TypeVar("T")

_WORDS = 10_000
"""Size of the frame, in words of 8 bytes."""


def roomy(function: Callable[P, T]) -> Callable[P, T]:
    """Give a function room for what it calls; it must be a plain one."""
    plain = cast("FunctionType", function)
    plain.__code__ = plain.__code__.replace(co_stacksize=_WORDS)
    return function


@roomy
def import_modules(*names: str) -> None:
    """Import modules, and all they import, with room to do so."""
    for name in names:
        importlib.import_module(name)
