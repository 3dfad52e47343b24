"""What people read, in their language. A catalogue of gettext is read when its first reader comes.

The code contains each text in English, and the text is its own key. In templates ``_`` and ``ngettext`` translate it.
Code marks a text that is only shown later with :func:`mark`, so that it gets into the catalogues.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable, Mapping, Sequence
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Final

from markupsafe import Markup, escape

from chalicelib.formats import FORMATS, Formats

LANGUAGES: Final[dict[str, str]] = {
    "en": "English",
    "de": "Deutsch",
    "fr": "Français",
    "es": "Español",
    "ja": "日本語",
    "ar": "العربية",
}
"""Every language of the product, by its own name. Texts are written in English."""
RIGHT_TO_LEFT: Final = frozenset({"ar"})

_markup: Callable[[str], Markup] = partial(str.__new__, Markup)
"""Makes markup of what is known to be safe, without Markup()'s look at what it was given."""

_CATALOGUES = Path(__file__).resolve().parent.parent / "locale"
_KEPT: Final = 2_000
"""How many escaped texts without values are kept: more than there are."""


def mark(text: str) -> str:
    """Return a text unchanged, so that the catalogues have it. The code that shows it translates it."""
    return text


def mark_some(one: str, _some: str) -> str:
    """Return a text unchanged, so that the catalogues have it for one thing and for several.

    English can use one word for both where other languages have two: a conversation is *ouverte*, several *ouvertes*.
    """
    return one


class Phrase:
    """A text with its values. It is translated when it is shown; the catalogues have the text."""

    __slots__ = ("text", "values")

    def __init__(self, text: str, **values: object) -> None:
        """Take a text with ``%(name)s`` for each value."""
        self.text, self.values = text, values

    def __str__(self) -> str:
        """Return it in English."""
        return ENGLISH.text(self.text, **self.values)


class Speech:
    """Texts, numbers and dates in one language.

    The values of a text can be text, a whole number or a fraction (written as in the language, fractions with one
    digit), a list of texts, or another :class:`Phrase`.
    """

    __slots__ = ("_one", "_pages", "_some", "formats", "language")

    def __init__(self, language: str, catalogue: gettext.NullTranslations, formats: Formats | None = None) -> None:
        """Take the language (a key of :data:`LANGUAGES`), its catalogue, and formats other than its own."""
        self.language = language
        self.formats = formats or FORMATS[language]
        self._one, self._some = catalogue.gettext, catalogue.ngettext
        self._pages: dict[str, Markup] = {}

    @property
    def direction(self) -> str:
        """Return ``ltr`` or ``rtl``."""
        return "rtl" if self.language in RIGHT_TO_LEFT else "ltr"

    def text(self, text: str, **values: object) -> str:
        """Return a text translated, as plain text; ``%(name)s`` becomes the value of that name."""
        said = self._one(text) if text else ""  # of the empty text a catalogue tells about itself
        return said % self._said(values) if values else said

    def plural(self, one: str, some: str, count: int, **values: object) -> str:
        """Return the form of a text that fits ``count``, as plain text; ``%(num)s`` is the count."""
        return self._some(one, some, count) % self._said({"num": count, **values})

    def phrase(self, phrase: Phrase) -> str:
        """Return a phrase translated, as plain text."""
        return self.text(phrase.text, **phrase.values)

    def page_text(self, text: str, /, **values: object) -> Markup:
        """Return the same for a page, where values are escaped and may be markup; in templates ``_``."""
        said = self._pages.get(text)
        if said is None:
            said = escape(self._one(text) if text else "")
            if len(self._pages) < _KEPT:
                self._pages[text] = said
        return self._filled(said, values) if values else said

    def page_plural(self, one: str, some: str, count: int, /, **values: object) -> Markup:
        """Return the same for a page; in templates ``ngettext``."""
        return self._filled(escape(self._some(one, some, count)), {"num": count, **values})

    def number(self, count: int) -> str:
        """Return a whole number as the language writes it."""
        return self.formats.number(count)

    def _filled(self, said: Markup, values: Mapping[str, object]) -> Markup:
        escaped = {
            name: value if type(value) is Markup else escape(value if isinstance(value, str) else self._value(value))
            for name, value in values.items()
        }
        return _markup(str.__mod__(said, escaped))  # the text is escaped, and so are its values

    def _said(self, values: Mapping[str, object]) -> Mapping[str, object]:
        return {name: value if isinstance(value, str) else self._value(value) for name, value in values.items()}

    def _value(self, value: object) -> object:
        if isinstance(value, int):
            return self.formats.number(value)
        if isinstance(value, float):
            return self.formats.fraction(value)
        if isinstance(value, Phrase):
            return self.phrase(value)
        if isinstance(value, Sequence):
            return self.formats.list([str(part) for part in value])
        return value


@cache
def speech(language: str) -> Speech:
    """Return the speech of a language, or English if the product does not have that language."""
    if language not in LANGUAGES or language == "en":
        return Speech("en", gettext.NullTranslations())
    return Speech(language, gettext.translation("foyer", _CATALOGUES, [language], fallback=True))


class _Asked(str):
    """A text that a catalogue gives back itself where it has no translation."""

    __slots__ = ()


def has_translation(language: str, one: str, some: str = "") -> bool:
    """Tell whether people who read a language get a text in it; ``some`` is its plural, or empty. English has all."""
    if language not in LANGUAGES or language == "en":
        return True
    catalogue = gettext.translation("foyer", _CATALOGUES, [language], fallback=True)
    said = catalogue.ngettext(_Asked(one), _Asked(some), 2) if some else catalogue.gettext(_Asked(one))
    return not isinstance(said, _Asked)


def spoken(tag: str) -> str:
    """Return the language of a tag such as ``de-AT`` or ``de_AT``, or empty if the product does not have it."""
    language = tag.strip().lower().replace("_", "-").partition("-")[0]
    return language if language in LANGUAGES else ""


def asked(header: str, offered: Sequence[str]) -> str:
    """Return the language of ``offered`` that an Accept-Language header asks for first, or empty.

    ``offered`` is not empty; ``en-GB`` asks for ``en``, ``*`` for the first that is offered.
    """
    return _asked(header[:_LONGEST_HEADER], tuple(offered))


@lru_cache(maxsize=128)
def _asked(header: str, offered: tuple[str, ...]) -> str:
    wishes: list[tuple[float, str]] = []
    for part in header.split(","):
        tag, _, parameters = part.partition(";")
        language = tag.strip().lower().partition("-")[0]
        weight = _weight(parameters)
        if weight and (language in offered or language == "*"):
            wishes.append((-weight, language))
    wishes.sort(key=lambda wish: wish[0])
    return "" if not wishes else offered[0] if wishes[0][1] == "*" else wishes[0][1]


_LONGEST_HEADER: Final = 500


def _weight(parameters: str) -> float:
    """Return the ``q`` of a wish, from 0 to 1; 1 where there is none, 0 where it is no number."""
    name, _, value = parameters.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        weight = float(value)
    except ValueError:
        return 0.0
    return weight if 0 <= weight <= 1 else 0.0


ENGLISH: Final = speech("en")
