"""What the pages of a theme's files and of its publishing are given."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from chalicelib.records import dataclass
from chalicelib.rendering.model import Page

if TYPE_CHECKING:
    from chalicelib.knowledge.text_diff import Line
    from chalicelib.themes.language.reference import Row
    from chalicelib.web.contexts import Fault
    from chalicelib.web.settings.contexts import Option
    from chalicelib.web.settings.themes.value_contexts import PreviewChoice, ThemeHead


@dataclass(frozen=True, slots=True)
class FileLink:
    """A file to open. ``changed`` tells that it differs from Midtown's, ``current`` that it is the one that is open."""

    name: str
    url: str
    changed: bool
    current: bool


@dataclass(frozen=True, slots=True)
class CodeProblem:
    """Something wrong with the file that is open. ``line`` and ``column`` count from 1, 0 where there is none.

    ``source`` is that line of the file.
    """

    line: int
    column: int
    sentence: str
    error: bool
    source: str


@dataclass(frozen=True, slots=True)
class FoundLine:
    """A line in which something was found, or another file's line with a problem."""

    file: str
    line: int
    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Offers:
    """Names that a file can use, under a heading; ``open`` where they belong to this page alone."""

    label: str
    rows: tuple[Row, ...]
    open: bool


@dataclass(frozen=True, slots=True)
class ThemeFile(Page):
    """A file of a theme, with a preview beside it. ``seen`` is the revision that its text was opened from.

    ``kind`` is html, css or json; ``origin`` is midtown (as it comes), changed, or own (Midtown has no such file).
    ``lines`` compare Midtown's text with this one, ``numbers`` count its lines, ``wrong`` are those with problems.
    ``files`` make up the page that is chosen, ``common`` belong to all pages, ``others`` to other pages. ``elsewhere``
    are problems of other files of those pages. ``found`` are lines with what was searched for (``query``), and is None
    where nothing was. ``most`` is in bytes. ``coloured`` tells that the script which colours code was built.
    """

    template: ClassVar[str] = "settings/themes/file.html"
    theme: ThemeHead
    action: str
    seen: int
    file: str
    text: str
    kind: str
    origin: str
    lines: tuple[Line, ...]
    numbers: range
    wrong: frozenset[int]
    problems: tuple[CodeProblem, ...]
    elsewhere: tuple[FoundLine, ...]
    choices: tuple[Option, ...]
    files: tuple[FileLink, ...]
    common: tuple[FileLink, ...]
    others: tuple[FileLink, ...]
    offers: tuple[Offers, ...]
    pages: tuple[PreviewChoice, ...]
    shown: PreviewChoice
    languages: tuple[tuple[str, str], ...]
    most: int
    max_note: int
    coloured: bool
    note: str = ""
    new_name: str = ""
    query: str = ""
    found: tuple[FoundLine, ...] | None = None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A problem. ``place`` is where, for people; ``url`` leads there, empty where that is no place in a theme."""

    sentence: str
    place: str
    url: str
    error: bool


@dataclass(frozen=True, slots=True)
class Checked:
    """One check: what it found, or what can be said where it found nothing."""

    title: str
    problems: tuple[Found, ...]
    passed: str


@dataclass(frozen=True, slots=True)
class ThemePublish(Page):
    """The checks of the newest revision, and the form that publishes it. ``before`` is the revision published last."""

    template: ClassVar[str] = "settings/themes/publish.html"
    theme: ThemeHead
    action: str
    number: int
    published: bool
    before: int
    stops: tuple[Checked, ...]
    warns: tuple[Checked, ...]
    passes: tuple[Checked, ...]
    history_url: str
    max_reason: int
    reason: str = ""
    faults: tuple[Fault, ...] = ()
