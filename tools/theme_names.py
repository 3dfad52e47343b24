"""``python -m tools.theme_names``: writes what themes can use into docs/reference/theme-names.md, from the code.

Examples are what the sample pages of previews say. ``tests/themes/test_reference_of_names.py`` holds the document.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from markupsafe import Markup

from chalicelib.rendering.environment import Renderer
from chalicelib.rendering.filters import Times
from chalicelib.speech import Speech, speech
from chalicelib.themes.bases import Bases
from chalicelib.themes.language import elements, limits, vocabulary
from chalicelib.themes.language.reference import Row, rows
from chalicelib.themes.language.types import ATTRIBUTES, FLAG, HTML, NUMBER, TEXT, TIME, URL, PageNames, Plain
from chalicelib.themes.manifest import Manifest, read
from chalicelib.themes.model import MANIFEST
from chalicelib.themes.pages import PAGES
from chalicelib.themes.styles import words
from chalicelib.themes.values import types
from chalicelib.urls import Urls
from chalicelib.web.contexts import Site
from chalicelib.web.settings.themes.checking import NAMES
from chalicelib.web.settings.themes.sample_conversations import NOW
from chalicelib.web.settings.themes.samples import PAGE_LABELS, SAMPLES
from chalicelib.web.themed.meanings import MEANINGS

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "reference" / "theme-names.md"
_LONGEST = 40
"""Characters of an example."""
_PLAIN = (TEXT, NUMBER, FLAG, TIME, URL, HTML, ATTRIBUTES)
_PART = "parts/thread.html"
_HEAD = """\
# What a theme can use

The command `python -m tools.theme_names` writes this page from the code. The page of a theme's files shows the same
names beside each template. [Make a theme](../how-to/make-a-theme.md) explains how they are used.

