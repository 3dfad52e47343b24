"""The files that a page of a checked theme is made of. Nothing is parsed: every request may ask."""

from __future__ import annotations

import re
from collections.abc import Mapping

_NAMED = re.compile(r"\{%[-+]?\s*(?:extends|include)\s*(?:'([^']*)'|\"([^\"]*)\")")
"""The checker allows the name of one file in quotes behind these tags, and nothing else."""


def closure(files: Mapping[str, str], entry: str) -> frozenset[str]:
    """Return the names of a page's files: its own, and those they extend and include, as far as the theme has them.

    A name in a comment counts, too: the answer may be too large, and is never too small.
    """
    found: set[str] = set()
    waiting = [entry]
    while waiting:
        name = waiting.pop()
        if name in files and name not in found:
            found.add(name)
            waiting += [one or other for one, other in _NAMED.findall(files[name])]
    return frozenset(found)
