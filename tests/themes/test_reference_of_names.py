"""The reference of names is what the code offers, and says of everything that is no plain value what it is for."""

from __future__ import annotations

from chalicelib.themes.language.reference import rows
from chalicelib.web.settings.themes.checking import NAMES
from chalicelib.web.themed.meanings import MEANINGS
from tools import theme_names

PATHS = {row.path for names in NAMES.values() for row in rows(names)}


def test_the_document_is_what_the_command_writes() -> None:
    """``python -m tools.theme_names`` brings it up to date."""
    assert theme_names.DOCUMENT.read_text(encoding="utf-8") == theme_names.text()


def test_every_slot_and_hook_says_what_it_is_for() -> None:
    assert {path for path in PATHS if path.startswith(("slots.", "hooks."))} - MEANINGS.keys() == set()


def test_nothing_is_explained_that_no_page_offers() -> None:
    assert MEANINGS.keys() - PATHS == set()


def test_examples_are_what_samples_say() -> None:
    text = theme_names.text()
    assert "| `page.rows[].subject` | text | Lamp arrived with a cracked shade |  |" in text
    assert (
        "| **`slots.composer`** | markup |  | the form that the customer writes in; empty where they cannot |" in text
    )
    assert "| `settings.footer_links[].url` | address | link |  |  | Address |" in text
