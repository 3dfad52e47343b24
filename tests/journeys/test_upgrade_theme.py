"""A theme from before the portal is upgraded, published and seen; zips and two editors do without scripts."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from chalicelib.themes.bases import Bases
from local import cast, demo_themes
from tests.journeys.conftest import Visit
from tests.journeys.test_elsewhere import PHONE, assert_fits

NEWEST = Bases(Path("templates/themes")).newest

HEADER = """\
{% if site.area == 'internal' %}
{% elif site.viewer %}
<nav aria-label="{{ _('Main') }}">
<a href="https://shop.alder-finch.example/">Shop</a>
<a href="{{ urls.conversations }}">{{ _('My Conversations') }}</a>
<a href="{{ urls.account }}">{{ _('Account') }}</a>
</nav>
{% else %}
"""
"""What the header shows to whom: the link to the shop, and what came with the portal."""


def card(page: Page, label: str) -> Locator:
    """Return the card of a theme in the list."""
    page.goto("/settings/themes")
    return page.locator(".theme-cards > li").filter(has=page.get_by_role("heading", name=label, exact=True))


def follow(page: Page, label: str, link: str) -> None:
    """Follow a link of a theme's card."""
    card(page, label).get_by_role("link", name=link).click()


def copy(page: Page, label: str) -> None:
    """Make a copy of the demo's theme, which only one test may upgrade."""
    follow(page, demo_themes.LABEL, "Manage")
    page.get_by_label("Label of the copy").fill(label)
    page.get_by_role("button", name="Duplicate").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(label)


def test_an_upgrade_with_a_conflict_is_settled_published_and_seen(visit_as: Visit, visit: Visit) -> None:
    """The label tells the base on hover and focus; the result is a draft first; customers see both sides' work."""
    with visit_as(cast.CONTENT_MANAGER) as ellis, visit_as(cast.OWNER) as ada, visit() as stranger:
        page, hers = ellis.page, ada.page
        copy(page, "Autumn")
        label = card(page, "Autumn").locator("h2 a")
        told = page.get_by_role("tooltip").filter(has_text="Base version Midtown 1.0.19. 2 files are changed")
        expect(told).to_have_count(0)  # what is not shown has no role
        label.hover()
        expect(told).to_be_visible()
        page.keyboard.press("Escape")
        expect(told).to_have_count(0)
        page.mouse.move(0, 0)
        label.focus()
        expect(told).to_be_visible()

        follow(page, "Autumn", f"Upgrade to {NEWEST}")
        expect(page.locator(".progress")).to_contain_text("new: My Conversations, Conversation Detail View")
        expect(page.locator(".progress")).to_contain_text("1 to decide")
        page.get_by_role("button", name="Save as draft").click()
        expect(page.locator(".faults")).to_contain_text("Choose which lines to keep.")
        by_hand = page.get_by_label("Lines to put there")
        expect(by_hand).to_be_hidden()
        page.get_by_label("Write it myself").check()
        by_hand.fill(HEADER)
        page.get_by_role("button", name="Save and go to Publish").click()
        expect(page.locator(".notice")).to_contain_text("The upgrade is saved as a draft.")

        hers.goto("/")
        expect(hers.get_by_role("heading", name="Visit our workshop")).to_have_count(0)
        page.get_by_role("button", name="Publish", exact=True).click()
        expect(page.get_by_role("heading", name="Customers see this revision")).to_be_visible()

        hers.goto("/")
        expect(hers.get_by_role("heading", name="Visit our workshop")).to_be_visible()
        expect(hers.get_by_role("heading", name="Welcome back, Ada Lindqvist")).to_be_visible()
        expect(hers.get_by_role("link", name="Shop")).to_be_visible()
        hers.get_by_role("navigation", name="Main").get_by_role("link", name="My Conversations").click()
        ada.open("Warranty for the Wren desk lamp")
        expect(hers.get_by_role("link", name="Shop")).to_be_visible()
        stranger.page.goto("/")
        expect(stranger.page.get_by_role("link", name="Log in")).to_be_visible()

        follow(page, "Autumn", "History")
        expect(page.locator("#changes")).to_contain_text(f"Upgraded from Midtown 1.0.19 to {NEWEST}")
        page.goto("/settings/themes")
        page.get_by_role("button", name="Switch themes off").click()
        expect(page.locator(".notice")).to_have_text("Themes are switched off. Customers see plain Midtown.")
        hers.goto("/")
        expect(hers.get_by_role("heading", name="Visit our workshop")).to_have_count(0)


