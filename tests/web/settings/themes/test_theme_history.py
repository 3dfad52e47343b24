"""Settings, Theme, History: who saved what, what differs between two revisions, and going back without losing any."""

from __future__ import annotations

import pytest

from chalicelib.audit.model import OPERATOR
from chalicelib.records import replace
from chalicelib.themes.model import Content
from chalicelib.themes.revisions import Failure
from chalicelib.themes.store import ThemeStore
from tests.browser import Browser
from tests.themes.world import HOME, MIRA, NEW, NILS, OLD, content


@pytest.fixture
def history(ellis: Browser) -> str:
    """The address of the history of a theme with three revisions, of which the second is live."""
    themes = ellis.house.themes
    one = themes.create(MIRA, "Sale", Content(NEW, values={"brand": "#8a2d52"}))
    themes.save(NILS, one.id, content(brand="#8a2d52"), seen=1, note="A page of our own")
    themes.publish(NILS, one.id, 2, ())
    files = {"home.html": HOME.replace("Hello", "Welcome"), "theme.css": "h1 { color: #123456 }\n"}
    themes.save(MIRA, one.id, Content(NEW, files, values={"corners": "round", "dark": False}), seen=2)
    return f"/settings/themes/{one.id}/history"


def test_revisions_tell_who_and_when_and_which_is_live(ellis: Browser, history: str) -> None:
    rows = [one.text for one in ellis.get(history).all(".version-list li")]
    assert [row.partition(" Saved")[0] for row in rows] == [
        "Revision 3 Draft",
        "Revision 2 Live A page of our own",
        "Revision 1 Draft",
    ]
    assert ["by Mira" in row for row in rows] == [True, False, True]
    assert ["Published" in row for row in rows] == [False, True, False]


def test_at_first_the_newest_is_compared_with_what_is_live(ellis: Browser, history: str) -> None:
    page = ellis.get(history)
    assert page.one("#changes-title").text == "What changed from revision 2 to 3"
    assert [one.text for one in page.all("table.values tr")[1:]] == [
        "Brand #8a2d52 as it comes",
        "Dark pages as it comes off",
        "Corners as it comes round",
    ]
    assert [one.text for one in page.all("#changes h3")] == ["Settings", "home.html", "theme.css"]
    changed = page.all("#changes .compared")[0]
    assert ["Hello" in one.text for one in changed.all("del")] == [True]
    assert ["Welcome" in one.text for one in changed.all("ins")] == [True]


def test_any_two_can_be_compared(ellis: Browser, history: str) -> None:
    page = ellis.get(f"{history}?old=1&new=2")
    assert page.one("#changes-title").text == "What changed from revision 1 to 2"
    assert [one.text for one in page.all("#changes h3")] == ["home.html"]
    assert "They are the same." in ellis.get(f"{history}?old=3&new=3").one("#changes").text


@pytest.mark.parametrize("query", ["?old=9", "?new=9", "?old=2&new=123456"])
def test_a_revision_that_is_not_there_is_not_found(ellis: Browser, history: str, query: str) -> None:
    assert ellis.get(history + query).status == 404


@pytest.mark.parametrize("query", ["?old=x", "?old=-1", "?new=99999999999"])
def test_what_is_no_number_is_as_if_nothing_was_asked(ellis: Browser, history: str, query: str) -> None:
    assert ellis.get(history + query).one("#changes-title").text == "What changed from revision 2 to 3"


def test_an_older_revision_becomes_the_newest_draft(ellis: Browser, history: str) -> None:
    theme_id = history.split("/")[3]
    ellis.get(history)
    page = ellis.submit("Restore revision 1", number="1")
    assert page.notice == "The newest draft is what that revision was. Customers see it once it is published."
    assert page.all(".version-list li")[0].text.startswith("Revision 4 Draft Revision 1 again")
    themes = ellis.house.themes
    assert themes.content(theme_id) == themes.content(theme_id, 1)
    live = ellis.house.portal.settings.get(consistent=True).theme
    assert live is not None
    assert live.number == 2


def test_restoring_what_is_not_there_is_not_found(ellis: Browser, history: str) -> None:
    ellis.get(history)
    assert ellis.post(history, {"csrf": ellis.csrf, "number": "9"}).status == 404
    assert ellis.post(history, {"csrf": ellis.csrf}).status == 404


def test_the_only_revision_is_compared_with_nothing(ellis: Browser) -> None:
    one = ellis.house.themes.create(OPERATOR, "Sale")
    page = ellis.get(f"/settings/themes/{one.id}/history")
    assert page.one("#changes").text == "Changes There is one revision so far."
    assert not page.all("#changes form")


def test_an_upgrade_is_told(ellis: Browser) -> None:
    themes = ellis.house.themes
    one = themes.create(OPERATOR, "Sale", Content(OLD, {"home.html": HOME}))
    themes.save(OPERATOR, one.id, replace(themes.content(one.id), base=NEW, origins={}), seen=1)
    page = ellis.get(f"/settings/themes/{one.id}/history")
    assert f"Upgraded from Midtown {OLD} to {NEW}" in page.one("#changes").text


def test_pictures_that_differ_are_named(ellis: Browser) -> None:
    themes = ellis.house.themes
    one = themes.create(OPERATOR, "Sale")
    svg = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><rect width="9" height="9" fill="#123456"/></svg>'
    themes.add_asset(OPERATOR, one.id, "assets/hero.svg", svg, seen=1)
    page = ellis.get(f"/settings/themes/{one.id}/history")
    assert page.one("#changes h3").text == "assets/hero.svg added"


def test_what_went_wrong_last_is_shown(ellis: Browser, history: str) -> None:
    now = ellis.house.clock()
    ThemeStore(ellis.house.table).failed(history.split("/")[3], Failure(2, "home.html", "line 3: too much", now, 1))
    assert (
        "A page of revision 2 failed once, and customers saw Midtown instead."
        in ellis.get(history).one(".changed").text
    )
