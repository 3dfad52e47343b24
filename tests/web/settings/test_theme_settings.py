"""Settings, Theme: what a theme is set to, seen beside a preview, saved as a draft, by one editor or two at once."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from chalicelib.audit.model import OPERATOR
from chalicelib.records import replace
from tests.attachments import corpus
from tests.browser import Browser
from tests.people import People

if TYPE_CHECKING:
    from chalicelib.themes.revisions import Theme
    from tests.browser import Page


@pytest.fixture
def ellis(browse: Callable[..., Browser], people: People) -> Browser:
    """The content manager's browser."""
    return browse(people.content_manager)


@pytest.fixture
def winter(people: People) -> Theme:
    """A theme as it comes from Midtown."""
    return people.house.themes.create(OPERATOR, "Winter")


def test_what_is_saved_is_a_draft_that_no_customer_sees(ellis: Browser, winter: Theme) -> None:
    """The settings come back as they were saved; the portal stays as it was."""
    ellis.get(f"/settings/themes/{winter.id}")
    page = ellis.submit("Save", **{"settings.brand": "#8a2f5d", "settings.header_layout": "centred"})
    assert page.notice == "Your changes were saved."
    assert page.one("#theme-brand")["value"] == "#8a2f5d"
    assert page.one("#theme-header_layout option[selected]")["value"] == "centred"
    assert ellis.house.themes.get(winter.id).newest.number == 2
    assert ellis.house.portal.settings.get(consistent=True).theme is None


def test_a_value_that_cannot_be_stands_with_its_fault_and_nothing_typed_is_lost(ellis: Browser, winter: Theme) -> None:
    ellis.get(f"/settings/themes/{winter.id}")
    page = ellis.submit("Save", **{"settings.brand": "mauve", "settings.text_size": "1.125"})
    assert page.status == 422
    assert page.one("#theme-brand")["value"] == "mauve"
    assert page.one("#theme-brand-fault").text == "Enter a colour such as #2f5d8a."
    assert page.one("#theme-text_size")["value"] == "1.125"
    assert ellis.house.themes.get(winter.id).newest.number == 1


def test_a_switch_goes_off_and_on(ellis: Browser, winter: Theme) -> None:
    ellis.get(f"/settings/themes/{winter.id}")
    ellis.submit("Save", **{"settings.show_preview": "off"})
    assert ellis.house.themes.content(winter.id).values["show_preview"] is False
    ellis.submit("Save", **{"settings.show_preview": ["off", "on"]})
    assert "show_preview" not in ellis.house.themes.content(winter.id).values


def test_two_editors_lose_nothing(ellis: Browser, winter: Theme) -> None:
    """What only one of them changed is theirs; what both changed stands with both values, until it is saved again."""
    themes = ellis.house.themes
    ellis.get(f"/settings/themes/{winter.id}")
    content = themes.content(winter.id)
    values = {**content.values, "brand": "#112233", "corners": "round"}
    themes.save(OPERATOR, winter.id, replace(content, values=values), seen=1)
    page = ellis.submit("Save", **{"settings.brand": "#445566", "settings.density": "compact"})
    assert page.status == 409
    assert "saved this theme while you were editing it" in page.one(".changed").text
    assert page.one("#theme-brand")["value"] == "#445566"
    assert page.one("[data-key=brand] .after-field").text == "Theirs: #112233"
    assert page.one("#theme-corners option[selected]")["value"] == "round"
    assert page.one("#theme-density option[selected]")["value"] == "compact"
    ellis.submit("Save")
    saved = themes.content(winter.id).values
    assert (saved["brand"], saved["corners"], saved["density"]) == ("#445566", "round", "compact")


