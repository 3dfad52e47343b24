"""Settings, Theme, Upgrade: what becomes of each file is told, conflicts are settled, and the result is a draft."""

from __future__ import annotations

import pytest

from chalicelib.records import replace
from chalicelib.themes.model import MAX_FILE, Content
from chalicelib.themes.upgrade import Outcome, plan
from local import demo_themes
from tests.browser import Browser, Page
from tests.people import People
from tests.themes.world import BASES, MIRA, NEW, NILS, OLD

MIDTOWN = BASES.files(OLD)
SHOP = '<a href="https://shop.example/">Shop</a>\n'


@pytest.fixture
def theme_id(ellis: Browser, people: People) -> str:
    """The theme of the demo: one conflict in the header, a home page that is joined, settings under old names."""
    demo_themes.seed(ellis.house, people.content_manager)
    (theme,) = ellis.house.themes.list()
    return theme.id


def open_upgrade(ellis: Browser, theme_id: str) -> tuple[Page, str]:
    """Return the page, and the key of its one conflict."""
    page = ellis.get(f"/settings/themes/{theme_id}/upgrade")
    (conflict,) = page.all("fieldset.conflict")
    return page, conflict["id"].removeprefix("join-")


def test_what_becomes_of_each_file_is_told(ellis: Browser, theme_id: str) -> None:
    page, key = open_upgrade(ellis, theme_id)
    upgrade = plan(ellis.house.themes.content(theme_id), BASES, NEW)
    assert [one.text for one in page.all(".progress li")] == [
        f"{len(upgrade.of(Outcome.FOLLOWS))} taken over",
        f"{len(upgrade.of(Outcome.NEW))} new: My Conversations, Conversation Detail View, New conversation, Account",
        "1 joined without a conflict",
        "1 to decide",
    ]
    legend = page.one("fieldset.conflict legend").text
    line = MIDTOWN["parts/header.html"].partition("{% if site.area != 'internal'")[0].count("\n") + 1
    assert legend == f"Both changed parts/header.html, line {line}"
    yours, theirs = page.all(".one-side .compared")
    assert "site.area != 'internal' %}" in yours.one("ins").text
    assert "urls.conversations" in theirs.text
    home = page.all("details .compared")[0]
    assert "mine-title" in home.text
    told = page.one("#settings-title").parent
    assert told is not None
    assert "The colour “accent” is now called “brand”. What you set is kept." in told.text
    assert "The portal has pages of its own" in page.text
    assert page.one(f"#text-{key}").content.count("{%") > 2


@pytest.mark.parametrize(
    ("keep", "there", "gone"),
    [
        ("yours", "{% if site.area != 'internal' %}\n<nav", "urls.conversations"),
        ("theirs", "{% elif site.portal_on %}\n<nav", "{% if site.area != 'internal' %}"),
        ("both", "{% if site.area != 'internal' %}\n{% if site.area == 'internal' %}", "<hr>"),
        ("text", "</a>\n<hr>\n<nav", "{% if site.area != 'internal' %}"),
    ],
)
def test_a_settled_conflict_is_saved_as_a_draft(
    ellis: Browser, theme_id: str, keep: str, there: str, gone: str
) -> None:
    _, key = open_upgrade(ellis, theme_id)
    page = ellis.submit("Save as draft", **{f"keep.{key}": keep, f"text.{key}": "<hr>\r\n"})
    assert page.notice == "The upgrade is saved as a draft. Look at it in the preview, then publish it."
    assert page.path == f"/settings/themes/{theme_id}"
    themes = ellis.house.themes
    theme, content = themes.get(theme_id), themes.content(theme_id)
    assert (theme.base, theme.newest.note) == (NEW, f"Upgraded from Midtown {OLD} to {NEW}")
    assert there in content.files["parts/header.html"]
    assert gone not in content.files["parts/header.html"]
    assert "workshop-title" in content.files["home.html"]
    assert "mine-title" in content.files["home.html"]
    assert content.origins == {name: BASES.files(NEW)[name] for name in content.files}
    assert content.values["brand"] == "#20644f"
    assert ellis.house.portal.settings.get(consistent=True).theme is None


def test_saving_can_lead_to_publishing(ellis: Browser, theme_id: str) -> None:
    _, key = open_upgrade(ellis, theme_id)
    fields = {"csrf": ellis.csrf, "then": "publish", "seen": "3", f"keep.{key}": "theirs"}
    page = ellis.post(f"/settings/themes/{theme_id}/upgrade", fields, follow=False)
    assert page.header("Location") == f"/settings/themes/{theme_id}/publish"


