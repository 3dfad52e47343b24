"""Settings, Theme: the list says what each theme is made from, and themes are made, renamed, copied and deleted."""

from __future__ import annotations

import pytest

from chalicelib.audit.model import OPERATOR
from chalicelib.refusals import NotFound
from chalicelib.themes.model import Content
from chalicelib.themes.revisions import Failure
from chalicelib.themes.store import ThemeStore
from tests.browser import Browser
from tests.themes.world import HOME, NEW, OLD, content


def labels(ellis: Browser) -> list[str]:
    """Return the labels of the cards, in order."""
    return [one.text for one in ellis.get("/settings/themes").all(".theme-cards h2 bdi")]


def test_without_themes_the_list_shows_midtown_alone_and_live(ellis: Browser) -> None:
    page = ellis.get("/settings/themes")
    (card,) = page.all(".theme-cards li")
    assert (card.one("h2").text, card.one(".pill").text) == ("Midtown", "Live")
    assert not page.has_form("Switch themes off")
    assert page.one(".side a[aria-current=page]").text == "Theme"


def test_a_theme_is_made_from_midtown_renamed_copied_and_deleted(ellis: Browser) -> None:
    ellis.get("/settings/themes/new")
    page = ellis.submit("Create from Midtown", label="Winter  sale")
    assert (page.heading, page.notice) == (
        "Winter sale",
        "The theme was created. Customers see it once it is published.",
    )
    ellis.get(page.link("Manage"))
    assert ellis.submit("Rename", label="Summer sale").heading == "Summer sale"
    manage = ellis.page.path
    assert ellis.page.one("#manage-copy_label")["value"] == "Copy of Summer sale"
    assert ellis.submit("Duplicate", copy_label="Spring sale").heading == "Spring sale"
    assert labels(ellis) == ["Spring sale", "Summer sale"]
    page = ellis.get(manage)
    page = ellis.post(manage, {"csrf": ellis.csrf, "action": "delete"})
    assert (page.status, page.one("#manage-sure")["aria-invalid"]) == (422, "true")
    assert ellis.submit("Delete", sure="1").notice == "It was deleted."
    assert labels(ellis) == ["Spring sale"]


def test_the_label_tells_base_and_changed_files(ellis: Browser) -> None:
    """To those who point at it and to those who come by keyboard: it is what describes the link."""
    themes = ellis.house.themes
    plain = themes.create(OPERATOR, "Plain")
    old = themes.create(OPERATOR, "Old", Content(OLD, {"home.html": HOME}))
    page = ellis.get("/settings/themes")
    told = {
        card.one("h2 a").text: page.one(f"#{card.one('h2 a')['aria-describedby']}").text
        for card in page.all(".theme-cards li")
        if card.all("h2 a")
    }
    assert told == {
        "Plain": f"Base version Midtown {NEW}, the newest. No file is changed, only settings.",
        "Old": f"Base version Midtown {OLD}. 1 file is changed: home.html.",
    }
    assert f"/settings/themes/{old.id}/upgrade" in page.links
    assert f"/settings/themes/{plain.id}/upgrade" not in page.links
    assert [one.text for one in page.all(".theme-cards .wait")] == ["Customised"]


def test_many_changed_files_are_counted(ellis: Browser) -> None:
    names = ("a.html", "b.html", "c.html", "d.html", "e.html")
    ellis.house.themes.create(OPERATOR, "Much", Content(NEW, dict.fromkeys(names, HOME)))
    assert "5 files are changed: a.html, b.html, c.html and 2 more." in ellis.get("/settings/themes").one(".tip").text


def test_the_live_theme_comes_first_and_can_be_switched_off_but_not_deleted(ellis: Browser) -> None:
    themes = ellis.house.themes
    themes.create(OPERATOR, "Able")
    live = themes.create(OPERATOR, "Zeta", content())
    themes.publish(OPERATOR, live.id, 1, ())
    assert labels(ellis) == ["Zeta", "Able"]
    manage = f"/settings/themes/{live.id}/manage"
    assert not ellis.get(manage).all("#manage-sure")
    page = ellis.post(manage, {"csrf": ellis.csrf, "action": "delete", "sure": "1"})
    assert page.status == 409
    assert "Publish another one first" in page.faults[0]
    ellis.get("/settings/themes")
    assert ellis.submit("Switch themes off").notice == "Themes are switched off. Customers see plain Midtown."
    assert labels(ellis) == ["Able", "Zeta"]
    assert ellis.house.portal.settings.get(consistent=True).theme is None