A name that is not listed for a page is an error when the file is checked, with its line and the nearest name that
exists.
`page.rows[].subject` means the field `subject` of each thing in the list `page.rows`, as in
`{% for row in page.rows %}{{ row.subject }}{% endfor %}`. What a page must show is in bold: exactly once, on every way
through the page.
"""
_ON_SETTINGS = """\
A theme can add its own, whose keys begin with `own_`. Sizes come with their unit, snippets as their text in the
reader's language, pictures as their address. A property can be used in `theme.css`, as in `var(--link)`.
"""
_ON_PART = """\
It is part of the Conversation Detail View, and is also rendered by itself when a message arrives while the page is
open. So it can use only what is listed here, besides what every page has.
"""


def main() -> int:
    """Write the document; return the exit status."""
    DOCUMENT.write_text(text(), encoding="utf-8")
    print(DOCUMENT.relative_to(ROOT))
    return 0


def text() -> str:
    """Return the document."""
    bases = Bases(ROOT / "templates" / "themes")
    manifest = read(bases.files(bases.newest)[MANIFEST])[0]
    examples = _Examples()
    common = _common()
    parts = [
        _HEAD,
        "## Types\n",
        _table(("type", "what it is for"), [(one.name, one.help) for one in _PLAIN]),
        "## On every page\n",
        _names([one for one in _rows(NAMES[f"{PAGES[0]}.html"]) if one.path in common], examples, ""),
        f"## Settings of Midtown {manifest.version}\n",
        _ON_SETTINGS,
        _settings(manifest),
        *(part for page in PAGE_LABELS for part in _page(page, common, examples)),
        f"## {_PART}\n",
        _ON_PART,
        _names([one for one in _rows(NAMES[_PART]) if one.path not in common], examples, f"{PAGES[8]}.html"),
        *_language(),
        *_markup(),
        *_bounds(),
    ]
    return "\n".join(parts)


# names


def _rows(names: PageNames) -> list[Row]:
    return [one for one in rows(names, MEANINGS) if not one.path.startswith("settings.")]


def _common() -> set[str]:
    """Return the paths that every page has."""
    return set.intersection(*({one.path for one in _rows(names)} for names in NAMES.values()))


def _page(page: str, common: set[str], examples: _Examples) -> Iterator[str]:
    entry = f"{page}.html"
    yield f"## {PAGE_LABELS[page]}\n"
    yield f"The file is `{entry}`.\n"
    own = [one for one in _rows(NAMES[entry]) if one.path not in common]
    yield _names(own, examples, entry) if own else "Nothing besides what every page has.\n"


def _names(found: Sequence[Row], examples: _Examples, entry: str) -> str:
    cells = [
        (f"**`{one.path}`**" if one.required else f"`{one.path}`", one.type, examples.of(entry, one), _meaning(one))
        for one in found
        if not one.path.startswith("icons.")
    ]
    icons = [one.path.removeprefix("icons.") for one in found if one.path.startswith("icons.")]
    if icons:
        cells.append(("`icons.…`", URL.name, "", f"of a picture in a drawing: {', '.join(icons)}"))
    return _table(("name", "type", "example", "what it is for"), cells)


def _meaning(row: Row) -> str:
    """Return what a name is for; of lists and groups how they are used, which the table of types does not say."""
    return row.meaning or ("" if row.type in {one.name for one in _PLAIN} else row.help)


class _Examples:
    """What samples say, by page and path: the first value that is not empty."""

    def __init__(self) -> None:
        self._renderer, self._urls = Renderer(ROOT / "templates"), Urls()
        self._given: dict[str, list[Mapping[str, Any]]] = {}
        for entry, states in SAMPLES.items():
            self._given[entry] = [self._names(one) for one in states]

    def of(self, entry: str, row: Row) -> str:
        """Return an example of a row, as a cell; of every page where ``entry`` is empty."""
        given = self._given[entry] if entry else [one for some in self._given.values() for one in some]
        for names in given:
            for value in _values(names, row.path.split(".")):
                if shown := _example(value):
                    return shown
        return ""

    def _names(self, sample: Any) -> Mapping[str, Any]:
        taken = _Taken(self._renderer.midtown.settings)
        site = Site(
            organization="Alder & Finch",
            urls=self._urls,
            area="portal",
            csrf="",
            brand_version=1,
            has_logo=True,
            portal_on=True,
            viewer=sample.viewer,
            notice=sample.notice,
            here=sample.here,
            address=self._urls.home(),
        )
        self._renderer.page(sample.page(self._urls), site, UTC, NOW, speech("en"), taken)
        return taken.names


class _Taken:
    """A look that keeps what a page offers, and shows it in Midtown."""

    name, stylesheet = "midtown", ""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self.settings = settings
        self.names: Mapping[str, Any] = {}

    def of(self, _: str) -> _Taken:
        return self

    def written(self, entry: str, names: Mapping[str, Any], times: Times, says: Speech) -> None:
        del entry, times, says
        self.names = names


def _values(value: Any, path: Sequence[str]) -> Iterator[Any]:
    """Yield what is at a path, of each thing in a list."""
    if not path:
        yield value
        return
    name, many = path[0].removesuffix("[]"), path[0].endswith("[]")
    found = value.get(name) if isinstance(value, Mapping) else None
    for one in found if many and isinstance(found, list) else [] if many else [found]:
        yield from _values(one, path[1:])


def _example(value: Any) -> str:
    """Return a value as a cell, empty for what says nothing, such as markup."""
    if isinstance(value, bool) or value is None or isinstance(value, (Markup, Mapping, list)):
        return ""
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    line = str(value).split("\n", 1)[0].partition("?v=")[0]
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


def _settings(manifest: Manifest) -> str:
    kinds = {one.path.removeprefix("settings."): one.type for one in rows(PageNames({"settings": types(manifest)}))}
    cells = []
    for one in manifest.settings():
        default = json.dumps(one.default, ensure_ascii=False) if one.default not in ("", []) else ""
        cells.append(
            (
                f"`settings.{one.key}`",
                kinds[one.key],
                one.kind,
                default,
                one.property and f"`{one.property}`",
                one.label,
            )
        )
        cells += [
            (f"`settings.{one.key}[].{of.key}`", kinds[f"{one.key}[].{of.key}"], of.kind, "", "", of.label)
            for of in one.of
        ]
    return _table(("name", "type", "kind", "default", "property", "label"), cells)


# the language


def _language() -> Iterator[str]:
    yield "## Tags\n"
    yield _table(("tag", "what it does"), [(f"`{{% {name} %}}`", help_) for name, help_ in vocabulary.TAGS.items()])
    yield "These tags of Jinja2 are not part of the language:\n"
    yield _table(("tag", "instead"), [(f"`{name}`", instead) for name, instead in vocabulary.NO_TAGS.items()])
    yield "## Filters\n"
    yield _table(
        ("filter", "takes", "gives", "what it does"),
        [
            (f"`{name}`", ", ".join(sorted(one.takes)), _gives(one.gives), one.help)
            for name, one in vocabulary.FILTERS.items()
        ],
    )
    yield "## Tests and functions\n"
    tests = [(f"`is {name}`", help_) for name, help_ in vocabulary.TESTS.items()]
    loop = [(f"`loop.{name}`", kind.name) for name, kind in vocabulary.LOOP.items()]
    functions = [
        ("`_('A text of %(name)s', name=…)`", "the text in the reader's language"),
        ("`ngettext('One row', '%(num)s rows', count)`", "the one that fits the count, in the reader's language"),
    ]
    yield _table(("written", "what it is"), [*tests, *loop, *functions])


def _gives(kind: Plain | str | None) -> str:
    return kind.name if isinstance(kind, Plain) else kind or "the same"


def _markup() -> Iterator[str]:
    yield "## HTML and styles\n"
    yield "Templates can write these elements:\n"
    yield _list(sorted(elements.ELEMENTS))
    yield "In a drawing (`svg`):\n"
    yield _list(sorted(elements.SHAPES))
    yield "Attributes, besides those that begin with `aria-` or `data-theme-`:\n"
    yield _list(sorted(elements.ATTRIBUTES))
    yield "`theme.css` can have these at-rules:\n"
    yield _list([f"@{one}" for one in sorted(words.AT_RULES)])
    yield "and every property but for these:\n"
    yield _table(("property", "why"), [(f"`{name}`", why) for name, why in sorted(words.REFUSED_PROPERTIES.items())])
    yield "`position` is static, relative or absolute.\n"


def _bounds() -> Iterator[str]:
    yield "## Limits\n"
    said = {
        "file": "bytes of one file",
        "files": "files that differ from Midtown's, with pictures and fonts",
        "tokens": "words and signs inside the tags of one file",
        "theme_tokens": "words and signs inside the tags of all files",
        "tag": "words and signs of one tag",
        "loops": "loops inside each other",
        "includes": "files that include or extend each other",
        "names": "names that a file sets",
        "text": "characters of a text in quotes",
    }
    values = asdict(limits.LIMITS)
    yield _table(("most", "of"), [(f"{values[name]:,}", sentence) for name, sentence in said.items()])


def _table(head: Sequence[str], body: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *body]
    return "".join(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in line)} |\n" for line in lines)


def _list(names: Sequence[str]) -> str:
    return ", ".join(f"`{one}`" for one in names) + "\n"


if __name__ == "__main__":
    sys.exit(main())
