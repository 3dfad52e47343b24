"""What customers see: published revisions, what the portal's settings take over, problems, and switching themes off."""

from __future__ import annotations

import json
from functools import partial

import pytest

from chalicelib.aws import keys
from chalicelib.aws.table import Put
from chalicelib.portal.model import MAX_THEME_VALUES, LiveTheme, PortalSettings
from chalicelib.records import asdict, replace
from chalicelib.refusals import ChangedMeanwhile, InUse, NotFound
from chalicelib.themes.model import MAX_FILES, WARNING, Content, Problem
from chalicelib.themes.pages import ENTRIES, PAGES
from chalicelib.themes.refusals import ThemeRefused
from chalicelib.themes.revisions import DRAFT, PUBLISHED
from chalicelib.wiring import House
from tests.themes.world import MIRA, NEW, NILS, OLD, content
from tests.wire import meanwhile

ERROR_AT_HOME = Problem("home.html", 3, 14, "unknown", "There is no “organisation”. Do you mean “organization”?")
LOW_CONTRAST = Problem("", 0, 0, "contrast", "Links have a contrast of 3.1 to 1 on cards.", WARNING)


def test_a_published_revision_is_found_in_the_settings(any_house: House) -> None:
    themes = any_house.themes
    theme = themes.create(MIRA, "Spring", content(brand="#112233", density="compact"))
    published = themes.publish(NILS, theme.id, 1, ())
    assert (published.kind, published.by) == (PUBLISHED, "Mira")
    after = themes.get(theme.id)
    assert after.live
    assert after.published == after.newest == published == themes.revisions(theme.id)[0]
    live = any_house.portal.settings.get(consistent=True).theme
    assert live is not None
    assert (live.id, live.number, live.base, live.pages, live.styled) == (theme.id, 1, NEW, ("home.html",), False)
    assert json.loads(live.values) == {"brand": "#112233", "density": "compact"}


def test_a_draft_behind_it_is_not_shown(any_house: House) -> None:
    themes = any_house.themes
    theme = themes.create(MIRA, "Spring", content(brand="#112233"))
    themes.publish(MIRA, theme.id, 1, ())
    themes.save(MIRA, theme.id, content(brand="#445566"), seen=1)
    after, settings = themes.get(theme.id), any_house.portal.settings.get(consistent=True)
    assert (after.newest.number, after.newest.kind) == (2, DRAFT)
    assert after.published is not None
    assert after.published.number == 1
    assert settings.theme is not None
    assert (settings.theme.number, settings.colour) == (1, "#112233")


def test_an_older_revision_can_be_published_again(any_house: House) -> None:
    themes = any_house.themes
    theme = themes.create(MIRA, "Spring", content(brand="#112233"))
    themes.publish(MIRA, theme.id, 1, ())
    themes.save(MIRA, theme.id, content(brand="#445566"), seen=1)
    themes.publish(MIRA, theme.id, 2, ())
    themes.publish(MIRA, theme.id, 1, ())
    assert any_house.portal.settings.get(consistent=True).colour == "#112233"
    assert [one.kind for one in themes.revisions(theme.id)] == [PUBLISHED, PUBLISHED]


def test_settings_from_before_there_were_themes_are_plain_midtown(any_house: House) -> None:
    """The item as the version before wrote it: what it says of colour and welcome stays what pages show."""
    item = {name: value for name, value in asdict(PortalSettings()).items() if name != "theme"}
    any_house.table.write(Put(keys.portal(), {**item, "colour": "#aa3300", "welcome": "hello", "version": 7}))
    settings = any_house.portal.settings.get(consistent=True)
    assert settings == PortalSettings(colour="#aa3300", welcome="hello", version=7)
    assert settings.theme is None
    theme = any_house.themes.create(MIRA, "Spring")
    any_house.themes.publish(MIRA, theme.id, 1, ())
    after = any_house.portal.settings.get(consistent=True)
    assert replace(after, theme=None, version=7) == settings


