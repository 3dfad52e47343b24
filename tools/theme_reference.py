"""``python -m tools.theme_reference``: writes docs/reference/theme-language.md, what a theme can use, from the code.

Names and types are those that each page declares, examples are from its samples. A test fails while the document
differs.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from chalicelib.rendering.environment import MIDTOWN, Renderer
from chalicelib.rendering.filters import Times
from chalicelib.rendering.model import Frame, ThemedPage
from chalicelib.speech import ENGLISH, LANGUAGES
from chalicelib.themes.bases import Bases
from chalicelib.themes.language.elements import ATTRIBUTES, ELEMENTS, SHAPES
from chalicelib.themes.language.limits import LIMITS
from chalicelib.themes.language.reference import Row, rows
from chalicelib.themes.language.types import ATTRIBUTES as SLOT_ATTRIBUTES
from chalicelib.themes.language.types import FLAG, HTML, NUMBER, TEXT, TIME, URL
from chalicelib.themes.language.vocabulary import FILTERS, LOOP, NO_TAGS, TAGS, TESTS
from chalicelib.themes.manifest import OWN, read
from chalicelib.themes.model import MANIFEST, MAX_FILE, MAX_FILES, MAX_SETTINGS, MAX_THEME
from chalicelib.themes.palette import LIGHT
from chalicelib.themes.sandbox import BUDGETS
from chalicelib.themes.styles import words
from chalicelib.urls import Urls
from chalicelib.web.contexts import Site
from chalicelib.web.settings.themes.checking import NAMES
from chalicelib.web.settings.themes.samples import NOW, SAMPLES
from chalicelib.web.settings.themes.values import PAGE_LABELS

ROOT = Path(__file__).resolve().parent.parent
DOCUMENT = ROOT / "docs" / "reference" / "theme-language.md"
_LONGEST = 44
"""Characters of an example."""
_ICONS = "icons."
_TYPES = (TEXT, NUMBER, FLAG, TIME, URL, HTML, SLOT_ATTRIBUTES)
_WIDTH = 130
_KB, _MB = 1024, 1024 * 1024


def main() -> int:
    """Write the document; return the exit status."""
    DOCUMENT.write_text(document(), encoding="utf-8")
    print(f"{DOCUMENT.relative_to(ROOT)} is written.")
    return 0


_URLS = Urls(static_version="1")


def document() -> str:
    """Return the whole document."""
    parts = (_HEAD, *_language(), *_pages(), *_settings(), *_stylesheet(), *_limits())
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


_HEAD = """# What a theme can use

