"""What a file of a theme can use, for the list beside it: names of its page, filters, custom properties."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chalicelib.records import replace
from chalicelib.themes.language.reference import Row, rows
from chalicelib.themes.language.vocabulary import FILTERS, TAGS
from chalicelib.themes.model import MANIFEST, STYLESHEET
from chalicelib.themes.palette import LIGHT
from chalicelib.themes.values import types
from chalicelib.web.settings.themes.checking import NAMES
from chalicelib.web.settings.themes.file_contexts import Offers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from chalicelib.themes.editions import Edition

_LABELS = {
    "page": "This page",
    "slots": "Parts of the product",
    "hooks": "Attributes of the product",
    "settings": "Settings",
    "site": "The portal and its reader",
    "urls": "Addresses",
    "icons": "Icons",
}
"""What the first name of a path is called, in the order of the list."""
_OPEN = ("page", "slots", "hooks")


def offers(edition: Edition, name: str, entry: str) -> tuple[Offers, ...]:
    """Return what a file can use on the page whose file is ``entry``."""
    if name == MANIFEST:
        return ()
    if name == STYLESHEET:
        return (Offers("Custom properties", tuple(_properties(edition)), open=True),)
    names = NAMES[entry]
    found = rows(replace(names, names={**names.names, "settings": types(edition.manifest)}))
    groups = tuple(
        Offers(label, of_group, open=first in _OPEN)
        for first, label in _LABELS.items()
        if (of_group := tuple(one for one in found if one.path.partition(".")[0] == first))
    )
    filters = tuple(Row(f"|{key}", "filter", one.help) for key, one in FILTERS.items())
    tags = tuple(Row(f"{{% {key} %}}", "tag", said) for key, said in TAGS.items())
    return (*groups, Offers("Filters", filters, open=False), Offers("Tags", tags, open=False))


def _properties(edition: Edition) -> Iterator[Row]:
    """Yield the custom properties that settings make, and those that follow from them."""
    told = {
        **{one.property: one.label for one in edition.manifest.settings() if one.property},
        **{
            name: one.label
            for one in edition.manifest.settings()
            for choice in one.choices
            for name in choice.properties
        },
    }
    yield from (Row(name, "set by", label) for name, label in sorted(told.items()))
    yield from (Row(name, "follows", "made to go with the colours that are set") for name in LIGHT if name not in told)