def test_without_a_choice_nothing_is_saved_and_what_was_typed_stays(ellis: Browser, theme_id: str) -> None:
    _, key = open_upgrade(ellis, theme_id)
    page = ellis.submit("Save as draft", **{f"text.{key}": "<hr>"})
    assert page.status == 422
    (fault,) = page.faults
    assert fault.startswith("Choose which lines to keep. (parts/header.html, line ")
    assert f"#keep-{key}-yours" in page.links
    assert page.one(f"#text-{key}").content.strip() == "<hr>"
    assert ellis.house.themes.get(theme_id).base == OLD
    page = ellis.submit("Save as draft", **{f"keep.{key}": "neither"})
    assert page.status == 422


def test_what_is_too_large_is_refused_with_everything_that_was_typed(ellis: Browser, theme_id: str) -> None:
    _, key = open_upgrade(ellis, theme_id)
    typed = "x" * MAX_FILE
    page = ellis.submit("Save as draft", **{f"keep.{key}": "text", f"text.{key}": typed})
    assert page.status == 422
    assert "parts/header.html has" in page.faults[0]
    assert page.one(f"#text-{key}").content.strip() == typed
    assert page.one(f"#keep-{key}-text").get("checked", "no") == ""


def test_a_change_meanwhile_keeps_the_choices_that_still_fit(ellis: Browser, theme_id: str) -> None:
    """The page comes back for what is newest now; saving it once more is enough."""
    themes = ellis.house.themes
    _, key = open_upgrade(ellis, theme_id)
    content = themes.content(theme_id)
    more = replace(content, files={**content.files, "layout.html": MIDTOWN["layout.html"] + "<hr>\n"})
    themes.save(NILS, theme_id, more, seen=3)
    page = ellis.submit("Save as draft", **{f"keep.{key}": "text", f"text.{key}": SHOP})
    assert page.status == 409
    assert "Nils saved this theme while you were editing it." in page.faults[0]
    assert page.one(f"#keep-{key}-text").get("checked", "no") == ""
    assert page.one(f"#text-{key}").content.strip() == SHOP.strip()
    page = ellis.submit("Save as draft")
    assert page.status == 200
    after = themes.content(theme_id)
    assert (after.base, "<hr>" in after.files["layout.html"]) == (NEW, True)
    assert SHOP in after.files["parts/header.html"]


def test_an_upgrade_that_somebody_did_meanwhile_is_told_and_the_own_choices_can_be_copied(
    ellis: Browser, theme_id: str
) -> None:
    themes = ellis.house.themes
    _, key = open_upgrade(ellis, theme_id)
    content = themes.content(theme_id)
    themes.save(NILS, theme_id, Content(NEW, content.files), seen=3)
    page = ellis.submit("Save as draft", **{f"keep.{key}": "text", f"text.{key}": SHOP})
    assert page.status == 409
    assert page.one(f"#text-{key}").content.strip() == SHOP.strip()
    assert not page.has_form("Save as draft")
    assert f"/settings/themes/{theme_id}/history" in page.links


def test_a_theme_of_the_newest_version_has_no_upgrade(ellis: Browser) -> None:
    one = ellis.house.themes.create(MIRA, "Sale")
    assert ellis.get(f"/settings/themes/{one.id}/upgrade").path == f"/settings/themes/{one.id}"
    page = ellis.post(f"/settings/themes/{one.id}/upgrade", {"csrf": ellis.csrf, "seen": "1"})
    assert page.status == 422


@pytest.mark.parametrize("fields", [{"seen": "99"}, {"seen": ""}, {"seen": "x"}])
def test_a_revision_that_is_not_there_is_not_found(ellis: Browser, theme_id: str, fields: dict[str, str]) -> None:
    ellis.get("/settings/themes")
    assert ellis.post(f"/settings/themes/{theme_id}/upgrade", {"csrf": ellis.csrf, **fields}).status == 404


def test_files_of_a_theme_from_before_the_portal_are_edited_as_well(ellis: Browser, theme_id: str) -> None:
    """My Conversations, which is shown at first of others, is none of its files."""
    page = ellis.get(f"/settings/themes/{theme_id}/files")
    assert (page.status, page.one("#file-page option[selected]")["value"]) == (200, "home")
    assert ellis.get(f"/settings/themes/{theme_id}/files?file=conversations.html").status == 404
