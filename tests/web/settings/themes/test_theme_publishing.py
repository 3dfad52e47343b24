"""Settings, Theme, Publish: checks with their places, a reason for what is to look at, and the way back."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from chalicelib.audit.model import OPERATOR
from chalicelib.themes.model import Content
from chalicelib.themes.revisions import Theme
from tests.browser import Browser, Page
from tests.themes.world import BASES, NEW, NILS

MIDTOWN = BASES.files(NEW)
FOOTER = "parts/footer.html"
OURS = {FOOTER: MIDTOWN[FOOTER] + "<p>Ours</p>\n"}
WRONG = {"parts/row.html": MIDTOWN["parts/row.html"].replace("row.subject", "row.subjekt")}
FAINT = {"link": "#ffee00"}


@pytest.fixture
def make(ellis: Browser) -> Callable[..., Theme]:
    """Makes a theme of some files and settings."""

    def made(files: dict[str, str] | None = None, **values: str) -> Theme:
        return ellis.house.themes.create(OPERATOR, "Winter", Content(NEW, files or {}, {}, values))

    return made


def place(theme: Theme) -> str:
    return f"/settings/themes/{theme.id}/publish"


def checks(page: Page, kind: str) -> list[str]:
    """Return the titles of the checks that stop publishing (bad), are to look at (wait) or passed (good)."""
    return [one.one("h3").text for one in page.all(f"section[aria-labelledby=checks-{kind}] .check-of")]


def live(ellis: Browser) -> tuple[str, int] | None:
    """Return the theme and revision that customers see."""
    shown = ellis.house.portal.settings.get(consistent=True).theme
    return (shown.id, shown.number) if shown else None


def test_a_sound_theme_passes_every_check_and_is_published(ellis: Browser, make: Callable[..., Theme]) -> None:
    theme = make(OURS)
    page = ellis.get(place(theme))
    assert (checks(page, "bad"), checks(page, "wait")) == ([], [])
    assert checks(page, "good") == [
        *("Templates", "Landmarks and headings", "Ways to reach you", "Settings", "Translations", "Contrast"),
        *("Stylesheet", "Manifest", "Pictures and fonts", "Weight"),
    ]
    assert page.one("#publish-title").text == "Publish revision 1"
    assert live(ellis) is None
    page = ellis.submit("Publish")
    assert page.notice == "It is published: readers see it now."
    assert page.one("#publish-title").text == "Customers see this revision"
    assert page.link("See the portal as customers do") == "/"
    assert live(ellis) == (theme.id, 1)
    assert "Ours" in ellis.get("/").one("body").text


def test_what_stops_it_is_told_with_its_line_and_the_button_says_why(
    ellis: Browser, make: Callable[..., Theme]
) -> None:
    theme = make({**WRONG, "theme.css": "main { position: fixed }"})
    page = ellis.get(place(theme))
    assert checks(page, "bad") == ["Templates", "Stylesheet"]
    (button,) = [one for one in page.all(".publish-now button") if one.text == "Publish"]
    assert "disabled" in button.attrs
    assert page.one(f"#{button['aria-describedby']}").text.startswith("Put right what stops it first.")
    (problem, *_) = page.all("section[aria-labelledby=checks-bad] li")
    line = next(at for at, text in enumerate(WRONG["parts/row.html"].split("\n"), 1) if "subjekt" in text)
    assert problem.one("mark").text == "subjekt"
    there = ellis.get(page.link(f"parts/row.html, line {line}"))
    assert there.one(".code-label").text == "parts/row.html"
    assert f"line={line}" in there.path


def test_errors_cannot_be_published_whatever_is_sent(ellis: Browser, make: Callable[..., Theme]) -> None:
    theme = make(WRONG)
    ellis.get(place(theme))
    page = ellis.post(place(theme), {"csrf": ellis.csrf, "revision": "1", "reason": "It is fine"})
    assert page.status == 422
    assert page.faults[0].startswith("This cannot be published.")
    assert live(ellis) is None


def test_what_is_to_look_at_is_published_with_a_reason_that_is_kept(ellis: Browser, make: Callable[..., Theme]) -> None:
    theme = make(**FAINT)
    page = ellis.get(place(theme))
    assert (checks(page, "bad"), checks(page, "wait")) == ([], ["Contrast"])
    (link, *_) = page.all("section[aria-labelledby=checks-wait] a")
    assert (link.text, link["href"]) == ("Setting Links", f"/settings/themes/{theme.id}#theme-link")
    page = ellis.submit("Publish", reason="  ")
    assert page.status == 422
    assert page.one("#publish-reason")["aria-invalid"] == "true"
    assert page.faults == ["The checks found something to look at. Give a reason to publish it anyway."]
    assert live(ellis) is None
    assert ellis.submit("Publish", reason="The brand wants it").notice == "It is published: readers see it now."
    *_, entry = ellis.house.audit.span(1, 100)
    assert entry.change.action == "theme:publish"
    assert entry.change.after["reason"] == "The brand wants it"
    assert any("contrast" in one for one in entry.change.after["warnings"])
    assert live(ellis) == (theme.id, 1)


def test_what_was_published_before_can_be_made_the_draft_again(ellis: Browser, make: Callable[..., Theme]) -> None:
    theme, themes = make(OURS), ellis.house.themes
    themes.publish(NILS, theme.id, 1, ())
    themes.save(NILS, theme.id, Content(NEW, {FOOTER: "draft"}), seen=1)
    themes.save(NILS, theme.id, Content(NEW, values={"brand": "#112233"}), seen=2)
    page = ellis.get(place(theme))
    assert "Customers see revision 1 until then." in page.one(".publish-now").text
    page = ellis.submit("Publish")
    assert "customers saw revision 1" in page.one(".publish-now").text
    page = ellis.submit("Restore revision 1")
    assert page.notice == "The newest draft is what that revision was. Customers see it once it is published."
    assert dict(themes.content(theme.id).files) == OURS
    assert live(ellis) == (theme.id, 3)


def test_a_theme_that_was_never_live_says_so(ellis: Browser, make: Callable[..., Theme]) -> None:
    page = ellis.get(place(make()))
    assert "Customers do not see this theme yet." in page.one(".publish-now").text
    assert not page.has_form("Restore")


def test_what_was_saved_in_between_is_looked_at_first(ellis: Browser, make: Callable[..., Theme]) -> None:
    """The checks that the editor saw were of another revision."""
    theme = make(OURS)
    ellis.get(place(theme))
    ellis.house.themes.save(NILS, theme.id, Content(NEW, WRONG), seen=1)
    page = ellis.submit("Publish")
    assert page.status == 409
    assert page.faults[0].startswith("Somebody saved this theme since.")
    assert checks(page, "bad") == ["Templates"]
    assert live(ellis) is None


@pytest.mark.parametrize("number", ["", "0", "2", "x", "1" * 40])
def test_a_revision_that_is_not_the_newest_is_refused(ellis: Browser, make: Callable[..., Theme], number: str) -> None:
    theme = make()
    ellis.get(place(theme))
    assert ellis.post(place(theme), {"csrf": ellis.csrf, "revision": number}).status == 409
    assert live(ellis) is None


def test_texts_of_a_theme_are_text_in_what_the_checks_say(ellis: Browser, make: Callable[..., Theme]) -> None:
    theme = make({FOOTER: "<script>alert(1)</script>{{ nothing }}"})
    page = ellis.get(place(theme))
    assert [one for one in page.all("script") if "src" not in one.attrs] == []
    assert "<script>" in page.one("section[aria-labelledby=checks-bad]").text