def test_a_preview_shows_the_draft_to_editors_in_a_frame_of_ours_alone(ellis: Browser, winter: Theme) -> None:
    """Its forms go nowhere, its links lead to other previews, and nothing keeps it."""
    page = ellis.get(f"/settings/themes/{winter.id}/preview/conversations?state=usual")
    policy = page.header("Content-Security-Policy") or ""
    assert "frame-ancestors 'self'" in policy
    assert "form-action 'none'" in policy
    assert page.header("X-Frame-Options") == "SAMEORIGIN"
    assert page.header("Cache-Control") == "no-store"
    assert page.heading == "My Conversations"
    previews = f"/settings/themes/{winter.id}/preview/"
    inside = [one["href"] for one in page.all("main a")]
    assert inside
    assert all(one.startswith((previews, "#")) for one in inside)
    assert {one["value"] for one in page.all("input[name=csrf]")} == {""}


def test_only_previews_may_be_framed(ellis: Browser, winter: Theme) -> None:
    policy = ellis.get(f"/settings/themes/{winter.id}").header("Content-Security-Policy") or ""
    assert "frame-ancestors 'none'" in policy
    assert "frame-src 'self'" in policy
    assert "frame-src" not in (ellis.get("/settings/snippets").header("Content-Security-Policy") or "")


@pytest.mark.parametrize("state", ["usual", "long", "closed", "ended", "snoozed", "redacted", "rtl"])
def test_a_preview_has_each_state_of_a_conversation(ellis: Browser, winter: Theme, state: str) -> None:
    page = ellis.get(f"/settings/themes/{winter.id}/preview/conversation?state={state}")
    assert page.status == 200
    assert page.one("html")["dir"] == ("rtl" if state == "rtl" else "ltr")


def test_a_preview_speaks_the_language_that_is_asked_for(ellis: Browser, winter: Theme) -> None:
    page = ellis.get(f"/settings/themes/{winter.id}/preview/login?language=de")
    assert page.one("html")["lang"] == "de"
    assert page.heading == "Anmelden"


def test_a_preview_shows_what_was_typed_and_saves_none_of_it(ellis: Browser, winter: Theme) -> None:
    """The form is sent into the frame as it is, settings that make custom properties included."""
    ellis.get(f"/settings/themes/{winter.id}")
    typed = {"csrf": ellis.csrf, "settings.brand": "#8a2f5d", "settings.header_layout": "centred"}
    page = ellis.post(f"/settings/themes/{winter.id}/preview/home", typed)
    assert page.one("header.top").matches(".layout-centred")
    (sheet,) = [one["href"] for one in page.all("link[rel=stylesheet]") if "look.css" in one["href"]]
    assert "--brand:#8a2f5d" in ellis.get(sheet).body
    assert ellis.house.themes.get(winter.id).newest.number == 1


def test_the_colours_that_are_typed_are_judged(ellis: Browser, winter: Theme) -> None:
    ellis.get(f"/settings/themes/{winter.id}")
    typed = {"settings.text": "#888888", "settings.card": "#777777"}
    told = ellis.post(f"/settings/themes/{winter.id}/judge", {"csrf": ellis.csrf, **typed}).json()
    (poor, *_) = [one for one in told["card"] if not one["fine"]]
    assert "hard to read" in poor["sentence"]
    assert poor["near"]


def test_a_picture_is_kept_with_a_draft_and_shown_to_editors_alone(
    ellis: Browser, winter: Theme, browse: Callable[..., Browser]
) -> None:
    ellis.get(f"/settings/themes/{winter.id}")
    sent = {"name": "assets/hero.png", "data": base64.b64encode(corpus.png()).decode(), "seen": 1}
    headers = {"X-CSRF-Token": ellis.csrf, "Content-Type": "application/json"}
    answer = ellis.request("POST", f"/settings/themes/{winter.id}/assets", json.dumps(sent).encode(), headers)
    told = json.loads(answer.body)
    assert (told["seen"], told["name"]) == (2, "assets/hero.png")
    assert ellis.get(told["url"], follow=False).status == 302
    assert browse().get(told["url"], follow=False).status == 404
    ellis.get(f"/settings/themes/{winter.id}")
    ellis.submit("Save", **{"settings.hero_image": "assets/hero.png"})
    assert ellis.page.one("img.theme-picture")["src"] == told["url"]