def test_the_settings_of_a_theme_are_kept_with_the_portals_whatever_else_changes(any_house: House) -> None:
    theme = any_house.themes.create(MIRA, "Spring", content(brand="#112233"))
    any_house.themes.publish(MIRA, theme.id, 1, ())
    before = any_house.portal.settings.get(consistent=True).theme
    after = any_house.portal.settings.change(time_zone="Asia/Tokyo", colour="#778899")
    assert after == any_house.portal.settings.get(consistent=True)
    assert after.theme == before
    assert after.colour == "#778899"


def test_colour_and_welcome_follow_the_theme_and_stay_when_it_is_switched_off(any_house: House) -> None:
    themes, portal = any_house.themes, any_house.portal.settings
    portal.change(colour="#aa3300", welcome="old")
    theme = themes.create(MIRA, "Spring", content(brand="#112233", welcome="hello"))
    themes.publish(MIRA, theme.id, 1, ())
    settings = portal.get(consistent=True)
    assert (settings.colour, settings.welcome) == ("#112233", "hello")
    themes.switch_off(NILS)
    settings = portal.get(consistent=True)
    assert settings.theme is None
    assert (settings.colour, settings.welcome) == ("#112233", "hello")
    assert not themes.get(theme.id).live
    published = themes.get(theme.id).published
    assert published is not None
    assert published.number == 1


def test_what_a_theme_does_not_set_has_its_default(any_house: House) -> None:
    any_house.portal.settings.change(colour="#aa3300", welcome="old")
    theme = any_house.themes.create(MIRA, "Spring", Content(NEW))
    any_house.themes.publish(MIRA, theme.id, 1, ())
    settings = any_house.portal.settings.get(consistent=True)
    assert (settings.colour, settings.welcome) == (PortalSettings().colour, "")


def test_an_old_base_says_its_colour_by_the_name_of_its_time(any_house: House) -> None:
    """Midtown 1.0.19 called the colour “accent”."""
    theme = any_house.themes.create(MIRA, "From before", content(base=OLD, accent="#112233"))
    any_house.themes.publish(MIRA, theme.id, 1, ())
    assert any_house.portal.settings.get(consistent=True).colour == "#112233"


def test_switching_off_what_is_off_is_no_change(any_house: House) -> None:
    entries = any_house.audit.count()
    any_house.themes.switch_off(MIRA)
    assert any_house.audit.count() == entries


def test_a_theme_with_errors_is_never_published(any_house: House) -> None:
    theme = any_house.themes.create(MIRA, "Spring", content())
    with pytest.raises(ThemeRefused) as refused:
        any_house.themes.publish(MIRA, theme.id, 1, (LOW_CONTRAST, ERROR_AT_HOME), reason="It is fine")
    assert refused.value.field == "home.html"
    assert ERROR_AT_HOME.sentence in refused.value.sentence
    assert any_house.portal.settings.get(consistent=True).theme is None


def test_warnings_want_a_reason_which_the_audit_log_keeps(any_house: House) -> None:
    theme = any_house.themes.create(MIRA, "Spring", content())
    with pytest.raises(ThemeRefused) as refused:
        any_house.themes.publish(MIRA, theme.id, 1, [LOW_CONTRAST], reason=" \n")
    assert refused.value.field == "reason"
    any_house.themes.publish(MIRA, theme.id, 1, [LOW_CONTRAST] * 50, reason="The brand\nasks for it")
    *_, entry = any_house.audit.span(1, 100)
    assert entry.change.after["reason"] == "The brand asks for it"
    assert entry.change.after["warnings"] == [str(LOW_CONTRAST)] * 20
    assert entry.change.after["theme"] == f"{theme.id}, revision 1"


def test_a_colour_that_is_none_is_not_published(any_house: House) -> None:
    theme = any_house.themes.create(MIRA, "Spring", content(brand="red"))
    with pytest.raises(ThemeRefused) as refused:
        any_house.themes.publish(MIRA, theme.id, 1, ())
    assert refused.value.field == "settings.brand"
    assert any_house.themes.get(theme.id) == theme


