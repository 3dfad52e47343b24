"""Midtown is written in the language of themes, and says the same in the sandbox as compiled by the product."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

from chalicelib.rendering.environment import MIDTOWN, Renderer
from chalicelib.rendering.filters import Times
from chalicelib.rendering.model import ThemedPage
from chalicelib.speech import LANGUAGES, Speech, speech
from chalicelib.themes.language.checker import check
from chalicelib.themes.language.closure import closure
from chalicelib.themes.language.texts import texts
from chalicelib.themes.manifest import read
from chalicelib.themes.sandbox import Compiled, Sandbox
from chalicelib.themes.values import types
from infra.build import ROOT
from tests import samples

FOLDER = ROOT / "templates" / MIDTOWN
FILES = {
    path.relative_to(FOLDER).as_posix(): path.read_text(encoding="utf-8")
    for path in sorted(FOLDER.rglob("*"))
    if path.is_file()
}
RENDERER = Renderer(ROOT / "templates")
THEMED = {name: (page, site) for name, (page, site) in samples.PAGES.items() if isinstance(page, ThemedPage)}
SETTINGS = types(read(FILES["manifest.json"])[0])
PAGES = {
    page.entry: replace(page.names, names={**page.names.names, "settings": SETTINGS}) for page, _ in THEMED.values()
}
SANDBOX = Sandbox()


@cache
def compiled(entry: str) -> Compiled:
    return SANDBOX.page(FILES, entry)


class InSandbox:
    """Midtown as a theme that somebody wrote."""

    stylesheet = ""

    def __init__(self) -> None:
        self._midtown = RENDERER.midtown
        self.settings = self._midtown.settings

    def __getattr__(self, name: str) -> Any:
        return getattr(self._midtown, name)

    def of(self, entry: str) -> InSandbox:
        return self

    def written(self, entry: str, names: Mapping[str, Any], times: Times, says: Speech) -> tuple[str, str]:
        return compiled(entry).render(names, says, times)


def test_midtown_has_no_problem() -> None:
    """Not even a file that no page uses."""
    assert [str(one) for one in check(FILES, PAGES)] == []


@pytest.mark.parametrize("name", THEMED)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_page_says_the_same_in_the_sandbox(name: str, language: str) -> None:
    """Whoever changes one word of a file finds everything else as it was."""
    page, site = THEMED[name]
    says = speech(language)
    assert language in LANGUAGES
    midtown = RENDERER.page(page, site, samples.ZONE, samples.NOW, says)
    assert RENDERER.page(page, site, samples.ZONE, samples.NOW, says, InSandbox()) == midtown


def test_the_files_of_pages_are_all_files() -> None:
    used = frozenset[str]().union(*(closure(FILES, entry) for entry in PAGES))
    assert used == {name for name in FILES if name.endswith(".html")}


def test_the_texts_of_midtown_are_found() -> None:
    found = {(one.file, one.text) for one in texts(FILES)}
    assert ("conversations.html", "My Conversations") in found
    assert len(found) > 50