@pytest.mark.parametrize(
    "sent",
    [
        [],
        {"name": "assets/hero.png", "data": "?", "seen": 1},
        {"name": "../hero.png", "data": "", "seen": 1},
        {"name": "assets/hero.png", "data": base64.b64encode(b"GIF89a").decode(), "seen": 1},
        {"name": "assets/hero.png", "data": "", "seen": "1"},
    ],
)
def test_what_is_no_picture_is_refused_in_a_sentence(ellis: Browser, winter: Theme, sent: object) -> None:
    ellis.get(f"/settings/themes/{winter.id}")
    headers = {"X-CSRF-Token": ellis.csrf, "Content-Type": "application/json"}
    answer = ellis.request("POST", f"/settings/themes/{winter.id}/assets", json.dumps(sent).encode(), headers)
    assert answer.status == 422
    assert json.loads(answer.body)["error"]["message"]
    assert ellis.house.themes.get(winter.id).newest.number == 1


def test_a_page_that_cannot_be_rendered_says_why(ellis: Browser, winter: Theme) -> None:
    """A draft may have faults; its preview names them, and whoever looks is not sent away."""
    themes = ellis.house.themes
    content = themes.content(winter.id)
    files = {
        **content.files,
        "conversations.html": "{% extends 'layout.html' %}{% block main %}{{ page.q|shout }}{% endblock %}",
    }
    themes.save(OPERATOR, winter.id, replace(content, files=files), seen=1)
    page = ellis.get(f"/settings/themes/{winter.id}/preview/conversations")
    assert page.heading == "This page cannot be shown yet"
    told = " ".join(one.text for one in page.all("main li"))
    assert "conversations.html:1" in told
    assert "shout" in told


def test_what_is_not_there_does_not_exist(ellis: Browser, winter: Theme) -> None:
    for path in ("preview/nothing", "preview/home?revision=9", "look.css?revision=9"):
        assert ellis.get(f"/settings/themes/{winter.id}/{path}").status == 404
    assert ellis.get("/settings/themes/01hnothing0000000000000000").status == 404


# save and publish


def sent(ellis: Browser, theme: Theme, **values: str) -> Page:
    """Press "Save and Publish" with some settings."""
    ellis.get(f"/settings/themes/{theme.id}")
    fields = {f"settings.{key}": value for key, value in values.items()}
    seen = str(ellis.house.themes.get(theme.id).newest.number)
    return ellis.post(f"/settings/themes/{theme.id}", {"csrf": ellis.csrf, "seen": seen, "then": "publish", **fields})


def test_what_no_check_has_anything_to_say_of_is_published_at_once(
    ellis: Browser, winter: Theme, browse: Callable[..., Browser]
) -> None:
    page = sent(ellis, winter, brand="#8a2f5d", header_layout="centred")
    assert page.notice == "It is published: readers see it now."
    assert browse().get("/").one("header.top").matches(".layout-centred")


def test_what_is_to_be_looked_at_first_is_shown_and_only_saved(
    ellis: Browser, winter: Theme, browse: Callable[..., Browser]
) -> None:
    """Customers see nothing of it until somebody says why."""
    page = sent(ellis, winter, text="#999999", card="#aaaaaa")
    assert page.notice == "Your changes were saved."
    assert page.path == f"/settings/themes/{winter.id}/publish"
    assert "Why publish it as it is?" in page.body
    assert ellis.house.themes.get(winter.id).newest.number == 2
    assert ellis.house.portal.settings.get(consistent=True).theme is None


def test_others_are_told_who_edits_a_theme_without_a_script_as_well(
    ellis: Browser, winter: Theme, browse: Callable[..., Browser], people: People
) -> None:
    ellis.get(f"/settings/themes/{winter.id}")
    ellis.submit("Save", **{"settings.brand": "#8a2f5d"})
    page = browse(people.lead).get(f"/settings/themes/{winter.id}")
    assert people.content_manager.name in page.one(".changed").text