def test_what_is_published_is_there(any_house: House) -> None:
    theme = any_house.themes.create(MIRA, "Spring", content())
    for number in (0, 2, -1):
        with pytest.raises(NotFound):
            any_house.themes.publish(MIRA, theme.id, number, ())


def test_publishing_undoes_no_change_of_the_settings_made_at_the_same_moment(any_house: House) -> None:
    theme = any_house.themes.create(MIRA, "Spring", content())
    change = partial(any_house.portal.settings.change, time_zone="Asia/Tokyo")
    with (
        meanwhile(any_house.clients.dynamodb, "TransactWriteItems", change),
        pytest.raises(ChangedMeanwhile),
    ):
        any_house.themes.publish(MIRA, theme.id, 1, ())
    assert any_house.portal.settings.get(consistent=True).time_zone == "Asia/Tokyo"
    assert not any_house.themes.get(theme.id).live


def test_the_snippets_that_a_theme_shows_are_named(any_house: House) -> None:
    theme = any_house.themes.create(MIRA, "Spring", content(welcome="hello", footer_note="hours", density="compact"))
    any_house.themes.publish(MIRA, theme.id, 1, ())
    live = any_house.portal.settings.get(consistent=True).theme
    assert live is not None
    assert live.snippets == ("hello", "hours")


def test_a_snippet_that_a_published_theme_shows_cannot_be_deleted(any_house: House) -> None:
    any_house.snippets.create(MIRA, "hours", {"en": "Nine to five"})
    theme = any_house.themes.create(MIRA, "Spring", content(footer_note="hours"))
    any_house.themes.publish(MIRA, theme.id, 1, ())
    with pytest.raises(InUse) as refused:
        any_house.snippets.delete(MIRA, "hours", 1)
    assert "theme of the portal" in refused.value.sentence
    any_house.themes.switch_off(MIRA)
    any_house.snippets.delete(MIRA, "hours", 1)


def test_the_settings_stay_small_with_the_largest_theme() -> None:
    """Each request reads them."""
    pages = tuple(f"{name}.html" for name in PAGES)
    live = LiveTheme("0" * 26, 999_999, NEW, pages, ENTRIES, True, "x" * MAX_THEME_VALUES, ("x" * 60,) * 10)
    assert len(json.dumps(asdict(replace(PortalSettings(), theme=live)))) < 13 * 1024
    assert len(ENTRIES) < MAX_FILES


def test_a_page_is_a_themes_own_where_any_file_it_is_linked_from_differs(any_house: House) -> None:
    midtown = any_house.midtowns.files(NEW)
    theme = any_house.themes.create(MIRA, "Rows", Content(NEW, {"parts/row.html": midtown["parts/row.html"] + " "}))
    any_house.themes.publish(MIRA, theme.id, 1, ())
    live = any_house.portal.settings.get(consistent=True).theme
    assert live is not None
    assert live.pages == ("conversations.html",)
    layout = any_house.themes.create(MIRA, "Layout", Content(NEW, {"layout.html": midtown["layout.html"] + " "}))
    any_house.themes.publish(MIRA, layout.id, 1, ())
    live = any_house.portal.settings.get(consistent=True).theme
    assert live is not None
    assert {"conversations.html", "conversation.html"} <= set(live.pages)
    assert "parts/thread.html" not in live.pages


def test_pages_that_an_old_base_does_not_have_are_named(any_house: House) -> None:
    theme = any_house.themes.create(MIRA, "From before", Content(OLD, {"layout.html": "{# ours #}"}))
    any_house.themes.publish(MIRA, theme.id, 1, ())
    live = any_house.portal.settings.get(consistent=True).theme
    assert live is not None
    assert not {"conversations.html", "conversation.html", "parts/thread.html"} & {*live.covered, *live.pages}


def test_a_stylesheet_of_its_own_is_noted(any_house: House) -> None:
    theme = any_house.themes.create(MIRA, "Spring", Content(NEW, {"theme.css": "main { color: red }"}))
    any_house.themes.publish(MIRA, theme.id, 1, ())
    live = any_house.portal.settings.get(consistent=True).theme
    assert live is not None
    assert (live.styled, live.pages) == (True, ())
