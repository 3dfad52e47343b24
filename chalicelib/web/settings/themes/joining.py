"""Conflicts of files as a form: how they are shown side by side, and which choice was made of each."""

from __future__ import annotations

from collections import Counter
from hashlib import sha256
from typing import TYPE_CHECKING

from chalicelib.knowledge.text_diff import Line, compare
from chalicelib.records import dataclass
from chalicelib.themes.merge import Choice, Conflict, Kept, Take
from chalicelib.themes.upgrade import Outcome
from chalicelib.web.contexts import Fault
from chalicelib.web.settings.themes.joining_contexts import ConflictView, JoinedFile, Joining

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from chalicelib.themes.merge import Lines, Merged
    from chalicelib.themes.upgrade import FileUpgrade
    from chalicelib.web.http import Request

MAX_FIELDS = 2_000
"""Fields of a form with conflicts: two for each."""
MAX_FORM = 5 * 1024 * 1024
"""Bytes of such a form; Lambda takes 6 MB."""
_AROUND = 3
"""Unchanged lines that are shown around a conflict."""
_KEY = 16
_ROWS = (4, 24)


@dataclass(frozen=True, slots=True)
class Named:
    """A conflict of a file with the key that its fields have, which is the same wherever the same texts conflict."""

    key: str
    file: str
    conflict: Conflict
    before: str
    after: str


def take_long_forms(request: Request) -> None:
    """Let a request have the fields of many conflicts; it must be said before a field is looked at."""
    request.max_fields, request.max_form = MAX_FIELDS, MAX_FORM


def conflicts(files: Mapping[str, FileUpgrade]) -> tuple[Named, ...]:
    """Return every conflict of some files, in order."""
    times: Counter[str] = Counter()
    return tuple(one for name, file in files.items() if file.merged for one in _named(name, file.merged, times))


def _named(name: str, merged: Merged, times: Counter[str]) -> Iterator[Named]:
    pieces = merged.pieces
    for place, piece in enumerate(pieces):
        if not isinstance(piece, Conflict):
            continue
        texts = (name, piece.base.text, piece.yours.text, piece.theirs.text)
        digest = sha256("\0".join(texts).encode("utf-8", "replace")).hexdigest()[:_KEY]
        times[digest] += 1
        before = pieces[place - 1] if place else None
        after = pieces[place + 1] if place + 1 < len(pieces) else None
        yield Named(f"{digest}-{times[digest]}", name, piece, _same(before), _same(after))


def _same(piece: Kept | Conflict | None) -> str:
    return piece.text if isinstance(piece, Kept) else ""


def chosen(request: Request, found: Sequence[Named]) -> dict[str, list[Choice]]:
    """Return the choices that were made, by file and in order; a file whose conflicts are not all settled has fewer."""
    made: dict[str, list[Choice]] = {}
    for one in found:
        keep = request.field(f"keep.{one.key}")
        choices = made.setdefault(one.file, [])
        if keep in set(Take):
            text = request.field(f"text.{one.key}") if keep == Take.TEXT else ""
            choices.append(Choice(Take(keep), text))
    return made


def view(
    files: Mapping[str, FileUpgrade], request: Request, *, mine: str, other: str, asked: bool
) -> tuple[Joining, tuple[Fault, ...]]:
    """Return what a page shows of joined files, and, where that was ``asked`` for, what is still to be chosen."""
    views = tuple(_view(one, request, asked=asked) for one in conflicts(files))
    joining = Joining(
        mine=mine,
        other=other,
        conflicts=views,
        joined=tuple(one for file in files.values() if file.merged and (one := _joined(file)).lines),
        taken=_names(files, Outcome.FOLLOWS),
        kept=_names(files, Outcome.KEPT),
    )
    return joining, tuple(Fault(f"{one.fault} ({one.file}, {one.where})", one.first) for one in views if one.fault)


def _names(files: Mapping[str, FileUpgrade], outcome: Outcome) -> tuple[str, ...]:
    return tuple(one.name for one in files.values() if one.outcome is outcome)


def _view(one: Named, request: Request, *, asked: bool) -> ConflictView:
    conflict, keep = one.conflict, request.field(f"keep.{one.key}")
    keep = keep if keep in set(Take) else ""
    text = request.field(f"text.{one.key}")
    if not text and keep != Take.TEXT:
        text = conflict.yours.text + conflict.theirs.text
    return ConflictView(
        key=one.key,
        file=one.file,
        where=_where(conflict.yours),
        yours=_side(one, conflict.yours.text),
        theirs=_side(one, conflict.theirs.text),
        keep=keep,
        text=text,
        rows=min(max(text.count("\n") + 2, _ROWS[0]), _ROWS[1]),
        fault="Choose which lines to keep." if asked and not keep else "",
    )


def _where(lines: Lines) -> str:
    if lines.last < lines.first:
        return f"before line {lines.first}"
    return f"line {lines.first}" if lines.last == lines.first else f"lines {lines.first} to {lines.last}"


def _side(one: Named, text: str) -> tuple[Line, ...]:
    """Return the lines of one side as what became of those that both began with, and some around them."""
    before, after = _lines(one.before)[-_AROUND:], _lines(one.after)[:_AROUND]
    old, new = _lines(one.conflict.base.text), _lines(text)
    between = compare("\n".join(old), "\n".join(new)) if old and new else ()
    changed = between or (*(Line("gone", line) for line in old), *(Line("new", line) for line in new))
    return (*(Line("same", line) for line in before), *changed, *(Line("same", line) for line in after))


def _lines(text: str) -> list[str]:
    return text.removesuffix("\n").split("\n") if text else []


def _joined(file: FileUpgrade) -> JoinedFile:
    merged = file.merged
    pieces = merged.pieces if merged else ()
    text = "".join(piece.text if isinstance(piece, Kept) else piece.yours.text for piece in pieces)
    count = len(merged.conflicts) if merged else 0
    return JoinedFile(file.name, count, compare(file.yours or "", text))
