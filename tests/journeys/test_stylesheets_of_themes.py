"""A browser finds in a stylesheet that the product serves what it would have found in the one that was checked."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from playwright.sync_api import Browser, Page

from chalicelib.themes.styles import check, written
from tests.themes.sound_styles import SOUND
from tests.themes.test_stylesheets import ANY

READ = """text => {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(text)
  return [...sheet.cssRules].map(rule => rule.cssText)
}"""


@pytest.fixture(scope="module")
def page(browser: Browser) -> Iterator[Page]:
    opened = browser.new_page()
    yield opened
    opened.close()


def rules(page: Page, text: str) -> list[str]:
    """Return the rules that a browser reads, custom properties without their comments and way of quoting."""
    plain = (re.sub(r"/\*.*?\*/", "", one).replace("'", '"') for one in page.evaluate(READ, text))
    return [" ".join(one.split()) for one in plain]


@pytest.mark.parametrize("name", SOUND)
def test_a_browser_reads_the_same_rules(page: Page, name: str) -> None:
    read = rules(page, SOUND[name])
    assert rules(page, written(SOUND[name], lambda one: one)) == read
    assert read or not SOUND[name].strip() or name == "a comment"


def test_it_does_so_whatever_was_taken(page: Page) -> None:
    @given(ANY)
    @settings(max_examples=300, deadline=None)
    def reads_the_same(text: str) -> None:
        if not check(text):
            assert rules(page, written(text, lambda one: one)) == rules(page, text)

    reads_the_same()