def test_what_cannot_be_is_said_beside_the_field_and_nothing_typed_is_lost(ellis: Browser) -> None:
    ellis.get("/settings/themes/new")
    typed = "A label that is so long that no list could ever show it on a line"
    page = ellis.submit("Create from Midtown", label=typed)
    assert page.status == 422
    assert (page.one("#theme-label")["value"], page.one("#theme-label")["aria-invalid"]) == (typed, "true")
    assert page.faults == [page.one("#theme-label-fault").text]
    one = ellis.house.themes.create(OPERATOR, "Sale")
    ellis.get(f"/settings/themes/{one.id}/manage")
    page = ellis.submit("Rename", label=typed)
    assert (page.one("#manage-label")["value"], page.one("#manage-copy_label")["value"]) == (typed, "Copy of Sale")
    page = ellis.submit("Duplicate", copy_label=typed)
    assert (page.one("#manage-copy_label")["value"], page.one("#manage-label")["value"]) == (typed, "Sale")
    assert page.links.count("#manage-copy_label") == 1


def test_an_old_live_theme_tells_which_pages_are_plain_midtown(ellis: Browser) -> None:
    themes = ellis.house.themes
    old = themes.create(OPERATOR, "Old", Content(OLD, {"theme.css": "main { color: #123456 }\n"}))
    themes.publish(OPERATOR, old.id, 1, ())
    said = ellis.get("/settings/themes").one(".changed").text
    assert f"Midtown {OLD}" in said
    assert "My Conversations, Conversation Detail View, New conversation, Account" in said


def test_a_page_that_failed_is_told_until_another_revision_is_live(ellis: Browser) -> None:
    themes = ellis.house.themes
    one = themes.create(OPERATOR, "Sale", content())
    themes.publish(OPERATOR, one.id, 1, ())
    ThemeStore(ellis.house.table).failed(
        one.id, Failure(1, "home.html", "home.html, line 3: too much", ellis.house.clock(), 12)
    )
    said = ellis.get("/settings/themes").one(".changed").text
    assert "failed 12 times" in said
    assert "home.html, line 3: too much" in said
    second = themes.save(OPERATOR, one.id, content(brand="#8a2d52"), seen=1)
    themes.publish(OPERATOR, one.id, second.number, ())
    assert not ellis.get("/settings/themes").all(".changed")


def test_a_small_picture_has_the_colours_of_the_theme(ellis: Browser) -> None:
    """Whatever its version of Midtown calls them; it is kept by the browser for this revision alone."""
    themes = ellis.house.themes
    one = themes.create(OPERATOR, "Sale", Content(OLD, values={"accent": "#8a2d52", "header_layout": "side"}))
    picture = ellis.get(f"/settings/themes/{one.id}/picture?v=1")
    assert picture.header("Content-Type") == "image/svg+xml; charset=utf-8"
    assert '<rect x="0" y="0" width="4" height="140" fill="#8a2d52"/>' in picture.body
    assert picture.header("Cache-Control") == "private, max-age=3600"
    assert ellis.get(f"/settings/themes/{one.id}/picture").header("Cache-Control") == "no-store"
    assert ellis.get("/settings/themes/midtown/picture").status == 200
    assert ellis.get("/settings/themes/nothing/picture").status == 404


def test_a_theme_that_is_gone_is_not_found(ellis: Browser) -> None:
    one = ellis.house.themes.create(OPERATOR, "Sale")
    ellis.get(f"/settings/themes/{one.id}/manage")
    ellis.house.themes.delete(OPERATOR, one.id)
    assert ellis.submit("Rename", label="Other").status == 404
    with pytest.raises(NotFound):
        ellis.house.themes.get(one.id)
