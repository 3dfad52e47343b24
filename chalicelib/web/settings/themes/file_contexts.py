"""What the pages of a theme's files and of its publishing are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from chalicelib.records import dataclass
from chalicelib.rendering.model import Page

if TYPE_CHECKING:
    from chalicelib.themes.language.reference import Row
    from chalicelib.web.contexts import Fault
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
    """The files that a page is made of, under its name for people."""

    label: str
    files: tuple[FileChoice, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A problem. ``place`` is where, for people; ``url`` leads there, empty where that is no place in a theme."""

    sentence: str
    place: str
    url: str
    error: bool
    line: int = 0


@dataclass(frozen=True, slots=True)
class ThemeFile(Page):
    """A file of a theme. ``seen`` is the revision that the text was made from; ``offered`` what templates can use."""

    template: ClassVar[str] = "settings/themes/file.html"
    theme: ThemeHead
    action: str
    seen: int
    name: str
    text: str
    changed: bool
    own: bool
    groups: tuple[FileGroup, ...]
    problems: tuple[Found, ...]
    offered: tuple[Row, ...]
    offered_by: str
    preview_url: str
    editor: str
    typed_name: str = ""
    faults: tuple[Fault, ...] = ()


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
    reason: str = ""
    faults: tuple[Fault, ...] = ()
