"""A theme is made, recoloured and edited, looked at, published, seen by a customer, and taken back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from local import cast
from tests.journeys.conftest import Visit
from tests.journeys.test_elsewhere import PHONE, assert_fits
from tests.journeys.visitor import Visitor

PROMISE = '<p class="promise">We reply within a day</p>\n'
ARABIC = '<p class="promise" dir="auto">نرد خلال يوم واحد</p>\n'
WRONG = "{{ page.totl }}\n"


@pytest.fixture
def ellis(visit_as: Visit) -> Iterator[Visitor]:
    """The content manager, who leaves the portal in plain Midtown."""
    with visit_as(cast.CONTENT_MANAGER) as one:
        yield one
        one.page.goto("/settings/themes")
        off = one.page.get_by_role("button", name="Switch themes off")
        if off.count():
            off.click()


def create(page: Page, label: str) -> str:
    """Create a theme; return its address."""
    page.goto("/settings/themes")
    page.get_by_role("link", name="Create from Midtown").click()
    page.get_by_label("Label").fill(label)
    page.get_by_role("button", name="Create from Midtown").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(label)
    return page.url.partition("?")[0]


def open_file(page: Page, address: str, of: str) -> Locator:
    """Open the file of a page; return where its text is: the editor of code where it was built."""
    page.goto(f"{address}/files")
    page.get_by_label("Page", exact=True).select_option(of)
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page.locator(".code-label code")).to_have_text(f"{of}.html")
    coloured = page.locator(".cm-content")
    return coloured if coloured.count() else page.locator("#code")


def put(page: Page, field: Locator, text: str) -> None:
    """Write a line at the end of the last block of a file, as a keyboard does."""
    field.click()
    page.keyboard.press("Control+End")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Home")
    page.keyboard.insert_text(text)


def frame_of(page: Page) -> Locator:
    """Return the page in the preview."""
    return page.frame_locator("iframe[name=preview]").locator("html")


def colour_of(page: Page) -> str:
    """Return the colour that the theme gives to main buttons, as the page has it."""
    return str(page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--brand').trim()"))


def test_a_theme_is_made_published_seen_and_taken_back(ellis: Visitor, visit_as: Visit) -> None:
    page = ellis.page
    address = create(page, "Promises")

    page.get_by_label("Brand", exact=True).fill("#8a2d52")
    page.get_by_label("Lists", exact=True).select_option(label="Compact")
    expect(page.locator("[data-key=brand] .verdicts li").first).to_contain_text("to 1")
    expect(frame_of(page)).to_contain_text("My Conversations")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("p.notice")).to_have_text("Your changes were saved.")

    put(page, open_file(page, address, "conversations"), PROMISE)
    page.keyboard.press("Control+s")
    expect(page.locator("p.notice")).to_have_text("Your changes were saved.")
    expect(page.locator(".code-head .pill")).to_have_text("Changed")
    put(page, open_file(page, address, "conversation"), WRONG)
    page.keyboard.press("Control+s")
    expect(page.locator(".problems")).to_contain_text("There is no page.totl.")
    page.get_by_role("link", name="Publish", exact=True).click()
    expect(page.get_by_role("button", name="Publish", exact=True)).to_be_disabled()
    page.get_by_role("link", name="conversation.html, line").click()
    page.get_by_role("button", name="Back to Midtown’s").click()
    put(page, open_file(page, address, "conversation"), PROMISE)
    page.keyboard.press("Control+s")
    expect(frame_of(page).locator(".promise")).to_have_text("We reply within a day")

    with visit_as(cast.OWNER) as ada:
        hers = ada.page
        hers.goto("/conversations")
        expect(hers.get_by_role("heading", level=1)).to_have_text("My Conversations")
        expect(hers.locator(".promise")).to_have_count(0)
        page.get_by_role("link", name="Publish", exact=True).click()
        page.get_by_role("button", name="Publish", exact=True).click()
        expect(page.get_by_role("heading", name="Customers see this revision")).to_be_visible()
        hers.reload()
        expect(hers.locator(".promise")).to_have_text("We reply within a day")
        assert colour_of(hers) == "#8a2d52"
        hers.locator("main ul a, main ol a").first.click()
        expect(hers.locator(".promise")).to_have_text("We reply within a day")

        page.get_by_role("link", name="History", exact=True).click()
        page.get_by_role("button", name="Restore revision 2", exact=True).click()
        page.get_by_role("link", name="Publish", exact=True).click()
        page.get_by_role("button", name="Publish", exact=True).click()
        expect(page.get_by_role("heading", name="Customers see this revision")).to_be_visible()
        hers.goto("/conversations")
        expect(hers.locator(".promise")).to_have_count(0)
        assert colour_of(hers) == "#8a2d52"


def test_a_theme_is_made_without_scripts_and_with_arabic(visit_as: Visit) -> None:
    """The same pages do without: plain fields, a plain text area, and a preview in the frame."""
    with visit_as(cast.CONTENT_MANAGER, java_script_enabled=False) as one:
        page = one.page
        address = create(page, "خريف")
        page.get_by_label("Brand", exact=True).fill("#1f6f50")
        page.get_by_role("button", name="Save", exact=True).click()
        expect(page.get_by_label("Brand", exact=True)).to_have_value("#1f6f50")
        field = open_file(page, address, "conversations")
        end = "{% endblock %}\n"
        field.fill(field.input_value().removesuffix(end) + ARABIC + end)
        page.get_by_role("button", name="Save", exact=True).click()
        expect(field).to_have_value(field.input_value())
        expect(frame_of(page).locator(".promise")).to_have_text("نرد خلال يوم واحد")
        page.get_by_role("link", name="Publish", exact=True).click()
        expect(page.get_by_role("heading", name="Publish revision 3")).to_be_visible()


def test_the_editor_fits_a_phone(visit_as: Visit) -> None:
    with visit_as(cast.CONTENT_MANAGER, **PHONE) as one:
        address = create(one.page, "Small")
        for rest in ("", "/files", "/files?file=theme.css", "/publish"):
            one.page.goto(f"{address}{rest}")
            assert_fits(one)


def test_a_browser_finds_what_no_server_can_tell(ellis: Visitor) -> None:
    """Text in a colour of its own: no setting says it, and the page itself shows it."""
    page = ellis.page
    address = create(page, "Pale")
    put(page, open_file(page, address, "contact-sent"), '<p class="pale">Thank you</p>\n')
    page.keyboard.press("Control+s")
    expect(page.locator("p.notice")).to_have_text("Your changes were saved.")
    page.goto(f"{address}/files?file=theme.css")
    coloured = page.locator(".cm-content")
    field = coloured if coloured.count() else page.locator("#code")
    field.click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text(".pale { color: #bbb; background: #ccc }\n")
    page.keyboard.press("Control+s")
    expect(page.locator("p.notice")).to_have_text("Your changes were saved.")
    page.get_by_role("link", name="Publish", exact=True).click()
    look = page.get_by_role("button", name="Look now")
    if not look.count():
        pytest.skip("npm could not fetch axe-core for the editor here")
    look.click()
    expect(page.locator("[data-axe-told]")).to_have_text("One thing to look at.", timeout=180_000)
    found = page.locator("[data-axe-found] li")
    expect(found).to_contain_text("contrast")
    expect(found).to_contain_text("Contact, sent")
    expect(found).to_contain_text(".pale")