def test_an_upgrade_works_without_scripts_and_fits_a_phone(visit_as: Visit) -> None:
    """Everything is there from the beginning, the field to write in as well."""
    with visit_as(cast.CONTENT_MANAGER, java_script_enabled=False) as ellis:
        page = ellis.page
        copy(page, "Spring")
        follow(page, "Spring", f"Upgrade to {NEWEST}")
        page.get_by_label("Write it myself").check()
        page.get_by_label("Lines to put there").fill("{{ nothing }}\n")
        page.get_by_role("button", name="Save as draft").click()
        expect(page.locator(".made-from")).to_contain_text(f"Midtown {NEWEST}, 2 files changed")
    with visit_as(cast.CONTENT_MANAGER, **PHONE) as ellis:
        page = ellis.page
        page.goto("/settings/themes")
        assert_fits(ellis)
        for label, link in (("Spring", "History"), ("Spring", "Manage"), (demo_themes.LABEL, f"Upgrade to {NEWEST}")):
            follow(page, label, link)
            for summary in page.locator("summary").all():
                summary.evaluate("one => one.parentElement.open = true")
            assert_fits(ellis)
        for path in ("/settings/themes/new", "/settings/themes/import"):
            page.goto(path)
            assert_fits(ellis)


def test_two_who_save_the_same_lines_choose_what_stays(visit_as: Visit) -> None:
    """Without a script, too: the second sees both, and what was typed."""
    with (
        visit_as(cast.CONTENT_MANAGER, java_script_enabled=False) as ellis,
        visit_as(cast.LEAD, java_script_enabled=False) as ruth,
    ):
        copy(ellis.page, "Summer")
        follow(ellis.page, "Summer", "Edit")
        ellis.page.get_by_role("link", name="Files", exact=True).click()
        ellis.page.get_by_role("navigation", name="Files").get_by_role("link", name="parts/footer.html").click()
        ruth.page.goto(ellis.page.url)
        for one, text in ((ruth, "<p>Ruth</p>\n"), (ellis, "<p>Ellis</p>\n")):
            field = one.page.locator("#code")
            field.fill(text + field.input_value())
            one.page.get_by_role("button", name="Save", exact=True).click()
        page = ellis.page
        expect(page.get_by_role("heading", name="Ruth Adeyemi saved while you were editing")).to_be_visible()
        page.get_by_label("Both, yours first").check()
        page.get_by_role("button", name="Save both").click()
        expect(page.locator("#code")).to_have_value("<p>Ellis</p>\n<p>Ruth</p>\n" + demo_footer())


def test_a_theme_leaves_as_a_zip_and_comes_in_without_a_script(visit_as: Visit, tmp_path: Path) -> None:
    """S3 takes the zip and leads back; a file that is no zip is told on a page of ours."""
    with visit_as(cast.CONTENT_MANAGER, java_script_enabled=False) as ellis:
        page, target = ellis.page, tmp_path / "theme.zip"
        follow(page, demo_themes.LABEL, "Manage")
        with page.expect_download() as waiting:
            page.get_by_role("link", name="Export zip").click()
        waiting.value.save_as(target)
        assert waiting.value.suggested_filename == f"{demo_themes.LABEL}.zip"

        page.goto("/settings/themes")
        page.get_by_role("link", name="Import").click()
        zip_field = page.get_by_label("Zip of the theme")
        zip_field.set_input_files({"name": "theme.zip", "mimeType": "application/zip", "buffer": b"no zip"})
        page.get_by_role("button", name="Upload").click()
        expect(page.locator(".faults")).to_contain_text("This is no zip, or it is damaged.")
        zip_field.set_input_files(target)
        page.get_by_role("button", name="Upload").click()
        expect(page.locator(".card").first).to_contain_text("Made from Midtown 1.0.19. 3 settings are set.")
        page.get_by_label("Label of a new theme").fill("From a zip")
        page.get_by_role("button", name="Import", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("From a zip")
        expect(page.locator(".made-from")).to_contain_text("Midtown 1.0.19, 2 files changed")


def demo_footer() -> str:
    """Return the footer that the demo's theme has: that of its version of Midtown."""
    folder = Path(__file__).resolve().parents[2] / "templates" / "themes" / f"midtown-{demo_themes.BASE}"
    return (folder / "parts" / "footer.html").read_text("utf-8")
