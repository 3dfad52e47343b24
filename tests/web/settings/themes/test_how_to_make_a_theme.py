"""docs/how-to/make-a-theme.md: whoever follows it has a theme that can be published, and sees what it promises."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from chalicelib.themes.model import Content
from tests.browser import Browser
from tests.themes.world import BASES, MIRA, NEW

HOW_TO = Path(__file__).resolve().parents[4] / "docs" / "how-to" / "make-a-theme.md"
BLOCK = re.compile(r"^```(html|json|css)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def as_told() -> dict[str, str]:
    """Return the four files of the example as somebody would have them who follows it."""
    (_, part), (_, setting), (_, included), (_, rule) = BLOCK.findall(HOW_TO.read_text(encoding="utf-8"))
    midtown = BASES.files(NEW)
    first, _, _ = included.partition("\n")
    page, manifest = midtown["conversations.html"], midtown["manifest.json"]
    assert page.count(f"{first}\n") == 1
    end = manifest.rindex("]", 0, manifest.rindex("]"))
    return {
        "parts/promise.html": part,
        "conversations.html": page.replace(f"{first}\n", included),
        "manifest.json": f"{manifest[:end]}, {setting}{manifest[end:]}",
        "theme.css": midtown["theme.css"] + rule,
    }


@pytest.fixture
def theme_id(ellis: Browser) -> str:
    """The theme of the example, with a snippet for its setting."""
    ellis.house.snippets.create(MIRA, "promise", {"en": "We reply within a day.", "de": "Antwort binnen eines Tages."})
    made = ellis.house.themes.create(MIRA, "Example", Content(NEW, as_told(), values={"own_promise": "promise"}))
    return made.id


def test_the_example_has_nothing_that_stops_it(ellis: Browser, theme_id: str) -> None:
    page = ellis.get(f"/settings/themes/{theme_id}/publish")
    assert [one.text for one in page.all(".problems li")] == []
    ellis.submit("Publish")
    live = ellis.house.portal.settings.get(consistent=True).theme
    assert live is not None
    assert (live.id, live.pages) == (theme_id, ("conversations.html",))


@pytest.mark.parametrize(("language", "said"), [("", "We reply within a day."), ("de", "Antwort binnen eines Tages.")])
def test_the_promise_is_shown_in_the_readers_language(ellis: Browser, theme_id: str, language: str, said: str) -> None:
    page = ellis.get(f"/settings/themes/{theme_id}/preview/conversations?language={language}")
    assert page.one("main p.promise").text == said


def test_the_setting_of_the_example_is_in_the_form(ellis: Browser, theme_id: str) -> None:
    page = ellis.get(f"/settings/themes/{theme_id}")
    assert page.one("[data-key=own_promise] label").text == "Promise"
    assert page.one("#theme-own_promise option[selected]").text == "promise"
