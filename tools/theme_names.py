"""``python -m tools.theme_names`` writes the reference of what themes can use, from the code that offers it."""

from __future__ import annotations

from pathlib import Path

from chalicelib.rendering.environment import MIDTOWN
from chalicelib.themes.language.reference import rows
from chalicelib.themes.language.types import PageNames, Record
from chalicelib.themes.manifest import read
from chalicelib.themes.model import MANIFEST
from chalicelib.themes.values import types
from chalicelib.web.settings.themes.checking import NAMES
from chalicelib.web.settings.themes.values import PAGE_LABELS

ROOT = Path(__file__).resolve().parent.parent
FILE = ROOT / "docs" / "reference" / "theme-names.md"
_HEAD = """\
# What themes can use

Written by `python -m tools.theme_names` from the code: change that, not this. `page.rows[].subject` is a field of each
in the list `page.rows`. How a theme is made is in [Make a theme](../how-to/make-a-theme.md).
"""
_FILTERS = """
## Filters, tests and functions

| what | takes | gives |
|---|---|---|
| `moment`, `day`, `date` | a time | the time in the reader's zone and language, as markup |
| `number`, `size` | a number, or bytes | text as the reader's language writes it |
| `prose` | text | paragraphs with links, as markup |
| `upper`, `lower`, `capitalize`, `trim`, `truncate(n)` | text | text |
| `length`, `first`, `last` | a list (`length`: text too) | a number, or one of the list |
| `default('…')` | anything | the value, or what is in the brackets where there is none |
| `is none`, `is defined`, `is odd`, `is even` | a value | yes or no |
| `_('…', name=value)`, `ngettext('…', '…', count)` | texts in quotes with `%(name)s` | it in the reader's language |
| `loop.first`, `loop.last`, `loop.index`, `loop.length` | within `for` | where the loop is |
"""


def text() -> str:
    """Return the reference as Markdown."""
    pages = {label: NAMES[f"{page}.html"] for page, label in PAGE_LABELS.items()}
    parts = [_HEAD, _section("On every page", _shared(pages))]
    parts += [_section(label, _own(names)) for label, names in pages.items()]
    return "\n".join(parts) + _FILTERS


def _shared(pages: dict[str, PageNames]) -> PageNames:
    """Return what all pages offer, and the settings of Midtown."""
    manifest, _ = read((ROOT / "templates" / MIDTOWN / MANIFEST).read_text(encoding="utf-8"))
    first = next(iter(pages.values()))
    names = {name: first.names[name] for name in ("site", "urls", "icons")}
    for name in ("slots", "hooks"):
        kind = first.names[name]
        assert isinstance(kind, Record)
        common = [one for one in kind.fields if all(one in _fields(page, name) for page in pages.values())]
        names[name] = Record({one: kind.fields[one] for one in sorted(common)})
    return PageNames({**names, "settings": types(manifest)}, first.required)


def _own(names: PageNames) -> PageNames:
    """Return what a page offers besides."""
    made = {"page": names.names["page"]}
    for name in ("slots", "hooks"):
        kind = names.names[name]
        assert isinstance(kind, Record)
        own = {
            one: field for one, field in kind.fields.items() if one not in {"notice", "sign_out", "languages", "main"}
        }
        if own:
            made[name] = Record(own)
    return PageNames(made, names.required)


def _fields(names: PageNames, name: str) -> set[str]:
    kind = names.names[name]
    return set(kind.fields) if isinstance(kind, Record) else set()


def _section(title: str, names: PageNames) -> str:
    lines = [f"\n## {title}\n", "| name | type | how it is used |", "|---|---|---|"]
    lines += [f"| `{row.path}` | {row.type} | {row.help} |" for row in rows(names)]
    return "\n".join(lines)


if __name__ == "__main__":
    FILE.write_text(text(), encoding="utf-8")
