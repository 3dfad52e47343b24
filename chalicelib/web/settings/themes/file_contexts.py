"""What the pages of a theme's files and of its publishing are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from chalicelib.records import dataclass
from chalicelib.rendering.model import Page
from chalicelib.themes.revisions import MAX_NOTE

if TYPE_CHECKING:
    from chalicelib.knowledge.text_diff import Line
    from chalicelib.themes.language.reference import Row
    from chalicelib.web.contexts import Fault
    from chalicelib.web.settings.contexts import Option
    from chalicelib.web.settings.themes.value_contexts import ThemeHead


@dataclass(frozen=True, slots=True)
class FileChoice:
    """A file in the list. ``changed`` tells that it differs from Midtown's, ``own`` that Midtown has none."""

    name: str
    url: str
    current: bool
    changed: bool
    own: bool


@dataclass(frozen=True, slots=True)
class FileGroup:
    """Files that belong together: those a page is made of, and those of the whole theme."""

    label: str
    files: tuple[FileChoice, ...]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A line with a problem: what is before its place, the word there, and the rest, which is all without a place."""

    before: str
    word: str
    rest: str


@dataclass(frozen=True, slots=True)
class Found:
    """A problem. ``place`` is where, for people; ``url`` leads there, empty where that is no place in a theme.

    ``line`` and ``column`` count from 1, and are 0 where there is none.
    """

    sentence: str
    place: str
    url: str
    error: bool
    line: int = 0
    column: int = 0
    excerpt: Excerpt | None = None


@dataclass(frozen=True, slots=True)
class ThemeFile(Page):
    """A file of a theme. ``seen`` is the revision that the text was made from.

    ``page`` is the page whose files are listed and that the preview shows, by its key; ``missing`` are pages that the
    theme's version of Midtown has not. ``differs`` compares the file with Midtown's, ``offered`` is what templates can
    use. ``elsewhere`` are other files of the page with problems, each as a sentence with its address.
    """

    template: ClassVar[str] = "settings/themes/file.html"
    theme: ThemeHead
    action: str
    seen: int
    page: str
    page_label: str
    pages: tuple[Option, ...]
    missing: tuple[str, ...]
    groups: tuple[FileGroup, ...]
    name: str
    text: str
    changed: bool
    own: bool
    differs: tuple[Line, ...]
    problems: tuple[Found, ...]
    elsewhere: tuple[Found, ...]
    offered: tuple[Row, ...]
    preview_url: str
    states: tuple[tuple[str, str], ...]
    shows_typed: bool
    editor: str
    typed_path: str = ""
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """One check: what it found, or what can be said where it found nothing."""

    title: str
    problems: tuple[Found, ...]
    passed: str


@dataclass(frozen=True, slots=True)
class Preview:
    """A page in a state, with the address of its preview."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class ThemePublish(Page):
    """The checks of the newest revision, and the form that publishes it.

    ``axe`` is the address of axe-core, which looks at ``looks`` in the browser; empty where it was not built.
    ``live`` is the revision that customers see, 0 for none of this theme; ``before`` the one that they saw before it.
    """

    template: ClassVar[str] = "settings/themes/publish.html"
    theme: ThemeHead
    action: str
    number: int
    live: int
    before: int
    stops: tuple[Checked, ...]
    warns: tuple[Checked, ...]
    passes: tuple[Checked, ...]
    history_url: str
    axe: str
    looks: tuple[Preview, ...]
    reason: str = ""
    max_reason: int = MAX_NOTE
    faults: tuple[Fault, ...] = ()
