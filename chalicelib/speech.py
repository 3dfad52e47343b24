"""What people read, in their language: gettext catalogues, read when the first reader of a language comes.

A text stands in the code in English and is its own key. In templates ``_`` and ``ngettext`` give its translation; in
code a text that is only shown later is marked with :func:`mark`, so that the catalogues' makers find it.
"""

from __future__ import annotations

import gettext
from functools import cache
from pathlib import Path
from typing import Any, Final

from markupsafe import Markup, escape

LANGUAGES: Final[dict[str, str]] = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "ja": "日本語",
    "ar": "العربية",
}
"""Every language the product speaks, by its own name; English is the one texts are written in."""
RIGHT_TO_LEFT: Final = frozenset({"ar"})

_CATALOGUES = Path(__file__).resolve().parent.parent / "locale"


def mark(text: str) -> str:
    """Return a text as it is; catalogues have it, and whoever shows it translates it."""
    return text


class Speech:
    """How one language says things."""

    __slots__ = ("_one", "_some", "language")

    def __init__(self, language: str, catalogue: gettext.NullTranslations) -> None:
        """Take the language (a key of :data:`LANGUAGES`) and its catalogue."""
        self.language = language
        self._one, self._some = catalogue.gettext, catalogue.ngettext

    @property
    def direction(self) -> str:
        """Return ``ltr`` or ``rtl``."""
        return "rtl" if self.language in RIGHT_TO_LEFT else "ltr"

    def text(self, text: str, **values: Any) -> str:  # noqa: ANN401 - whatever a page says
        """Return a text translated, plain; ``%(name)s`` in it becomes the value of that name."""
        said = self._one(text)
        return said % values if values else said

    def plural(self, one: str, some: str, count: int, **values: Any) -> str:  # noqa: ANN401
        """Return the form of a text that goes with ``count``, plain; ``%(num)s`` in it is the count."""
        return self._some(one, some, count) % {"num": count, **values}

    def page_text(self, text: str, **values: Any) -> str:  # noqa: ANN401
        """Return the same for a page, where values are escaped and may be markup; in templates ``_``."""
        said = self._one(text)
        return Markup(escape(said)) % values if values else said  # noqa: S704 - escaped, and so are the values

    def page_plural(self, one: str, some: str, count: int, **values: Any) -> str:  # noqa: ANN401
        """Return the same for a page; in templates ``ngettext``."""
        said = self._some(one, some, count)
        return Markup(escape(said)) % {"num": count, **values}  # noqa: S704 - as above


@cache
def speech(language: str) -> Speech:
    """Return how a language says things; English for one the product does not speak."""
    if language not in LANGUAGES or language == "en":
        return Speech("en", gettext.NullTranslations())
    return Speech(language, gettext.translation("foyer", _CATALOGUES, [language], fallback=True))


ENGLISH: Final = speech("en")
