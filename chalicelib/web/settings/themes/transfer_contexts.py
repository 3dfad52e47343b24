"""What the pages of importing a theme are given."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from chalicelib.records import dataclass
from chalicelib.rendering.model import Page

if TYPE_CHECKING:
    from chalicelib.themes.model import Problem
    from chalicelib.web.contexts import Fault
    from chalicelib.web.settings.contexts import Option


@dataclass(frozen=True, slots=True)
class ThemeImport(Page):
    """The form that uploads a zip of ``max_size`` bytes to ``url``, with ``fields`` that S3 wants, for ``minutes``.

    ``problems`` are what is wrong with a zip that was uploaded.
    """

    template: ClassVar[str] = "settings/themes/import.html"
    url: str
    fields: tuple[tuple[str, str], ...]
    max_size: int
    minutes: int
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class ThemeImported(Page):
    """What is in a zip, before anything is saved. ``targets`` are a new theme, and those that there are."""

    template: ClassVar[str] = "settings/themes/imported.html"
    action: str
    label: str
    max_label: int
    base: str
    files: tuple[str, ...]
    values: int
    assets: tuple[tuple[str, int], ...]
    targets: tuple[Option, ...]
    faults: tuple[Fault, ...] = ()
