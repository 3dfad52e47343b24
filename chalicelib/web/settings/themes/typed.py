"""What the forms of a theme say: of its settings, and of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.records import replace
from chalicelib.themes.model import MAX_FILE
from chalicelib.themes.values import clean, differing

if TYPE_CHECKING:
    from chalicelib.themes.manifest import Manifest
    from chalicelib.themes.model import Content, Problem
    from chalicelib.web.visit import Visit

FIELD = "settings."
"""What the names of these fields begin with, as the places of problems do."""

MAX_TYPED = 16 * MAX_FILE
"""Bytes of the form of a file: of one that is too large, too, whose text a refusal shows again."""


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


def with_typed(visit: Visit, content: Content, name: str) -> Content:
    """Return a content with the text of a form for one of its files."""
    text = visit.request.field("text").replace("\r\n", "\n")
    return replace(content, files={**content.files, name: text})
