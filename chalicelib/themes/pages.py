"""Which pages a theme renders itself: those that are linked from at least one file that it changed."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping

PAGES = (
    *("home", "category", "article", "search", "contact", "contact-sent", "login", "conversations", "conversation"),
    *("new-conversation", "account", "error"),
)
"""The pages that customers see, in the order of the editor."""
ENTRIES = (*(f"{page}.html" for page in PAGES), "parts/thread.html")
"""The files that are rendered: of each page its own, and the thread, which is also what a conversation adds."""

_NAMED = re.compile(r"\{%[-+]?\s*+(?:extends|include)\s*+(?:\"([^\"\n]*+)\"|'([^'\n]*+)')")


def customised(files: Mapping[str, str], changed: Container[str]) -> tuple[str, ...]:
    """Return those of :data:`ENTRIES` that a theme renders itself. ``files`` are all of its files, by name."""
    return tuple(one for one in ENTRIES if one in files and any(name in changed for name in linked(files, one)))


def linked(files: Mapping[str, str], entry: str) -> set[str]:
    """Return the files that a page is linked from, itself included."""
    found: set[str] = set()
    waiting = [entry]
    while waiting:
        name = waiting.pop()
        if name in files and name not in found:
            found.add(name)
            waiting += [one or other for one, other in _NAMED.findall(files[name])]
    return found
