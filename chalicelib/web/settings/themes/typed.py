"""What a form of a theme's settings says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.themes.values import clean, differing

if TYPE_CHECKING:
    from chalicelib.themes.manifest import Manifest
    from chalicelib.themes.model import Problem
    from chalicelib.web.visit import Visit

FIELD = "settings."
"""What the names of these fields begin with, as the places of problems do."""


def typed(visit: Visit, manifest: Manifest) -> tuple[dict[str, Any], list[Problem]]:
    """Return the values of a form that differ from their defaults, and what is wrong with them.

    What is wrong is kept as it was typed. A form says ``off`` before the value of a switch: the last one counts.
    """
    sent = {
        name.removeprefix(FIELD): values[-1]
        for name, values in visit.request.fields().items()
        if name.startswith(FIELD) and values
    }
    values, problems = clean(manifest, sent)
    return differing(manifest, values), problems
