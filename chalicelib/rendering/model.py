"""What can be rendered: a page and a mail, each a dataclass that names its templates."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

from chalicelib.records import dataclass

if TYPE_CHECKING:
    from markupsafe import Markup

    from chalicelib.rendering.filters import Times
    from chalicelib.speech import Speech


@dataclass(frozen=True, slots=True)
class Page:
    """A page; ``template`` is its file under ``templates/``."""

    template: ClassVar[str]


class Look(Protocol):
    """The theme that a portal has."""

    @property
    def name(self) -> str:
        """What it is called in addresses, ``midtown`` for Midtown: its settings are there as custom properties."""
        ...

    @property
    def settings(self) -> Mapping[str, Any]:
        """Its settings, as plain values by key."""
        ...

    @property
    def stylesheet(self) -> str:
        """What its own stylesheet is called in addresses; empty for Midtown's."""
        ...

    def of(self, entry: str) -> Look:
        """Return what a page looks like: this, or Midtown for a page that it was made before."""
        ...

    def written(self, entry: str, names: Mapping[str, Any], times: Times, says: Speech) -> tuple[str, str] | None:
        """Return title and body of a page, both markup, or None where it is Midtown's that is shown."""
        ...


@dataclass(frozen=True, slots=True)
class Midtown:
    """Midtown as it comes. ``settings`` are the defaults of its manifest."""

    settings: Mapping[str, Any]
    name: str = "midtown"
    stylesheet: str = ""

    def of(self, _: str) -> Midtown:
        """Return itself: it has every page."""
        return self

    def written(self, *_: object) -> None:
        """Its pages are rendered by what was compiled ahead."""


@dataclass(frozen=True, slots=True)
class Frame:
    """What the product puts around and into a page of a theme. ``slot`` renders a template of ``slots/``."""

    site: Any
    look: Look
    times: Times
    says: Speech
    slot: Callable[..., Markup]


@dataclass(frozen=True, slots=True)
class ThemedPage(Page):
    """A page that a theme renders: ``entry`` is its file there, ``template`` the document around it.

    ``part`` marks what is no whole page and comes without a document. ``names`` declares what it offers, in the types
    of the language of themes, of which nothing is known here.
    """

    template: ClassVar[str] = "document.html"
    entry: ClassVar[str]
    names: ClassVar[Any]
    part: ClassVar[bool] = False

    def offered(self, frame: Frame) -> dict[str, Any]:
        """Return what the page offers to themes: plain data by name."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail; ``name`` is its folder under ``templates/email/``.

    A mail to customers has the ``language`` it is written in, and one that names moments the reader's ``time_zone``.
    """

    name: ClassVar[str]
