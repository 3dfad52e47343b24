"""Believable pages, a module a surface: its ``PAGES`` is name to page and site; ``tests/samples.py`` gathers them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.refusals import Refusal
from chalicelib.web.errors import fault

if TYPE_CHECKING:
    from collections.abc import Callable

    from chalicelib.web.contexts import Fault


def refused(check: Callable[..., object], *given: object) -> Fault:
    """Return what a rule says to something that it refuses, as a form shows it."""
    try:
        check(*given)
    except Refusal as refusal:
        return fault(refusal)
    message = f"{check.__name__} takes {given}"
    raise AssertionError(message)
