"""How values get into a page: what compiled templates call for each."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from markupsafe import Markup, escape
from markupsafe import _escape_inner as safe_text  # type: ignore[attr-defined]  # escape() without making a Markup

__all__ = ["markup", "safe_text", "written"]

markup: Callable[[str], Markup] = partial(str.__new__, Markup)
"""Makes markup of what is known to be safe, without Markup()'s look at what it was given."""


def written(value: object) -> str:
    """Return what a page says for a value that is no plain text: markup as it is, anything else escaped."""
    if isinstance(value, Markup):
        return value
    if isinstance(value, str):  # a StrEnum
        return safe_text(value)
    return str(value) if type(value) is int else escape(value)
