"""What the forms of the editor say: settings that were typed, or the text of a file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from chalicelib.records import replace
from chalicelib.themes.model import MAX_FILE
from chalicelib.themes.values import clean, differing

if TYPE_CHECKING:
    from chalicelib.themes.editions import Edition
    from chalicelib.themes.manifest import Manifest
    from chalicelib.themes.model import Problem
    from chalicelib.web.visit import Visit

FIELD = "settings."
"""What the names of fields with settings begin with, as the places of problems do."""
MAX_SENT = 12 * MAX_FILE
"""Bytes of a form with a file: percent-encoding makes three of one, a line's end six; more is told beside the text."""


def typed_edition(visit: Visit, edition: Edition) -> Edition:
    """Return a revision with what a form says: with the text of its ``file``, or else with its settings."""
    name = visit.request.field("file")
    if name in edition.files:
        return with_text(edition, name, typed_text(visit))
    values, _ = typed(visit, edition.manifest)
    return edition.with_content(replace(edition.content, values=values))


def with_text(edition: Edition, name: str, text: str) -> Edition:
    """Return a revision with another text of a file."""
    content = edition.content
    return edition.with_content(replace(content, files={**content.files, name: text}))


def typed_text(visit: Visit) -> str:
    r"""Return the text of a file as it was typed; forms send ``\r\n``."""
    return visit.request.field("text").replace("\r\n", "\n").replace("\r", "\n")


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
