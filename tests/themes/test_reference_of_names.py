"""docs/reference/theme-language.md has what themes can use, as the code has it."""

from __future__ import annotations

import re

from chalicelib.themes.language.vocabulary import FILTERS
from chalicelib.web.settings.themes.checking import NAMES
from tests.themes.world import BASES, NEW
from tools.theme_reference import DOCUMENT, document


def test_the_document_is_the_one_that_the_code_writes() -> None:
    """``python -m tools.theme_reference`` writes it anew."""
    assert DOCUMENT.read_text(encoding="utf-8") == document()


def test_it_has_every_page_and_an_example_of_most_names() -> None:
    """Lists, markup, and what is empty on all samples have none."""
    text = document()
    assert all(f": `{entry}`" in text for entry in NAMES)
    assert "| `page.rows[].subject` | text | `Lamp arrived with a cracked shade` |" in text
    texts = re.findall(r"^\| `page\.\S+` \| (?:text|number|address|time|yes or no) \|(.*)\|$", text, re.MULTILINE)
    assert sum(1 for one in texts if one.strip()) > len(texts) * 0.8


def test_what_must_be_shown_is_marked() -> None:
    assert "| `slots.composer` | markup; must be shown once |" in document()


def test_it_has_the_filters_and_the_settings() -> None:
    text = document()
    assert all(f"| `{name}` |" in text for name in FILTERS)
    assert '"key": "brand"' in BASES.files(NEW)["manifest.json"]
    assert "| `brand` | colour | `#2f5d8a` | `--brand` |" in text
