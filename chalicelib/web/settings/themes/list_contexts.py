"""What the pages of all themes are given: the list, the form of a new one, and what is done with one as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from chalicelib.records import dataclass
from chalicelib.rendering.model import Page

if TYPE_CHECKING:
    from datetime import datetime

    from chalicelib.themes.revisions import Failure
    from chalicelib.web.contexts import Fault
    from chalicelib.web.settings.themes.value_contexts import ThemeHead


@dataclass(frozen=True, slots=True)
class ThemeCard:
    """A theme in the list.

    ``about`` is shown on hover and focus. ``draft`` tells that the newest revision was never published. ``did`` is what
    was done last, Published or Saved. ``upgrade`` is the version of Midtown to go to, empty where there is none.
    """

    id: str
    label: str
    about: str
    live: bool
    draft: bool
    customised: bool
    did: str
    at: datetime
    by: str
    upgrade: str
    number: int


@dataclass(frozen=True, slots=True)
class ThemeList(Page):
    """Every theme. ``newest`` is the version of Midtown that comes with the product.

    ``plain_pages`` are pages that the live theme has none of, so that Midtown shows them; ``upgrade_id`` is that theme,
    where an upgrade would change it. ``failure`` is the last one of the live theme.
    """

    template: ClassVar[str] = "settings/themes/list.html"
    themes: tuple[ThemeCard, ...]
    newest: str
    live_id: str = ""
    live_base: str = ""
    plain_pages: tuple[str, ...] = ()
    failure: Failure | None = None
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class NewTheme(Page):
    """The form of a new theme."""

    template: ClassVar[str] = "settings/themes/new.html"
    newest: str
    label: str
    max_label: int
    faults: tuple[Fault, ...] = ()


@dataclass(frozen=True, slots=True)
class ThemeManaging(Page):
    """What is done with a theme as a whole. ``label`` and ``copy_label`` are what the fields have."""

    template: ClassVar[str] = "settings/themes/manage.html"
    theme: ThemeHead
    action: str
    label: str
    copy_label: str
    max_label: int
    revisions: int
    export_url: str
    failed: str = ""
    faults: tuple[Fault, ...] = ()
