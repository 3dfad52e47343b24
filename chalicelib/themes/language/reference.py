"""What a page offers, as rows for the documents and the editor."""

from __future__ import annotations

from collections.abc import Iterator

from chalicelib.records import dataclass
from chalicelib.themes.language.types import Many, PageNames, Plain, Type


@dataclass(frozen=True, slots=True)
class Row:
    """One name that a template can use: ``page.rows[].subject`` is a field of each in the list ``page.rows``."""

    path: str
    type: str
    help: str


def rows(names: PageNames) -> list[Row]:
    """Return a row for everything a page offers: values, lists, and groups that may be missing."""
    return [row for name, kind in names.names.items() for row in _rows(name, kind, names.required)]


def _rows(path: str, kind: Type, required: tuple[str, ...]) -> Iterator[Row]:
    if isinstance(kind, Plain):
        must = "; the page must show it once" if path in required else ""
        yield Row(path, kind.name, kind.help + must)
    elif isinstance(kind, Many):
        yield Row(path, "list", "for the tag for, and the filters length, first and last")
        yield from _rows(f"{path}[]", kind.of, required)
    else:
        if kind.optional:
            yield Row(path, "group", "may be missing; its fields are empty then")
        for name, field in kind.fields.items():
            yield from _rows(f"{path}.{name}", field, required)
