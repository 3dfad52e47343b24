"""Three quite different themes are sound, show every page in every state, and are what customers see once published."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.audit.model import OPERATOR
from chalicelib.themes import styles
from chalicelib.themes.archive import Archive, packed, read
from chalicelib.web.settings.themes.samples import SAMPLES
from tests.browser import Browser
from tests.people import People
from tests.themes.three import NAMES, content


@pytest.fixture
def ellis(browse: Callable[..., Browser], people: People) -> Browser:
    """The content manager's browser."""
    return browse(people.content_manager)


@pytest.mark.parametrize("name", NAMES)
def test_its_stylesheet_is_sound(people: People, name: str) -> None:
    assert styles.check(content(name, people.house.midtowns).files["theme.css"]) == []


@pytest.mark.parametrize("name", NAMES)
def test_each_page_is_shown_in_each_state(ellis: Browser, name: str) -> None:
    """In the theme, and not in Midtown instead: what it changed is there."""
    theme = ellis.house.themes.create(OPERATOR, name, content(name, ellis.house.midtowns))
    for entry, states in SAMPLES.items():
        for one in states:
            page = entry.removesuffix(".html")
            shown = ellis.get(f"/settings/themes/{theme.id}/preview/{page}?state={one.state}")
            assert shown.status == 200, (page, one.state)
            assert "cannot be shown" not in shown.heading, (page, one.state, shown.heading)
    assert ellis.house.looks.editions.get(theme.id, 1)


@pytest.mark.parametrize("name", NAMES)
def test_customers_see_it_once_it_is_published(ellis: Browser, browse: Callable[..., Browser], name: str) -> None:
    """With its stylesheet, its colours and its files; and Midtown again when themes are switched off."""
    house = ellis.house
    theme = house.themes.create(OPERATOR, name, content(name, house.midtowns))
    stranger = browse()
    before = stranger.get("/")
    house.themes.publish(OPERATOR, theme.id, 1, ())
    page = stranger.get("/")
    sheets = [one["href"] for one in page.all("link[rel=stylesheet]")]
    (own,) = [one for one in sheets if "/theme.css" in one]
    (look,) = [one for one in sheets if "/settings.css" in one]
    assert "--row-padding" in stranger.get(own).body
    assert content(name, house.midtowns).values["brand"] in stranger.get(look).body
    assert page.one("header.top").get("class") != before.one("header.top").get("class")
    house.themes.switch_off(OPERATOR)
    assert stranger.get("/").one("header.top").get("class") == before.one("header.top").get("class")


@pytest.mark.parametrize("name", NAMES)
def test_it_survives_the_way_out_and_in_as_a_zip(people: People, name: str) -> None:
    midtowns = people.house.midtowns
    theme = content(name, midtowns)
    back = read(packed(name, theme, midtowns, {}), midtowns)
    assert isinstance(back, Archive)
    assert back.content.files == theme.files
    assert back.content.values == theme.values
