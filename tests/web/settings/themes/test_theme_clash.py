"""Two editors who save files at once: the second sees both changes, chooses where they conflict, and loses nothing."""

from __future__ import annotations

import pytest

from chalicelib.themes.model import Content
from tests.browser import Browser, Page
from tests.themes.world import HOME, MIRA, NEW, NILS

NAME = "parts/own.html"
OWN = "<div>\n<p>One</p>\n<p>Two</p>\n<p>Three</p>\n</div>\n"
OURS = OWN.replace("One", "Ours")
THEIRS = OWN.replace("One", "Theirs")
ELSEWHERE = OWN.replace("Three", "Three and four")


@pytest.fixture
def theme_id(ellis: Browser) -> str:
    """A theme with two files of its own, whose first revision both open."""
    ellis.get("/settings")
    return ellis.house.themes.create(MIRA, "Sale", Content(NEW, {"home.html": HOME, NAME: OWN})).id


def they_save(ellis: Browser, theme_id: str, text: str, seen: int) -> None:
    before = ellis.house.themes.content(theme_id, seen)
    files = {**before.files, NAME: text}
    ellis.house.themes.save(NILS, theme_id, Content(NEW, files, values=before.values), seen=seen)


def join(ellis: Browser, theme_id: str, **fields: str) -> Page:
    """Send what the page of files carries when its save was refused."""
    sent = {"csrf": ellis.csrf, "seen": "1", "theirs": "2", f"file.{NAME}": OURS.replace("\n", "\r\n")}
    return ellis.post(f"/settings/themes/{theme_id}/join", {**sent, **fields}, follow=False)


def key_of(page: Page) -> str:
    (conflict,) = page.all("fieldset.conflict")
    return conflict["id"].removeprefix("join-")


def test_changes_in_different_places_are_saved_together(ellis: Browser, theme_id: str) -> None:
    they_save(ellis, theme_id, ELSEWHERE, 1)
    page = join(ellis, theme_id, note="Our colour")
    assert (page.status, page.header("Location")) == (303, f"/settings/themes/{theme_id}/files?file=parts%2Fown.html")
    themes = ellis.house.themes
    assert themes.get(theme_id).newest.note == "Our colour"
    assert themes.content(theme_id).files[NAME] == ELSEWHERE.replace("One", "Ours")
    assert "home.html" in themes.content(theme_id).files


def test_the_same_lines_wait_for_a_choice_and_the_page_carries_everything(ellis: Browser, theme_id: str) -> None:
    they_save(ellis, theme_id, THEIRS, 1)
    page = join(ellis, theme_id, note="Ours")
    assert page.status == 422
    key = key_of(page)
    assert [one.text for one in page.all(".one-side label")] == ["Yours", "Nils’s"]
    assert page.one("[name=note]")["value"] == "Ours"
    assert [one["value"] for one in page.all("input") if one.get("name") == f"file.{NAME}"] == [OURS]
    ellis.submit("Save both", **{f"keep.{key}": "both"})
    both = ellis.house.themes.content(theme_id).files[NAME]
    assert both.startswith("<div>\n<p>Ours</p>\n<p>Theirs</p>\n<p>Two</p>\n")


def test_a_third_save_meanwhile_shows_the_page_again_with_the_choice(ellis: Browser, theme_id: str) -> None:
    they_save(ellis, theme_id, THEIRS, 1)
    key = key_of(join(ellis, theme_id))
    they_save(ellis, theme_id, THEIRS + "<hr>\n", 2)
    page = ellis.submit("Save both", **{f"keep.{key}": "yours"})
    assert (page.status, page.one("[name=theirs]")["value"], key_of(page)) == (409, "3", key)
    assert page.one(f"#keep-{key}-yours").get("checked", "no") == ""
    ellis.submit("Save both")
    assert ellis.house.themes.content(theme_id).files[NAME] == OURS + "<hr>\n"


def test_a_file_that_was_taken_away_stays_away(ellis: Browser, theme_id: str) -> None:
    they_save(ellis, theme_id, THEIRS, 1)
    key = key_of(join(ellis, theme_id, removed="home.html"))
    assert [one["value"] for one in ellis.page.all("input") if one.get("name") == "removed"] == ["home.html"]
    ellis.submit("Save both", **{f"keep.{key}": "theirs"})
    assert [*ellis.house.themes.content(theme_id).files] == [NAME]


def test_what_cannot_be_a_file_is_refused(ellis: Browser, theme_id: str) -> None:
    they_save(ellis, theme_id, ELSEWHERE, 1)
    page = join(ellis, theme_id, **{"file.../../app.py": "print()"})
    assert page.status == 422
    assert "cannot be the name of a file" in page.faults[0]
    assert ellis.house.themes.get(theme_id).newest.number == 2


@pytest.mark.parametrize("fields", [{"seen": "9"}, {"theirs": "9"}, {"seen": ""}, {"theirs": "x"}])
def test_revisions_that_are_not_there_are_not_found(ellis: Browser, theme_id: str, fields: dict[str, str]) -> None:
    they_save(ellis, theme_id, ELSEWHERE, 1)
    assert join(ellis, theme_id, **fields).status == 404
