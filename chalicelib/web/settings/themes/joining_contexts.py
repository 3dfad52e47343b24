"""What the pages that join changes are given: an upgrade of Midtown, and two editors who saved at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from chalicelib.records import dataclass
from chalicelib.rendering.model import Page

if TYPE_CHECKING:
    from chalicelib.knowledge.text_diff import Line
    from chalicelib.themes.bases import Change
    from chalicelib.themes.model import Problem
    from chalicelib.web.contexts import Fault
    from chalicelib.web.settings.themes.value_contexts import ThemeHead


@dataclass(frozen=True, slots=True)
class ConflictView:
    """Lines that both changed. ``where`` tells their numbers in your text.

    ``keep`` is what was chosen (yours, theirs, both, text), empty at first; ``text`` is what a field to write in has.
    """

    key: str
    file: str
    where: str
    yours: tuple[Line, ...]
    theirs: tuple[Line, ...]
    keep: str
    text: str
    rows: int
    fault: str = ""

    @property
    def first(self) -> str:
        """What the id of its first field ends with."""
        return f"{self.key}-yours"


@dataclass(frozen=True, slots=True)
class JoinedFile:
    """A file that both changed: ``lines`` compare yours with the result, in which every conflict has your lines."""

    name: str
    conflicts: int
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Joining:
    """What becomes of files. ``mine`` and ``other`` are what the two sides are called.

    ``taken`` are files that only the other side changed, ``kept`` those that only you did.
    """

    mine: str
    other: str
    conflicts: tuple[ConflictView, ...]
    joined: tuple[JoinedFile, ...]
    taken: tuple[str, ...]
    kept: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ThemeUpgrade(Page):
    """An upgrade to Midtown ``until``. ``seen`` is the revision that it was worked out from.

    ``added`` are new files, ``pages`` what customers get with them; ``gone`` are files that Midtown has no longer.
    ``settings`` says what becomes of settings, ``look`` where to look afterwards. ``overtaken`` tells that somebody has
    upgraded the theme meanwhile, so that this cannot be saved.
    """

    template: ClassVar[str] = "settings/themes/upgrade.html"
    theme: ThemeHead
    action: str
    seen: int
    until: str
    changes: tuple[Change, ...]
    joining: Joining
    added: tuple[str, ...]
    pages: tuple[str, ...]
    gone: tuple[str, ...]
    settings: tuple[str, ...]
    look: tuple[Problem, ...]
    overtaken: bool = False
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class ThemeClash(Page):
    """Two editors who saved at once: ``seen`` is what both began with, ``theirs`` the revision that ``by`` saved.

    ``files`` are the texts that you saved, by name, and ``removed`` the names of files that you took away.
    """

    template: ClassVar[str] = "settings/themes/clash.html"
    theme: ThemeHead
    action: str
    seen: int
    theirs: int
    by: str
    note: str
    joining: Joining
    files: tuple[tuple[str, str], ...]
    removed: tuple[str, ...]
    faults: tuple[Fault, ...] = ()
