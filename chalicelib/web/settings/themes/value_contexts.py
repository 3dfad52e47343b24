"""What the form of a theme's settings is made of, and the head that all pages of a theme share."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from chalicelib.records import dataclass
from chalicelib.rendering.model import Page
from chalicelib.web.contexts import Fault

if TYPE_CHECKING:
    from chalicelib.web.settings.contexts import Option


@dataclass(frozen=True, slots=True)
class ThemeHead:
    """The head of a theme's pages. ``tab`` is values, files, history or publish; ``upgrade`` the version to go to."""

    id: str
    label: str
    base: str
    changed: int
    live: bool
    tab: str
    others: tuple[str, ...] = ()
    upgrade: str = ""


@dataclass(frozen=True, slots=True)
class Contrast:
    """How well two colours are told apart, in a sentence; ``near`` is one that would do, for the field ``near_key``."""

    sentence: str
    fine: bool
    near: str = ""
    near_key: str = ""


@dataclass(frozen=True, slots=True)
class RowField:
    """A field of a row of a list."""

    key: str
    label: str
    value: str
    link: bool


@dataclass(frozen=True, slots=True)
class ValueField:
    """A setting as a form shows it. ``value`` is its text, ``on`` for a switch; ``theirs`` what somebody else chose."""

    key: str
    kind: str
    label: str
    help: str
    value: str
    placeholder: str = ""
    unit: str = ""
    least: float = 0
    most: float = 0
    step: float = 0
    options: tuple[Option, ...] = ()
    rows: tuple[tuple[RowField, ...], ...] = ()
    contrasts: tuple[Contrast, ...] = ()
    picture_url: str = ""
    fault: str = ""
    theirs: str | None = None


@dataclass(frozen=True, slots=True)
class ValueGroup:
    """Settings that are shown together."""

    label: str
    fields: tuple[ValueField, ...]


@dataclass(frozen=True, slots=True)
class PreviewChoice:
    """A page that the preview can show, with its states."""

    page: str
    label: str
    url: str
    states: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class ThemeValues(Page):
    """The settings of a theme, with a preview beside them. ``seen`` is the revision that the form was made from."""

    template: ClassVar[str] = "settings/themes/values.html"
    theme: ThemeHead
    action: str
    seen: int
    groups: tuple[ValueGroup, ...]
    pages: tuple[PreviewChoice, ...]
    languages: tuple[tuple[str, str], ...]
    clash: str = ""
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class PreviewFailed(Page):
    """What a preview shows of a page that cannot be rendered: what is wrong and where, and where its files are."""

    template: ClassVar[str] = "settings/themes/preview_failed.html"
    problems: tuple[str, ...]
    files_url: str