`python -m tools.theme_reference` writes this from the code. Read [how to make a theme](../how-to/make-a-theme.md)
first; [themes](../explanation/themes.md) says why it is so."""


# the language of templates


def _language() -> Iterator[str]:
    yield "## Templates"
    yield _wrapped(
        "A template is HTML with tags `{% … %}`, values `{{ … }}` and comments `{# … #}`, in the syntax of "
        "Jinja2. Values are always escaped. What is not listed here is refused when you save, with its line "
        "and what to do instead."
    )
    yield _table(("tag", "what it does"), ((f"`{name}`", said) for name, said in TAGS.items()))
    yield _wrapped(
        "`if` compares with `==`, `!=`, `<`, `<=`, `>`, `>=`, `in`, `not in`, and joins with `and`, `or`, "
        f"`not`. In a loop there are {_named(f'loop.{name}' for name in LOOP)}."
    )
    yield "### Filters"
    yield "`{{ value|filter }}` or `{{ value|filter(…) }}`."
    yield _table(
        ("filter", "takes", "what it gives"),
        ((f"`{name}`", ", ".join(sorted(one.takes)), one.help) for name, one in FILTERS.items()),
    )
    yield "### Tests"
    yield _table(("test", "true if the value"), ((f"`is {name}`", said) for name, said in TESTS.items()))
    yield "### Texts"
    yield _wrapped(
        "`{{ _('Log in') }}` shows a text in the reader's language, if Foyer has a translation. `_('Hello, "
        "%(name)s', name=site.viewer)` puts a value in. `ngettext('One file', '%(num)s files', page.count)` "
        "chooses by number. Texts are written out in quotes. For words of your own, use a setting of the type"
        " snippet: it has a text for each language."
    )
    yield "### What is left out"
    yield _table(("of Jinja2", "instead"), ((f"`{name}`", said) for name, said in NO_TAGS.items()))
    yield "### HTML"
    yield _wrapped(f"Elements: {_named(sorted(ELEMENTS))}. Inside `svg`: {_named(sorted(SHAPES))}.")
    yield _wrapped(f"Attributes: {_named(sorted(ATTRIBUTES))}, `aria-…`, and `data-theme-…` for your own.")
    yield _wrapped(
        "Forms, scripts, styles and frames are the product's. An address is one of the product (`{{ "
        "urls.contact }}`), or written out: `/…`, `#…`, `https://…`, `mailto:…`, `tel:…`. Pictures are the "
        "portal's own: in `assets/`, shown by a setting."
    )


# pages


def _pages() -> Iterator[str]:
    common = _common()
    yield "## Names on every page"
    yield _wrapped(
        "A path ending in `[]` is each thing of a list: `{% for row in page.rows %}{{ row.subject }}{% endfor"
        " %}` shows `page.rows[].subject`. A field of something that is missing is empty."
    )
    yield _names([one for one in common if not one.path.startswith(_ICONS)], _every())
    yield _wrapped(f"Icons, for `<use href=…>`: {_named(one.path for one in common if one.path.startswith(_ICONS))}.")
    yield "### Types"
    yield _table(("type", "use"), ((one.name, one.help) for one in _TYPES))
    yield "## Names by page"
    for entry, names in NAMES.items():
        own = [one for one in rows(names) if one not in common]
        yield f"### {_label(entry)}: `{entry}`"
        yield _names(own, _values(entry))


def _common() -> list[Row]:
    """Return what all pages offer, as each does."""
    found = [rows(names) for names in NAMES.values()]
    return [one for one in found[0] if all(one in other for other in found)]


def _label(entry: str) -> str:
    return PAGE_LABELS.get(entry.removesuffix(".html"), "What a conversation adds to its page")


def _names(found: Sequence[Row], values: Mapping[str, Any]) -> str:
    must = "; must be shown once"
    cells = (
        (f"`{one.path}`", one.type + (must if "must show" in one.help else ""), _shown(values.get(one.path)))
        for one in found
    )
    return _table(("name", "type", "example"), cells)


@cache
def _every() -> dict[str, Any]:
    """Return an example of everything that all pages offer."""
    return {path: value for entry in reversed(tuple(SAMPLES)) for path, value in _values(entry).items()}


@cache
def _values(entry: str) -> dict[str, Any]:
    """Return an example of everything a page offers, by its path: the first of its samples that has one."""
    shown: dict[str, Any] = {}
    for one in SAMPLES.get(entry, SAMPLES["conversation.html"]):
        if not one.rtl:
            for path, value in _walk("", _offered(one.page(_URLS), one.viewer)):
                if shown.get(path) in (None, "", Markup("")):
                    shown[path] = value
    return shown


def _offered(page: ThemedPage, viewer: str) -> Mapping[str, Any]:
    renderer = Renderer(ROOT / "templates")
    site = Site(
        organization="Alder & Finch",
        urls=_URLS,
        area="portal",
        csrf="",
        brand_version=1,
        has_logo=True,
        portal_on=True,
        viewer=viewer,
        notice="Your message was sent.",
        languages=tuple(LANGUAGES.items()),
        address="/",
    )
    times = Times(ZoneInfo("UTC"), NOW, ENGLISH)
    return page.offered(Frame(site, renderer.midtown, times, ENGLISH, lambda _, **__: Markup("<form>")))


def _walk(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """Yield every value with its path; a list as how many it has."""
    if isinstance(value, Mapping):
        for name, one in value.items():
            yield from _walk(f"{path}.{name}" if path else name, one)
    elif isinstance(value, (list, tuple)):
        yield path, value
        for one in value:
            yield from _walk(f"{path}[]", one)
    else:
        yield path, value


def _shown(value: Any) -> str:
    """Return an example as a cell."""
    if value is None or value == "" or isinstance(value, (list, tuple)):
        return ""
    if isinstance(value, Markup):
        return _text(value) if "=" in value and "<" not in value else ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M} UTC"
    return _text(str(value))


def _text(value: str) -> str:
    text = " ".join(value.split()).replace("|", "/").replace("`", "")
    return f"`{text if len(text) <= _LONGEST else text[: _LONGEST - 1] + '…'}`"


# settings and stylesheet


def _settings() -> Iterator[str]:
    manifest, _ = read((ROOT / "templates" / MIDTOWN / MANIFEST).read_text(encoding="utf-8"))
    yield "## Settings of Midtown"
    yield _wrapped(
        "Templates read `settings.<key>`, stylesheets the custom property. Choices are classes or properties "
        f"of the header and of pages. A theme adds settings to `{MANIFEST}`; their keys begin with `{OWN}`."
    )
    cells = (
        (
            f"`{one.key}`",
            one.kind,
            _default(one.default),
            f"`{one.property}`"
            if one.property
            else _named(sorted({name for choice in one.choices for name in choice.properties})),
            f"{one.label}. {one.help}".strip(),
        )
        for one in manifest.settings()
    )
    yield _table(("key", "type", "default", "custom property", "what"), cells)


def _default(value: Any) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    if isinstance(value, float):
        return f"{value:g}"
    return f"`{value}`" if value and not isinstance(value, list) else ""


def _stylesheet() -> Iterator[str]:
    yield "## The stylesheet"
    yield _wrapped(
        f"What follows from the settings, on light and on dark pages: {_named(LIGHT)}. Use these instead of "
        "colours of your own, and dark pages come for free."
    )
    rules, guarded = sorted(f"@{name}" for name in words.AT_RULES), sorted(f".{name}" for name in words.GUARDED)
    yield _wrapped(
        f"At-rules: {_named(rules)}. `url()` names a file of the theme: "
        "`url(assets/paper.png)`. `position` is `static`, `relative` or `absolute`; `z-index` is at most "
        f"{words.HIGHEST}. Rules for what the product puts in ({_named(guarded)}) may set "
        "colours, borders, spacing and fonts."
    )
    refused = {f"@{name}": said for name, said in words.AT_RULES_INSTEAD.items()} | dict(words.REFUSED_PROPERTIES)
    yield _table(("refused", "why, or what to do"), ((f"`{name}`", said) for name, said in sorted(refused.items())))


def _limits() -> Iterator[str]:
    yield "## Limits"
    sizes = (
        ("a file", f"{MAX_FILE // _KB} KB"),
        ("files besides Midtown's, with pictures and fonts", f"{MAX_FILES}"),
        ("a theme with its pictures and fonts", f"{MAX_THEME // _MB} MB"),
        ("settings", f"{MAX_SETTINGS}"),
        ("words and signs in the tags of a file; of all files", f"{LIMITS.tokens:,}; {LIMITS.theme_tokens:,}"),
        ("words and signs in one tag", f"{LIMITS.tag:,}"),
        ("blocks and brackets inside each other", f"{LIMITS.nesting:,}"),
        ("loops inside each other", f"{LIMITS.loops:,}"),
        ("files that include or extend each other in a row", f"{LIMITS.includes:,}"),
        ("rounds of all loops of a page", f"about {BUDGETS.steps:,}"),
        ("characters of a page", f"{BUDGETS.output:,}"),
    )
    yield _table(("what", "at most"), sizes)
    versions = ", ".join(Bases(ROOT / "templates" / "themes").versions)
    yield f"A page that uses more when it is rendered is shown in Midtown instead. Versions of Midtown: {versions}."


# markdown


def _table(head: Sequence[str], cells: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *cells]
    return "\n".join("| " + " | ".join(one.replace("|", "\\|") for one in line) + " |" for line in lines)


def _wrapped(text: str) -> str:
    return "\n".join(textwrap.wrap(text, _WIDTH, break_long_words=False, break_on_hyphens=False))


def _named(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


if __name__ == "__main__":
    sys.exit(main())
