"""The types of what a page offers to themes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeAlias

from chalicelib.records import dataclass, field


@dataclass(frozen=True, slots=True)
class Plain:
    """A single value; ``name`` is what documents and errors call it, ``help`` how it is used."""

    name: str
    help: str


@dataclass(frozen=True, slots=True)
class Record:
    """A group of named fields, in a template ``one.name``. ``optional`` ones may be nothing, whose fields are empty."""

    fields: Mapping[str, Type]
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Many:
    """A list of values of one type, for ``for``, ``length``, ``first`` and ``last``."""

    of: Type


Type: TypeAlias = Plain | Record | Many

TEXT = Plain("text", "is escaped wherever it stands")
NUMBER = Plain("number", "a whole number")
FLAG = Plain("yes or no", "for if; cannot be shown")
TIME = Plain("time", "is shown by the filters moment, day and date")
URL = Plain("address", "for href and src; an address the product made")
HTML = Plain("markup", "markup the product made; stands in text, never in an attribute")
ATTRIBUTES = Plain("attributes", "attributes for the product's script; stand inside a tag")
NOTHING = Plain("nothing", "no value")
ANY = Plain("anything", "after an error, so that it is not told twice")


def record(**fields: Type) -> Record:
    """Return a record with these fields."""
    return Record(fields)


@dataclass(frozen=True, slots=True)
class PageNames:
    """What one page offers: ``names`` by name, and the slots and hooks that must be shown on every way through it.

    ``required`` are paths such as ``slots.composer`` or ``hooks.main``.
    """

    names: Mapping[str, Type]
    required: tuple[str, ...] = field(default_factory=tuple)
