"""Which pages a theme renders itself: those that are linked from at least one file that it changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from chalicelib.themes.language.closure import closure

PAGES = (
    *("home", "category", "article", "search", "contact", "contact-sent", "login", "conversations", "conversation"),
    *("new-conversation", "account", "error"),
)
"""The pages that customers see, in the order of the editor."""
ENTRIES = (*(f"{page}.html" for page in PAGES), "parts/thread.html")
"""The files that are rendered: of each page its own, and the thread, which is also what a conversation adds."""


def customised(files: Mapping[str, str], changed: Collection[str], *, old: bool) -> tuple[str, ...]:
    """Return those of :data:`ENTRIES` that a theme renders itself. ``files`` are all of its files, by name.

    A theme with changed files whose version of Midtown is ``old`` renders all that it has: its stylesheet and its files
    are made for each other, and not for Midtown's newest pages.
    """
    if old and changed:
        return tuple(one for one in ENTRIES if one in files)
    return tuple(one for one in ENTRIES if one in files and any(name in changed for name in closure(files, one)))
