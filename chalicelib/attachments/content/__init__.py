"""What is inside a file: every kind is walked from signature to end by the checker of its format, a file each.

No sniffing. Everything here runs in time linear in the file and its limits, whatever the bytes are.

A checker is a function ``check(content)`` that raises :class:`Unfit`. It knows nothing of the product: names, sizes and
the sentence for people are this module's. Which checker a kind has is said in ``KINDS`` of ``attachments/model.py``.
What each refuses, and what it does not, is at the head of its file. Two rules hold for several:

- Pictures and PDF may be followed by a trailer (phones append videos and depth maps to photographs), but not by markup
  or an archive, and no archive reader may find one anywhere at their end. Text inside pictures is free of markup.
- Office files are free of macros. What Office itself asks about before it does it is not refused.
"""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from chalicelib.attachments.content.unfit import Unfit
from chalicelib.attachments.model import Kind, check_size, kind_of
from chalicelib.refusals import FileRefused
from chalicelib.speech import mark


def check_content(name: str, content_type: str, content: bytes) -> None:
    """Refuse content whose structure is not that of its name's extension, or that carries something active."""
    kind = kind_of(name)
    if kind is None or kind.type != content_type:
        raise FileRefused(name, mark("its name and its type do not match."))
    check_size(name, len(content))
    try:
        _checker(kind)(content)
    except Unfit as unfit:
        raise FileRefused(name, unfit.reason, kind=kind.label, **unfit.values) from unfit


def _checker(kind: Kind) -> Callable[[bytes], None]:
    """Return the checker of a kind, loaded when the first file of it comes: most starts see none."""
    check: Callable[[bytes], None] = import_module(f"{__name__}.{kind.checker}").check
    return check
