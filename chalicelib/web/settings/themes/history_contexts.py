"""What the history of a theme is given."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from chalicelib.records import dataclass
from chalicelib.rendering.model import Page

if TYPE_CHECKING:
    from chalicelib.knowledge.text_diff import Line
    from chalicelib.themes.revisions import Failure, Revision
    from chalicelib.web.contexts import Fault
    from chalicelib.web.settings.themes.value_contexts import ThemeHead


@dataclass(frozen=True, slots=True)
class ValueChange:
    """A setting that differs between two revisions, by its label; a side is empty where it is as by default."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class FileChange:
    """A file that differs. ``what`` is changed, added, removed or a picture; ``lines`` are empty for a picture."""

    name: str
    what: str
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class ThemeHistory(Page):
    """The revisions that are kept, the newest first, and what differs between two of them.

    ``live`` is the number that customers see, 0 for none. ``bases`` are the versions of Midtown, where they differ.
    """

    template: ClassVar[str] = "settings/themes/history.html"
    theme: ThemeHead
    here: str
    revisions: tuple[Revision, ...]
    live: int
    old: int
    new: int
    files: tuple[FileChange, ...]
    values: tuple[ValueChange, ...]
    bases: tuple[str, str] | None = None
    failure: Failure | None = None
    faults: tuple[Fault, ...] = ()
