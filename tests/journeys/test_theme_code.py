"""Files of a theme are edited in a browser, with the editor of code and without any script, published, and seen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from local import cast
from tests.journeys.conftest import Visit
from tests.journeys.portal import ROOT
from tests.journeys.test_elsewhere import PHONE, assert_fits

EDITOR = ROOT / "static" / "code-editor.js"
needs_editor = pytest.mark.skipif(
    not EDITOR.exists(), reason="no editor of code; “make code-editor” bundles it with npm"
)
WRONG = "<p>{{ site.organisation }}</p>"
RIGHT = "<p>{{ site.organization }} is open from nine to five</p>"


@pytest.fixture
def plain(visit_as: Visit) -> Iterator[Page]:
    """The content manager's page, in a browser without scripts."""
    with visit_as(cast.CONTENT_MANAGER, java_script_enabled=False) as ellis:
        yield ellis.page


def create(page: Page, label: str) -> str:
    """Create a theme, and return the address of its files page."""
    page.goto("/settings/themes/new")
    page.get_by_label("Label").fill(label)
    page.get_by_role("button", name="Create from Midtown").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(label)
    return f"{page.url}/files"


def code(page: Page) -> Locator:
    """Return where the editor of code is typed into; it is in a shadow root."""
    return page.locator(".code-host .cm-content")


def type_at_the_end(page: Page, text: str) -> None:
    """Click into the editor and type a line behind everything."""
    code(page).click()
    page.keyboard.press("Control+End")
    page.keyboard.type(text)


@needs_editor
def test_a_file_is_changed_previewed_saved_published_and_seen(visit_as: Visit, visit: Visit) -> None:
    """By keyboard, with a mistake on the way: it is marked in its line, stops publishing, and its link leads back."""
    with visit_as(cast.CONTENT_MANAGER) as ellis, visit() as stranger:
        page = ellis.page
        files = create(page, "Nine to five")
        page.goto(files)
        page.get_by_label("Page", exact=True).select_option(label="Contact")
        page.get_by_role("button", name="Show", exact=True).click()
        page.get_by_role("link", name="parts/footer.html").click()
        type_at_the_end(page, WRONG)
        page.keyboard.press("Control+s")
        expect(page.locator(".notice")).to_have_text("Your changes were saved.")
        expect(page.locator(".problems mark")).to_have_text("organisation")
        expect(page.locator(".cm-lintRange-error")).to_have_text("organisation")
        page.get_by_role("link", name="Publish", exact=True).click()
        expect(page.get_by_role("button", name="Publish")).to_be_disabled()
        page.get_by_role("link", name="parts/footer.html, line").click()
        expect(code(page)).to_be_focused()
        page.keyboard.press("End")
        page.keyboard.press("Shift+Home")
        page.keyboard.type(RIGHT)
        page.get_by_role("button", name="Show what is typed").click()
        expect(page.frame_locator("iframe").locator("body")).to_contain_text("is open from nine to five")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.locator(".problems")).to_have_count(0)
        page.get_by_role("link", name="Publish", exact=True).click()
        stranger.page.goto("/contact")
        expect(stranger.page.locator("body")).not_to_contain_text("is open from nine to five")
        page.get_by_role("button", name="Publish").click()
        expect(page.get_by_role("heading", name="Customers see this revision")).to_be_visible()
        stranger.page.goto("/contact")
        expect(stranger.page.locator("body")).to_contain_text("Alder & Finch is open from nine to five")
        page.goto("/settings/themes")
        page.get_by_role("button", name="Switch themes off").click()
        expect(page.locator(".notice")).to_be_visible()


@needs_editor
def test_the_editor_lets_the_keyboard_out_and_searches(visit_as: Visit) -> None:
    with visit_as(cast.CONTENT_MANAGER) as ellis:
        page = ellis.page
        page.goto(create(page, "By keyboard"))
        code(page).click()
        page.keyboard.press("Tab")
        expect(code(page)).not_to_be_focused()
        code(page).click()
        page.keyboard.press("Control+f")
        page.keyboard.type("slots.search")
        page.keyboard.press("Enter")
        expect(page.locator(".cm-searchMatch-selected")).to_have_text("slots.search")
        page.keyboard.press("Escape")
        expect(page.locator(".cm-search")).to_have_count(0)


@needs_editor
@pytest.mark.parametrize("name", ["theme.css", "manifest.json", "layout.html"])
def test_whatever_is_typed_over_keeps_to_the_policy(visit_as: Visit, name: str) -> None:
    """Typing over a selection, undoing it, wrapping in brackets: nothing is blocked or reported (``Visitor``)."""
    with visit_as(cast.CONTENT_MANAGER) as ellis:
        page = ellis.page
        files = create(page, f"Typed over, {name}")
        page.goto(f"{files}?file={name}")
        before = page.locator("#code").input_value()
        code(page).click()
        page.keyboard.press("Control+a")
        page.keyboard.type(".rows { gap: 2px }")
        assert page.locator("#code").input_value() == ".rows { gap: 2px }"
        page.keyboard.press("Control+a")
        page.keyboard.type("(")
        for _ in range(30):
            page.keyboard.press("Control+z")
        assert page.locator("#code").input_value() == before
        page.once("dialog", lambda dialog: dialog.accept())
        page.goto("/settings/themes")


def test_without_scripts_a_file_is_changed_checked_and_taken_back(plain: Page) -> None:
    plain.goto(create(plain, "Without scripts"))
    plain.get_by_label("Page", exact=True).select_option(label="Account")
    plain.get_by_role("button", name="Show", exact=True).click()
    plain.get_by_role("link", name="parts/footer.html").click()
    area = plain.get_by_role("textbox", name="parts/footer.html")
    area.fill(f"{area.input_value()}{WRONG}\n")
    plain.get_by_role("button", name="Save", exact=True).click()
    expect(plain.locator(".problems mark")).to_have_text("organisation")
    area.fill(area.input_value().replace(WRONG, RIGHT))
    plain.get_by_role("button", name="Show what is typed").click()
    expect(plain.frame_locator("iframe").locator("body")).to_contain_text("is open from nine to five")
    plain.get_by_role("button", name="Save", exact=True).click()
    expect(plain.locator(".problems")).to_have_count(0)
    expect(plain.locator(".compared ins")).to_have_text(f"Added: {RIGHT}")
    plain.get_by_role("button", name="Back to Midtown’s").click()
    expect(plain.locator(".code-head .pill")).to_contain_text("As in Midtown")


def test_at_phone_width_nothing_sticks_out(visit_as: Visit) -> None:
    with visit_as(cast.CONTENT_MANAGER, **PHONE) as ellis:
        page = ellis.page
        files = create(page, "At phone width")
        for address in (files, f"{files}?file=theme.css", f"{files.removesuffix('files')}publish"):
            page.goto(address)
            assert_fits(ellis)
