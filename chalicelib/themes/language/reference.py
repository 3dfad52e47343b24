"""What a page offers, as rows for the documents and the editor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from chalicelib.records import dataclass, replace
from chalicelib.themes.language.types import Many, PageNames, Plain, Type


@dataclass(frozen=True, slots=True)
class Row:
    """One name that a template can use: ``page.rows[].subject`` is a field of each in the list ``page.rows``.

    ``help`` says how values of its type are used, ``meaning`` what it is for; a page must show what is ``required``.
    """

    path: str
    type: str
    help: str
    meaning: str = ""
    required: bool = False


def rows(names: PageNames, meanings: Mapping[str, str] | None = None) -> list[Row]:
    """Return a row for everything a page offers: values, lists, and groups that may be missing.

    ``meanings`` says of some, by path, what they are for.
    """
    said, found = meanings or {}, (row for name, kind in names.names.items() for row in _rows(name, kind))
    return [replace(row, meaning=said.get(row.path, ""), required=row.path in names.required) for row in found]


def _rows(path: str, kind: Type) -> Iterator[Row]:
    if isinstance(kind, Plain):
        yield Row(path, kind.name, kind.help)
    elif isinstance(kind, Many):
        yield Row(path, "list", "for the tag for, and the filters length, first and last")
        yield from _rows(f"{path}[]", kind.of)
    else:
        if kind.optional:
            yield Row(path, "group", "may be missing; its fields are empty then")
        for name, field in kind.fields.items():
            yield from _rows(f"{path}.{name}", field)
